"""LaTeX: the cases of `facts/latex.md`, agreement with pylatexenc, and what must hold for any text."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pylatexenc.latexwalker import LatexWalker, get_default_latex_context_db
from pylatexenc.macrospec import EnvironmentSpec, MacroStandardArgsParser, ParsedMacroArgs, std_macro

from specthis_analyzers.facts.document import Event, EventKind
from specthis_analyzers.facts.latex import IMPORTS, SECTIONS, read
from specthis_analyzers.settings import Macros
from specthis_analyzers.text import Text

CASES = Path(__file__).parent / "facts" / "latex.md"
HEADING = re.compile(r"^### (.+)\n", re.MULTILINE)
FENCE = re.compile(r"^````(tex|events)\n((?:.*\n)*?)````$", re.MULTILINE)


# The cases.


class Case(NamedTuple):
    name: str
    source: str
    expected: list[str]


def cases() -> Iterator[Case]:
    parts = HEADING.split(CASES.read_text(encoding="utf-8"))[1:]
    for name, body in zip(parts[::2], parts[1::2], strict=True):
        fences = dict(FENCE.findall(body))
        source = fences["tex"].removesuffix("\n").replace("␍", "\r")
        yield Case(name, source, fences["events"].splitlines())


def told(event: Event, like: str) -> str:
    """An event as a line that shows what the expected line shows."""
    text = event.text.replace("\n", "⏎")
    line = f"{event.line + 1} {event.kind} {text}".rstrip()
    shown = re.findall(r"(\w+)=", like.partition(" | ")[2])
    return line + (" | " + " ".join(f"{name}={getattr(event, name)}" for name in shown) if shown else "")


ALL_CASES = list(cases())


@pytest.mark.parametrize("case", ALL_CASES, ids=lambda case: case.name)
def test_case(case: Case) -> None:
    events = read(Text(case.source)).events
    lines = case.expected + [""] * (len(events) - len(case.expected))
    assert [told(event, like) for event, like in zip(events, lines, strict=False)] == case.expected


def test_cases_have_names_of_their_own() -> None:
    names = [case.name for case in ALL_CASES]
    assert len(names) == len(set(names)) >= 45


def test_every_kind_of_event_has_a_case() -> None:
    kinds = {event.kind for case in ALL_CASES for event in read(Text(case.source)).events}
    assert kinds == set(get_args(EventKind))


def test_macros_of_the_project() -> None:
    macros = Macros(
        versions=("\\docversion",),
        labels=("label", "seclabel"),
        references=("seeref",),
        inputs=("pull*",),
        graphics=(),
    )
    source = r"\docversion{2}\seclabel{a}\label{b}\seeref{c,d}\pull{e}\includegraphics{f}\sectionversion{3}\ref{g}"
    events = read(Text(source), macros).events
    assert [(event.kind, event.text) for event in events] == [
        ("version", "2"), ("label", "a"), ("label", "b"),
        ("reference", "c"), ("reference", "d"), ("input", "e"),
    ]  # fmt: skip


def test_a_project_without_macros_still_has_sections() -> None:
    none = Macros(versions=(), labels=(), references=(), inputs=(), graphics=("",))
    assert [event.kind for event in read(Text(r"\section{A}\label{b}"), none).events] == ["section"]


# Agreement with a general parser, on generated documents.
#
# Left out, because pylatexenc executes less than this reader or more: definitions (it reads their bodies),
# conditionals and ends of input (it knows none), `\input name` without braces, addresses with `%` (it takes
# the rest for a comment), `\verb*` (it does not know the star), and verbatim text that is not closed. The
# cases hold those.

names = st.text(alphabet="abz019:-._/é", min_size=1, max_size=8)
prose = st.text(alphabet="abc é.,;:!?()-=+\t", max_size=20)
comment_text = st.sampled_from([" note", r"\label{no}", r"\input{no} {", "}", r"\begin{verbatim}", " % %", "$"])
spaces = st.sampled_from(["", " ", "\n", "\t "])


@st.composite
def command(draw: st.DrawFn) -> str:
    name, argument = draw(st.sampled_from(["label", "input", "include", "ref", "eqref"])), draw(names)
    return f"\\{name}{draw(spaces)}{{{argument}}}"


@st.composite
def graphic(draw: st.DrawFn) -> str:
    options = draw(st.sampled_from(["", "[width=3cm]", r"[width=\x, trim={0 1 {2} 3}]", r"[alt={a]b}]"]))
    return f"\\includegraphics{draw(st.sampled_from(['', '*']))}{options}{{{draw(names)}}}"


verbatim = st.sampled_from(
    [
        "\\begin{verbatim}\\label{no} % { \\end{verbatim}",
        "\\begin{verbatim*}\n}\\input{no}\n\\end{verbatim*}",
        "\\begin{lstlisting}\\begin{verbatim}\\label{no}\\end{lstlisting}",
        "\\begin{comment}\n\\section{No}\\label{no}\n\\end{comment}",
        r"\verb|\label{no}|",
        r"\verb+%{+",
        r"\verb!\verb|!",
    ]
)
escapes = st.sampled_from([r"\%", r"\\", r"\{", r"\}", r"\$", r"\&", r"\_", r"\#", "~", r"\,", r"\-", "\\\n", r"\ "])
leaves = st.one_of(
    prose,
    command(),
    command(),
    graphic(),
    verbatim,
    escapes,
    comment_text.map(lambda text: f"%{text}\n"),
    st.just("\n\n"),
)


@st.composite
def around(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    before, after = draw(
        st.sampled_from(
            [
                ("{", "}"),
                ("\\textbf{", "}"),
                ("\\section{", "}"),
                ("\\subsection*{", "}"),
                ("\\caption{", "}"),
                ("\\begin{figure}", "\\end{figure}"),
                ("\\begin{itemize}\\item ", "\\end{itemize}"),
                ("\\begin{equation}", "\\end{equation}"),
                ("\\[", "\\]"),
                ("\\unknown{", "}"),
            ]
        )
    )
    return before + "".join(draw(st.lists(inner, max_size=4))) + after


documents = st.lists(st.recursive(leaves, around, max_leaves=12), max_size=8).map("".join)


class UntilEnd(MacroStandardArgsParser):
    """Takes the text of an environment as it is; pylatexenc's own does so only for `verbatim`."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.closing = f"\\end{{{name}}}"

    def parse_args(self, w: Any, pos: int, parsing_state: Any = None) -> tuple[ParsedMacroArgs, int, int]:
        return ParsedMacroArgs(), pos, w.s.index(self.closing, pos) - pos


