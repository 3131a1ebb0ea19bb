"""A project that lived through any sequence of changes says what a project opened just now says."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from msgspec import msgpack
from msgspec.structs import replace

from specthis_analyzers import handed, view
from specthis_analyzers.answers import Answers, Noted
from specthis_analyzers.facts import configuration
from specthis_analyzers.finding import Finding
from specthis_analyzers.handed import Handed
from specthis_analyzers.names import Told
from specthis_analyzers.packed import StandIn
from specthis_analyzers.policy import shown
from specthis_analyzers.project import Project, Report
from specthis_analyzers.settings import Policy
from specthis_analyzers.text import Span, Text
from worlds import DictWorld

COMPUTE = """---
name: compute-fit
kind: compute
depends_on: [definitions.md]
---

# Fit

Builds on `definitions.md`.

## Entries

### base

Script: `scripts/fit.py`
Output: `results/fit-base/fit.json`
Schema: `loss: number`, `seed: integer`
Status: script ready

### wide

Script: `scripts/wide.py`
Output: `results/fit-wide/fit.json`
Schema: `schemas/fit.schema.json`
Status: script TBD
"""
REPORT = """---
name: report-fit
kind: report
depends_on: [compute-fit.md]
host_doc: reports/paper.tex
section_label: sec:fit
---

From `compute-fit.md`.

## Entry

### base

