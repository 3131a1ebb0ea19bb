"""What the docs say is what the code does."""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from projects import ENVIRONMENT, copy_of, write
from specthis_analyzers.facts import latex, markdown
from specthis_analyzers.names import Names
from specthis_analyzers.rules import RULES
from specthis_analyzers.settings import PERSONAL, Analysis
from specthis_analyzers.text import Text
from specthis_analyzers.view import View
from worlds import DictWorld

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", DOCS / "generate.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", sorted(generator().PAGES))
def test_generated_pages_are_up_to_date(name: str) -> None:
    """`make docs` would change nothing."""
    assert (ROOT / name).read_text() == generator().PAGES[name](), "run `make docs`"


def test_the_package_ships_no_page_of_a_rule_that_is_gone() -> None:
    """The manual pages are those of the table of rules."""
    shipped = {path.stem for path in (ROOT / "server/specthis_lsp/manual").glob("*.md")}
    assert shipped == {rule.code for rule in RULES}


def test_the_list_of_questions_is_the_whole_list() -> None:
    """Every kind that can be asked stands in the docstring of `view.py`, and no other."""
    from specthis_analyzers import view

    listed = set(re.findall(r"^`([\w ]+)` ", view.__doc__ or "", re.MULTILINE))
    assert listed == set(View(DictWorld({}), Analysis(), Names(), lambda path: None).answers.kinds)


LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


PAGES = sorted(path.relative_to(ROOT).as_posix() for path in (*DOCS.glob("*.md"), *DOCS.glob("editors/*.md")))


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", *PAGES])
def test_links_lead_somewhere(page: str) -> None:
    """Every relative link of the docs names a file that is there."""
    text = (ROOT / page).read_text()
    links = [link for link in LINK.findall(text) if "://" not in link]
    assert [link for link in links if not ((ROOT / page).parent / link).exists()] == []


def test_the_settings_of_editors_are_those_that_are_taken_from_them() -> None:
    """The page for any client names the same ones as the manual of settings."""
    page = (DOCS / "editors/README.md").read_text()
    [row] = [line for line in page.splitlines() if line.startswith("| settings |")]
    own, sign, _ = row.partition("; [all others](../settings.md#in-an-editor)")
    assert sign
    assert re.findall(r"`([\w.]+)`", own)[1:] == list(PERSONAL)
    assert "\n## In an editor\n" in (DOCS / "settings.md").read_text()


def code_blocks(page: str) -> dict[str, str]:
    """The spec files that the README shows, by the path it names for them."""
    text = (ROOT / page).read_text()
    found = re.findall(r"`(specs/[\w-]+\.md)`[^\n]*:\n\n((?:(?:    [^\n]*)?\n)+)", text)
    return {path: re.sub(r"^    ", "", block, flags=re.MULTILINE) for path, block in found}


def test_the_specs_of_the_readme_check_clean(tmp_path: Path) -> None:
    """Copied from the README, with the files they name, they are a project without findings."""
    files = code_blocks("README.md")
    assert set(files) == {"specs/compute-fit.md", "specs/report-fit.md"}
    files |= {
        "specs/definitions.md": "---\nname: definitions\nkind: definitions\ndepends_on: []\n---\n",
        "scripts/fit.py": "print('fit')\n",
        "scripts/export_fit.py": "print('export')\n",
        "results/fit-base/fit.json": '{"loss": 0.25, "seed": 1}',
        "reports/figures/loss.tex": "",
        "reports/paper.tex": "\\documentclass{article}\\begin{document}\\section{Fit}\\label{sec:fit}\n"
        "\\input{figures/loss}\n\\end{document}\n",
    }
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    command = [sys.executable, "-m", "specthis_lsp", "--check", "--output-format", "full", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "All 3 specs are clean.\n")


