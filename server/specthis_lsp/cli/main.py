"""Which verb was meant, and how the process ends."""

from __future__ import annotations

import sys
from collections.abc import Callable

from .exits import CLEAN, INTERNAL, INTERRUPTED, USAGE, UsageError, meant
from .output import emit_text, note, prepare

HELP = """\
specthis-lsp: the type checker for research repositories.

usage:
  specthis-lsp --check [OPTIONS] [PATHS ...]   check a project; `--check --help` lists the options
  specthis-lsp rule CODE | --all               the manual of a rule, or of all rules
  specthis-lsp --stdio                         serve an editor on stdin and stdout
  specthis-lsp --tcp HOST:PORT                 serve an editor on a socket
  specthis-lsp --version
  specthis-lsp --help

Without arguments it serves on stdio, or prints this if stdin is a terminal.
"""


def run(arguments: list[str]) -> int:
    """A command line to an exit code. Nothing escapes: whatever fails unforeseen is an internal error."""
    prepare()
    try:
        return _verb(arguments)
    except UsageError as error:
        note(f"specthis-lsp: {error}")
        return USAGE
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        return CLEAN
    except SystemExit as end:  # argparse has printed its help
        return end.code if isinstance(end.code, int) else CLEAN
    except Exception:
        from traceback import format_exc

        note(format_exc().rstrip("\n"))
        note("specthis-lsp: internal error. Please report this with the lines above.")
        return INTERNAL


def _verb(arguments: list[str]) -> int:
    if not arguments:
        return _help([]) if sys.stdin is not None and sys.stdin.isatty() else _stdio([])
    word, rest = arguments[0], arguments[1:]
    name, equals, value = word.partition("=")
    if name == "--tcp" and equals:
        return _tcp([value, *rest])
    if word not in VERBS and "--stdio" in rest:
        word = "--stdio"  # editors put options of their own before it
    if word not in VERBS:
        raise UsageError(_unknown(word))
    return VERBS[word](rest)


def _unknown(word: str) -> str:
    from .visible import visible

    kind = "option" if word.startswith("-") else "verb"
    hint = meant(word, VERBS)
    if not hint:
        hint = "; `specthis-lsp --check PATH` checks a path, `specthis-lsp --help` lists the verbs"
    return f"there is no {kind} `{visible(word)}`{hint}"


def _help(rest: list[str]) -> int:
    emit_text(HELP)
    return CLEAN


def _version(rest: list[str]) -> int:
    from .version import version

    emit_text(f"specthis-lsp {version()}\n")
    return CLEAN


def _check(rest: list[str]) -> int:
    from .check import run as check

    return check(rest)


def _rule(rest: list[str]) -> int:
    from .explain import run as explain

    return explain(rest)


def _stdio(rest: list[str]) -> int:
    """Options that editors add, such as `--clientProcessId`, are said again in the handshake."""
    from ..server.main import serve_stdio

    serve_stdio()
    return CLEAN


def _tcp(rest: list[str]) -> int:
    address = rest[0] if rest else ""
    host, colon, port = address.rpartition(":")
    if not (colon and host and port.isascii() and port.isdigit() and int(port) < 65536):
        raise UsageError(f"`--tcp` takes HOST:PORT, not `{address}`")
    from ..server.main import serve_tcp

    serve_tcp(host.strip("[]"), int(port))
    return CLEAN


VERBS: dict[str, Callable[[list[str]], int]] = {
    "--check": _check,
    "check": _check,
    "rule": _rule,
    "--stdio": _stdio,
    "--tcp": _tcp,
    "--version": _version,
    "-V": _version,
    "--help": _help,
    "-h": _help,
    "help": _help,
}
