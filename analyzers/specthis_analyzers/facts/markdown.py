"""Spec files: a scan that jumps between lines of interest, and markdown-it where it would have to guess.

Lines of interest are headings, fences, HTML comments, field lines and the bullets of dialect 0.1. What
matters of a line's surroundings is whether it stands at the top level, and that can mostly be read off its
indentation: a line indented by one blank at most is inside no list item and no quote, except as the lazy
end of a paragraph, where a field line counts as one all the same. Where this does not hold markdown-it
finds the lines of interest, to the same values: underlined (setext) headings, HTML blocks other than
comments, and lines of interest indented by two or three blanks in a text that has lists or quotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import islice, takewhile
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from .. import merging, paths
from ..suppression import Suppression
from ..text import Span, Text, Word
from . import comments, front_matter, prose, schema
from .contract import SIDE_OF_KIND, Contract, Field, FrontMatter, Heading, Schema, Side, SpecFacts, state_of

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

REQUIRED = ("Script", "Output", "Status", "Export script", "Export outputs")
OPTIONAL = (
    "Schema",
    "Keys",
    "Routes",
    "Also writes",
    "Smoke",
    "Inputs",
    "Run",
    "Resources",
    "Variants",
    "Workflows",
)
MAX_GENERAL = 128 * 1024
"""Longer texts are never given to markdown-it, which some of them would keep busy for minutes."""
MAX_NESTING = 20
SCHEMAS = frozenset(("Schema", "Keys"))
PARTS = frozenset(("entry", "entries", "script"))
"""Titles of a spec's parts, which name no entry at whatever level."""
MUST = frozenset(REQUIRED)

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
# A run of backticks is taken whole, so that ``x`` is one span.
CODE = re.compile(r"(?<!`)`++([^`\n]+)`++")
NAME_LETTER = re.compile(r"[\w-]")
LIST_LINE = re.compile(r"[ \t]*- +(?=[^ \n])")
LIST_BEGINS = frozenset("- \t")
CONTAINER = re.compile(r"^ {0,3}(?:[-+*>]|\d{1,9}[.)])", re.MULTILINE)
BLANK = re.compile(r"[ \t]*(?:\n|\Z)")

# Each alternative ends with a group of its own, so that `lastindex` tells them apart. Most headings and fields are
# plain: they are taken as they stand, and all others looked at closely.
HEADING, TITLE, FENCE, COMMENT, UNDERLINE, FIELD, LONE, BULLET, HTML = range(2, 11)
BODY = (
    r"( {0,3}+)(?:"
    r"(#{1,6})(?:[ \t]++([^\n#<]*[^\n#< \t])(?=\n|\Z)|(?=[ \t\n]|\Z))"
    r"|(`{3,}(?=[^`\n]*(?:\n|\Z))|~{3,})"
    r"|(<!--)"
    r"|(-+|=+)[ \t]*(?=\n|\Z)"
    rf"|({'|'.join(sorted((*REQUIRED, *OPTIONAL)))}):"
    r"(?:[ \t]*+`([^`\s(]++)`(?=\Z|\n(?![ \t]*- )))?"
    r"|- +(produces(?=[ \t]*:)|consumes(?=[ \t]*:)|code(?=[ \t]*(?::|\n|\Z)))"
    r"|(<)(?:[?!]|/?[A-Za-z][A-Za-z0-9-]*(?:[\s/>]|\Z))"
    r")"
)
LINE = re.compile(r"\n(?=[- #`~<=SOEKRAIVW])" + BODY)
FIRST_LINE = re.compile(BODY)
SCRIPT_STATUS = re.compile(r"Status:[ \t`]*script\b", re.IGNORECASE)
FIELD_LINE = re.compile(rf"( {{0,3}})({'|'.join(sorted((*REQUIRED, *OPTIONAL)))}):")


class Mark(Struct, gc=False):
    """A heading: `start` is the offset of its line, `first` that of its text's first character."""

    start: int
    first: int
    end: int
    level: int
    title: Word


