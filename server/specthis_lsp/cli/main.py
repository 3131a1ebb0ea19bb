"""Which verb was meant, and how the process ends."""

from __future__ import annotations

import sys
from collections.abc import Callable

from msgspec import Struct

from .. import __version__
from .exits import CLEAN, INTERNAL, INTERRUPTED, USAGE, UsageError, meant
from .output import emit_text, note, prepare
from .visible import visible

HELP = """\
specthis-lsp: the type checker for research repositories.

usage:
  specthis-lsp --check [OPTIONS] [PATHS ...]   check a project; `--check --help` lists the options
  specthis-lsp audit [OPTIONS] [PATHS ...]     how every entry stands, in one table; `audit --help`
  specthis-lsp rule CODE | --all               the manual of a rule, or of all rules
  specthis-lsp schema [NAME]                   the JSON Schema of the settings, or of a report
  specthis-lsp completion SHELL                what bash, zsh, fish or PowerShell need to complete all this
  specthis-lsp --stdio                         serve an editor on stdin and stdout
  specthis-lsp --tcp HOST:PORT                 serve an editor on a socket
  specthis-lsp --ws HOST:PORT                  the same on a WebSocket, for editors in browsers
  specthis-lsp --version
  specthis-lsp --help

Without arguments it serves on stdio, or prints this if stdin is a terminal.
"""


class Serve(Struct, frozen=True):
    """How to serve an editor, to an exit code: given from above, because the faces do not know each other."""

    stdio: Callable[[], int]
    tcp: Callable[[str, int], int]
    websocket: Callable[[str, int], int]


def run(arguments: list[str], serve: Serve) -> int:
    """A command line to an exit code. Nothing escapes: whatever fails unforeseen is an internal error."""
    prepare()
    try:
        return _verb(arguments, serve)
    except UsageError as error:
        note(visible(f"specthis-lsp: {error}"))
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


def _verb(arguments: list[str], serve: Serve) -> int:
    if not arguments:
        return _help([]) if sys.stdin is not None and sys.stdin.isatty() else serve.stdio()
    word, rest = arguments[0], arguments[1:]
    name, equals, value = word.partition("=")
    if name in ("--tcp", "--ws"):
        listen = serve.tcp if name == "--tcp" else serve.websocket
        return listen(*_address(name, value if equals else "".join(rest[:1])))
    # Editors add options of their own before or after it, and say them again in the handshake.
    if word == "--stdio" or (word not in VERBS and "--stdio" in rest):
        return serve.stdio()
    if word not in VERBS:
        raise UsageError(_unknown(word))
    return VERBS[word](rest)


def _address(option: str, written: str) -> tuple[str, int]:
    host, colon, port = written.rpartition(":")
    if not (colon and host and port.isascii() and port.isdigit() and int(port) < 65536):
        raise UsageError(f"`{option}` takes HOST:PORT, not `{written}`")
    return host.strip("[]"), int(port)


def _unknown(word: str) -> str:
    kind = "option" if word.startswith("-") else "verb"
    hint = meant(word, (*VERBS, "--stdio", "--tcp", "--ws"))
    if not hint:
        hint = "; `specthis-lsp --check PATH` checks a path, `specthis-lsp --help` lists the verbs"
    return f"there is no {kind} `{visible(word)}`{hint}"


def _help(rest: list[str]) -> int:
    emit_text(HELP)
    return CLEAN


def _version(rest: list[str]) -> int:
    emit_text(f"specthis-lsp {__version__}\n")
    return CLEAN


def _check(rest: list[str]) -> int:
    """A check is short and makes no garbage worth looking for: the collector would only walk its values, over and over.

    At the end they are frozen, so that leaving walks them no more either.
    """
    import gc

    from .check import run as check

    gc.disable()
    try:
        return check(rest)
    finally:
        gc.freeze()
        gc.enable()


def _audit(rest: list[str]) -> int:
    from .audit import run as audit

    return audit(rest)


def _rule(rest: list[str]) -> int:
    from .explain import run as explain

    return explain(rest)


def _schema(rest: list[str]) -> int:
    from .schema import run as schema

    return schema(rest)


def _completion(rest: list[str]) -> int:
    from .completion import run as completion

    return completion(rest, VERBS)


VERBS: dict[str, Callable[[list[str]], int]] = {
    "--check": _check,
    "check": _check,
    "audit": _audit,
    "rule": _rule,
    "schema": _schema,
    "completion": _completion,
    "--version": _version,
    "-V": _version,
    "--help": _help,
    "-h": _help,
    "help": _help,
}
