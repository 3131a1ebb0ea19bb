"""The smallest projects, and the environment that commands of tests run in."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

ENVIRONMENT = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith(("SPECTHIS_", "GITHUB_", "FORCE_COLOR", "NO_COLOR"))
}
"""What a command is given: nothing that whoever runs the tests has set for commands of ours."""

SPEC = """---
name: compute-fit
kind: compute
depends_on: []
---

### base

Script: `scripts/fit.py`
Output: `results/fit/fit.json`
Schema: `loss: number`
Status: script ready
"""
FILES = {"specs/compute-fit.md": SPEC, "scripts/fit.py": "", "results/fit/fit.json": '{"loss": 1}'}
"""A project in which nothing is wrong."""

SMALL = {
    "specs/compute-a.md": "---\nname: compute-a\nkind: compute\ndepends_on: []\n---\n\n## Entries\n\n### base\n\n"
    "Script: `scripts/fit.py`\nOutput: `results/a.json` (keys: loss)\nStatus: script ready\n",
    "scripts/fit.py": "",
    "results/a.json": '{"loss": 1}',
}
"""Another one, its schema behind its output."""


EXAMPLES = Path(__file__).resolve().parents[1] / "docs" / "examples"


LEFT = (".specthis", "build", "__pycache__")
"""What checks and runs leave behind."""


def copy_of(name: str, folder: Path) -> Path:
    """A study of the examples in a folder, as git has it: in the original another test may run a check meanwhile."""
    return shutil.copytree(EXAMPLES / name, folder / name, ignore=shutil.ignore_patterns(*LEFT))


def write(root: Path, files: Mapping[str, str]) -> Path:
    """Put files below a folder, their line ends as they are; the folder."""
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text.encode("utf-8"))
    return root
