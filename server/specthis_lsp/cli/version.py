"""The version of what is installed. Looked up only where it is printed: package metadata is slow to read."""

from __future__ import annotations


def version() -> str:
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    try:
        return installed("specthis-lsp")
    except PackageNotFoundError:
        return "unknown"
