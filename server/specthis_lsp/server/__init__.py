"""The language server: the engine's words in the protocol's."""
