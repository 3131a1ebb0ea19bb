vim.api.nvim_create_autocmd({ "LspAttach", "BufEnter", "InsertLeave" }, {
  callback = function(event)
    vim.lsp.codelens.refresh({ bufnr = event.buf })
  end,
})
