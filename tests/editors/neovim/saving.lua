vim.api.nvim_create_autocmd("BufWritePre", {
  pattern = "*.md",
  callback = function(event)
    if #vim.lsp.get_clients({ bufnr = event.buf, name = "specthis_lsp" }) > 0 then
      vim.lsp.buf.format({ bufnr = event.buf, name = "specthis_lsp" })
    end
  end,
})
