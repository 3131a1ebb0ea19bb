"""What a client may ask for by name: a table of commands. Adding one: a function and a line in `COMMANDS`.

A function takes the session and the arguments, a list of plain data; its answer is plain data, or a coroutine for what
takes longer. Arguments that mean nothing raise `Refused`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lsprotocol import types
from msgspec import Struct

from .. import opening
from ..feature import Feature
from ..offers import Offers
from ..protocol import INVALID_PARAMS, Refused
from ..session import Session


class Command(Struct, frozen=True):
    """A command: its name, beginning with `specthis.`, and the function that does it."""

    name: str
    function: Callable[[Session, list[Any]], Any]
    wanted: Callable[[Offers], bool] | None = None
    """Whether it is announced to a client; to all where nothing is said."""


def show_debug_information(session: Session, arguments: list[Any]) -> str:
    """How the server stands, as Markdown; to be read in the log too, where a client drops the answer."""
    from ..debugging import described

    text = described(session)
    session.client.log(types.MessageType.Info, text)
    return text


def execute(session: Session, params: types.ExecuteCommandParams) -> Any:
    command = BY_NAME.get(params.command)
    if command is None:
        raise Refused(INVALID_PARAMS, f"there is no command {params.command}")
    return command.function(session, list(params.arguments or ()))


COMMANDS = (
    Command("specthis.showDebugInformation", show_debug_information),
    Command(opening.COMMAND, opening.open_file, wanted=lambda offers: offers.shows),
)
BY_NAME = {command.name: command for command in COMMANDS}

FEATURES = (Feature(types.WORKSPACE_EXECUTE_COMMAND, execute),)
