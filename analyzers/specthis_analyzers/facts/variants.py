"""Variants of an entry: configuration files, and the paths that `{variant_name}` stands for in each."""

from __future__ import annotations

import re

from .. import paths
from ..text import Word
from .contract import Contract

PLACEHOLDER = "{variant_name}"
PATTERN = re.compile(r"[{}*?$<>]")


def variants_of(entry: Contract) -> tuple[Word, ...]:
    """What `Variants:` names: files, or globs that stand for several."""
    field = entry.field("Variants")
    return field.values if field else ()


def is_glob(written: str) -> bool:
    return "*" in written or "?" in written or "[" in written


def paths_of(entry: Contract, written: str) -> tuple[str, ...]:
    """The paths that a written one stands for, one per variant; none where that cannot be read off the spec.

    A glob names files that only a folder knows. It stands for itself, in braces: the same glob gives the same paths.
    """
    if PATTERN.search(written) is None:
        plain = paths.project_path(written)
        return (plain,) if isinstance(plain, str) else ()
    if PATTERN.search(written.replace(PLACEHOLDER, "")):
        return ()
    names = [""]
    if PLACEHOLDER in written:
        variants = [word.text for word in variants_of(entry)]
        names = [f"{{{variant}}}" if is_glob(variant) else paths.stem(variant) for variant in variants]
    found = (paths.project_path(written.replace(PLACEHOLDER, name)) for name in names)
    return tuple(path for path in found if isinstance(path, str))
