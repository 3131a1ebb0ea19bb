"""What a rule is: a code in words, how loud it speaks, what it looks at, and the function that looks."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any, Literal

from msgspec import Struct

from ..facts.configuration import Configuration
from ..facts.contract import KINDS, SIDE_OF_KIND, SpecFacts
from ..finding import Finding, Fix, Place, Related, Replace
from ..settings import Severity
from ..text import Span, Text, Word
from ..view import View
from ..world import Unread

WITHOUT_ENTRIES = frozenset(KINDS).difference(SIDE_OF_KIND)
"""Kinds of specs that have no entries: what looks like one shows how to write it, or is prose."""


class Spec:
    """The spec being checked. `known` holds what several rules work out alike, once per check."""

    __slots__ = ("entries", "facts", "kind", "known", "path", "unread")

    def __init__(self, path: str, facts: SpecFacts, unread: Unread | None = None) -> None:
        self.path = path
        self.facts = facts
        self.entries = facts.entries if facts.kind not in WITHOUT_ENTRIES else ()
        self.kind = facts.kind
        self.unread = unread
        """Why it could not be read; then it has no facts."""
        self.known: dict[str, Any] = {}

    def scalar(self, key: str) -> Word | None:
        return self.facts.front.scalar(key) if self.facts.front else None


class Settings(Struct, frozen=True):
    """The settings file being checked."""

    path: str
    configuration: Configuration


Subject = Literal["spec", "unread", "settings", "project", "policy"]
"""What a rule looks at: a spec, one that could not be read, the settings file, the project as a whole.

Rules of `policy` are asked where findings leave, about what was to be done with them.
"""

RestsOn = Literal["text", "artefacts", "machine"]
"""What a verdict rests on: text that every clone has, results and exports that one may lack, or one machine's state."""


class Rule(Struct, frozen=True):
    """A check with a name. The docstring of its module is its manual page; the first line says what is wrong."""

    code: str
    severity: Severity
    check: Callable[..., Iterator[Finding]]
    looks_at: tuple[Subject, ...] = ("spec",)
    kinds: tuple[str, ...] = ()
    """The kinds of spec it looks at; empty: specs of any kind, or of none."""
    any_dialect: bool = False
    """Whether it also speaks where the project's dialect is not read."""
    rests_on: RestsOn = "text"
    """Nobody is told that a suppression is not needed where its rule may not have seen what others see."""

    @property
    def manual(self) -> str:
        return sys.modules[self.check.__module__].__doc__ or ""

    @property
    def summary(self) -> str:
        return self.manual.partition("\n")[0]


def finding(
    code: str,
    severity: Severity,
    path: str,
    place: Word | Span | None,
    message: str,
    *,
    entry: str = "",
    subject: str = "",
    related: tuple[Related, ...] = (),
    fixes: tuple[Fix, ...] = (),
    general: bool = False,
) -> Finding:
    """A finding at a word or span of a file; the subject defaults to the word."""
    span = place.span if isinstance(place, Word) else place
    subject = subject or (place.text if isinstance(place, Word) else "")
    return Finding(code, severity, Place(path, span), message, entry, subject, related, fixes, general)


def nearest(written: str, known: Sequence[str], fits: Callable[[str], bool] | None = None) -> str | None:
    """The known name that was most likely meant, or None. Only the few most alike are asked whether they fit."""
    meant = written.lower()
    by_lower = {name.lower(): name for name in reversed(_much_alike(meant, known))}
    alike = (by_lower[name] for name in _closest(meant, tuple(by_lower)))
    return next((name for name in alike if fits is None or fits(name)), None)


@lru_cache(maxsize=256)
def _closest(meant: str, known: tuple[str, ...]) -> tuple[str, ...]:
    """The names most alike. A slip that stands is compared once, not with every key typed elsewhere."""
    if not known:
        return ()
    from difflib import get_close_matches

    return tuple(get_close_matches(meant, known, n=3, cutoff=0.75))


def _much_alike(meant: str, known: Sequence[str]) -> list[str]:
    """The names worth the price of comparing: much alike in length, and at one end the same, unless short."""
    size, start, end = len(meant), meant[:2], meant[-2:]
    least, most = size - 2 - size // 3, (size + 2) * 3 // 2
    if type(known) is tuple and len(known) > MANY_NAMES:
        by_end = _by_ends(known)
        among = {*by_end.get((start, ""), ()), *by_end.get(("", end), ()), *by_end.get(("", ""), ())}
        known = [known[place] for place in sorted(among)]
    return [
        name
        for name in known
        if least <= len(name) <= most
        and (name[:2].lower() == start or name[-2:].lower() == end or max(size, len(name)) <= SHORT)
    ]


@lru_cache(maxsize=4)
def _by_ends(known: tuple[str, ...]) -> dict[tuple[str, str], list[int]]:
    """The places of thousands of names by how they begin, by how they end, and of those that are short."""
    found: dict[tuple[str, str], list[int]] = {}
    for place, name in enumerate(known):
        ends = [(name[:2].lower(), ""), ("", name[-2:].lower())]
        for end in ends if len(name) > SHORT else [*ends, ("", "")]:
            found.setdefault(end, []).append(place)
    return found


SHORT = 8
"""Letters up to which a name is compared with every other such name."""
MANY_NAMES = 500
"""Names above which they are sorted by their ends."""


