"""An exporter writes what no entry declares, or among the results.

An exporter reads results and writes what its entry declares, nothing else: that is why it can be run again at any
time. A file beside that is in no index, grows stale unseen, and is missing from the next clone. And what it writes
among the results looks like a result that some computation promised.

    figure.savefig("reports/figures/extra.pdf")          (in no entry's `Export outputs:`)

Declare the path, do not write it, or let a compute entry compute what is a result. Only paths that stand in a Python
script are seen, put together from what is certain: literal strings, names bound once, `pathlib` and `os.path`.
Nothing is said of temporary and hidden files, nor of results in a script that a compute entry names too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from .. import paths
from ..finding import Finding, Fix, Replace
from ..scripts import Author
from ..text import Span, Text, Word
from ..view import View
from ..world import Unread
from .orphaned_export import shown_instead
from .rule import Rule, Spec, also_named, finding, insert_line, is_pattern
from .scripts import Layers, is_run_elsewhere, kept_writes, layers, named_by, scripts_in


def check(spec: Spec, view: View) -> Iterator[Finding]:
    known = layers(view.report_folders(), view.analysis.results)
    for script in scripts_in(spec, "report"):
        writes = view.script_writes(script)
        if any(_is_result(path, known, view) or _is_undeclared(path, known, view) for path in writes):
            yield from _elsewhere(script, known, view)


def _is_result(path: str, known: Layers, view: View) -> bool:
    """Whether it lies among the results. Of one that is declared as an export, `export-outside-reports` speaks."""
    return known.is_result(path) and not view.claims("export", path)


def _is_undeclared(path: str, known: Layers, view: View) -> bool:
    """Whether it lies among the reports and no entry says that it writes it. An open path may turn out to be any."""
    return known.is_report(path) and not (is_pattern(path) or view.claims("path", path) or view.claims("export", path))


def _elsewhere(script: str, known: Layers, view: View) -> Iterator[Finding]:
    """The same findings whichever spec of the script is checked."""
    authors = view.authors(script)
    if is_run_elsewhere(authors):
        return
    ready = [author for author in authors if author.entry.side == "report" and author.entry.ready]
    kept = kept_writes(script, view)
    computed = [word for word in kept if _is_result(word.text, known, view)]
    if computed and not any(author.entry.side == "compute" for author in authors):
        yield _writes_result(script, computed, ready)
    undeclared: dict[str, list[Word]] = {}
    for word in kept:
        if _is_undeclared(word.text, known, view) and not _is_covered(word.text, view):
            undeclared.setdefault(word.text, []).append(word)
    for path, words in undeclared.items():
        if not any(_is_told_there(path, author, view) for author in ready):
            yield _writes_undeclared(script, words, ready, view)


def _is_told_there(path: str, author: Author, view: View) -> bool:
    """Whether the entry has a finding of its own for the same break: it lacks its exports, or one is that of another
    entry by mistake, or the paper shows this path in the place of one."""
    exports = author.entry.exports
    if not exports or any(len(view.claims("path", export.text)) > 1 for export in exports):
        return True
    facts = view.spec(author.spec)
    return not isinstance(facts, Unread) and path in shown_instead(Spec(author.spec, facts), author.entry, view)


def _is_covered(path: str, view: View) -> bool:
    """Whether an export that is a folder, or has a placeholder or glob, may stand for a path."""
    from ..facts.script import OPEN_PART, may_be

    folder = paths.parent(path)
    while folder:
        if view.claims("export", folder):
            return True
        folder = paths.parent(folder)
    patterns = (export for export in view.names("export") if is_pattern(export))
    return any(may_be(path, PLACEHOLDER.sub(OPEN_PART, export)) for export in patterns)


def _writes_result(script: str, found: Sequence[Word], authors: Sequence[Author]) -> Finding:
    first, *others = found
    return finding(
        RULE.code, RULE.severity, script, first, f"`{script}` exports, and writes `{first.text}` among the results",
        entry=authors[0].entry.name.text,
        related=(*also_named(script, others, "this one too"), *named_by(authors)),
    )  # fmt: skip


def _writes_undeclared(script: str, words: Sequence[Word], authors: Sequence[Author], view: View) -> Finding:
    first, *again = words
    fix = _declare(authors[0], first.text, view) if len(authors) == 1 else None
    return finding(
        RULE.code, RULE.severity, script, first, f"`{script}` writes `{first.text}`, which no entry declares",
        entry=authors[0].entry.name.text,
        related=(*also_named(script, again, "and here"), *named_by(authors)), fixes=(fix,) if fix else (),
    )  # fmt: skip


def _declare(author: Author, path: str, view: View) -> Fix | None:
    """Name it behind the last export of the entry as that is named: in the line, or on one of its own."""
    text, exports = view.text(author.spec), author.entry.exports
    if not isinstance(text, Text) or not exports or "`" in path:
        return None
    last = exports[-1]
    line = text.line_of(last.start)
    before, after = text.source[text.line_starts[line] : last.start], text.source[last.end : last.end + 1]
    if not before.endswith("`") or after != "`":
        return None
    edit = Replace(author.spec, Span(last.end + 1, last.end + 1), f", `{path}`")
    if BULLET.fullmatch(before):
        edit = insert_line(view, author.spec, line, f"{before}{path}`")
    return Fix(f"Declare `{path}` in entry `{author.entry.name.text}`", (edit,)) if edit else None


BULLET = re.compile(r"[ \t]*[-*+][ \t]+`")
PLACEHOLDER = re.compile(r"\{[^{}]*\}|<[^<>]*>|\$\w+|[*?]+")

RULE = Rule("exporter-writes-elsewhere", "warning", check, kinds=("report", "figure"))