class Label(Struct, gc=False):
    """A field line, up to its label; and what it names where that is one code span and no more."""

    start: int
    text: str
    lone: Word | None = None


class Fence(Struct, gc=False):
    """A whole fence: the offset of its first line, the info string and the lines between."""

    start: int
    end: int
    info: str
    content_start: int
    content_end: int


class Bullet(Struct, gc=False):
    """A bullet of dialect 0.1."""

    start: int
    end: int


Event: TypeAlias = Mark | Label | Fence | Bullet


class _Block(Struct):
    """What stands below a third-level heading, up to the next one of its level or above."""

    mark: Mark
    listed: bool
    """Whether it stands under `## Entry` or `## Entries`."""
    events: list[Event]
    end: int = 0
    has_field: bool = False
    """Whether one of its field lines is of the required ones."""


def read(text: Text) -> SpecFacts:
    """What a Markdown file of the specs folder says."""
    front, lines, body = opened(text)
    events = scan(lines, body, strict=len(lines) <= MAX_GENERAL)
    found = facts(text, lines, front, parse(lines, body) if events is None else events)
    merge = merging.unresolved(text.source)
    return found if merge is None else replace(found, merge=merge)


def models(text: Text) -> bool:
    """Whether the scan knows every construct of a text; else markdown-it reads it."""
    _, lines, body = opened(text)
    return scan(lines, body) is not None


def opened(text: Text) -> tuple[FrontMatter | None, str, int]:
    """A text's front matter, the text with LF line ends, and where its body starts."""
    front = front_matter.read(text)
    return front, front_matter.unified(text.source), front.span.end if front else 0


# The scan.


def scan(lines: str, body: int, *, strict: bool = True) -> list[Event] | None:
    """The lines of interest from an offset on, or None at the first construct that it does not know.

    Without `strict` such a construct is passed over.
    """
    events: list[Event] = []
    contained: bool | None = None
    add, search = events.append, LINE.search
    match = search(lines, body) if body else FIRST_LINE.match(lines) or search(lines)
    while match:
        kind = match.lastindex
        at = match.end()
        if len(match[1]) > 1 and strict and kind != UNDERLINE:
            # Asked once, for the answer takes a search of the whole text.
            contained = CONTAINER.search(lines, body) is not None if contained is None else contained
            if contained:
                return None
        if kind == LONE:
            add(Label(match.start(FIELD), match[FIELD], Word(match[LONE], match.start(LONE), at - 1)))
        elif kind == FIELD:
            add(Label(match.start(FIELD), match[FIELD]))
        elif kind == TITLE:
            first, title = match.start(HEADING), match.start(TITLE)
            add(Mark(match.start(1), first, at, len(match[HEADING]), Word(match[TITLE], title, at)))
        elif kind == HEADING:
            add(_mark(lines, match.start(1), match.start(HEADING), len(match[HEADING])))
        elif kind == FENCE:
            fence = _fence(lines, match.start(1), match[FENCE], at)
            add(fence)
            at = fence.end
        elif kind == COMMENT:
            at = _comment_end(lines, match.start(COMMENT))
        elif kind == BULLET:
            if not match[1]:
                add(Bullet(*match.span(BULLET)))
        elif strict and (kind == HTML or not _stands_alone(lines, match.start(1), body)):
            return None
        match = search(lines, at)
    return events


def _stands_alone(lines: str, start: int, body: int) -> bool:
    """Whether the line before a row of `-` or `=` is blank or absent, so that it underlines nothing."""
    if start <= body + 1:
        return True
    return not lines[lines.rfind("\n", 0, start - 1) + 1 : start - 1].strip(" \t")


def _line_end(lines: str, at: int) -> int:
    end = lines.find("\n", at)
    return len(lines) if end < 0 else end


