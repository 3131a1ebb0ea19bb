"""LaTeX as a list of events: one regular expression jumps from command to command and skips the prose.

Nothing is expanded and no file is opened. What the text alone does not tell (an argument made of macros, a
command inside a definition) becomes an "unknown" event, so that whoever reads the events can be silent there.
Every look ahead is bounded, or found once and remembered: hostile text costs time in proportion to its size.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from ..settings import Macros
from ..suppression import Suppression
from ..text import Span, Text
from . import comments
from .document import DocumentFacts, Event, EventKind

SECTIONS: dict[str, int] = {
    "part": -1, "chapter": 0, "section": 1, "subsection": 2, "subsubsection": 3, "paragraph": 4,
    "subparagraph": 5, "addpart": -1, "addchap": 0, "addsec": 1,
}  # fmt: skip
FRAME_LEVEL = 6

FLOATS = (
    "figure", "table", "subfigure", "subtable", "wrapfigure", "wraptable", "sidewaysfigure", "sidewaystable",
    "longtable", "SCfigure", "SCtable", "algorithm", "marginfigure", "margintable", "teaserfigure", "listing",
)  # fmt: skip
APPENDICES = ("appendix", "appendices", "subappendices")
WRITING = ("filecontents", "filecontentshere", "verbatimwrite", "VerbatimOut", "writeverbatim")
"""Environments that write their text to a file."""
VERBATIM = (
    "verbatim", "Verbatim", "BVerbatim", "LVerbatim", "spverbatim", "lstlisting", "minted", "comment",
    "alltt", "luacode", "Sinput", "Soutput", *WRITING,
)  # fmt: skip
"""Environments whose text is not read as LaTeX. They and the floats have starred forms."""

IMPORTS = ("import", "subimport", "inputfrom", "subinputfrom", "includefrom", "subincludefrom")
CONDITIONAL_INPUTS = ("InputIfFileExists", "IfFileExists")

DEFINITIONS: dict[str, int] = {
    **dict.fromkeys(("newcommand", "renewcommand", "providecommand", "DeclareRobustCommand"), 1),
    **dict.fromkeys(("newrobustcmd", "renewrobustcmd", "providerobustcmd", "DeclareMathOperator"), 1),
    **dict.fromkeys(("def", "edef", "gdef", "xdef"), 1),
    **dict.fromkeys(("newenvironment", "renewenvironment"), 2),
    **{f"{verb}DocumentCommand": 2 for verb in ("New", "Renew", "Provide", "Declare")},
    **{f"{verb}DocumentEnvironment": 3 for verb in ("New", "Renew", "Provide", "Declare")},
    "NewExpandableDocumentCommand": 2,
    "newif": 0,
    "let": 0,
}
"""Commands that define something, and how many groups in braces follow the name."""

PRIMITIVE_DEFINITIONS = ("def", "edef", "gdef", "xdef")
"""These have a parameter text between name and body, the others optional arguments."""

OPERANDS = {"ifdefined": 1, "ifx": 2}
"""Conditionals that look at commands without executing them: `\\ifx\\draft\\iffalse` opens one, not two."""

NOT_CONDITIONAL = frozenset((
    "iff", "ifoot", "ifthenelse", "iflanguage", "ifthispageodd", "ifstr", "ifnextchar", "ifrmnum",
    "ifstrequal", "ifstrempty", "ifblank", "ifbool", "iftoggle", "ifboolexpr", "ifboolexpe",
    "ifdef", "ifundef", "ifdefmacro", "ifdefempty", "ifdefvoid", "ifdefequal", "ifdefstring", "ifdefstrequal",
    "ifcsdef", "ifcsundef", "ifcsmacro", "ifcsempty", "ifcsvoid", "ifcsequal", "ifcsstring", "ifcsstrequal",
    "ifnumcomp", "ifnumequal", "ifnumgreater", "ifnumless", "ifnumodd",
    "ifdimcomp", "ifdimequal", "ifdimgreater", "ifdimless", "ifinlist", "ifinlistcs",
    "ifentrytype", "iffieldundef", "iffieldequalstr", "ifnameundef", "iflistundef",
))  # fmt: skip
"""Commands that begin with `if`, but take their branches as arguments or have none: no `\\fi` ends them."""

ROOT_LINES = 20
"""How far down a `% !TEX root` is looked for."""
OPTION_LIMIT = 4000
"""The longest optional argument; a `[` that is not closed by then is text."""
TITLE_LIMIT = 4000
"""The longest title. Titles may stand in titles; without a limit their texts could add up to a square."""
INLINE_LIMIT = 2000
"""The longest `\\verb`."""
MAX_OPTIONS = 4

COMMENT = r"%[^\r\n]*+"
LETTERS = "[A-Za-z@]"
PLAIN = r"""[^{}\\%#|,"\r\n]++"""


def _nested(levels: int) -> str:
    """A group in braces of so many levels. Possessive: it gives up where there are more, without retries."""
    inner = "" if levels == 1 else f"|{_nested(levels - 1)}"
    return rf"\{{(?:[^{{}}\\%]++|\\.|{COMMENT}{inner})*+\}}"


GROUP = re.compile(_nested(5), re.DOTALL)
RAW_GROUP = re.compile(r"\{(?:[^{}\r\n]++|\{[^{}\r\n]*+\})*+\}")
BRACES = re.compile(rf"[{{}}]|\\.|{COMMENT}", re.DOTALL)
OPTIONS = re.compile(rf"\[(?:[^\]{{}}\\%]++|\\.|{COMMENT}|{_nested(4)})*+\]", re.DOTALL)
OVERLAY = re.compile(r"<[^<>\r\n]{0,200}+>")
GAP = re.compile(rf"(?:[ \t]*+{COMMENT}(?:\r\n|\r|\n))*+[ \t]*+(?:(?:\r\n|\r|\n)[ \t]*+)?")
"""What TeX ignores before an argument: blanks, comments, one line end."""

ITEM = re.compile(rf"{COMMENT}|([^,%]+)")
PIECE = re.compile(rf"{COMMENT}|([^%]+)")
FOLDER = re.compile(rf"{COMMENT}|\{{([^{{}}]*)\}}")
WRAPPED = re.compile(r"\\(?:subfix|detokenize)\s*+\{([^{}\\]*+)\}")
LABEL_OPTION = re.compile(r"[{}]|(?<![\w-])label\s*+=\s*+(?:\{([^{}]*+)\}|([^,{}\]]*+))")
PLAIN_PATH = re.compile(r'[ \t]++(?:"([^"\r\n]*+)"|([^\s{}%]++))')
CONTROL_SEQUENCE = re.compile(rf"\s*+\\(?:{LETTERS}++|.)", re.DOTALL)
LET_VALUE = re.compile(rf"[ \t]*+=?+[ \t]*+(?:\\(?:{LETTERS}++|.)|.)?+", re.DOTALL)
MACRO_NAME = re.compile(
    rf"\s*+\*?+\s*+(?:\\csname[ \t]*+([^\\{{}}%\r\n]{{1,200}}+)\\endcsname"
    rf"|\{{?+\s*+(\\(?:{LETTERS}++|[^\sA-Za-z@]))[ \t]*+\}}?+)"
)
ENVIRONMENT_NAME = re.compile(r"\s*+\*?+\s*+\{([^{}\\%\r\n]{1,200}+)\}")
PARAMETER_TEXT = re.compile(rf"(?:[^{{}}\\%]|\\[^{{}}]|{COMMENT}){{0,500}}+")
COMMENT_LINE = re.compile(r"%(?:[%\t ]*+![\t ]*+(?i:tex)[\t ]++(?i:root)[\t ]*+=([^\r\n]*+))?+[^\r\n]*+")
"""A comment, and the file that it names as the one that is compiled."""
INLINE_DELIMITER = re.compile(r"\*?+([^\sA-Za-z*{])")
CONDITIONALS = re.compile(rf"{COMMENT}|\\(?:[\\%]|newif\s*+\\{LETTERS}++|(fi|else|if{LETTERS}*+)(?!{LETTERS}))")

UNREADABLE = re.compile(r"[\\#|]")
"""Such an argument depends on more than the text: macros, parameters, a pipe to a program."""

DEFAULT_MACROS = Macros()

NO_CLOSER = 0xFFFFFFFF
STOP = -1

Handler = Callable[["_Reader", str, int], int]
"""Takes the command and the offset after it; gives the offset where reading goes on, or STOP."""


def read(text: Text, macros: Macros = DEFAULT_MACROS) -> DocumentFacts:
    """The events of a LaTeX file, in the order of the commands, for any text whatever.

    `source[start:end]` is `text`, except of an `\\import` (its text is folder and file, its place the file's)
    and of a path with quotes or braces inside (left out of the text). A frame's event stands where the frame
    begins, though its title may come after its label.
    """
    reader = _Reader(text, _grammar(macros))
    reader.run()
    suppressions = _suppressions(reader) if comments.SIGN in text.source else ()
    return DocumentFacts(tuple(reader.events), suppressions)


def _suppressions(reader: _Reader) -> tuple[Suppression, ...]:
    headings = [(event.start, event.level) for event in reader.events if event.kind == "section"]
    return comments.in_document(reader.source, sorted(headings), reader.skipped)


class _Grammar(NamedTuple):
    commands: re.Pattern[str]
    """Groups: 1 and 2 begin or end with its environment, 3 a command, 4 its argument where that follows at once and
    holds nothing special, 5 a `\\verb` whose delimiter is an `@`. Without a group: an escaped character."""
    loads: re.Pattern[str]
    """Only the commands that read files, for the inside of definitions."""
    reading: frozenset[str]
    """Their names."""
    handlers: dict[str, Handler]
    plain: dict[str, tuple[EventKind, int]]
    """Commands that a plain argument says all about: the kind and level of their event."""


@lru_cache(maxsize=32)
def _grammar(macros: Macros) -> _Grammar:
    loads: dict[str, Handler] = dict.fromkeys(IMPORTS, _Reader.imported)
    loads |= dict.fromkeys(bare(macros.graphics), _Reader.graphic)
    loads |= dict.fromkeys(bare(macros.inputs), _Reader.input)
    handlers = COMMANDS | loads
    handlers |= dict.fromkeys(bare(macros.references), _Reader.references)
    if "hyperref" in handlers:
        handlers["hyperref"] = _Reader.hyperref
    handlers |= dict.fromkeys(bare(macros.labels), _Reader.label)
    handlers |= dict.fromkeys(bare(macros.versions), _Reader.version)
    commands = (
        rf"\\(?:[\\%]|(begin|end)[ \t]*+\{{({_either(ENVIRONMENTS)})\}}"
        rf"|({_either(handlers)}|if{LETTERS}*+)(?!{LETTERS})(?:\{{({PLAIN})\}})?+|(verb)(?=@))"
    )
    inside = rf"{COMMENT}|\\(?:[\\%]|({_either(loads)})(?!{LETTERS}))"
    return _Grammar(re.compile(commands), re.compile(inside), frozenset(loads), handlers, _plain(handlers))


def _plain(handlers: dict[str, Handler]) -> dict[str, tuple[EventKind, int]]:
    kinds: dict[Handler, EventKind] = {
        _Reader.section: "section",
        _Reader.label: "label",
        _Reader.references: "reference",
        _Reader.input: "input",
        _Reader.graphic: "graphic",
        _Reader.version: "version",
    }
    return {
        name: (kinds[handler], SECTIONS[name] if kinds[handler] == "section" else 0)
        for name, handler in handlers.items()
        if handler in kinds and not name.endswith("range") and name not in CONDITIONAL_INPUTS
    }


def bare(names: Iterable[str]) -> list[str]:
    """Names as settings may hold them: with or without backslash and star."""
    stripped = (name.strip().lstrip("\\").rstrip("*") for name in names)
    return [name for name in stripped if name]


def _either(names: Iterable[str]) -> str:
    """An alternative of names, by first letter, so that most commands are refused after one comparison."""
    families = (
        (letter, "|".join(re.escape(name[1:]) for name in family))
        for letter, family in groupby(sorted(set(names), reverse=True), key=lambda name: name[0])
    )
    return "(?:" + "|".join(f"{re.escape(letter)}(?:{rest})" for letter, rest in families) + ")"


class _Reader:
    """One pass over one text."""

    def __init__(self, text: Text, grammar: _Grammar) -> None:
        self.text = text
        self.source = text.source
        self.grammar = grammar
        self.events: list[Event] = []
        self.here = 0
        """Where the command in hand begins. Nothing before it is looked at again."""
        self.depth = 0
        """How many conditionals are open."""
        self.soft = 0
        """Up to here, what is read is read only if some file exists."""
        self.untitled = -1
        """The event of the frame that has no title yet."""
        self.unclosed: set[str] = set()
        """Verbatim environments that are not closed anywhere below."""
        self.skipped: list[Span] = []
        """What stands in the others, and in `\\verb`."""
        self.dead: dict[int, int] | None = None
        self.closers: tuple[int, array[int]] | None = None
        self.lines = 0
        self.counted = 0
        """How many lines end before an offset: up to there they are counted."""
        self.counts = "\r" not in text.source

    def run(self) -> None:
        """Go from command to command, and over the comments between: to look for one character alone is much faster."""
        source, commands = self.source, self.grammar.commands.finditer
        at, comment = 0, source.find("%")
        while at >= 0:
            for match in commands(source, at):
                while 0 <= comment < match.start():
                    at = self.comment(comment)
                    comment = source.find("%", at)
                if at > match.start():
                    break
                at, group = match.end(), match.lastindex
                if group is not None and not (group == 4 and self.plain(match)):
                    at = self.step(match, group)
                if 0 <= comment < at:
                    comment = source.find("%", at)
                if at != match.end():
                    break
            else:
                break
        while at >= 0 and comment >= 0:
            comment = source.find("%", self.comment(comment))

    def plain(self, match: re.Match[str]) -> bool:
        """The short way for most commands: the match holds all that their event says."""
        command, said = match[3], match[4]
        kind = self.grammar.plain.get(command)
        start, end = match.span(4)
        if kind is None or start < self.soft or said != said.strip():
            return False
        self.events.append(Event(kind[0], said, start, end, self.line_of(start), kind[1], command))
        return True

    def step(self, match: re.Match[str], group: int) -> int:
        """Where to go on: at the end of the match or behind it, or nowhere."""
        self.here = match.start()
        if group == 2:
            at = ENVIRONMENTS[match[2]](self, match[1], match[2], match.end())
        else:
            name = 5 if group == 5 else 3
            at = self.grammar.handlers.get(match[name], _Reader.conditional)(self, match[name], match.end(name))
        return at if at < 0 else max(at, match.end())

    def comment(self, at: int) -> int:
        """Where a comment ends; it may name the file that is compiled."""
        match = COMMENT_LINE.match(self.source, at)
        if match is None or match[1] is None:
            return match.end() if match else at + 1
        start, end = self.trim(*match.span(1))
        if start < end and self.line_of(start) < ROOT_LINES:
            self.emit("root", start, end)
        return match.end()

    def line_of(self, offset: int) -> int:
        """The line of an offset. Most are asked for in order, and to count on costs less than to find all lines."""
        if not self.counts or offset < self.counted:
            return self.text.line_of(offset)
        self.lines += self.source.count("\n", self.counted, offset)
        self.counted = offset
        return self.lines

    # Events.

    def emit(
        self, kind: EventKind, start: int, end: int, extra: str = "", level: int = 0, text: str | None = None,
        is_padded: bool = False,
    ) -> None:  # fmt: skip
        said = self.source[start:end] if text is None else text
        self.events.append(Event(kind, said, start, end, self.line_of(start), level, extra, is_padded))

    def emit_name(self, kind: EventKind, start: int, end: int, extra: str, is_padded: bool = False) -> None:
        """A label or reference, or "unknown" where it cannot be read off the text."""
        start, end = self.trim(start, end)
        name = self.source[start:end]
        kind = "unknown" if not name or UNREADABLE.search(name) else kind
        self.emit(kind, start, end, extra, is_padded=is_padded)

    def emit_path(self, kind: EventKind, span: Span, extra: str) -> None:
        start, end, path = self.path(span)
        self.emit(kind if path else "unknown", start, end, extra, text=path or None)

    # Arguments.

    def gap(self, at: int) -> int:
        match = GAP.match(self.source, at)
        return match.end() if match else at

    def options(self, at: int) -> tuple[int, list[Span]]:
        """Past star, overlays and options: the offset of what follows, and the insides of the brackets."""
        source = self.source
        if source.startswith("{", at):
            return at, []
        at = self.gap(at)
        if source.startswith("*", at):
            at = self.gap(at + 1)
        found: list[Span] = []
        for _ in range(MAX_OPTIONS):
            end = self.bracket(at)
            if end < 0:
                break
            if source[at] == "[":
                found.append(Span(at + 1, end - 1))
            at = self.gap(end)
        return at, found

    def bracket(self, at: int) -> int:
        """The end of `[...]` or `<...>` at an offset, or -1."""
        if self.source.startswith("<", at):
            match = OVERLAY.match(self.source, at)
        elif self.source.startswith("[", at) and self.source.find("]", at, at + OPTION_LIMIT) > 0:
            match = OPTIONS.match(self.source, at, at + OPTION_LIMIT)
        else:
            return -1
        return match.end() if match else -1

    def group(self, at: int) -> Span | None:
        """The inside of the braces at an offset."""
        if not self.source.startswith("{", at):
            return None
        end = self.closer(at)
        return None if end < 0 else Span(at + 1, end)

    def title(self, at: int) -> Span | None:
        """A group that is told whole, and inside which reading goes on."""
        span = self.group(at)
        return span if span and span.end - span.start <= TITLE_LIMIT else None

    def next_group(self, at: int) -> Span | None:
        return self.group(self.gap(at))

    def closer(self, at: int) -> int:
        """The brace that closes the one at an offset, or -1: by a pattern, else from a table."""
        match = GROUP.match(self.source, at)
        if match:
            return match.end() - 1
        if self.closers is None:
            self.closers = self.here, _match_braces(self.source, self.here)
        offset, closers = self.closers
        end = closers[at - offset]
        return end if 0 < end < NO_CLOSER else -1

    def trim(self, start: int, end: int) -> tuple[int, int]:
        piece = self.source[start:end]
        if not piece or not (piece[0].isspace() or piece[-1].isspace()):
            return start, end
        start += len(piece) - len(piece.lstrip())
        return start, start + len(piece.strip())

    def pieces(self, pattern: re.Pattern[str], span: Span) -> Iterator[tuple[int, int]]:
        """What stands between comments (and commas, where the pattern says so), trimmed; nothing empty."""
        for match in pattern.finditer(self.source, span.start, span.end):
            if match.lastindex:
                start, end = self.trim(*match.span(1))
                if start < end:
                    yield start, end

    def only(self, span: Span) -> tuple[int, int]:
        """The one piece of an argument with comments in it; all of it if there is not one."""
        pieces = list(self.pieces(PIECE, span))
        return pieces[0] if len(pieces) == 1 else (span.start, span.end)

    def path(self, span: Span) -> tuple[int, int, str]:
        """An argument that names a file: its place and its path, empty if it cannot be read off the text."""
        start, end = self.only(span)
        wrapped = WRAPPED.fullmatch(self.source, start, end)
        if wrapped:
            start, end = self.trim(*wrapped.span(1))
        path = self.source[start:end]
        if UNREADABLE.search(path) or "%" in path:
            return start, end, ""
        if len(path) > 1 and path[0] == path[-1] == '"' and path.count('"') == 2:
            return start + 1, end - 1, path[1:-1]
        if path.count('"') % 2 or path.count("{") != path.count("}"):
            return start, end, ""
        return start, end, path.replace('"', "").replace("{", "").replace("}", "")

    # Handlers.

    def section(self, command: str, at: int) -> int:
        """A command without an argument is only mentioned, as in `\\titleformat{\\section}`."""
        at, _ = self.options(at)
        if not self.source.startswith("{", at):
            return at
        title = self.title(at) or Span(at + 1, at + 1)
        self.emit("section", *self.trim(title.start, title.end), command, SECTIONS[command])
        return at

    def label(self, command: str, at: int) -> int:
        at, _ = self.options(at)
        span = self.group(at)
        if span is None:
            self.emit("unknown", at, at, command)
            return at
        is_padded = self.trim(span.start, span.end) != (span.start, span.end)
        self.emit_name("label", *self.only(span), command, is_padded)
        return span.end + 1

    def references(self, command: str, at: int) -> int:
        at, _ = self.options(at)
        for _ in range(2 if command.endswith("range") else 1):
            span = self.group(at)
            if span is None:
                self.emit("unknown", at, at, command)
                break
            self.names(span, command)
            at = self.gap(span.end + 1)
        return at

    def names(self, span: Span, command: str) -> None:
        """One event for every name of a list; a list without names cannot be read."""
        names = list(self.pieces(ITEM, span)) or [(span.start, span.start)]
        for start, end in names:
            self.emit_name("reference", start, end, command)

    def hyperref(self, command: str, at: int) -> int:
        """`\\hyperref[label]{text}`; its form with four groups names no label."""
        at, options = self.options(at)
        if options:
            self.names(options[0], command)
        return at

    def version(self, command: str, at: int) -> int:
        after, _ = self.options(at)
        span = self.title(after) or Span(at, at)
        self.emit("version", *self.trim(span.start, span.end), command)
        return at

    def input(self, command: str, at: int) -> int:
        return self.load("input", command, at)

    def graphic(self, command: str, at: int) -> int:
        return self.load("graphic", command, at)

    def load(self, kind: EventKind, command: str, at: int) -> int:
        if kind == "input" and command == "input":
            plain = PLAIN_PATH.match(self.source, at)
            if plain:
                return self.plain_input(plain, command)
        conditional = command in CONDITIONAL_INPUTS
        at, _ = self.options(at)
        span = self.group(at)
        if span is None:
            self.emit("unknown", at, at, command)
            return at
        self.emit_path("conditional" if conditional or at < self.soft else kind, span, command)
        if conditional:
            self.soften(span.end + 1)
        return span.end + 1

    def plain_input(self, match: re.Match[str], command: str) -> int:
        """`\\input name`, as TeX itself has it: up to the next blank."""
        start, end = match.span(match.lastindex or 0)
        if self.source.endswith("\\relax", start, end):
            end -= len("\\relax")
        self.emit_path("conditional" if start < self.soft else "input", Span(start, end), command)
        return match.end()

    def soften(self, at: int) -> None:
        """The two branches after an `\\IfFileExists` hold only for some files."""
        for _ in range(2):
            span = self.next_group(at)
            if span is None:
                break
            at = span.end + 1
            self.soft = max(self.soft, at)

    def imported(self, command: str, at: int) -> int:
        at, _ = self.options(at)
        folder = self.group(at)
        file = self.next_group(folder.end + 1) if folder else None
        if folder is None or file is None:
            self.emit("unknown", at, at, command)
            return at
        start, end, path = self.path(folder)
        if folder.start < folder.end and not path:
            self.emit("unknown", start, end, command)
            return file.end + 1
        base = path if not path or path.endswith("/") else path + "/"
        start, end, path = self.path(file)
        kind = "conditional" if at < self.soft else "input"
        self.emit(kind if path else "unknown", start, end, command, text=base + path if path else None)
        return file.end + 1

    def graphics_path(self, command: str, at: int) -> int:
        span = self.next_group(at)
        if span is None:
            return at
        for match in FOLDER.finditer(self.source, span.start, span.end):
            if match.lastindex:
                self.emit_path("graphics path", Span(*match.span(1)), command)
        return span.end + 1

    def document_class(self, command: str, at: int) -> int:
        at, options = self.options(at)
        span = self.group(at)
        if span is None:
            return at
        start, end = self.only(span)
        main = self.path(options[0])[2] if options and self.source[start:end] == "subfiles" else ""
        self.emit("class", start, end, main)
        return span.end + 1

    def appendix(self, command: str, at: int) -> int:
        self.emit("begin", at - len(command), at, command)
        return at

    def end_input(self, command: str, at: int) -> int:
        """Ends the file, unless something decides whether it does: a conditional, or a macro around it."""
        if self.depth or at < self.soft or self.source.startswith("}", self.gap(at)):
            return at
        self.emit("end", at - len("input"), at, command)
        return STOP

    def frame_title(self, command: str, at: int) -> int:
        after, _ = self.options(at)
        title = self.title(after)
        if title and self.untitled >= 0:
            self.emit("section", *self.trim(title.start, title.end), "frame", FRAME_LEVEL)
            self.events[self.untitled] = self.events.pop()
            self.untitled = -1
        return at

    def definition(self, command: str, at: int) -> int:
        """The body of a definition does nothing here; but what it reads when used is unknown."""
        names = ENVIRONMENT_NAME if command.lower().endswith("environment") else MACRO_NAME
        name = names.match(self.source, at)
        if name is None:
            return at
        start, end = self.trim(*name.span(name.lastindex or 0))
        self.emit("definition", start, end, command)
        if command == "let":
            value = LET_VALUE.match(self.source, name.end())
            return value.end() if value else name.end()
        bodies = self.bodies(command, name.end())
        # What the settings name is read where it is used.
        if self.source[start:end].lstrip("\\") not in self.grammar.reading:
            for body in bodies:
                self.unknown_loads(body)
        return bodies[-1].end + 1 if bodies else name.end()

    def bodies(self, command: str, at: int) -> list[Span]:
        """The groups of a definition after the name; none if one is missing."""
        if command in PRIMITIVE_DEFINITIONS:
            parameters = PARAMETER_TEXT.match(self.source, at)
            at = parameters.end() if parameters else at
        elif DEFINITIONS[command]:
            at, _ = self.options(at)
        found: list[Span] = []
        for _ in range(DEFINITIONS[command]):
            span = self.next_group(at)
            if span is None:
                return []
            found.append(span)
            at = span.end + 1
        return found

    def unknown_loads(self, body: Span) -> None:
        for match in self.grammar.loads.finditer(self.source, body.start, body.end):
            if match.lastindex:
                at, _ = self.options(match.end())
                span = self.title(at) or Span(match.end(), match.end())
                self.emit("unknown", *self.trim(span.start, span.end), match[1])

    def conditional(self, command: str, at: int) -> int:
        """Both branches are read, but for those of `\\iffalse` and `\\iftrue`."""
        if command in NOT_CONDITIONAL:
            return at
        self.depth += 1
        if command in ("iffalse", "iftrue"):
            return self.dead_branches().get(at, at)
        for _ in range(OPERANDS.get(command, 0)):
            operand = CONTROL_SEQUENCE.match(self.source, at)
            at = operand.end() if operand else at
        return at

    def otherwise(self, command: str, at: int) -> int:
        return self.dead.get(at, at) if self.dead else at

    def end_conditional(self, command: str, at: int) -> int:
        self.depth = max(self.depth - 1, 0)
        return at

    def dead_branches(self) -> dict[int, int]:
        if self.dead is None:
            self.dead = _dead_branches(self.source, self.here)
        return self.dead

    def inline(self, command: str, at: int) -> int:
        """`\\verb|...|` and its relatives: text between two equal characters on one line, or in braces."""
        if command != "verb":
            at, _ = self.options(at)
        if command == "mintinline":
            language = self.group(at)
            at = language.end + 1 if language else at
        braces = RAW_GROUP.match(self.source, at) if command != "verb" else None
        if braces:
            return braces.end()
        delimiter = INLINE_DELIMITER.match(self.source, at)
        if delimiter is None:
            return at
        end = self.source.find(delimiter[1], delimiter.end(), delimiter.end() + INLINE_LIMIT)
        inside = self.source[delimiter.end() : max(end, 0)]
        if end < 0 or "\n" in inside or "\r" in inside:
            return at
        self.skipped.append(Span(at, end))
        return end + 1

    def address(self, command: str, at: int) -> int:
        """In an address `%` begins no comment."""
        after, _ = self.options(at)
        address = RAW_GROUP.match(self.source, after)
        return address.end() if address else at

    def mention(self, command: str, at: int) -> int:
        """`\\string\\input` prints a command and does not execute it."""
        mentioned = CONTROL_SEQUENCE.match(self.source, at)
        return mentioned.end() if mentioned else at

    def option_label(self, command: str, at: int) -> int:
        at, options = self.options(at)
        self.labels_among(options, command)
        return at

    def labels_among(self, options: list[Span], extra: str) -> None:
        for span in options:
            depth = 0
            for match in LABEL_OPTION.finditer(self.source, span.start, span.end):
                if match[0] in "{}":
                    depth += 1 if match[0] == "{" else -1
                elif depth == 0:
                    self.emit_name("label", *match.span(match.lastindex or 0), extra)

    # Environments.

    def environment(self, command: str, name: str, at: int) -> int:
        self.emit("begin" if command == "begin" else "end", at - 1 - len(name), at - 1, command)
        return at

    def document(self, command: str, name: str, at: int) -> int:
        if command == "end" and (self.depth or at < self.soft):
            return at
        self.environment(command, name, at)
        return at if command == "begin" else STOP

    def frame(self, command: str, name: str, at: int) -> int:
        if command == "end":
            self.untitled = -1
            return self.environment(command, name, at)
        after, options = self.options(at)
        title = self.title(after)
        self.untitled = -1 if title else len(self.events)
        span = self.trim(title.start, title.end) if title else (at, at)
        self.emit("section", *span, name, FRAME_LEVEL)
        self.labels_among(options, name)
        return after

    def verbatim(self, command: str, name: str, at: int) -> int:
        """Skipped to its end. Without one it is being typed, and what follows is read."""
        if command == "end":
            return at
        if name == "lstlisting":
            at = self.option_label(name, at)
        if name in self.unclosed:
            return at
        closing = f"\\end{{{name}}}"
        end = self.source.find(closing, at)
        if end < 0:
            self.unclosed.add(name)
            return at
        self.skipped.append(Span(at, end))
        return end + len(closing)


def _match_braces(source: str, start: int) -> array[int]:
    """For every offset from `start` the one of the brace that closes it; 0 where no brace opens."""
    closers = array("I", bytes(4 * (len(source) - start)))
    opened = array("I")
    for match in BRACES.finditer(source, start):
        token = match[0]
        if token == "{":
            opened.append(match.start())
        elif token == "}" and opened:
            closers[opened.pop() - start] = match.start()
    for at in opened:
        closers[at - start] = NO_CLOSER
    return closers


def _dead_branches(source: str, start: int) -> dict[int, int]:
    """Where branches begin that are never taken, to where they end: after an `\\else`, or at the `\\fi`."""
    dead: dict[int, int] = {}
    opened: list[tuple[str, int]] = []
    for match in CONDITIONALS.finditer(source, start):
        command, at = match[1], match.end()
        if command is None or command in NOT_CONDITIONAL:
            continue
        if command.startswith("if"):
            opened.append((command, at if command == "iffalse" else -1))
            continue
        if not opened:
            continue
        opener, since = opened.pop()
        if since >= 0:
            dead[since] = at if command == "else" else match.start()
        if command == "else":
            opened.append((opener, at if opener == "iftrue" and since < 0 else -1))
    return dead


COMMANDS: dict[str, Handler] = {
    **dict.fromkeys(SECTIONS, _Reader.section),
    **dict.fromkeys(DEFINITIONS, _Reader.definition),
    **dict.fromkeys(("verb", "Verb", "lstinline", "mintinline"), _Reader.inline),
    **dict.fromkeys(("url", "nolinkurl", "href"), _Reader.address),
    "IfFileExists": _Reader.input,
    "appendix": _Reader.appendix,
    "documentclass": _Reader.document_class,
    "else": _Reader.otherwise,
    "endinput": _Reader.end_input,
    "fi": _Reader.end_conditional,
    "frametitle": _Reader.frame_title,
    "graphicspath": _Reader.graphics_path,
    "lstinputlisting": _Reader.option_label,
    "string": _Reader.mention,
}

ENVIRONMENTS: dict[str, Callable[[_Reader, str, str, int], int]] = {
    "document": _Reader.document,
    "frame": _Reader.frame,
    **dict.fromkeys(APPENDICES, _Reader.environment),
    **{name + star: _Reader.environment for name in FLOATS for star in ("", "*")},
    **{name + star: _Reader.verbatim for name in VERBATIM for star in ("", "*")},
}
