"""The host and the faces of specthis-lsp: command line and language server."""

__version__ = "0.1.0"
"""The one home of the version: the package metadata takes it from here, and is slower to ask."""
