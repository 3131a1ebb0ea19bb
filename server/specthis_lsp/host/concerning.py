"""Which findings a change concerns: those in what changed, and those of every check that asked about it.

Who asked what is the engine's own record, the one by which an editor checks again after an edit. Some questions are
about everything at once, as which folders hold documents; through these each file would concern every other, so the
way from a file to the checks does not lead through them.
"""

from __future__ import annotations

from collections.abc import Iterable

from specthis_analyzers import paths
from specthis_analyzers.answer import Answer
from specthis_analyzers.finding import Finding
from specthis_analyzers.names import several
from specthis_analyzers.project import Project

from .changes import Changed
from .projects import open_project
from .settling import Settled

ABOUT_EVERYTHING = frozenset({"dialect", "names", "reports", "roots", "set in", "versioned"})
ABOUT_NAMES = frozenset({"claims", "names", "set in"})
"""The questions that are not about a path."""


def concerning(root: str, settled: Settled, findings: Iterable[Finding], changed: Changed) -> list[Finding]:
    """Those findings of a project that a change concerns, in their order. Settings concern all of them."""
    findings = list(findings)
    if settled.path and changed.holds(settled.path):
        return findings
    if all(_is_in(finding, changed) for finding in findings):
        return findings
    project = open_project(root, settled=settled).project
    project.findings()
    checks = checks_about(project, changed)
    found = (finding for check in checks if check in project.checked for finding in project.checked[check].findings)
    dependent = {_identity(finding) for finding in found}
    return [finding for finding in findings if _identity(finding) in dependent or _is_in(finding, changed)]


def _identity(finding: Finding) -> tuple[object, ...]:
    """What a finding is whatever a policy made of how loud it is."""
    return (finding.code, finding.place, finding.message)


def _is_in(finding: Finding, changed: Changed) -> bool:
    places = (finding.place, *(related.place for related in finding.related))
    return any(changed.holds(place.path) for place in places)


def checks_about(project: Project, changed: Changed) -> set[str]:
    """The files whose checks, themselves or by what they asked, asked about something that changed."""
    known = project.view.answers.known
    claims = _claims(project, changed)
    pending = [
        answer
        for question, answer in known.items()
        if question in claims or (len(question) > 1 and question[0] not in ABOUT_NAMES and changed.holds(question[1]))
    ]
    found: set[str] = set()
    seen: set[Answer] = set(pending)
    while pending:
        answer = pending.pop()
        if answer.question[0] == "findings":
            found.add(answer.question[1])
        if answer.question[0] in ABOUT_EVERYTHING:
            continue
        for asker in answer.all_askers():
            if asker not in seen:
                seen.add(asker)
                pending.append(asker)
    return found


def _claims(project: Project, changed: Changed) -> set[tuple[str, str, str]]:
    """The questions who claims a name, for each name of a spec that changed; of one that is gone, its own."""
    found = {("claims", "spec", paths.stem(path)) for path in changed.paths if path.endswith(".md")}
    for table, names in project.names.tables.items():
        found |= {
            ("claims", table, name)
            for name, held in names.items()
            if any(changed.holds(claim.path) for claim in several(held))
        }
    return found
