"""For line-wise programs: each diagnostic of the `json` report on a line, with the `root` that its paths are under."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .look import Look
from .report import diagnostic


def jsonl(looks: Sequence[Look]) -> Iterator[str]:
    from json import dumps

    for look in looks:
        for finding in look.findings:
            yield dumps({"root": look.target.relative, **diagnostic(look, finding)})
