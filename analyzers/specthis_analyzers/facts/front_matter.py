"""Front matter: plain lines are read by hand, all else is composed by PyYAML, and the values are the same.

The fast reader knows plain scalars, and flow or block lists of them, in plain characters. Whatever it does
not know it leaves to YAML, so it never decides that something is wrong; a property test holds the two equal.
"""

from __future__ import annotations

import re
from typing import Any

from ..text import Span, Text, Word
from .contract import FrontMatter, Key, Problem, Shape

MAX_LENGTH = 64 * 1024
MAX_DEPTH = 64
MAX_ALIASES = 100
NULLS = frozenset(("~", "null", "Null", "NULL", ""))

OPEN = re.compile(r"---[ \t]*(?:\n|\Z)")
CLOSE = re.compile(r"\n(---|\.\.\.)[ \t]*(?=\n|\Z)")
BLANK_LINE = re.compile(r"\n[ \t]*(?=\n)")
FIRST_KEY = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\n)*[ \t]*(?:[\w.-]+|\"[^\"\n]*\"|'[^'\n]*')[ \t]*:(?=\s|\Z)")

# Plain characters: those that mean nothing to YAML wherever they stand in a plain scalar, and `:` and `#`,
# which are looked at again. The line separators of Unicode and all control characters are not among them.
PLAIN = r"[A-Za-z0-9_./~$(\u00a1-\u1fff][ -~\u00a1-\u1fff\u2010-\u2027]*"
ITEM = r"[A-Za-z0-9_./][A-Za-z0-9_./-]*"
LINE = re.compile(
    r"([A-Za-z_][A-Za-z0-9_-]{0,99}):"
    rf"(?: +(?:({PLAIN})|\[ *((?:{ITEM} *(?:, *{ITEM} *)*)?)\] *))?"
    r" *(?:\n+|\Z)"
)
BULLET = re.compile(rf"( *)- +({PLAIN}) *(?:\n+|\Z)")
FLOW_ITEM = re.compile(ITEM)

UNREADABLE = "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
"""Compiled where it is first needed, which is seldom, and takes as long as to read fifty specs."""
BRACKET = re.compile(r"[\[\]{}]")
DASHES = re.compile(rf"(?:[-?:][ \t]+){{{MAX_DEPTH}}}")

NO_KEY = "a `: ` stands inside a value; put the value in quotes"
NO_VALUE = 'a value begins with "{letter}"; write it without, or put it in quotes'
IN_PLAIN_WORDS = {
    "mapping values are not allowed in this context": NO_KEY,
    "mapping values are not allowed here": NO_KEY,
    "found character that cannot start any token": NO_VALUE,
    "did not find expected key": "a line does not stand in line with the keys",
    "did not find expected '-' indicator": "a list and keys stand side by side",
    "but found another document": "a second document begins",
    "found undefined alias": "an alias has no anchor",
}
# What is told where it began: libyaml notices it only later, often behind the end.
BEGUN_IN_PLAIN_WORDS = {
    "could not find expected ':'": "a line is no `key: value`",
    "found unexpected end of stream": "a quote is not closed",
    "did not find expected ',' or ']'": "a `[` is not closed, or lacks a comma",
    "did not find expected ',' or '}'": "a `{` is not closed, or lacks a comma",
}


class _Trouble(Exception):
    """Why the YAML is not read: what to say and where, in offsets of the whole text."""

    def __init__(self, message: str, start: int, end: int) -> None:
        super().__init__(message)
        self.problem = Problem(message, start, end)


def unified(source: str) -> str:
    """The same text with LF line ends. A CRLF turns into a blank and LF, so that every offset stays true."""
    if "\r" not in source:
        return source
    return source.replace("\r\n", " \n").replace("\r", "\n")


def read(text: Text) -> FrontMatter | None:
    """The front matter that a text begins with, or None. The body starts at `span.end`."""
    source = text.source
    if not source.startswith("---"):
        return None
    lines = unified(source)
    opening = OPEN.match(lines)
    if not opening:
        return None
    start = opening.end()
    # The search begins at the line end of the opening, so that `---` right below it closes.
    closing = CLOSE.search(lines, start - 1)
    if closing is None:
        return _unclosed(lines, start)
    stop = max(start, closing.start() + 1)
    if not _is_front(lines, start, stop):
        return None
    span = Span(0, closing.end(1))
    keys = fast(lines, start, stop)
    if keys is not None:
        return FrontMatter(span, keys)
    try:
        return FrontMatter(span, composed(source, lines, start, stop))
    except _Trouble as trouble:
        return FrontMatter(span, (), trouble.problem)