CONTEXT = get_default_latex_context_db()
CONTEXT.add_context_category(
    "here",
    prepend=True,
    macros=[
        *(std_macro(name, "{") for name in ("label", "input", "include", "ref", "eqref", "textbf")),
        *(std_macro(name, "*[{") for name in ("section", "subsection")),
        std_macro("caption", "[{"),
        std_macro("includegraphics", "*[[{"),
        *(std_macro(name, "") for name in ("\\", "unknown", "item")),
    ],
    environments=[
        EnvironmentSpec(name, args_parser=UntilEnd(name)) for name in ("verbatim", "verbatim*", "lstlisting", "comment")
    ],
)
KINDS = {
    "label": "label",
    "input": "input",
    "include": "input",
    "includegraphics": "graphic",
} | dict.fromkeys(("ref", "eqref"), "reference")


def walked(source: str) -> list[tuple[str, str, int]]:
    """What a walk of pylatexenc's nodes finds: kind, name and where the command begins."""
    found: list[tuple[str, str, int]] = []
    pending: list[Any] = list(LatexWalker(source, latex_context=CONTEXT, tolerant_parsing=True).get_latex_nodes()[0])
    while pending:
        node = pending.pop()
        if node is None:
            continue
        arguments = [*(node.nodeargd.argnlist or ())] if getattr(node, "nodeargd", None) else []
        if getattr(node, "macroname", None) in KINDS:
            name = arguments[-1].latex_verbatim()[1:-1].strip()
            found.append((KINDS[node.macroname], name, node.pos))
        pending += [*arguments, *(getattr(node, "nodelist", None) or ())]
    return sorted(found, key=lambda item: item[2])


@given(documents)
def test_agrees_with_pylatexenc(source: str) -> None:
    events = [event for event in read(Text(source)).events if event.kind in KINDS.values()]
    assert [(event.kind, event.text) for event in events] == [item[:2] for item in walked(source)]


# Any text whatever.

