"""The one thing that changes: a project, its facts, and what the rules find in it.

Load it once; after that say which paths may have changed, and ask which findings are other than before. The cost of
a change follows the change: see `answers.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from traceback import format_exc
from typing import Any

from msgspec import Struct

from . import paths
from .answers import Answers, Once
from .facts.comments import in_script, style_of, takes_comments
from .facts.configuration import DEFAULT, Configuration
from .facts.contract import KINDS, SpecFacts
from .finding import Checked, Crash, Finding, in_order
from .handed import Handed
from .idle import told_apart, unjudged
from .names import Names, Told
from .rules import CODES, RULES
from .rules.malformed_suppression import complaints, suppressions_of
from .rules.rule import Rule, Settings, Spec
from .spool import Spool
from .suppression import Suppression
from .text import Text
from .view import Restored, View
from .world import Unread, World

WITHOUT_FRONT_MATTER = frozenset({"README.md", "AGENTS.md", "CLAUDE.md"})
"""Files of the specs folder that speak to people and agents; they are specs only if they say their kind."""

NO_FACTS = SpecFacts(None, (), ())
READ_FROM_DISK = ("presence", "stamp", "time", "checkout", "folder")
"""The questions about one file or folder that are answered by a look at the disk."""
READ_FROM_TEXT = ("text", "spec", "document", "script", "says reports", "says shown")
"""The questions about one file that are answered from its text."""
PROJECT = ""
"""The name under which rules on the project as a whole are asked."""


NOTHING_FOUND = Checked()
OFTEN = 500
"""Specs, for each of which a few dozen paths are remembered."""
OF_A_FILE = frozenset({"presence", "text", "document"})
"""The questions that name a file which people write."""
TOLD = frozenset({"presence", "stamp", "time", "checkout", "says reports", "says shown"})
"""The questions whose values are told to another process: those by which one sees that a file has moved."""


class Report(Struct, array_like=True):
    """What was found in one part of a project. What it rests on is told after it."""

    checked: dict[str, Checked]
    unread: list[str]
    commented: list[str]
    folders: list[str]


class Project:
    """A project over a world. `recording` remembers who asked what; a single check can do without.

    Or else `answers` says what is done with them: `Noted` for another process to adopt.
    """

    def __init__(
        self,
        world: World,
        configuration: Configuration = DEFAULT,
        settings_path: str | None = None,
        recording: bool = True,
        rules: tuple[Rule, ...] = RULES,
        restored: Restored | None = None,
        part: Sequence[str] | None = None,
        whole: bool = True,
        at_once: bool = True,
        answers: type[Answers] = Answers,
    ) -> None:
        """`part` names the specs to read and check, where another project sees to the rest: see `Names.listen`.

        `whole` says which of the two looks at the settings, and at the project as a whole. Where it is not read
        `at_once`, `reading` is to be gone through before anything is asked.
        """
        self.configuration = configuration
        self.settings_path = settings_path
        self.analysis = configuration.analysis
        self.rules = rules
        self.speaking: dict[tuple[str, str | None, bool], list[Rule]] = {}
        answers = answers if recording else Once
        self.names = Names(answers.lives_on)
        self.view = View(world, self.analysis, self.names, self._check, answers, restored, CODES)
        self.unread: set[str] = set()
        """Files of the specs folder that are there and could not be read."""
        self.fresh: set[str] = {PROJECT, *([settings_path] if settings_path else [])} if whole else set()
        """Subjects that were never checked."""
        self.gone: set[str] = set()
        """Subjects of a moment ago that are none now."""
        self.checked: dict[str, Checked] = {}
        """What was found, by the file whose check found it."""
        self.suppressors: set[str] = set()
        """Files with comments that suppress something."""
        self.found_in: dict[str, set[str]] = {}
        """By the file a finding stands in, the files whose checks found it."""
        self.scripts: set[str] = set()
        """Files behind `#` in which findings stand: no rule looks at them, but their comments may suppress those."""
        self.commented: set[str] = set()
        """LaTeX files whose comments suppress something."""
        self.open: set[str] = set()
        """Specs that were open in an editor when they were last looked at."""
        self.same: dict[Any, Any] = {}
        """While a project is opened, one of each value that others told of it."""
        self.folders_told: set[str] = set()
        """`folders` of what others told of. No longer asked about, they are looked at for nothing."""
        self.steps = 0
        """Specs that were read or checked."""
        for _ in self.reading(part) if at_once else ():
            pass

    # What the project holds ----------------------------------------------------------------------------------

    @property
    def specs(self) -> tuple[str, ...]:
        """The paths of the specs, in order."""
        return tuple(sorted(self.names.specs))

    def facts(self, path: str) -> SpecFacts:
        """What a Markdown file of the specs folder says; nothing where it cannot be read."""
        facts = self.view.spec(path)
        return NO_FACTS if isinstance(facts, Unread) else facts

    def _peek(self, path: str) -> SpecFacts:
        facts = self.view.peek_spec(path)
        return NO_FACTS if isinstance(facts, Unread) else facts

    @property
    def is_project(self) -> bool:
        """Whether anything here is ours: settings, or a spec that says what it depends on or a kind we know."""
        return self.settings_path is not None or any(map(self.is_ours, self.names.specs))

    def is_ours(self, path: str) -> bool:
        """Whether a file is a spec that says so."""
        return path in self.names.specs and _is_ours(self._peek(path))

    def findings(self) -> tuple[Finding, ...]:
        """Everything found, in order of path and place, each break once."""
        self.refresh()
        return in_order(finding for checked in self.checked.values() for finding in checked.findings)

    @property
    def suppressions(self) -> dict[str, tuple[Suppression, ...]]:
        """What comments suppress, by the file they stand in."""
        return {path: checked.suppressions for path, checked in self.checked.items() if checked.suppressions}

    @property
    def folders(self) -> set[str]:
        """The folders of the files that people write, and that something rests on."""
        asked = (question[1] for question in self.view.answers.known if question[0] in OF_A_FILE)
        return self.folders_told.union(map(paths.parent, asked))

    @property
    def crashes(self) -> tuple[Crash, ...]:
        return tuple(crash for checked in self.checked.values() for crash in checked.crashes)

    # How it changes ------------------------------------------------------------------------------------------

    def change(self, changed: Iterable[str]) -> None:
        """Say that these paths may have changed: edited, saved, made, removed. Folders count as any path."""
        changed = tuple(changed)
        self.view.answers.touch((kind, path) for path in changed for kind in READ_FROM_DISK)
        # A file may be the first in new folders, or the last in folders that went with it.
        self.view.answers.touch(("folder", folder) for path in changed for folder in paths.above(path))
        self.view.answers.touch(("time", paths.parent(path)) for path in changed)
        self.edit(changed)

    def edit(self, edited: Iterable[str]) -> None:
        """Say that these files may have another text, and nothing else: no file was made, moved or removed."""
        edited = tuple(edited)
        self.view.answers.touch((kind, path) for path in edited for kind in READ_FROM_TEXT)
        for path in edited:
            if self._is_spec_path(path):
                self.view.drop(path)
                self._read(path)
                self._note_open(path)

    def refresh(self) -> set[str]:
        """Check again whatever a change concerns; the paths whose findings are now others."""
        moved: set[str] = set()
        for _ in self.refreshing(moved):
            pass
        return moved

    def refreshing(self, moved: set[str]) -> Iterator[None]:
        """The same, check by check; adds the paths whose findings are now others."""
        while self.gone or self.due:  # What is found may stand in a script that was none of ours before.
            for path in self.due:
                if path in self.gone:  # a script, in which nothing is found since the last of these checks
                    continue
                self.fresh.discard(path)
                moved |= self._replace(path, self.check(path))
                yield
                self._leave_room()
            for path in sorted(self.gone):
                self.gone.discard(path)
                moved |= self._replace(path, None)
                self.view.answers.forget(("findings", path))
        moved |= self._read_comments()
        self._rest()

    def report(self) -> Report:
        """All that was found in this part of a project, for a project that reads the rest."""
        return Report(self.checked, sorted(self.unread), sorted(self.view.commented), sorted(self.folders))

    def handed(self) -> Handed:
        """What that rests on."""
        return self.view.answers.told(TOLD)

    def adopting_names(self, told: Told) -> Iterator[None]:
        """Take in, step by step, the names of another part of the project. What was found in it comes next."""
        return self.names.adopting(told, self.same)

    def adopt(self, report: Report) -> None:
        """Take in what another found in a part that was not read here."""
        self.unread.update(report.unread)
        self.view.commented.update(report.commented)
        self.folders_told.update(report.folders)
        for path, checked in report.checked.items():
            path = self.same.setdefault(path, path)
            self._replace(path, checked)
            self.fresh.discard(path)

    def adopting(self, handed: Handed) -> Iterator[None]:
        """Take in, step by step, what that rests on. Before that nothing may change."""
        return self.view.answers.adopting(handed, TOLD, lambda question: self.checked.get(question[1]), self.same)

    def _leave_room(self) -> None:
        """While thousands of specs are read, drop now and then what was remembered of their paths."""
        self.steps += 1
        if self.view.spool is not None and self.steps % OFTEN == 0:
            paths.forget()

    def _rest(self) -> None:
        """Once all is read, drop what was kept for the reading alone."""
        self.same = {}
        if self.view.spool is not None:
            self.view.spool = None
            paths.forget()

    @property
    def due(self) -> list[str]:
        """The files to check next: those new here, and those that something suspect bears on."""
        suspects = (question[1] for question in self.view.answers.suspects if question[0] == "findings")
        return sorted(self.fresh.union(path for path in suspects if self._is_subject(path)))

    def check(self, path: str) -> Checked:
        """What the rules find in one file."""
        return self.view.ask(("findings", path))

    def findings_at(self, path: str) -> tuple[Finding, ...]:
        """The findings whose place is in one file, whichever file's check found them."""
        found = (self.checked[checked].findings for checked in sorted(self.found_in.get(path, ())))
        return in_order(finding for findings in found for finding in findings if finding.place.path == path)

    def finders(self, finding: Finding) -> list[str]:
        """The files whose checks found it."""
        found_in = sorted(self.found_in.get(finding.place.path, ()))
        return [path for path in found_in if finding in self.checked[path].findings]

    def concerning(self, path: str) -> tuple[Finding, ...]:
        """The findings in one file, and those elsewhere that its check found: all that its comments may hold for."""
        found = self.checked.get(path, NOTHING_FOUND).findings
        if self.found_in.get(path) == {path}:
            return in_order(found)  # as mostly, nobody else found anything in it
        return in_order((*self.findings_at(path), *found))

    def suppressions_for(self, path: str) -> dict[str, tuple[Suppression, ...]]:
        """Of what comments suppress, that which may hold for findings in one file."""
        if not self.suppressors:
            return {}
        standing = [path]
        if not takes_comments(path):
            standing = [related.place.path for finding in self.findings_at(path) for related in finding.related]
        found = {other: self.checked[other].suppressions for other in standing if other in self.checked}
        return {other: suppressions for other, suppressions in found.items() if suppressions}

    def _read_comments(self) -> set[str]:
        """Take in the comments of LaTeX files, which no rule looks at by themselves; the paths where that tells."""
        readable = self.view.dialect().name == "0.0.1"
        commented: dict[str, Checked] = {}
        for path, facts in self.view.commented_documents().items():
            suppressions = told_apart(facts.suppressions, (), self.view, readable)
            commented[path] = Checked(tuple(complaints(path, suppressions, CODES)), (), suppressions)
        moved: set[str] = set()
        for path in self.commented.union(commented):
            moved |= self._replace(path, commented.get(path))
        self.commented = set(commented)
        return moved

    def _replace(self, path: str, checked: Checked | None) -> set[str]:
        """Keep what was found in one file; the places whose findings are others than before."""
        before = self.checked.pop(path, NOTHING_FOUND)
        after = checked or NOTHING_FOUND
        if checked is not None:
            self.checked[path] = checked
        if after.suppressions:
            self.suppressors.add(path)
        else:
            self.suppressors.discard(path)
        if before.findings == after.findings and before.suppressions == after.suppressions:
            return set()
        left = {finding.place.path for finding in before.findings}
        entered = {finding.place.path for finding in after.findings}
        for place in left:
            self.found_in[place].discard(path)
        for place in entered:
            self.found_in.setdefault(place, set()).add(path)
        for place in left ^ entered:
            self._settle_script(place)
        others = set(before.findings) ^ set(after.findings) if left else after.findings
        moved = {finding.place.path for finding in others}
        if before.suppressions != after.suppressions:
            # Its comments hold for what it tells of files that have none, too.
            moved |= {
                path,
                *(finding.place.path for finding in after.findings if not takes_comments(finding.place.path)),
            }
        return moved

    # How it is done ------------------------------------------------------------------------------------------

    def reading(self, part: Sequence[str] | None = None) -> Iterator[None]:
        """Take in the specs, one by one: those of a part, or all."""
        folder = self.analysis.specs
        if self.view.answers.lives_on:
            self.view.spool = Spool()
        if part is None:
            markdown = [
                item.name for item in self.view.folder(folder) if item.name.endswith(".md") and not item.is_folder
            ]
            part = [f"{folder}/{name}" if folder else name for name in markdown]
        for path in part:
            self._welcome(path)
            yield
            self._leave_room()

    def _welcome(self, path: str) -> None:
        """Take in a Markdown file of the specs folder before anything was asked."""
        facts = self.view.peek_spec(path)
        counted = self._counted(path, facts)
        if counted is not None:
            self.names.welcome(path, counted)
        self._settle(path)

    def _is_spec_path(self, path: str) -> bool:
        return path.endswith(".md") and paths.parent(path) == self.analysis.specs

    def _read(self, path: str) -> None:
        """Take a Markdown file of the specs folder as it is now, and tell whom its names concern."""
        counted = self._counted(path, self.view.peek_spec(path))
        moved = self.names.exchange(path, counted)
        self._settle(path)
        if moved.names:
            asked: list[tuple[str, ...]] = [("claims", *name) for name in moved.names]
            asked += [("names", table) for table in {table for table, _ in moved.names}]
            self.view.answers.touch(asked + [("findings", sharer) for sharer in moved.sharers])

    def _note_open(self, path: str) -> None:
        """Have a spec checked again when it is opened or closed: times count while somebody looks at it."""
        if self.view.world.is_open(path) != (path in self.open):
            self.open ^= {path}
            self.view.answers.touch([("findings", path)])

    def _settle(self, path: str) -> None:
        """Note whether a path is now to be checked, or gone."""
        self.gone.discard(path)
        if not self._is_subject(path):
            self.fresh.discard(path)
            self.gone.add(path)
        elif path not in self.checked:
            self.fresh.add(path)

    def _settle_script(self, path: str) -> None:
        """Note whether the comments of a file are to be read: as long as something is found in it."""
        if style_of(path) != "#" or path == self.settings_path:
            return
        if not self.found_in.get(path):
            self.scripts.discard(path)
        else:
            self.scripts.add(path)
        self._settle(path)

    def _counted(self, path: str, facts: SpecFacts | Unread) -> SpecFacts | None:
        """The facts of a file that is a spec; of one that cannot be read it is noted that it is there."""
        self.unread.discard(path)
        if isinstance(facts, Unread):
            if facts.reason != "missing" and self._is_file(path):
                self.unread.add(path)
            return None
        named = paths.name(path) in WITHOUT_FRONT_MATTER
        return facts if (facts.kind is not None if named else facts.is_spec) else None

    def _is_file(self, path: str) -> bool:
        """Whether the specs folder has it as a file: what became a folder is no spec any more."""
        name = paths.name(path)
        return any(item.name == name and not item.is_folder for item in self.view.folder(self.analysis.specs))

    def _is_subject(self, path: str) -> bool:
        """Whether a path is looked at: a spec, one not read, a script with findings, the settings, the whole."""
        return (
            path in self.names.specs
            or path in self.unread
            or path in self.scripts
            or path in (PROJECT, self.settings_path)
        )

    def _check(self, path: str) -> Checked:
        """Ask every rule that looks at this file; one that fails is noted and hides no other."""
        readable = self.view.dialect().name == "0.0.1"
        subject, kind = self._subject(path)
        findings: list[Finding] = []
        crashes: list[Crash] = []
        rules = self._rules_for(kind, subject.kind if isinstance(subject, Spec) else None, readable)
        if isinstance(subject, Spec) and subject.facts.merge is not None:
            # Which of two versions is to count nobody has said yet.
            rules = [rule for rule in rules if "unread" in rule.looks_at]
        for rule in rules:
            try:
                findings += rule.check(subject, self.view)
            except Exception:
                crashes.append(Crash(rule.code, path, format_exc()))
        suppressions = self._suppressions(subject, readable)
        if not (findings or crashes or suppressions):
            return NOTHING_FOUND
        return Checked(tuple(findings), tuple(crashes), suppressions)

    def _suppressions(self, subject: Spec | Settings | str, readable: bool) -> tuple[Suppression, ...]:
        """What the comments of a spec, of the settings or of a script suppress."""
        if isinstance(subject, str):
            text = self.view.text(subject) if subject in self.scripts else None
            return unjudged(in_script(text, subject)) if isinstance(text, Text) else ()
        found = suppressions_of(subject, self.view)
        if not found:
            return ()
        entries = subject.entries if isinstance(subject, Spec) else ()
        return told_apart(found, entries, self.view, readable)

    def _rules_for(self, kind: str, of_spec: str | None, readable: bool) -> list[Rule]:
        """The rules that look at this kind of subject and spec; few do where the dialect is not read."""
        known = self.speaking.get((kind, of_spec, readable))
        if known is None:
            looking = [rule for rule in self.rules if kind in rule.looks_at and (readable or rule.any_dialect)]
            known = [rule for rule in looking if not rule.kinds or of_spec in rule.kinds]
            if of_spec is None or of_spec in KINDS:
                self.speaking[kind, of_spec, readable] = known
        return known

    def _subject(self, path: str) -> tuple[Spec | Settings | str, str]:
        if path == PROJECT:
            return path, "project"
        if path == self.settings_path:
            return Settings(path, self.configuration), "settings"
        if path in self.scripts:
            return path, "script"
        facts = self.view.spec(path)
        if isinstance(facts, Unread):
            return Spec(path, NO_FACTS, facts), "unread"
        return Spec(path, facts), "spec"


def _is_ours(facts: SpecFacts) -> bool:
    """Whether a spec says a kind or what it depends on; broken front matter above entries was ours a moment ago."""
    front = facts.front
    if front is None:
        return False
    broken = front.problem is not None and any(entry.fields for entry in facts.entries)
    return broken or facts.kind in KINDS or front.key("depends_on") is not None
