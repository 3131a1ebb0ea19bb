"""What the architecture promises and a tool can hold."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from grimp import build_graph

ROOT = Path(__file__).parent.parent
PACKAGES = ("analyzers/specthis_analyzers", "server/specthis_lsp", "runtime/specthis_runtime")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def test_no_module_imports_itself_over_others() -> None:
    """Imports have an order, those inside functions too; only what is imported for the sake of types has none."""
    packages = [path.rpartition("/")[2] for path in PACKAGES]
    graph = build_graph(*packages, exclude_type_checking_imports=True, cache_dir=None)
    order = TopologicalSorter({module: graph.find_modules_directly_imported_by(module) for module in graph.modules})
    try:
        order.prepare()
    except CycleError as circle:
        pytest.fail(" <- ".join(circle.args[1]))


def test_imports_point_downwards() -> None:
    """The import contracts of pyproject.toml hold."""
    command = [sys.executable, "-m", "importlinter.cli", "--config", "pyproject.toml"]
    code = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"
    done = subprocess.run([command[0], "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_says_its_idea_in_its_first_line(path: Path) -> None:
    """A docstring, whose first line is a sentence and fits on it."""
    documentation = ast.get_docstring(ast.parse(path.read_text()))
    assert documentation, "no docstring"
    first = documentation.splitlines()[0]
    assert first[-1] in ".:?;" or first.endswith(("`", ")")), first


def imported_by(arguments: list[str]) -> set[str]:
    """The modules that a run of the command has imported at its end."""
    code = (
        "import sys, atexit\n"
        "atexit.register(lambda: print('\\n'.join(sorted(sys.modules)), file=sys.stderr))\n"
        f"sys.argv = ['specthis-lsp', *{arguments!r}]\n"
        "from specthis_lsp.__main__ import main\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    return set(done.stderr.split())


def test_checking_imports_no_protocol() -> None:
    """Continuous integration pays for nothing that only editors need."""
    imported = imported_by(["--check", "--no-cache", "docs/examples/grokking"])
    assert "specthis_analyzers.project" in imported
    assert not imported & {
        "pygls",
        "lsprotocol",
        "asyncio",
        "torch",
        "modal",
        "markdown_it",
        "pylatexenc",
        "watchfiles",
    }


def test_only_the_server_speaks_the_protocol() -> None:
    """LSP types appear in one package."""
    speaking = [
        path for path in MODULES if re.search(r"^\s*(?:from|import) (?:pygls|lsprotocol)", path.read_text(), re.M)
    ]
    assert speaking
    assert all("specthis_lsp/server/" in path.as_posix() for path in speaking)


def test_the_core_needs_neither_torch_nor_modal() -> None:
    """The heavy packages are extras."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert not any(re.match(r"torch|modal", dependency) for dependency in project["dependencies"])


@pytest.mark.parametrize("arguments", [("check", "."), ("format", "--check", ".")], ids=" ".join)
def test_ruff_has_nothing_to_say(arguments: tuple[str, ...]) -> None:
    """The code is in the one style."""
    done = subprocess.run(
        [sys.executable, "-m", "ruff", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_types_agree() -> None:
    """Pyright finds no error; it needs a program that it fetches from the package registry on first use."""
    done = subprocess.run([sys.executable, "-m", "pyright"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        pytest.skip(f"pyright did not start: {(done.stderr or done.stdout).strip().splitlines()[-1:]}")
    assert done.returncode == 0, done.stdout
