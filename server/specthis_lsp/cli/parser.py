"""The parser of every verb: argparse, for the standard library starts fastest, with complaints of our own.

Every mistake is one line that says what would have been right.
"""

from __future__ import annotations

from argparse import Action, ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Iterable
from typing import Any, NoReturn, TypeVar

from .exits import UsageError, meant

Choice = TypeVar("Choice", bound=str)


class Described(Exception):
    """The parser of a verb, for whoever writes about it: see `DESCRIBE`."""

    def __init__(self, parser: Parser) -> None:
        self.parser = parser


DESCRIBE: list[str] = ["--describe"]
"""What to give a verb in place of arguments, that it raises its parser and does nothing."""


class Help(RawDescriptionHelpFormatter):
    """Help that fits into the terminal, and into 100 columns, where lines are longer than eyes like."""

    def __init__(self, prog: str) -> None:
        from shutil import get_terminal_size

        super().__init__(prog, max_help_position=29, width=min(get_terminal_size().columns, 100))


class Parser(ArgumentParser):
    """An argument parser that complains by exception. `words` may stand where no option does; None: paths."""

    def __init__(self, name: str, usage: str, words: Iterable[str] | None = None, **more: Any) -> None:
        super().__init__(
            prog=f"specthis-lsp {name}",
            usage=f"specthis-lsp {usage}",
            allow_abbrev=False,
            formatter_class=Help,
            add_help=False,
            **more,
        )
        self.words = None if words is None else tuple(words)
        # Straight to its group: on the way there a parser would measure the terminal, for which much is imported.
        self._optionals.add_argument("-h", "--help", action="help", help="print this")

    def error(self, message: str) -> NoReturn:
        raise UsageError(message)

    def _check_value(self, action: Action, value: Any) -> None:
        if action.choices is not None:
            one_of(action.option_strings[-1], value, tuple(action.choices))

    def read(self, arguments: list[str]) -> tuple[Namespace, list[str]]:
        """The options, and what else was written, in any order; behind `--` everything is a path."""
        if arguments is DESCRIBE:
            raise Described(self)
        end = arguments.index("--") if "--" in arguments else len(arguments)
        found, words = self.parse_known_args(arguments[:end])
        for word in words:
            if word.startswith("-") and word != "-":
                option = word.partition("=")[0]
                known = [name for action in self._actions for name in action.option_strings]
                raise UsageError(f"there is no option `{option}`{meant(option, known)}")
        return found, words + arguments[end + 1 :]


def one_of(option: str, written: str, choices: tuple[Choice, ...]) -> Choice:
    """The choice that was written; any other word is a mistake."""
    for choice in choices:
        if choice == written:
            return choice
    raise UsageError(f"`{option}` takes {', '.join(choices)}, not `{written}`{meant(written, choices)}")


def known_code(code: str) -> str:
    """The code itself, if a rule has it."""
    from specthis_analyzers.rules import BY_CODE  # the rules are slow to import, and rarely named

    if code not in BY_CODE:
        raise UsageError(f"there is no rule `{code}`{meant(code, BY_CODE)}")
    return code
