"""Completion against the cases of `tests/queries/completion.md`: projects with a cursor, and what is offered there."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from specthis_analyzers import paths
from specthis_analyzers.facts import configuration
from specthis_analyzers.facts.comments import style_of
from specthis_analyzers.facts.outline import outline
from specthis_analyzers.project import Project
from specthis_analyzers.queries.completion import MOST, Completion, completion, explanation
from specthis_analyzers.rules import RULES
from specthis_analyzers.text import Text
from worlds import DictWorld

CASES = Path(__file__).parent / "queries" / "completion.md"
CODES = {"missing-script": "no script", "missing-output": "no output", "orphaned-export": "shown nowhere"}
GPUS = {"A10G": 4, "H100": 8}
ANALYSIS = replace(configuration.DEFAULT.analysis, gpus=GPUS)
FILE = re.compile(r"^````(\S+)\n(.*?)^````$", re.MULTILINE | re.DOTALL)
HEAD = re.compile(r"^## ", re.MULTILINE)
SAYS = re.compile(
    r"^(offers|begins|not|git ignores|more|line ends|accepting `[^`]+`|snippet of `[^`]+`): ?(.*)$", re.MULTILINE
)


@dataclass
class Case:
    """A project, a cursor in one of its files, and what is said of the choices there."""

    name: str
    files: dict[str, str] = field(default_factory=dict)
    cursor: tuple[str, int] = ("", 0)
    says: list[tuple[str, str]] = field(default_factory=list)

    def project(self, files: dict[str, str] | None = None) -> Project:
        ignored = frozenset(said for what, said in self.says if what == "git ignores")
        world = DictWorld(dict(self.files if files is None else files), ignored)
        text = world.read("specthis.toml")
        settings = configuration.read(text) if isinstance(text, Text) else configuration.DEFAULT
        return Project(world, replace(settings, analysis=replace(settings.analysis, gpus=GPUS)))


def read_cases() -> list[Case]:
    text = CASES.read_text(encoding="utf-8")
    heads = [head.start() for head in HEAD.finditer(FILE.sub(lambda file: "x" * len(file[0]), text))]
    return [_case(text[start + 3 : end]) for start, end in zip(heads, [*heads[1:], len(text)], strict=True)]


def _case(part: str) -> Case:
    case = Case(part.partition("\n")[0])
    for path, content in FILE.findall(part):
        before, bar, after = content.partition("|")
        if bar and not case.cursor[0]:
            case.cursor = (path, len(before))
            content = before + after
        case.files[path] = content
    case.says = [(what, said.replace("␣", " ")) for what, said in SAYS.findall(FILE.sub("", part))]
    if ("line ends", "CRLF") in case.says:
        path, offset = case.cursor
        case.cursor = (path, offset + case.files[path].count("\n", 0, offset))
        case.files = {path: content.replace("\n", "\r\n") for path, content in case.files.items()}
    assert case.cursor[0], f"{case.name}: no cursor"
    assert any(what != "git ignores" for what, _ in case.says), f"{case.name}: nothing expected"
    return case


ALL = read_cases()


def labels_of(found: Completion | None) -> list[str]:
    return [choice.label for choice in found.choices] if found else []


def accepted(source: str, found: Completion | None, label: str) -> str:
    """The text once a choice is taken."""
    assert found is not None, "nothing is offered"
    choice = next((choice for choice in found.choices if choice.label == label), None)
    assert choice is not None, f"`{label}` is not among {labels_of(found)}"
    return source[: found.start] + choice.text + source[choice.end :]


def line_at(source: str, offset: int) -> str:
    text = Text(source)
    return text.line(text.line_of(offset))


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_completion(case: Case):
    path, offset = case.cursor
    found = completion(case.project().view, path, offset, CODES)
    offered = labels_of(found)
    for what, said in case.says:
        wanted = [] if said == "nothing" else said.split(", ")
        if what == "offers":
            assert offered == wanted
        elif what == "begins":
            assert offered[: len(wanted)] == wanted
        elif what == "not":
            assert not set(wanted) & set(offered)
        elif what == "more":
            assert found is not None
            assert not found.whole
        elif what.startswith("accepting"):
            source = case.files[path]
            assert found is not None
            assert line_at(accepted(source, found, what.split("`")[1]), found.start) == said
        elif what.startswith("snippet"):
            snippets = {choice.label: choice.snippet for choice in found.choices} if found else {}
            assert snippets[what.split("`")[1]] == said


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_what_is_typed_is_part_of_what_is_replaced(case: Case):
    """Start, cursor and end stand in order and on one line, or clients drop the choice."""
    path, offset = case.cursor
    found = completion(case.project().view, path, offset, CODES)
    text = Text(case.files[path])
    for choice in found.choices if found else ():
        assert found
        assert found.start <= found.offset == offset <= choice.end
        assert text.line_of(found.start) == text.line_of(choice.end)


@given(st.data())
def test_completion_answers_anywhere(data: st.DataObject):
    """No place of any file makes it fail, also where the text breaks off, and every choice can be explained."""
    case = data.draw(st.sampled_from(ALL))
    path = data.draw(st.sampled_from(sorted(case.files)))
    source = case.files[path]
    cut = data.draw(st.integers(0, len(source)))
    typed = data.draw(
        st.sampled_from(["", "`", "{", "[", "#", ": ", ", ", "/", "- ", "\n", '"', "../", "\r\n", "<!--"])
    )
    rest = data.draw(st.sampled_from(["", source[cut:], "\n" + source[cut:]]))
    files = {**case.files, path: source[:cut] + typed + rest}
    view = case.project(files).view
    found = completion(view, path, cut + len(typed), CODES)
    for choice in found.choices[:20] if found else ():
        assert found
        assert found.start <= found.offset <= choice.end <= len(files[path])
        assert isinstance(explanation(view, choice.about), str)


@pytest.mark.parametrize(
    "case", [case for case in ALL if style_of(case.cursor[0]) == "html"], ids=lambda case: case.name
)
def test_a_path_that_is_accepted_is_there(case: Case):
    """Of every file and folder that is offered in a spec, accepting it gives a path that leads to it."""
    path, offset = case.cursor
    view = case.project().view
    found = completion(view, path, offset, CODES)
    for choice in found.choices if found else ():
        if choice.sort in ("file", "folder"):
            written = choice.text.strip(" `\"'")
            there = paths.project_path(written)
            assert isinstance(there, str)
            assert view.is_here(there), written
            assert bool(view.folder(there)) == (choice.sort == "folder")


STUDY = {
    "specs/definitions.md": "---\nname: definitions\nkind: definitions\ndepends_on: []\n---\n",
    "specs/compute-a.md": "---\nname: compute-a\nkind: compute\ndepends_on: []\n---\n\n## Entry\n\n### base\n\n",
    "specs/report-a.md": "---\nkind: report\nhost_doc: reports/paper.tex\nsection_label: sec:a\n---\n\n"
    "## Entry\n\n### loss\n\nExport outputs: `reports/figures/loss.tex`, `reports/figures/curve.pdf`\n",
    "reports/paper.tex": "\\documentclass{article}\n\\begin{document}\n\\section{A}\\label{sec:a}\n\\end{document}\n",
    "reports/figures/loss.tex": "",
    "reports/figures/curve.pdf": "",
    "scripts/fit.py": "",
    "results/a/a.json": '{"loss": 1}',
    "specthis.toml": "",
}
FRONT, ENTRY = "---\n", STUDY["specs/compute-a.md"]
PAPER = STUDY["reports/paper.tex"].partition("\\end")[0]


@pytest.mark.parametrize(
    ("path", "above", "word", "below"),
    [
        ("specs/compute-b.md", FRONT, "name", ""),
        ("specs/compute-b.md", FRONT, "depends_on", "\n---\n"),
        ("specs/compute-b.md", f"{FRONT}kind: ", "compute", "\n---\n"),
        ("specs/compute-b.md", f"{FRONT}name: ", "compute-b", ""),
        ("specs/compute-b.md", f"{FRONT}depends_on: [", "definitions.md", "]\n---\n"),
        ("specs/compute-b.md", f"{FRONT}depends_on: [compute-a.md, ", "definitions.md", ""),
        ("specs/compute-b.md", f"{FRONT}depends_on:\n  - ", "definitions.md", "\n---\n"),
        ("specs/report-b.md", f"{FRONT}kind: report\nhost_doc: ", "reports/paper.tex", "\n---\n"),
        ("specs/report-b.md", f"{FRONT}host_doc: reports/paper.tex\nsection_label: ", "sec:a", "\n---\n"),
        ("specs/compute-a.md", ENTRY, "Script", ""),
        ("specs/compute-a.md", ENTRY, "Also writes", "\nStatus: script TBD\n"),
        ("specs/report-a.md", STUDY["specs/report-a.md"], "Export script", ""),
        ("specs/compute-a.md", f"{ENTRY}Status: ", "script TBD", ""),
        ("specs/compute-a.md", f"{ENTRY}Status: ", "script ready", "\n"),
        ("specs/compute-a.md", f"{ENTRY}Script: `", "scripts/fit.py", ""),
        ("specs/compute-a.md", f"{ENTRY}Output: `", "results/a/a.json", "`\n"),
        ("specs/compute-a.md", f"{ENTRY}Output: `results/a/a.json` (keys: ", "loss", ")\n"),
        ("specs/compute-a.md", f"{ENTRY}Output: `results/a/a.json`\nSchema: `", "loss", "`\n"),
        ("specs/compute-a.md", f"{ENTRY}Output: `results/a/a.json`\nSchema: `loss: ", "number", "`\n"),
        ("specs/compute-a.md", f"{ENTRY}Output: `results/a/a.json`\nSchema: `loss: ", "integer[]", ""),
        ("specs/compute-a.md", f"{ENTRY}Resources: `", "budget", "`\n"),
        ("specs/compute-a.md", f"{ENTRY}Resources: `hours=2, gpu=", "A10G", ""),
        ("specs/compute-a.md", f"{ENTRY}Resources: `checkpoint=", "none", "`\n"),
        ("specs/compute-a.md", f"{ENTRY}Run: `python {{", "script", "}`\n"),
        ("specs/compute-a.md", f"{ENTRY}Variants: `", "scripts/fit.py", "`\n"),
        ("specs/report-a.md", f"{STUDY['specs/report-a.md']}Routes: `", "reports/paper.tex", ""),
        ("specs/report-a.md", f"{STUDY['specs/report-a.md']}Routes: `reports/paper.tex#", "sec:a", "`\n"),
        ("specs/compute-a.md", f"{ENTRY}<!-- specthis: ", "ignore", ""),
        ("specs/compute-a.md", f"{ENTRY}<!-- specthis: ignore[", "missing-script", "] -->\n"),
        ("reports/paper.tex", f"{PAPER}% specthis: ignore-file[", "missing-output", ""),
        ("reports/paper.tex", f"{PAPER}\\input{{", "figures/loss", ""),
        ("reports/paper.tex", f"{PAPER}\\includegraphics[width=1in]{{", "figures/curve.pdf", "}\n"),
        ("reports/paper.tex", f"{PAPER}\\ref{{", "sec:a", "}\n"),
        ("specthis.toml", "", "dialect", ""),
        ("specthis.toml", "[", "layout", "]\n"),
        ("specthis.toml", "[layout]\n", "papers", " = []\n"),
        ("specthis.toml", 'dialect = "', "0.0.1", '"\n'),
        ("specthis.toml", '[rules]\nselect = ["', "orphaned-export", '"]\n'),
        ("specthis.toml", "[rules.severity]\n", "missing-script", ""),
        ("specthis.toml", '[rules.severity]\nmissing-script = "', "hint", '"\n'),
        ("pyproject.toml", '[project]\nname = "a"\n\n[tool.specthis.latex]\n', "general", ""),
    ],
)
def test_a_word_is_offered_after_each_of_its_letters(path: str, above: str, word: str, below: str):
    """And folder by folder; once the choice is taken, the word stands there whole, and once."""
    for typed in range(len(word) + 1):
        files = {**STUDY, path: above + word[:typed] + below}
        project = Project(DictWorld(dict(files)), replace(configuration.DEFAULT, analysis=ANALYSIS))
        found = completion(project.view, path, len(above) + typed, CODES)
        offered = {choice.filter or choice.label: choice for choice in found.choices} if found else {}
        folder = word[: word.find("/", typed) + 1]
        assert found, word[:typed]
        choice = offered.get(word) or (offered.get(folder) if folder else None)
        assert choice, f"{word[:typed]}: {list(offered)}"
        text = files[path]
        after = text[: found.start] + choice.text + text[choice.end :]
        assert after.startswith(above + (word if word in offered else folder))
        assert after.count(word) <= max((above + word + below).count(word), 1)


def test_of_very_many_specs_those_that_fit_are_offered():
    """A list of thousands is cut, says so, and holds what begins as typed."""
    files = {
        f"specs/compute-{number:05}.md": f"---\nname: compute-{number:05}\nkind: compute\n---\n"
        for number in range(3000)
    }
    files["specs/report-a.md"] = "---\nname: report-a\nkind: report\ndepends_on: [compute-029]\n---\n"
    view = Project(DictWorld(dict(files))).view
    offset = files["specs/report-a.md"].index("]")
    found = completion(view, "specs/report-a.md", offset, CODES)
    assert found is not None
    assert not found.whole
    assert len(found.choices) <= MOST
    assert labels_of(found)[0] == "compute-02900.md"
    assert all("029" in label for label in labels_of(found))


def test_rules_there_are_can_be_offered_by_code():
    """The codes of the table go into a comment as they are."""
    codes = {rule.code: rule.summary for rule in RULES}
    source = "x = 1  # specthis: ignore["
    found = completion(Project(DictWorld({"scripts/a.py": source})).view, "scripts/a.py", len(source), codes)
    assert labels_of(found) == list(codes)


def test_the_whole_path_is_shown_and_compared():
    """Some clients compare the label with the symbol before the cursor, and take a slash for a part of it."""
    spec = "---\nname: compute-a\nkind: compute\n---\n\n### base\n\nScript: `scripts/lib/f`\n"
    view = Project(DictWorld({"specs/compute-a.md": spec, "scripts/lib/fit.py": ""})).view
    offset = spec.index("f`") + 1
    found = completion(view, "specs/compute-a.md", offset, CODES)
    assert found is not None
    assert spec[found.start : offset] == "scripts/lib/f"
    assert [(choice.label, choice.filter or choice.label) for choice in found.choices] == [
        ("scripts/lib/fit.py", "scripts/lib/fit.py"),
    ]  # fmt: skip


def test_of_a_folder_of_thousands_those_that_fit_are_offered():
    """The folder is listed once, whatever it holds."""
    spec = "---\nname: compute-a\nkind: compute\n---\n\n### base\n\nScript: `scripts/12`\n"
    files = {f"scripts/fit-{number:04}.py": "" for number in range(2000)} | {"specs/compute-a.md": spec}
    view = Project(DictWorld(dict(files))).view
    found = completion(view, "specs/compute-a.md", spec.index("12`") + 2, CODES)
    assert found is not None
    assert not found.whole
    assert len(found.choices) == sum("12" in path for path in files if path.startswith("scripts/"))
    whole = completion(view, "specs/compute-a.md", spec.index("12`"), CODES)
    assert whole is not None
    assert not whole.whole
    assert len(whole.choices) == MOST


def test_a_line_of_thousands_is_not_typed_by_anyone():
    spec = "---\nname: compute-a\nkind: compute\n---\n\n### base\n\nScript: `scripts/"
    files = {"specs/compute-a.md": spec + "x" * 10_000, "scripts/a.py": ""}
    assert completion(Project(DictWorld(dict(files))).view, "specs/compute-a.md", len(spec), CODES) is None


OUTLINES = [
    ('{"loss": 0.5, "steps": 3, "name": "a", "on": true, "none": null, "all": {"x": 1}}', (),
     {"loss": "number", "steps": "integer", "name": "string", "on": "boolean", "none": "null", "all": "object"}),
    ('{"ints": [1, 2], "mixed": [1, 2.5], "words": ["a"], "odd": [1, "a"], "empty": [], "deep": [[1]]}', (),
     {"ints": "integer[]", "mixed": "number[]", "words": "string[]", "odd": "array", "empty": "array",
      "deep": "array[]"}),
    ('{"all": {"x": 1, "y": [true]}}', ("all",), {"x": "integer", "y": "boolean[]"}),
    ('{"all": {"x": 1}}', ("none",), {}),
    ('{"all": [1]}', ("all",), {}),
    ('{"loss": NaN, "all": {"x": Infinity}}', (), {"loss": "number", "all": "object"}),
    ('{"loss": NaN, "all": {"x": Infinity}}', ("all",), {"x": "number"}),
    ("[1, 2]", (), {}),
    ('{"broken": ', (), {}),
    ("", (), {}),
]  # fmt: skip


@pytest.mark.parametrize(("written", "steps", "expected"), OUTLINES)
def test_outline(written: str, steps: tuple[str, ...], expected: dict[str, str]):
    """A result's keys and types, as a schema would say them."""
    assert outline(written.encode(), steps) == expected


@given(st.binary(max_size=200), st.lists(st.text(max_size=3), max_size=3))
def test_outline_never_raises(data: bytes, steps: list[str]):
    assert isinstance(outline(data, tuple(steps)), dict)
    assert isinstance(outline(data, tuple(steps), table=True), dict)
