vim.lsp.config("specthis_lsp", {
  cmd = { "specthis-lsp", "--stdio" },
  filetypes = {
    "markdown", "tex", "plaintex", "toml", "json", "python", "make",
    "r", "rmd", "quarto", "julia", "sh", "bash", "zsh", "stata", "matlab", "perl", "lua",
  },
  root_markers = { "specthis.toml", "specs" },
  workspace_required = true,
})
vim.lsp.enable("specthis_lsp")
