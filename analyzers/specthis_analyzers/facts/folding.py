"""What expressions of a Python script are known to be, without running it: strings, paths, names of what is imported.

A name is known where its scope binds it once, to something known. What an f-string fills in later stays open. Scripts
run from the project root.
"""

from __future__ import annotations

import ast
import posixpath
import re
from collections.abc import Callable
from typing import Any

from .pure_path import PurePath, pure_path

OPEN_PART = "*"
"""In a string or path: what is filled in only when the script runs."""

PROJECT = "/\x7f"
"""Where the project would lie, so that `__file__` and what is resolved have a place; in no path that anybody wrote."""

MAX_LENGTH = 1000
MAX_DEPTH = 50
"""Of expressions in expressions. What is longer or deeper is no path."""

Known = str | PurePath | int | None
"""What an expression is known to be; None where that is not known."""


class Scope:
    """The names that one module, function, class or comprehension binds."""

    __slots__ = ("around", "is_class", "is_open", "names")

    def __init__(self, around: Scope | None = None, is_class: bool = False) -> None:
        self.around = around
        """Where names are looked for that this scope does not bind."""
        self.is_class = is_class
        self.is_open = False
        """Whether it imports names that are not said, `from x import *`: then any name may be one of these."""
        self.names: dict[str, ast.expr | str | None] = {}
        """What each name is bound to: an expression, or the full name of what is imported; None where that is not
        known, or bound more than once."""

    def bind(self, name: str, value: ast.expr | str | None = None) -> None:
        before = self.names.setdefault(name, value)
        if before is not value and not (isinstance(value, str) and value == before):
            self.names[name] = None

    def bind_outside(self, name: str) -> None:
        """Bind a name here and in every scope around, whichever is meant: so it is known in none."""
        scope: Scope | None = self
        while scope is not None:
            scope.names[name] = None
            scope = scope.around

    def inner(self) -> Scope:
        """A scope for a function or comprehension in this one. It does not see the names of a class around it."""
        around = self
        while around.is_class and around.around is not None:
            around = around.around
        return Scope(around)

    def value_of(self, name: str) -> ast.expr | str | None:
        """What a name of this scope is bound to, where that is certain."""
        return None if self.is_open else self.names[name]

    def home(self, name: str) -> Scope | None:
        """The scope that a name used here belongs to; None where nobody binds it."""
        scope: Scope | None = self
        while scope is not None and name not in scope.names:
            scope = scope.around
        return scope


def calls_in(tree: ast.Module) -> list[tuple[ast.Call, Scope]]:
    """Every call, in order, with the scope it stands in; all names are bound by then. Nesting may be deep."""
    return nodes_in(tree, frozenset((ast.Call,)))  # type: ignore[return-value]


def nodes_in(tree: ast.Module, kinds: frozenset[type[ast.AST]]) -> list[tuple[ast.AST, Scope]]:
    """Every node of some kinds, in the same manner."""
    found: list[tuple[ast.AST, Scope]] = []
    pending: list[tuple[ast.AST, Scope]] = [(tree, Scope())]
    while pending:
        node, scope = pending.pop()
        kind = type(node)
        if kind in kinds:
            found.append((node, scope))
        binds = BINDING.get(kind)
        pending += reversed(binds(node, scope) if binds else _parts(node, scope))
    return found


Parts = list[tuple[ast.AST, Scope]]
"""The parts of a node that are still to be looked at, each with its scope."""

PLAIN = frozenset(("annotation", "arg", "attr", "ctx", "id", "kind", "name", "op", "ops", "returns"))
NODES = [kind for kind in vars(ast).values() if isinstance(kind, type) and issubclass(kind, ast.AST)]
HOLDING = {kind: tuple([field for field in kind._fields if field not in PLAIN]) for kind in NODES}
"""The fields of each kind of node in which a call or a name may stand."""


