"""`audit`: how every entry stands, in one table; on request what could be done next, what nobody owns, what changed.

It only reads: not even the cache is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from specthis_analyzers.finding import Crash
from specthis_analyzers.policy import at_least
from specthis_analyzers.project import Project
from specthis_analyzers.views.audit import Audit, audit
from specthis_analyzers.views.changes import State, changes
from specthis_analyzers.views.coverage import coverage, coverage_of, papers
from specthis_analyzers.views.proposals import proposals
from specthis_analyzers.views.tally import tally

from ..host.changes import Unanswered
from ..host.projects import Settled, open_project, settle
from .arguments import Options as AsChecked
from .audited import Audited, Compared, Covered, Format
from .crashes import tell_crashes
from .exits import CLEAN, FOUND, INTERNAL, USAGE, UsageError
from .looking import showing
from .output import emit, style_of
from .parser import Parser, one_of
from .progress import progress
from .settled import settled_at
from .targets import Target, file_named, find
from .visible import visible

FORMATS: tuple[Format, ...] = ("single", "split", "json")

DESCRIPTION = """\
Show how every entry stands: one table, one row per entry, and a summary of at most five lines.

A cell is ✓ where it holds, ✗ where `--check` has a finding, n/a where there is nothing to ask, and ? where it cannot
be told. Nothing is run, compiled or written, not even the cache. PATHS choose which specs are shown."""

EXITS = """\
exit codes:
  0  clean; always with --coverage and --since
  1  findings at or above the fail level
  2  usage, configuration, a missing path, or a revision that git does not know
  3  internal error"""


class Options(Struct, frozen=True):
    """An audit as asked for."""

    paths: tuple[str, ...] = (".",)
    format: Format = "single"
    next_steps: bool = False
    coverage: bool = False
    paper: str | None = None
    since: str | None = None


def run(arguments: list[str]) -> int:
    """The verb: what follows it, to an exit code."""
    options = parse(arguments)
    targets = find(options.paths)
    ready = [(target, settled) for target in targets if (settled := settled_at(target)) is not None]
    refused = USAGE if len(ready) < len(targets) else CLEAN
    return max(refused, _act(options)(ready, options)) if ready else refused


def parse(arguments: list[str]) -> Options:
    """Read the command line of an audit, what follows the verb."""
    parser = Parser("audit", "audit [OPTIONS] [PATHS ...]", description=DESCRIPTION, epilog=EXITS)
    parser.add_argument(
        "--format", metavar="FORMAT", default="single", choices=FORMATS, help="single, split or json (default: single)"
    )
    parser.add_argument("--next-steps", action="store_true", help="propose what could be done next; nothing is done")
    parser.add_argument(
        "--coverage", action="store_true", help="which graphics and tables of the papers no entry exports"
    )
    parser.add_argument("--paper", metavar="FILE", help="with --coverage: of this document alone")
    parser.add_argument("--since", metavar="REV", help="what changed for each entry between a revision of git and now")
    given, words = parser.read(arguments)
    asked = [name for name in ("next_steps", "coverage", "since") if getattr(given, name)]
    if len(asked) > 1:
        one, two = (f"--{name.replace('_', '-')}" for name in asked[:2])
        raise UsageError(f"`{one}` and `{two}` ask different questions; ask one at a time")
    if given.paper is not None and not given.coverage:
        raise UsageError("`--paper` goes with `--coverage`")
    if given.since == "":
        raise UsageError("`--since` takes a revision of git")
    return Options(
        paths=tuple(words) or (".",),
        format=one_of("--format", given.format, FORMATS),
        next_steps=given.next_steps,
        coverage=given.coverage,
        paper=given.paper,
        since=given.since,
    )


Ready = Sequence[tuple[Target, Settled]]


def _act(options: Options) -> Callable[[Ready, Options], int]:
    if options.since is not None:
        return _since
    return _coverage if options.coverage else _audit


# How entries stand -------------------------------------------------------------------------------------------


def _audit(ready: Ready, options: Options) -> int:
    found = [look_at(target, settled, options) for target, settled in ready]
    _tell([audited for audited, _ in found], options)
    if tell_crashes(crash for _, crashes in found for crash in crashes):
        return INTERNAL
    return FOUND if any(audited.failed for audited, _ in found) else CLEAN


def look_at(target: Target, settled: Settled, options: Options) -> tuple[Audited, Iterable[Crash]]:
    """Audit one project. What a spec says may be wrong in any other file, so all are looked at."""
    with progress(f"Auditing {visible(target.relative)} …"):
        opened = open_project(target.root, recording=False, settled=settled)
        project, policy = opened.project, settled.configuration.policy
        found = project.findings()
        told = showing(target, settled, opened.disk, AsChecked()).sift(found, project.suppressions).findings
        crashed = {crash.path for crash in project.crashes}
        whole = audit(project.view, project.specs, found, told, crashed)
        next_steps = tuple(proposals(project.view, whole)) if options.next_steps else None
    rows = tuple(row for row in whole.rows if target.holds(row.entry.spec))
    held = tuple(finding for finding in told if target.holds(finding.place.path))
    view = Audit(rows, whole.pairs)
    failed = any(at_least(finding.severity, policy.fail_on) for finding in held)
    return Audited(target, opened, view, tally(view, held), held, failed, next_steps), project.crashes


# What nobody owns --------------------------------------------------------------------------------------------


def _coverage(ready: Ready, options: Options) -> int:
    roots = {target.root: file_named(target, options.paper) for target, _ in ready} if options.paper is not None else {}
    if options.paper is not None and not any(roots.values()):
        raise UsageError(f"there is no document `{visible(options.paper)}`")
    found = []
    for target, settled in ready:
        opened = open_project(target.root, recording=False, settled=settled)
        view = opened.project.view
        named = roots.get(target.root)
        if named and view.unread(named) is not None:
            raise UsageError(f"`{visible(named)}` cannot be read")
        if named or options.paper is None:
            exhibits = coverage_of(view, named) if named else coverage(view, papers(view))
            found.append(Covered(target, opened, exhibits))
    _tell(found, options)
    return CLEAN


# What changed ------------------------------------------------------------------------------------------------


def _since(ready: Ready, options: Options) -> int:
    found = []
    for target, settled in ready:
        try:
            found.append(_compared(target, settled, options.since or ""))
        except Unanswered as why:
            where = visible(target.relative)
            raise UsageError(f"cannot tell what changed in `{where}`: {visible(str(why))}") from None
    _tell(found, options)
    return CLEAN


def _compared(target: Target, settled: Settled, revision: str) -> Compared:
    from ..host.tree import Tree

    with progress(f"Comparing {visible(target.relative)} …"):
        opened = open_project(target.root, recording=False, settled=settled)
        tree = Tree(opened.disk, revision)
        configuration = settle(tree).configuration
        tree.read_ahead(configuration.analysis.specs, ".md")
        before = Project(tree, configuration, recording=False)
        now = State(opened.project.view, opened.project.specs)
        found = changes(State(before.view, before.specs), now, tree.is_same)
    return Compared(target, revision, tree.commit, tuple(change for change in found if target.holds(change.spec)))


# How it is told ----------------------------------------------------------------------------------------------


def _tell(found: Sequence[Audited] | Sequence[Covered] | Sequence[Compared], options: Options) -> None:
    if options.format == "json":
        from .audit_json import as_json

        emit(as_json(found))
        return
    from .audit_text import as_text

    emit(as_text(found, options.format, style_of("auto")))
