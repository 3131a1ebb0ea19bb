"""What a Python script writes and reads under a name that stands in it: read off its syntax, never run or imported.

Whatever else decides a path leaves it unsaid: arguments, another folder to work in, a place outside of the project.
"""

from __future__ import annotations

import ast
import re
import warnings

from msgspec import Struct

from .. import paths
from ..text import Text, Word
from .folding import OPEN_PART, PROJECT, Folder, Known, Scope, calls_in
from .pure_path import PurePath

MAX_CHARACTERS = 1 << 18
"""A longer script is data, or made by a program; its syntax tree would take hundreds of times its size."""


class ScriptFacts(Struct, frozen=True, array_like=True):
    """The files that a script opens and names. The words are paths of the project in their normal form, and stand
    where the path is handed over; a `*` is what is filled in when the script runs."""

    writes: tuple[Word, ...] = ()
    reads: tuple[Word, ...] = ()
    removes: tuple[str, ...] = ()
    """The files and folders that it moves away or removes, before it writes them or after."""
    moves: bool = False
    """Whether it also moves or removes what it does not name; then anything written may be gone at the end."""

    @property
    def leaves(self) -> tuple[Word, ...]:
        """What it writes and surely leaves behind."""
        gone = frozenset(self.removes)
        return () if self.moves else tuple([word for word in self.writes if not _lies_in(word.text, gone)])


def _lies_in(path: str, places: frozenset[str]) -> bool:
    while path and path not in places:
        path = paths.parent(path)
    return bool(path)


class Argument(Struct, frozen=True):
    """Which argument of a call is a path: counted from 0, and by its name."""

    at: int
    name: str
    suffix: str = ""
    """What is put behind a path that does not end so."""
    needs_suffix: bool = False
    """Whether a path without a suffix means something else: a folder, or a format that is chosen elsewhere."""


WRITERS: dict[str, Argument] = {
    "numpy.save": Argument(0, "file", ".npy"),
    "numpy.savez": Argument(0, "file", ".npz"),
    "numpy.savez_compressed": Argument(0, "file", ".npz"),
    "numpy.savetxt": Argument(0, "fname"),
    "scipy.io.savemat": Argument(0, "file_name", needs_suffix=True),
    "scipy.io.wavfile.write": Argument(0, "filename"),
    "scipy.sparse.save_npz": Argument(0, "file", ".npz"),
    "soundfile.write": Argument(0, "file"),
    "torch.save": Argument(1, "f"),
    "joblib.dump": Argument(1, "filename"),
    "pyarrow.parquet.write_table": Argument(1, "where"),
    "pandas.ExcelWriter": Argument(0, "path"),
    "matplotlib.pyplot.savefig": Argument(0, "fname", needs_suffix=True),
    "matplotlib.pyplot.imsave": Argument(0, "fname", needs_suffix=True),
    "matplotlib.image.imsave": Argument(0, "fname", needs_suffix=True),
    "matplotlib.backends.backend_pdf.PdfPages": Argument(0, "filename"),
    "tikzplotlib.save": Argument(0, "filepath"),
    "imageio.imwrite": Argument(0, "uri"),
    "imageio.v2.imwrite": Argument(0, "uri"),
    "imageio.v3.imwrite": Argument(0, "uri"),
    "skimage.io.imsave": Argument(0, "fname"),
    "cv2.imwrite": Argument(0, "filename"),
    "shutil.copyfile": Argument(1, "dst"),
    "shutil.copy": Argument(1, "dst", needs_suffix=True),
    "shutil.copy2": Argument(1, "dst", needs_suffix=True),
    "shutil.move": Argument(1, "dst", needs_suffix=True),
    "os.rename": Argument(1, "dst", needs_suffix=True),
    "os.replace": Argument(1, "dst", needs_suffix=True),
}
"""Functions that write the file whose path they are given."""

