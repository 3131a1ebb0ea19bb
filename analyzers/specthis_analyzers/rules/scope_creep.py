"""The script of a compute entry writes into a folder of reports.

What computes and what shows are two layers: a result can be shown anew, in another form or another paper, without
computing again. A figure that a computation draws changes whenever that runs, and no report answers for it.

    figure.savefig("reports/figures/loss.pdf")          (in a script that a compute entry names)

Write what was computed below the results folder, and let the exporter of a report entry draw it. Only paths that
stand in a Python script are seen, put together from what is certain: literal strings, names bound once, `pathlib` and
`os.path`. Nothing is said of temporary and hidden files, of files beside the entry's own output, and of a script that
a report entry names too. The folders are those of `[layout]`; where `layout.reports` is not set, `reports`.
"""

from __future__ import annotations

from collections.abc import Iterator

from .. import paths
from ..finding import Finding
from ..scripts import Author
from ..text import Word
from ..view import View
from .layout import listed
from .rule import Rule, Spec, also_named, finding
from .scripts import Layers, is_run_elsewhere, kept_writes, layers, named_by, scripts_in


def check(spec: Spec, view: View) -> Iterator[Finding]:
    known = layers(view.analysis.reports or ("reports",), view.analysis.results)
    for script in scripts_in(spec, "compute"):
        if view.says_reports(script) and any(known.is_report(path) for path in view.script_writes(script)):
            yield from _creeps(script, known, view)


def _creeps(script: str, known: Layers, view: View) -> Iterator[Finding]:
    """One finding for all that a script writes there, and the same one whichever of its specs is checked."""
    authors = view.authors(script)
    if is_run_elsewhere(authors) or any(author.entry.side == "report" for author in authors):
        return
    beside = {paths.parent(path) for author in authors for path in _outputs(author)}
    creeping = [word for word in kept_writes(script, view) if known.is_report(word.text)]
    found = [word for word in creeping if paths.parent(word.text) not in beside]
    if found:
        yield _creep(script, found, [author for author in authors if author.entry.ready], view)


def _outputs(author: Author) -> Iterator[str]:
    """What an entry says it writes. Where that lies among the reports, `routing-leak` says so."""
    also = author.entry.field("Also writes")
    for word in (*author.entry.outputs, *(also.values if also else ())):
        path = paths.project_path(word.text)
        if isinstance(path, str):
            yield path


def _creep(script: str, found: list[Word], authors: list[Author], view: View) -> Finding:
    first, *others = found
    where = f"among the reports, not below {listed(view.analysis.results)}"
    return finding(
        RULE.code, RULE.severity, script, first, f"`{script}` computes, and writes `{first.text}` {where}",
        entry=authors[0].entry.name.text,
        related=(*also_named(script, others, "this one too"), *named_by(authors)),
    )  # fmt: skip


RULE = Rule("scope-creep", "warning", check, kinds=("compute",))
