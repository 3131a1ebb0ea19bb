"""What a person prefers, as the editor sends it: it counts where the settings of a project leave something open.

So whatever a project decides is the same in everybody's editor, and in CI.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from lsprotocol import types

from specthis_analyzers.settings import PERSONAL, SETTINGS

from .client import Client

SECTION = "specthis"
BY_NAME = {setting.name: setting for setting in SETTINGS}
OF_CODES = ("codes", "severities")
GROUPS = {name.rpartition(".")[0] for name in BY_NAME} - {""}

Values = dict[str, Any]
"""Values by the names of settings."""


class Preferences:
    """What the client said last: for the workspace, and for each of its folders."""

    def __init__(self, client: Client, folders: Mapping[str, str], apply: Callable[[], None]) -> None:
        """`folders` are the workspace's, by their URIs; `apply` is called when something else is preferred."""
        self.client = client
        self.folders = folders
        self.apply = apply
        self.at_start: Values = {}
        self.by_folder: dict[str, Values] = {}
        """By path; under the empty path for all else."""
        self.complaints: set[str] = set()
        self.unanswered = 0
        self.answered = asyncio.Event()

    def begin_with(self, options: Any) -> None:
        """Take what came with the handshake."""
        self.at_start = self._taken(options)

    def of(self, root: str) -> Values:
        """What counts for a project: what is said of the innermost folder around it, or of all."""
        around = [folder for folder in self.by_folder if folder and f"{root}/".startswith(f"{folder.rstrip('/')}/")]
        return {**self.at_start, **self.by_folder.get(max(around, key=len, default=""), {})}

    def ask(self) -> None:
        """Have the client say what its user prefers, for the workspace and each of its folders."""
        if not self.client.offers.configuration:
            return
        folders = [("", None), *((path, uri) for uri, path in self.folders.items())]
        items = [{"section": SECTION} | ({"scopeUri": uri} if uri else {}) for _, uri in folders]
        self.unanswered += 1
        self.answered.clear()

        def take(answer: Any, is_error: bool) -> None:
            self.unanswered -= 1
            if isinstance(answer, list) and not is_error and not self.unanswered:
                self.by_folder = {
                    path: self._taken(said) for (path, _), said in zip(folders, answer, strict=False) if said
                }
                self.apply()
            if not self.unanswered:
                self.answered.set()

        self.client.ask(types.WORKSPACE_CONFIGURATION, {"items": items}, take)

    def take(self, settings: Any) -> None:
        """The client says that settings are others: asked where it can be, else as it sent them."""
        if self.client.offers.configuration:
            self.ask()
        elif isinstance(settings, dict) and SECTION in settings:
            self.by_folder = {"": self._taken(settings[SECTION])}
            self.apply()

    async def known(self, seconds: float) -> None:
        """Wait until the client has answered, but no longer than that."""
        if self.unanswered:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.answered.wait(), seconds)

    def _taken(self, said: Any) -> Values:
        """The values that can be taken; of each other one of our settings the log tells once why it is not."""
        taken: Values = {}
        for name, value in _named(said):
            setting = BY_NAME.get(name)
            if setting is None or value is None:
                continue  # A setting of the editor's own, or one that is not set.
            if name not in PERSONAL:
                self._complain(f"`{SECTION}.{name}` is the project's to say, in `specthis.toml`")
            elif (refusal := setting.refusal(value)) is not None:
                self._complain(f"in the editor's settings, {refusal}")
            else:
                taken[name] = self._known(name, value)
        return taken

    def _known(self, name: str, value: Any) -> Any:
        """Of codes those that are some rule's: of a selection by a mistyped one alone nothing would be shown."""
        if BY_NAME[name].form not in OF_CODES:
            return value
        from specthis_analyzers.rules import BY_CODE  # the engine is imported once the client has its answer

        for code in value:
            if code not in BY_CODE:
                self._complain(f"in the editor's settings, `{name}`: there is no rule `{code}`")
        if isinstance(value, dict):
            return {code: severity for code, severity in value.items() if code in BY_CODE}
        return [code for code in value if code in BY_CODE]

    def _complain(self, why: str) -> None:
        if why not in self.complaints:
            self.complaints.add(why)
            self.client.log(types.MessageType.Warning, why)


def _named(said: Any, group: str = "") -> Iterator[tuple[str, Any]]:
    """Values by full names, however deep they are nested: `{"rules": {"ignore": …}}` or `{"rules.ignore": …}`."""
    for key, value in said.items() if isinstance(said, dict) else ():
        name = f"{group}.{key}" if group else str(key)
        if name in GROUPS and not group:
            yield from _named(value, name)
        else:
            yield name, value
