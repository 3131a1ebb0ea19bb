"""In commands and resources: what stands in braces, the keys of `Resources:` and the values they take."""

from __future__ import annotations

import re

from ...facts.vocabulary import PLACEHOLDERS, RESOURCE_WORDS, RESOURCES
from ...text import Span, Text
from ...view import View
from .choices import Choice, Completion, Slot
from .surroundings import Entry

IN_BRACES = re.compile(r"\{(\w*)$")
WORD = re.compile(r"\w*")
PART_BEFORE = re.compile(r"[^`,=|:]*$")
PART_AFTER = re.compile(r"[^\s`,=|:]*")
KEY = re.compile(r"([A-Za-z]+)[ \t]*=")


def placeholders(text: Text, entry: Entry, rest: Span, offset: int, of_paths: bool = False) -> Completion | None:
    """The words that are filled in, where a brace is open in a code span; those of variants where there are any."""
    source = text.source
    opened = IN_BRACES.search(source, rest.start, offset)
    if opened is None or source.count("`", rest.start, offset) % 2 == 0:
        return None
    of_variants = [name for name in PLACEHOLDERS if name.startswith("variant")]
    names = [name for name in PLACEHOLDERS if "Variants" in entry.labels or name not in of_variants]
    if of_paths:
        names = [name for name in names if name == "variant_name"]
    word = WORD.match(source, offset, rest.end)
    end = word.end() if word else offset
    closed = source.startswith("}", end)
    slot = Slot(opened.start(1), offset, end, opened[1], source[offset:end], "", "" if closed else "}")
    return slot.completion(slot.choice(name, "word", about=("word", PLACEHOLDERS[name])) for name in names)


# Resources ---------------------------------------------------------------------------------------------------


def resources(view: View, text: Text, rest: Span, offset: int, listed: Span) -> Completion | None:
    """Keys that are not asked for yet, and behind `=` the values of a key."""
    source = text.source
    before = source[rest.start : offset]
    is_open = before.count("`") % 2 == 1
    part = PART_BEFORE.search(before)
    assert part
    typed = part[0].lstrip()
    head = before[: len(before) - len(typed)]
    if not is_open and head.strip(" ,") and not head.rstrip().endswith("`,"):
        return None
    after = PART_AFTER.match(source, offset, rest.end)
    end = after.end() if after else offset
    closing = source.startswith("`", end) or "`" in source[end : rest.end]
    blank = " " if not is_open and not head and source[offset - 1 : offset] == ":" else ""
    slot = Slot(
        offset - len(typed), offset, end, typed, source[offset:end], "" if is_open else f"{blank}`",
        "" if is_open and closing else "`",
    )  # fmt: skip
    item = head[max(head.rfind(","), head.rfind("`")) + 1 :]
    asked = KEY.match(item.lstrip())
    if asked is not None:
        return _values(view, asked[1], item, slot)
    if item.strip():
        return None
    said = f"{source[listed.start : listed.end]},{head},{source[end : rest.end]}"
    return _keys(slot, {match[1] for match in KEY.finditer(said)}, source.startswith("=", end))


def _keys(slot: Slot, said: set[str], has_value: bool) -> Completion | None:
    sign = "" if has_value else "="
    return slot.completion(
        Choice(
            key,
            "setting",
            f"{slot.before}{key}{sign}",
            slot.end,
            snippet="" if has_value else f"{slot.before}{key}=$1{slot.after}",
            filter=key,
            about=("resource", key),
        )
        for key in RESOURCES
        if key not in said
    )


def _values(view: View, key: str, item: str, slot: Slot) -> Completion | None:
    """The GPUs there are, how many of one, or the words that a key takes."""
    if key == "gpu":
        name, colon, _ = item.rpartition("=")[2].rpartition("|")[2].partition(":")
        if colon:
            most = view.analysis.gpus.get(name.strip().upper(), 0)
            return slot.completion(slot.choice(str(count), "word") for count in range(1, most + 1))
        return slot.completion(slot.choice(gpu, "word", about=("gpu", gpu)) for gpu in view.analysis.gpus)
    words = RESOURCE_WORDS.get(key, ())
    return slot.completion(slot.choice(word, "word") for word in words)
