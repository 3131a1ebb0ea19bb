"""In an entry: the fields it lacks, and values for those it has."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache

from ... import paths
from ...facts.vocabulary import FIELDS, OF_SIDE, STATUSES
from ...text import Span, Text
from ...view import View
from .choices import Choice, Completion, Slot, escaped, fitting
from .commands import placeholders, resources
from .files import EXPORTS, SCHEMAS, SCRIPTS, Fits, anything, data, of_suffix, path_choices
from .front_matter import documents, labels
from .schema_keys import keys_here, schema_choices
from .surroundings import FIELD, Entry, owner_of_item

PART_OF_LABEL = re.compile(r" {0,3}([A-Za-z][A-Za-z ]*|)")
REST_OF_LABEL = re.compile(r"[A-Za-z ]*:?")
ITEM = re.compile(r"[ \t]*- +")
TOKEN_BEFORE = re.compile(r"[^\s,`]*$")
TOKEN_AFTER = re.compile(r"[^\s,`]*")
LETTERS = re.compile(r"[A-Za-z]*")
SUFFIX_KEYS = re.compile(r"\(\s*[Kk]eys?\s*:([^()`]*)$")
PREFIXES = ("compute-", "report-", "figure-")

REQUIRED = ("Script", "Output", "Export script", "Export outputs", "Status")
FITS: dict[str, Fits] = {
    "Script": of_suffix(SCRIPTS),
    "Export script": of_suffix(SCRIPTS),
    "Export outputs": of_suffix(EXPORTS),
    "Output": data,
    "Also writes": data,
    "Inputs": anything,
    "Variants": anything,
    "Workflows": anything,
}
"""The fields that hold paths, and what kind of file belongs there."""
OF_EXPERIMENTS = {"Schema", "Keys", "Smoke", "Also writes"}
"""Optional fields that say something of what is computed, and nothing of an exporter."""
OF_RESULTS = ("Output", "Also writes")
LISTED = (
    "Export outputs", "Also writes", "Inputs", "Variants", "Workflows", "Output", "Routes", "Resources",
    "Schema", "Keys",
)  # fmt: skip
COMMANDS = ("Run", "Smoke")


def in_entry(view: View, path: str, text: Text, entry: Entry, offset: int) -> Completion | None:
    line = text.line_span(text.line_of(offset))
    written = text.source[line.start : line.end]
    field = FIELD.match(written)
    if field is not None and offset >= line.start + field.end():
        return _value(view, text, entry, field[1], Span(line.start + field.end(), line.end), offset, Span(0, 0))
    item = ITEM.match(written)
    if item is not None and offset >= line.start + item.end():
        owner = owner_of_item(text, offset, entry.block.start)
        if owner is None or owner[0] not in LISTED:
            return None
        return _value(view, text, entry, owner[0], Span(line.start + item.end(), line.end), offset, owner[1])
    return _label(view, path, text, entry, line, offset)


# Labels ------------------------------------------------------------------------------------------------------


def _label(view: View, path: str, text: Text, entry: Entry, line: Span, offset: int) -> Completion | None:
    """The fields that begin as this line does: where none does, it is prose."""
    before, after = text.source[line.start : offset], text.source[offset : line.end]
    part = PART_OF_LABEL.fullmatch(before)
    rest = REST_OF_LABEL.match(after)
    if part is None or rest is None:
        return None
    has_colon = rest[0].endswith(":")
    if after.strip() and not has_colon:
        return None
    end = offset + (rest.end() - 1 if has_colon else len(after))
    typed = part[1]
    names = [name for name in _of_side(entry) if name.lower().startswith(typed.lower())]
    return Slot(offset - len(typed), offset, end, typed).completion(
        Choice(
            f"{name}:",
            "field",
            name if has_colon else f"{name}: ",
            end,
            snippet="" if has_colon else f"{name}: {_skeleton(view, path, entry, name)}",
            filter=name,
            about=("field", name),
        )
        for name in names
    )


def _of_side(entry: Entry) -> Iterator[str]:
    """The fields that an entry lacks, those it must have first."""
    others = {name for side, names in OF_SIDE.items() if entry.side and side != entry.side for name in names}
    if entry.side == "report":
        others |= OF_EXPERIMENTS
    if entry.labels & {"Schema", "Keys"}:
        others |= {"Schema", "Keys"}
    lacking = [name for name in FIELDS if name not in others and name not in entry.labels]
    yield from sorted(lacking, key=lambda name: name not in REQUIRED)


def _skeleton(view: View, path: str, entry: Entry, name: str) -> str:
    """What a value looks like, as a snippet."""
    if name == "Status":
        return "${1|script TBD,script ready|}"
    if name == "Output":
        return f"`{escaped(_result_folder(view, path, entry))}/${{1:result}}.json`"
    if name == "Also writes":
        return f"`{escaped(_result_folder(view, path, entry))}/$1`"
    if name == "Export outputs":
        return f"`{escaped(next(iter(view.report_folders()), 'reports'))}/$1`"
    if name in ("Schema", "Keys"):
        return "`${1:key}: ${2|number,integer,string,boolean,object,array|}`"
    if name == "Routes":
        return "`$1#$2`"
    return "`$1`"


def _result_folder(view: View, path: str, entry: Entry) -> str:
    """Where the entry's results go by convention: `results/<section>-<entry>`."""
    section = paths.stem(path)
    for prefix in PREFIXES:
        section = section.removeprefix(prefix)
    results = next(iter(view.analysis.results), "results")
    return f"{results}/{section}-{entry.name}".lstrip("/")