def _mark(lines: str, start: int, first: int, level: int) -> Mark:
    """A heading of hash marks; those that close it are no part of its title, nor is a comment at its end."""
    end = lines.find("\n", first)
    line = lines[first : end if end >= 0 else len(lines)].rstrip(" \t")
    said = line[: line.rindex("<!--")].rstrip(" \t") if line.endswith("-->") and "<!--" in line else line
    title = said[level:].lstrip(" \t")
    title_start = first + len(said) - len(title)
    if title.endswith("#"):
        bare = title.rstrip("#")
        title = bare.rstrip(" \t") if not bare or bare[-1] in " \t" else title
    return Mark(start, first, first + len(line), level, Word(title, title_start, title_start + len(title)))


def _fence(lines: str, start: int, markup: str, at: int) -> Fence:
    """A fence from its opening line to its closing one, or to the end of the text."""
    opening_end = _line_end(lines, at)
    info = lines[at:opening_end].strip()
    closing = _closing(markup[0], len(markup)).search(lines, opening_end)
    if closing:
        return Fence(start, closing.end(1), info, min(opening_end + 1, closing.start()), closing.start())
    size = len(lines)
    return Fence(start, size, info, min(opening_end + 1, size), size)


@lru_cache(maxsize=64)
def _closing(character: str, length: int) -> re.Pattern[str]:
    return re.compile(rf"\n( {{0,3}}{character}{{{length},}})[ \t]*(?=\n|\Z)")


def _comment_end(lines: str, at: int) -> int:
    """Where the line ends on which an HTML comment does; the end of the text where it is never closed."""
    closing = lines.find("-->", at)
    return len(lines) if closing < 0 else _line_end(lines, closing)


# The same by markdown-it.


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("zero", {"html": True, "maxNesting": MAX_NESTING})
    parser.core.ruler.enableOnly(["normalize", "block"])
    rules = ["heading", "lheading", "fence", "code", "html_block", "list", "blockquote", "hr", "paragraph"]
    parser.block.ruler.enableOnly(rules)
    return parser


def parse(lines: str, body: int) -> list[Event]:
    """The lines of interest as markdown-it finds them. Link definitions count as prose, as in the scan."""
    start, starts = _body_lines(lines, body)
    events: list[Event] = []
    for token in _parser().parse(lines[start:]):
        if token.map:
            events.extend(_events_of(token, lines, starts[token.map[0] : token.map[1] + 1]))
    return events


def _body_lines(lines: str, body: int) -> tuple[int, list[int]]:
    """Where the body's first line starts, and where each of its lines does; last, behind the text."""
    start = body + 1 if body and body < len(lines) else body
    starts = [start]
    at = lines.find("\n", start)
    while at >= 0:
        starts.append(at + 1)
        at = lines.find("\n", at + 1)
    starts.append(len(lines) + 1)
    return start, starts


def _events_of(token: Token, lines: str, starts: Sequence[int]) -> Iterator[Event]:
    """What one token yields. `starts` holds the offset of each of its lines, and of the line behind it."""
    if token.type == "paragraph_open":
        yield from _labels(lines, starts, 3 if token.level == 0 else 1)
    elif token.type == "heading_open" and token.markup[0] != "#":
        # An underline below field lines was meant as a break between entries.
        labels = list(_labels(lines, starts[:-1], 3 if token.level == 0 else 1))
        if labels:
            yield from labels
        elif token.level == 0:
            yield _underlined(lines, starts, int(token.tag[1]))
    elif token.type == "list_item_open":
        match = FIRST_LINE.match(lines, starts[0])
        if match and match.lastindex == BULLET and not match[1]:
            yield Bullet(*match.span(BULLET))
    elif token.level:
        return
    elif token.type == "heading_open":
        first = starts[0] + lines[starts[0] : starts[-1]].index("#")
        yield _mark(lines, starts[0], first, int(token.tag[1]))
    elif token.type == "fence":
        first = starts[0] + lines[starts[0] : starts[-1]].index(token.markup)
        yield _fence(lines, starts[0], token.markup, first + len(token.markup))


