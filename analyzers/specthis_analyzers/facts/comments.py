"""The reader of comments that suppress findings.

`<!-- specthis: ignore[code, other-code] reason, until 2027-01 -->` in Markdown, behind `%` in LaTeX, behind `#` in
front matter, settings and scripts. At the end of a line it holds for that line; on a line of its own for the block
that follows, which is a whole section where that begins with a heading. `ignore-file[code]` holds for the file.
Where no text says `specthis:` nothing here is ever called.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, islice

from msgspec import Struct

from .. import paths
from ..suppression import Suppression
from ..text import Span, Text, Word
from .contract import FrontMatter

SIGN = "specthis:"
"""What is searched for before anything else is."""
MOST = 1000
"""Suppressions of one file; what comes after them is not read."""
MAX_LENGTH = 1000
"""Characters of one."""
MAX_CODES = 50
MAX_PYTHON = 1 << 18
"""Characters of a script that its own reader is given; of a longer one, lines are looked at."""
LAST_LEVEL = -2
"""Above every heading: what ends all sections."""

HASHES = frozenset((
    ".py", ".toml", ".yaml", ".yml", ".r", ".jl", ".sh", ".bash", ".zsh", ".mk", ".smk", ".slurm", ".sbatch",
))  # fmt: skip
HASHED_NAMES = frozenset(("Makefile", "makefile", "GNUmakefile", "Snakefile", "Dockerfile"))
LATEX = frozenset((".tex", ".sty", ".cls", ".ltx", ".tikz", ".pgf"))

DIRECTIVE = re.compile(r"\s*+specthis:\s*+(ignore[\w-]*+)")
CODE = re.compile(r"[^\s,](?:[^,]*[^\s,])?")
UNTIL = re.compile(r"(?:^|[\s,;(])until[ \t]+(\d\S*?)[.)]?$")
DATE = re.compile(r"\d{4}-\d{2}(?:-\d{2})?")
HASH = re.compile(r"#++")
PERCENT = re.compile(r"\\.|(%++)")
HTML = re.compile(r"<!--.*?-->", re.DOTALL)
HTML_SIGN = "<!--"
TOKEN = re.compile(r"`++[^`\n]++`++|`++|<!--")
"""What may begin a comment in Markdown, or hide one: code in a line."""
QUOTED = re.compile(r"\"(?:[^\"\\\n]|\\.)*+\"|'[^'\n]*+'")


class Comment(Struct, frozen=True):
    """A comment somewhere: the places of its signs and of what it says, and the lines it holds for."""

    span: Span
    said: Span
    scope: Span
    removal: Span
    closed: bool = True


def takes_comments(path: str) -> bool:
    """Whether a suppression can stand in a file; for others it stands where they are declared."""
    return style_of(path) != ""


def style_of(path: str) -> str:
    """How comments are written in a file: `html`, `%`, `#`, or the empty string."""
    ending = paths.suffix(path)
    if ending == ".md":
        return "html"
    if ending in LATEX:
        return "%"
    return "#" if ending in HASHES or paths.name(path) in HASHED_NAMES else ""


def in_script(text: Text, path: str) -> tuple[Suppression, ...]:
    """The suppressions of a file whose comments begin with `#`."""
    if SIGN not in text.source or style_of(path) != "#":
        return ()
    lines = unified(text.source)
    is_python = paths.suffix(path) == ".py" and len(lines) <= MAX_PYTHON
    found = _tokens(lines) if is_python else _hashes(lines, 0, len(lines))
    below: dict[int, Span] = {}
    return _read(lines, (_line_comment(lines, span, {}, below) for span in found))


def in_document(source: str, headings: Sequence[tuple[int, int]], verbatim: Sequence[Span]) -> tuple[Suppression, ...]:
    """The suppressions of a LaTeX file. `headings` are the offsets of sections and their levels."""
    lines = unified(source)
    sections = _sections(headings, lines)
    spans = (span for span in _percents(lines) if not _within(verbatim, span.start))
    below: dict[int, Span] = {}
    return _read(lines, (_line_comment(lines, span, sections, below) for span in spans))


def in_spec(
    lines: str, front: FrontMatter | None, headings: Sequence[tuple[int, int]], code: Sequence[Span]
) -> tuple[Suppression, ...]:
    """The suppressions of a spec, front matter and body. `code` are its blocks of code."""
    return _read(lines, (*_in_front(lines, front), *_in_body(lines, front.span.end if front else 0, headings, code)))


# What a comment says.


def _read(lines: str, comments: Iterable[Comment]) -> tuple[Suppression, ...]:
    found = (suppression for comment in comments if (suppression := _suppression(lines, comment)))
    return tuple(islice(found, MOST))


def _suppression(lines: str, comment: Comment) -> Suppression | None:
    """What a comment suppresses, or None where it does not begin as a suppression does."""
    said = comment.said
    directive = DIRECTIVE.match(lines, said.start, said.end)
    if directive is None:
        return None
    scope = None if directive[1] == "ignore-file" else comment.scope
    at = directive.end()
    message = _refusal(lines, directive[1], at, said.end) if comment.closed else "the comment is never closed"
    if message:
        return Suppression((), scope, "", "", comment.span, comment.removal, message)
    close = lines.index("]", at)
    codes = tuple(Word(match[0], *match.span()) for match in CODE.finditer(lines, at + 1, close))
    rest = " ".join(lines[close + 1 : said.end].split()).lstrip(":-– ")
    until = UNTIL.search(rest)
    reason = rest[: until.start()] if until else rest
    return Suppression(codes, scope, reason.rstrip(" ,;("), until[1] if until else "", comment.span, comment.removal)


def _refusal(lines: str, directive: str, at: int, end: int) -> str:
    """Why a suppression cannot be followed; empty where it can."""
    if end - at > MAX_LENGTH:
        return f"it is longer than {MAX_LENGTH:,} characters"
    if directive not in ("ignore", "ignore-file"):
        return f"there is no `{directive}`; there are `ignore[...]` and `ignore-file[...]`"
    if not lines.startswith("[", at):
        return f"it names no rule; write `{directive}[code] reason`"
    close = lines.find("]", at, end)
    if close < 0:
        return "its `[` is not closed"
    codes = CODE.findall(lines, at + 1, close)
    if not codes:
        return f"it names no rule; write `{directive}[code] reason`"
    if len(codes) > MAX_CODES:
        return f"it names more than {MAX_CODES} rules"
    until = UNTIL.search(" ".join(lines[close + 1 : end].split()))
    if until and not is_date(until[1]):
        return f"`{until[1]}` is no date; write `until 2027-01` or `until 2027-01-31`"
    return ""


def is_date(written: str) -> bool:
    """Whether something is a month or a day, as ISO has it."""
    if not DATE.fullmatch(written):
        return False
    from datetime import date

    try:
        date.fromisoformat(written if len(written) > len("2027-01") else f"{written}-01")
    except ValueError:
        return False
    return True


# Where comments stand.


def unified(source: str) -> str:
    """The same text with LF line ends. A CRLF turns into a blank and LF, so that every offset stays true."""
    return source.replace("\r\n", " \n").replace("\r", "\n") if "\r" in source else source


def _in_front(lines: str, front: FrontMatter | None) -> Iterator[Comment]:
    """The comments of the YAML, but for what stands in one of its values."""
    if front is None or lines.find(SIGN, 0, front.span.end) < 0:
        return
    keys = {key.line.start: key.line for key in front.keys}
    values = sorted(value.span for key in front.keys for value in key.values)
    below: dict[int, Span] = {}
    for span in _hashes(lines, 0, front.span.end):
        if not _within(values, span.start):
            yield _line_comment(lines, span, keys, below)


def _hashes(lines: str, start: int, end: int) -> Iterator[Span]:
    """The comments behind `#` that speak of us, each to the end of its line."""
    at = lines.find(SIGN, start, end)
    while at >= 0:
        first, last = _line(lines, at)
        sign = _last_sign(lines, first, at, "#")
        if lines.startswith("#", sign) and not lines[sign:at].strip("# \t") and _is_bare(lines[first:sign]):
            yield Span(sign, min(last, end))
        at = lines.find(SIGN, last, end)


def _last_sign(lines: str, start: int, end: int, sign: str) -> int:
    """Where the last run of signs begins between two offsets: a comment may stand behind another one."""
    last = lines.rfind(sign, start, end) + 1
    return max(start, last - (len(lines[start:last]) - len(lines[start:last].rstrip(sign))))


def _is_bare(before: str) -> bool:
    """Whether a `#` behind this begins a comment: at the start of a line or behind a blank, in no quotes."""
    before = before.rstrip("#")
    left = QUOTED.sub("", before) if '"' in before or "'" in before else ""
    return (not before or before[-1] in " \t") and '"' not in left and not left.count("'") % 2


def _tokens(lines: str) -> Iterator[Span]:
    """The comments of a Python script, as its own reader finds them: none in strings."""
    from tokenize import COMMENT, TokenError, generate_tokens

    split = [f"{line}\n" for line in lines.split("\n")]
    starts = [0, *accumulate(map(len, split))]
    reading = iter(split)
    try:
        for token in generate_tokens(lambda: next(reading, "")):
            if token.type == COMMENT and SIGN in token.string:
                start = starts[token.start[0] - 1] + token.start[1]
                sign = _last_sign(lines, start, lines.index(SIGN, start), "#")
                yield Span(sign, start + len(token.string.rstrip()))
    except (TokenError, SyntaxError, ValueError, RecursionError):
        return  # What follows is no Python; a comment there suppresses nothing.


def _percents(lines: str) -> Iterator[Span]:
    """The comments behind `%` that speak of us."""
    at = lines.find(SIGN)
    while at >= 0:
        first, last = _line(lines, at)
        opening = next((match for match in PERCENT.finditer(lines, first, at) if match[1]), None)
        if opening:
            yield Span(_last_sign(lines, opening.start(), at, "%"), first + len(lines[first:last].rstrip()))
        at = lines.find(SIGN, last)


def _line_comment(lines: str, span: Span, blocks: dict[int, Span], below: dict[int, Span]) -> Comment:
    """A comment that ends with its line. `blocks` begin at the start of a line; alone, it holds for one of them."""
    first, last = _line(lines, span.start)
    sign = HASH.match(lines, span.start) or PERCENT.match(lines, span.start)
    said = Span(sign.end() if sign else span.start, span.end)
    before = lines[first : span.start]
    if before.strip():
        attached = lines[span.start] == "%" and before[-1] not in " \t"
        # Behind a word `%` also holds off the blank that a line end is.
        start = said.start if attached else first + len(before.rstrip())
        return Comment(span, said, Span(first, last + 1), Span(start, span.end))
    scope = _block_below(lines, last + 1, lines[span.start], blocks, below)
    return Comment(span, said, scope, _whole_lines(lines, first, last))


def _in_body(lines: str, body: int, headings: Sequence[tuple[int, int]], code: Sequence[Span]) -> Iterator[Comment]:
    """The HTML comments of a spec's body. What stands in code is not one, nor what stands in another one."""
    blocks = {_line(lines, span.start)[0]: span for span in code} | _sections(headings, lines)
    below: dict[int, Span] = {}
    at = body
    while token := TOKEN.search(lines, at):
        block = _within(code, token.start())
        if block is not None or token[0] != HTML_SIGN:
            at = max(block.end if block else 0, token.end())
            continue
        close = lines.find("-->", token.end())
        at = len(lines) if close < 0 else close + 3
        if DIRECTIVE.match(lines, token.end(), at):
            yield _html_comment(lines, Span(token.start(), at), blocks, below)


