"""Every rule against its case file, its fixes against a second check, and its manual page against the form."""

from __future__ import annotations

import re

import pytest

from markdown_cases import CASES, PROJECTS, Case, CaseWorld, Expected, project_of
from specthis_analyzers import baseline
from specthis_analyzers.finding import Create, Edit, Finding, Fix, Rename, Replace
from specthis_analyzers.policy import shown
from specthis_analyzers.rules import BY_CODE, RULES
from specthis_analyzers.rules.rule import Rule
from specthis_analyzers.settings import PROFILES, Policy
from specthis_analyzers.text import Text, decode
from worlds import DictWorld

TODAY = "2026-06-15"
"""The day of every case."""


def findings_in(world: DictWorld) -> tuple[Finding, ...]:
    project = project_of(world)
    found = project.findings() if project.is_project else ()
    assert project.crashes == ()
    policy = Policy(profiles=project.configuration.policy.profiles)
    return tuple(shown(found, policy, project.suppressions, TODAY, baseline.read(world.read(baseline.NAME))))


def cases() -> list:
    return [pytest.param(code, case, id=f"{code}: {case.name}") for code, found in CASES.items() for case in found]


@pytest.mark.parametrize(("code", "case"), cases())
def test_case(code: str, case: Case) -> None:
    world = CaseWorld(case)
    found = findings_in(world)
    left = list(case.expected)
    for finding in found:
        match = next((expected for expected in left if agrees(finding, expected, world)), None)
        if match is None and is_aside(code, finding):
            continue
        assert match is not None, f"not in the case: {told(finding, world)}"
        left.remove(match)
    assert not left, "not found: " + ", ".join(f"{expected.code} at {expected.place}" for expected in left)
    for finding in found:
        assert finding.code not in case.unsafe or finding.safe_fix is None, f"unasked: {finding.safe_fix}"
        for fix in finding.fixes:
            if fix.safe:
                assert_mends(case, world, found, finding, fix)
    if case.fixed:
        assert_fixed(code, case, world, found)


ASIDE = {
    "missing-export",
    "missing-output",
    "result-naming",
    "undeclared-schema",
    "unpaired-report",
}
"""What is not here yet, or not stated, or could be named better. Most cases are small, so most have some of it."""


def is_aside(code: str, finding: Finding) -> bool:
    """Whether a case of another rule may leave a finding unsaid."""
    return finding.code in ASIDE and finding.code != code and finding.severity in ("info", "hint")


def agrees(finding: Finding, expected: Expected, world: DictWorld) -> bool:
    severity = expected.severity or BY_CODE[finding.code].severity
    if (finding.code, finding.place.path, finding.severity) != (expected.code, expected.path, severity):
        return False
    if expected.fragment not in finding.message:
        return False
    span = finding.place.span
    if span is None:
        return expected.line is None and not expected.words
    text = text_of(world, expected.path)
    if expected.line is None:
        return text.source[span.start : span.end] == expected.words
    start, end = text.position(span.start), text.position(span.end)
    if (start.line, start.column) != (expected.line, expected.start):
        return False
    return end.line > start.line if expected.end is None else (end.line, end.column) == (start.line, expected.end)


def told(finding: Finding, world: DictWorld) -> str:
    span = finding.place.span
    if span is None:
        return f"{finding.place.path}: {finding.code} {finding.severity}: {finding.message}"
    text = text_of(world, finding.place.path)
    line = text.position(span.start).line
    column = text.position(span.start).column
    carets = "^" * max(text.position(span.end).column - column, 1)
    return (
        f"{finding.place.path}:{line + 1}: {finding.message}\n{text.line(line)}\n"
        f"{' ' * column}{carets} {finding.code} {finding.severity}"
    )


def text_of(world: DictWorld, path: str) -> Text:
    text = world.read(path)
    assert isinstance(text, Text)
    return text


def assert_mends(case: Case, world: CaseWorld, found: tuple[Finding, ...], finding: Finding, fix: Fix) -> None:
    """After a fix the finding is gone, or quieter, and nothing is new that would fail a check."""
    after = findings_in(CaseWorld(case, applied(world.files, fix.edits)))
    assert not stands(finding, after), f"`{fix.title}` does not mend {finding.message}"
    known = {(other.code, other.entry) for other in found}
    loud = [other for other in after if other.severity in ("error", "warning") and other.code not in case.uncovered]
    new = [other for other in loud if (other.code, other.entry) not in known]
    assert not new, f"`{fix.title}` brings {new[0].code}: {new[0].message}"