def _labels(lines: str, starts: Sequence[int], indent: int) -> Iterator[Label]:
    for start in starts[:-1]:
        match = FIELD_LINE.match(lines, start)
        if match and len(match[1]) <= indent:
            yield Label(match.start(2), match[2])


def _underlined(lines: str, starts: Sequence[int], level: int) -> Mark:
    """A setext heading: its title is every line but the last, with single blanks for line ends."""
    raw = lines[starts[0] : starts[-2]]
    bare = raw.strip(" \t\n")
    first = starts[0] + raw.index(bare)
    title = " ".join(line.strip(" \t") for line in bare.split("\n"))
    return Mark(starts[0], first, first + len(bare), level, Word(title, first, first + len(bare)))


# From lines of interest to contracts.


def facts(text: Text, lines: str, front: FrontMatter | None, events: Sequence[Event]) -> SpecFacts:
    """What the lines of interest say, whoever found them."""
    kind = front.scalar("kind") if front else None
    side = SIDE_OF_KIND.get(kind.text) if kind else None
    headings: list[Heading] = []
    blocks: list[_Block] = []
    block: _Block | None = None
    listed = False
    stray: list[Label] = []
    for at, event in enumerate(events):
        if type(event) is not Mark:
            if block:
                block.events.append(event)
                if not block.has_field and type(event) is Label:
                    block.has_field = event.text in MUST
            elif listed and type(event) is Label and event.text in MUST:
                stray.append(event)
            continue
        meant = event.level != 3 and side is not None and _is_meant(lines, events, at, listed, block)
        if event.level > 3 and not meant:
            continue
        headings.append(Heading(event.level, event.title))
        if block:
            block.end = event.start
        block = None
        if event.level == 3 or meant:
            block = _Block(event, listed, [])
            blocks.append(block)
        else:
            listed = event.level == 2 and event.title.text.lower() in ("entry", "entries")
    if block:
        block.end = len(lines)
    contracts = (_contract(text, lines, block, side) for block in blocks if block.listed or block.has_field)
    entries = tuple([contract for contract in contracts if contract])
    suppressions = _suppressions(lines, front, events) if comments.SIGN in lines else ()
    if front is None:
        return SpecFacts(front, tuple(headings), entries, _markers(lines, blocks), suppressions=suppressions)
    body = front.span.end
    return SpecFacts(
        front,
        tuple(headings),
        entries,
        _markers(lines, blocks),
        unmentioned=_unmentioned(front, lines),
        layout=prose.layout_word(text, lines, body) if side == "compute" else None,
        numbers=prose.numbers_in(lines, body, _between_fields(entries)) if side == "compute" else (),
        suppressions=suppressions,
        stray=_stray(lines, stray),
    )


def _stray(lines: str, labels: Sequence[Label]) -> Word | None:
    if not _make_entry(lines, labels):
        return None
    first = labels[0]
    return Word(first.text, first.start, first.start + len(first.text))


def _make_entry(lines: str, labels: Sequence[Label]) -> bool:
    """Whether fields are those of an entry, and not words of prose: a script or what it writes, and its status."""
    status = next((label for label in labels if label.text == "Status"), None)
    if status is None or not any(label.text in MUST and label.text != "Status" for label in labels):
        return False
    return SCRIPT_STATUS.match(lines, status.start) is not None


def _is_meant(lines: str, events: Sequence[Event], at: int, listed: bool, block: _Block | None) -> bool:
    """Whether a heading of another level was meant to begin an entry, for whose fields there is no other one.

    Its title is a name and no part's.
    """
    mark = events[at]
    if at + 1 == len(events) or type(events[at + 1]) is not Label or type(mark) is not Mark:
        return False
    if mark.title.start == mark.first or mark.title.text.lower() in PARTS or (mark.level == 1 and not listed):
        return False
    if block and (mark.level > max(3, block.mark.level) or not block.has_field):
        return False
    below = takewhile(lambda event: type(event) is not Mark, islice(events, at + 1, None))
    labels = [event for event in below if type(event) is Label]
    return _make_entry(lines, labels) and NAME.fullmatch(_name(mark.title).text) is not None


