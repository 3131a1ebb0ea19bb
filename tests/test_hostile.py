"""Whatever lies on the disk, a check ends with a verdict: no traceback, no hang, nothing read or written outside."""

from __future__ import annotations

import ctypes
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import msgspec
import pytest

from server_client import Client
from specthis_analyzers.text import Position
from specthis_lsp.cli.arguments import FORMAT_NAMES
from specthis_lsp.host.cache import RACY_NANOSECONDS, Found, Head
from specthis_lsp.host.kept import CHECKSUM_BYTES, checksum_of
from specthis_lsp.host.located import Excerpt
from test_incremental import FILES

if sys.platform == "win32":
    pytest.skip("pipes, links and limits are of POSIX", allow_module_level=True)

import resource

COMMAND = (sys.executable, "-m", "specthis_lsp")
TIMEOUT = 60
MEMORY = 1 << 30
HIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
SPEC = "specs/compute-fit.md"
PAPER = "reports/paper.tex"
RESULT = "results/fit-base/fit.json"
SCHEMA = "schemas/fit.schema.json"
SETTINGS = "specthis.toml"
CANARY = "canary-outside"
FORMATS = ("full", "concise", "json")

Damage = Callable[[Path], object]
Ended = subprocess.CompletedProcess[str]


# The driver ----------------------------------------------------------------------------------------------------


def limited() -> None:
    """In the child: memory for what is needed and no more, and no core files."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def lsp(root: Path, *arguments: str, stdout: int | IO[str] = subprocess.PIPE, before: Damage | None = None) -> Ended:
    """Run a check as users do, within limits."""

    def prepare() -> None:
        limited()
        if before:
            before(root)

    return subprocess.run(
        [*COMMAND, "--check", *arguments],
        cwd=root,
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        errors="surrogateescape",
        timeout=TIMEOUT,
        preexec_fn=prepare,
    )


def sound(ended: Ended, codes: tuple[int, ...] = (0, 1)) -> Ended:
    """A process that ended as documented and told nobody anything hostile."""
    assert ended.returncode in codes, ended.stderr[-3000:]
    assert "Traceback" not in ended.stderr
    for told in (ended.stdout, ended.stderr):
        assert not HIDDEN.search(told or ""), repr(HIDDEN.search(told or ""))
    return ended


def found(root: Path, *arguments: str, codes: tuple[int, ...] = (0, 1)) -> list[dict[str, Any]]:
    """What a check finds, by the report for programs."""
    ended = sound(lsp(root, "--output-format", "json", *arguments), codes)
    return json.loads(ended.stdout)["diagnostics"] if ended.stdout else []


def codes_in(diagnostics: list[dict[str, Any]], path: str = "") -> set[str]:
    return {diagnostic["code"] for diagnostic in diagnostics if path in ("", diagnostic["path"])}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A small study in a repository of its own."""
    return make(tmp_path / "study")


def make(folder: Path) -> Path:
    for path, text in FILES.items():
        put(path, text)(folder)
    (folder / ".git").mkdir()
    return folder


def put(path: str, content: str | bytes | Callable[[], str | bytes] | None) -> Damage:
    """A file with a content, made when it is needed."""

    def damage(root: Path) -> None:
        made = content() if callable(content) else content
        data = made.encode("utf-8", "surrogatepass") if isinstance(made, str) else made or b""
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).unlink(missing_ok=True)
        (root / path).write_bytes(data)

    return damage


def vast(path: str, head: bytes, size: int) -> Damage:
    """A file that is large and takes no room on the disk."""

    def damage(root: Path) -> None:
        put(path, head)(root)
        os.truncate(root / path, size)

    return damage


def all_of(*damages: Damage) -> Damage:
    def damage(root: Path) -> None:
        for one in damages:
            one(root)

    return damage


def link(path: str, target: str) -> Damage:
    """A symbolic link in place of whatever is there."""

    def damage(root: Path) -> None:
        clear(root / path)
        (root / path).symlink_to(target)

    return damage


def clear(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)


def front(*lines: str) -> str:
    return "\n".join(("---", "name: compute-fit", "kind: compute", *lines, "---", ""))


def body(text: str) -> str:
    return front("depends_on: []") + text


def entries(count: int, script: str = "scripts/none{}.py") -> str:
    return body("## Entries\n") + "".join(
        f"\n### e{at}\n\nScript: `{script.format(at)}`\nOutput: `results/e{at}/x.json`\nStatus: script ready\n"
        for at in range(count)
    )


# Bytes ---------------------------------------------------------------------------------------------------------

NOISE = random.Random(7).randbytes(5000)
BYTES: dict[str, bytes] = {
    "nothing": b"",
    "noise": NOISE,
    "zeros": bytes(5000),
    "utf-16": "---\nname: é\n---\n".encode("utf-16"),
    "a surrogate": b"---\nname: \xed\xa0\x80\n---\n\xff\xfe\\label{\xff}",
    "marks": b"\xef\xbb\xbf\xef\xbb\xbf---\nname: x\n---\n",
    "escapes": b"\x1b]0;owned\x07\x1b[2J\x9b31m\r\n\x00",
}
PLACES = (SPEC, "specs/report-fit.md", PAPER, RESULT, SCHEMA, ".gitignore", "scripts/fit.py", ".specthis/cache/head")


