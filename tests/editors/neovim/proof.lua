-- What a user of Neovim meets, with the configuration of the page. Run by tests/editors/prove.py in a copy of the drifted study.
local PLUGIN = vim.env.PROOF_OF == "plugin"
local SPEC, PAPER = "specs/compute-fraction.md", "reports/sections/grokking.tex"
local PATIENCE = 10000 -- milliseconds

vim.fn.writefile({ 'read("results/fraction-sweep/sweep.json")' }, "scripts/look.R")

---Write a line of its own, whatever Neovim's own messages leave unfinished.
local function say(...)
  io.stdout:write("\n" .. table.concat({ ... }) .. "\n")
end

---Wait until something holds; if it never does, say what is the case instead, and what Neovim said.
local function until_true(condition, what)
  if not vim.wait(PATIENCE, condition, 10) then
    local messages = vim.api.nvim_exec2("messages", { output = true }).output
    error(what() .. "; the last message: " .. (messages:match("[^\n]*$") or "none"), 0)
  end
end

local function same(actual, expected, what)
  if not vim.deep_equal(actual, expected) then
    error(("%s is %s, not %s"):format(what, vim.inspect(actual), vim.inspect(expected)), 0)
  end
end

local function codes(buffer)
  return vim.tbl_map(function(diagnostic)
    return diagnostic.code
  end, vim.diagnostic.get(buffer))
end

local function codes_become(expected, buffer)
  until_true(function()
    return vim.deep_equal(codes(buffer or 0), expected)
  end, function()
    return "findings stay " .. vim.inspect(codes(buffer or 0))
  end)
end

local function open(path)
  vim.cmd("silent! %bdelete!")
  vim.cmd.edit(path)
  until_true(function()
    local client = vim.lsp.get_clients({ bufnr = 0, name = "specthis_lsp" })[1]
    return client and client.initialized
  end, function()
    return "no client is attached to " .. path
  end)
end

local function line(pattern)
  local number = vim.fn.search(pattern, "cw")
  assert(number > 0, pattern .. " is not in the buffer")
  return number
end

local cases = {}
local function case(name, run)
  table.insert(cases, { name = name, run = run })
end

case("a spec is known by its project, and what is wrong in it is shown where it is", function()
  open(SPEC)
  same(vim.lsp.get_clients({ bufnr = 0 })[1].root_dir, vim.fn.getcwd(), "the root")
  codes_become({ "missing-script" })
  local found = vim.diagnostic.get(0)[1]
  same({ found.lnum, found.col, found.end_col, found.severity }, { 23, 9, 28, vim.diagnostic.severity.ERROR }, "the place")
end)

case("text that is not saved counts", function()
  open(SPEC)
  codes_become({ "missing-script" })
  vim.fn.setline(line("^Script:"), "Script: `scripts/fractions.py`")
  codes_become({})
  vim.cmd("silent undo")
  codes_become({ "missing-script" })
end)

case("columns are right behind letters of two units, four bytes and accents", function()
  open(SPEC)
  codes_become({ "missing-script" })
  vim.fn.setline(line("^Script:"), "Script:  `scripts/𝒇é.py`, `scripts/fraction.py`")
  until_true(function()
    local found = vim.diagnostic.get(0)
    return #found > 0 and vim.iter(found):all(function(one)
      local text = vim.fn.getline(one.lnum + 1):sub(one.col + 1, one.end_col)
      return text == "scripts/𝒇é.py" or text == "scripts/fraction.py"
    end)
  end, function()
    return "the place is " .. vim.inspect(vim.diagnostic.get(0))
  end)
end)

case("a quick fix is applied by the key that Neovim has for it", function()
  open(SPEC)
  codes_become({ "missing-script" })
  vim.fn.cursor(line("^Script:"), 12)
  vim.lsp.buf.code_action({
    apply = true,
    filter = function(action)
      return action.isPreferred
    end,
  })
  until_true(function()
    return vim.fn.getline("."):find("scripts/fractions.py", 1, true)
  end, function()
    return "the line stays " .. vim.fn.getline(".")
  end)
  codes_become({})
end)

case("a fix in another file than the one in hand is applied there", function()
  open("specs/report-structure.md")
  codes_become({ "orphaned-export" })
  local place = vim.diagnostic.get(0)[1]
  vim.fn.cursor(place.lnum + 1, place.col + 1)
  vim.lsp.buf.code_action({
    apply = true,
    filter = function(action)
      return action.isPreferred
    end,
  })
  codes_become({})
  local section = vim.fn.bufnr("reports/sections/structure.tex")
  assert(table.concat(vim.api.nvim_buf_get_lines(section, 0, -1, false), "\n"):find("figures/spectrum"), "not inserted")
end)