def _suppressions(lines: str, front: FrontMatter | None, events: Sequence[Event]) -> tuple[Suppression, ...]:
    body = front.span.end if front else 0
    headings = [(event.start, event.level) for event in events if type(event) is Mark]
    fences = [Span(event.start, event.end) for event in events if type(event) is Fence]
    return comments.in_spec(lines, front, headings, _code(lines, body) if len(lines) <= MAX_GENERAL else fences)


def _code(lines: str, body: int) -> list[Span]:
    """The blocks of code of a text, at any depth, by markdown-it."""
    start, starts = _body_lines(lines, body)
    tokens = [token for token in _parser().parse(lines[start:]) if token.type in ("fence", "code_block") and token.map]
    return [Span(starts[token.map[0]], starts[token.map[1]] - 1) for token in tokens if token.map]


def _between_fields(entries: Sequence[Contract]) -> list[Span]:
    """What stands below entries and is none of their fields, where it has room for a number."""
    gaps: list[Span] = []
    for entry in entries:
        at = entry.heading.end
        for field in entry.fields:
            if field.span.start - at > prose.LEAST_DIGITS:
                gaps.append(Span(at, field.span.start))
            at = field.span.end
        gaps.append(Span(at, entry.block.end))
    return gaps


def _unmentioned(front: FrontMatter, lines: str) -> tuple[Word, ...]:
    """The dependencies that the body names neither by file nor by stem, whatever the case of their letters."""
    key = front.key("depends_on")
    body = front.span.end
    unsaid = [word for word in (key.values if key else ()) if not _says(lines, _stem_of(word), body)]
    lower = lines[body:].lower() if unsaid else ""
    return tuple(word for word in unsaid if not _says(lower, _stem_of(word).lower(), 0))


def _stem_of(word: Word) -> str:
    return paths.name(word.text).removesuffix(".md")


def _says(text: str, name: str, start: int) -> bool:
    """Whether a text has a name as a word of its own: `compute-fit-wide` does not say `compute-fit`."""
    at = text.find(name, start)
    while name and at >= 0:
        end = at + len(name)
        if not NAME_LETTER.match(text, end) and not NAME_LETTER.match(text, at - 1 if at else end):
            return True
        at = text.find(name, end)
    return not name


def _markers(lines: str, blocks: Sequence[_Block]) -> tuple[Word, ...]:
    """The bullets of dialect 0.1 in blocks that could be its entries."""
    return tuple(
        Word(lines[event.start : event.end], event.start, event.end)
        for block in blocks
        for event in block.events
        if type(event) is Bullet and NAME.fullmatch(_name(block.mark.title).text)
    )


def _name(title: Word) -> Word:
    """A heading's text without the backticks around it."""
    text = title.text
    if len(text) > 2 and text[0] == text[-1] == "`":
        return Word(text[1:-1], title.start + 1, title.end - 1)
    return title


def _contract(text: Text, lines: str, block: _Block, side: Side | None) -> Contract | None:
    """The contract of a block, or None where it is prose: an odd name and no field."""
    name = _name(block.mark.title)
    fields: list[Field] = []
    declared: list[Schema] = []
    events = block.events
    for index, event in enumerate(events):
        if type(event) is Label:
            below = events[index + 1] if index + 1 < len(events) else None
            field = _field(text, lines, event, below if type(below) is Fence else None, declared)
            if field:
                fields.append(field)
    if not fields and not NAME.fullmatch(name.text):
        return None
    first: dict[str, Field] = {}
    for field in fields:
        first.setdefault(field.label.text, field)
    script = None
    for label in ("Script", "Export script"):
        if label in first and side != ("report" if label == "Script" else "compute"):
            script = script or next(iter(first[label].values), None)
    status = _status(first["Status"]) if "Status" in first else None
    return Contract(
        name,
        side,
        Span(block.mark.first, block.end),
        Span(block.mark.first, block.mark.end),
        tuple(fields),
        script,
        first["Output"].values if "Output" in first and side != "report" else (),
        first["Export outputs"].values if "Export outputs" in first and side != "compute" else (),
        status,
        _schema(declared),
        first["Routes"].values if "Routes" in first else (),
        first["Inputs"].values if "Inputs" in first else (),
        block.mark.level,
        state_of(status.text) if status else None,
    )


