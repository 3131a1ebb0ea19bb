-- The commands, and when files are looked at again.
if vim.fn.has("nvim-0.11") == 0 or vim.g.loaded_specthis then
  return
end
vim.g.loaded_specthis = true

vim.api.nvim_create_user_command("SpecthisCheck", function()
  require("specthis").check()
end, { desc = "What is found in the whole project, in the quickfix list" })

vim.api.nvim_create_user_command("SpecthisDebug", function()
  require("specthis").debug()
end, { desc = "How the specthis server stands: what belongs into a report of a defect" })

vim.api.nvim_create_user_command("SpecthisLog", function()
  require("specthis").log()
end, { desc = "The log of language servers, where specthis-lsp last wrote in it" })

vim.api.nvim_create_autocmd({ "FocusGained", "ShellCmdPost", "TermLeave" }, {
  group = vim.api.nvim_create_augroup("specthis_disk", {}),
  desc = "Files that changed on disk behind a hidden buffer, as after a checkout",
  callback = function()
    require("specthis").reread()
  end,
})
