"""An exporter writes outside the folders of reports.

What is exported is shown in a document, so it lies with the documents. An export elsewhere is easily taken for a
result, or forgotten when the paper is sent off.

    Export outputs: `results/figures/loss.tex`

Change the path, or name the folder in the settings: `reports = ["reports", "figures"]` below `[layout]`. Where
nothing is set, the folders are `reports` and those of the host documents. One finding stands for all exports of a
spec in one folder.
"""

from __future__ import annotations

from collections.abc import Iterator

from .. import paths
from ..finding import Finding
from ..view import View
from .layout import astray, exports_in
from .rule import Rule, Spec


def check(spec: Spec, view: View) -> Iterator[Finding]:
    exports = list(exports_in(spec))
    folders = _folders(view) if exports else ()
    elsewhere = [written for written in exports if paths.deepest(written.path, folders) < 0]
    if elsewhere:
        yield from astray(RULE, spec, elsewhere, "reports", view.report_folders(), view)


def _folders(view: View) -> list[str]:
    """Where nothing is set, a host document may be the file of a section, whose paper lies in the folder above."""
    named = list(view.report_folders())
    above = [] if view.analysis.reports else [paths.parent(folder) for folder in named]
    return [*named, *(folder for folder in above if folder)]


RULE = Rule("export-outside-reports", "warning", check, kinds=("report", "figure"))
