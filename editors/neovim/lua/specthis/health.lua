-- :checkhealth specthis
local M = {}

local NAME = "specthis_lsp"
local health = vim.health

---What a command prints, and whether it ended well; nil if it cannot be run.
local function run(command)
  local started, process = pcall(vim.system, command, { text = true })
  if not started then
    return nil, false
  end
  local done = process:wait(10000)
  return vim.trim((done.stdout or "") .. (done.stderr or "")), done.code == 0
end

local function look_at_neovim()
  health.start("specthis: Neovim")
  if vim.fn.has("nvim-0.11") == 0 then
    health.error("this plugin needs Neovim 0.11", "the page on Neovim in our documentation has a few lines for older ones")
    return false
  end
  health.ok("Neovim " .. tostring(vim.version()))
  if vim.lsp.is_enabled(NAME) then
    health.ok("`" .. NAME .. "` is enabled")
  else
    health.warn("`" .. NAME .. "` is not enabled", 'add `vim.lsp.enable("' .. NAME .. '")` to your init.lua')
  end
  return true
end

local function look_at_server()
  health.start("specthis: the server")
  local command = vim.lsp.config[NAME].cmd
  local path = vim.fn.exepath(command[1])
  if path == "" then
    health.error("`" .. command[1] .. "` is not found", {
      "install it: `pip install specthis-lsp`, with Python 3.11 or newer",
      "or say where it is: `vim.lsp.config('" .. NAME .. "', { cmd = { '/path/to/specthis-lsp', '--stdio' } })`",
    })
    return
  end
  local said, well = run({ path, "--version" })
  if well then
    health.ok(said .. ", " .. path)
  else
    health.error("`" .. path .. "` does not start: " .. (said or ""), "run `" .. path .. " --version` in a terminal")
  end
end

local function look_at_client(client)
  local buffers = vim.tbl_count(client.attached_buffers)
  health.ok(("running for %s, attached buffers: %d"):format(client.root_dir or "no folder", buffers))
  local findings = vim.diagnostic.get(nil, { namespace = vim.lsp.diagnostic.get_namespace(client.id) })
  health.info(#findings .. " findings; `:SpecthisCheck` lists them")
  local answer = client:request_sync("workspace/executeCommand", { command = "specthis.showDebugInformation" }, 5000)
  if answer and type(answer.result) == "string" then
    for line in answer.result:gmatch("[^\n]+") do
      if line ~= "## Requests" and not vim.startswith(line, "|") then -- tables are for :SpecthisDebug
        health.info((line:gsub("^[#-]+ ", ""))) -- in a report of health each line is an item of a list already
      end
    end
  end
end

local function look_at_project()
  health.start("specthis: the project")
  local clients = vim.lsp.get_clients({ name = NAME })
  for _, client in ipairs(clients) do
    look_at_client(client)
  end
  if #clients > 0 then
    return
  end
  local root = require("specthis").root()
  if root then
    health.warn("a project, `" .. root .. "`, but no server is running", "open one of its specs, or run `:SpecthisCheck`")
  else
    health.info("no folder `specs` and no `specthis.toml` here or above: the server starts in projects only")
  end
end

function M.check()
  if look_at_neovim() then
    look_at_server()
    look_at_project()
  end
end

return M
