"""The rules of a Makefile and of all it includes, taken in line by line as make reads them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from .. import paths
from ..facts.makefile import Assignment, Include, MakefileFacts, RuleLine
from .expanding import Expander
from .judging import Search
from .values import (
    GLOB,
    MAX_DEPTH,
    ODD,
    UNKNOWN,
    Files,
    Made,
    Makefile,
    Obscure,
    Pattern,
    plain_words,
    stem_of,
    without_dot,
)

NAMES = ("GNUmakefile", "makefile", "Makefile")
"""What make looks for, in this order."""

SPECIAL = frozenset(
    (".PHONY", ".PRECIOUS", ".DELETE_ON_ERROR", ".ONESHELL", ".SILENT", ".IGNORE", ".NOTPARALLEL", ".SUFFIXES",
     ".EXPORT_ALL_VARIABLES", ".POSIX", ".INTERMEDIATE", ".SECONDARY", ".NOTINTERMEDIATE")
)  # fmt: skip
"""Targets that are no files, and that we know what to make of; any other makes a Makefile obscure."""
INTERMEDIATE = frozenset((".INTERMEDIATE", ".SECONDARY", ".NOTINTERMEDIATE"))
MAX_LINKS = 1 << 22
"""Prerequisites of all targets together; a Makefile of more was made to be slow."""
MAX_PATTERNS = 500
DECISIVE = frozenset(("VPATH", "GPATH", "MAKEFILES", ".RECIPEPREFIX", ".EXTRA_PREREQS", ".LIBPATTERNS", "SUFFIXES"))
"""Variables that change how all else is read."""
HARMLESS_FLAGS = re.compile(r"(?:-[rRsj]+\d*|--(?:no-builtin-(?:rules|variables)|silent|quiet|no-print-directory|jobs"
                            r"|warn-undefined-variables|output-sync)(?:=\S*)?)")  # fmt: skip


def rules_of(name: str, read: Callable[[str], MakefileFacts | None], files: Files) -> Makefile:
    """The rules of the Makefile of a name. `read` gives the facts of a file, None where there is none."""
    try:
        return _Collector(read, files).collect(name)
    except (Obscure, RecursionError):
        return Makefile()


class _Collector:
    """Takes in statements in make's order; what it knows of variables changes as it goes."""

    def __init__(self, read: Callable[[str], MakefileFacts | None], files: Files) -> None:
        self.read = read
        self.files = files
        self.expander = Expander(files)
        self.included: dict[str, None] = {}
        self.absent: set[str] = set()
        self.made: dict[str, Made] = {}
        self.patterns: list[Pattern] = []
        self.phony: set[str] = set()
        self.mentioned: set[str] = set()
        self.mentions_more = False
        self.keeps_intermediates = False
        self.left = MAX_LINKS

    def collect(self, name: str) -> Makefile:
        self._file(name)
        found = Makefile(
            tuple(self.included), self.made, tuple(self.patterns), frozenset(self.phony),
            None if self.mentions_more else frozenset(self.mentioned), self.keeps_intermediates,
        )  # fmt: skip
        # A Makefile that is itself made is another one by the time make looks at anything else.
        search = Search(found, self.files)
        if any(search.is_made(path) for path in (*self.included, *self.absent)):
            raise Obscure
        return found

    def _file(self, name: str) -> None:
        facts = self.read(name)
        if facts is None or facts.obscure or name in self.included or len(self.included) > MAX_DEPTH:
            raise Obscure
        self.included[name] = None
        for statement in facts.statements:
            if isinstance(statement, Assignment):
                self._assign(statement)
            elif isinstance(statement, RuleLine):
                self._rule(statement)
            else:
                self._include(statement)

    def _assign(self, said: Assignment) -> None:
        if said.name in DECISIVE:
            raise Obscure
        if said.name == "MAKEFLAGS" and not all(HARMLESS_FLAGS.fullmatch(word) for word in said.value.split()):
            raise Obscure
        self.expander.assign(said)

    def _include(self, said: Include) -> None:
        names = plain_words(self.expander.expand(said.names))
        if names is None or not said.certain:
            raise Obscure
        for name in names:
            path = paths.project_path(name)
            if not isinstance(path, str) or GLOB.search(name):
                raise Obscure
            presence = self.files.presence(path)
            if said.optional and presence in ("missing", "ignored"):
                self.absent.add(path)
            else:
                self._file(path)

    def _rule(self, said: RuleLine) -> None:
        targets = plain_words(self.expander.expand(said.targets), percent=True)
        if targets is None or "::" in said.colon or any(GLOB.search(target) for target in targets):
            raise Obscure
        if not targets:
            return
        if "&" in said.colon and said.recipe == "none":
            raise Obscure  # make refuses this
        pattern, before, behind = self._prerequisites(said.prerequisites)
        self.mentions_more |= before is None or behind is None
        certain = said.certain and said.recipe != "uncertain" and before is not None and behind is not None
        before, behind = before or (), behind or ()
        if pattern is not None:
            self._static(said, targets, pattern, before, behind, certain)
        elif any("%" in target for target in targets):
            self._pattern(said, targets, before, behind, certain)
        elif any(target.startswith(".") and "/" not in target for target in targets):
            self._special(targets, before, certain)
        else:
            together = targets if said.colon.startswith("&") else ()
            for target in targets:
                self._add(target, before, behind, said.recipe == "some", certain, together)

    def _prerequisites(self, written: str) -> tuple[str | None, Sequence[str] | None, Sequence[str] | None]:
        """The target pattern of a static pattern rule, the prerequisites, and those behind `|`; None where unknown."""
        text = self.expander.expand(written)
        pattern: str | None = None
        before, colon, rest = text.partition(":")
        if colon:
            if UNKNOWN in before or len(before.split()) != 1:
                raise Obscure
            pattern, text = before.strip(), rest
        normal, _, order = text.partition("|")
        return pattern, self._names(normal), self._names(order)

    def _names(self, text: str) -> Sequence[str] | None:
        words = plain_words(text, percent=True)
        if words is None:
            return None
        found: list[str] = []
        for word in words:
            if word.startswith("-l") or ".WAIT" in word:
                return None
            matches = self.expander.glob(word) if GLOB.search(word) else [word]
            if not matches or UNKNOWN in matches:
                return None
            found += matches
        return found

    def _add(
        self, target: str, before: Sequence[str], behind: Sequence[str], recipe: bool, certain: bool,
        together: Sequence[str] = (),
    ) -> None:  # fmt: skip
        known = self.made.get(target, Made())
        self.left -= 1 + len(known.prerequisites) + len(before) + len(behind) + len(known.together) + len(together)
        if self.left < 0:
            raise Obscure
        if any("%" in name for name in (*before, *behind)):
            certain = False
        others = tuple(name for name in together if name != target)
        self.made[target] = Made(
            (*known.prerequisites, *before), (*known.order_only, *behind), known.recipe or recipe,
            known.certain and certain and not (recipe and known.recipe), known.together + others,
        )  # fmt: skip
        self.mentioned.update(before, behind)

    def _static(
        self, said: RuleLine, targets: Sequence[str], pattern: str, before: Sequence[str], behind: Sequence[str],
        certain: bool,
    ) -> None:  # fmt: skip
        if pattern.count("%") != 1 or said.colon != ":" or ODD.search(pattern.replace("%", "")):
            raise Obscure
        for target in targets:
            stem = stem_of(without_dot(pattern), target)
            if stem is None:
                raise Obscure
            first, then = ([without_dot(name.replace("%", stem, 1)) for name in names] for names in (before, behind))
            self._add(target, first, then, said.recipe == "some", certain)

    def _pattern(
        self, said: RuleLine, targets: Sequence[str], before: Sequence[str], behind: Sequence[str], certain: bool
    ) -> None:
        if not all(target.count("%") == 1 and target != "%" for target in targets):
            raise Obscure
        self.left -= MAX_LINKS // MAX_PATTERNS * len(targets)
        if self.left < 0:
            raise Obscure
        # One without a recipe takes a rule away.
        certain = certain and said.recipe == "some"
        self.patterns.append(Pattern(tuple(targets), tuple(before), tuple(behind), certain))

    def _special(self, targets: Sequence[str], names: Sequence[str], certain: bool) -> None:
        for target in targets:
            if target not in SPECIAL or not certain:
                raise Obscure
            if target == ".PHONY":
                self.phony.update(names)
            elif target == ".SUFFIXES" and names:
                raise Obscure
            elif target in INTERMEDIATE:
                self.keeps_intermediates = True