WRITING_METHODS: dict[str, Argument] = {
    "savefig": Argument(0, "fname", needs_suffix=True),
    "save": Argument(0, "fp", needs_suffix=True),
    "to_csv": Argument(0, "path_or_buf"),
    "to_json": Argument(0, "path_or_buf"),
    "to_latex": Argument(0, "buf"),
    "to_markdown": Argument(0, "buf"),
    "to_html": Argument(0, "buf"),
    "to_string": Argument(0, "buf"),
    "to_excel": Argument(0, "excel_writer"),
    "to_parquet": Argument(0, "path", needs_suffix=True),
    "to_feather": Argument(0, "path"),
    "to_pickle": Argument(0, "path"),
    "to_stata": Argument(0, "path"),
    "to_hdf": Argument(0, "path_or_buf"),
    "to_netcdf": Argument(0, "path"),
    "to_file": Argument(0, "filename", needs_suffix=True),
    "tofile": Argument(0, "fid"),
    "write_csv": Argument(0, "file"),
    "write_json": Argument(0, "file"),
    "write_ndjson": Argument(0, "file"),
    "write_parquet": Argument(0, "file"),
    "write_ipc": Argument(0, "file"),
    "write_excel": Argument(0, "workbook", needs_suffix=True),
    "sink_csv": Argument(0, "path"),
    "sink_parquet": Argument(0, "path"),
    "write_image": Argument(0, "file", needs_suffix=True),
    "write_html": Argument(0, "file"),
    "rename": Argument(0, "target", needs_suffix=True),
    "replace": Argument(0, "target", needs_suffix=True),
}
"""Methods that write the file whose path they are given: of figures, images, tables, and of paths."""

MOVING_METHODS = frozenset(("rename", "replace", "unlink"))
"""Methods of a path after which its file is there no more. Strings and tables have methods of these names too."""

WRITING_PATHS = frozenset(("write_text", "write_bytes", "touch"))
READING_PATHS = frozenset(("read_text", "read_bytes"))
"""Methods of a path that write and read its file."""

ITSELF = Argument(0, "")
MODE, MODE_OF_PATH = Argument(1, "mode"), Argument(0, "mode")
OPENERS: dict[str, Argument] = {
    "open": Argument(0, "file"),
    "io.open": Argument(0, "file"),
    "codecs.open": Argument(0, "filename"),
    "gzip.open": Argument(0, "filename"),
    "bz2.open": Argument(0, "filename"),
    "lzma.open": Argument(0, "filename"),
    "zipfile.ZipFile": Argument(0, "file"),
    "h5py.File": Argument(0, "name"),
}
"""Functions that open a file, for reading where they are given no mode."""

READERS: dict[str, Argument] = {
    "numpy.load": Argument(0, "file"),
    "numpy.loadtxt": Argument(0, "fname"),
    "numpy.genfromtxt": Argument(0, "fname"),
    "pandas.read_csv": Argument(0, "filepath_or_buffer"),
    "pandas.read_json": Argument(0, "path_or_buf"),
    "pandas.read_excel": Argument(0, "io"),
    "pandas.read_parquet": Argument(0, "path"),
    "pandas.read_feather": Argument(0, "path"),
    "pandas.read_pickle": Argument(0, "filepath_or_buffer"),
    "pandas.read_stata": Argument(0, "filepath_or_buffer"),
    "polars.read_csv": Argument(0, "source"),
    "polars.read_json": Argument(0, "source"),
    "polars.read_parquet": Argument(0, "source"),
    "polars.scan_csv": Argument(0, "source"),
    "polars.scan_parquet": Argument(0, "source"),
    "torch.load": Argument(0, "f"),
    "joblib.load": Argument(0, "filename"),
    "shutil.copyfile": Argument(0, "src"),
    "shutil.copy": Argument(0, "src"),
    "shutil.copy2": Argument(0, "src"),
}

REMOVERS: dict[str, Argument] = {
    "os.remove": Argument(0, "path"),
    "os.unlink": Argument(0, "path"),
    "os.rename": Argument(0, "src"),
    "os.replace": Argument(0, "src"),
    "shutil.move": Argument(0, "src"),
    "shutil.rmtree": Argument(0, "path"),
}
"""Functions after which what lies at the path they are given is there no more."""

