"""A project as the editor sees it: the engine over the disk, with open buffers laid over it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import Any

from specthis_analyzers import paths
from specthis_analyzers.baseline import NAME, Baseline, Malformed, read
from specthis_analyzers.finding import Finding
from specthis_analyzers.policy import are_hints, for_editors
from specthis_analyzers.text import MAX_BYTES, Text, decode
from specthis_analyzers.world import Unread

from ..host.living import Living
from ..host.projects import is_project
from ..host.settling import Settled, preferring
from ..host.showing import Showing
from . import uris
from .documents import Document


class Home(Living):
    """One project and what is open in it. Paths are the engine's: relative to the root, with `/`."""

    def __init__(self, root: str, uri: str, preferences: dict[str, Any] | None = None, at_once: bool = True) -> None:
        self.preferences = preferences or {}
        """What the editor's user prefers, by the names of settings."""
        self.uri = uri
        """The root as the client spells it."""
        self.documents: dict[str, Document] = {}
        self.edited: set[str] = set()
        """Open files whose text is another one than when their diagnostics were last looked at."""
        self.moved: set[str] = set()
        """What changed and is no file now: a folder, or gone."""
        self.given: set[str] = set()
        """Files of the edits that the client was given to go with a move: it may write them and not say so."""
        self.baseline_text: Text | Unread | None = None
        self.baseline: Baseline | Malformed | None = None
        super().__init__(root, at_once=at_once)

    # Names ---------------------------------------------------------------------------------------------------

    def path_of(self, absolute: str) -> str | None:
        """The project's path for a file, also where it is named by way of links; None for files elsewhere."""
        path = _relative(absolute, self.root)
        if path is None:
            folder, name = os.path.split(absolute)
            path = _relative(os.path.join(os.path.realpath(folder), name), self.disk.real_root)
        return path

    def uri_of(self, path: str) -> str:
        document = self.documents.get(path)
        return document.uri if document else uris.below(self.uri, path)

    # What it holds -------------------------------------------------------------------------------------------

    def text(self, path: str) -> Text:
        """The text that places in a file count in; empty where there is none."""
        return self.known_text(path) or Text("")

    def known_text(self, path: str) -> Text | None:
        """The same; None where there is none."""
        text = self.disk.read(path)
        return None if isinstance(text, Unread) else text

    def findings(self, path: str) -> list[Finding]:
        """What is shown in one file: after the policy, and without what comments and the baseline hold back."""
        if not self.is_project:
            return []
        policy = self.settled.configuration.policy
        shown = Showing(policy, self.baseline).sift(self.project.concerning(path), self.project.suppressions_for(path))
        return for_editors((finding for finding in shown.findings if finding.place.path == path), policy)

    def found_in(self) -> set[str]:
        """The files in which something may be shown; beside those of the rules, the baseline where it is broken."""
        found = {path for path, finders in self.project.found_in.items() if finders}
        return found | {NAME} if isinstance(self.baseline, Malformed) else found

    def has_hints_alone(self, path: str) -> bool:
        """Whether nothing but hints is found in a file, so much that no comment bears on it: told fast of thousands."""
        if self.project.suppressions_for(path) or isinstance(self.baseline, Malformed):
            return False
        return are_hints(self.project.concerning(path), self.settled.configuration.policy)

    def settings(self) -> Settled:
        return preferring(super().settings(), self.preferences)

    # How it changes ------------------------------------------------------------------------------------------

    def lay(self, path: str, document: Document) -> None:
        """Show the engine an open text instead of the file."""
        if self.documents.get(path) is not document:
            self._compare(path, document)
        elif document.is_written and self.disk.stamp(path) != document.stamp:
            self._read(path, document)  # an editor that loads a changed file anew says so as an edit
        document.is_written = document.text.source == document.on_disk
        self._lay(path, document)

    def _read(self, path: str, document: Document) -> Text | None:
        """What the file of an open text says, which is noted; None where there is none."""
        document.stamp = self.disk.stamp(path)  # before it is read, so that a later change has another
        data = self.disk.data(path, MAX_BYTES)
        if isinstance(data, Unread):
            return None
        file = decode(data)
        document.on_disk = file.source
        return file

    def _compare(self, path: str, document: Document) -> None:
        """Note whether an open text is as its file is, and where that is no UTF-8.

        An editor sends text, whatever bytes it read. Whoever has the files alone stands before the bytes.
        """
        file, source = self._read(path, document), document.text.source
        bad = None if file is None or file.bad is None else min(file.bad, len(source))
        if bad != document.text.bad:
            document.text = Text(source, bad=bad, held=True)
        document.is_written |= document.on_disk == source

    def _lay(self, path: str, document: Document) -> None:
        self.moves += 1
        self.documents[path] = document
        self.disk.open.add(path)
        self.edited.add(path)
        if len(document.text) <= MAX_BYTES:
            self.disk.buffers[path] = document.text
        else:
            self.disk.buffers.pop(path, None)
        self.project.edit((path,))

    def lift(self, path: str) -> None:
        """The document is closed: the file counts again."""
        self.documents.pop(path, None)
        self._lift(path)
        self.look_at((path,))

    def _lift(self, path: str) -> None:
        self.disk.open.discard(path)
        self.disk.buffers.pop(path, None)
        self.edited.add(path)
        self.project.change((path,))

    def look_at(self, changed: Iterable[str]) -> None:
        changed = tuple(changed)
        self.moved.update(path for path in changed if not os.path.isfile(f"{self.root}/{path}"))
        self._let_go(changed)
        super().look_at(changed)

    def look_again(self) -> Iterator[None]:
        self._let_go(self.documents)
        return super().look_again()

    def is_ours(self) -> bool:
        """What somebody types away is not gone: as long as the files say that it is ours, it is."""
        return super().is_ours() or (self.is_project and bool(self.documents) and is_project(self.root))

    def take_in(self, changed: Iterable[str]) -> None:
        changed = tuple(changed)
        for path in self.disk.open.intersection(changed):
            document = self.documents[path]
            before = document.text
            self._compare(path, document)
            if document.text is not before:
                self._lay(path, document)
        super().take_in(changed)

    def _let_go(self, changed: Iterable[str]) -> None:
        """An open text that is as its file was goes with it, as by `git mv` in a terminal, and comes back with it.

        What somebody has written in it since is theirs, and counts.
        """
        for path in changed:
            document = self.documents.get(path)
            if document is None or not document.is_written:
                continue
            is_there = os.path.isfile(f"{self.root}/{path}")
            if is_there and path not in self.disk.open:
                self._lay(path, document)
            elif not is_there and path in self.disk.open:
                self._lift(path)

    def _look_below(self) -> None:
        """With a folder all below it is gone or new, and nobody need say so of each file."""
        moved, self.moved = self.moved, set()
        if not moved:
            return
        asked_in = self.project.folders
        around = asked_in.union(*map(paths.above, asked_in))
        folders = {path for path in moved if path in around or self._may_hold_results(path)}
        if not folders:  # as with every file that is gone: to go through all questions takes a while
            return
        questions = self.project.view.answers.questions()
        asked = {name for question in questions for name in question[1:2] if isinstance(name, str)}
        super().look_at([path for path in asked if not folders.isdisjoint(paths.above(path))])

    def _may_hold_results(self, path: str) -> bool:
        """Whether a path lies where results do, and is none itself."""
        results = self.project.analysis.results
        return any(paths.below(path, folder) for folder in results) and not self.project.view.answers.knows(
            ("stamp", path)
        )

    def prefer(self, preferences: dict[str, Any]) -> bool:
        """Take what the editor's user prefers; whether all has to be shown anew."""
        if preferences == self.preferences:
            return False
        self.preferences = preferences
        return self.settle_again()

    def refresh(self) -> set[str]:
        """Check what the changes concern; the files whose diagnostics may be others now."""
        self._look_below()
        candidates = self.edited | self.project.refresh()
        if not self.is_project and any(map(self.project.is_ours, self.edited)):
            self._judge()
        if self.has_turned:
            candidates |= self.project.found_in.keys()
        self.edited, self.has_turned = set(), False
        return candidates | {NAME, *self.project.found_in} if self._read_baseline() else candidates

    def _read_baseline(self) -> bool:
        """Take what the project accepts for now, and say whether that is other than before.

        It is asked for as everything is, so that whoever looks for changes sees one of it.
        """
        text = self.project.view.text(NAME) if self.is_project else None
        if text is self.baseline_text:
            return False
        before = self.baseline
        self.baseline_text, self.baseline = text, None if text is None else read(text)
        return self.baseline != before or isinstance(self.baseline, Malformed)  # what is said of it spans its text


def _relative(absolute: str, root: str) -> str | None:
    """A path below a root, with `/`; None if it is not below."""
    path, top = absolute.replace(os.sep, "/"), root.replace(os.sep, "/").rstrip("/")
    head, rest = path[: len(top)], path[len(top) :]
    same = head == top or (os.name == "nt" and head.lower() == top.lower())
    return rest[1:] if same and rest.startswith("/") and len(rest) > 1 else None