def _html_comment(lines: str, span: Span, blocks: dict[int, Span], below: dict[int, Span]) -> Comment:
    closed = lines.endswith("-->", span.start + 4, span.end)
    said = Span(span.start + 4, span.end - 3 if closed else span.end)
    first, last = _line(lines, span.start)[0], _line(lines, span.end)[1]
    if not closed or not _is_alone(lines, first, last):
        before = lines[first : span.start]
        line = Span(first, _line(lines, span.start)[1] + 1)
        return Comment(span, said, line, Span(first + len(before.rstrip()), span.end), closed)
    is_whole = lines[first:last].strip() == lines[span.start : span.end]
    removal = _whole_lines(lines, first, last) if is_whole else span
    return Comment(span, said, _block_below(lines, last + 1, HTML_SIGN, blocks, below), removal)


def _is_alone(lines: str, first: int, last: int) -> bool:
    """Whether lines hold nothing but comments."""
    return last - first <= 2 * MAX_LENGTH and not HTML.sub("", lines[first:last]).strip()


def _block_below(lines: str, at: int, sign: str, blocks: dict[int, Span], below: dict[int, Span]) -> Span:
    """The next block: a section, a block of code, else a line, and in Markdown those up to a blank one.

    Comments before it are passed by. `below` remembers what lies below each line that was passed.
    """
    passed: list[int] = []
    found = Span(len(lines), len(lines))
    while at < len(lines):
        if at in below:
            found = below[at]
            break
        passed.append(at)
        start, end = _line(lines, at)
        is_blank = not lines[start:end].strip()
        if start in blocks:
            found = blocks[start]
            break
        if not is_blank and not lines[start:end].lstrip().startswith(sign):
            found = Span(start, (_paragraph_end(lines, end, blocks) if sign == HTML_SIGN else end) + 1)
            break
        close = lines.find("-->", start) if sign == HTML_SIGN and not is_blank else start
        at = len(lines) if close < 0 else _line(lines, close)[1] + 1
    below.update(dict.fromkeys(passed, found))
    return found


