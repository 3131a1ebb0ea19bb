"""Scripts: the cases of `facts/script.md`, agreement with what running one writes, and what holds for any text."""

from __future__ import annotations

import ast
import os
import re
import warnings
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specthis_analyzers.facts.folding import calls_in
from specthis_analyzers.facts.pure_path import pure_path
from specthis_analyzers.facts.script import MAX_CHARACTERS, SIGNS, _Reading, may_be, read
from specthis_analyzers.text import Text, Word

CASES = Path(__file__).parent / "facts" / "script.md"
CASE = re.compile(
    r"^## (?P<name>[^\n]+)\n(?:(?!````).)*````python\n(?P<text>.*?)````\n\n````facts\n(?P<facts>.*?)````$",
    re.MULTILINE | re.DOTALL,
)
SCRIPT = "scripts/fit.py"


# The cases.


class Case(NamedTuple):
    name: str
    source: str
    expected: list[str]


def cases() -> list[Case]:
    found = CASE.finditer(CASES.read_text(encoding="utf-8"))
    return [Case(case["name"], case["text"].replace("␍", "\r"), case["facts"].splitlines()) for case in found]


def told(source: str) -> Iterator[str]:
    """The facts of a script, one a line: what it does, the path, the words it stands in."""
    facts = read(Text(source), SCRIPT)
    done = [("writes", word) for word in facts.writes] + [("reads", word) for word in facts.reads]
    for what, word in done:
        yield f"{what} {word.text} | {source[word.start : word.end]}"
    yield from (f"removes {path}" for path in facts.removes)
    if facts.moves:
        yield "moves"


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_case(case: Case) -> None:
    assert list(told(case.source)) == case.expected


def test_every_heading_is_a_case_of_its_own() -> None:
    headings = re.findall(r"^## (.+)$", CASES.read_text(encoding="utf-8"), re.MULTILINE)
    assert headings == [case.name for case in cases()]
    assert len(headings) == len(set(headings))


# Agreement with running it. The scripts write real files into a tree where every folder that they may name is there.

FOLDERS = ("out", "figs")
FILES = ("a.tex", "b.json", "c.d")
FOLDERS_HERE = ["/".join(parts) for depth in (1, 2, 3) for parts in product(FOLDERS, repeat=depth)]

ways = st.lists(st.sampled_from(FOLDERS), min_size=1, max_size=2)
files = st.sampled_from(FILES)
NUMBERS = ("1", "'2'", "len(sys.argv[:0])", "str(len(sys.argv[:0]))")
"""Two that stand in the script, and two that only its run knows."""


class Value(NamedTuple):
    """An expression, and whether it is a path rather than a string."""

    source: str
    is_path: bool


@st.composite
def folders(draw: st.DrawFn) -> Value:
    parts = draw(ways)
    written = "/".join(parts)
    quoted = ", ".join(repr(part) for part in parts)
    turned = f"{written}/../{parts[-1]}"
    above = "../" * (SCRIPT.count("/"))
    return draw(
        st.sampled_from(
            [
                Value(repr(written), False),
                Value(repr(f"./{turned}"), False),
                Value(f"os.path.join({quoted})", False),
                Value(f"osp.normpath({turned!r})", False),
                Value(f"str(Path({quoted}))", False),
                Value("(" + " + '/' + ".join(repr(part) for part in parts) + ")", False),
                Value(f"Path({quoted})", True),
                Value(f"Path({parts[0]!r}).joinpath({', '.join(repr(part) for part in parts[1:])})", True),
                Value(f"pathlib.Path({written!r})", True),
                Value(f"(Path(__file__).resolve().parents[{SCRIPT.count('/')}] / {written!r})", True),
                Value(f"(Path(__file__).parent / {(above + written)!r})", True),
                Value(f"os.path.join(os.path.dirname(os.path.abspath(__file__)), {(above + written)!r})", False),
                Value(f"Path({written!r}, 'x.y').parent", True),
                Value(f"(Path.cwd() / {written!r})", True),
                Value(f"({parts[0]!r} / Path({parts[-1]!r}))", True),
            ]
        )
    )


@st.composite
def named(draw: st.DrawFn) -> str:
    """A string that is the name of a file."""
    name, number = draw(files), draw(st.sampled_from(NUMBERS))
    return draw(
        st.sampled_from(
            [
                repr(name),
                f'f"{{{number}}}{name}"',
                f'f"{{{number}!s}}_{{{number}!r}}{name}"',
                f"('%s-{name}' % {number})",
                f"'{{}}-{name}'.format({number})",
                f"('n' + str({number}) + {name!r})",
                f"Path('x', {name!r}).name",
                f"(Path({name!r}).stem + '.new')",
            ]
        )
    )