def _parts(node: ast.AST, scope: Scope) -> Parts:
    parts: Parts = []
    for field in HOLDING[type(node)]:
        held = getattr(node, field, None)
        if type(held) is list:
            parts += [(part, scope) for part in held if isinstance(part, ast.AST)]
        elif isinstance(held, ast.AST):
            parts.append((held, scope))
    return parts


def _nothing(node: ast.Constant, scope: Scope) -> Parts:
    return []


def _name(node: ast.Name, scope: Scope) -> Parts:
    if not isinstance(node.ctx, ast.Load):
        scope.bind(node.id)
    return []


def _assign(node: ast.Assign, scope: Scope) -> Parts:
    target = node.targets[0]
    if len(node.targets) == 1 and isinstance(target, ast.Name):
        scope.bind(target.id, node.value)
        return [(node.value, scope)]
    return [(node.value, scope), *((other, scope) for other in node.targets)]


def _annotated(node: ast.AnnAssign, scope: Scope) -> Parts:
    if isinstance(node.target, ast.Name) and node.value is not None:
        scope.bind(node.target.id, node.value)
        return [(node.value, scope)]
    return _parts(node, scope)


def _walrus(node: ast.NamedExpr, scope: Scope) -> Parts:
    scope.bind_outside(node.target.id)  # that of a comprehension belongs to the function around
    return [(node.value, scope)]


def _function(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, scope: Scope) -> Parts:
    inner, given = scope.inner(), node.args
    for argument in (*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg):
        if argument is not None:
            inner.bind(argument.arg)
    outer = [*given.defaults, *(default for default in given.kw_defaults if default is not None)]
    if isinstance(node, ast.Lambda):
        return [*((part, scope) for part in outer), (node.body, inner)]
    scope.bind(node.name)
    return [*((part, scope) for part in (*node.decorator_list, *outer)), *((part, inner) for part in node.body)]


def _class(node: ast.ClassDef, scope: Scope) -> Parts:
    scope.bind(node.name)
    inner = scope.inner()
    inner.is_class = True
    outer = (*node.decorator_list, *node.bases, *node.keywords)
    return [*((part, scope) for part in outer), *((part, inner) for part in node.body)]


def _comprehension(node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp, scope: Scope) -> Parts:
    inner, first = scope.inner(), node.generators[0].iter
    parts: Parts = [(first, scope)]
    for generator in node.generators:
        own = [generator.target, *generator.ifs, *([] if generator.iter is first else [generator.iter])]
        parts += [(part, inner) for part in own]
    made = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
    return [*parts, *((part, inner) for part in made)]


def _import(node: ast.Import, scope: Scope) -> Parts:
    for alias in node.names:
        top = alias.name.partition(".")[0]
        scope.bind(alias.asname or top, alias.name if alias.asname else top)
    return []


def _import_from(node: ast.ImportFrom, scope: Scope) -> Parts:
    for alias in node.names:
        if alias.name == "*":
            scope.is_open = True
        else:
            scope.bind(alias.asname or alias.name, None if node.level else f"{node.module}.{alias.name}")
    return []


def _elsewhere(node: ast.Global | ast.Nonlocal, scope: Scope) -> Parts:
    for name in node.names:
        scope.bind_outside(name)
    return []


def _named(node: Any, scope: Scope) -> Parts:
    """An exception that is caught, a part of a pattern."""
    name = node.rest if isinstance(node, ast.MatchMapping) else node.name
    if name:
        scope.bind(name)
    return _parts(node, scope)


BINDING: dict[type[ast.AST], Callable[[Any, Scope], Parts]] = {
    ast.Name: _name,
    ast.Constant: _nothing,
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.NamedExpr: _walrus,
    ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _function,
    ast.Lambda: _function,
    ast.ClassDef: _class,
    ast.ListComp: _comprehension,
    ast.SetComp: _comprehension,
    ast.DictComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.Import: _import,
    ast.ImportFrom: _import_from,
    ast.Global: _elsewhere,
    ast.Nonlocal: _elsewhere,
    ast.ExceptHandler: _named,
    ast.MatchAs: _named,
    ast.MatchStar: _named,
    ast.MatchMapping: _named,
}
"""The nodes that bind names, or have parts in another scope."""


