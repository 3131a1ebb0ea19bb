vim.lsp.config("specthis_lsp", {
  cmd = { "specthis-lsp", "--stdio" },
  filetypes = { "markdown", "tex", "plaintex", "toml", "json", "python", "make" },
  root_markers = { "specthis.toml", "specs" },
  workspace_required = true,
})
vim.lsp.enable("specthis_lsp")