def _paragraph_end(lines: str, end: int, blocks: dict[int, Span]) -> int:
    while end < len(lines):
        start, last = _line(lines, end + 1)
        if start in blocks or not lines[start:last].strip():
            return end
        end = last
    return end


def _sections(headings: Sequence[tuple[int, int]], lines: str) -> dict[int, Span]:
    """By the start of its line, what a heading is above of: up to the next one of its level or higher."""
    found: dict[int, Span] = {}
    open_ones: list[tuple[int, int]] = []
    for offset, level in (*headings, (len(lines) + 1, LAST_LEVEL)):
        while open_ones and open_ones[-1][1] >= level:
            start = open_ones.pop()[0]
            found.setdefault(_line(lines, start)[0], Span(_line(lines, start)[0], offset))
        open_ones.append((offset, level))
    return found


def _whole_lines(lines: str, first: int, last: int) -> Span:
    """Lines with the line end behind them; at the end of a text, with the one before them."""
    if last < len(lines):
        return Span(first, last + 1)
    return Span(len(lines[:first].removesuffix("\n").removesuffix(" ")) if first else 0, last)


def _line(lines: str, at: int) -> tuple[int, int]:
    """Where the line around an offset begins, and where it ends, without its line end."""
    end = lines.find("\n", at)
    return lines.rfind("\n", 0, at) + 1, len(lines) if end < 0 else end


def _within(spans: Sequence[Span], at: int) -> Span | None:
    """The span around an offset, of spans in order that do not overlap."""
    index = bisect_right(spans, at, key=lambda span: span.start) - 1
    return spans[index] if index >= 0 and at < spans[index].end else None
