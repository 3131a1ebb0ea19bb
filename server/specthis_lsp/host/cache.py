"""What the last look at a project found, kept in `.specthis/cache`, and what it was found from.

A look is used again only if everything it saw is as it was: every file it read, every name it looked for, every
folder it listed. Otherwise the facts of files that did not move spare reading those. Nothing here is trusted: a cache
that is damaged, foreign or of another version is no cache. Safe to delete at any time.
"""

from __future__ import annotations

import os
import time
from typing import Any

import msgspec
from msgspec import Struct

from specthis_analyzers.facts.contract import SpecFacts
from specthis_analyzers.facts.document import DocumentFacts
from specthis_analyzers.finding import Finding
from specthis_analyzers.suppression import Suppression

from .kept import DAMAGED, key_of, make_folder, read, write
from .leftovers import sweep
from .located import Located
from .second import Broken, Second, may_fork
from .witness import ALL, Share, Sightings, Witness

LARGE_HEAD = 1 << 20
"""Bytes; what a smaller one saw is looked at sooner than a second process starts."""
RACY_NANOSECONDS = 50_000_000
"""A file changed this shortly before it was read may change again within the same tick of its clock."""


class Found(Struct, frozen=True, array_like=True):
    """What a look found."""

    findings: tuple[Finding, ...]
    specs: tuple[str, ...]
    entries: int
    suppressions: dict[str, tuple[Suppression, ...]] = {}
    located: Located = {}


class Head(Struct, frozen=True, array_like=True):
    """One look: what it depended on, and what it found, encoded, for it is wanted only where the rest still holds."""

    key: bytes
    aside: tuple[str, ...]
    sightings: Sightings
    found: msgspec.Raw


class Kept(Struct, array_like=True):
    """The facts of files with the stamp of each, encoded one by one so that only those asked for are decoded."""

    spec: dict[str, tuple[tuple[int, ...], bytes]]
    document: dict[str, tuple[tuple[int, ...], bytes]]

    def add(self, other: Kept) -> None:
        self.spec.update(other.spec)
        self.document.update(other.document)


class Body(Struct, frozen=True, array_like=True):
    """The facts of each file, under the key of their cache."""

    key: bytes
    kept: Kept


SPEC = msgspec.msgpack.Decoder(SpecFacts)
DOCUMENT = msgspec.msgpack.Decoder(DocumentFacts)
encode = msgspec.msgpack.encode


class Cache:
    """The cache of one project and one way to read it. Makes its folder; where it may not, there is no cache."""

    def __init__(self, root: str, settled: Any, aside: frozenset[str] = frozenset()) -> None:
        """`aside` are the rules that are not asked: what others found is no answer for those that ask more."""
        self.root = root
        self.key = key_of(settled)
        self.aside = tuple(sorted(aside))
        self.folder = make_folder(root)
        self.body: Body | None = None

    def last(self) -> Found | None:
        """What the last look found, if nothing it saw has moved; of a large one two processes look at half each."""
        if not self._is_large() or not may_fork():
            return self._last(ALL)
        try:
            with Second(lambda channel: channel.send(self._still_holds(slice(1, None, 2)) is not None)) as channel:
                found = self._last(slice(0, None, 2))
                return found if found is not None and channel.receive(bool) else None
        except Broken:
            return self._last(ALL)

    def _is_large(self) -> bool:
        try:
            return os.path.getsize(f"{self.folder}/head") > LARGE_HEAD
        except OSError:
            return False

    def _last(self, share: Share) -> Found | None:
        try:
            head = self._still_holds(share)
            return None if head is None else msgspec.msgpack.decode(head.found, type=Found)
        except DAMAGED:
            return None

    def _still_holds(self, share: Share) -> Head | None:
        """The head, if it is of this cache and what it saw has not moved."""
        head = read(self.folder, "head", Head)
        if head is None or (head.key, head.aside) != (self.key, self.aside):
            return None
        return head if head.sightings.still_hold(self.root, share) else None

    def facts(self, kind: str, path: str, stamp: tuple[int, ...] | None) -> SpecFacts | DocumentFacts | None:
        """The facts of a file, if it is the same file as then."""
        body = self.body or self._body()
        kept = (body.kept.spec if kind == "spec" else body.kept.document).get(path)
        if kept is None or stamp is None or kept[0] != stamp:
            return None
        try:
            return (SPEC if kind == "spec" else DOCUMENT).decode(kept[1])
        except DAMAGED:
            return None

    def _body(self) -> Body:
        found = read(self.folder, "body", Body)
        body = found if found is not None and found.key == self.key else Body(self.key, Kept({}, {}))
        self.body = body
        return body

    def pack(self, witness: Witness, answers: dict[Any, Any]) -> Kept:
        """The facts among the answers of a look, but for files too young to be told from their next version."""
        young = time.time_ns() - RACY_NANOSECONDS
        kept = Kept({}, {})
        for question, value in answers.items():
            stamp = witness.files.get(question[1]) if isinstance(value, SpecFacts | DocumentFacts) else None
            if stamp is not None and max(stamp[0], stamp[3]) < young:
                (kept.spec if question[0] == "spec" else kept.document)[question[1]] = (stamp, encode(value))
        return kept

    def keep(self, sightings: Sightings, kept: Kept, found: Found) -> None:
        """Keep a look; one that saw something young is not kept, for it may have changed unseen."""
        if self.folder is None:
            return
        sweep(self.folder)
        write(self.folder, "body", Body(self.key, kept))
        try:
            packed = msgspec.Raw(encode(found))
        except (msgspec.MsgspecError, ValueError):  # a name of undecodable bytes
            return
        if sightings.are_older_than(time.time_ns() - RACY_NANOSECONDS):
            write(self.folder, "head", Head(self.key, self.aside, sightings, packed))
