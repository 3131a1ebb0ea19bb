"""What the scripts of entries write by name, and where that lies: shared by the rules on scripts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from msgspec import Struct

from .. import paths
from ..facts.contract import Contract, Side
from ..finding import Place, Related
from ..scripts import Author
from ..text import Word
from ..view import View
from ..world import Unread
from .layout import known_part
from .rule import Spec, is_pattern

PASSING = re.compile(r"(?:^|/)(?:\.|(?:te?mp|cache|scratch)(?:/|$))|\.(?:te?mp|part|partial|bak|lock|log)$|~$", re.I)
"""Files and folders that nobody keeps: hidden, temporary, copies, logs."""

OTHER_FOLDER = re.compile(r"\b(?:cd|chdir|pushd)\b|--chdir|-C\b")
MOST_NAMED = 20
"""Entries that are listed beside a finding on their script."""


class Layers(Struct, frozen=True):
    """The folders of reports and of results. The root is none: everything lies in it."""

    reports: tuple[str, ...]
    results: tuple[str, ...]

    def is_report(self, written: str) -> bool:
        is_file = written not in self.reports
        return is_file and self._depth(written, self.reports) > self._depth(written, self.results)

    def is_result(self, written: str) -> bool:
        is_file = written not in self.results
        return is_file and self._depth(written, self.results) > self._depth(written, self.reports)

    def _depth(self, written: str, folders: Sequence[str]) -> int:
        """How deep the folder is that a path lies in. Of a path with an open part its folder counts."""
        path = paths.project_path(known_part(written))
        return paths.deepest(path, folders) if isinstance(path, str) else -1


@lru_cache(maxsize=8)
def layers(reports: tuple[str, ...], results: tuple[str, ...]) -> Layers:
    named = [tuple([folder for folder in folders if folder not in ("", ".")]) for folders in (reports, results)]
    return Layers(*named)


def scripts_in(spec: Spec, side: Side) -> list[str]:
    """The Python scripts of the ready entries of one side, each once."""
    found = [_script_of(entry) for entry in spec.entries if entry.side == side and entry.ready]
    return list(dict.fromkeys([script for script in found if script is not None]))


def _script_of(entry: Contract) -> str | None:
    if entry.script is None or is_pattern(entry.script.text):
        return None
    path = paths.project_path(entry.script.text)
    return path if isinstance(path, str) and paths.suffix(path) == ".py" else None


def is_run_elsewhere(authors: Sequence[Author]) -> bool:
    """Whether an entry's command goes to another folder first: then names mean other files."""
    commands = (author.entry.field("Run") for author in authors)
    return any(command is not None and OTHER_FOLDER.search(command.rest.text) for command in commands)


def kept_writes(script: str, view: View) -> tuple[Word, ...]:
    """What a script writes by name to stay, in order. Asked only once something of it is to be reported."""
    facts = view.script(script)
    leaves = () if isinstance(facts, Unread) else facts.leaves
    return tuple([word for word in leaves if not PASSING.search(word.text)])


def named_by(authors: Sequence[Author]) -> tuple[Related, ...]:
    """The lines that name a script."""
    words = ((author.spec, author.entry.script) for author in authors[:MOST_NAMED])
    return tuple([Related(Place(spec, word.span), "the script of this entry") for spec, word in words if word])