TABLES = (OPENERS, WRITERS, WRITING_METHODS, READERS, REMOVERS)
SIGNS = frozenset((*WRITING_PATHS, *READING_PATHS, *MOVING_METHODS)).union(
    name.rpartition(".")[2] for table in TABLES for name in table
)
"""A script without any of these words touches no file that would be seen here."""
BEARING = SIGNS | {"global"}
"""A function without any of these words bears on nothing that is known."""
STEMS = tuple(sorted(word for word in BEARING if not any(other in word for other in BEARING - {word})))
"""Those that no other one is a part of. A text without them has none of the words, and most texts are told by that."""
WORD = re.compile(r"\w+")
BLOCK = re.compile(r"^(?:async[ \t]+def|def|class)[ \t]+(\w+).*\n(?:(?:[ \t#)\]}].*)?\n)*", re.MULTILINE)
"""A function or class of the module: up to the next line that stands at the margin."""
DOCUMENTED = re.compile(r"""[^"'#]*:[ \t]*\n[ \t]*[rR]?\"{3}""")

OTHER_FOLDER = "chdir"
"""A script that goes to another folder means other files by the same names."""

NOTHING = ScriptFacts()


def read(text: Text, path: str = "") -> ScriptFacts:
    """The facts of a script that lies at `path` of its project. Of a text that is no Python nothing is known."""
    source = text.source
    if len(source) > MAX_CHARACTERS or OTHER_FOLDER in source or not any(stem in source for stem in STEMS):
        return NOTHING
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # doubtful escapes in a script are nobody's business here
            calls = calls_in(_parsed(source))
        return _Reading(text, path).facts(calls)
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError, SystemError):
        return NOTHING


def _parsed(source: str) -> ast.Module:
    """The syntax tree, where functions that touch no file are empty: they are most of a script, and of the work."""
    try:
        return ast.parse(BLOCK.sub(_emptied, source)) if "\r" not in source else ast.parse(source)
    except SyntaxError:  # what looks like a function begins or ends within brackets, or it is no Python at all
        return ast.parse(source)


def _emptied(block: re.Match[str]) -> str:
    """A function or class of the module without its body, in as many lines, if that says nothing of interest."""
    text = block[0]
    is_said = any(stem in text for stem in STEMS) and not BEARING.isdisjoint(WORD.findall(text))
    if is_said or not _ends_outside_strings(text):
        return text
    return f"def {block[1]}(): 0" + "\n" * text.count("\n")


def _ends_outside_strings(block: str) -> bool:
    """Whether no string goes on below a block: it has none of several lines, or only the one that documents it."""
    if "'''" in block or block.endswith("\\\n"):
        return False
    return '"""' not in block or (block.count('"""') == 2 and DOCUMENTED.match(block) is not None)


