"""The findings a project has accepted for now: a file of fingerprints, so that only what is new is told.

Each finding is a line of its own, in order, and a `null` ends the list: two branches that accept or mend different
findings merge without a conflict. Of what is told only on some machines nothing is ever written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec
from msgspec import Struct
from msgspec.structs import asdict, replace

from .finding import Finding
from .text import Text
from .world import Unread

NAME = "specthis-baseline.json"
"""At the root of a project it counts by itself."""
VERSION = 1
MAX_MESSAGE = 200
MAKE_AGAIN = "make it again with `--update-baseline`"


class Accepted(Struct, frozen=True, order=True):
    """Findings with one fingerprint, and how many. All else is for people."""

    path: str
    code: str
    entry: str
    message: str
    fingerprint: str
    count: int = 1


class Baseline(Struct, frozen=True):
    """The findings that are not told of."""

    accepted: tuple[Accepted, ...] = ()


class Malformed(Struct, frozen=True):
    """Why a baseline cannot be followed, and what to do."""

    message: str
    replaceable: bool = True
    """Whether another one may be put in its place."""


WHY_UNREAD = {
    "large": Malformed(f"it is larger than 8 MiB; {MAKE_AGAIN}"),
    "unreadable": Malformed("it may not be read, or is no file; mend that, or give `--no-baseline`", False),
    "outside": Malformed("it leads out of the project; put the file itself there, or give `--baseline FILE`", False),
}


class Compared(Struct, frozen=True):
    """Findings held to a baseline."""

    new: list[Finding]
    known: list[Finding]
    gone: list[Accepted]
    """What was accepted and is not found; of several alike those that are fewer now."""


class _Version(Struct):
    version: int


class _File(Struct):
    version: int
    findings: list[Accepted | None]


NOTHING_ACCEPTED = Baseline()


def read(text: Text | Unread) -> Baseline | Malformed | None:
    """What a baseline says; None where there is none."""
    if isinstance(text, Unread):
        return WHY_UNREAD.get(text.reason)
    try:
        version = msgspec.json.decode(text.source, type=_Version).version
        if version != VERSION:
            return Malformed(f"it is of version {version}, and this program reads version {VERSION}; {MAKE_AGAIN}")
        found = msgspec.json.decode(text.source, type=_File).findings
    except (msgspec.MsgspecError, UnicodeError, RecursionError, ValueError):
        what = "it holds a merge conflict" if "<<<<<<< " in text.source else "it is no baseline"
        return Malformed(f"{what}; {MAKE_AGAIN}")
    return Baseline(tuple(one for one in found if one is not None))


def compared(findings: Iterable[Finding], baseline: Baseline) -> Compared:
    """Findings as new or known. Of more alike than were accepted, the last are new."""
    if not baseline.accepted:
        return Compared(list(findings), [], [])
    left: dict[str, int] = {}
    for one in baseline.accepted:
        # Two branches that accepted the same may both have left their line.
        left[one.fingerprint] = max(one.count, left.get(one.fingerprint, 0))
    new: list[Finding] = []
    known: list[Finding] = []
    for finding in findings:
        count = left.get(finding.fingerprint, 0)
        (known if count > 0 else new).append(finding)
        left[finding.fingerprint] = count - 1
    return Compared(new, known, [one for one in baseline.accepted if left[one.fingerprint] > 0])


def accepting(findings: Iterable[Finding], kept: Iterable[Accepted] = ()) -> Baseline:
    """The baseline that accepts findings, beside what is kept of an earlier one."""
    counts: dict[str, int] = {}
    first: dict[str, Accepted] = {}
    for one in findings:
        mark = one.fingerprint
        counts[mark] = counts.get(mark, 0) + 1
        first.setdefault(mark, Accepted(one.place.path, one.code, one.entry, one.message[:MAX_MESSAGE], mark))
    for one in kept:
        if one.fingerprint not in counts:
            first.setdefault(one.fingerprint, one)
    found = (replace(one, count=counts.get(mark, one.count)) for mark, one in first.items())
    return Baseline(tuple(sorted(found)))


def renamed(baseline: Baseline, findings: Iterable[Finding], afterwards: Callable[[Finding], Finding]) -> Baseline:
    """The baseline that accepts the same once findings are called otherwise; of what is not found nothing is known."""
    others = {one.fingerprint: afterwards(one) for one in findings}

    def moved(one: Accepted) -> Accepted:
        now = others.get(one.fingerprint)
        if now is None or now.fingerprint == one.fingerprint:
            return one
        return Accepted(now.place.path, now.code, now.entry, now.message[:MAX_MESSAGE], now.fingerprint, one.count)

    return Baseline(tuple(sorted(map(moved, baseline.accepted))))


def written(baseline: Baseline) -> str:
    """A baseline as its file has it: ASCII, a line for each finding."""
    from json import dumps

    lines = [dumps(asdict(one)) for one in baseline.accepted]
    head = f'{{"version": {VERSION}, "findings": [\n'
    return head + "".join(f"{line},\n" for line in lines) + "null\n]}\n"