def is_slip(written: str, meant: str) -> bool:
    """Whether one name is the other with a slip of the hand, or with a word cut short, and with the same numbers.

    Only then is a change safe. Names that differ by a whole word may be those of two things, however alike they look.
    """
    one, other = written.lower(), meant.lower()
    if [letter for letter in one if letter.isdigit()] != [letter for letter in other if letter.isdigit()]:
        return False
    start = _alike(one, other)
    shared = _alike(one[start:][::-1], other[start:][::-1])
    ends = len(one) - shared, len(other) - shared
    gone, new = one[start : ends[0]], other[start : ends[1]]
    cut_short = not (gone and new) and len(gone + new) <= 4 and (gone + new).isalpha()
    if one == other or not (cut_short or max(len(gone), len(new)) <= 2) or _is_turned(one, other, start, gone + new):
        return one == other
    return min(len(_word_around(name, start, end)) for name, end in zip((one, other), ends, strict=True)) > 2


def _is_turned(one: str, other: str, start: int, added: str) -> bool:
    """Whether of two names one is the other with a beginning that makes another word of a word: `un`, `non`."""
    longer = max(one, other, key=len)
    if len(one) == len(other) or longer[start : start + len(added)] != added:
        return False
    while start and added and longer[start - 1] == added[-1]:  # `n[onn]egative` is `[non]negative`
        start, added = start - 1, added[-1] + added[:-1]
    return added in TURNING and (start == 0 or not longer[start - 1].isalnum())


TURNING = frozenset((
    "a", "ab", "an", "anti", "bi", "co", "de", "dis", "hyper", "hypo", "il", "im", "in", "inter", "intra", "ir", "meta",
    "mid", "mis", "mono", "multi", "non", "out", "over", "para", "poly", "post", "pre", "pro", "re", "semi", "sub",
    "tri", "ultra", "un", "up",
))  # fmt: skip
"""Beginnings of words: with or without them two names are those of two things, and no fix is safe."""


def _alike(one: str, other: str) -> int:
    """How many letters two names begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (here, there) in pairs if here != there), min(len(one), len(other)))


def _word_around(name: str, start: int, end: int) -> str:
    """The letters and digits on both sides of a stretch of a name, with the stretch."""
    before = WORD_END.search(name, 0, start)
    after = WORD_START.match(name, end)
    return (before[0] if before else "") + name[start:end] + (after[0] if after else "")


WORD_END = re.compile(r"[^\W_]+$")
WORD_START = re.compile(r"[^\W_]+")


def did_you_mean(suggestion: str | None) -> str:
    return f"; did you mean `{suggestion}`?" if suggestion else ""


KNOWN_KEYS = frozenset(("name", "kind", "depends_on", "host_doc", "section_label", "title", "consumes", "references"))


def misspelt_key(spec: Spec, key: str) -> Word | None:
    """A key of the front matter that means nothing, and looks like one that is not there."""
    names = [other.name for other in spec.facts.front.keys] if spec.facts.front else []
    by_text = {name.text: name for name in names if name.text not in KNOWN_KEYS}
    meant = nearest(key, list(by_text))
    return by_text[meant] if meant else None


def no_such_key(code: str, severity: Severity, spec: Spec, key: str, written: Word) -> Finding:
    """The finding at a key that is misspelt, in place of one that says which key is absent."""
    return finding(
        code, severity, spec.path, written, f"the key `{written.text}` says nothing; did you mean `{key}`?",
        subject=key, fixes=(change_to(spec.path, written, key, safe=True),),
    )  # fmt: skip


def change_to(path: str, place: Word | Span, new: str, *, safe: bool = False) -> Fix:
    span = place.span if isinstance(place, Word) else place
    return Fix(f"Change to `{new}`", (Replace(path, span, new),), safe)


def change_all(path: str, places: Sequence[Word | Span], new: str, *, safe: bool = False) -> Fix:
    """Change every place that says the same, so that one fix mends one break."""
    spans = [place.span if isinstance(place, Word) else place for place in places]
    return Fix(f"Change to `{new}`", tuple([Replace(path, span, new) for span in spans]), safe)


def also_named(path: str, places: Sequence[Word], message: str = "also named here") -> tuple[Related, ...]:
    """The further places that name what a finding is about."""
    return tuple([Related(Place(path, place.span), message) for place in places])


PATTERN = re.compile(r"[{}*?$<>]")


def is_pattern(written: str) -> bool:
    """Whether a path stands for several, or for one that is filled in later: nothing can be said of it yet."""
    return PATTERN.search(written) is not None


def line_after(text: Text, line: int) -> Span:
    """The empty span at the start of the line after this one, or the end of the text."""
    starts = text.line_starts
    at = starts[line + 1] if line + 1 < len(starts) else len(text)
    return Span(at, at)


def insert_line(view: View, path: str, after_line: int, new: str) -> Replace | None:
    """An edit that puts whole lines below a line, in the line ends of the file; None where it cannot be read."""
    text = view.text(path)
    if not isinstance(text, Text):
        return None
    at = line_after(text, after_line)
    ending = text.line_ending
    body = new.replace("\n", ending)
    at_ragged_end = at.start == len(text) and text.source[-1:] not in ("\n", "\r", "")
    return Replace(path, at, f"{ending}{body}" if at_ragged_end else f"{body}{ending}")
