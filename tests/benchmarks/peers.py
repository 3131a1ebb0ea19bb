"""The tools we are measured against live in a private environment, at pinned versions.

    python tests/benchmarks/peers.py [DIR] [--remove]

It is made once, with `python -m venv` and pip, in the user's cache directory unless DIR is given.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

PINS = ("rumdl==0.3.0", "ruff==0.17.5", "specthis==0.1.15", "psutil>=6")
NODE_PINS = ("vscode-langservers-extracted@4.10.0",)
"""Of the npm registry, where npm is; without it their rows are not run."""
MARK = "pins.txt"


@dataclass(frozen=True)
class Peers:
    python: Path
    """An interpreter that has psutil: the latency client runs in it."""
    rumdl: Path
    ruff: Path
    specthis: Path
    markdown_server: Path | None
    """The Markdown server that VS Code comes with; None where there is no npm to install it."""


def cache_directory() -> Path:
    """Where everything that a benchmark makes is kept; safe to delete."""
    default = "~/Library/Caches" if sys.platform == "darwin" else "~/.cache"
    return Path(os.environ.get("XDG_CACHE_HOME") or default).expanduser() / "specthis-lsp-bench"


def ensure(directory: Path | None = None) -> Peers:
    """The peers, installed first where they are not, or not at these versions."""
    directory = directory or cache_directory() / "peers"
    mark = directory / MARK
    if not mark.exists() or mark.read_text() != _identity():
        if directory.exists() and any(directory.iterdir()) and not (directory / "pyvenv.cfg").exists():
            raise RuntimeError(f"{directory} holds something else")
        print(f"installing {', '.join(PINS)} into {directory}", file=sys.stderr)
        _run(sys.executable, "-m", "venv", "--clear", str(directory))
        _run(str(_program(directory, "python")), "-m", "pip", "install", "--quiet", "--no-input", *PINS)
        if shutil.which("npm"):
            _run(
                "npm", "install", "--silent", "--no-fund", "--no-audit", "--prefix", str(directory / "node"), *NODE_PINS
            )
        mark.write_text(_identity())
    markdown_server = directory / "node" / "node_modules" / ".bin" / "vscode-markdown-language-server"
    python, rumdl, ruff, specthis = (_program(directory, name) for name in ("python", "rumdl", "ruff", "specthis"))
    found = Peers(python, rumdl, ruff, specthis, markdown_server if markdown_server.exists() else None)
    missing = [path.name for path in vars(found).values() if path and not path.exists()]
    if missing:
        raise RuntimeError(f"{directory} lacks {', '.join(missing)}: remove it and try again")
    return found


def remove(directory: Path | None = None) -> None:
    directory = directory or cache_directory() / "peers"
    if (directory / MARK).exists():
        shutil.rmtree(directory)


def _identity() -> str:
    return "\n".join((sys.version, *PINS, *(NODE_PINS if shutil.which("npm") else ()), ""))


def _program(directory: Path, name: str) -> Path:
    windows = sys.platform == "win32"
    return directory / ("Scripts" if windows else "bin") / (f"{name}.exe" if windows else name)


def _run(*command: str) -> None:
    environment = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "PYTHONHOME")}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stderr.strip()[-2000:]}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("directory", type=Path, nargs="?", metavar="DIR")
    parser.add_argument("--remove", action="store_true")
    options = parser.parse_args()
    if options.remove:
        remove(options.directory)
        return
    for name, path in vars(ensure(options.directory)).items():
        print(f"{name:9} {path}")


if __name__ == "__main__":
    main()