@st.composite
def targets(draw: st.DrawFn, names: dict[str, bool]) -> Value:
    """The path of a file: below a folder given by an expression, or by a name that was bound before."""
    folder = draw(folders())
    if names and draw(st.booleans()):
        known = draw(st.sampled_from(sorted(names)))
        folder = Value(known, names[known])
    name = draw(named())
    if not folder.is_path:
        return draw(
            st.sampled_from(
                [
                    Value(f"os.path.join({folder.source}, {name})", False),
                    Value(f"{folder.source} + '/' + {name}", False),
                    Value(f"Path({folder.source}, {name})", True),
                ]
            )
        )
    return draw(
        st.sampled_from(
            [
                Value(f"({folder.source} / {name})", True),
                Value(f"({folder.source} / 'x.y').with_name({name})", True),
                Value(f"({folder.source} / 'x.y').with_suffix('.z')", True),
                Value(f"({folder.source}).joinpath({name})", True),
                Value(f"str({folder.source} / {name})", False),
            ]
        )
    )


@st.composite
def writes(draw: st.DrawFn, names: dict[str, bool]) -> list[str]:
    target = draw(targets(names))
    any_kind = [
        f"open({target.source}, 'w').close()",
        f"io.open({target.source}, mode='a+b').close()",
        f"io.open(file={target.source}, mode='ab').close()",
        f"with open({target.source}, 'wt') as handle: json.dump({{}}, handle)",
        f"gzip.open({target.source}, 'wb').close()",
        f"shutil.copyfile(__file__, {target.source})",
        f"open('out/start', 'w').close(); os.replace('out/start', {target.source})",
    ]
    of_paths = [
        f"{target.source}.write_text('x')",
        f"{target.source}.open('w').close()",
        f"{target.source}.touch()",
        f"Path('figs/start').touch(); Path('figs/start').rename({target.source})",
    ]
    return [draw(st.sampled_from(any_kind + of_paths if target.is_path else any_kind))]


@st.composite
def statements(draw: st.DrawFn, names: dict[str, bool], depth: int) -> list[str]:
    """Lines that bind names and write files; every one of them is run."""
    lines: list[str] = []
    names = dict(names)
    for _ in range(draw(st.integers(1, 4))):
        kind = draw(st.integers(0, 5))
        if kind == 0:
            name, value = draw(st.sampled_from(("ONE", "TWO", "open_"))), draw(folders())
            names[name] = value.is_path
            lines.append(f"{name} = {value.source}")
        elif kind == 1 and depth:
            inner = draw(statements(names, depth - 1))
            head = draw(st.sampled_from(["if True:", "for ONE in ['out']:", "with open(__file__) as TWO:", "try:"]))
            bound = [name for name in ("ONE", "TWO") if name in head]
            inner = ["pass"] if bound else inner
            names = {name: is_path for name, is_path in names.items() if name not in bound}
            lines += [head, *(f"    {line}" for line in inner)]
            lines += ["finally:", "    pass"] if head == "try:" else []
            names = {} if not bound else names  # what was bound inside may be of another kind
        elif kind == 2 and depth:
            head = draw(st.sampled_from(["def act():", "class act:"]))
            inner = draw(statements({}, 0) if "class" in head else statements(names, depth - 1))
            bound = {name for name in names if re.search(rf"\b(?:{name} =|for {name}|as {name}:)", "\n".join(inner))}
            if bound and "def" in head:
                continue  # a name that is bound below its use is no name there
            lines += [head, *(f"    {line}" for line in inner)]
            lines += ["act()"] if "def" in head else []
        else:
            lines += draw(writes(names))
    return lines or ["pass"]


HEADER = """import gzip, io, json, os, pathlib, shutil, sys
import os.path as osp
from pathlib import Path
"""


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("study")
    for folder in FOLDERS_HERE:
        (root / folder).mkdir(parents=True)
    (root / SCRIPT).parent.mkdir()
    return root


def written_by(source: str, root: Path) -> set[str]:
    """The files there are after a script ran from the root, but for itself. They are removed again."""
    script = root / SCRIPT
    script.write_text(source)
    before = Path.cwd()
    os.chdir(root)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            exec(compile(source, str(script), "exec"), {"__name__": "__main__", "__file__": str(script)})
        return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file() and path != script}
    finally:
        os.chdir(before)
        for path in [path for path in root.rglob("*") if path.is_file()]:
            path.unlink()


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(folder=folders(), data=st.data())
def test_plain_scripts_are_read_off_whole(tree: Path, folder: Value, data: st.DataObject) -> None:
    """Where each name is bound once, every file that a run writes is read off, if perhaps with open parts."""
    lines = [f"ONE = {folder.source}", *data.draw(writes({"ONE": folder.is_path})), *data.draw(writes({}))]
    source = HEADER + "\n".join(lines) + "\n"
    read_off = {word.text for word in read(Text(source), SCRIPT).leaves}
    assert all(any(may_be(path, written) for written in read_off) for path in written_by(source, tree))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(lines=statements({}, 2))
