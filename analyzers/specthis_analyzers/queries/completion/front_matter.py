"""In the front matter: keys that are missing, and values for those that are there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from ... import paths
from ...facts import front_matter
from ...facts.contract import KINDS
from ...text import Span, Text
from ...view import View
from .choices import Choice, Completion, Slot, fitting
from .files import DOCUMENTS, of_suffix, path_choices

OF_ALL = ("name", "kind", "depends_on")
OF_REPORTS = ("host_doc", "section_label")
KEY = re.compile(r"([A-Za-z_][\w-]*)[ \t]*:(?=[ \t]|$)")
KEY_LINES = re.compile(r"^([A-Za-z_][\w-]*)[ \t]*:(?=[ \t\r\n]|\Z)", re.MULTILINE)
PART_OF_KEY = re.compile(r"[A-Za-z_][\w-]*|")
KIND_LINE = re.compile(r"^kind[ \t]*:[ \t]+[\"']?(\w+)", re.MULTILINE)
HOST_LINE = re.compile(r"^host_doc[ \t]*:[ \t]+[\"']?([^\s\"'#][^\r\n\"']*?)[\"']?[ \t]*\r?$", re.MULTILINE)
ITEM_LINE = re.compile(r"[ \t]*-(?=[ \t]|$)[ \t]*")
PLAIN = re.compile(r"[A-Za-z0-9_./][A-Za-z0-9_./-]*")
BETWEEN_ITEMS = re.compile(r"[\s,\[\]\"']+")
IN_PLAIN = re.compile(r"[\w./#-]*")
OPEN = re.compile(r"---[ \t]*(?:\r\n|\n|\r|\Z)")


def region(text: Text) -> Span | None:
    """The lines between the two `---`; where there is no second one, those up to the first blank line.

    Right below the first one a key may begin that makes them a front matter.
    """
    source = text.source
    opening = OPEN.match(source)
    if opening is None:
        return None
    front = front_matter.read(text)
    if front is None:
        first = text.line_span(1)
        return first if PART_OF_KEY.fullmatch(source, first.start, first.end) else None
    if front_matter.CLOSE.search(front_matter.unified(source), opening.end() - 1) is None:
        line = text.line_of(front.span.end) + 1
        return Span(opening.end(), max(text.line_span(line).end, front.span.end))
    return Span(opening.end(), max(opening.end(), text.line_span(text.line_of(front.span.end)).start - 1))


def said_kind(text: Text, front: Span | None) -> str | None:
    """The kind that a front matter says, also where the rest of it cannot be read."""
    found = KIND_LINE.search(text.source, front.start, front.end) if front else None
    return found[1] if found else None


def in_front_matter(view: View, path: str, text: Text, front: Span, offset: int) -> Completion | None:
    line = text.line_span(text.line_of(offset))
    written = text.source[line.start : line.end]
    key = KEY.match(written)
    if key is not None and offset - line.start > key.end() - 1:
        return _value(view, path, text, front, key[1], Span(line.start + key.end(), line.end), offset)
    item = ITEM_LINE.match(written)
    if item is not None and offset - line.start >= item.end():
        owner = _key_above(text, line.start, front)
        if owner == "depends_on":
            return _dependency(view, path, text, front, Span(line.start + item.end(), line.end), offset)
        return None
    if written.isspace() and offset == line.end and _is_next_item(text, front, line, written):
        return _specs(view, path, text, front, Slot(offset, offset, offset, "", before="- "))
    return _key(text, path, front, line, offset)


def _is_next_item(text: Text, front: Span, line: Span, indentation: str) -> bool:
    """Whether a further dependency may begin here: as an editor leaves the cursor once one is written."""
    above = text.line(text.line_of(line.start) - 1)
    return above.startswith(f"{indentation}-") and _key_above(text, line.start, front) == "depends_on"


def _key_above(text: Text, start: int, front: Span) -> str | None:
    """The key that a list item belongs to."""
    number = text.line_of(start) - 1
    while number >= 0 and text.line_span(number).start >= front.start:
        line = text.line(number)
        if key := KEY.match(line):
            return key[1]
        if line.strip() and not ITEM_LINE.match(line):
            return None
        number -= 1
    return None


# Keys --------------------------------------------------------------------------------------------------------


def _key(text: Text, path: str, front: Span, line: Span, offset: int) -> Completion | None:
    before, after = text.source[line.start : offset], text.source[offset : line.end]
    if not PART_OF_KEY.fullmatch(before):
        return None
    rest = PART_OF_KEY.match(after)
    word_end = offset + (rest.end() if rest else 0)
    has_colon = text.source.startswith(":", word_end)
    if not has_colon and text.source[word_end : line.end].strip():
        return None
    said = {
        found[1] for found in KEY_LINES.finditer(text.source, front.start, front.end) if found.start() != line.start
    }
    kind = said_kind(text, front) or paths.stem(path).partition("-")[0]
    slot = Slot(line.start, offset, word_end, before, after="" if has_colon else ": ")
    return slot.completion(
        slot.choice(name, "key", label=name, about=("key", name)) for name in _missing(kind) if name not in said
    )


def _missing(kind: str) -> Iterator[str]:
    """The keys of a kind, those it must have first."""
    yield from OF_ALL
    if kind == "report":
        yield from OF_REPORTS
    yield "title"
    if kind not in ("report", "figure", *KINDS):
        yield from OF_REPORTS


# Values ------------------------------------------------------------------------------------------------------


def _value(view: View, path: str, text: Text, front: Span, key: str, rest: Span, offset: int) -> Completion | None:
    if key == "depends_on":
        return _dependencies(view, path, text, front, rest, offset)
    slot = _scalar(text, rest, offset)
    if slot is None:
        return None
    if key == "kind":
        meant = paths.stem(path).partition("-")[0]
        kinds = sorted(KINDS, key=lambda kind: kind != meant)
        return slot.completion(slot.choice(kind, "kind", about=("kind", kind)) for kind in kinds)
    if key == "name":
        return slot.completion([slot.choice(paths.stem(path), "word")])
    if key == "host_doc":
        return documents(view, slot)
    if key == "section_label":
        host = HOST_LINE.search(text.source, front.start, front.end)
        return labels(view, slot, host[1]) if host else None
    return None


def documents(view: View, slot: Slot) -> Completion | None:
    """Documents that reports name already, then the way to others."""
    hosts = [host for host in view.names("host") if paths.suffix(host) in DOCUMENTS and view.is_here(host)]
    names, all_hosts = fitting(hosts, slot.typed)
    choices, whole = path_choices(view, slot, of_suffix(DOCUMENTS), first=view.report_folders(), but=names)
    known = [slot.choice(name, "file", about=("file", name)) for name in names]
    return slot.completion([*known, *choices], whole and all_hosts)


def labels(view: View, slot: Slot, written: str) -> Completion | None:
    """The labels of a document: those by which a section goes first, then those inside sections."""
    document = paths.project_path(written.strip())
    if not isinstance(document, str) or not view.is_here(document) or view.unread(document) is not None:
        return None
    sections = [label for label in view.labels(document) if _is_plain_label(label)]
    own = own_labels(view, document)
    names, whole = fitting(sorted(sections, key=lambda label: label not in own), slot.typed)
    return slot.completion((slot.choice(name, "label", about=("label", document, name)) for name in names), whole)


def own_labels(view: View, document: str) -> frozenset[str]:
    """Of each section of a document's roots, the label it goes by: the first one in it."""
    found: set[str] = set()
    for root in view.roots(document):
        seen: set[int] = set()
        for label, (_, extent) in view.flow(root).labels.items():
            if extent not in seen:
                seen.add(extent)
                found.add(label)
    return frozenset(found)