class _Reading:
    """What the calls of one script do to files."""

    def __init__(self, text: Text, path: str) -> None:
        self.text = text
        self.is_ascii = text.source.isascii()
        self.folder = Folder(path)
        self.writes: list[Word] = []
        self.reads: list[Word] = []
        self.removes: dict[str, None] = {}
        self.moves = False

    def facts(self, calls: list[tuple[ast.Call, Scope]]) -> ScriptFacts:
        for call, scope in calls:
            name = self.folder.full_name(call.func, scope)
            if name is not None:
                self._function(name, call, scope)
            elif isinstance(call.func, ast.Attribute):
                self._method(call.func, call, scope)
        found = ScriptFacts(tuple(self.writes), tuple(self.reads), tuple(self.removes), self.moves)
        return NOTHING if found == NOTHING else found

    def _function(self, name: str, call: ast.Call, scope: Scope) -> None:
        if name in OPENERS:
            self._open(_given(call, OPENERS[name]), call, MODE, scope)
        if name in READERS:
            self._note(self.reads, _given(call, READERS[name]), READERS[name], scope)
        if name in WRITERS:
            self._note(self.writes, _given(call, WRITERS[name]), WRITERS[name], scope)
        if name in REMOVERS:
            self._remove(self.folder.fold(_given(call, REMOVERS[name]), scope))

    def _method(self, function: ast.Attribute, call: ast.Call, scope: Scope) -> None:
        method, of = function.attr, function.value
        if method in MOVING_METHODS:
            self._move(function, call, scope)
        elif method in WRITING_METHODS:
            self._note(self.writes, _given(call, WRITING_METHODS[method]), WRITING_METHODS[method], scope)
        elif method in WRITING_PATHS:
            self._note(self.writes, of, ITSELF, scope)
        elif method in READING_PATHS:
            self._note(self.reads, of, ITSELF, scope)
        elif method == "open" and isinstance(self.folder.fold(of, scope), PurePath):
            self._open(of, call, MODE_OF_PATH, scope)

    def _open(self, file: ast.expr | None, call: ast.Call, mode: Argument, scope: Scope) -> None:
        given = _given(call, mode)
        how = self.folder.fold(given, scope) if given or _is_given_more(call) else "r"
        if isinstance(how, str) and OPEN_PART not in how:
            self._note(self.writes if set(how) & set("wax+") else self.reads, file, ITSELF, scope)

    def _move(self, function: ast.Attribute, call: ast.Call, scope: Scope) -> None:
        """A path is removed, or moved to the one path it is given; anything else is done to a string or a table."""
        moved = self.folder.fold(function.value, scope)
        target = call.args[0] if len(call.args) == 1 and not call.keywords else None
        if isinstance(moved, str) or isinstance(target, ast.Dict):
            return
        if function.attr == "unlink":
            self._remove(moved)
        elif target is not None:
            self._remove(moved)
            self._note(self.writes, target, WRITING_METHODS[function.attr], scope)

    def _remove(self, value: Known) -> None:
        path = project_path_of(str(value)) if isinstance(value, str | PurePath) else None
        if path is not None:
            self.removes[path] = None
        elif value is None:
            self.moves = True

    def _note(self, found: list[Word], node: ast.expr | None, argument: Argument, scope: Scope) -> None:
        value = self.folder.fold(node, scope)
        if node is None or not isinstance(value, str | PurePath):
            return
        path = project_path_of(str(value))
        if path is None or (argument.needs_suffix and not paths.suffix(path)):
            return
        added = "" if path.endswith(argument.suffix) else argument.suffix
        found.append(Word(path + added, self._offset(node.lineno, node.col_offset), self._end(node)))

    def _end(self, node: ast.expr) -> int:
        return self._offset(node.end_lineno or node.lineno, node.end_col_offset or node.col_offset)

    def _offset(self, line: int, column: int) -> int:
        """The offset of a line, from 1, and a column, which the syntax tree counts in bytes."""
        start = self.text.line_starts[line - 1]
        if self.is_ascii:
            return start + column
        return start + len(self.text.source[start : start + column].encode()[:column].decode(errors="ignore"))


def _given(call: ast.Call, argument: Argument) -> ast.expr | None:
    """What a call is given for an argument, by its name or its place; None where that is not to be seen."""
    for keyword in call.keywords:
        if keyword.arg == argument.name:
            return keyword.value
    before = call.args[: argument.at + 1]
    is_seen = len(before) > argument.at and not any(isinstance(given, ast.Starred) for given in before)
    return before[argument.at] if is_seen else None


def _is_given_more(call: ast.Call) -> bool:
    """Whether a call is given arguments that are not to be seen: `*rest`, `**options`."""
    unseen = any(isinstance(given, ast.Starred) for given in call.args)
    return unseen or any(keyword.arg is None for keyword in call.keywords)


def project_path_of(written: str) -> str | None:
    """A path of the project in its normal form; None for what lies elsewhere, or is no file's."""
    path = paths.project_path(written) if not written.startswith(PROJECT) else paths.project_path(written[1:])
    if not isinstance(path, str) or written.endswith("/"):
        return None
    if written.startswith(PROJECT):
        top, _, path = path.partition("/")
        if top != PROJECT[1:]:
            return None
    return None if path in ("", ".") or path.startswith(OPEN_PART) else path


def may_be(path: str, written: str) -> bool:
    """Whether a written path, its open parts filled in, can be this one."""
    first, *others = written.split(OPEN_PART)
    if not others:
        return path == written
    *middle, last = others
    at, end = len(first), len(path) - len(last)
    if not path.startswith(first) or not path.endswith(last) or end < at:
        return False
    for part in middle:
        found = path.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True