class Folder:
    """Folds the expressions of one script, which lies at `path`. Each name is folded once."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.known: dict[tuple[int, str], Known] = {}
        self.depth = 0

    def fold(self, node: ast.expr | None, scope: Scope) -> Known:
        """What an expression is, as far as it is certain."""
        how = FOLDING.get(type(node)) if node is not None else None
        if how is None or self.depth > MAX_DEPTH:
            return None
        self.depth += 1
        try:
            value = how(self, node, scope)
        except (ValueError, TypeError):  # what would also fail when it is run
            value = None
        self.depth -= 1
        return None if isinstance(value, str) and len(value) > MAX_LENGTH else value

    def full_name(self, node: ast.expr, scope: Scope) -> str | None:
        """The full name of what is called: `numpy.save`, `pathlib.Path`, `open`; None where it is none of these."""
        attributes: list[str] = []
        while isinstance(node, ast.Attribute):
            attributes.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return None
        home = scope.home(node.id)
        start = home.value_of(node.id) if home else node.id
        return ".".join((start, *reversed(attributes))) if isinstance(start, str) else None

    # How each kind of expression is folded -------------------------------------------------------------------

    def _constant(self, node: ast.Constant, scope: Scope) -> Known:
        value = node.value
        if isinstance(value, str):
            return None if UNPLAIN.search(value) else value
        return value if type(value) is int and abs(value) < 10**9 else None

    def _name(self, node: ast.Name, scope: Scope) -> Known:
        home = scope.home(node.id)
        if home is None:
            return f"{PROJECT}/{self.path}" if node.id == "__file__" and self.path else None
        key = (id(home), node.id)
        if key not in self.known:
            self.known[key] = None  # what is made of itself is not known
            value = home.value_of(node.id)
            self.known[key] = self.fold(value, home) if isinstance(value, ast.expr) else None
        return self.known[key]

    def _joined(self, node: ast.JoinedStr, scope: Scope) -> Known:
        parts: list[str] = []
        for part in node.values:
            plain = part.value if isinstance(part, ast.FormattedValue) and _is_plain(part) else part
            value = self.fold(plain, scope)
            if value is None and isinstance(part, ast.Constant):
                return None
            parts.append(OPEN_PART if value is None else str(value))
        return "".join(parts)

    def _operation(self, node: ast.BinOp, scope: Scope) -> Known:
        left, right = self.fold(node.left, scope), self.fold(node.right, scope)
        if isinstance(node.op, ast.Div):
            joins = isinstance(left, PurePath) or (isinstance(left, str) and isinstance(right, PurePath))
            return _below(left, right) if joins else None
        if isinstance(node.op, ast.Add):
            if isinstance(left, str) and isinstance(right, str | None):
                return left + (OPEN_PART if right is None else right)
            return OPEN_PART + right if isinstance(right, str) and left is None else None
        if isinstance(node.op, ast.Mod) and isinstance(left, str):
            return CONVERSION.sub(lambda found: "%" if found[0] == "%%" else OPEN_PART, left)
        return None

    def _attribute(self, node: ast.Attribute, scope: Scope) -> Known:
        value = self.fold(node.value, scope)
        if not isinstance(value, PurePath) or OPEN_PART in str(value):
            return None
        return getattr(value, node.attr) if node.attr in ("parent", "name", "stem", "suffix") else None

    def _subscript(self, node: ast.Subscript, scope: Scope) -> Known:
        """`path.parents[1]`."""
        of, at = node.value, self.fold(node.slice, scope)
        if not isinstance(of, ast.Attribute) or of.attr != "parents" or not isinstance(at, int):
            return None
        value = self.fold(of.value, scope)
        if not isinstance(value, PurePath) or not 0 <= at < len(value.parents) or OPEN_PART in str(value):
            return None
        return value.parents[at]

    def _call(self, node: ast.Call, scope: Scope) -> Known:
        name = self.full_name(node.func, scope)
        if name in FUNCTIONS:
            if node.keywords or any(isinstance(argument, ast.Starred) for argument in node.args):
                return None
            return FUNCTIONS[name](*[self.fold(argument, scope) for argument in node.args])
        if not isinstance(node.func, ast.Attribute):
            return None
        value, method = self.fold(node.func.value, scope), node.func.attr
        if isinstance(value, str) and method == "format":
            return FIELD.sub(OPEN_PART, value) if "{{" not in value and "}}" not in value else None
        if not isinstance(value, PurePath) or method not in METHODS:
            return None
        return METHODS[method](value, *[self.fold(argument, scope) for argument in node.args])


def _is_plain(part: ast.FormattedValue) -> bool:
    return part.conversion in (-1, ord("s")) and part.format_spec is None


def _below(*parts: Known) -> Known:
    """Paths joined. What is wholly open may be absolute, and then nothing before it counts."""
    if any(not isinstance(part, str | PurePath) or str(part) == OPEN_PART for part in parts):
        return None
    return pure_path(*map(str, parts))


def _path(*parts: Known) -> Known:
    return _below(*parts) if parts else pure_path()


def _text(value: Known = "") -> Known:
    return None if value is None else str(value)


def _joined(*parts: Known) -> Known:
    joined = _below(*parts)
    return None if joined is None else posixpath.join(*map(str, parts))


def _resolved(value: Known) -> Known:
    """An absolute path, its way through `..` taken: of what lies in the project, links aside."""
    if not isinstance(value, str | PurePath):
        return None
    resolved = posixpath.normpath(posixpath.join(PROJECT, str(value)))
    return resolved if isinstance(value, str) else pure_path(resolved)


def _folder_of(value: Known) -> Known:
    return posixpath.dirname(value) if isinstance(value, str) and OPEN_PART not in value else None


def _path_method(method: str) -> Callable[..., Known]:
    def call(path: PurePath, *given: Known) -> Known:
        return None if None in given or OPEN_PART in str(path) else getattr(path, method)(*given)

    return call


FUNCTIONS: dict[str | None, Callable[..., Known]] = {
    "pathlib.Path": _path,
    "pathlib.PurePath": _path,
    "pathlib.PosixPath": _path,
    "pathlib.PurePosixPath": _path,
    "pathlib.Path.cwd": lambda: pure_path(PROJECT),
    "os.getcwd": lambda: PROJECT,
    "os.path.join": _joined,
    "os.path.dirname": _folder_of,
    "os.path.abspath": _resolved,
    "os.path.realpath": _resolved,
    "os.path.normpath": lambda value: posixpath.normpath(value) if isinstance(value, str) else None,
    "os.fspath": _text,
    "str": _text,
}

METHODS: dict[str, Callable[..., Known]] = {
    "joinpath": _below,
    "resolve": _resolved,
    "absolute": lambda path: pure_path(PROJECT, str(path)),
    "as_posix": _text,
    "with_suffix": _path_method("with_suffix"),
    "with_name": _path_method("with_name"),
    "with_stem": _path_method("with_stem"),
}

FOLDING: dict[type[ast.expr], Callable[..., Known]] = {
    ast.Constant: Folder._constant,
    ast.Name: Folder._name,
    ast.JoinedStr: Folder._joined,
    ast.BinOp: Folder._operation,
    ast.Attribute: Folder._attribute,
    ast.Subscript: Folder._subscript,
    ast.Call: Folder._call,
}

FIELD = re.compile(r"\{[^{}]*\}")
CONVERSION = re.compile(r"%%|%(?:\(\w*\))?[-#0 +]*(?:\d+|\*)?(?:\.(?:\d+|\*))?[diouxXeEfFgGcrsa]")
UNPLAIN = re.compile(r"[\x00-\x1f\x7f*\\]")
