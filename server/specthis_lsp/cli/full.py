"""For people: each finding with the line it is on, what bears on it, and what would mend it; then a verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from specthis_analyzers.finding import Finding
from specthis_analyzers.settings import SEVERITIES

from ..host.located import Excerpt
from .arguments import Options
from .look import Look, first_fix
from .output import Style
from .visible import cells, is_plain, visible, width
from .wording import listed, plural

MANY = 50
"""Above this many findings a terminal shows a table of them."""
SHOWN_OF_MANY = 5
SHOWN_OF_GONE = 3


def full(looks: Sequence[Look], options: Options, style: Style) -> Iterator[str]:
    found = [(look, finding) for look in looks for finding in look.told(options.verbose)]
    many = len(found) > MANY and style.terminal and not options.quiet
    for look, finding in found[:SHOWN_OF_MANY] if many else found:
        yield from _finding(look, finding, style)
        yield ""
    if many:
        yield from _table([finding for _, finding in found], style)
        yield ""
    if not options.quiet:
        yield from verdict(looks, options, style)
        yield from _complete(looks, options)


def _complete(looks: Sequence[Look], options: Options) -> Iterator[str]:
    if options.complete:
        from .complete import closing

        yield from closing(looks)


# One finding ---------------------------------------------------------------------------------------------------


def _finding(look: Look, finding: Finding, style: Style) -> Iterator[str]:
    head = style.paint(finding.severity, f"{finding.severity}[{finding.code}]")
    yield f"{head}: {style.paint('bold', visible(finding.message))}"
    excerpt = look.excerpt(finding.place.path, finding.place.span)
    gutter = len(str(excerpt.start.line + 1)) if excerpt else 1
    entry = f" (entry {visible(finding.entry)})" if finding.entry else ""
    yield f"{' ' * gutter}{style.paint('frame', '-->')} {visible(look.where(finding.place))}{entry}"
    if excerpt is not None:
        yield from _quoted(excerpt, gutter, finding.severity, style)
    for related in finding.related:
        yield _remark("note", f"{look.where(related.place)} {related.message}", gutter, style)
    fix = first_fix(finding)
    if fix is not None:
        mark = " [*] fixable with --fix" if finding.safe_fix else ""
        yield _remark("help", fix.title, gutter, style) + mark


def _remark(kind: str, message: str, gutter: int, style: Style) -> str:
    return f"{' ' * gutter} {style.paint('frame', '=')} {style.paint('bold', kind)}: {visible(message)}"


def _quoted(excerpt: Excerpt, gutter: int, severity: str, style: Style) -> Iterator[str]:
    """The line a finding is on, the one above it unless blank, and carets. Of a longer span: its first line."""
    start, end = excerpt.start, excerpt.end
    stop = end.column if end.line == start.line else len(excerpt.line)
    room = style.width - gutter - 3
    content, before, marked = cut(excerpt.line, start.column, stop, room)
    bar = style.paint("frame", "|")
    edge = f"{' ' * gutter} {bar}"
    yield edge
    above = cut(excerpt.above, 0, 0, room)[0]
    if above.strip():
        yield f"{_number(start.line, gutter, style)} {bar} {above}".rstrip()
    yield f"{_number(start.line + 1, gutter, style)} {bar} {content}".rstrip()
    yield f"{edge} {' ' * before}{style.paint(severity, '^' * marked)}"


def _number(line: int, gutter: int, style: Style) -> str:
    return style.paint("frame", str(line).rjust(gutter))


def cut(line: str, start: int, stop: int, room: int) -> tuple[str, int, int]:
    """The part of a line around a span that fits into the room: its text, the columns before the mark, the mark's.

    What is left out is shown as `…`.
    """
    if len(line) <= room and is_plain(line):  # as most are
        return line, min(start, len(line)), max(min(max(stop, start + 1), len(line)) - start, 1)
    # Nothing further away than `room` characters can be shown: a line may have millions.
    first, last = max(0, start - room), start + room + 1
    near = line[first:last]
    pieces = cells(near)
    widths = [1] * len(pieces) if is_plain(near) else [width(piece) for piece in pieces]
    start, stop = start - first, min(max(stop, start + 1) - first, len(pieces))
    low, high = 0, len(pieces)
    if first or last < len(line) or sum(widths) > room:
        low, high = _window(widths, start, room - 2)
    content = "".join(pieces[low:high])
    left = "…" if first or low else ""
    right = "…" if last < len(line) or high < len(pieces) else ""
    marked = sum(widths[start : min(stop, high)])
    return f"{left}{content}{right}", len(left) + sum(widths[low:start]), max(marked, 1)


def _window(widths: list[int], start: int, room: int) -> tuple[int, int]:
    """Which pieces to show: a third of the room before the mark, more where the line ends early."""
    low, before = start, 0
    while low > 0 and before + widths[low - 1] <= room // 3:
        low -= 1
        before += widths[low]
    high, used = start, before
    while high < len(widths) and used + widths[high] <= room:
        used += widths[high]
        high += 1
    while low > 0 and used + widths[low - 1] <= room:
        low -= 1
        used += widths[low]
    return low, high


# All of them ---------------------------------------------------------------------------------------------------


def _table(findings: Sequence[Finding], style: Style) -> Iterator[str]:
    """How many findings each rule has, most first."""
    counts = Counter((finding.code, finding.severity) for finding in findings)
    digits = len(str(max(counts.values())))
    for (code, severity), count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        yield f"{count:>{digits}}  {style.paint(severity, severity.ljust(7))}  {code}"
    yield f"The first {SHOWN_OF_MANY} of {len(findings)} are shown; `--output-format concise` lists all of them."
    yield "`--update-baseline` accepts these, so that only what is new is told; `--add-ignore REASON` says why at each."


def verdict(looks: Sequence[Look], options: Options, style: Style) -> Iterator[str]:
    """What was found in all, what was held back, and what the baseline accepts in vain."""
    counts = {severity: sum(look.count(severity) for look in looks) for severity in SEVERITIES}
    hidden = 0 if options.verbose else counts.pop("hint")
    specs = sum(len(look.outcome.specs) for look in looks)
    parts = [plural(count, severity) for severity, count in counts.items() if count]
    fixable = sum(look.fixable for look in looks)
    if parts:
        mend = f" ({fixable} fixable with --fix)" if fixable else ""
        yield f"Found {listed(parts)} in {plural(specs, 'spec')}{mend}."
    elif options.changed:
        yield f"Nothing found that concerns what changed ({plural(specs, 'spec')} read)."
    elif not all(look.target.whole for look in looks):
        yield f"Nothing found in the paths given ({plural(specs, 'spec')} read)."
    else:
        yield style.paint("help", _clean(specs))
    if hidden:
        yield f"{plural(hidden, 'hint')} hidden (-v shows {'it' if hidden == 1 else 'them'})."
    yield from _held_back(looks)


def _held_back(looks: Sequence[Look]) -> Iterator[str]:
    suppressed = sum(len(look.suppressed) for look in looks)
    accepted = sum(len(look.accepted) for look in looks)
    parts = [f"{suppressed} suppressed"] if suppressed else []
    parts += [f"{accepted} accepted by the baseline"] if accepted else []
    if parts:
        yield f"{listed(parts)}."
    gone = [one for look in looks for one in look.gone]
    if gone:
        names = [f"{one.code} in {visible(one.path)}" for one in gone[:SHOWN_OF_GONE]]
        names += [f"{len(gone) - SHOWN_OF_GONE} more"] if len(gone) > SHOWN_OF_GONE else []
        yield f"The baseline accepts what is gone: {listed(names)}; `--update-baseline` drops it."


def _clean(specs: int) -> str:
    if specs == 0:
        return "There are no specs yet."
    return "The only spec is clean." if specs == 1 else f"All {specs} specs are clean."
