"""A script made for another entry: the one of a model, with its names, paths and constants put in place of the model's.

Only strings are touched, paths in comments, and the constants that the contract names. A clone counts only if its
syntax can be read and it no longer writes what is the model's. If nothing in it computes otherwise than the model does,
it stops with a sentence on what is to be decided: results of one entry under the name of another are the worst there
can be.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterable, Iterator
from tokenize import COMMENT, STRING, TokenError, generate_tokens

from msgspec import Struct

from .. import paths
from ..facts import script as scripts
from ..pairs import Entry
from ..text import Span, Text
from ..view import View
from .composing import escaped, wrapped
from .promises import plain, read_by, script_of, written_by

FSTRING_MIDDLE = "FSTRING_MIDDLE"
FIRST_LINES = re.compile(r"(?:(?:#!|#[^\r\n]*coding[:=])[^\r\n]*(?:\r\n|\n|\r))+")
WHOLE = re.compile(r"[rRuU]?([\"'])(.*)\1")
BRACES = re.compile(r"\{[^{}]*\}")
DISTINCT = re.compile(r"[-_\d]|.{8}")
"""Names that are hardly words of prose as well."""

NUMBER = r"[-+]?(?:\d[\d_]*)(?:\.\d+)?(?:[eE][-+]?\d+)?"
SAID = rf"[`*]*\s*(?:=|:|is{{of}})?\s*[`*]*({NUMBER}(?:\s*,\s*{NUMBER})*)"
UNLIKE = r"(?![\w.]*\w)(?!\s*(?:\\?%|[-–]\s*\d|thousand|million|billion))"
"""What must not follow a number, for it would be another one then."""


class Clone(Struct, frozen=True):
    """The text of a script, and whether it runs to its end as it is."""

    text: str
    decided: bool


class Edited(Struct, frozen=True):
    """One change of a script, and what it says of the two entries."""

    span: Span
    new: str
    said: str = ""
    tells_apart: bool = False
    """Whether the script computes something else for it."""


def cloned(view: View, model: Entry, entry: Entry) -> Clone | None:
    """The script of one entry made for another; None where that cannot be done for certain."""
    origin, target = script_of(model), script_of(entry)
    text = view.text(origin) if origin else None
    moved = _moved(view, model, entry)
    if origin is None or target is None or not isinstance(text, Text) or text.is_lossy or moved is None:
        return None
    tree = _parsed(text)
    if tree is None or not _finds_its_modules(tree, view, origin, target):
        return None
    edits = [*_renamed(text, tree, _Names(moved, model, entry)), *_constants(text, tree, view, entry)]
    if not _is_of(Text(_applied(text.source, edits)), text, view, model, entry):
        return None
    decided = any(edit.tells_apart for edit in edits)
    said = [f"Changed: {one}." for one in dict.fromkeys(edit.said for edit in edits if edit.said)]
    said += _left(text, edits, model, entry)
    # Of two that stand at one place the later one comes first.
    edits += [] if decided else [_stop(text, tree, model, entry)]
    edits += _documented(text, tree, model, entry, said)
    made = Text(_applied(text.source, edits))
    return Clone(made.source, decided) if _parsed(made) else None


def _parsed(text: Text) -> ast.Module | None:
    if len(text) > scripts.MAX_CHARACTERS:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text.source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _applied(source: str, edits: Iterable[Edited]) -> str:
    for edit in sorted(edits, key=lambda edit: edit.span, reverse=True):
        source = source[: edit.span.start] + edit.new + source[edit.span.end :]
    return source


# What takes the place of what --------------------------------------------------------------------------------


def _moved(view: View, model: Entry, entry: Entry) -> dict[str, tuple[str, bool]] | None:
    """By path of the model, that of the entry, and whether it is read; None where one does not answer to the other."""
    written = (written_by(model), written_by(entry))
    read = (read_by(view, model), read_by(view, entry))
    shared = set(read[0]).intersection(read[1])
    aside = tuple(plain(field.values) if (field := one.contract.field("Also writes")) else [] for one in (model, entry))
    found: dict[str, tuple[str, bool]] = {}
    own_reads = tuple([path for path in side if path not in shared] for side in read)
    for (old, new), is_read in ((written, False), (own_reads, True), (aside, False)):
        if len(old) != len(new) or [paths.suffix(path) for path in old] != [paths.suffix(path) for path in new]:
            return None
        found.update({one: (other, is_read) for one, other in zip(old, new, strict=True) if one != other})
    return found if written[0] else None


class _Names:
    """What stands for what in a script: whole paths, parts of paths, and names."""

    def __init__(self, moved: dict[str, tuple[str, bool]], model: Entry, entry: Entry) -> None:
        self.whole = {old: new for old, (new, _) in moved.items()}
        self.read = {old for old, (_, is_read) in moved.items() if is_read}
        self.parts: dict[str, str] = {}
        unsure: set[str] = set()
        pairs = [pair for old, (new, _) in moved.items() for pair in _parts(old, new)]
        pairs.append((paths.stem(model.spec), paths.stem(entry.spec)))
        for old, new in pairs:
            if old != new and self.parts.setdefault(old, new) != new:
                unsure.add(old)
        self.parts = {old: new for old, new in self.parts.items() if old not in unsure}
        self.read_parts = {old for path in self.read for old, _ in _parts(path, self.whole[path])}
        self.read_parts -= {old for path in self.whole if path not in self.read for old, _ in _parts(path, "")}
        self.name = (model.name, entry.name)
        self.in_prose = DISTINCT.search(model.name) is not None
        words = [*(rf"(?<![\w-]){re.escape(old)}(?![\w/-])" for old in _longest(self.whole))]
        words += [_as_part(old) for old in _longest(self.parts)]
        if self.in_prose and model.name not in self.parts:
            words.append(rf"(?<![\w-]){re.escape(model.name)}(?![\w-])")
        self.pattern = re.compile("|".join(words) or r"(?!)")

    def of(self, old: str) -> str:
        return self.whole.get(old) or self.parts.get(old) or self.name[1]

    def is_read(self, old: str) -> bool:
        return old in self.read or (old not in self.whole and old in self.read_parts)


def _as_part(name: str) -> str:
    """The expression that finds a part of a path. What could be a word of prose counts only between slashes."""
    around = (r"(?<![\w.-])", r"(?![\w-])") if DISTINCT.search(name) else (r"(?<![^/\"'])", r"(?![^/\"'.])")
    return f"{around[0]}{re.escape(name)}{around[1]}"


def _longest(names: Iterable[str]) -> list[str]:
    return sorted(names, key=len, reverse=True)


def _parts(old: str, new: str) -> Iterator[tuple[str, str]]:
    """The parts in which two paths of one depth differ, and their stems."""
    ones, others = old.split("/"), new.split("/")
    if new and len(ones) != len(others):
        return
    yield from zip(ones, others if new else ones, strict=True)
    yield paths.stem(old), paths.stem(new or old)


def _renamed(text: Text, tree: ast.Module, names: _Names) -> Iterator[Edited]:
    """The changes in strings and comments."""
    knowing = _knowing(tree, text, names.name)
    document = _document_span(tree, text)
    for span, is_comment in _said(text):
        piece = text.source[span.start : span.end]
        if span.start == document:
            continue  # It is quoted as what the model says of itself.
        listed = any(span.start in other for other in knowing)
        if not is_comment and (whole := WHOLE.fullmatch(piece)) and whole[2] == names.name[0]:
            if not listed:
                at = Span(span.start + whole.start(2), span.start + whole.end(2))
                yield Edited(at, names.name[1], _put(*reversed(names.name)), bool(knowing))
            continue
        for match in names.pattern.finditer(piece):
            is_path = match[0] in names.whole
            if (
                _in_braces(piece, match.start())
                or (listed and match[0] == names.name[0])
                or (is_comment and not is_path)
            ):
                continue
            at, new = Span(span.start + match.start(), span.start + match.end()), names.of(match[0])
            said = "" if is_comment else _put(new, match[0])
            yield Edited(at, new, said, not is_comment and names.is_read(match[0]))


def _put(new: str, old: str) -> str:
    return f"`{new}` in place of `{old}`"


def _in_braces(piece: str, at: int) -> bool:
    """Whether a place in an f-string, where that is one piece, lies in code."""
    is_format = piece[:2].lower().strip("r\"'") == "f"
    return is_format and any(match.start() < at < match.end() for match in BRACES.finditer(piece))


def _said(text: Text) -> Iterator[tuple[Span, bool]]:
    """Every string and comment of a script, and whether it is a comment."""
    from tokenize import tok_name

    ends = [*text.line_starts[1:], len(text)]
    lines = [text.source[start:end] for start, end in zip(text.line_starts, ends, strict=True)]
    try:
        for token in generate_tokens(iter([*lines, ""]).__next__):
            if token.type in (STRING, COMMENT) or tok_name[token.type] == FSTRING_MIDDLE:
                start = text.line_starts[token.start[0] - 1] + token.start[1]
                end = text.line_starts[token.end[0] - 1] + token.end[1]
                yield Span(start, end), token.type == COMMENT
    except (TokenError, SyntaxError, StopIteration, IndexError):
        return


def _knowing(tree: ast.Module, text: Text, names: tuple[str, str]) -> list[Span]:
    """Where a script lists both entries already: there each keeps its name, and the other one is only to be chosen."""
    found: list[Span] = []
    for node in ast.walk(tree):
        items = node.keys if isinstance(node, ast.Dict) else getattr(node, "elts", ())
        held = {item.value for item in items if isinstance(item, ast.Constant) and isinstance(item.value, str)}
        if held.issuperset(names) and isinstance(node, ast.expr):
            found.append(_span(node, text))
    return found


def _span(node: ast.expr | ast.stmt, text: Text) -> Span:
    return Span(
        _offset(text, node.lineno, node.col_offset),
        _offset(text, node.end_lineno or node.lineno, node.end_col_offset or node.col_offset),
    )


def _offset(text: Text, line: int, column: int) -> int:
    """The offset of a line, from 1, and a column, which the syntax tree counts in bytes."""
    start = text.line_starts[line - 1]
    return start + len(text.source[start : start + column].encode("utf-8", "replace")[:column].decode(errors="ignore"))


# Constants ---------------------------------------------------------------------------------------------------


def _constants(text: Text, tree: ast.Module, view: View, entry: Entry) -> Iterator[Edited]:
    """The numbers that the entry names, in the place of those that the script has for them."""
    spec = view.text(entry.spec)
    if not isinstance(spec, Text):
        return
    said = spec.source[entry.contract.block.start : entry.contract.block.end]
    for name, value in _numbers(tree):
        words = [re.escape(word) for word in name.lower().strip("_").split("_") if word]
        if not words or len("".join(words)) < 3:
            continue
        # "In steps of 5" is about no constant of that name; "a learning rate of 0.1" is.
        value_of = SAID.format(of="|of" if len(words) > 1 else "")
        named = re.compile(rf"(?<![\w-]){'[ _-]'.join(words)}{value_of}{UNLIKE}", re.IGNORECASE)
        found = {match[1] for match in named.finditer(said)}
        old = text.source[(span := _span(value, text)).start : span.end]
        new = _as_written(found.pop(), value) if len(found) == 1 else None
        if new is not None and _value(new) not in (None, _value(old)):
            yield Edited(span, new, f"`{name}` is {new}, not {old}", tells_apart=True)


def _numbers(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    """The constants of a script, and the defaults of its options."""
    bound: dict[str, list[ast.expr]] = {}
    for node in tree.body:
        target = node.targets[0] if isinstance(node, ast.Assign) and len(node.targets) == 1 else None
        target = node.target if isinstance(node, ast.AnnAssign) else target
        value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
        if isinstance(target, ast.Name) and value is not None:
            bound.setdefault(target.id, []).append(value)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "add_argument":
            option = next((one.value for one in node.args if isinstance(one, ast.Constant)), None)
            default = next((one.value for one in node.keywords if one.arg == "default"), None)
            if isinstance(option, str) and option.startswith("--") and default is not None:
                bound.setdefault(option.lstrip("-").replace("-", "_"), []).append(default)
    for name, values in bound.items():
        if len(values) == 1 and _value(ast.unparse(values[0])) is not None:
            yield name, values[0]


def _value(written: str) -> float | tuple[float, ...] | None:
    """A number, or a row of numbers; None for all else."""
    try:
        value = ast.literal_eval(written)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return None
    items = value if isinstance(value, tuple | list) else [value]
    if not items or any(isinstance(item, bool) or not isinstance(item, int | float) for item in items):
        return None
    return tuple(items) if isinstance(value, tuple | list) else value


def _as_written(said: str, value: ast.expr) -> str | None:
    """Numbers of the contract as the script writes them; None where one is said and several are meant, or otherwise."""
    numbers = [part.strip() for part in said.split(",")]
    if any(re.fullmatch(r"[-+]?0\d+", number) for number in numbers):
        return None
    if isinstance(value, ast.List):
        return f"[{', '.join(numbers)}]"
    if isinstance(value, ast.Tuple):
        return f"({', '.join(numbers)}{',' * (len(numbers) == 1)})"
    return numbers[0] if len(numbers) == 1 else None


# What is said of it, and where it stops ----------------------------------------------------------------------


def _document(tree: ast.Module) -> ast.Constant | None:
    first = tree.body[0] if tree.body else None
    value = first.value if isinstance(first, ast.Expr) else None
    return value if isinstance(value, ast.Constant) and isinstance(value.value, str) else None


def _document_span(tree: ast.Module, text: Text) -> int | None:
    """Where the docstring of a script begins."""
    node = _document(tree)
    return _span(node, text).start if node else None


def _documented(text: Text, tree: ast.Module, model: Entry, entry: Entry, said: list[str]) -> list[Edited]:
    """The docstring: where the script comes from, what is other there, and then what the model says of itself."""
    ending = text.line_ending
    first = f"Entry `{entry.name}` of `{entry.spec}`, made from `{script_of(model)}`, the script of `{model.name}`."
    note = escaped(ending.join([first, "", *said] if said else [first]))
    node = _document(tree)
    if node is None:
        at = _top(text)
        return [Edited(Span(at, at), f'"""{note}{ending}"""{ending}{ending}')]
    span = _span(node, text)
    written = text.source[span.start : span.end]
    body = written.lstrip("rRuU")
    opening = body[: 3 if body.startswith(('"""', "'''")) else 1]
    quotes = opening if len(opening) == 3 else '"""'
    start = span.start + len(written) - len(body)
    begun = Edited(Span(start, start + len(opening)), f"{quotes}{note}{ending}{ending}There it says:{ending}{ending}")
    gap = "" if written[: -len(opening)].endswith(("\n", "\r")) else ending
    return [begun, Edited(Span(span.end - len(opening), span.end), f"{gap}{quotes}")]