@pytest.mark.parametrize("kind", BYTES)
def test_any_bytes_in_every_file_at_once_and_each_alone(root: Path, kind: str):
    """Whatever a file holds, the others are checked and the verdict stands."""
    for place in PLACES:
        put(place, BYTES[kind])(root)
    found(root)
    for place in PLACES[:4]:
        folder = make(root / "again" / place.replace("/", "-"))
        put(place, BYTES[kind])(folder)
    for form in FORMATS:
        sound(lsp(root / "again", "--output-format", form, "-v"))


@pytest.mark.parametrize("kind", BYTES)
def test_any_bytes_as_settings(root: Path, kind: str):
    """Settings that are no TOML end with 2 and one line, in either file."""
    put(SETTINGS, BYTES[kind])(root)
    ended = sound(lsp(root), (0, 1, 2))
    assert ended.stderr.count("\n") == (ended.returncode == 2)
    (root / SETTINGS).unlink()
    put("pyproject.toml", b"[tool.specthis]\n" + BYTES[kind])(root)
    sound(lsp(root), (0, 1, 2))


def test_settings_that_are_not_utf_8_are_refused(root: Path):
    """A folder whose name was replaced in part is another folder, and there is nothing to find in it."""
    put(SETTINGS, '[layout]\nspecs = "dépôt"\n'.encode("latin-1"))(root)
    ended = sound(lsp(root), (2,))
    assert ended.stderr == "specthis-lsp: specthis.toml:1: it is not UTF-8\n"


# Texts ---------------------------------------------------------------------------------------------------------


def bomb() -> str:
    levels = ["a: &a0 [x, x]"] + [f"a{at}: &a{at} [*a{at - 1}, *a{at - 1}]" for at in range(1, 60)]
    return front(*levels)


def doubling(levels: int) -> Damage:
    """Each file inputs the next one twice."""

    def damage(root: Path) -> None:
        for at in range(levels):
            put(f"reports/d{at}.tex", f"\\input{{d{at + 1}}}\n\\input{{d{at + 1}}}\n")(root)
        put(f"reports/d{levels}.tex", "\\label{sec:fit}\n")(root)
        put(PAPER, "\\documentclass{article}\n\\input{d0}\n\\section{Fit}\\label{sec:fit}\n")(root)

    return damage


def cycle(root: Path) -> None:
    for here, there in (("paper", "one"), ("one", "two"), ("two", "paper")):
        put(f"reports/{here}.tex", f"\\input{{{there}}}\\section{{S}}\\label{{sec:fit}}\\input{{{there}}}")(root)


def paper(text: Callable[[], str]) -> Damage:
    start = "\\documentclass{article}\n\\begin{document}\n\\section{Fit}\\label{sec:fit}\n"
    return put(PAPER, lambda: start + text())


LONG = 300_000
TEXTS: dict[str, Damage] = {
    "aliases that multiply": put(SPEC, bomb),
    "deep flow": put(SPEC, lambda: front("a: " + "[" * 60_000)),
    "deep dashes": put(SPEC, lambda: front("a:", "- " * 30_000 + "x")),
    "deep indents": put(SPEC, lambda: front(*(" " * at + "a:" for at in range(300)))),
    "repeated keys": put(SPEC, front("kind: compute", "name: x", "name: y")),
    "tags and merges": put(SPEC, front("a: !!python/object/apply:os.system [id]", "<<: {name: z}", "? [x]", ": y")),
    "long front matter": put(SPEC, lambda: front(*(f"k{at}: v" for at in range(50_000)))),
    "long odd front matter": put(SPEC, lambda: front(*(f"'k{at}': v" for at in range(50_000)))),
    "unclosed front matter": put(SPEC, lambda: "---\nname: x\n" + "a: b\n\n" * 50_000),
    "unclosed fence": put(SPEC, lambda: body("```json\n") + "### x\n" * 50_000),
    "unclosed comment": put(SPEC, lambda: body("<!--") + "<!-- ### x\n" * 50_000),
    "quotes in quotes": put(SPEC, lambda: body("## Entry\n") + "> " * 50_000 + "### x\n"),
    "lists in lists": put(SPEC, lambda: body("## Entry\n### x\nSchema:\n") + "- " * 50_000 + "`x`\n"),
    "backticks": put(SPEC, lambda: body("## Entry\n### x\nScript: ") + "".join("`" * at + " " for at in range(800))),
    "brackets": put(SPEC, lambda: body("[" * LONG + "](" * 1000)),
    "stars": put(SPEC, lambda: body("*a_ " * 50_000)),
    "one long line": put(SPEC, lambda: body("## Entry\n### x\nScript: `" + "a" * LONG)),
    "blanks": put(SPEC, lambda: body("## Entry\n### x\nSchema: `a`" + " " * LONG + ": number" + "\t" * LONG + "x")),
    "keys": put(SPEC, lambda: body("## Entry\n### x\nOutput: `r.json` " + "(keys: a " * 30_000)),
    "many headings": put(SPEC, lambda: body("### x\n" * 50_000)),
    "a long path": put(SPEC, entries(1, "a/" * 100_000 + "{}")),
    "deep paths": put(SPEC, lambda: entries(300, "{}/" + "/".join("abcdefgh"[at % 8] for at in range(1500)) + ".py")),
    "dots": put(SPEC, lambda: body("## Entry\n### x\nSchema: `" + "a." * LONG + "b`\nOutput: `results/x.json`\n")),
    "many entries": put(SPEC, lambda: entries(20_000)),
    "a cycle of inputs": cycle,
    "inputs that multiply": doubling(40),
    "unclosed verbatim": paper(lambda: "\\begin{verbatim}\n" * 30_000),
    "unclosed math": paper(lambda: "$ \\[ \\( $$ " * 30_000),
    "unclosed braces": paper(lambda: "{" * LONG + "\\input{" * 10_000),
    "unclosed arguments": paper(lambda: "\\input{a" * 30_000),
    "unclosed options": paper(lambda: "\\includegraphics[" * 30_000),
    "unclosed conditionals": paper(lambda: "\\iffalse " * 30_000 + "\\fi\\else" * 3),
    "unclosed floats": paper(lambda: "\\begin{figure}\\label{a}\n" * 60_000),
    "floats in floats": paper(lambda: "\\begin{figure}" * 3000 + "\\label{x}" * 3000 + "\\end{figure}" * 3000),
    "folders of graphics": paper(
        lambda: "\\graphicspath{" + "".join(f"{{g{at}/}}" for at in range(5000)) + "}\\includegraphics{x}\n" * 5000
    ),
    "sections": paper(lambda: "\\section{a}\\subsection{b}\\paragraph{c}\n" * 30_000),
    "percents": paper(lambda: "%" * LONG + "\n\\" + "%\n" * 50_000),
    "backslashes": paper(lambda: "\\" * (LONG + 1) + "input{x}"),
    "definitions": paper(lambda: "\\newcommand{\\a}{\\b}\\def\\b#1{\\a{#1}}\n" * 20_000),
    "verbs": paper(lambda: "\\verb|" * 30_000 + "\\lstinline{" * 30_000),
    "roots that chase each other": put(PAPER, "% !TEX root = paper.tex\n% !TEX root = ../reports/paper.tex\n"),
    "a schema deep": put(SCHEMA, lambda: '{"items":' * LONG + "{}" + "}" * LONG),
    "a result deep": put(RESULT, lambda: '{"loss":' + "[" * 100_000 + "]" * 100_000 + ', "seed": 1}'),
    "a result deeper, unclosed": put(RESULT, lambda: '{"loss":' * 100_000),
    "a result of quotes": put(RESULT, lambda: '{"' + '\\"' * LONG),
    "a result of digits": put(RESULT, lambda: '{"loss": ' + "9" * LONG + ', "seed": 1e999999}'),
    "a result of repeats": put(RESULT, lambda: "{" + '"loss": 1, ' * LONG + '"seed": 1}'),
    "a result of nothing finite": put(RESULT, lambda: '{"loss": [' + "NaN, " * LONG + "1]}"),
    "a hostile ignore file": put(".gitignore", lambda: "pattern*\n" * 100_000),
    "an ignore file of stars": put(".gitignore", lambda: ("*a" * 40 + "*b\n" + "**/a/" * 40 + "b\n") * 100),
    "an ignore file of one line": put(".gitignore", lambda: "[a-" * LONG),
}


