"""In the settings: their names, the values they take, the codes of rules."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ...settings import SETTINGS, SEVERITIES, Setting
from ...text import Span, Text
from ...view import View
from .choices import Choice, Completion, Slot, last_of
from .files import DOCUMENTS, of_suffix, path_choices
from .suppressing import rule

TABLES = {"specthis.toml": "", "pyproject.toml": "tool.specthis"}
"""The files of the root that hold settings, and the table they stand in."""
HEADER = re.compile(r"^[ \t]*\[([^\[\]\r\n]*)\]", re.MULTILINE)
KEY = re.compile(r"^[ \t]*([\w.-]+)[ \t]*=", re.MULTILINE)
PART = re.compile(r"[ \t]*([\w.-]*)")
PART_OF_HEADER = re.compile(r"[ \t]*\[[ \t]*([\w.-]*)")
WORD = re.compile(r"[\w.-]*")
BY_NAME: dict[str, Setting] = {setting.name: setting for setting in SETTINGS}
GROUPS = ("layout", "latex", "rules", "rules.severity")


def in_settings(view: View, path: str, text: Text, offset: int, codes: Mapping[str, str]) -> Completion | None:
    whole = TABLES[path]
    line = text.line_span(text.line_of(offset))
    before = text.source[line.start : offset]
    if header := PART_OF_HEADER.fullmatch(before):
        return _headers(text, whole, Slot(offset - len(header[1]), offset, _word_end(text, offset), header[1]))
    table = _table(text, line.start, whole)
    if table is None:
        return None
    key = KEY.match(text.source, line.start, line.end)
    if key is not None and offset >= key.end():
        name = f"{table}.{key[1]}" if table else key[1]
        return _value(view, name, text, Span(key.end(), line.end), offset, codes)
    if key is None and (opened := _opened_above(text, line.start)) is not None:
        name, start = opened
        return _value(view, f"{table}.{name}" if table else name, text, Span(start, line.end), offset, codes)
    part = PART.fullmatch(before)
    return _names(text, table, line, offset, part[1], codes) if part else None


def _word_end(text: Text, offset: int) -> int:
    word = WORD.match(text.source, offset)
    return word.end() if word else offset


def _table(text: Text, start: int, whole: str) -> str | None:
    """The table of settings that a line stands in, less the name of the table they all stand in; None elsewhere."""
    last = last_of(HEADER, text, start)
    named = ".".join(part.strip().strip("\"'") for part in last[1].split(".")) if last else ""
    if not whole:
        return named
    return named[len(whole) + 1 :] if named == whole or named.startswith(f"{whole}.") else None


def _opened_above(text: Text, start: int) -> tuple[str, int] | None:
    """The key whose list is still open where a line starts, and where its value begins."""
    last = last_of(KEY, text, start)
    if last is None:
        return None
    value = re.sub(r"\"[^\"\n]*\"|'[^'\n]*'|#[^\n]*", "", text.source[last.end() : start])
    opened = value.lstrip().startswith("[") and value.count("[") > value.count("]") and "\n[" not in value.lstrip()
    return (last[1], last.end()) if opened else None


def _headers(text: Text, whole: str, slot: Slot) -> Completion | None:
    """The tables that are not there yet."""
    said = {
        header[1].strip()
        for header in HEADER.finditer(text.source)
        if not header.start(1) <= slot.offset <= header.end(1)
    }
    names = [f"{whole}.{group}" if whole else group for group in GROUPS]
    after = "" if text.source.startswith("]", slot.end) else "]"
    wanted = ([whole] if whole else []) + names
    return Slot(slot.start, slot.offset, slot.end, slot.typed, after=after).completion(
        Slot(slot.start, slot.offset, slot.end, slot.typed, after=after).choice(name, "key")
        for name in wanted
        if name not in said
    )


def _names(text: Text, table: str, line: Span, offset: int, typed: str, codes: Mapping[str, str]) -> Completion | None:
    """The settings of a table that it does not give yet; in that of severities, the codes of rules."""
    end = _word_end(text, offset)
    given = "=" in text.source[end : line.end]
    if text.source[end : line.end].strip() and not given:
        return None
    said = _said(text, table, line.start)
    slot = Slot(offset - len(typed), offset, end, typed, after="" if given else " = ")
    if table == "rules.severity":
        return slot.completion(rule(slot, code, summary) for code, summary in codes.items() if code not in said)
    before = f"{table}." if table else ""
    if before and table not in GROUPS:
        return None
    names = [setting.name[len(before) :] for setting in SETTINGS if setting.name.startswith(before)]
    return slot.completion(
        Choice(
            name, "setting", f"{name}{slot.after}", end, about=("setting", before + name),
            snippet="" if given else f"{name} = {_skeleton(BY_NAME[before + name])}",
        )
        for name in sorted(names, key=lambda name: "." in name)
        if name not in said
    )  # fmt: skip


def _said(text: Text, table: str, start: int) -> set[str]:
    """The names that a table gives, but for the line of the cursor."""
    said: set[str] = set()
    headers = [header.start() for header in HEADER.finditer(text.source)]
    first = max((at for at in headers if at < start), default=0)
    last = min((at for at in headers if at > start), default=len(text))
    for key in KEY.finditer(text.source, first, last):
        if not key.start() <= start <= key.start(1):
            said.add(key[1])
    return said


def _skeleton(setting: Setting) -> str:
    if setting.form == "choice":
        return f'"${{1|{",".join(setting.choices)}|}}"'
    if setting.form == "switch":
        return "${1|true,false|}"
    if setting.form == "bytes":
        return f"${{1:{setting.default}}}"
    if setting.form == "path":
        return '"$1"'
    return "{ $1 }" if setting.form == "severities" else '["$1"]'


# Values ------------------------------------------------------------------------------------------------------


def _value(view: View, name: str, text: Text, rest: Span, offset: int, codes: Mapping[str, str]) -> Completion | None:
    table, _, last = name.rpartition(".")
    if table == "rules.severity" and last in codes:
        slot = _quoted(text, rest, offset)
        return slot.completion(slot.choice(level, "word") for level in SEVERITIES) if slot else None
    setting = BY_NAME.get(name)
    if setting is None:
        return None
    if setting.form == "severities":
        return _severities(text, rest, offset, codes)
    if setting.form == "switch":
        typed = text.source[rest.start : offset].lstrip()
        slot = Slot(offset - len(typed), offset, _word_end(text, offset), typed)
        return (
            slot.completion(slot.choice(value, "word") for value in ("true", "false"))
            if typed.isalpha() or not typed
            else None
        )
    slot = _quoted(text, rest, offset)
    if slot is None:
        return None
    if setting.form in ("choices", "codes", "paths") and not _in_list(text, rest, slot):
        return None
    said = _strings(text, rest, slot)
    if setting.form in ("choice", "choices"):
        return slot.completion(slot.choice(choice, "word") for choice in setting.choices if choice not in said)
    if setting.form == "codes":
        return slot.completion(rule(slot, code, summary) for code, summary in codes.items() if code not in said)
    if setting.form in ("path", "paths"):
        wanted = of_suffix(DOCUMENTS) if name == "layout.papers" else _nothing
        # What git ignores is often just what these settings are about.
        return slot.completion(*path_choices(view, slot, wanted, first=(".",), but=said))
    return None


def _nothing(name: str) -> bool:
    return False


def _in_list(text: Text, rest: Span, slot: Slot) -> bool:
    written = text.source[rest.start : slot.start]
    return written.count("[") > written.count("]")


def _strings(text: Text, rest: Span, slot: Slot) -> set[str]:
    """The strings of a value, but for the one that is written."""
    others = f'{text.source[rest.start : slot.start]}"\n"{text.source[slot.end : rest.end]}'
    return {found[1] for found in re.finditer(r"[\"']([^\"'\n]+)[\"']", others)}


def _quoted(text: Text, rest: Span, offset: int) -> Slot | None:
    """The string that is being written; also where its quotes are still to come."""
    source = text.source
    line = text.line_span(text.line_of(offset))
    start = max(rest.start, line.start)
    before = source[start:offset]
    if "#" in re.sub(r"\"[^\"]*\"?|'[^']*'?", "", before):
        return None
    for quote in ('"', "'"):
        if before.count(quote) % 2:
            first = start + before.rindex(quote) + 1
            closing = source.find(quote, offset, line.end)
            between = source[offset : closing if closing >= 0 else offset]
            closed = closing >= 0 and "," not in between
            end = closing if closed else offset
            return Slot(first, offset, end, source[first:offset], source[offset:end], "", "" if closed else quote)
    typed = re.search(r"[\w./-]*$", before)
    assert typed
    head = before[: typed.start()].rstrip()
    if (head and head[-1] not in "[,") or source.startswith(('"', "'"), offset):
        return None
    blank = " " if not before and source[offset - 1 : offset] == "=" else ""
    return Slot(start + typed.start(), offset, _word_end(text, offset), typed[0], before=f'{blank}"', after='"')


def _severities(text: Text, rest: Span, offset: int, codes: Mapping[str, str]) -> Completion | None:
    """Inside `{ code = "level" }`."""
    written = text.source[rest.start : offset]
    if "{" not in written or "}" in written:
        return None
    item = re.split(r"[{,]", written)[-1]
    if "=" in item:
        slot = _quoted(text, Span(offset - len(item.partition("=")[2]), rest.end), offset)
        return slot.completion(slot.choice(level, "word") for level in SEVERITIES) if slot else None
    typed = item.lstrip()
    if not WORD.fullmatch(typed):
        return None
    slot = Slot(offset - len(typed), offset, _word_end(text, offset), typed, after=" = ")
    said = set(re.findall(r"([\w-]+)[ \t]*=", text.source[rest.start : rest.end]))
    return slot.completion(rule(slot, code, summary) for code, summary in codes.items() if code not in said)
