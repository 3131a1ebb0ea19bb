-- What the commands do. Everything about specs is the server's.
local M = {}

local NAME = "specthis_lsp"
local SOURCE = "specthis"
local REST = 50 -- milliseconds: a burst of diagnostics is shown once
local TIMES, SPAN = 4, 180000 -- a server is started again so many times in so many milliseconds

---The root of the project around the buffer in hand, else around the working directory; nil elsewhere.
---@return string?
function M.root()
  local markers = vim.lsp.config[NAME].root_markers
  return vim.fs.root(0, markers) or vim.fs.root(vim.fn.getcwd(), markers)
end

---The server of a project, started where there is none yet.
---@param root string
---@return vim.lsp.Client?
local function client(root)
  local config = vim.tbl_extend("force", vim.lsp.config[NAME], { root_dir = root })
  local id = vim.lsp.start(config, { attach = false })
  return id and vim.lsp.get_client_by_id(id)
end

local revived = {} -- when, the last first; milliseconds, on the clock of vim.uv.now

---Start a server again that ended without being asked to, with the files that it looked after: what it said of them would
---be gone as if nothing were wrong. It must be at once. Once one of them has been edited with no server there, Neovim 0.11
---tells a later one of no edit of it any more. A server that keeps ending stays down, and that is said.
function M.revive(code, signal, id)
  local ended = vim.lsp.get_client_by_id(id)
  local asked = (code == 0 and signal == 0) or vim.v.exiting ~= vim.NIL or not vim.lsp.is_enabled(NAME)
  if not ended or not ended.initialized or asked then
    return
  end
  if revived[TIMES] and vim.uv.now() - revived[TIMES] < SPAN then
    vim.notify("specthis: the server keeps ending and stays down. :SpecthisLog has why; then start Neovim again", vim.log.levels.ERROR)
    return
  end
  table.insert(revived, 1, vim.uv.now())
  local buffers = vim.tbl_keys(ended.attached_buffers)
  -- Neovim forgets the one that ended only after this.
  vim.schedule(function()
    local new = vim.lsp.start(ended.config, { attach = false })
    for _, buffer in ipairs(new and buffers or {}) do
      if vim.api.nvim_buf_is_loaded(buffer) then
        vim.lsp.buf_attach_client(buffer, new)
      end
    end
  end)
end

---Take in again what has changed on disk in files that no window shows. Neovim looks at those in windows only, and the
---server takes the text of every open file for what somebody is writing.
function M.reread()
  for _, server in ipairs(vim.lsp.get_clients({ name = NAME })) do
    for buffer in pairs(server.attached_buffers) do
      local there = vim.fn.filereadable(vim.api.nvim_buf_get_name(buffer)) == 1
      if there and vim.o.autoread and not vim.bo[buffer].modified then
        vim.cmd.checktime(tostring(buffer))
      end
    end
  end
end

---Do something once a server has answered `initialize`.
local function when_ready(server, act)
  if server.initialized then
    act()
  elseif not server:is_stopped() then
    vim.defer_fn(function()
      when_ready(server, act)
    end, REST)
  end
end

local shown -- the root of the project whose findings are listed

---What is found in the project that is shown, each with its code behind the message: a list has no place for that.
---@return vim.Diagnostic[]
local function found()
  local ours = {}
  local servers = vim.tbl_filter(function(server)
    return server.root_dir == shown
  end, vim.lsp.get_clients({ name = NAME }))
  for _, server in ipairs(servers) do
    local namespace = vim.lsp.diagnostic.get_namespace(server.id)
    for _, diagnostic in ipairs(vim.diagnostic.get(nil, { namespace = namespace })) do
      diagnostic.message = ("%s [%s]"):format(diagnostic.message, diagnostic.code)
      table.insert(ours, diagnostic)
    end
  end
  return ours
end

---The identity and the number of our quickfix list; nil where there is none.
---@return integer?, integer?
local function list()
  for number = 1, vim.fn.getqflist({ nr = "$" }).nr do
    local known = vim.fn.getqflist({ nr = number, title = 0, id = 0 })
    if known.title == SOURCE then
      return known.id, number
    end
  end
end

---Where the entry in hand is to be found now; if it has left, the first after it that has not.
---@return integer?
local function in_hand(before, items)
  for index = math.max(before.idx, 1), #before.items do
    for number, item in ipairs(items) do
      if item.bufnr == before.items[index].bufnr and item.text == before.items[index].text then
        return number
      end
    end
  end
end

---Put into the quickfix list what is known now.
local function fill()
  local id = list()
  local items = vim.diagnostic.toqflist(found())
  local place = id and in_hand(vim.fn.getqflist({ id = id, idx = 0, items = 0 }), items)
  vim.fn.setqflist({}, id and "u" or " ", { id = id, title = SOURCE, items = items, idx = place })
end

local waiting = false

---Keep the list as the server has it: what is mended leaves it.
local function follow()
  vim.api.nvim_create_autocmd("DiagnosticChanged", {
    group = vim.api.nvim_create_augroup("specthis", {}),
    callback = function()
      if waiting or not list() then
        return
      end
      waiting = true
      vim.defer_fn(function()
        waiting = false
        fill()
      end, REST)
    end,
  })
end

---Show what is found in the whole project, unsaved text included, in a quickfix list that stays true.
function M.check()
  local listing = vim.bo.buftype == "quickfix" and vim.fn.getqflist({ title = 0 }).title == SOURCE
  local root = listing and shown or M.root()
  if not root then
    vim.notify("specthis: no specs folder here. Open a file of the project, or :cd to it", vim.log.levels.WARN)
    return
  end
  local server = client(root)
  if not server then
    return
  end
  shown = server.root_dir
  M.reread()
  follow()
  -- The server answers in turn: once it has answered this, it has told everything it found.
  local nowhere = { textDocument = { uri = "file:///nowhere.md" }, position = { line = 0, character = 0 } }
  local function show()
    fill()
    if #found() == 0 then
      vim.notify("specthis: nothing found")
      return
    end
    local _, number = list()
    vim.cmd(("silent %dchistory"):format(number))
    vim.cmd("botright copen")
  end
  when_ready(server, function()
    server:request("textDocument/hover", nowhere, vim.schedule_wrap(show))
  end)
end

---Show how the server of the buffer in hand stands, or of its project.
function M.debug()
  local root = M.root()
  local server = vim.lsp.get_clients({ name = NAME, bufnr = 0 })[1]
    or vim.iter(vim.lsp.get_clients({ name = NAME })):find(function(one)
      return one.root_dir == root
    end)
  if not server then
    vim.notify("specthis: no server runs here. :checkhealth specthis says what to do", vim.log.levels.WARN)
    return
  end
  local command = { title = "debug information", command = "specthis.showDebugInformation" }
  server:exec_cmd(command, nil, function(problem, text)
    if problem then
      vim.notify("specthis: " .. problem.message, vim.log.levels.ERROR)
      return
    end
    vim.cmd.new()
    vim.bo.buftype, vim.bo.bufhidden, vim.bo.swapfile = "nofile", "wipe", false
    vim.api.nvim_buf_set_lines(0, 0, -1, false, vim.split(text, "\n"))
    vim.bo.modifiable, vim.bo.filetype = false, "markdown"
  end)
end

---Open Neovim's log of language servers where ours wrote last.
function M.log()
  vim.cmd.tabedit(vim.fn.fnameescape(vim.lsp.get_log_path()))
  vim.cmd.normal({ "G$", bang = true })
  vim.fn.search("specthis-lsp", "bc")
end

return M