def _is_plain_label(label: str) -> bool:
    return not any(sign in label for sign in "`\"'#\\{}\n\r")


def _scalar(text: Text, rest: Span, offset: int) -> Slot | None:
    """The value of a key, in quotes or without; a blank goes before it."""
    source = text.source
    start = rest.start
    while start < offset and source[start] in " \t":
        start += 1
    before = "" if start > rest.start else " "
    quote = source[start : start + 1] if source[start : start + 1] in ("'", '"') and start < offset else ""
    if quote:
        closing = source.find(quote, offset, rest.end)
        end = closing if closing >= 0 else rest.end
        slot = Slot(
            start + 1, offset, end, source[start + 1 : offset], source[offset:end], "", "" if closing >= 0 else quote
        )
        return None if quote in slot.typed else slot
    if " #" in source[rest.start : offset]:
        return None
    comment = source.find(" #", offset, rest.end)
    end = max(offset, len(source[: comment if comment >= 0 else rest.end].rstrip()))
    return Slot(start, offset, end, source[start:offset], source[offset:end], before)


def _dependencies(view: View, path: str, text: Text, front: Span, rest: Span, offset: int) -> Completion | None:
    """Behind `depends_on:`: in brackets, or a whole list in brackets where nothing stands yet."""
    source = text.source
    written = source[rest.start : offset]
    bracket = source.find("[", rest.start, offset)
    if bracket < 0:
        typed = written.lstrip(" \t")
        if source[offset : rest.end].strip() or not IN_PLAIN.fullmatch(typed):
            return None
        start = offset - len(typed)
        before = "[" if start > rest.start else " ["
        return _specs(view, path, text, front, Slot(start, offset, rest.end, typed, "", before, "]"))
    if source.find("]", bracket, offset) >= 0:
        return None
    return _dependency(view, path, text, front, Span(bracket + 1, rest.end), offset)


def _dependency(view: View, path: str, text: Text, front: Span, rest: Span, offset: int) -> Completion | None:
    """One item of a list."""
    source = text.source
    start = max(rest.start, source.rfind(",", rest.start, offset) + 1)
    while start < offset and source[start] in " \t":
        start += 1
    typed = source[start:offset]
    if not IN_PLAIN.fullmatch(typed):
        return None
    word = IN_PLAIN.match(source, offset, rest.end)
    end = word.end() if word else offset
    return _specs(view, path, text, front, Slot(start, offset, end, typed, source[offset:end]))


def _specs(view: View, path: str, text: Text, front: Span, slot: Slot) -> Completion | None:
    """The filenames of the other specs, but for those that are listed already."""
    said = {paths.stem(path)}
    listed = f"{text.source[front.start : slot.start]} {text.source[slot.end : front.end]}"
    said.update(word.removesuffix(".md") for word in BETWEEN_ITEMS.split(listed) if word.endswith(".md"))
    names, whole = fitting(view.names("spec"), slot.typed.removesuffix(".md"))
    return slot.completion((_spec(view, slot, stem) for stem in names if stem not in said), whole)


def _spec(view: View, slot: Slot, stem: str) -> Choice:
    name = f"{stem}.md"
    written = name if PLAIN.fullmatch(name) else json.dumps(name, ensure_ascii=False)
    text = f"{slot.before}{written}{slot.after}"
    return Choice(name, "spec", text, slot.end, filter=name, about=("spec", f"{view.analysis.specs}/{name}"))