def test_what_is_read_off_is_what_a_run_writes(tree: Path, lines: list[str]) -> None:
    """Every path that is certain is really written."""
    source = HEADER + "\n".join(lines) + "\n"
    found = written_by(source, tree)
    read_off = {word.text for word in read(Text(source), SCRIPT).leaves}
    assert {path for path in read_off if "*" not in path} <= found
    assert all(any(may_be(path, written) for path in found) for written in read_off)


FUNCTIONS = (
    'def first(a, b):\n    """Add."""\n    return a + b\n',
    'def second(a):\n    """Text\nopen("out/no.tex", "w")\n    """\n    return a\n',
    'def third():\n    return \'"""\' + """\nopen(\'out/no.tex\', \'w\')\n"""\n',
    "def fourth():\n    return '''\nopen('out/no.tex', 'w')\n'''\n",
    "def fifth():\n    return 'a\\\nopen(1)'\n",
    "def sixth(\n    a,\n    b=(\n1,\n),\n):\n    # note\n# note\n    return a\n\n\n",
    "async def seventh(): ...\n",
    "class Eighth:\n    x = 1\n\n    def y(self):\n        return self.x\n",
    "@staticmethod\ndef ninth():\n    return 1\n",
    "def open_():\n    return 1\n",
    "def tenth():\n    global ONE\n    ONE = 1\n",
    "def Path(x):\n    return x\n",
    'def eleventh():\n    return 1  # """\n',
    'def twelfth():\n    """One."""\n    x = """\nopen("out/no.tex", "w")\n"""\n    return x\n',
)


@settings(max_examples=200, deadline=None)
@given(
    before=st.lists(st.sampled_from(FUNCTIONS), max_size=4),
    lines=statements({}, 1),
    after=st.lists(st.sampled_from(FUNCTIONS), max_size=4),
)
def test_functions_that_touch_no_file_make_no_difference(before: list[str], lines: list[str], after: list[str]) -> None:
    """What is read off is what the whole syntax tree says, though most functions are not looked into."""
    text = Text("".join((HEADER, *before, "\n".join(lines), "\n", *after)))
    assert read(text, SCRIPT) == _Reading(text, SCRIPT).facts(calls_in(ast.parse(text.source)))


# Paths as values, held to `pathlib`.

# Versions of Python differ over names that end in a dot, so there are none.
NAMES = ("a", "b.c", ".d", "f.g.h", "..", ".", " ", "é.x", "")
written_paths = st.builds(
    lambda root, parts, end: root + "/".join(parts) + end,
    st.sampled_from(["", "/"]), st.lists(st.sampled_from(NAMES[:-1]), max_size=4), st.sampled_from(["", "/", "//"]),
).filter(lambda path: not path.startswith("//"))  # fmt: skip
DEEDS: dict[str, Callable[[Any, str], Any]] = {
    "text": lambda path, other: str(path),
    "parent": lambda path, other: str(path.parent),
    "parents": lambda path, other: [str(parent) for parent in path.parents],
    "name": lambda path, other: path.name,
    "stem": lambda path, other: path.stem,
    "suffix": lambda path, other: path.suffix,
    "with_name": lambda path, other: str(path.with_name(other)),
    "with_stem": lambda path, other: str(path.with_stem(other)),
    "with_suffix": lambda path, other: str(path.with_suffix(other)),
}


def done(deed: Callable[[Any, str], Any], path: Any, other: str) -> Any:
    try:
        return deed(path, other)
    except ValueError:
        return ValueError


@settings(max_examples=1000, deadline=None)
@given(one=written_paths, two=written_paths, other=st.sampled_from([*NAMES, "a/b", ".tex", "tex"]))
def test_paths_are_those_of_pathlib(one: str, two: str, other: str) -> None:
    """All that is asked of a path, also what is refused."""
    for deed in DEEDS.values():
        assert done(deed, pure_path(one, two), other) == done(deed, PurePosixPath(one, two), other)


# What holds for any text.

