"""What LaTeX servers tell too: editors show it where specs are concerned, and elsewhere if the settings say so."""

from __future__ import annotations

import pytest

from specthis_analyzers.policy import for_editors
from specthis_analyzers.project import Project
from specthis_analyzers.settings import Policy
from worlds import DictWorld

REPORT = """---
name: report-fit
kind: report
depends_on: []
host_doc: reports/paper.tex
section_label: sec:fit
---

## Entry

### fit

Export script: `export.py`
Export outputs: `reports/fit.tex`
Status: script ready
"""
PAPER = r"""\documentclass{article}
\begin{document}
\section{Introduction}
%s
\section{Fit}\label{sec:fit}
\input{fit}
%s
\end{document}
"""
BREAKS = {
    "unresolved-input": r"\input{gone/away}",
    "duplicate-label": r"\label{a}\label{a}",
    "cyclic-input": r"\input{paper}",
}


def told(introduction: str = "", section: str = "", export: str = "", *, general: bool = False) -> list[str]:
    files: dict[str, str | bytes | None] = {"specs/report-fit.md": REPORT, "export.py": "", "reports/fit.tex": export}
    files["reports/paper.tex"] = PAPER % (introduction, section)
    project = Project(DictWorld(files))
    assert project.crashes == ()
    codes = {finding.code for finding in for_editors(project.findings(), Policy(general=general))}
    return sorted(codes & set(BREAKS))


@pytest.mark.parametrize(("code", "text"), BREAKS.items())
def test_elsewhere_in_a_paper_only_if_the_settings_say_so(code: str, text: str) -> None:
    """The section around it is no spec's business, so an editor's LaTeX server may speak."""
    assert told(introduction=text) == []
    assert told(introduction=text, general=True) == [code]


@pytest.mark.parametrize(("code", "text"), BREAKS.items())
def test_in_a_routed_section_and_in_what_an_entry_writes(code: str, text: str) -> None:
    """That is what the specs promise something of."""
    assert told(section=text) == [code]
    assert told(export=text) == [code]