case("a file is renamed by the fix that says so", function()
  open("specs/compute-structure.md")
  local before = vim.fn.readfile("specs/compute-structure.md")
  vim.fn.setline(line("^name:"), "name: compute-structures")
  until_true(function()
    return vim.tbl_contains(codes(0), "name-mismatch")
  end, function()
    return "findings stay " .. vim.inspect(codes(0))
  end)
  vim.fn.cursor(line("^name:"), 8)
  vim.lsp.buf.code_action({
    apply = true,
    filter = function(action)
      return action.title:find("Rename the file", 1, true)
    end,
  })
  until_true(function()
    return vim.fn.expand("%:t") == "compute-structures.md"
  end, function()
    return "the file is " .. vim.fn.expand("%")
  end)
  vim.fn.delete("specs/compute-structures.md")
  vim.fn.writefile(before, "specs/compute-structure.md")
end)

case("from a spec to the script it names", function()
  open(SPEC)
  vim.fn.cursor(line("^Inputs:"), 14)
  vim.lsp.buf.definition()
  until_true(function()
    return vim.fn.expand("%:t") == "model.py"
  end, function()
    return "still in " .. vim.fn.expand("%")
  end)
end)

case("a label is renamed in the paper, and in the spec that names it", function()
  open(PAPER)
  vim.fn.cursor(line("sec:grokking"), vim.fn.getline(line("sec:grokking")):find("sec:grokking", 1, true) + 2)
  vim.lsp.buf.rename("sec:when")
  local spec = vim.fn.bufadd("specs/report-grokking.md")
  vim.fn.bufload(spec)
  local function text()
    return table.concat(vim.api.nvim_buf_get_lines(spec, 0, -1, false), "\n")
  end
  until_true(function()
    return text():find("section_label: sec:when", 1, true)
  end, function()
    return "the spec stays " .. text():sub(1, 200)
  end)
  assert(vim.fn.search("\\\\label{sec:when}", "cw") > 0, "the paper stays as it was")
end)

case("what a renaming edited and nobody saved is edited right by the next one", function()
  open(SPEC)
  codes_become({ "missing-script" })
  local output, kept = "results/fraction-sweep/sweep.json", vim.fn.tempname()
  vim.uv.fs_copyfile(output, kept)
  local makefile, script = vim.fn.bufadd("Makefile"), vim.fn.bufadd("scripts/look.R")
  local function rename(old, new)
    vim.fn.cursor(line(old), vim.fn.getline(line(old)):find(old, 1, true) + 2)
    vim.lsp.buf.rename(new)
    until_true(function()
      return table.concat(vim.fn.getbufline(makefile, 1, "$"), "\n"):find("\n" .. new .. ": scripts/", 1, true)
    end, function()
      return "the Makefile has " .. table.concat(vim.fn.getbufline(makefile, 1, "$"), "\n")
    end)
  end
  rename(output, "results/fraction-sweep/a-longer-name.json")
  rename("results/fraction-sweep/a-longer-name.json", "results/fraction-sweep/short.json")
  same(vim.fn.getbufline(script, 1), { 'read("results/fraction-sweep/short.json")' }, "the script in R")
  vim.fn.delete("results/fraction-sweep/short.json")
  vim.uv.fs_copyfile(kept, output)
end)

if PLUGIN then
  case("gq wraps lines as ever", function()
    open(SPEC)
    vim.bo.textwidth = 20
    vim.api.nvim_buf_set_lines(0, -1, -1, false, { "", "one two three four five six seven eight" })
    vim.cmd("normal! Ggqq")
    same(vim.fn.getline("$"), "five six seven eight", "the last line")
  end)

  case("a lens says how an entry stands", function()
    open(SPEC)
    local words
    until_true(function()
      vim.lsp.codelens.refresh({ bufnr = 0 })
      vim.wait(100)
      words = vim.iter(vim.lsp.codelens.get(0)):map(function(lens)
        return lens.command and lens.command.title
      end):totable()
      return #words > 0
    end, function()
      return "there is none"
    end)
    assert(words[1]:find("%a"), vim.inspect(words))
  end)
end