pieces = st.sampled_from(
    [
        *sorted(SIGNS), "Path", "os.path.join", "__file__", "import numpy as np\n", "from pathlib import Path\n",
        "from x import *\n", "(", ")", "[", "]", "{", "}", "'", '"', '"""', "f'", 'f"{', "r'\\", "\n", "\n    ", "\r",
        "\r\n", "\\\n", "\t", "def f(a, *b, c='x', **d):", "class A:", "lambda a: ", "for x in y:", "with ", " as ",
        "if x:", "else:", "try:", "except E as e:", "match x:\n    case {'a': b, **c}:\n        ", "case [*d]:",
        "global x\n", "nonlocal x\n", "del x\n", "x = ", "x: str = ", "x += ", "(x := ", "a.b.c", "x[0]",
        ".parents[1]", ".parents[-1]", ".parent", ".with_name('')", ".with_suffix('x')", ".joinpath(1)",
        ".format(*x)", " % ", " / ", " + ", "'out'", "'a/../../b'", "'/x'", "'\\0'", "'%(a'", "'{'", "'{{}}'", "1",
        "10**9999", "é", "😀", "\ufeff", "\x00", "\x0c", "\ud800", "#", ",", ":", "*", "**", "=", "'w'", "await ",
        "async ", "yield ", "@", "...", "-", "~", "not ",
    ]
)  # fmt: skip


def assert_sound(source: str) -> None:
    """The reader ends with facts, whose words are paths of the project and lie in the text, in order."""
    facts = read(Text(source), SCRIPT)
    assert set(facts.leaves) <= set(facts.writes)
    for word in (*facts.writes, *facts.reads):
        assert isinstance(word, Word)
        assert 0 <= word.start < word.end <= len(source)
        assert word.text not in ("", ".", "..")
        assert not word.text.startswith(("/", "../", "./", "~", "*")) or word.text.startswith("*/")
        assert "\x7f" not in word.text


@settings(max_examples=400, deadline=None)
@given(source=st.lists(pieces, max_size=30).map("".join))
def test_any_pieces_of_python_are_read(source: str) -> None:
    assert_sound(source)


@settings(deadline=None)
@given(source=st.text(), sign=st.sampled_from(sorted(SIGNS)))
def test_any_text_is_read(source: str, sign: str) -> None:
    assert_sound(source + sign)


@settings(max_examples=150, deadline=None)
@given(lines=statements({}, 2), at=st.integers(0, 400), piece=pieces)
def test_any_damaged_script_is_read(lines: list[str], at: int, piece: str) -> None:
    source = HEADER + "\n".join(lines) + "\n"
    assert_sound(source[:at] + piece + source[at:])


DEEP = {
    "brackets": "(" * 100_000,
    "signs": "-" * 100_000 + "1",
    "attributes": "x" + ".a" * 50_000,
    "sums": "x = 'a'" + " + 'a'" * 20_000,
    "calls": "open" + "()" * 50_000,
    "conditions": "x = " + "1 if 1 else " * 20_000 + "1",
    "blocks": "".join(" " * depth + "if 1:\n" for depth in range(400)),
    "f-strings": "f'{" * 2_000,
    "names": "".join(f"a{n} = a{n + 1} + a{n + 1}\n" for n in range(200)) + "a200 = 'x'\nopen(a0, 'w')",
    "circles": "a = b\nb = a\nopen(a, 'w')\nopen(b + 'x', 'w')",
    "many": "".join(f"open('out/{n}', 'w')\nos.remove('out/{n}')\n" for n in range(6_000)),
    "fields": "open('" + "%%" * 400 + "%s" * 400 + "' % 1, 'w')",
}


@pytest.mark.parametrize("kind", DEEP)
def test_deep_nesting_is_no_trouble(kind: str) -> None:
    """Neither the parser nor the fold runs out of anything; what is too deep is not known."""
    assert_sound(f"{DEEP[kind]}\nopen('results/a.json', 'w')\n")


def test_a_very_long_script_is_not_read() -> None:
    """Its syntax tree would take hundreds of megabytes."""
    line = "open('results/a.json', 'w')\n"
    assert len(read(Text(line * 100)).writes) == 100
    assert read(Text(line * (MAX_CHARACTERS // len(line) + 1))).writes == ()


def test_doubtful_escapes_are_told_to_nobody() -> None:
    """Python warns of them when a script is compiled; the author is not here to see it."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert [word.text for word in read(Text("x = '\\d'\nopen('results/a.json', 'w')\n")).writes] == [
            "results/a.json"
        ]


@pytest.mark.parametrize(
    ("path", "written", "can_be"),
    [
        ("a/b.tex", "a/b.tex", True),
        ("a/b.tex", "a/c.tex", False),
        ("a/b.tex", "a/*.tex", True),
        ("a/b.tex", "*/b.tex", True),
        ("a/b.tex", "a/*b*.tex", True),
        ("a/b.tex", "a/b*b.tex", False),
        ("a/bcb.tex", "a/b*b*.tex", True),
        ("a/.tex", "a/*.tex", True),
        ("b/b.tex", "a/*.tex", False),
        ("a/b.pdf", "a/*.tex", False),
    ],
)
def test_open_paths_can_be_what_fits_between(path: str, written: str, can_be: bool) -> None:
    assert may_be(path, written) == can_be
