"""One line for each finding, for grep and for editors: `path:line:column: severity[code] message`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .arguments import Options
from .look import Look
from .output import Style
from .visible import visible


def concise(looks: Sequence[Look], options: Options, style: Style) -> Iterator[str]:
    for look in looks:
        for finding in look.told(options.verbose):
            # What concerns a whole file is at its beginning: readers of this form want a line and a column.
            start = ends[0] if (ends := look.ends(finding.place.path, finding.place.span)) else None
            line, column = (start.line + 1, start.column + 1) if start else (1, 1)
            path = visible(f"{look.target.prefix}{finding.place.path}")
            head = style.paint(finding.severity, f"{finding.severity}[{finding.code}]")
            yield f"{path}:{line}:{column}: {head} {visible(finding.message)}"