def _status(field: Field) -> Word:
    """The text after the colon, whatever it says; empty where it says nothing."""
    return field.values[0] if field.values else field.rest


def _schema(declared: Sequence[Schema]) -> Schema | None:
    """The schema of an entry, one at most: a second one is a problem, for no one knows which is meant."""
    if len(declared) < 2:
        return declared[0] if declared else None
    first, second = declared[0], declared[1]
    problem = schema.declared_again(second.span)
    return Schema(first.form, first.span, first.keys, first.file, first.source, (*first.problems, problem))


def _field(text: Text, lines: str, label: Label, below: Fence | None, declared: list[Schema]) -> Field | None:
    """The field that a label begins, or None where its words are prose. Adds the schema it declares."""
    start = label.start
    colon = start + len(label.text)
    lone = label.lone
    if lone is not None and label.text not in SCHEMAS:
        rest = Word(f"`{lone.text}`", lone.start - 1, lone.end + 1)
        return Field(Word(label.text, start, colon), rest, (lone,), Span(start, rest.end))
    newline = lines.find("\n", colon)
    newline = newline if newline >= 0 else len(lines)
    raw = lines[colon + 1 : newline]
    said = raw.strip()
    rest_start = colon + 1 + raw.find(said) if said else colon + 1
    end = rest_start + len(said)
    rest = Word(said, rest_start, end)
    word = Word(label.text, start, colon)
    if label.text == "Status":
        return Field(word, rest, _status_values(rest), Span(start, end))
    spans = _spans(lines, rest_start, end) if "`" in said else []
    if label.text in SCHEMAS:
        return _schema_field(text, lines, word, rest, spans, newline, below, declared)
    required = label.text in MUST
    if label.text == "Output" and "(" in said:
        suffix = schema.SUFFIX.search(lines, rest_start, end)
        if suffix:
            declared.append(schema.from_suffix(Word(suffix[1], *suffix.span(1))))
            spans = [span for span in spans if span.end <= suffix.start()]
    if required and not spans and said:
        spans = _first_token(lines, rest_start, end)
    end = max(end, _take_list(lines, newline + 1, spans, required))
    if not spans and not required:
        return _fenced(text, lines, word, rest, newline, below)
    return Field(word, rest, tuple(spans), Span(start, end))


def _status_values(rest: Word) -> tuple[Word, ...]:
    """A status without its backticks; where they stand inside it, its text is the source without them."""
    if "`" not in rest.text:
        return (rest,) if rest.text else ()
    bare = rest.text.strip("` \t")
    if not bare:
        return ()
    start = rest.start + rest.text.index(bare)
    return (Word(bare.replace("`", ""), start, start + len(bare)),)


def _spans(lines: str, start: int, end: int) -> list[Word]:
    """The code spans between two offsets, without blanks around them."""
    if lines[start] == "`" and lines.find("`", start + 1, end) == end - 1 > start + 1:
        inside = lines[start + 1 : end - 1]
        return [Word(inside, start + 1, end - 1)] if inside.strip() == inside else _bare(inside, start + 1)
    words: list[Word] = []
    for match in CODE.finditer(lines, start, end):
        words += _bare(match[1], match.start(1))
    return words


def _bare(text: str, start: int) -> list[Word]:
    """A text without the blanks around it, if anything is left."""
    bare = text.strip()
    if not bare:
        return []
    at = start + text.index(bare)
    return [Word(bare, at, at + len(bare))]