def test_the_specs_of_the_manual_are_read_as_it_says(tmp_path: Path) -> None:
    """Its two whole specs are clean where what they name is there; its forms of a schema are each the one it says."""
    specs = [text for text in blocks("specs.md", "markdown") if text.startswith("---")]
    files = {f"specs/{re.findall('^name: (.+)$', text, re.M)[0]}.md": text for text in specs}
    assert set(files) == {"specs/compute-fit.md", "specs/report-fit.md"}
    files |= {
        "specs/definitions.md": "---\nname: definitions\nkind: definitions\ndepends_on: []\n---\n",
        "scripts/fit.py": "",
        "scripts/export_fit.py": "",
        "results/fit-base/fit.json": '{"loss": 0.25, "seed": 1}',
        "reports/figures/loss.tex": "",
        "reports/figures/loss.dat": "",
        "reports/paper.tex": "\\documentclass{article}\\begin{document}\\section{Fit}\\label{sec:fit}\n"
        "\\input{figures/loss}\n\\end{document}\n",
    }
    command = [sys.executable, "-m", "specthis_lsp", "--check", str(write(tmp_path, files))]
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "All 3 specs are clean.\n1 hint hidden (-v shows it).\n")
    forms = re.findall(r"^````markdown\n(.*?)^````$", (DOCS / "specs.md").read_text(), re.MULTILINE | re.DOTALL)
    read = [markdown.read(Text(f"---\nkind: compute\n---\n## Entry\n### base\n{form}")) for form in forms]
    schemas = [facts.entries[0].schema for facts in read]
    assert [schema and (schema.form, schema.problems) for schema in schemas] == [
        (form, ()) for form in ("keys", "file", "bullets", "schema fence", "example fence", "suffix")
    ]


def test_the_changelog_has_a_place_for_what_is_new() -> None:
    """Whoever changes something finds where to say so."""
    assert "## Unreleased" in (ROOT / "CHANGELOG.md").read_text()


def test_every_rule_has_a_place_in_the_manual() -> None:
    """The manual is the table of rules, in its order."""
    headings = re.findall(r"^## ([a-z-]+)$", (DOCS / "rules.md").read_text(), re.MULTILINE)
    assert headings == [rule.code for rule in RULES]


@pytest.mark.parametrize(("line", "code"), [(line, code) for line, _, code in generator().EXAMPLES])
def test_examples_of_the_command_line_do_what_is_said(tmp_path: Path, line: str, code: int) -> None:
    """Each command of the reference, in a committed copy of the drifted study, ends as the reference says."""
    study = copy_of("drifted", tmp_path)
    if "--changed" in line or "--since" in line:
        if shutil.which("git") is None:
            pytest.skip("no git here")
        for words in ("init -q -b main", "add -A", "-c user.name=A -c user.email=a@b.c commit -qm study"):
            subprocess.run(["git", *words.split()], cwd=study, check=True)
    program = shlex.join([sys.executable, "-m", "specthis_lsp"])
    command = line.replace("specthis-lsp", program, 1)
    done = subprocess.run(command, shell=True, cwd=study, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr


def test_every_variable_that_is_read_is_in_the_reference() -> None:
    """No environment variable is heeded in silence."""
    from specthis_lsp.cli.described import VARIABLES, verbs
    from specthis_lsp.cli.main import VERBS

    found: set[str] = set()
    for path in (ROOT / "server/specthis_lsp/cli").glob("*.py"):
        if "os.environ" in path.read_text():
            found |= set(re.findall(r'"([A-Z]+(?:_[A-Z]+)*)"', path.read_text()))
    assert found - {option.holder for verb in verbs(VERBS) for option in verb.options} == set(VARIABLES)


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", (DOCS / page).read_text(), re.MULTILINE | re.DOTALL)


def test_the_comments_of_the_manual_are_read_as_it_says() -> None:
    """Each is followed, has a reason, and names rules that there are."""
    found = [one for text in blocks("suppressions.md", "markdown") for one in markdown.read(Text(text)).suppressions]
    found += [one for text in blocks("suppressions.md", "tex") for one in latex.read(Text(text)).suppressions]
    assert len(found) == 5
    for one in found:
        assert (one.problem, bool(one.reason)) == ("", True)
        assert {code.text for code in one.codes} <= {rule.code for rule in RULES}


def test_the_sessions_of_the_manual_go_as_it_says(tmp_path: Path) -> None:
    """Its commands, one after the other on the drifted study, print what it shows."""
    root = copy_of("drifted", tmp_path)
    env = {name: value for name, value in os.environ.items() if name not in ("GITHUB_ACTIONS", "FORCE_COLOR")}
    for command, told in re.findall(
        r"^\$ specthis-lsp (.+)\n((?:[^$].*\n)*)", "".join(blocks("suppressions.md", "console")), re.M
    ):
        run = [sys.executable, "-m", "specthis_lsp", *shlex.split(command)]
        done = subprocess.run(run, cwd=root, env=env, capture_output=True, text=True, check=False)
        assert done.stderr + done.stdout == told, command


def test_each_decision_has_a_number_of_its_own() -> None:
    """The number of its file is that of its heading."""
    files = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    numbers = [int(path.name[:4]) for path in files]
    assert len(set(numbers)) == len(numbers)
    for number, path in zip(numbers, files, strict=True):
        assert path.read_text(encoding="utf-8").startswith(f"# {number}. "), path.name