@pytest.mark.parametrize("kind", TEXTS)
def test_hostile_texts(root: Path, kind: str):
    """Texts made to be slow, deep or endless are read in a moment, and something is said of the rest as ever."""
    put("scripts/fit.py", "")(root)
    put("results/fit-wide/fit.json", '{"loss": "x"}')(root)
    TEXTS[kind](root)
    sound(lsp(root, "--output-format", "json", "--no-cache"))


LARGE: dict[str, tuple[Damage, str, str]] = {
    "a spec": (vast(SPEC, b"---\nname: compute-fit\n---\n", 100 << 20), SPEC, "unread-file"),
    "a paper": (vast(PAPER, b"\\documentclass{article}\n", 9 << 20), "specs/report-fit.md", "unread-file"),
    "a result": (vast(RESULT, b'{"loss": "', 100 << 20), SPEC, "malformed-output"),
    "a result beyond all": (vast(RESULT, b'{"loss": "', 1 << 40), SPEC, ""),
    "an ignore file": (vast(".gitignore", b"*\n", 100 << 20), SPEC, ""),
    "a cache": (vast(".specthis/cache/head", b"\x95", 1 << 40), SPEC, ""),
}


@pytest.mark.parametrize("kind", LARGE)
def test_files_beyond_the_limits_are_said_and_not_read(root: Path, kind: str):
    """A file too large costs no memory, and its spec says that it was not looked at."""
    damage, path, code = LARGE[kind]
    damage(root)
    assert code in {*codes_in(found(root), path), ""}


@pytest.mark.parametrize("size", [2 << 20, 100 << 20])
def test_settings_too_large_are_refused(root: Path, size: int):
    """Settings that were not read are not followed, so the check must not pass for clean."""
    put(SETTINGS, b"# " + b"x" * size)(root)
    assert sound(lsp(root), (2,)).stderr.count("\n") == 1


# What is no file, or lies outside ------------------------------------------------------------------------------


def pipe(path: str) -> Damage:
    def damage(root: Path) -> None:
        clear(root / path)
        os.mkfifo(root / path)

    return damage


def listening(path: str) -> Damage:
    def damage(root: Path) -> None:
        clear(root / path)
        here = os.getcwd()
        os.chdir((root / path).parent)
        try:
            with socket.socket(socket.AF_UNIX) as one:
                one.bind(Path(path).name)
        finally:
            os.chdir(here)

    return damage


def folder(path: str) -> Damage:
    def damage(root: Path) -> None:
        clear(root / path)
        (root / path).mkdir()

    return damage


