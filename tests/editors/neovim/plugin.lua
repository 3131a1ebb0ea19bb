vim.opt.runtimepath:prepend(vim.fn.expand("~/src/specthis-lsp/editors/neovim"))
vim.lsp.enable("specthis_lsp")
