"""Whether make would make a file again, by the rules of a Makefile and the times of files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from .. import paths
from ..state import Comparison
from ..world import Presence
from .values import MAX_DEPTH, Files, Made, Makefile, Pattern, stem_of, suffix_of

SLACK = 2_000_000_000
"""Nanoseconds. What is newer by less may have come with the same copy, checkout or run."""
MAX_FILES = 5_000
"""Files looked at for one target."""


class Verdict(Struct, frozen=True):
    """Whether make would make a file again, and what led to that."""

    again: bool = False
    moved: tuple[str, ...] = ()
    """What is newer than what it goes into, or gone; in order, the nearest first."""
    through: tuple[str, ...] = ()
    """The prerequisites that would themselves be made again."""


def compared(makefile: Makefile, target: str, specs: str, files: Files) -> Comparison | None:
    """What a Makefile says of a file beside what it is made from; None where it says nothing for certain.

    `specs` is the folder of the specs: when one of those is all that moved, nothing need be made again.
    """
    search = Search(makefile, files)
    if not makefile.files or not search.has_recipe(target):
        return None
    verdict = search.verdict(target)
    if verdict is None or (verdict.again and not verdict.moved):
        return None
    is_spec = {path: path.endswith(".md") and paths.parent(path) == specs for path in verdict.moved}
    return Comparison(
        tuple(path for path in verdict.moved if not is_spec[path]),
        tuple(path for path in verdict.moved if is_spec[path]),
        verdict.through,
    )


Found = Literal["nothing", "unknown"]


class Search:
    """Looks into the rules for one target. Each file is judged once."""

    def __init__(self, makefile: Makefile, files: Files) -> None:
        self.makefile = makefile
        self.files = files
        self.known: dict[str, Verdict | None] = {}
        self.pending: set[str] = set()

    def is_made(self, name: str) -> bool:
        """Whether some rule could make a file."""
        return name in self.makefile.made or self._implicit(name) != "nothing"

    def has_recipe(self, name: str) -> bool:
        made = self.makefile.made.get(name)
        return (made is not None and made.recipe) or isinstance(self._implicit(name), Made)

    def verdict(self, name: str) -> Verdict | None:
        """What make would do about a file; None where that cannot be told."""
        if name not in self.known:
            if name in self.pending or len(self.pending) > MAX_DEPTH or len(self.known) > MAX_FILES:
                return None
            self.pending.add(name)
            self.known[name] = self._judge(name)
            self.pending.discard(name)
        return self.known[name]

    def _judge(self, name: str) -> Verdict | None:
        made = self._made(name)
        if made is None or name in self.makefile.phony:
            return None
        presence = self._presence(name)
        if presence not in ("here", "missing", "ignored"):
            return None
        gone = presence != "here"
        if made == NOTHING_MADE or (gone and (not made.recipe or self.makefile.keeps_intermediates)):
            return None if gone else Verdict()
        found = self._beside(name, made, gone)
        if found is None or (found.again and not made.recipe):
            return None
        for other in made.together:
            # What one run makes is as old as any part of it; rules of a part's own are not followed further.
            alone = replace(self.makefile.made.get(other, made), together=()) != replace(made, together=())
            beside = None if alone or self._presence(other) != "here" else self._beside(other, made, False)
            if gone or beside is None or beside.again != found.again:
                return None
        return found

    def _beside(self, name: str, made: Made, gone: bool) -> Verdict | None:
        """A file beside its prerequisites."""
        moved: dict[str, None] = {name: None} if gone else {}
        further: dict[str, None] = {}
        through: list[str] = []
        for prerequisite in made.prerequisites:
            verdict = self.verdict(prerequisite)
            if verdict is None:
                return None
            if verdict.again:
                through.append(prerequisite)
                further |= dict.fromkeys(verdict.moved)
            elif not gone:
                newer = self._is_newer(prerequisite, name)
                if newer is None:
                    return None
                moved |= {prerequisite: None} if newer else {}
        for prerequisite in made.order_only:
            verdict = self.verdict(prerequisite)
            if verdict is None or verdict.again:
                return None
        if through and self.files.from_checkout(_place(name)):
            return None
        again = bool(moved or through)
        return Verdict(again, tuple(dict.fromkeys((*moved, *further))), tuple(dict.fromkeys(through)))

    def _is_newer(self, prerequisite: str, name: str) -> bool | None:
        """Whether a file moved since another one was made of it; None where times do not tell."""
        return is_newer(_place(prerequisite), _place(name), self.files)

    def _made(self, name: str) -> Made | None:
        """How a file is made, by what is said of it and by patterns; None where that cannot be told."""
        said = self.makefile.made.get(name, NOTHING_MADE)
        if not said.certain:
            return None
        if said.recipe:
            return said
        implicit = self._implicit(name)
        if implicit == "unknown":
            return None
        if not isinstance(implicit, Made):
            return said
        # Those of the pattern come first, as in make.
        return Made(
            (*implicit.prerequisites, *said.prerequisites), (*implicit.order_only, *said.order_only),
            True, True, implicit.together,
        )  # fmt: skip

    def _implicit(self, name: str) -> Made | Found:
        """The one pattern rule that makes a file."""
        if self._is_built_in(name):
            return "unknown"
        found: list[Made] = []
        for pattern in self.makefile.patterns:
            for target in pattern.targets:
                made = self._filled(pattern, target, name)
                if made is None:
                    continue
                absent = [other for other in (*made.prerequisites, *made.order_only) if not self._ought_to_exist(other)]
                if absent and (self.makefile.mentioned is None or any(map(self._may_be_made, absent))):
                    return "unknown"
                if not absent:
                    found.append(made)
        if not found:
            return "nothing"
        return found[0] if len(found) == 1 and found[0].certain else "unknown"

    def _filled(self, pattern: Pattern, target: str, name: str) -> Made | None:
        folder = "" if "/" in target else name[: name.rfind("/") + 1]
        stem = stem_of(target, name[len(folder) :])
        if stem is None:
            return None

        def fill(words: Sequence[str]) -> tuple[str, ...]:
            return tuple(folder + word.replace("%", stem, 1) if "%" in word else word for word in words)

        together = [folder + other.replace("%", stem, 1) for other in pattern.targets if other != target]
        return Made(fill(pattern.prerequisites), fill(pattern.order_only), True, pattern.certain, tuple(together))

    def _ought_to_exist(self, name: str) -> bool:
        return name in self.makefile.made or name in (self.makefile.mentioned or ()) or self._presence(name) == "here"

    def _may_be_made(self, name: str) -> bool:
        """Whether a file that nobody mentions could come out of another pattern on the way."""
        return self._is_built_in(name) or any(
            self._filled(pattern, target, name) is not None
            for pattern in self.makefile.patterns
            for target in pattern.targets
        )

    def _is_built_in(self, name: str) -> bool:
        """Whether one of make's own rules may apply: there is a file that it would make this one from."""
        shadows = self.files.shadows(paths.parent(name))
        if not shadows:
            return False
        base, own = paths.name(name), suffix_of(name)
        sources = {f"{base},v", f"s.{base}", *VERSIONED, *(base + suffix for suffix in SOURCES)}
        if own in SOURCES or own in PRODUCTS:
            sources.update(base.removesuffix(own) + suffix for suffix in SOURCES)
        return not sources.isdisjoint(shadows - {base})

    def _presence(self, name: str) -> Presence:
        place = _place(name)
        return self.files.presence(place) if place else "outside"


