"""A project that lives on while its files change: what an editor and `--watch` stand on alike."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator

from msgspec.structs import replace

from specthis_analyzers import paths
from specthis_analyzers.policy import of_other_profiles
from specthis_analyzers.project import Project
from specthis_analyzers.rules import RULES
from specthis_analyzers.rules.rule import Rule
from specthis_analyzers.settings import Policy

from .opening import again, alone, is_large, specs_in, together
from .relook import Relook
from .second import Broken
from .settling import SETTINGS_FILES, Settled, settle
from .snapshot import Snapshot
from .still import StillDisk

SETTINGS_NAMES = frozenset(name for name, _ in SETTINGS_FILES)
SLICE = 0.005
"""Seconds of reading in one go."""


class Living:
    """One project over its disk. Paths are the engine's: relative to the root, with `/`."""

    def __init__(self, root: str, over: Callable[[Policy], Policy] | None = None, at_once: bool = True) -> None:
        """`over` puts what a command line asks for over the policy of the settings.

        Where it is not read `at_once`, `reading` is to be gone through before anything is asked.
        """
        self.over = over
        self.disk = StillDisk(root)
        self.disk.in_hand = set()
        self.root = self.disk.root
        self.settled = self.settings()
        self.moves = 0
        """How often something moved; who shows the project as a whole looks whether that is other than before."""
        self.way = ""
        """How it was read."""
        self._begin()
        for _ in self.reading() if at_once else ():
            pass

    def reading(self) -> Iterator[float]:
        """Read the project and check it, slice by slice: the share of it that is done, from 0 to 1."""
        for way, steps in self._ways():
            try:
                yield from _sliced(steps)
                self.way = way
                break
            except Broken:
                self._begin()
        self.disk.still = False
        self.look_at(self.disk.buffers)

    def _ways(self) -> Iterator[tuple[str, Iterator[float]]]:
        """The ways to read it, in words and in steps, the fastest first. Where one breaks the next is to be gone."""
        paths = specs_in(self.project, self.disk)
        if is_large(paths):
            snapshot = Snapshot(self.root, self.settled, self.project.rules)
            if parts := snapshot.last():
                yield "as it was kept, and what moved since", again(self.project, self.relook, snapshot, parts)
            yield "by two processes", together(self.project, self.disk, paths, snapshot)
        yield "by this process", alone(self.project, paths)

    def settings(self) -> Settled:
        """The settings as they are now."""
        return settle(self.disk)

    def is_settings(self, path: str) -> bool:
        """Whether a file may give this project its settings."""
        return path in SETTINGS_NAMES

    def folders(self) -> set[str]:
        """The folders of what answers rest on and people write. Of results there are many: they are looked at instead.

        The root is left out, where settings lie, and often much else.
        """
        analysis = self.project.analysis
        found = {analysis.specs, *(analysis.reports or ("reports",))}
        asked = self.project.folders
        found |= {folder for folder in asked if not any(paths.below(folder, results) for results in analysis.results)}
        found.discard("")
        return found

    def watched(self) -> Iterator[str]:
        """The folders to watch, absolute: those of what people write, and all around these; none out of the root.

        Of one that is not there somebody tells who watches the folder where it would be, and of one that is renamed
        none but who watches the folder around it.
        """
        yield self.root
        folders = self.folders()
        for folder in sorted(folders.union(*map(paths.above, folders)) - {""}):
            if self.disk.presence(folder) == "here":
                yield f"{self.root}/{folder}"

    def look_at(self, changed: Iterable[str]) -> None:
        """Files may have changed on disk."""
        self.disk.forget()
        self.take_in(changed)

    def look_again(self) -> Iterator[None]:
        """Look for changes that nobody reported, slice by slice."""
        for moved in self.relook.moved():
            if moved:
                self.take_in(moved)
            yield

    def take_in(self, changed: Iterable[str]) -> None:
        """Let the project know of files that may be others."""
        self.moves += 1
        self.project.change(changed)
        self._judge()

    def has_half_written(self) -> bool:
        """Whether a file was found half written since this was last asked: it is to be looked at once it is old."""
        found, self.disk.in_hand = self.disk.in_hand, set()
        return bool(found)

    def settle_again(self) -> bool:
        """Read the settings again; whether all has to be shown anew. Broken ones keep the last that were right."""
        before = self.settled
        after = self.settings()
        configuration = after.configuration
        if configuration.problem is not None:
            known = before.configuration
            configuration = replace(configuration, analysis=known.analysis, policy=known.policy)
        self.settled = Settled(configuration, after.path)
        if self.settled == before:
            return False
        same = after.path == before.path and configuration.analysis == before.configuration.analysis
        if same and self._rules() == self.project.rules:
            self.project.configuration = configuration
            self.project.view.answers.touch([("findings", after.path)])
        else:
            self._load()
        return True

    def is_ours(self) -> bool:
        """Whether anything here is ours."""
        return self.project.is_project

    def _judge(self) -> None:
        """See whether this is a project; where that is other than before, so is all that is shown."""
        before, self.is_project = self.is_project, self.is_ours()
        self.has_turned |= self.is_project != before

    def _rules(self) -> tuple[Rule, ...]:
        """All but those of profiles that nobody asked for: what they ask would be asked again with every change."""
        policy = self.settled.configuration.policy
        aside = of_other_profiles(policy if self.over is None else self.over(policy))
        return tuple([rule for rule in RULES if rule.code not in aside])

    def _load(self) -> None:
        self._begin()
        for _ in self.reading():
            pass

    def _begin(self) -> None:
        """A project of which nothing is read yet."""
        self.disk.forget()
        self.disk.still = True
        self.project = Project(
            self.disk, self.settled.configuration, self.settled.path, rules=self._rules(), at_once=False
        )
        self.relook = Relook(self.disk, self.project)
        self.is_project = False
        self.has_turned = False
        """Whether it became a project of ours, or ceased to be one, since somebody looked at this."""


def _sliced(steps: Iterator[float]) -> Iterator[float]:
    """Many small steps as few that take a moment each."""
    began = time.perf_counter()
    for share in steps:
        if time.perf_counter() - began > SLICE:
            yield share
            began = time.perf_counter()