if PLUGIN then
  case("a lens follows what happens on disk", function()
    open(SPEC)
    local output, kept = "results/fraction-sweep/sweep.json", vim.fn.tempname()
    local function said(part)
      until_true(function()
        local first = vim.lsp.codelens.get(0)[1]
        return first and first.command and first.command.title:find(part, 1, true)
      end, function()
        return part .. " is in no lens: " .. vim.inspect(vim.lsp.codelens.get(0))
      end)
    end
    vim.lsp.codelens.refresh({ bufnr = 0 })
    said("unknown") -- its script is gone
    vim.uv.fs_copyfile(output, kept)
    vim.fn.delete(output)
    said("missing")
    vim.uv.fs_copyfile(kept, output)
    said("unknown")
  end)
end

case("hover says what a finding means", function()
  open(SPEC)
  codes_become({ "missing-script" })
  vim.fn.cursor(line("^Script:"), 12)
  vim.lsp.buf.hover()
  local function float()
    for _, window in ipairs(vim.api.nvim_list_wins()) do
      if vim.api.nvim_win_get_config(window).relative ~= "" then
        return table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false), "\n")
      end
    end
  end
  until_true(float, function()
    return "no window"
  end)
  assert(float():find("spec lies", 1, true), float())
end)

case("a paper is looked after as well", function()
  open(PAPER)
  codes_become({ "missing-sectionversion" })
end)

