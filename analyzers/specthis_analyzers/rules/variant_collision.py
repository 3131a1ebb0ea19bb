"""All variants of an entry write the same file.

An entry with several variants runs once per configuration file. Where its output does not say `{variant_name}`, each
run overwrites the one before, and one result is left of a sweep.

    Variants: `configs/small.yaml`, `configs/large.yaml`
    Output: `results/fit-sweep/fit.json`

Put `{variant_name}` into the path: ``Output: `results/fit-sweep/{variant_name}.json` ``. It stands for the file name
of the configuration without its suffix, so two configurations of one name collide as well.
"""

from __future__ import annotations

from collections.abc import Iterator

from .. import paths
from ..facts.contract import Contract
from ..facts.variants import PLACEHOLDER, variants_of
from ..finding import Finding, Fix, Place, Related, Replace
from ..text import Word
from ..view import View
from .rule import Rule, Spec, finding, is_pattern
from .variants import configurations


def check(spec: Spec, view: View) -> Iterator[Finding]:
    for entry in spec.entries:
        variants = variants_of(entry)
        if not variants:
            continue
        files = configurations(entry, view)
        same = [word for word in (*entry.outputs, *entry.exports) if not is_pattern(word.text)]
        if len(files) > 1 and same:
            yield _collision(spec, entry, same, variants[0], len(files))
        elif alike := _alike(files):
            yield _named_alike(spec, entry, variants[0], *alike)


def _alike(files: list[str]) -> tuple[str, str] | None:
    """The first two files of one name."""
    named: dict[str, str] = {}
    for path in files:
        other = named.setdefault(paths.stem(path), path)
        if other != path:
            return other, path
    return None


def _collision(spec: Spec, entry: Contract, words: list[Word], variants: Word, count: int) -> Finding:
    first, *others = words
    related = (
        Related(Place(spec.path, variants.span), "the variants"),
        *(Related(Place(spec.path, word.span), "so is this") for word in others),
    )
    return finding(
        RULE.code, RULE.severity, spec.path, first, f"`{first.text}` is the same for all {count} variants",
        entry=entry.name.text, related=related, fixes=(_insert(spec, words),),
    )  # fmt: skip


def _insert(spec: Spec, words: list[Word]) -> Fix:
    """Before each suffix. The script has to follow, so it is no safe fix."""
    edits = []
    for word in words:
        at = word.end - len(paths.suffix(word.text))
        edits.append(Replace(spec.path, Word("", at, at).span, f"-{PLACEHOLDER}"))
    return Fix(f"Insert `{PLACEHOLDER}`", tuple(edits))


def _named_alike(spec: Spec, entry: Contract, place: Word, one: str, other: str) -> Finding:
    return finding(
        RULE.code, RULE.severity, spec.path, place,
        f"variants `{one}` and `{other}` have one name, `{paths.stem(one)}`, so they write the same file",
        entry=entry.name.text, subject=f"{one} {other}",
    )  # fmt: skip


RULE = Rule("variant-collision", "error", check)