def _unclosed(lines: str, start: int) -> FrontMatter | None:
    """Front matter without its second `---` ends before the first blank line.

    Where no key stands right below the first `---`, that is a thematic break.
    """
    first = FIRST_KEY.match(lines, start)
    if first is None or "\n" in lines[start : first.end()]:
        return None
    blank = BLANK_LINE.search(lines, start)
    end = len(lines[: blank.start() if blank else len(lines)].rstrip())
    return FrontMatter(Span(0, end), (), Problem("is never closed by a line `---`", 0, 3))


def _is_front(lines: str, start: int, stop: int) -> bool:
    """Whether two `---` lines hold front matter: a key comes first, or they hold no blank line.

    Else they are two thematic breaks with prose between them.
    """
    if FIRST_KEY.match(lines, start, stop):
        return True
    return not BLANK_LINE.search(lines, start - 1, stop)


# The fast reader.


def fast(lines: str, start: int, stop: int) -> tuple[Key, ...] | None:
    """The keys between two offsets, or None where YAML must say. `lines` has only LF line ends."""
    keys: list[Key] = []
    names: set[str] = set()
    match, at = LINE.match, start
    while at < stop:
        line = match(lines, at, stop)
        if line is None:
            return None
        name, plain, flow = line.groups()
        if name in names:
            return None
        names.add(name)
        end = line.end()
        word = Word(name, at, at + len(name))
        if plain is not None:
            plain = plain.rstrip(" ")
            if not _is_plain(plain):
                return None
            first = line.start(2)
            last = first + len(plain)
            if plain in NULLS:
                keys.append(Key(word, "empty", (), Span(at, last)))
            else:
                keys.append(Key(word, "scalar", (Word(plain, first, last),), Span(at, last)))
        elif flow is not None:
            items = tuple(Word(m[0], m.start(), m.end()) for m in FLOW_ITEM.finditer(lines, *line.span(3)))
            keys.append(Key(word, "list", items, Span(at, _line_end(lines, at))))
        else:
            read_items = _bullets(lines, end, stop)
            if read_items is None:
                return None
            items, end = read_items
            last = items[-1].end if items else at + len(name) + 1
            keys.append(Key(word, "list" if items else "empty", items, Span(at, last)))
        at = end
    return tuple(keys)


def _is_plain(value: str) -> bool:
    """Whether a run of plain characters is one plain scalar: no `: `, no comment."""
    if ":" in value and (": " in value or value[-1] == ":"):
        return False
    return " #" not in value


def _bullets(lines: str, at: int, stop: int) -> tuple[tuple[Word, ...], int] | None:
    """The `- ` lines from an offset on, and where they end; None where they are no list of plain scalars."""
    items: list[Word] = []
    indent = None
    while bullet := BULLET.match(lines, at, stop):
        value = bullet[2].rstrip(" ")
        if not _is_plain(value) or indent not in (None, bullet[1]):
            return None
        indent = bullet[1]
        items.append(Word(value, bullet.start(2), bullet.start(2) + len(value)))
        at = bullet.end()
    return tuple(items), at


def _line_end(lines: str, at: int) -> int:
    """Where the text of a line ends."""
    end = lines.find("\n", at)
    end = len(lines) if end < 0 else end
    while end > at and lines[end - 1] in " \t":
        end -= 1
    return end


# What YAML reads.


def composed(source: str, lines: str, start: int, stop: int) -> tuple[Key, ...]:
    """The keys between two offsets as YAML reads them. `lines` is the source with LF line ends."""
    _guard(source, start, stop)
    node = _compose(source, start, stop)
    if node is None:
        return ()
    if node.id != "mapping":
        raise _Trouble("is no mapping of keys to values", start, max(start, stop - 1))
    keys: list[Key] = []
    names: set[str] = set()
    for name, value in node.value:
        key = _key(lines, start, name, value)
        if key.name.text in names:
            raise _Trouble(f"repeats the key `{key.name.text}`", key.name.start, key.name.end)
        names.add(key.name.text)
        keys.append(key)
    return tuple(keys)