NOTHING_MADE = Made()
SOURCES = frozenset(
    (
        ".o", ".c", ".cc", ".C", ".cpp", ".p", ".f", ".F", ".m", ".r", ".y", ".l", ".ym", ".yl", ".s", ".S", ".mod",
        ".def", ".tex", ".texinfo", ".texi", ".txinfo", ".w", ".ch", ".web", ".sh", ".el", ".a", ".out",
    )
)  # fmt: skip
"""The suffixes of what make's own rules make something of, some on the way of others."""
PRODUCTS = frozenset((".ln", ".dvi", ".info", ".sym", ".elc"))
VERSIONED = frozenset(("RCS", "SCCS"))


def shadows_in(names: Iterable[str]) -> frozenset[str]:
    """The names among those of a folder that make's own rules would make something of."""
    return frozenset(
        name
        for name in names
        if name in VERSIONED or name.endswith(",v") or name.startswith("s.") or suffix_of(name) in SOURCES
    )


def is_newer(source: str, artefact: str, files: Files) -> bool | None:
    """Whether a file is newer than one that was made from it; None where their times do not tell.

    What came within two seconds may have come together, and what a checkout wrote has the time of the checkout.
    """
    one, other = files.time(source), files.time(artefact)
    if one is None or other is None:
        return None
    later = one - other
    if later < -SLACK:
        return False
    if 0 < later <= SLACK or files.from_checkout(artefact):
        return None
    return later > 0


def _place(name: str) -> str:
    """Where a file of the Makefile lies in the project; empty where it lies outside."""
    path = paths.project_path(name)
    return path if isinstance(path, str) else ""