def _first_token(lines: str, start: int, end: int) -> list[Word]:
    """The first word, without the comma behind it and the backtick of a span that is still being typed.

    Of backticks alone nobody knows yet what they are to hold.
    """
    token = lines[start:end].split(None, 1)[0]
    bare = token.strip("`").rstrip(",")
    if not bare and "`" in token:
        return []
    bare = bare or token
    start += token.index(bare)
    return [Word(bare, start, start + len(bare))]


def _take_list(lines: str, at: int, words: list[Word], any_token: bool) -> int:
    """Adds what the `- ` lines from an offset on name, and says where the last of them ends.

    Without code spans a required field takes the first word of a line; an optional one ends there.
    """
    last = 0
    while lines[at : at + 1] in LIST_BEGINS and (bullet := LIST_LINE.match(lines, at)):
        newline = _line_end(lines, at)
        first = bullet.end()
        found = _spans(lines, first, newline)
        if not found and not any_token:
            break
        line_end = first + len(lines[first:newline].rstrip())
        if not found and line_end > first:
            token_start = line_end - len(lines[first:line_end].lstrip())
            found = _first_token(lines, token_start, line_end)
        words.extend(found)
        last = line_end
        at = newline + 1
    return last


def _right_below(lines: str, newline: int, rest: Word) -> tuple[int, ...]:
    """What counts as right below: the next line, or the one after a blank line where nothing else is said."""
    after = newline + 1
    if rest.text:
        return (after,)
    blank = BLANK.match(lines, after)
    return (after, blank.end()) if blank else (after,)


def _content(text: Text, fence: Fence) -> Word:
    """What a fence holds, as the source has it, without blanks around it."""
    raw = text.source[fence.content_start : fence.content_end]
    bare = raw.strip()
    start = fence.content_start + raw.find(bare)
    return Word(bare, start, start + len(bare))


def _fenced(text: Text, lines: str, word: Word, rest: Word, newline: int, below: Fence | None) -> Field | None:
    """An optional field whose value is the fence right below it."""
    if below is None or below.start not in _right_below(lines, newline, rest):
        return None
    content = _content(text, below)
    return Field(word, rest, (content,) if content.text else (), Span(word.start, below.end))


def _schema_field(
    text: Text,
    lines: str,
    word: Word,
    rest: Word,
    spans: list[Word],
    newline: int,
    below: Fence | None,
    declared: list[Schema],
) -> Field | None:
    """`Schema:` or `Keys:`, in one of its four forms of its own."""
    if spans:
        span = Span(word.start, rest.end)
        declared.append(schema.from_words(spans, span, may_be_file=word.text == "Schema"))
        return Field(word, rest, tuple(spans), span)
    places = _right_below(lines, newline, rest)
    if below is not None and below.start in places:
        span = Span(word.start, below.end)
        declared.append(schema.from_fence(below.info, _content(text, below), span))
        return Field(word, rest, (), span)
    for at in places:
        items, end = _items(lines, at)
        if items:
            span = Span(word.start, end)
            declared.append(schema.from_bullets(items, span))
            return Field(word, rest, tuple([item for item, _ in items]), span)
    return None


def _items(lines: str, at: int) -> tuple[list[tuple[Word, str]], int]:
    """The keys of a list and what is said of each; lines indented below an item go on with it, bullets too."""
    items: list[tuple[Word, list[str]]] = []
    end = at
    depth = 0
    size = len(lines)
    while at < size:
        newline = _line_end(lines, at)
        line = lines[at:newline]
        indent = len(line) - len(line.lstrip(" \t"))
        bullet = LIST_LINE.match(lines, at)
        if bullet and (not items or indent <= depth + 1):
            found = _spans(lines, bullet.end(), newline)
            if found and lines.startswith("`", bullet.end()):
                depth = depth if items else indent
                items.append((found[0], [lines[lines.index("`", found[0].end) : newline].lstrip("`")]))
            elif not items:
                break
        elif items and indent > depth + 1 and line.strip():
            items[-1][1].append(line)
        else:
            break
        end = at + len(line.rstrip())
        at = newline + 1
    return [(word, " ".join(" ".join(notes).split())) for word, notes in items], end
