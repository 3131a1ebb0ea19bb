"""The string literals of a Python script that are a path, or the last part of one that is known: where, and of what.

A literal counts as a path by itself where it has a slash and nothing is joined before it; as a part, where what it is
joined to is known. What an f-string begins with says a folder. Read by `ast`, never run.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator

from msgspec import Struct

from .. import paths
from ..text import Span, Text
from .folding import OPEN_PART, Folder, Scope, nodes_in
from .pure_path import PurePath
from .script import MAX_CHARACTERS, OTHER_FOLDER, project_path_of

OPENING = re.compile(r"[A-Za-z]{0,2}(\"\"\"|'''|\"|')")
NO_PATH = re.compile(r"[\x00-\x1f\x7f\\*{}]|://")
KINDS = frozenset((ast.BinOp, ast.Call, ast.Constant, ast.JoinedStr))
JOINERS = frozenset(("joinpath", "join", "Path", "PurePath", "PosixPath", "PurePosixPath"))
"""Names of calls that join their arguments to a path."""
MAKES_ANOTHER = frozenset(("format", "replace", "split", "startswith", "endswith", "removeprefix", "removesuffix"))
"""Methods of strings: what they are called on, or given, is a piece of text."""


class Literal(Struct, frozen=True, array_like=True):
    """One literal. `span` covers what stands between its quotes, as far as it says the path."""

    path: str
    """The path of the project that it names, in its normal form."""
    base: str
    """The folder that it is joined to; the project's root where it says the whole path."""
    written: str
    span: Span


def read(text: Text, path: str) -> tuple[Literal, ...]:
    """The literals of a script that lies at `path`, in order. Of a text that is no Python nothing is known."""
    if len(text.source) > MAX_CHARACTERS or OTHER_FOLDER in text.source:
        return ()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            nodes = nodes_in(ast.parse(text.source), KINDS)
        found = {literal.span: literal for literal in _Reading(text, path).literals(nodes)}
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError, SystemError):
        return ()
    return tuple(found[span] for span in sorted(found))


def last_parts(text: Text) -> frozenset[str]:
    """What stands behind the last slash of every string of a script."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            nodes = list(ast.walk(ast.parse(text.source)))
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError, SystemError):
        return frozenset()
    strings = (node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return frozenset(paths.name(value) for value in strings)


class _Reading:
    """One script."""

    def __init__(self, text: Text, path: str) -> None:
        self.text = text
        self.folder = Folder(path)
        self.parts: set[int] = set()
        """The nodes that are a piece of some other text, or joined to what stands before them."""

    def literals(self, nodes: list[tuple[ast.AST, Scope]]) -> Iterator[Literal]:
        for node, scope in nodes:
            if isinstance(node, ast.BinOp):
                yield from self._operation(node, scope)
            elif isinstance(node, ast.Call):
                yield from self._call(node, scope)
            elif isinstance(node, ast.JoinedStr):
                self.parts.update(map(id, node.values))
        for node, _ in nodes:
            if id(node) in self.parts:
                continue
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield from self._whole(node, node.value)
            elif isinstance(node, ast.JoinedStr):
                yield from self._beginning(node)

    def _operation(self, node: ast.BinOp, scope: Scope) -> Iterator[Literal]:
        self.parts.add(id(node.right))
        if not isinstance(node.op, ast.Div):
            self.parts.add(id(node.left))
            return
        yield from self._last(node, node.right, scope)

    def _call(self, node: ast.Call, scope: Scope) -> Iterator[Literal]:
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in MAKES_ANOTHER:
            self.parts.update(map(id, node.args))
        if isinstance(node.func, ast.Attribute) and name in MAKES_ANOTHER:
            self.parts.add(id(node.func.value))
        if name not in JOINERS or not node.args:
            return
        joined = node.args if name == "joinpath" else node.args[1:]
        self.parts.update(map(id, joined))
        if joined:
            yield from self._last(node, joined[-1], scope)

    def _last(self, node: ast.expr, last: ast.expr, scope: Scope) -> Iterator[Literal]:
        """The last part of a path that is known whole."""
        if not isinstance(last, ast.Constant) or not isinstance(last.value, str):
            return
        value = self.folder.fold(node, scope)
        path = project_path_of(str(value)) if isinstance(value, str | PurePath) else None
        part = paths.project_path(last.value)
        if path is None or OPEN_PART in path or not isinstance(part, str) or NO_PATH.search(last.value):
            return
        if path == part:
            yield Literal(path, "", last.value, self._inside(last, last.value))
        elif path.endswith(f"/{part}"):
            yield Literal(path, path[: -len(part) - 1], last.value, self._inside(last, last.value))

    def _whole(self, node: ast.Constant, value: str) -> Iterator[Literal]:
        path = paths.project_path(value)
        if "/" not in value or not isinstance(path, str) or NO_PATH.search(value):
            return
        written = value.rstrip("/")
        yield Literal(path, "", written, self._inside(node, written))

    def _beginning(self, node: ast.JoinedStr) -> Iterator[Literal]:
        """The folder that an f-string begins with."""
        first = node.values[0] if node.values else None
        value = first.value if isinstance(first, ast.Constant) else None
        folder = value.rpartition("/")[0] if isinstance(value, str) else ""
        path = paths.project_path(folder)
        if folder and isinstance(path, str) and not NO_PATH.search(folder):
            yield Literal(path, "", folder, self._inside(node, folder))

    def _inside(self, node: ast.expr, written: str) -> Span:
        """Where a text stands behind the opening quotes. If it is not written so there, all of the literal."""
        start = self._offset(node.lineno, node.col_offset)
        end = self._offset(node.end_lineno or node.lineno, node.end_col_offset or node.col_offset)
        opening = OPENING.match(self.text.source, start, end)
        if opening is None or not self.text.source.startswith(written, opening.end()):
            return Span(start, end)
        inside = Span(opening.end(), opening.end() + len(written))
        rest = self.text.source[inside.end : end]
        one_string = isinstance(node, ast.JoinedStr) or rest.lstrip("/") == opening[1]
        return inside if one_string else Span(start, end)

    def _offset(self, line: int, column: int) -> int:
        start = self.text.line_starts[line - 1]
        if self.text.source.isascii():
            return start + column
        return start + len(self.text.source[start : start + column].encode()[:column].decode(errors="ignore"))
