"""A result departs from the schema that its entry declares.

The entry says what its output holds; exporters, tables and the text rely on it. A key that the script renamed, or a
number that became a string, breaks them without a sound.

    Output: `results/fit-base/fit.json`
    Schema: `loss: number`, `params: object`

Mend the script and run it again, or correct the schema. Other keys than the declared ones are allowed. The result of
each variant is held to the schema; what several of them, or several items of a list, lack alike is one finding. Under
`script TBD` it is only a hint: the result is still that of the contract before. Of a file that two entries write
(`duplicate-output`) nothing is said, for it can be told of neither what it must hold. Where most of what is asked for
is missing the file is that of something else, which is one finding too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import groupby

from ..facts.contract import Contract, SchemaKey
from ..facts.result import Mismatch, ResultFacts
from ..finding import Finding, Fix, Place, Related
from ..text import Span, Word
from ..view import View
from ..world import Unread
from .outputs import Output, declared_schema, is_disputed, outputs_of
from .rule import Rule, Spec, change_to, finding, nearest

MOST = 10
"""Mismatches shown per result; a file of another schema altogether has hundreds."""


def check(spec: Spec, view: View) -> Iterator[Finding]:
    """Where several variants, or items of a list, depart alike, that is one finding: one line of the script does it."""
    departing = [output for output in outputs_of(spec, view) if _mismatches(output) and not is_disputed(output, view)]
    for _, outputs in groupby(departing, key=lambda output: output.word.start):
        alike: dict[tuple[str, str], list[tuple[Output, Mismatch]]] = {}
        strange: dict[tuple[str, ...], list[Output]] = {}
        for output in outputs:
            if missing := _missing_most(output, view):
                strange.setdefault(missing, []).append(output)
                continue
            for mismatch in _mismatches(output):
                alike.setdefault(_way(mismatch), []).append((output, mismatch))
        for missing, found in strange.items():
            yield _strange(spec, found, missing)
        for at, found in enumerate(list(alike.values())[:MOST]):
            rest = len(alike) - MOST if at == MOST - 1 else 0
            yield _departure(spec, found, rest)


def _missing_most(output: Output, view: View) -> tuple[str, ...]:
    """The keys that a result of something else lacks: three or more, and more than it has of those asked for."""
    absent = [each.key for each in _mismatches(output) if each.kind == "missing"]
    missing = tuple(key for key in absent if not NESTED.search(key))
    if len(missing) < LEAST_STRANGE:
        return ()
    asked = json.loads(declared_schema(output.entry, view)[0] or "{}")
    required = asked.get("required", ()) if isinstance(asked, dict) else ()
    return missing if 2 * len(missing) > len(required) else ()


NESTED = re.compile(r"[.\[]")
LEAST_STRANGE = 3


def _strange(spec: Spec, found: list[Output], missing: tuple[str, ...]) -> Finding:
    output = found[0]
    named = ", ".join(f"`{key}`" for key in missing[:LEAST_STRANGE])
    more = f" and {len(missing) - LEAST_STRANGE} more" if len(missing) > LEAST_STRANGE else ""
    return finding(
        RULE.code, RULE.severity if output.entry.ready else "hint", spec.path, output.word,
        f"most required keys are missing: {named}{more}; is `{output.path}` the result of something else?",
        entry=output.entry.name.text, subject=f"{output.path} ",
        related=tuple([Related(Place(one.path), "the result") for one in found[:MOST]]),
    )  # fmt: skip


def _way(mismatch: Mismatch) -> tuple[str, str]:
    """How a value departs, whichever item of a list it is, and whatever was found there."""
    if "[" not in mismatch.key:
        return mismatch.key, mismatch.message
    return INDEX.sub("[]", mismatch.key), INDEX.sub("[]", mismatch.message.partition(", found ")[0])


INDEX = re.compile(r"\[\d+\]")


def _mismatches(output: Output) -> tuple[Mismatch, ...]:
    return output.result.mismatches if isinstance(output.result, ResultFacts) else ()


def _departure(spec: Spec, found: list[tuple[Output, Mismatch]], rest: int) -> Finding:
    """`rest`: how many more ways of departing there are."""
    output, mismatch = found[0]
    entry = output.entry
    declared = _declared(entry, mismatch)
    where = "the result lacks it" if mismatch.kind == "missing" else "the result departs here"
    message = mismatch.message
    if any(other.key != mismatch.key for _, other in found):
        message += "; other items depart alike"
    return finding(
        RULE.code, RULE.severity if entry.ready else "hint", spec.path, declared.name if declared else output.word,
        f"{message} (and {rest} more)" if rest > 0 else message,
        entry=entry.name.text, subject=f"{output.path} {mismatch.key}",
        related=tuple([Related(Place(one.path, Span(here.start, here.end)), where) for one, here in found[:MOST]]),
        fixes=_fixes(spec, entry, declared, mismatch, output.result),
    )  # fmt: skip


def _declared(entry: Contract, mismatch: Mismatch) -> SchemaKey | None:
    """The key of a key list that asked for it: `trace` for `trace[3].loss`."""
    keys = entry.schema.keys if entry.schema else ()
    asking = [key for key in keys if f"{mismatch.key}.".replace("[", ".").startswith(f"{key.name.text}.")]
    return max(asking, key=lambda key: len(key.name.text), default=None)


def _fixes(
    spec: Spec, entry: Contract, declared: SchemaKey | None, mismatch: Mismatch, result: ResultFacts | Unread
) -> tuple[Fix, ...]:
    """Where the result has a key much like the missing one, the schema can follow it; whether it should, who knows."""
    if declared is None or entry.schema is None or mismatch.kind != "missing" or "." in mismatch.key:
        return ()
    if isinstance(result, Unread):
        return ()
    others = {key.name.text for key in entry.schema.keys}
    meant = nearest(mismatch.key, [key for key in result.keys if key not in others])
    if meant is None:
        return ()
    word: Word = declared.name
    return (change_to(spec.path, word, meant),)


RULE = Rule("schema-mismatch", "error", check, rests_on="artefacts")
