vim.api.nvim_create_autocmd("FileType", {
  pattern = {
    "markdown", "tex", "plaintex", "toml", "json", "python", "make",
    "r", "rmd", "quarto", "julia", "sh", "bash", "zsh", "stata", "matlab", "perl", "lua",
  },
  callback = function(event)
    local folder = vim.fs.dirname(vim.api.nvim_buf_get_name(event.buf))
    local marker = vim.fs.find({ "specthis.toml", "specs" }, { path = folder, upward = true })[1]
    if marker then
      vim.lsp.start({ name = "specthis_lsp", cmd = { "specthis-lsp", "--stdio" }, root_dir = vim.fs.dirname(marker) })
    end
  end,
})
