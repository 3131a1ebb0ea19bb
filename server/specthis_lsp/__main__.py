"""`specthis-lsp`: the command that serves editors, checks projects, and explains its rules."""

from __future__ import annotations

import sys


def main() -> int:
    """Choose a face. Checking never imports the protocol."""
    try:
        from .cli.main import run

        return run(sys.argv[1:])
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
