-- What somebody does in Neovim with the drifted study: run by record.py, which says what it is to do all that for.
local SPEC, PAPER = "specs/compute-fraction.md", "reports/sections/grokking.tex"
local PATIENCE = 20000 -- milliseconds

vim.opt.runtimepath:prepend(vim.env.PLUGIN)
vim.lsp.enable("specthis_lsp")

local function step(words)
  vim.wait(1500) -- What the server says by itself, once its author rests, belongs to the step before.
  vim.fn.writefile({ words }, vim.env.STEPS, "a")
end

local function until_true(condition, what)
  assert(vim.wait(PATIENCE, condition, 10), what)
end

local function codes_become(expected)
  until_true(function()
    local found = vim.tbl_map(function(diagnostic)
      return diagnostic.code
    end, vim.diagnostic.get(0))
    return vim.deep_equal(found, expected)
  end, "never found: " .. vim.inspect(expected))
end

local function line(pattern)
  local number = vim.fn.search(pattern, "cw")
  assert(number > 0, pattern .. " is not in the buffer")
  return number
end

local function at(pattern, word)
  local number = line(pattern)
  vim.fn.cursor(number, vim.fn.getline(number):find(word, 1, true) + 2)
end

local function play()
  step("A spec of the study after a bad week is opened")
  vim.cmd.edit(SPEC)
  codes_become({ "missing-script" })

  step("A mistake is typed, and taken back")
  vim.fn.setline(line("^Status:"), "Status: script reday")
  codes_become({ "unknown-status" })
  vim.cmd("silent undo")
  codes_become({ "missing-script" })

  step("What is wrong is looked at")
  at("^Script:", "scripts/")
  vim.lsp.buf.hover()
  until_true(function()
    return vim.iter(vim.api.nvim_list_wins()):any(function(window)
      return vim.api.nvim_win_get_config(window).relative ~= ""
    end)
  end, "no window")

  step("The fix is applied")
  at("^Script:", "scripts/")
  vim.lsp.buf.code_action({
    apply = true,
    filter = function(action)
      return action.isPreferred
    end,
  })
  codes_become({})

  step("From the spec to a script that it names, and back")
  at("^Inputs:", "scripts/")
  vim.lsp.buf.definition()
  until_true(function()
    return vim.fn.expand("%:t") == "model.py"
  end, "never there")
  vim.cmd.buffer(SPEC)

  step("A path is completed")
  vim.fn.setline(line("^Inputs:"), "Inputs: `scripts/mod`")
  vim.fn.cursor(line("^Inputs:"), #"Inputs: `scripts/mod" + 1)
  local client = vim.lsp.get_clients({ bufnr = 0 })[1]
  local asked = vim.lsp.util.make_position_params(0, client.offset_encoding)
  asked.context = { triggerKind = vim.lsp.protocol.CompletionTriggerKind.Invoked }
  local answer = client:request_sync("textDocument/completion", asked, PATIENCE, vim.api.nvim_get_current_buf())
  local items = answer.result.items or answer.result
  local item = vim.iter(items):find(function(one)
    return one.label:find("model.py", 1, true)
  end)
  local resolved = client:request_sync("completionItem/resolve", item, PATIENCE, vim.api.nvim_get_current_buf())
  vim.lsp.util.apply_text_edits({ resolved.result.textEdit }, vim.api.nvim_get_current_buf(), client.offset_encoding)
  assert(vim.fn.getline(line("^Inputs:")) == "Inputs: `scripts/model.py`", vim.fn.getline("."))

  step("It is saved")
  vim.cmd("silent write")

  step("A label is renamed in the paper, and in the spec that names it; both are saved")
  vim.cmd.edit(PAPER)
  codes_become({ "missing-sectionversion" })
  at("sec:grokking", "sec:grokking")
  vim.lsp.buf.rename("sec:when")
  until_true(function()
    return vim.fn.search("sec:when", "cw") > 0
  end, "not renamed")
  vim.cmd("silent wall")

  step("All is closed")
  vim.cmd("silent! %bdelete!")
  for _, one in ipairs(vim.lsp.get_clients()) do
    one:stop()
  end
  until_true(function()
    return #vim.lsp.get_clients() == 0
  end, "it does not leave")
end

vim.schedule(function()
  local well, problem = pcall(play)
  io.stdout:write(well and "end\n" or ("FAIL " .. tostring(problem) .. "\n"))
  vim.cmd(well and "qall!" or "cquit! 1")
end)
