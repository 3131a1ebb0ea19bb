"""What the command line takes, as values read off its parsers: for the reference in the docs, and for shells."""

from __future__ import annotations

from argparse import Action
from collections.abc import Callable, Mapping
from itertools import product

from msgspec import Struct

from specthis_analyzers.rules import BY_CODE
from specthis_analyzers.settings import SEVERITIES

from .arguments import FORMAT_NAMES
from .parser import DESCRIBE, Described, Parser

Run = Callable[[list[str]], int]
"""A verb: from what follows it to an exit code."""

WITHOUT_OPTIONS = ("--version", "--help")
"""The verbs that take nothing."""

SERVING = {
    "--stdio": "serve an editor on stdin and stdout",
    "--tcp": "serve an editor on a socket, HOST:PORT",
    "--ws": "serve an editor on a WebSocket, HOST:PORT",
}

VARIABLES = {
    "SPECTHIS_LSP_OUTPUT_FORMAT": "The format of `--check` where no option says another: `FORMAT` or `FORMAT:PATH`.",
    "NO_COLOR": "If not empty, no colours, whatever else speaks for them but `--color`.",
    "FORCE_COLOR": "If neither empty nor `0`, colours also where stdout is no terminal.",
    "TERM": "On a terminal that is `dumb`, no colours, and `--watch` clears no screen.",
    "GITHUB_ACTIONS": "If `true`, and no format is asked for, annotations follow the report.",
    "GITHUB_SERVER_URL": "With the next two, where places in a Markdown report lead.",
    "GITHUB_REPOSITORY": "The repository on that server.",
    "GITHUB_SHA": "The commit of it.",
    "CI_PROJECT_URL": "The same on GitLab, with the next.",
    "CI_COMMIT_SHA": "The commit of it.",
}
"""The environment variables that are heeded."""


class Values(Struct, frozen=True):
    """What may stand where a value is wanted."""

    words: tuple[str, ...] = ()
    listed: bool = False
    """Several, with commas between them."""
    files: bool = False


class Option(Struct, frozen=True):
    """An option of a verb; without a holder it is a flag."""

    names: tuple[str, ...]
    holder: str
    help: str
    group: str
    repeats: bool
    values: Values


class Verb(Struct, frozen=True):
    """A verb: all its names, the first one being the one to speak of."""

    names: tuple[str, ...]
    usage: str
    description: str
    epilog: str
    options: tuple[Option, ...]
    values: Values
    """What may stand where no option does."""

    @property
    def summary(self) -> str:
        """The first line of the description, to stand behind a name."""
        line = self.description.partition("\n")[0].rstrip(".")
        return f"{line[:1].lower()}{line[1:]}"


def verbs(table: Mapping[str, Run]) -> tuple[Verb, ...]:
    """Every verb of a table that takes options, in its order."""
    found: dict[Run, list[str]] = {}
    for name, run in table.items():
        found.setdefault(run, []).append(name)
    return tuple(_verb(tuple(names), run) for run, names in found.items() if names[0] not in WITHOUT_OPTIONS)


def _verb(names: tuple[str, ...], run: Run) -> Verb:
    parser = _parser_of(run)
    options = tuple(
        _option(action, str(group.title))
        for group in parser._action_groups
        for action in group._group_actions
        if action.option_strings
    )
    usage = str(parser.usage).removeprefix("specthis-lsp ")
    words = Values(files=True) if parser.words is None else Values(parser.words)
    return Verb(names, usage, parser.description or "", parser.epilog or "", options, words)


def _parser_of(run: Run) -> Parser:
    try:
        run(DESCRIBE)
    except Described as described:
        return described.parser
    raise AssertionError(f"`{run.__name__}` reads no arguments")


def _option(action: Action, group: str) -> Option:
    holder = str(action.metavar) if action.metavar and action.nargs != 0 else ""
    repeats = type(action).__name__ in ("_AppendAction", "_CountAction")
    values = Values(tuple(action.choices)) if action.choices else HOLDERS.get(holder, Values())
    return Option(tuple(action.option_strings), holder, action.help or "", group, repeats, values)


HOLDERS = {
    "CODES": Values(tuple(BY_CODE), listed=True),
    "CODE=LEVEL": Values(tuple(f"{code}={level}" for code, level in product(BY_CODE, SEVERITIES))),
    "FORMAT[:PATH]": Values(FORMAT_NAMES, files=True),
    "PATH": Values(files=True),
    "FILE": Values(files=True),
}
"""What may stand for the holders of values that are not a choice between a few."""