PRETENDERS: dict[str, Callable[[str], Damage]] = {
    "pipe": pipe,
    "socket": listening,
    "folder": folder,
    "zeros": lambda path: link(path, "/dev/zero"),
    "terminal": lambda path: link(path, "/dev/tty"),
    "itself": lambda path: link(path, Path(path).name),
    "nowhere": lambda path: link(path, "nowhere"),
}
PRETENDED = (SPEC, PAPER, RESULT, SCHEMA, "scripts/fit.py", "reports/figures/loss.tex", ".gitignore", ".git")
CACHED = (".specthis/cache/head", ".specthis/cache/body", ".specthis/.gitignore", ".specthis", ".specthis/cache")


@pytest.mark.parametrize("kind", PRETENDERS)
def test_what_is_no_file_is_not_waited_for(root: Path, kind: str):
    """Pipes, sockets, devices and loops in place of files: all at once, and the cache's own."""
    for path in (*PRETENDED, *CACHED[:3]):
        PRETENDERS[kind](path)(root)
    found(root)
    for path in CACHED[3:]:
        folder(".specthis")(root)
        PRETENDERS[kind](path)(root)
        found(root)
    found(root, "--fix")


@pytest.mark.parametrize("kind", PRETENDERS)
def test_settings_that_are_no_file_are_refused(root: Path, kind: str):
    """What was meant to be followed and cannot be read ends with 2; links to nothing are no file."""
    PRETENDERS[kind](SETTINGS)(root)
    PRETENDERS[kind]("pyproject.toml")(root)
    sound(lsp(root), (0, 1) if kind in ("nowhere", "itself") else (2,))


OUTSIDE_SPEC = f"---\nname: {CANARY}\nkind: {CANARY}\ndepends_on: [{CANARY}.md]\n---\n## Entry\n### {CANARY}\n"


def make_outside(folder: Path) -> Path:
    """A folder beside the project: whatever is read of it gives a finding or is waited for, all is as it was after."""
    for name in ("compute-fit.md", "report-fit.md", f"{CANARY}.md"):
        put(name, OUTSIDE_SPEC)(folder)
    put("fit-base/fit.json", f'{{"{CANARY}": 1}}')(folder)
    put("paper.tex", f"\\section{{{CANARY}}}\\label{{{CANARY}}}\\label{{sec:fitt}}")(folder)
    put("settings.toml", f'[rules]\nselect = ["{CANARY}"]\n')(folder)
    put("ignored", "*\n")(folder)
    for name in ("pipe.md", "head", "body", "loss.tex", "specthis.toml", ".gitignore"):
        os.mkfifo(folder / name)
    return folder


OUT = "../outside"
LINKS: dict[str, Damage] = {
    "a spec": link(SPEC, f"../{OUT}/{CANARY}.md"),
    "a spec that would be waited for": link(SPEC, f"../{OUT}/pipe.md"),
    "the specs": link("specs", OUT),
    "the specs, absolute": lambda root: link("specs", str(root.parent / "outside"))(root),
    "the results": link("results", OUT),
    "a folder of results": link("results/fit-base", f"../{OUT}/fit-base"),
    "a result": link(RESULT, f"../../{OUT}/fit-base/fit.json"),
    "a schema": link(SCHEMA, f"../{OUT}/fit-base/fit.json"),
    "the papers": link("reports", OUT),
    "a paper": link(PAPER, f"../{OUT}/paper.tex"),
    "a figure": link("reports/figures", f"../{OUT}"),
    "the scripts": link("scripts", OUT),
    "the cache": all_of(folder(".specthis"), link(".specthis/cache", f"../{OUT}")),
    "the folder of the cache": link(".specthis", OUT),
    "the ignore file": link(".gitignore", f"{OUT}/.gitignore"),
    "a link to a link": all_of(link("one", OUT), link("two", "one"), link("specs", "two")),
    "out and in again": link("specs", f"{OUT}/../study/../outside"),
    "settings": put(SETTINGS, f'[layout]\nspecs = "{OUT}"\nresults = ["{OUT}"]\nreports = ["{OUT}"]\n'),
    "settings, papers": put(SETTINGS, f'[layout]\npapers = ["{OUT}/paper.tex", "/etc/passwd", "~/x"]\n'),
    "settings, by a detour": put(SETTINGS, f'[layout]\nspecs = "specs/../{OUT}"\nreports = ["x/../../outside"]\n'),
    "inputs": paper(lambda: f"\\input{{{OUT}/loss}}\\input{{../{OUT}/paper}}\\graphicspath{{{{../{OUT}/}}}}"),
    "a root": put(PAPER, f"% !TEX root = ../{OUT}/paper.tex\n\\section{{Fit}}\\label{{sec:fit}}"),
    "entries": put(
        SPEC, body(f"## Entry\n### x\nScript: `{OUT}/pipe.md`\nOutput: `{OUT}/loss.tex`\nSchema: `{OUT}/a.json`\n")
    ),
    "references": put(SCHEMA, json.dumps({"$ref": f"../{OUT}/fit-base/fit.json"})),
    "references of all kinds": put(
        SCHEMA,
        lambda: json.dumps(
            {"allOf": [{"$ref": to} for to in ("file:///etc/passwd", "/etc/passwd", "http://[::1]:9/")]}
        ),
    ),
}


def state_of(folder: Path) -> dict[str, tuple[int, ...]]:
    kept = ("st_ino", "st_size", "st_mtime_ns", "st_mode")
    return {
        str(path): tuple(getattr(os.lstat(path), name) for name in kept)
        for path in (folder, *sorted(folder.rglob("*")))
    }