# Values ------------------------------------------------------------------------------------------------------


def _value(
    view: View, text: Text, entry: Entry, label: str, rest: Span, offset: int, listed: Span
) -> Completion | None:
    if label == "Status":
        return _status(text, rest, offset)
    if label == "Output" and (said := SUFFIX_KEYS.search(text.source, rest.start, offset)):
        return _suffix_keys(view, text, entry, Span(said.start(1), rest.end), offset)
    if label in ("Schema", "Keys"):
        return _schema(view, text, entry, label, rest, offset, listed)
    if label == "Resources":
        return resources(view, text, rest, offset, listed)
    filled_in = placeholders(text, entry, rest, offset, of_paths=label not in COMMANDS)
    slot = code_slot(text, rest, offset)
    if filled_in is not None or slot is None:
        return filled_in
    if label == "Routes":
        return _route(view, slot)
    if label in FITS:
        return _paths(view, text, label, slot, _said(text, rest, listed, slot))
    return None


def _status(text: Text, rest: Span, offset: int) -> Completion | None:
    source = text.source
    start = rest.start
    while start < offset and source[start] in " \t`":
        start += 1
    typed = source[start:offset]
    if not any(status.lower().startswith(typed.lower()) for status in STATUSES):
        return None
    said = next((start + len(status) for status in STATUSES if source.startswith(status, start)), 0)
    word = LETTERS.match(source, offset, rest.end)
    end = said if said >= offset else word.end() if word else offset
    slot = Slot(start, offset, end, typed, source[offset:end], "" if start > rest.start else " ")
    return slot.completion(slot.choice(status, "status", about=("status", status)) for status in STATUSES)


def _route(view: View, slot: Slot) -> Completion | None:
    document, hash_sign, label = slot.typed.partition("#")
    if not hash_sign:
        rest = slot.rest.partition("#")[0]
        end = slot.offset + len(rest)
        after = slot.after if end == slot.end else ""
        return documents(view, Slot(slot.start, slot.offset, end, slot.typed, rest, slot.before, after))
    start = slot.start + len(document) + 1
    return labels(view, Slot(start, slot.offset, slot.end, label, slot.rest, "", slot.after), document)


def _paths(view: View, text: Text, label: str, slot: Slot, said: frozenset[str]) -> Completion | None:
    if label in ("Script", "Export script"):
        scripts = _folders_of(view.names("script"))
        return slot.completion(*path_choices(view, slot, FITS[label], first=scripts, kept=(), but=said))
    results, reports = view.analysis.results, view.report_folders()
    first = reports if label == "Export outputs" else results if label in OF_RESULTS else (*results, *reports)
    return slot.completion(*path_choices(view, slot, FITS[label], first=first, but=said))