def _top(text: Text) -> int:
    """Where a script begins, below what is said to the system and of its encoding."""
    match = FIRST_LINES.match(text.source)
    return match.end() if match else 0


def _left(text: Text, edits: list[Edited], model: Entry, entry: Entry) -> Iterator[str]:
    """Whether the model's name still stands in what the script says: it may be a word like any other."""
    made = Text(_applied(text.source, edits))
    tree = _parsed(made)
    if tree is None or _knowing(tree, made, (model.name, entry.name)):
        return
    if re.search(rf"(?<![\w-]){re.escape(model.name)}(?![\w-])", _code(made, tree)):
        yield f"Left as it is: `{model.name}`, where a text says it."


def _stop(text: Text, tree: ast.Module, model: Entry, entry: Entry) -> Edited:
    """Where a clone ends as long as nothing in it computes otherwise than its model: below its imports."""
    last = None
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom) or (node is tree.body[0] and _document(tree)):
            last = node
        else:
            break
    line = last.end_lineno if last is not None and last.end_lineno else 0
    at = max(text.line_starts[line] if line < len(text.line_starts) else len(text), _top(text))
    message = (
        f"{script_of(entry)} still computes what {script_of(model)} does. Still to be decided is what sets entry "
        f"{entry.name} apart from {model.name}: change it below, and remove this line."
    )
    ending = text.line_ending
    gap = "" if not text.source[:at] or text.source[:at].endswith(("\n", "\r")) else ending
    lines = ["raise SystemExit(", *wrapped(message, 4), ")", ""]
    return Edited(Span(at, at), f"{gap}{ending}{ending.join(lines)}")


