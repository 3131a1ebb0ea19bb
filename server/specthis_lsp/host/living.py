"""A project that lives on while its files change: what an editor and `--watch` stand on alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from msgspec.structs import replace

from specthis_analyzers import paths
from specthis_analyzers.facts.configuration import Configuration
from specthis_analyzers.policy import of_other_profiles
from specthis_analyzers.project import Project
from specthis_analyzers.rules import RULES
from specthis_analyzers.settings import Policy

from .disk import Disk
from .relook import Relook
from .settling import SETTINGS_FILES, Settled, settle

SETTINGS_NAMES = frozenset(name for name, _ in SETTINGS_FILES)
READ = frozenset({"presence", "text", "document"})
"""The questions that name a file which people write."""


class Living:
    """One project over its disk. Paths are the engine's: relative to the root, with `/`."""

    def __init__(self, root: str, over: Callable[[Policy], Policy] = lambda policy: policy) -> None:
        """`over` lays what was asked for over the policy of the settings."""
        self.disk = Disk(root)
        self.over = over
        self.root = self.disk.root
        self.settled = settle(self.disk)
        self._load()

    def is_settings(self, path: str) -> bool:
        """Whether a file may give this project its settings."""
        return path in SETTINGS_NAMES

    def folders(self) -> set[str]:
        """The folders of what answers rest on and people write. Of results there are many: they are looked at instead.

        The root is left out, where settings lie, and often much else.
        """
        analysis = self.project.analysis
        found = {analysis.specs, *(analysis.reports or ("reports",))}
        for question in self.project.view.answers.known:
            if question[0] in READ and not any(paths.below(question[1], results) for results in analysis.results):
                found.add(paths.parent(question[1]))
        found.discard("")
        return found

    def look_at(self, changed: Iterable[str]) -> None:
        """Files may have changed on disk."""
        self.disk.forget()
        self.project.change(changed)
        self.is_project = self.project.is_project

    def look_again(self) -> Iterator[None]:
        """Look for changes that nobody reported, slice by slice."""
        for moved in self.relook.moved():
            if moved:
                self.project.change(moved)
                self.is_project = self.project.is_project
            yield

    def settle_again(self) -> bool:
        """Read the settings again; whether all has to be shown anew. Broken ones keep the last that were right."""
        before = self.settled
        after = settle(self.disk)
        configuration = after.configuration
        if configuration.problem is not None:
            known = before.configuration
            configuration = replace(configuration, analysis=known.analysis, policy=known.policy)
        self.settled = Settled(configuration, after.path)
        if self.settled == before:
            return False
        same_rules = self._aside(configuration) == self._aside(before.configuration)
        if same_rules and after.path == before.path and configuration.analysis == before.configuration.analysis:
            self.project.configuration = configuration
            self.project.view.answers.touch([("findings", after.path)])
        else:
            self._load()
        return True

    def _aside(self, configuration: Configuration) -> frozenset[str]:
        """Rules of profiles that nobody asked for: they are not asked, for what they look at is kept in memory."""
        return of_other_profiles(self.over(configuration.policy))

    def _load(self) -> None:
        aside = self._aside(self.settled.configuration)
        rules = tuple([rule for rule in RULES if rule.code not in aside])
        self.project = Project(self.disk, self.settled.configuration, self.settled.path, rules=rules)
        self.relook = Relook(self.disk, self.project)
        if self.disk.buffers:
            self.project.change(tuple(self.disk.buffers))
        self.is_project = self.project.is_project