@lru_cache(maxsize=1)
def _folders_of(scripts: tuple[str, ...]) -> tuple[str, ...]:
    """The folders that most scripts lie in, and where they lie by custom."""
    counted = Counter(folder for script in scripts for folder in paths.above(script))
    return (*(folder for folder, _ in counted.most_common()), "scripts")


def _said(text: Text, rest: Span, listed: Span, slot: Slot) -> frozenset[str]:
    """The paths that the field names already, but for the one that is written."""
    source = text.source
    others = f"{source[listed.start : listed.end]}\n{source[rest.start : slot.start]}`\n`{source[slot.end : rest.end]}"
    return frozenset(re.findall(r"`([^`\n]+)`", others))


def code_slot(text: Text, rest: Span, offset: int) -> Slot | None:
    """The code span that is being written in a value; also where its backticks are still to come."""
    source = text.source
    before = source[rest.start : offset]
    if before.count("`") % 2:
        start = rest.start + before.rindex("`") + 1
        while start < offset and source[start] in " \t":
            start += 1
        token = TOKEN_AFTER.match(source, offset, rest.end)
        end = token.end() if token else offset
        typed = source[start:offset]
        if "," in typed:
            return None
        closed = source.startswith("`", end)
        return Slot(start, offset, end, typed, source[offset:end], "", "" if closed else "`")
    token = TOKEN_BEFORE.search(before)
    assert token
    head = before[: token.start()].rstrip()
    if head and not head.endswith(","):
        return None
    behind = TOKEN_AFTER.match(source, offset, rest.end)
    end = behind.end() if behind else offset
    if source.startswith("`", end):
        return None
    start = rest.start + token.start()
    blank = " " if start == rest.start and source.startswith(":", start - 1) else ""
    return Slot(start, offset, end, token[0], source[offset:end], f"{blank}`", "`")


# Schemas -----------------------------------------------------------------------------------------------------


def _schema(
    view: View, text: Text, entry: Entry, label: str, rest: Span, offset: int, listed: Span
) -> Completion | None:
    """Keys and types; and the path of a schema where nothing else is said."""
    source = text.source
    declared = f"{source[listed.start : listed.end]}\n{source[rest.start : offset]}"
    found = schema_choices(view, text, entry, rest, offset, declared)
    is_alone = label == "Schema" and not listed.end and "," not in source[rest.start : rest.end]
    slot = code_slot(text, rest, offset) if is_alone else None
    if slot is None or ":" in slot.typed:
        return found
    files = slot.completion(*path_choices(view, slot, of_suffix(SCHEMAS), first=()))
    if files is None or found is None or files.start != found.start:
        return found or files
    fitting_files = [choice for choice in files.choices if choice.label.startswith(slot.typed)]
    return Completion(found.start, offset, (*found.choices, *fitting_files), found.whole and files.whole)


def _suffix_keys(view: View, text: Text, entry: Entry, rest: Span, offset: int) -> Completion | None:
    """The names of keys in ``(keys: loss, params)`` behind the path."""
    source = text.source
    listed = source[rest.start : offset]
    typed = listed.rpartition(",")[2].lstrip()
    token = re.compile(r"[^\s,()`]*").match(source, offset, rest.end)
    end = token.end() if token else offset
    said = {key.partition(":")[0].strip() for key in listed.split(",")[:-1]}
    slot = Slot(offset - len(typed), offset, end, typed, source[offset:end])
    known = keys_here(view, text, entry, typed)
    names, whole = fitting([name for name in known if name not in said], typed)
    return slot.completion(_keys(slot, names, known), whole)


def _keys(slot: Slot, names: Iterable[str], known: dict[str, str]) -> Iterator[Choice]:
    for name in names:
        yield slot.choice(name, "schema key", detail=known[name])