@pytest.mark.parametrize("kind", LINKS)
def test_nothing_leads_out(root: Path, kind: str):
    """Neither links nor written paths make a check or a fix read or write outside of the root."""
    outside = make_outside(root.parent / "outside")
    put("results/fit-wide/fit.json", '{"loss": "x"}')(root)
    LINKS[kind](root)
    before = state_of(outside)
    for arguments in (("--fix",), ("--show-files",)):
        ended = sound(lsp(root, "--output-format", "json", *arguments))
        told = ended.stdout.replace(f"{OUT}/{CANARY}", "")
        assert CANARY not in told
    assert state_of(outside) == before


def test_settings_by_a_link_are_refused(root: Path):
    """Settings outside are not read; the check says so and ends with 2."""
    make_outside(root.parent / "outside")
    for name in ("settings.toml", "specthis.toml"):
        link(SETTINGS, f"{OUT}/{name}")(root)
        assert "leads out" in sound(lsp(root), (2,)).stderr


# Names ---------------------------------------------------------------------------------------------------------

NAMES = (
    b"with space", b"quote'\"`", b"line\nbreak", b"cr\r", b"tab\t", b"\x1b[31mred\x07", b"\x9b31m", b"n" * 252,
    "rtl\u202eevil".encode(), "\u2066mark\ufeff".encode(), "😀 é 漢".encode(), b"bad\xff\xfe", b"-dash", b"--fix",
    b"$(id)", b"{}", b"*", b"\xed\xa0\x80", b"\xc2\x85next", b"a\\b", b"~", b"&lt;<b>", b"%0A::error::x",
)  # fmt: skip


def hostile_names(root: Path) -> None:
    """Each name as a spec, as a script, as a result, as a LaTeX file, and written in a spec."""
    base = os.fsencode(root)
    for name in NAMES:
        written = name.decode("utf-8", "surrogateescape")
        text = entries(1, "scripts/" + written.replace("{", "{{").replace("}", "}}")).replace("compute-fit", written)
        for place in (b"specs/%s.md", b"scripts/%s", b"reports/%s", b"results/%s"):
            with open(base + b"/" + place % name, "wb") as file:
                file.write(text.encode("utf-8", "surrogateescape"))
        os.makedirs(base + b"/results/d" + name[:200])


def test_hostile_names_reach_no_terminal(root: Path):
    """No name writes an escape sequence in any format, and the report for programs is ASCII that parses."""
    hostile_names(root)
    for form in FORMAT_NAMES:
        ended = sound(lsp(root, "--output-format", form, "-v"))
        if form == "json":
            assert ended.stdout.isascii()
            assert len(json.loads(ended.stdout)["diagnostics"]) > len(NAMES)
    for more in (("--show-files",), ("--show-settings",), ("\x1b[2J",), ("--\x1b[2J",), ("--select", "\x1b[2J")):
        sound(lsp(root, *more), (0, 1, 2))


def test_a_name_of_no_text_among_thousands(root: Path):
    """What two processes cannot tell each other, one finds alone."""
    for at in range(3100):
        put(f"specs/note{at}.md", f"---\nname: note{at}\n---\n")(root)
    with open(os.fsencode(root) + b"/specs/bad\xff.md", "wb") as file:
        file.write(front("depends_on: []").encode())
    found(root)


# Many ----------------------------------------------------------------------------------------------------------


def test_twenty_thousand_files_that_are_no_specs(root: Path):
    """They are passed over by name."""
    for at in range(20_000):
        os.close(os.open(root / f"specs/f{at}.txt", os.O_CREAT | os.O_WRONLY))
    assert found(root) == found(root, "--no-cache")


def test_a_chain_of_schemas_and_one_that_multiplies(root: Path):
    """A schema that asks for file after file, or doubles at every step, is said to be none."""
    put("results/fit-wide/fit.json", '{"loss": "' + "a" * 50_000 + 'b"}')(root)
    doubled = {f"d{at}": {"allOf": [{"$ref": f"#/$defs/d{at + 1}"}] * 2} for at in range(60)}
    for at in range(300):
        put(f"schemas/c{at}.json", json.dumps({"$ref": f"c{at + 1}.json"}))(root)
    for schema in ({"$ref": "c0.json"}, {"$ref": "#/$defs/d0", "$defs": {**doubled, "d60": {"type": "string"}}}):
        put(SCHEMA, json.dumps(schema))(root)
        assert "unknown-schema" in codes_in(found(root), SPEC)


PATTERNS = ("(a+)+$", "(a|aa)+$", "(?=a)(a+)+$", "(a*)*\\1c$", "((a{1,999}){1,999}){1,999}", "(?<!a)(a+)+b+$", "[")


@pytest.mark.parametrize("pattern", PATTERNS)
def test_patterns_that_backtrack(root: Path, pattern: str):
    """An expression that would take for ever is given up, and nothing false is said."""
    put("results/fit-wide/fit.json", '{"loss": "' + "a" * 50_000 + 'c"}')(root)
    put(SCHEMA, json.dumps({"properties": {"loss": {"pattern": pattern}}, "patternProperties": {pattern: {}}}))(root)
    found(root)