def _guard(source: str, start: int, stop: int) -> None:
    """Refuses what would make YAML slow, deep or unsure of its offsets."""
    if stop - start > MAX_LENGTH:
        raise _Trouble(f"is longer than {MAX_LENGTH // 1024} KiB", 0, 3)
    bad = re.compile(UNREADABLE).search(source, start, stop)
    if bad:
        raise _Trouble(f"holds a character that YAML does not allow (U+{ord(bad[0]):04X})", bad.start(), bad.end())
    depth = 0
    for bracket in BRACKET.finditer(source, start, stop):
        depth = depth + 1 if bracket[0] in "[{" else max(0, depth - 1)
        if depth > MAX_DEPTH:
            raise _Trouble(f"nests deeper than {MAX_DEPTH} levels", bracket.start(), bracket.end())
    dashes = DASHES.search(source, start, stop)
    if dashes:
        raise _Trouble(f"nests deeper than {MAX_DEPTH} levels", dashes.start(), dashes.end())
    if source.count("*", start, stop) > MAX_ALIASES:
        at = source.index("*", start)
        raise _Trouble(f"uses more than {MAX_ALIASES} aliases", at, at + 1)


def _compose(source: str, start: int, stop: int) -> Any:
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return yaml.compose(source[start:stop], loader)
    except RecursionError:
        raise _Trouble("nests too deeply", start, start + 1) from None
    except yaml.YAMLError as error:
        raise _explained(error, source, start, stop) from None


def _explained(error: Exception, source: str, start: int, stop: int) -> _Trouble:
    """What YAML says, in plain words, and where."""
    said = getattr(error, "problem", None) or getattr(error, "context", None) or "this is not YAML"
    mark = getattr(error, "problem_mark", None)
    if said in BEGUN_IN_PLAIN_WORDS:
        mark = getattr(error, "context_mark", None) or mark
    # An end of the text is told in the last line, not behind it.
    at = max(start, min(start + mark.index, stop - 1)) if mark else start
    words = BEGUN_IN_PLAIN_WORDS.get(said) or IN_PLAIN_WORDS.get(said, said)
    letter = source[at : at + 1]
    words = "indentation takes blanks, no tabs" if letter == "\t" else words.replace("{letter}", letter)
    return _Trouble(f"does not parse: {words}", at, min(at + 1, stop))


def _key(lines: str, base: int, name: Any, value: Any) -> Key:
    word = _word(lines, base, name)
    if name.id != "scalar":
        raise _Trouble("has a key that is no word", word.start, word.end)
    shape, values = _value(lines, base, value)
    # The value of an alias stands elsewhere, at its anchor.
    own = value.start_mark.index >= name.start_mark.index
    end = max(word.end, _last(lines, base, value)) if own else word.end
    return Key(word, shape, values, Span(lines.rfind("\n", 0, word.start) + 1, _line_end(lines, end)))


def _value(lines: str, base: int, node: Any) -> tuple[Shape, tuple[Word, ...]]:
    if node.id == "mapping":
        return "mapping", ()
    if node.id == "sequence":
        return "list", tuple(_item(lines, base, item) for item in node.value)
    if node.tag == "tag:yaml.org,2002:null" or not node.value:
        return "empty", ()
    return "scalar", (_word(lines, base, node),)


def _item(lines: str, base: int, node: Any) -> Word:
    """An item of a list; of one that is no scalar only its place is known."""
    if node.id == "scalar":
        return _word(lines, base, node)
    return Word("", base + node.start_mark.index, max(base + node.start_mark.index, _last(lines, base, node)))


def _word(lines: str, base: int, node: Any) -> Word:
    """A scalar and its place, inside its quotes where the text is the same there."""
    start, end = base + node.start_mark.index, base + node.end_mark.index
    if node.id != "scalar":
        return Word("", start, end)
    if end - start >= 2 and lines[start] in "\"'" and lines[start + 1 : end - 1] == node.value:
        return Word(node.value, start + 1, end - 1)
    return Word(node.value, start, end)


def _last(lines: str, base: int, node: Any) -> int:
    """Where a value ends: a block collection with its last item, although YAML goes on to the next key."""
    floor = node.start_mark.index
    while node.id != "scalar" and not node.flow_style and node.value:
        last = node.value[-1]
        last = last[1] if node.id == "mapping" else last
        if last.start_mark.index < floor:
            break
        floor = last.start_mark.index
        node = last
    return len(lines[: base + node.end_mark.index].rstrip())