case("elsewhere nothing is started", function()
  local elsewhere = vim.fn.tempname() .. ".md"
  vim.fn.writefile({ "# notes" }, elsewhere)
  vim.cmd.edit(elsewhere)
  vim.wait(100)
  same(#vim.lsp.get_clients({ bufnr = 0 }), 0, "the number of clients")
end)

if PLUGIN then
  local function listed()
    return vim.tbl_map(function(item)
      return vim.fn.fnamemodify(vim.fn.bufname(item.bufnr), ":.") .. ":" .. item.lnum
    end, vim.fn.getqflist())
  end

  ---Run :SpecthisCheck until its list has so many lines and is shown.
  local function checked(number)
    vim.cmd.SpecthisCheck()
    until_true(function()
      return #vim.fn.getqflist() == number and vim.bo.buftype == "quickfix"
    end, function()
      return "the list is " .. vim.inspect(listed())
    end)
  end

  case(":SpecthisCheck lists the whole project, and what is mended leaves the list", function()
    open(SPEC)
    checked(4)
    assert(vim.fn.getqflist()[1].text:find("%[[a-z-]+%]$"), "no code behind " .. vim.fn.getqflist()[1].text)
    vim.cmd.cfirst()
    vim.cmd.buffer(SPEC)
    vim.fn.setline(line("^Script:"), "Script: `scripts/fractions.py`")
    until_true(function()
      return #vim.fn.getqflist() == 3
    end, function()
    return "the list stays " .. vim.inspect(listed())
  end)
    vim.cmd.cclose()
  end)

  case(":SpecthisCheck starts the server where nothing of the project is open", function()
    vim.lsp.enable("specthis_lsp", false)
    until_true(function()
      return #vim.lsp.get_clients() == 0
    end, function()
    return "a client lives on"
  end)
    vim.cmd("silent! %bdelete!")
    vim.fn.setqflist({}, "f")
    vim.lsp.enable("specthis_lsp")
    checked(4)
    vim.cmd.cclose()
  end)

  case(":SpecthisCheck lists the project in hand, and not another that is open", function()
    local other = vim.fn.fnamemodify(vim.fn.tempname(), ":h") .. "/other"
    vim.fn.mkdir(other .. "/specs", "p")
    vim.fn.writefile({ "---", "name: compute-other", "kind: compute", "depends_on: [gone.md]", "---" }, other .. "/specs/compute-other.md")
    open(SPEC)
    vim.cmd.edit(other .. "/specs/compute-other.md")
    codes_become({ "missing-entry", "unknown-dependency" })
    checked(2)
    vim.cmd.SpecthisCheck() -- from within the list
    vim.wait(500)
    same(#vim.fn.getqflist(), 2, "the length of the list")
    vim.cmd.wincmd("p")
    vim.cmd.buffer(SPEC)
    checked(4)
    vim.cmd.cclose()
    vim.cmd("silent! bwipeout! " .. other .. "/specs/compute-other.md")
    vim.lsp.stop_client(vim.tbl_filter(function(client)
      return client.root_dir == other
    end, vim.lsp.get_clients()))
  end)

  case("when the finding in hand is mended, the next one is in hand", function()
    open(SPEC)
    checked(4)
    local before = listed()
    vim.cmd.wincmd("p")
    vim.cmd.cfirst()
    vim.fn.setline(line("^Script:"), "Script: `scripts/fractions.py`")
    until_true(function()
      return #vim.fn.getqflist() == 3
    end, function()
      return "the list stays " .. vim.inspect(listed())
    end)
    same(listed()[vim.fn.getqflist({ idx = 0 }).idx], before[2], "in hand")
    vim.cmd.cclose()
  end)

  local function killed_and_back()
    local killed = vim.lsp.get_clients()[1]
    killed.rpc.terminate()
    until_true(function()
      local now = vim.lsp.get_clients({ bufnr = 0 })[1]
      return now and now.id ~= killed.id and now.initialized
    end, function()
      return "there is no other"
    end)
  end

  case("a server that is killed, and killed again, comes back, and follows what is written", function()
    open(SPEC)
    codes_become({ "missing-script" })
    for _ = 1, 2 do
      killed_and_back()
      codes_become({ "missing-script" })
    end
    vim.fn.setline(line("^Script:"), "Script: `scripts/fractions.py`")
    codes_become({})
    checked(3)
    vim.cmd.cclose()
  end)

  case("a server that keeps ending stays down, and that is said", function()
    open(SPEC)
    package.loaded.specthis = nil
    for _ = 1, 4 do
      killed_and_back()
    end
    vim.lsp.get_clients()[1].rpc.terminate()
    until_true(function()
      return vim.api.nvim_exec2("messages", { output = true }).output:find("stays down", 1, true)
    end, function()
      return "nothing is said"
    end)
    same(#vim.lsp.get_clients(), 0, "the number of servers")
    package.loaded.specthis = nil
  end)

  case("a hidden file follows a checkout in another terminal", function()
    open(SPEC)
    local hidden = vim.fn.bufadd(PAPER)
    vim.fn.bufload(hidden)
    codes_become({ "missing-sectionversion" }, hidden)
    local before = vim.fn.readfile(PAPER)
    local after = vim.list_extend({ before[1], before[2], "\\sectionversion{1}" }, before, 3)
    vim.fn.writefile(after, PAPER)
    vim.cmd.doautocmd("FocusGained")
    codes_become({}, hidden)
    vim.fn.writefile(before, PAPER)
    checked(4)
    vim.cmd.cclose()
  end)

  case(":checkhealth says what is well", function()
    open(SPEC)
    codes_become({ "missing-script" })
    vim.cmd("checkhealth specthis")
    local text = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\n")
    for _, part in ipairs({ "OK Neovim 0.1", "is enabled", "OK specthis-lsp ", "OK running for ", "columns count utf" }) do
      assert(text:find(part, 1, true), part .. " is not in\n" .. text)
    end
    assert(not text:find("ERROR", 1, true) and not text:find("WARNING", 1, true), text)
    assert(not text:find("|", 1, true), "a table in a list:\n" .. text)
    vim.cmd.bwipeout()
  end)

  case(":checkhealth says what to do where there is no server", function()
    local kept = vim.lsp.config.specthis_lsp.cmd
    vim.lsp.config("specthis_lsp", { cmd = { "no-such-program" } })
    vim.cmd("checkhealth specthis")
    local text = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\n")
    vim.lsp.config("specthis_lsp", { cmd = kept })
    vim.cmd.bwipeout()
    assert(text:find("pip install specthis-lsp", 1, true), text)
  end)

  case(":SpecthisDebug says how the server stands, and that there is none", function()
    open(SPEC)
    vim.cmd.SpecthisDebug()
    until_true(function()
      return vim.api.nvim_buf_get_lines(0, 0, 1, false)[1] == "# specthis-lsp"
    end, function()
      return "shown is " .. vim.inspect(vim.api.nvim_buf_get_lines(0, 0, 1, false))
    end)
    vim.cmd.close()
    vim.cmd.cd("/")
    vim.cmd.enew()
    vim.cmd.SpecthisDebug()
    vim.cmd.cd("-")
    local said = vim.api.nvim_exec2("messages", { output = true }).output
    assert(said:find("specthis: no server runs here", 1, true), said)
  end)

  case(":SpecthisLog opens the log", function()
    vim.cmd.SpecthisLog()
    same(vim.fn.expand("%:t"), "lsp.log", "the file")
    vim.cmd.bwipeout()
  end)

  case("the help is found", function()
    vim.cmd.help(":SpecthisCheck")
    same(vim.fn.expand("%:t"), "specthis.txt", "the file")
    vim.cmd.helpclose()
  end)
end

local failed = 0
for _, one in ipairs(cases) do
  local well, problem = pcall(one.run)
  failed = failed + (well and 0 or 1)
  say(well and "ok   " or "FAIL ", one.name, well and "" or "\n     " .. tostring(problem))
end
say("end")
vim.cmd("silent! wall | " .. (failed == 0 and "qall!" or "cquit! 1"))