COMMANDS = [
    *SECTIONS, *IMPORTS, "label", "ref", "cref", "crefrange", "hyperref", "input", "include", "let", "newif",
    "def", "newcommand", "newenvironment", "NewDocumentCommand", "csname x", "endcsname", "iffalse", "iftrue",
    "ifx", "else", "fi", "endinput", "appendix", "sectionversion", "verb|", "lstinline", "mintinline", "url",
    "frametitle", "documentclass", "IfFileExists", "InputIfFileExists", "includegraphics", "graphicspath",
]  # fmt: skip
MARKS = [
    *"{}{}[]*=,%|#\\\n\r \x00\u2028éx", "{a}", "[b]", "[label=c]", "{a,b}", "{{x}.y}", "{#1}", '{"q"}', '"',
    "<1>", "\r\n", "\\\\", "\\%", "% !TEX root = m.tex\n", "\\string",
]  # fmt: skip
EDGES = [f"\\{edge}{{{name}}}" for edge in ("begin", "end") for name in ("frame", "verbatim", "figure", "document")]
FRAGMENTS = [*(f"\\{name}" for name in COMMANDS), *MARKS, *MARKS, *EDGES]
anything = st.one_of(st.text(), st.lists(st.sampled_from(FRAGMENTS), max_size=30).map("".join), documents)


@given(anything, st.integers(0, 200), st.integers(0, 5))
def test_any_text_gives_events_with_places(source: str, cut: int, length: int) -> None:
    text = Text(source[:cut] + source[cut + length :])
    for event in read(text).events:
        assert 0 <= event.start <= event.end <= len(text)
        assert event.line == text.line_of(event.start)
        said = text.source[event.start : event.end]
        if event.text == said:
            continue
        assert event.kind in ("input", "graphic", "conditional", "graphics path")
        bare = said.translate({ord(mark): None for mark in '"{}'})
        assert event.text == bare or (event.extra in IMPORTS and event.text.endswith("/" + bare))


@given(anything)
def test_events_stand_in_the_order_of_the_text(source: str) -> None:
    """But for frames: they come first, though the place is that of the title."""
    frames = [("section", "frame")]
    starts = [event.start for event in read(Text(source)).events if (event.kind, event.extra) not in frames]
    assert starts == sorted(starts)


@given(anything)
def test_reading_does_not_remember(source: str) -> None:
    assert read(Text(source)) == read(Text(source))


# Text made to hurt. What is not linear takes minutes here; what is takes a second or two.

MANY = 100_000
HOSTILE = {
    "unclosed verbatim": "\\begin{verbatim}" * MANY,
    "unclosed kinds of verbatim": "\\begin{verbatim}\\begin{comment}\\begin{minted}[" * MANY,
    "unclosed options": "\\label[" * MANY,
    "options closed only at the end": "\\label[{" * MANY + "]",
    "unclosed environments": "\\begin{" * MANY,
    "unclosed frames": "\\begin{frame}[label=" * MANY,
    "open braces": "{" * 1_000_000,
    "deep braces in a title": "\\section{" + "{" * 500_000 + "}" * 500_001,
    "unclosed titles": "\\section{" * MANY,
    "unclosed titles with text": "\\section{ a {} " * MANY,
    "inputs in inputs in a body": "\\def\\a{" + "\\input{" * MANY + "}" * MANY + "}",
    "versions in versions": "\\sectionversion{" * MANY + "}" * MANY,
    "frames in frames": "\\begin{frame}{" * MANY + "}" * MANY,
    "titles in titles": "\\section{" * MANY + "}" * MANY,
    "unclosed definitions": "\\newcommand{\\a}{" * MANY,
    "definitions in definitions": "\\def\\a{" * MANY + "}" * MANY,
    "definitions that never begin": ("\\newcommand" + " " * 50) * MANY,
    "dead branches without end": "\\iffalse" * MANY,
    "dead branches in dead branches": "\\iffalse" * MANY + "\\fi" * MANY,
    "conditions in conditions": "\\ifx\\a\\b" * MANY + "\\fi" * MANY,
    "files that may exist": "\\IfFileExists{a}{" * MANY + "}" * MANY,
    "unclosed \\verb": "".join(f"\\verb{chr(0x4E00 + i % 20_000)}" for i in range(MANY)),
    "unclosed addresses": "\\url{" * MANY,
    "unclosed overlays": "\\label<" * MANY,
    "unclosed folders": "\\graphicspath{{" * MANY,
    "references to many": "\\cref{" + "a," * MANY * 5 + "}",
    "backslashes": "\\" * 1_000_000,
    "comments before an argument": "\\label" + "%\n" * MANY + "\\label" + "%\n" * MANY,
    "blanks": "\\label" + " " * 1_000_000 + "\\section" + "\n" * 1_000_000,
    "one long line": "word \\emph{x} \\ref{a} " * 250_000,
}


@contextmanager
def at_most(seconds: int) -> Iterator[None]:
    """Far more than the reader needs, on a slow machine too."""

    def too_long(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, too_long)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="no alarm on this system")
@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_read_in_linear_time(source: str) -> None:
    text = Text(source)
    with at_most(20):
        read(text)