def stands(finding: Finding, after: tuple[Finding, ...]) -> bool:
    return any((other.fingerprint, other.severity) == (finding.fingerprint, finding.severity) for other in after)


def assert_fixed(code: str, case: Case, world: CaseWorld, found: tuple[Finding, ...]) -> None:
    """Each file that the case shows after a fix is as it says."""
    title = case.fixed[0].title
    fixes = [(finding, fix) for finding in found if finding.code == code for fix in finding.fixes]
    wanted = [pair for pair in fixes if (pair[1].title.startswith(title) if title else pair[1].safe)]
    assert wanted, f"no such fix; there are {[fix.title for _, fix in fixes]}"
    finding, fix = wanted[0]
    files = applied(world.files, fix.edits)
    for fixed in case.fixed:
        content = files[fixed.path]
        assert isinstance(content, bytes)
        ragged = "no final newline" in case.written.get(fixed.path, ())
        expected = fixed.text.removesuffix("\n") if ragged else fixed.text
        assert decode(content).source.replace("\r\n", "\n") == expected
    assert not stands(finding, findings_in(CaseWorld(case, files)))


def applied(files: dict[str, str | bytes | None], edits: tuple[Edit, ...]) -> dict[str, str | bytes | None]:
    """The files after a fix, from the last place to the first, as an editor applies it."""
    after = dict(files)
    replaces = [edit for edit in edits if isinstance(edit, Replace)]
    for edit in sorted(replaces, key=lambda edit: (edit.path, edit.span), reverse=True):
        content = after[edit.path]
        assert isinstance(content, bytes)
        source = decode(content).source
        bom = b"\xef\xbb\xbf" if decode(content).bom else b""
        source = source[: edit.span.start] + edit.text + source[edit.span.end :]
        after[edit.path] = bom + source.encode()
    for edit in edits:
        if isinstance(edit, Create):
            assert edit.path not in after
            after[edit.path] = edit.text.encode()
        elif isinstance(edit, Rename):
            assert edit.to not in after
            after[edit.to] = after.pop(edit.path)
    return after


def test_profiles_name_rules_that_there_are() -> None:
    assert {code for profile in PROFILES.values() for code in (*profile.rules, *profile.severity)} <= set(BY_CODE)


def test_every_rule_has_a_case_file_and_every_file_a_rule() -> None:
    assert set(CASES) == set(BY_CODE)


def test_codes_are_unique_and_name_their_modules() -> None:
    assert len(BY_CODE) == len(RULES)
    for rule in RULES:
        module = rule.check.__module__.rpartition(".")[2]
        assert rule.code == module.replace("_", "-")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_manual_page_has_its_form(rule: Rule) -> None:
    """One sentence that says what is wrong, why it matters, an example, and a way to mend it."""
    paragraphs = rule.manual.strip().split("\n\n")
    assert re.fullmatch(r"[A-Z][^\n.]*(?:\.\w[^\n.]*)*\.", rule.summary)
    example = next(at for at, text in enumerate(paragraphs) if text.startswith("    "))
    assert example >= 2, "nothing says why before the example"
    assert len(paragraphs) > example + 1, "nothing says how to mend it after the example"


@pytest.mark.parametrize("code", CASES)
def test_each_rule_is_shown_speaking_and_silent(code: str) -> None:
    speaking = [any(expected.code == code for expected in case.expected) for case in CASES[code]]
    assert any(speaking), f"no case of tests/rules/{code}.md marks a finding of it"
    assert not all(speaking), f"tests/rules/{code}.md lacks a case where it must stay silent"


@pytest.mark.parametrize("code", CASES)
def test_names_of_cases_are_unique(code: str) -> None:
    names = [case.name for case in CASES[code]]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", [name for name in PROJECTS if name != "nothing"])
def test_projects_that_cases_start_from_are_clean(name: str) -> None:
    assert [finding for finding in findings_in(CaseWorld(PROJECTS[name])) if not is_aside("", finding)] == []


def test_what_is_wrong_in_a_schema_file_is_told_where_it_stands() -> None:
    """The finding stands at the entry, and leads to the line of the JSON."""
    [case] = [case for case in CASES["unknown-schema"] if case.name == "A type that is none"]
    [found] = [one for one in findings_in(CaseWorld(case)) if one.code == "unknown-schema"]
    [place] = [one.place for one in found.related]
    schema = CaseWorld(case).read(place.path)
    assert isinstance(schema, Text)
    assert place.span is not None
    assert schema.source[place.span.start : place.span.end] == '"float"'
