-- The commands that need no buffer of a project.
if vim.fn.has("nvim-0.11") == 0 or vim.g.loaded_specthis then
  return
end
vim.g.loaded_specthis = true

vim.api.nvim_create_user_command("SpecthisCheck", function()
  require("specthis").check()
end, { desc = "What is found in the whole project, in the quickfix list" })

vim.api.nvim_create_user_command("SpecthisLog", function()
  require("specthis").log()
end, { desc = "The log of language servers, where specthis-lsp last wrote in it" })
