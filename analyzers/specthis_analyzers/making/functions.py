"""The functions of make that are modelled: words in, words out."""

from __future__ import annotations

import re
from collections.abc import Callable

from .. import paths
from .values import UNKNOWN, suffix_of

SPACE_OR_ODD = re.compile(r"\s|[\0\\]")


def by_words(change: Callable[[list[str]], list[str]], text: str) -> str:
    return UNKNOWN if UNKNOWN in text else " ".join(change(text.split()))


def substituted(word: str, old: str, new: str) -> str:
    before, _, after = old.partition("%")
    if "%" not in old:
        return new if word == old else word
    if len(word) < len(before) + len(after) or not (word.startswith(before) and word.endswith(after)):
        return word
    return new.replace("%", word[len(before) : len(word) - len(after)], 1)


def _patsubst(old: str, new: str, text: str) -> str:
    if SPACE_OR_ODD.search(old + new.strip()):
        return UNKNOWN
    return " ".join(substituted(word, old, new.strip()) for word in text.split())


def _prefixed(prefix: str, text: str, suffix: str = "") -> str:
    if SPACE_OR_ODD.search(prefix + suffix):
        return UNKNOWN
    return " ".join(f"{prefix}{word}{suffix}" for word in text.split())


def _fits(patterns: str, word: str) -> bool:
    """Whether a word is one of the patterns of `filter`."""
    for pattern in patterns.split():
        before, percent, after = pattern.partition("%")
        if word == pattern if not percent else (
            len(word) >= len(before) + len(after) and word.startswith(before) and word.endswith(after)
        ):  # fmt: skip
            return True
    return False


def _folder(word: str) -> str:
    folder, slash, _ = word.rpartition("/")
    return f"{folder}/" if slash else "./"


def _basename(word: str) -> str:
    suffix = suffix_of(word)
    return word[: len(word) - len(suffix)] if suffix else word


def _each(change: Callable[[str], str]) -> Callable[[str], str]:
    """A function of words; those it makes nothing of are left out."""
    return lambda text: " ".join(part for word in text.split() if (part := change(word)))


FUNCTIONS: dict[str, tuple[int, Callable[..., str]]] = {
    "subst": (3, lambda old, new, text: text.replace(old, new) if old else text + new),
    "patsubst": (3, _patsubst),
    "strip": (1, lambda text: " ".join(text.split())),
    "sort": (1, lambda text: " ".join(sorted(set(text.split())))),
    "filter": (2, lambda kept, text: " ".join(word for word in text.split() if _fits(kept, word))),
    "filter-out": (2, lambda left, text: " ".join(word for word in text.split() if not _fits(left, word))),
    "addprefix": (2, _prefixed),
    "addsuffix": (2, lambda suffix, text: _prefixed("", text, suffix)),
    "dir": (1, _each(_folder)),
    "notdir": (1, _each(paths.name)),
    "suffix": (1, _each(suffix_of)),
    "basename": (1, _each(_basename)),
    "firstword": (1, lambda text: (text.split() or [""])[0]),
    "lastword": (1, lambda text: (text.split() or [""])[-1]),
}
"""The functions that are modelled, each with how many arguments it takes; the last one may hold commas."""
