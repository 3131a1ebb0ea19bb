"""The host and the faces of specthis-lsp: command line and language server."""