Export script: `scripts/export.py`
Export outputs: `reports/figures/loss.tex`, `reports/tab_fit.tex`
Status: script ready
"""
PAPER = r"""\documentclass{article}
\providecommand{\sectionversion}[1]{#1}
\begin{document}
\section{Fit}\label{sec:fit}
\sectionversion{1}
\input{figures/loss}
\input{sections/table}
\end{document}
"""
MAKEFILE = """FITS = $(wildcard scripts/f*.py)
include rules.mk
results/fit-base/fit.json: $(FITS) specs/compute-fit.md
\tpython $<
reports/%.tex: results/fit-base/fit.json
\tpython scripts/export.py
"""
FILES: dict[str, str | bytes | None] = {
    "specthis.toml": 'freshness = "mtime"\n[layout]\nspecs = "specs"\n',
    "Makefile": MAKEFILE,
    "specs/definitions.md": "---\nname: definitions\nkind: definitions\ndepends_on: []\n---\n\nWords.\n",
    "specs/compute-fit.md": COMPUTE,
    "specs/report-fit.md": REPORT,
    "scripts/fit.py": 'OUT = "results/fit-base"\nopen(OUT + "/fit.json", "w").write("{}")\n',
    "scripts/export.py": 'for name in ("figures/loss", "tab_fit"):\n    open(f"reports/{name}.tex", "w").write("x")\n',
    "results/fit-base/fit.json": '{"loss": 0.5, "seed": 1}',
    "schemas/fit.schema.json": '{"type": "object", "required": ["loss"]}',
    "reports/paper.tex": PAPER,
    "reports/sections/table.tex": "\\input{tab_fit}\n",
    "reports/figures/loss.tex": "\\begin{figure}\\label{fig:loss}\\end{figure}\n",
    "reports/tab_fit.tex": "x\n",
    "specs/_index.json": '{"report-fit.md": {"entries": [{"name": "base", "export_outputs": ["reports/old.tex"]}]}}',
    "rules.mk": "reports/figures/loss.tex: scripts/export.py\n",
}
WORDS = (
    "sec:fit", "sec:other", "script ready", "script TBD", "script redy", "definitions.md", "compute-fit.md", "report",
    "compute", "figure", "scripts/fit.py", "scripts/wide.py", "figures/loss", "tab_fit", "sections/table", "loss",
    "seed", "reports/paper.tex", "reports/other.tex", "\\sectionversion{1}\n", "\\documentclass{article}\n", "---\n",
    "depends_on", "consumes", "### base\n", "## Entries\n", "\n", "`", "{", "}", "é😀", "\\label{sec:fit}", "%", "NaN",
    "figures/other", "\\input{sections/deep}", "Routes: `reports/other.tex#sec:other`\n", "number", "string",
    "schemas/fit.schema.json", "schemas/other.json", "report-fit.md", "compute-wide.md", "wide", "base", "results/",
    "reports/", "Variants: `configs/*.yaml`\n", "{variant_name}", "results/fit-base/fit.json",
    "results/fit-wide/fit.json", "Resources: `gpu=A10G`\n", "## Entry\n",
    "The figure has one palette.\n", "The loss is 0.525.\n", "0.525",
    "scripts/export.py", "reports/extra.tex", 'f"reports/{name}.tex"', "OUT",
    "<!-- specthis: ignore[missing-script, schema-mismatch] why, until 2026-05 -->\n", "-->", "specthis: ignore[",
    "\n% specthis: ignore[missing-sectionversion, unresolved-input] why\n",
    "# specthis: ignore[unknown-dependency] why\n",
    "include rules.mk\n", ".PHONY: reports/tab_fit.tex\n", "\tpython $<\n", "$(FITS)", "reports/%.tex", "ifdef X\n",
    "results/%/fit.json: scripts/%.py\n\tpython $<\n", "Inputs: `scripts/wide.py`\n",
    "\\input{paper}\n", "\\input{old}", "\\input{Sections/table}\n", "\\ifx\\a\\b ", "\\fi ",
    "\\newcommand{\\n}{0.525}",
    "\\includegraphics{figures/none}\n", "\\def\\input@path{{x/}}", "\\includeonly{tab_fit}", "reports/old.tex",
    "<!-- specthis: ignore-file[orphaned-export, scope-creep, made-up] -->\n", "ignore-file", "missing-script",
)  # fmt: skip
LINES = (
    'open("reports/extra.tex", "w")\n', 'open("reports/tab_fit.tex", "w")\n', "# reports, results\n", "print(1)\n",
    'open("results/fit-base/fit.json", "w")\n', 'OUT = "results/more.json"\nopen(OUT, "w")\n', "x = (\n",
    "# specthis: ignore[exporter-writes-elsewhere] why\n", "# specthis: ignore-file[exporter-writes-elsewhere, x]\n",
    'open("reports/sections/table.tex", "w")\n', 'import os\nos.remove("reports/extra.tex")\n',
)  # fmt: skip
"""Of scripts."""
PATHS = (
    *FILES, "specs/compute-wide.md", "specs/README.md", "scripts/wide.py", "reports/other.tex", "specs/bindings.toml",
    "reports/sections/deep.tex", "reports/figures/other.tex", "results/fit-wide/fit.json", "schemas/other.json",
    "reports/style.sty", "reports/.latexmkrc", "reports/Sections/table.tex", "reports/old.tex",
    "specs/figure-fit.md", "configs/a.yaml", "configs/b.yaml", "makefile", "scripts/RCS/fit.py,v",
)  # fmt: skip


def opened(world: DictWorld, recording: bool, complete: str | None = None) -> Project:
    text = world.files.get("specthis.toml")
    said = configuration.read(Text(text if isinstance(text, str) else ""))
    said = replace(said, analysis=replace(said.analysis, complete=complete))
    return Project(world, said, "specthis.toml", recording)


def opened_in_halves(world: DictWorld, complete: str | None, pick: random.Random) -> Project:
    """As with processes: two read some of the specs each, and a third takes in what they tell as bytes."""
    whole = opened(DictWorld(world.files), recording=True, complete=complete)
    settings = (whole.configuration, whole.settings_path)
    project = Project(world, *settings, at_once=False)
    paths = [f"specs/{item.name}" for item in world.listing("specs") if item.name.endswith(".md")]
    mine = [path for path in paths if pick.random() < 0.5]
    parts = (mine, [path for path in paths if path not in mine])
    halves = [Project(world, *settings, part=part, whole=part is mine, answers=Noted) for part in parts]
    told = [sent(half.names.told(), Told) for half in halves]
    for half, others in zip(halves, reversed(told), strict=True):
        half.names.listen(others)
        half.refresh()
    for half, own in zip(halves, told, strict=True):
        for _ in project.adopting_names(own):
            pass
        project.adopt(sent(half.report(), Report))
    for half in halves:
        for _ in project.adopting(sent(half.handed(), Handed)):
            pass
    return project


def sent(value: Any, kind: Any) -> Any:
    return msgpack.decode(msgpack.encode(value), type=kind)


def edited(text: str, pick: random.Random) -> str:
    """The text with a stretch replaced by a word, a line moved, or two lines swapped."""
    at = pick.randrange(len(text) + 1)
    length = pick.choice((0, 0, 1, 3, 12, 40))
    kind = pick.randrange(4)
    if kind == 0:
        lines = text.splitlines(keepends=True)
        pick.shuffle(lines) if len(lines) < 4 else lines.insert(0, lines.pop(pick.randrange(len(lines))))
        return "".join(lines)
    if kind == 1:
        known = [word for word in WORDS if word in text]
        word = pick.choice(known or [""])
        return text.replace(word, pick.choice(WORDS), 1)
    return text[:at] + pick.choice(WORDS) + text[at + length :]


class Changes(RuleBasedStateMachine):
    """Files are edited, made, removed and renamed; now and then the project is asked what is new."""

    @initialize(seed=st.integers(0, 10_000))
    def open(self, seed: int) -> None:
        self.pick = random.Random(seed)
        self.world = DictWorld(FILES)
        self.complete = self.pick.choice((None, None, "reports/paper.tex", ""))
        self.as_editors_do = self.pick.random() < 0.3
        if self.as_editors_do:
            self.world.files["specthis.toml"] = 'freshness = "auto"\n'
        self.published: dict[str, tuple[Finding, ...]] = {}
        self.pending: set[str] = set()
        view.RECENT_SPECS = self.pick.choice((0, 1, 64))
        handed.PART = self.pick.choice((1, 4, 250))
        if self.pick.random() < 0.5:
            self.project = opened(self.world, recording=True, complete=self.complete)
        else:
            self.project = opened_in_halves(self.world, self.complete, self.pick)
            self.published = by_place(self.project.findings())

    def touch(self, *changed: str) -> None:
        self.pending |= set(changed)
        if self.pick.random() < 0.5:
            self.project.change(sorted(self.pending))
            self.pending.clear()

    @rule()
    def edit(self) -> None:
        path = self.pick.choice(sorted(self.world.files))
        text = self.world.files[path]
        if path != "specthis.toml" and isinstance(text, str):
            self.world.files[path] = edited(text, self.pick)
            self.touch(path)

    @rule()
    def write_script(self) -> None:
        path = self.pick.choice(("scripts/fit.py", "scripts/export.py", "scripts/wide.py"))
        self.world.files[path] = "".join(self.pick.sample(LINES, self.pick.randrange(3)))
        self.touch(path)

    @rule()
    def restore(self) -> None:
        path = self.pick.choice([path for path in FILES if path != "specthis.toml"])
        self.world.files[path] = FILES[path]
        self.touch(path)

    @rule()
    def make(self) -> None:
        path = self.pick.choice(PATHS)
        if path != "specthis.toml":
            source = FILES.get(self.pick.choice(list(FILES)))
            self.world.files[path] = source if self.pick.random() < 0.8 else b"\xff\xfe\x00"
            self.touch(path)

    @rule()
    def remove(self) -> None:
        path = self.pick.choice(sorted(self.world.files))
        if path != "specthis.toml":
            del self.world.files[path]
            self.touch(path)

    @rule()
    def rename(self) -> None:
        path, target = self.pick.choice(sorted(self.world.files)), self.pick.choice(PATHS)
        if "specthis.toml" not in (path, target):
            self.world.files[target] = self.world.files.pop(path)
            self.touch(path, target)

    @rule()
    def write_later(self) -> None:
        path = self.pick.choice(sorted(self.world.files))
        if path != "specthis.toml":
            self.world.times[path] = self.pick.choice((0, 10**9, 10**12, 2 * 10**12))
            self.touch(path)

    @rule()
    def open_or_close(self) -> None:
        path = self.pick.choice(sorted(self.world.files))
        self.world.open ^= {path}
        self.touch(path)

    @rule()
    def check_out(self) -> None:
        path = self.pick.choice(sorted(self.world.files))
        if path != "specthis.toml":
            self.world.checkout ^= {path}
            self.touch(path)

    @rule()
    def forbid(self) -> None:
        path = self.pick.choice(sorted(self.world.files))
        if path != "specthis.toml":
            self.world.files[path] = None
            self.touch(path)

    @rule()
    def refresh(self) -> None:
        self.project.change(sorted(self.pending))
        self.pending.clear()
        for path in self.project.refresh():
            if findings := self.project.findings_at(path):
                self.published[path] = findings
            else:
                self.published.pop(path, None)
        fresh = opened(self.world, recording=self.as_editors_do, complete=self.complete)
        assert self.project.findings() == fresh.findings()
        assert self.published == by_place(fresh.findings())
        assert self.project.suppressions == fresh.suppressions
        assert {path: found for path in PATHS if (found := shown_in(self.project, path))} == by_place(
            tuple(shown(fresh.findings(), Policy(), fresh.suppressions, TODAY))
        )
        assert self.project.specs == fresh.specs
        assert not self.project.crashes

    @invariant()
    def every_asker_is_known(self) -> None:
        """What an answer asked knows who asked it, and the other way round."""
        if not hasattr(self, "project"):
            return
        known = self.project.view.answers.known
        for question, answer in known.items():
            assert answer.question == question
            assert all(answer in asked.all_askers() for asked in answer.asked)
            assert all(known[asked.question] is asked for asked in answer.asked)
            askers = [asker for asker in answer.all_askers() if not isinstance(asker, StandIn)]
            assert all(answer in asker.asked and known[asker.question] is asker for asker in askers)


TODAY = "2026-06-15"


def shown_in(project: Project, path: str) -> tuple[Finding, ...]:
    """What an editor shows in one file, which asks for no other."""
    found = shown(project.concerning(path), Policy(), project.suppressions_for(path), TODAY)
    return tuple(finding for finding in found if finding.place.path == path)


def by_place(findings: tuple[Finding, ...]) -> dict[str, tuple[Finding, ...]]:
    places: dict[str, tuple[Finding, ...]] = {}
    for finding in findings:
        places[finding.place.path] = (*places.get(finding.place.path, ()), finding)
    return places


TestChanges = Changes.TestCase
TestChanges.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


@pytest.fixture
def project() -> Project:
    return opened(DictWorld(FILES), recording=True)


def test_the_study_used_here_is_clean(project: Project) -> None:
    """The starting point has one hint, so that every other finding comes from a change."""
    assert [finding.code for finding in project.findings()] == ["missing-script"]


def answered(project: Project, kind: str) -> list[object]:
    """Of what a kind of question is answered anew from here on."""
    seen: list[object] = []
    answer = project.view.answers.kinds[kind]

    def note(*arguments: object) -> object:
        seen.append(arguments[0])
        return answer(*arguments)

    project.view.answers.kinds[kind] = note
    return seen


def counted(project: Project, kind: str) -> Callable[[], int]:
    """How often a kind of question is answered anew from here on."""
    seen = answered(project, kind)
    return lambda: len(seen)


def test_typing_prose_in_one_spec_checks_that_spec_alone(project: Project) -> None:
    """The cost of an edit follows the edit: other specs, documents and results are not looked at again."""
    project.findings()
    world = project.view.world
    assert isinstance(world, DictWorld)
    checks, documents = counted(project, "findings"), counted(project, "document")
    results = counted(project, "result")
    world.files["specs/compute-fit.md"] = COMPUTE.replace("# Fit", "# Fitting things")
    project.change(["specs/compute-fit.md"])
    project.refresh()
    assert (checks(), documents(), results()) == (1, 0, 0)


def test_typing_prose_in_a_section_checks_no_spec(project: Project) -> None:
    """Places in a document move with every key; what a report asked about its section does not."""
    project.findings()
    world = project.view.world
    assert isinstance(world, DictWorld)
    checks = counted(project, "findings")
    world.files["reports/paper.tex"] = PAPER.replace("\\sectionversion{1}", "\\sectionversion{1}\nSome prose.")
    project.change(["reports/paper.tex"])
    project.refresh()
    assert checks() == 0


def test_typing_in_a_script_checks_no_spec(project: Project) -> None:
    """Only another path that it writes by name concerns the specs that name it, and then those alone.

    Its own comments are read as soon as something is found in it.
    """
    project.findings()
    world = project.view.world
    assert isinstance(world, DictWorld)
    checked = answered(project, "findings")
    exporter = FILES["scripts/export.py"]
    assert isinstance(exporter, str)
    world.files["scripts/export.py"] = f"# Writes the figure.\n{exporter}"
    project.edit(["scripts/export.py"])
    assert project.refresh() == set()
    assert checked == []
    world.files["scripts/export.py"] = f'{exporter}open("reports/extra.tex", "w")\n'
    project.edit(["scripts/export.py"])
    assert project.refresh() == {"scripts/export.py"}
    assert [finding.code for finding in project.findings_at("scripts/export.py")] == ["exporter-writes-elsewhere"]
    assert checked == ["specs/report-fit.md", "scripts/export.py"]


def test_a_finding_in_a_script_moves_with_its_line(project: Project) -> None:
    """Where there is something to say, places count, and those of the lines that name the script too."""
    world = project.view.world
    assert isinstance(world, DictWorld)
    line = 'open("reports/extra.tex", "w")\n'
    for before in ("", "# one\n", "# one\n# two\n"):
        world.files["scripts/fit.py"] = before + line
        project.edit(["scripts/fit.py"])
        project.refresh()
        (found,) = project.findings_at("scripts/fit.py")
        assert found.code == "scope-creep"
        assert found.place.span == Span(len(before) + 5, len(before) + 24)
    world.files["specs/compute-fit.md"] = COMPUTE.replace("# Fit", "# Fitting things")
    project.edit(["specs/compute-fit.md"])
    assert "scripts/fit.py" in project.refresh()
    (moved,) = project.findings_at("scripts/fit.py")
    start = COMPUTE.index("scripts/fit.py") + len("ting things")
    assert [related.place.span for related in moved.related] == [Span(start, start + len("scripts/fit.py"))]


def test_a_script_that_is_mended_is_not_taken_for_a_spec() -> None:
    """Its spec, which stands before it, is checked first: with that nothing is found in the script any more."""
    spec = COMPUTE.replace("scripts/fit.py", "src/fit.py")
    world = DictWorld({**FILES, "specs/compute-fit.md": spec, "src/fit.py": 'open("reports/extra.tex", "w")\n'})
    project = opened(world, recording=True)
    project.refresh()
    assert [found.code for found in project.findings_at("src/fit.py")] == ["scope-creep"]
    world.files["src/fit.py"] = "print(1)\n"
    project.edit(["src/fit.py"])
    project.refresh()
    assert project.findings_at("src/fit.py") == ()


def test_what_scripts_write_is_known_for_all_of_them_together(project: Project) -> None:
    """LaTeX asks whether some script writes a file; a change of one script is seen."""
    project.findings()
    world = project.view.world
    assert isinstance(world, DictWorld)
    assert project.view.literal_writes() == {"reports/*.tex"}
    assert project.view.is_written("reports/tab_fit.tex")
    assert not project.view.is_written("reports/tab_fit.pdf")
    world.files["scripts/fit.py"] = 'open("reports/tab_fit.pdf", "wb")\n'
    project.edit(["scripts/fit.py"])
    assert project.view.is_written("reports/tab_fit.pdf")


def test_of_a_name_that_is_typed_only_the_specs_that_depend_on_it_are_read(project: Project) -> None:
    """Their claims tell who does: to read all specs of a large project takes seconds, and each key would ask for it."""
    project.findings()
    world = project.view.world
    assert isinstance(world, DictWorld)
    path = "specs/words.md"
    world.files[path] = world.files.pop("specs/definitions.md")
    project.change([path, "specs/definitions.md"])
    for name, read in (("definitio", set()), ("definitions", {"specs/compute-fit.md"})):
        world.files[path] = f"---\nname: {name}\nkind: definitions\ndepends_on: []\n---\n\nWords.\n"
        project.edit([path])
        project.refresh()
        asked = {answer.question for answer in project.view.answers.known["findings", path].asked}
        assert {question[1] for question in asked if question[0] == "spec"} == {path} | read


def test_a_path_typed_letter_by_letter_leaves_nothing_behind(project: Project) -> None:
    """Questions that nobody asks any more are forgotten, so a long session does not grow."""
    project.findings()
    world = project.view.world
    assert isinstance(world, DictWorld)
    before = len(project.view.answers.known)
    for end in range(1, 60):
        world.files["specs/compute-fit.md"] = COMPUTE.replace("scripts/fit.py", "scripts/" + "x" * end)
        project.change(["specs/compute-fit.md"])
        project.refresh()
    world.files["specs/compute-fit.md"] = COMPUTE
    project.change(["specs/compute-fit.md"])
    project.refresh()
    assert len(project.view.answers.known) <= before + 2


def test_comments_count_where_a_check_looks_and_not_where_somebody_asks() -> None:
    """An editor asks what is in a file that no check reads: that a comment there is not needed is nobody's concern."""
    world = DictWorld(
        {**FILES, "notes/loose.tex": "% specthis: ignore[missing-sectionversion] why\n\\label{sec:loose}\n"}
    )
    project = opened(world, recording=True)
    project.findings()
    project.view.labels("notes/loose.tex")
    project.refresh()
    assert project.suppressions == {}
    for host in ("notes/loose.tex", "reports/paper.tex"):
        world.files["specs/report-fit.md"] = REPORT.replace("reports/paper.tex", host).replace("sec:fit", "sec:loose")
        project.edit(["specs/report-fit.md"])
        project.refresh()
        assert list(project.suppressions) == [path for path in ["notes/loose.tex"] if path == host]


def test_what_one_asker_drops_while_another_takes_it_up_is_kept() -> None:
    """A question that moves from an inner asker to the outer one is still known, so that its changes are heard of."""
    world = {"leaf": 1, "outer asks": False}

    def outer() -> int:
        leaf = answers.ask(("leaf",)) if answers.ask(("outer asks",)) else 0
        return leaf + answers.ask(("inner",))

    def inner() -> int:
        return 0 if answers.ask(("outer asks",)) else answers.ask(("leaf",))

    kinds = {"outer": outer, "inner": inner, "leaf": lambda: world["leaf"], "outer asks": lambda: world["outer asks"]}
    answers = Answers(kinds)
    assert answers.ask(("outer",)) == 1
    world["outer asks"] = True
    answers.touch([("outer asks",)])
    assert answers.ask(("outer",)) == 1
    world["leaf"] = 2
    answers.touch([("leaf",)])
    assert answers.ask(("outer",)) == 2