SCHEMAS: dict[str, object] = {
    "itself": {"$ref": "#"},
    "each other": {"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}},
    "no ways": {"not": {"$ref": "#"}},
    "an enum": {"properties": {"loss": {"enum": list(range(500_000))}}},
    "wrong types": {"properties": 5, "required": "loss", "$ref": 7, "allOf": {}, "items": None, "type": ["x", 3]},
    "names": {"properties": {"\x1b[31m": {"type": "null"}}, "required": ["\x1b[2J", "x" * 100_000]},
    "an address": {"$id": "http://127.0.0.1:9/x.json", "$schema": "http://127.0.0.1:9/y", "$ref": "z"},
}


@pytest.mark.parametrize("kind", SCHEMAS)
def test_hostile_schemas(root: Path, kind: str):
    """Any schema holds or is said to be none."""
    put("results/fit-wide/fit.json", '{"loss": "x", "los": 1}')(root)
    put(SCHEMA, json.dumps(SCHEMAS[kind]))(root)
    found(root)


# Settings ------------------------------------------------------------------------------------------------------

TOML: dict[str, Callable[[], str]] = {
    "wrong types": lambda: (
        "dialect = []\nfail_on = {a = 1}\nmax_result_bytes = 'x'\nlayout = 3\nrules = [1]\nlatex = 1.5\n"
    ),
    "wrong types within": lambda: (
        "[layout]\nspecs = 1\nresults = 'x'\nreports = [1]\npapers = {}\n[rules]\nselect = {}\nignore = [[]]\n"
        "severity = {a = [], b = 1}\n[latex]\nversions = true\nlabels = [1979-05-27]\n"
    ),
    "beyond numbers": lambda: f"max_result_bytes = {'9' * 40}\n",
    "headers alike": lambda: '["x y"]\na = 1\n[xy]\nb = 1\n',
    "escapes": lambda: '"\\u001b[2J" = 1\n[layout]\nspecs = "\\u001b[31m"\n"a\\nb" = 2\n',
    "many keys": lambda: "".join(f"k{at} = {at}\n" for at in range(60_000)),
    "many codes": lambda: "[rules]\nselect = [" + ", ".join(f'"c{at}"' for at in range(40_000)) + "]\n",
    "dots": lambda: ".".join("a" * 100_000) + " = 1\n",
    "quoted dots": lambda: ".".join(['"="'] * 100_000) + " = 1\n",
    "deep": lambda: "a = " + "[" * 100_000,
    "tables": lambda: "".join(f"[a.b{at}]\nc = 1\n" for at in range(30_000)),
    "macros": lambda: "[latex]\ninputs = [" + ", ".join(f'"(a+)+{at}$"' for at in range(5000)) + "]\n",
    "strange paths": lambda: (
        '[layout]\nspecs = "\\u0000"\nresults = ["\\u001b", ""]\nreports = ["a\\nb", "."]\npapers = [""]\n'
    ),
}


@pytest.mark.parametrize("kind", TOML)
def test_hostile_settings(root: Path, kind: str):
    """Settings of any kind are followed, told of, or refused with one line."""
    put(SETTINGS, TOML[kind])(root)
    for arguments in ((), ("--show-settings",), ("--fix",)):
        ended = sound(lsp(root, *arguments), (0, 1, 2))
        assert ended.returncode != 2 or ended.stderr.count("\n") <= 2


# The cache -----------------------------------------------------------------------------------------------------


def poison(head: bytes) -> Iterator[bytes]:
    """Caches that are damaged, and some that are whole and hostile: their checksum is right."""
    yield from (head[: len(head) // 2], b"\x91" * 100_000, b"\xdd\xff\xff\xff\xff", b"\xc6\xff\xff\xff\xff", NOISE)
    value = msgspec.msgpack.decode(head[CHECKSUM_BYTES:])
    yield summed([b"0" * 16, *value[1:]])
    decoded = msgspec.msgpack.decode(head[CHECKSUM_BYTES:], type=Head)
    look = msgspec.msgpack.decode(decoded.found, type=Found)
    findings = [
        msgspec.structs.replace(
            finding,
            message="\x1b[2J\x9b\u202e",
            entry="\x1b]0;\x07",
            place=msgspec.structs.replace(finding.place, path="../../../../etc/passwd", span=(0, 1 << 60)),
        )
        for finding in look.findings
    ]
    excerpt = Excerpt(Position(-1, 1 << 60), Position(0, 0), "\x1b]0;\x07", "\u202e")
    located = {path: dict.fromkeys(spans, excerpt) for path, spans in look.located.items()}
    for poisoned in (
        msgspec.structs.replace(look, findings=tuple(findings)),
        msgspec.structs.replace(look, located=located),
    ):
        yield summed(msgspec.structs.replace(decoded, found=msgspec.Raw(msgspec.msgpack.encode(poisoned))))


def summed(value: Any) -> bytes:
    """A value as it is kept, behind its checksum."""
    packed = msgspec.msgpack.encode(value)
    return checksum_of(packed) + packed


def test_a_poisoned_cache_tells_nothing_hostile(root: Path):
    """A cache of any bytes is none; findings from one show no escape sequence and no file outside."""
    time.sleep(RACY_NANOSECONDS / 1e9 + 0.02)
    plain = found(root)
    head = (root / ".specthis/cache/head").read_bytes()
    for at, poisoned in enumerate(poison(head)):
        is_whole = at in (6, 7)
        for name in ("head", "body"):
            put(f".specthis/cache/{name}", poisoned)(root)
        for form in FORMATS if is_whole else ("json",):
            ended = sound(lsp(root, "--output-format", form, "-v"))
            assert "root:" not in ended.stdout
            put(".specthis/cache/head", poisoned)(root)
        assert is_whole or found(root) == plain


def test_what_a_killed_check_left_is_taken_away(root: Path):
    """Caches half written do not pile up."""
    for number in (999999999, 999999998):
        put(f".specthis/cache/.specthis-{number}.tmp", NOISE)(root)
    found(root)
    assert not [path.name for path in (root / ".specthis/cache").iterdir() if "." in path.name]


def test_nothing_of_the_author_is_taken_for_a_leftover(root: Path):
    """Only names that this program alone gives are taken away, and only beside what it writes."""
    kept = ("specs/head.7", "specs/body.999999999", "specs/.specthis-x.tmp", "specs/specthis-999999999.tmp")
    for name in kept:
        put(name, "mine")(root)
    put(SPEC, BROKEN.format(0))(root)
    sound(lsp(root, "--fix", "--no-cache"))
    assert all((root / name).read_text() == "mine" for name in kept)


# Writing -------------------------------------------------------------------------------------------------------

BROKEN = body("## Entry\n\n### base\n\nScript: `scripts/fit.py`\nOutput: `results/x{0}/x.json`\nStatus: script redy\n")


def mendable(root: Path, count: int = 40) -> dict[Path, tuple[str, str]]:
    """Specs that a fix mends: each with its text before, and the one after as a whole fix has it."""
    whole = root.parent / "whole"
    for folder_ in (root, whole):
        for at in range(count):
            put(f"specs/s{at}.md", BROKEN.format(at).replace("compute-fit", f"s{at}") + "x" * 20_000)(folder_)
        put("scripts/fit.py", "")(folder_)
        put(SETTINGS, "")(folder_)
    sound(lsp(whole, "--fix", "--no-cache"))
    texts = {
        root / f"specs/s{at}.md": ((root / f"specs/s{at}.md").read_text(), (whole / f"specs/s{at}.md").read_text())
        for at in range(count)
    }
    assert all(old != new for old, new in texts.values())
    return texts


def left_behind(root: Path) -> list[str]:
    return [path.name for path in root.rglob("*") if path.name.startswith(".specthis-")]


def test_a_fix_killed_at_any_moment_leaves_whole_files(root: Path):
    """Each file is the old one or the new one, little is left behind, and the next fix completes the work."""
    shutil.rmtree(root)
    texts = mendable(root)
    pick = random.Random(3)
    for _ in range(20):
        for path, (old, _new) in texts.items():
            path.write_text(old)
        started = subprocess.Popen([*COMMAND, "--check", "--fix", "-q"], cwd=root, stdout=subprocess.DEVNULL)
        first = next(iter(texts))
        deadline = time.monotonic() + 5
        while first.read_text() == texts[first][0] and started.poll() is None and time.monotonic() < deadline:
            time.sleep(0.002)
        time.sleep(pick.random() * 0.05)
        started.kill()
        started.wait()
        assert all(path.read_text() in both for path, both in texts.items())
        assert len(left_behind(root)) <= 1
    sound(lsp(root, "--fix"))
    assert all(path.read_text() == new for path, (_old, new) in texts.items())
    assert left_behind(root) == []


def test_two_fixes_and_two_checks_at_once(root: Path):
    """Whoever is first mends; nobody fails, and nothing is written twice or by half."""
    shutil.rmtree(root)
    texts = mendable(root)
    for arguments in (["--fix"], []):
        running = [
            subprocess.Popen([*COMMAND, "--check", *arguments], cwd=root, stdout=-1, stderr=-1, text=True)
            for _ in range(3)
        ]
        for process in running:
            _, told = process.communicate(timeout=TIMEOUT)
            assert process.returncode in (0, 1)
            assert "Traceback" not in told
    assert all(path.read_text() == new for path, (_old, new) in texts.items())
    assert left_behind(root) == []


def small_files_only(root: Path) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (4000, 4000))


def test_a_name_forges_no_line_of_a_diff(root: Path):
    """What `patch` is given names one file, however that is called."""
    name = "specs/a\n+++ evil\n@@ -1 +1 @@\x1b[2J.md"
    put(name, BROKEN.format(0))(root)
    lines = lsp(root, "--diff").stdout.splitlines()
    assert "+++ evil" not in lines
    assert '+++ "specs/a\\012+++ evil\\012@@ -1 +1 @@\\033[2J.md"' in lines


def test_a_full_disk_leaves_everything_as_it_was(root: Path):
    """What cannot be written is told of; no file is cut off, and no cache is better than half of one."""
    shutil.rmtree(root)
    texts = mendable(root, 3)
    ended = sound(lsp(root, "--fix", before=small_files_only))
    assert ended.stderr.count("alone: file too large") == 3
    assert all(path.read_text() == old for path, (old, _new) in texts.items())
    assert left_behind(root) == []
    put(SPEC, entries(300))(root)
    sound(lsp(root, before=small_files_only))
    assert {path.name for path in (root / ".specthis/cache").iterdir()} <= {"head", "body"}


# Streams and signals -------------------------------------------------------------------------------------------


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no full device here")
def test_full_streams(root: Path):
    """A report nobody got ends with 2; a full stderr changes no verdict."""
    with open("/dev/full", "w") as full:
        for form in FORMATS:
            sound(lsp(root, "--output-format", form, stdout=full), (2,))
        for arguments, code in (([], 0), (["--nonsense"], 2), (["nowhere"], 2)):
            ended = subprocess.run([*COMMAND, "--check", *arguments], cwd=root, stdout=-1, stderr=full, timeout=TIMEOUT)
            assert ended.returncode == code


@pytest.mark.parametrize("kind", ["many entries", "inputs that multiply"])
def test_an_interrupt_ends_long_work(root: Path, kind: str):
    """Wherever it is, a check ends at once, as the system ends what is interrupted, and says nothing."""
    TEXTS[kind](root)
    for at in range(3200 if kind == "many entries" else 0):
        put(f"specs/note{at}.md", f"---\nname: note{at}\n---\n")(root)
    started = subprocess.Popen([*COMMAND, "--check", "--no-cache"], cwd=root, stdout=-1, stderr=-1, text=True)
    time.sleep(0.8)
    started.send_signal(signal.SIGINT)
    _, told = started.communicate(timeout=10)
    assert (started.returncode, told) == (-signal.SIGINT, "")


# What changes meanwhile ----------------------------------------------------------------------------------------


def churn(root: Path, stop: threading.Event) -> None:
    """Files vanish, grow, shrink, and become folders, pipes and links, over and over."""
    pick = random.Random(11)
    changes: tuple[Callable[[str], Damage], ...] = (
        pipe, folder, listening, *(PRETENDERS[name] for name in ("zeros", "itself")),
        lambda path: put(path, NOISE), lambda path: put(path, FILES.get(path) or ""), lambda path: put(path, b""),
        lambda path: lambda root: clear(root / path), lambda path: put(path, b"x" * pick.randrange(1 << 20)),
    )  # fmt: skip
    places = [path for path in FILES if path != SETTINGS] + ["specs/new.md", "specs/\udc80.md", ".gitignore"]
    while not stop.is_set():
        for path in (".specthis", "reports/sections", "specs/deep"):
            if pick.random() < 0.05:
                shutil.rmtree(root / path, ignore_errors=True)
        pick.choice(changes)(pick.choice(places))(root)


def try_to_churn(root: Path, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            churn(root, stop)
        except OSError:
            continue


def test_a_tree_that_moves_while_it_is_checked(root: Path):
    """Every check of it ends with a verdict, and so does every fix."""
    stop = threading.Event()
    mover = threading.Thread(target=try_to_churn, args=(root, stop))
    mover.start()
    try:
        for at in range(20):
            arguments = ("--fix",) if at % 5 == 4 else ("--output-format", FORMATS[at % 3])
            sound(lsp(root, *arguments), (0, 1, 2))
    finally:
        stop.set()
        mover.join()


# What may not be read ------------------------------------------------------------------------------------------

DROP = 24
OVERRIDES = (1, 2)
"""The privileges by which root reads and searches what it may not."""


def be_nobody_special(root: Path) -> None:
    """In the child: root loses its privilege of reading everything, by Linux's own numbers, when it becomes another."""
    if os.geteuid() == 0:
        system = ctypes.CDLL(None)
        for override in OVERRIDES:
            system.prctl(DROP, override, 0, 0, 0)


def heeds_permissions(folder: Path) -> bool:
    path = folder / "forbidden"
    path.touch(0o000)
    ended = subprocess.run(
        [sys.executable, "-c", f"open({str(path)!r})"],
        preexec_fn=lambda: be_nobody_special(folder),
        stderr=subprocess.DEVNULL,
    )
    return ended.returncode != 0


FORBIDDEN = ("specs", SPEC, "results", RESULT, "reports", PAPER, "scripts", SCHEMA, ".gitignore", ".specthis")


def test_what_may_not_be_read(root: Path):
    """Files and folders without permission give findings or silence; a fix leaves them alone."""
    if not heeds_permissions(root.parent):
        pytest.skip("root may read everything here")
    sound(lsp(root))
    for path in FORBIDDEN:
        put(".gitignore", "*.log\n")(root)
        before = (root / path).stat().st_mode
        (root / path).chmod(0)
        for arguments in ((), ("--fix",)):
            sound(lsp(root, "--output-format", "json", *arguments, before=be_nobody_special))
        (root / path).chmod(before)
    put(SETTINGS, "")(root)
    (root / SETTINGS).chmod(0)
    sound(lsp(root, before=be_nobody_special), (2,))


# The server ----------------------------------------------------------------------------------------------------


@pytest.fixture
def client() -> Iterator[Client]:
    client = Client(preexec_fn=limited)
    yield client
    client.kill()


def still_serves(client: Client) -> None:
    client.settle()
    assert client.process.poll() is None
    assert "Traceback" not in "".join(client.errors)


def test_hostile_texts_typed_into_an_editor(client: Client, root: Path):
    """Whatever is opened and typed, the next request is answered."""
    client.start(root)
    for kind in TEXTS:
        study = root.parent / "typed"
        shutil.rmtree(study, ignore_errors=True)
        TEXTS[kind](study)
        for path in (SPEC, PAPER):
            if (study / path).is_file() and kind not in ("many entries", "inputs that multiply"):
                uri = client.open(root / path, (study / path).read_text("utf-8", "replace"))
                still_serves(client)
                client.change(uri, 2, {"text": FILES[path]})
                client.close(uri)
    still_serves(client)


def test_files_that_turn_hostile_while_they_are_served(client: Client, root: Path):
    """A result that becomes a pipe, the specs a file, a paper a device, the whole project nothing."""
    outside = make_outside(root.parent / "outside")
    before = state_of(outside)
    client.start(root)
    uri = client.open(root / SPEC)
    turned = (pipe(RESULT), link(PAPER, "/dev/zero"), link("reports", OUT), pipe(".gitignore"), pipe("specs"))
    for damage in turned:
        damage(root)
        client.save(uri)
        still_serves(client)
    shutil.rmtree(root)
    client.save(uri)
    still_serves(client)
    make(root)
    client.save(uri)
    still_serves(client)
    assert state_of(outside) == before
    assert CANARY not in json.dumps(client.received)
    assert client.end() == 0