def _finds_its_modules(tree: ast.Module, view: View, origin: str, target: str) -> bool:
    """Whether what a script imports from beside it is beside the clone as well."""
    folder = paths.parent(origin)
    if paths.parent(target) == folder:
        return True
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            return False
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
        for name in names:
            beside = f"{folder}/{name.partition('.')[0]}" if folder else name.partition(".")[0]
            if view.is_here(f"{beside}.py") or view.is_here(beside):
                return False
    return True


# Whether it is one -------------------------------------------------------------------------------------------


def _is_of(text: Text, before: Text, view: View, model: Entry, entry: Entry) -> bool:
    """Whether a script writes what its entry promises, and names nothing any more that is only the model's."""
    tree, old_tree = _parsed(text), _parsed(before)
    if tree is None or old_tree is None:
        return False
    was = {word.text for word in scripts.read(before, script_of(model) or "").writes}
    now = {word.text for word in scripts.read(text, script_of(entry) or "").writes}
    said, had = _code(text, tree), _code(before, old_tree)
    own = [*written_by(entry), *read_by(view, entry)]
    kept = {part for path in own for part in path.split("/")}
    for old, new in zip(written_by(model), written_by(entry), strict=True):
        if old == new:
            continue
        if old in now or (old in was and new not in now):
            return False
        if old not in was and not _is_named(had, said, old, new, kept):
            return False
    return True


def _is_named(had: str, said: str, old: str, new: str, kept: set[str]) -> bool:
    """Whether one script said the path, or every part in which two paths differ, and now the other one is said."""
    if old in had:
        return new in said and old not in said
    ones, others = old.split("/"), new.split("/")
    if len(ones) != len(others):
        return False
    pairs = [(one, other) for one, other in zip(ones, others, strict=True) if one != other]
    return all(_says(had, one) and _says(said, other) and (one in kept or not _says(said, one)) for one, other in pairs)


def _code(text: Text, tree: ast.Module) -> str:
    """The strings of a script, a line each, without its docstring."""
    document = _document_span(tree, text)
    found = (span for span, is_comment in _said(text) if not is_comment and span.start != document)
    return "\n".join(text.source[span.start : span.end] for span in found)


def _says(code: str, part: str) -> bool:
    return re.search(_as_part(part), code) is not None
