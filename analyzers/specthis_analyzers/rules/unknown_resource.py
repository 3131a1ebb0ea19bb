"""The resources of an entry are said in words that have no meaning.

What an entry needs is read before money is spent on it: the GPU, the hours, the budget. A misspelt key asks for
nothing, and a GPU that does not exist is noticed only once everything was uploaded.

    Resources: `gpu=A10H, hour=2, budget=$5`

Correct the key or the value. The keys are `gpu`, `hours`, `timeout`, `cpu`, `memory`, `retries`, `budget`,
`checkpoint` and `backend`; of a GPU there may be several, `H100:4`, and alternatives, `H100|A100-80GB`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ..facts.contract import Contract
from ..facts.vocabulary import RESOURCE_WORDS, RESOURCES
from ..finding import Finding
from ..text import Span, Word
from ..view import View
from .rule import Rule, Spec, change_to, did_you_mean, finding, nearest

NUMBER = r"(?:\d+(?:\.\d*)?|\.\d+)"
FORMS: dict[str, tuple[str, str]] = {
    "hours": (NUMBER, "a number of hours"),
    "timeout": (rf"{NUMBER}|(?:{NUMBER}[dhms])+", "a time such as `90m` or `2h`, or seconds"),
    "cpu": (NUMBER, "a number of cores"),
    "memory": (rf"{NUMBER} ?[KMGT]i?B", "a size such as `16GiB`"),
    "retries": (r"\d+", "a number of times"),
    "budget": (rf"\$ ?{NUMBER}|{NUMBER}(?: ?(?:USD|\$))?", "US dollars such as `$5`"),
}
"""What a value looks like, as an expression and in words."""
KEYS = tuple(RESOURCES)
OPEN = re.compile(r"[{}<>*]")
"""Signs of a value that is filled in later."""


def check(spec: Spec, view: View) -> Iterator[Finding]:
    for entry in spec.entries:
        field = entry.field("Resources")
        for value in field.values if field else ():
            for item in _items(value):
                yield from _item(spec, entry, item, view.analysis.gpus)


def _items(value: Word) -> Iterator[Word]:
    """The parts between commas, without blanks around them; of a fence each line counts."""
    for match in re.finditer(r"[^,\n]+", value.text):
        yield from _part(value, match[0], match.start())


def _part(whole: Word, text: str, at: int) -> Iterator[Word]:
    bare = text.strip()
    start = whole.start + at + len(text) - len(text.lstrip())
    if bare:
        yield Word(bare, start, start + len(bare))


def _item(spec: Spec, entry: Contract, item: Word, gpus: Mapping[str, int]) -> Iterator[Finding]:
    if OPEN.search(item.text):
        return
    written, sign, value = item.text.partition("=")
    key = written.strip()
    place = Span(item.start, item.start + len(key))
    if not sign:
        yield _report(
            spec, entry, item.span, item.text, f"`{item.text}` says no value; a resource is `key=value`", None
        )
    elif key not in KEYS:
        meant = nearest(key, KEYS)
        yield _report(spec, entry, place, key, f"there is no resource `{key}`", meant)
    else:
        for word in _part(item, value, len(written) + 1):
            yield from _value(spec, entry, key, word, gpus)


def _value(spec: Spec, entry: Contract, key: str, value: Word, gpus: Mapping[str, int]) -> Iterator[Finding]:
    if key == "gpu":
        for match in re.finditer(r"[^|]+", value.text):
            for name in _part(value, match[0], match.start()):
                yield from _gpu(spec, entry, name, gpus)
    elif key in RESOURCE_WORDS:
        if value.text not in RESOURCE_WORDS[key]:
            meant = nearest(value.text, RESOURCE_WORDS[key])
            takes = " or ".join(f"`{choice}`" for choice in RESOURCE_WORDS[key])
            yield _report(spec, entry, value.span, value.text, f"`{key}` takes {takes}, not `{value.text}`", meant)
    elif not re.fullmatch(FORMS[key][0], value.text):
        message = f"`{key}` takes {FORMS[key][1]}, not `{value.text}`"
        yield _report(spec, entry, value.span, value.text, message, None)


def _gpu(spec: Spec, entry: Contract, value: Word, gpus: Mapping[str, int]) -> Iterator[Finding]:
    """Where nobody said which GPUs there are, none is unknown."""
    name, colon, count = (part.strip() for part in value.text.partition(":"))
    place = Span(value.start, value.start + len(name))
    most = gpus.get(name.upper())
    if not gpus or name.lower() in ANY_GPU:
        return
    if most is None:
        yield _report(spec, entry, place, name, f"there is no GPU `{name}`", nearest(name, tuple(gpus)))
    elif colon and not (count.isdecimal() and 1 <= int(count[:6]) <= most):
        message = f"`{name}` comes by 1 to {most}, not by `{count}`"
        yield _report(spec, entry, value.span, value.text, message, None)


ANY_GPU = ("any", "none")
"""Words that name no GPU and may stand for one."""


def _report(spec: Spec, entry: Contract, place: Span, subject: str, message: str, meant: str | None) -> Finding:
    fixes = (change_to(spec.path, place, meant),) if meant else ()
    return finding(
        RULE.code, RULE.severity, spec.path, place, message + did_you_mean(meant),
        entry=entry.name.text, subject=subject, fixes=fixes,
    )  # fmt: skip


RULE = Rule("unknown-resource", "warning", check)
