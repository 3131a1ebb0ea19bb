"""Breaking any link of the example study gives the one right finding, at the right place, and its fix mends it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from projects import EXAMPLES, copy_of
from specthis_analyzers.finding import Finding
from specthis_lsp.host.checking import check_project
from specthis_lsp.host.mending import plan
from specthis_lsp.host.settling import settle
from specthis_lsp.host.writing import write

STUDY = EXAMPLES / "grokking"
LOUD = ("error", "warning")


def replace(path: str, old: str, new: str) -> Callable[[Path], None]:
    """Change a text in a file, once."""

    def do(root: Path) -> None:
        text = (root / path).read_text()
        assert old in text, f"{path} does not say {old!r}"
        (root / path).write_text(text.replace(old, new, 1))

    return do


def replace_all(path: str, old: str, new: str) -> Callable[[Path], None]:
    """Change a text everywhere in a file."""

    def do(root: Path) -> None:
        (root / path).write_text((root / path).read_text().replace(old, new))

    return do


def rename(path: str, to: str) -> Callable[[Path], None]:
    return lambda root: (root / path).rename(root / to) and None


def remove(path: str) -> Callable[[Path], None]:
    return lambda root: (root / path).unlink()


@dataclass(frozen=True)
class Break:
    """What is done to the study, and the one finding it must give."""

    what: str
    do: Callable[[Path], None]
    code: str
    path: str
    at: str
    """The text under the finding."""
    mends: bool = False
    """Whether `--fix` makes the study whole again, if perhaps not as it was."""


GROKKING = "specs/compute-grokking.md"
REPORT = "specs/report-grokking.md"
STRUCTURE = "specs/report-structure.md"
FRACTION = "specs/compute-fraction.md"

BREAKS = (
    Break("a script is renamed", rename("scripts/fraction.py", "scripts/fractions.py"),
          "missing-script", FRACTION, "scripts/fraction.py", mends=True),
    Break("a script is deleted", remove("scripts/fraction.py"),
          "missing-script", FRACTION, "scripts/fraction.py"),
    Break("a script that four entries share is deleted", remove("scripts/grokking.py"),
          "missing-script", GROKKING, "scripts/grokking.py"),
    Break("an exporter is deleted", remove("scripts/export/task_drawing.py"),
          "missing-script", "specs/figure-task.md", "scripts/export/task_drawing.py"),
    Break("a script is misspelt", replace(FRACTION, "Script: `scripts/fraction.py`", "Script: `scripts/fractoin.py`"),
          "missing-script", FRACTION, "scripts/fractoin.py", mends=True),
    Break("a result lost a key", replace("results/grokking-decay-weak/run.json", '"weight_decay"', '"decay"'),
          "schema-mismatch", GROKKING, "results/grokking-decay-weak/run.json"),
    Break("a result was cut off", replace("results/fraction-sweep/sweep.json", "}", ""),
          "malformed-output", FRACTION, "results/fraction-sweep/sweep.json"),
    Break("a schema file was renamed", rename("schemas/grokking.schema.json", "schemas/grok.schema.json"),
          "unknown-schema", GROKKING, "schemas/grokking.schema.json", mends=True),
    Break("an input line is gone", replace("reports/sections/structure.tex", "  \\input{figures/spectrum}\n", ""),
          "orphaned-export", STRUCTURE, "reports/figures/spectrum.tex", mends=True),
    Break("an input line is a comment",
          replace("reports/sections/structure.tex", "  \\input{figures/spectrum}", "  % \\input{figures/spectrum}"),
          "orphaned-export", STRUCTURE, "reports/figures/spectrum.tex", mends=True),
    Break("the macros are not input", replace("reports/paper.tex", "\\input{numbers-structure}\n", ""),
          "orphaned-export", STRUCTURE, "reports/numbers-structure.tex", mends=True),
    Break("a section lost its version", replace("reports/sections/grokking.tex", "\\sectionversion{1}\n", ""),
          "missing-sectionversion", "reports/sections/grokking.tex", "Weight decay decides when", mends=True),
    Break("a section of the paper itself lost its version",
          replace("reports/paper.tex", "{sec:fraction}\n\\sectionversion{1}\n", "{sec:fraction}\n"),
          "missing-sectionversion", "reports/paper.tex", "More data shortens the wait", mends=True),
    Break("a label was renamed", replace("reports/sections/grokking.tex", "{sec:grokking}", "{sec:grok}"),
          "missing-section", REPORT, "sec:grokking", mends=True),
    Break("a label is misspelt in the spec", replace(STRUCTURE, "sec:structure", "sec:strcture"),
          "missing-section", STRUCTURE, "sec:strcture", mends=True),
    Break("the host document is misspelt", replace(STRUCTURE, "reports/paper.tex", "reports/papr.tex"),
          "missing-host-doc", STRUCTURE, "reports/papr.tex", mends=True),
    Break("the host document is not said", replace(STRUCTURE, "host_doc: reports/paper.tex\n", ""),
          "unrouted-report", STRUCTURE, "report"),
    Break("a figure is routed", replace("specs/figure-task.md", "kind: figure\n",
                                        "kind: figure\nsection_label: sec:grokking\n"),
          "routed-figure", "specs/figure-task.md", "section_label"),
    Break("a kind is misspelt", replace(GROKKING, "kind: compute", "kind: compte"),
          "unknown-kind", GROKKING, "compte", mends=True),
    Break("the name is another", replace(GROKKING, "name: compute-grokking", "name: compute-grok"),
          "name-mismatch", GROKKING, "compute-grok", mends=True),
    Break("a dependency is misspelt", replace(GROKKING, "  - definitions.md", "  - defintions.md"),
          "unknown-dependency", GROKKING, "defintions.md", mends=True),
    Break("a spec is renamed", rename("specs/definitions.md", "specs/words.md"),
          "name-mismatch", "specs/words.md", "definitions", mends=False),
    Break("the dependencies are not said", replace("specs/meta.md", "depends_on:", "depends:"),
          "missing-key", "specs/meta.md", "depends", mends=True),
    Break("the front matter does not parse", replace(GROKKING, "kind: compute", "kind: [compute"),
          "malformed-front-matter", GROKKING, "["),
    Break("a status is misspelt", replace(FRACTION, "Status: script ready", "Status: script redy"),
          "unknown-status", FRACTION, "script redy", mends=True),
    Break("a status is gone", replace(FRACTION, "Status: script ready\n", ""),
          "missing-field", FRACTION, "sweep", mends=True),
    Break("a field of the other side", replace(STRUCTURE, "Export script:", "Script:"),
          "misplaced-field", STRUCTURE, "Script", mends=True),
    Break("a type that JSON has not", replace(FRACTION, ": number", ": float"),
          "malformed-schema", FRACTION, "float"),
    Break("a script outside", replace(FRACTION, "Script: `scripts/fraction.py`", "Script: `/home/ana/fraction.py`"),
          "outside-path", FRACTION, "/home/ana/fraction.py"),
    Break("the heading of an entry is of another level", replace(GROKKING, "### decay-weak", "#### decay-weak"),
          "misplaced-field", GROKKING, "#### decay-weak", mends=True),
    Break("an empty line stands above the front matter", replace(FRACTION, "---\n", "\n---\n"),
          "missing-key", FRACTION, "---", mends=True),
    Break("the first line of the front matter is gone", replace(FRACTION, "---\n", ""),
          "missing-key", FRACTION, "name", mends=True),
    Break("a script as Windows names it", replace(FRACTION, "Script: `scripts/", "Script: `scripts\\"),
          "outside-path", FRACTION, "scripts\\fraction.py", mends=True),
    Break("an exporter is moved up", rename("scripts/export/structure_table.py", "scripts/structure_table.py"),
          "missing-script", STRUCTURE, "scripts/export/structure_table.py"),
    Break("a list of exports lost its dash", replace("specs/report-fraction.md", "- `reports/figures/fraction.tex`",
                                                     "`reports/figures/fraction.tex`"),
          "missing-field", "specs/report-fraction.md", "fraction-times"),
    Break("an export has another name in the spec", replace(STRUCTURE, "figures/spectrum.tex", "figures/spectra.tex"),
          "orphaned-export", STRUCTURE, "reports/figures/spectra.tex"),
    Break("an output is copied from another entry", replace(FRACTION, "`results/fraction-sweep/sweep.json`",
                                                            "`results/grokking-decay-none/run.json`"),
          "duplicate-output", GROKKING, "results/grokking-decay-none/run.json"),
    Break("every item of a list lost a key",
          replace_all("results/grokking-decay-weak/run.json", '"seed"', '"start"'),
          "schema-mismatch", GROKKING, "results/grokking-decay-weak/run.json"),
    Break("a setting is misspelt", replace("specthis.toml", "papers", "paper"),
          "unknown-setting", "specthis.toml", "paper", mends=True),
    Break("the setting of a paper is misspelt", replace("specthis.toml", "reports/paper.tex", "reports/papr.tex"),
          "unknown-setting", "specthis.toml", "papr.tex", mends=True),
    Break("the folder of specs is misspelt", replace("specthis.toml", '"specs"', '"spec"'),
          "unknown-setting", "specthis.toml", "spec", mends=True),
    Break("a dialect of later years", replace("specs/meta.md", "depends_on:", "consumes: []\ndepends_on:"),
          "mixed-dialect", "specs/meta.md", ""),
)  # fmt: skip


@pytest.fixture
def study(tmp_path: Path) -> Path:
    return copy_of("grokking", tmp_path)


def loud(root: Path) -> list[Finding]:
    outcome = check_project(str(root), use_cache=False)
    assert outcome.crashes == ()
    return [finding for finding in outcome.findings if finding.severity in LOUD or finding.code == "mixed-dialect"]


def under(root: Path, finding: Finding) -> str:
    span = finding.place.span
    return (root / finding.place.path).read_text()[span.start : span.end] if span else ""


@pytest.mark.parametrize("broken", BREAKS, ids=lambda broken: broken.what)
def test_one_break_is_one_finding(study: Path, broken: Break) -> None:
    """At the place where one would mend it; and where the fix is safe, the study is clean after it."""
    broken.do(study)
    found = loud(study)
    assert [(finding.code, finding.place.path, under(study, finding)) for finding in found] == [
        (broken.code, broken.path, broken.at)
    ]
    assert (found[0].safe_fix is not None) == (broken.mends or broken.code == "name-mismatch")
    if broken.mends:
        written = write(plan(str(study), settle(check_project(str(study)).disk), lambda findings, _: list(findings)))
        assert written.refused == {}
        assert loud(study) == []


def test_the_study_is_clean() -> None:
    """Not one finding of any severity, hints included."""
    assert check_project(str(STUDY), use_cache=False).findings == ()
