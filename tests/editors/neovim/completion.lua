vim.opt.completeopt = { "menuone", "noselect", "popup" } -- else the first choice is taken before you have seen it
vim.api.nvim_create_autocmd("LspAttach", {
  callback = function(event)
    vim.lsp.completion.enable(true, event.data.client_id, event.buf, { autotrigger = true })
  end,
})
