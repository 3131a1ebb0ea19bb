"""Reports for other programs, each held to its published schema or to how its one reader reads it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from markdown_it import MarkdownIt

from specthis_analyzers.finding import Crash, Create, Finding, Fix, Place, Related, Rename, Replace
from specthis_analyzers.rules import BY_CODE, RULES
from specthis_analyzers.settings import SEVERITIES, FailOn
from specthis_analyzers.text import Span
from specthis_lsp.cli import files
from specthis_lsp.cli.arguments import FORMAT_NAMES, FORMAT_VARIABLE, Options
from specthis_lsp.cli.exits import UsageError
from specthis_lsp.cli.formats import FORMATS
from specthis_lsp.cli.github import disarmed
from specthis_lsp.cli.look import Look
from specthis_lsp.cli.output import Style
from specthis_lsp.cli.plain_json import dumps
from specthis_lsp.cli.targets import target
from specthis_lsp.cli.visible import HIDDEN, visible
from specthis_lsp.host.checking import Outcome
from specthis_lsp.host.disk import Disk
from specthis_lsp.host.projects import Settled
from test_cli import SPEC, lsp, make
from test_formats import SCRIPT, TEXT, made

MACHINE = ("jsonl", "sarif", "github", "gitlab", "junit", "rdjson")
HOSTILE = [
    "\"double\" 'single' \\",
    "one\ntwo\r\nthree\u2028four",
    "::error file=x,line=1::injected",
    "%0A::warning::injected %25 a,b:c",
    "##[error]injected",
    "a|b || c |",
    "<script>alert(1)</script><!-- --></details>",
    "\x1b[31mred\x9b2J\x00\x07\u202e",
    "\udce9 and \ud800",
    "[click](https://evil.example) ![x](y)",
    "`tick` ``two` **bold** _it_ ~~no~~ $x$ &lt;b&gt;",
    "@somebody #1 https://evil.example www.evil.example",
    "]]> &amp; \ufffe\uffff",
    "{0} {1}",
    "- list\n# heading\n---",
    "   indented",
]


def look(
    root: Path,
    *findings: Finding,
    asked: tuple[str, ...] = ("",),
    fail_on: FailOn = "warning",
    crashes: tuple[Crash, ...] = (),
) -> Look:
    """A look at a project of two specs."""
    outcome = Outcome(Disk(str(root)), Settled(), findings, crashes, ("s.md", "t.md"), 3)
    return Look(target(str(root), asked), outcome, findings, fail_on)


def shown(form: str, *looks: Look, verbose: bool = False) -> str:
    return "\n".join(FORMATS[form](looks, Options(verbose=verbose), Style()))


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of one file, the repository itself, and no variables of any code host."""
    for name in (FORMAT_VARIABLE, "GITHUB_ACTIONS", "GITHUB_SHA", "CI_PROJECT_URL"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / ".git").mkdir()
    (tmp_path / "s.md").write_text(TEXT)
    monkeypatch.chdir(tmp_path)
    return tmp_path


# What consumers demand -----------------------------------------------------------------------------------------


def closed(required: str, **properties: Any) -> dict[str, Any]:
    """An object with these members and no others."""
    return {
        "type": "object",
        "required": required.split(),
        "properties": properties,
        "additionalProperties": False,
    }


def many(of: dict[str, Any], at_least: int = 0) -> dict[str, Any]:
    return {"type": "array", "items": of, "minItems": at_least}


SAID = {"type": "string", "minLength": 1}
COUNT = {"type": "integer", "minimum": 1}
MESSAGE = closed("text", text=SAID)
LEVEL = {"enum": ["none", "note", "warning", "error"]}
# A URI reference; relative to a base it begins with no slash and is no other scheme's.
RELATIVE = {"type": "string", "pattern": r"^(?!/|\.{1,2}/)([A-Za-z0-9_.~/-]|%[0-9A-F]{2})+$"}
ABSOLUTE = {"type": "string", "pattern": r"^file:///([A-Za-z0-9_.~/:-]|%[0-9A-F]{2})*$"}
ARTIFACT = {
    "oneOf": [
        closed("uri uriBaseId", uri=RELATIVE, uriBaseId={"const": "%SRCROOT%"}),
        closed("uri", uri=ABSOLUTE),
    ]
}
REGION = closed(
    "startLine startColumn endLine endColumn", startLine=COUNT, startColumn=COUNT, endLine=COUNT, endColumn=COUNT
)
PHYSICAL = closed("artifactLocation", artifactLocation=ARTIFACT, region=REGION)
REPLACEMENT = closed(
    "deletedRegion insertedContent",
    deletedRegion=REGION,
    insertedContent=closed("text", text={"type": "string"}),
)
SARIF_FIX = closed(
    "artifactChanges",
    description=MESSAGE,
    artifactChanges=many(
        closed("artifactLocation replacements", artifactLocation=ARTIFACT, replacements=many(REPLACEMENT, 1)), 1
    ),
)
RESULT = closed(
    "ruleId level message locations partialFingerprints",
    ruleId=SAID,
    ruleIndex={"type": "integer", "minimum": 0},
    level=LEVEL,
    message=MESSAGE,
    locations={**many(closed("physicalLocation", physicalLocation=PHYSICAL), 1), "maxItems": 1},
    relatedLocations=many(
        closed("id message", id={"type": "integer", "minimum": 0}, physicalLocation=PHYSICAL, message=MESSAGE)
    ),
    partialFingerprints=closed("specthisFinding/v1", **{"specthisFinding/v1": {"pattern": "^[0-9a-f]{16}$"}}),
    fixes=many(SARIF_FIX, 1),
    properties={"type": "object"},
)
SARIF_RULE = closed(
    "id shortDescription help defaultConfiguration",
    id={"pattern": "^[a-z]+(-[a-z]+)*$"},
    shortDescription=MESSAGE,
    fullDescription=MESSAGE,
    # Markdown never stands without the text for readers that have none.
    help=closed("text markdown", text=SAID, markdown=SAID),
    defaultConfiguration=closed("level", level=LEVEL),
    properties={"type": "object"},
)
INVOCATION = closed(
    "executionSuccessful",
    executionSuccessful={"type": "boolean"},
    toolExecutionNotifications=many(closed("message", message=MESSAGE, level=LEVEL)),
)
RUN = closed(
    "tool results columnKind",  # columnKind is demanded wherever a region has columns
    tool=closed("driver", driver=closed("name rules", name=SAID, semanticVersion=SAID, rules=many(SARIF_RULE))),
    automationDetails=closed("id", id={"const": "specthis-lsp/check/"}),
    invocations=many(INVOCATION, 1),
    originalUriBaseIds=closed("%SRCROOT%", **{"%SRCROOT%": closed("description", description=MESSAGE)}),
    columnKind={"const": "unicodeCodePoints"},
    newlineSequences=many(SAID, 1),
    results=many(RESULT),
)
SARIF = closed(
    "version runs",
    **{"$schema": {"type": "string", "format": "uri"}},
    version={"const": "2.1.0"},
    runs={**many(RUN, 1), "maxItems": 1},
)
"""The part of the SARIF 2.1.0 schema that we use, closed: its objects allow no other members either."""

GITLAB = many(
    closed(
        "description check_name fingerprint severity location",
        description=SAID,
        check_name=SAID,
        fingerprint=SAID,
        severity={"enum": ["info", "minor", "major", "critical", "blocker"]},
        location=closed(
            "path lines", path={"pattern": r"^(?!\./)[\s\S]"}, lines=closed("begin", begin=COUNT, end=COUNT)
        ),
    )
)
POSITION = closed("line column", line=COUNT, column=COUNT)
RANGE = closed("start end", start=POSITION, end=POSITION)
LOCATION = closed("path", path=SAID, range=RANGE)
RDJSON = closed(
    "source diagnostics",
    source=closed("name", name=SAID),
    diagnostics=many(
        closed(
            "message location severity code",
            message=SAID,
            location=LOCATION,
            severity={"enum": ["ERROR", "WARNING", "INFO"]},
            code=closed("value", value=SAID),
            suggestions=many(closed("range text", range=RANGE, text={"type": "string"}), 1),
            related_locations=many(closed("location", message=SAID, location=LOCATION), 1),
        )
    ),
)
SCHEMAS = {"sarif": SARIF, "gitlab": GITLAB, "rdjson": RDJSON}


def read(form: str, text: str) -> Any:
    """A JSON report as a strict parser takes it: no halves of letters; then held to its schema."""
    assert text.isascii()
    value = json.loads(text)
    json.dumps(value, ensure_ascii=False).encode("utf-8")
    Draft202012Validator(SCHEMAS[form]).validate(value)
    return value


def sarif(*looks: Look) -> dict[str, Any]:
    """The run of a SARIF report, its indices followed."""
    run = read("sarif", shown("sarif", *looks))["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for result in run["results"]:
        if "ruleIndex" in result:
            assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    return run


COMMAND = re.compile(r"::(error|warning|notice) (.*?)::(.*)")


def commands(text: str) -> list[tuple[str, dict[str, str], str]]:
    """Workflow commands as the runner takes them apart: up to the second `::`, at commas, at the first `=`."""
    found: list[tuple[str, dict[str, str], str]] = []
    for line in re.split("[\r\n]+", text) if text else []:
        match = COMMAND.fullmatch(line)
        assert match, line
        properties = dict(part.split("=", 1) for part in match[2].split(","))
        assert properties.keys() <= {"file", "line", "endLine", "col", "endColumn", "title"}
        for name, value in properties.items():
            for sign, code in ((":", "%3A"), (",", "%2C"), ("\n", "%0A"), ("\r", "%0D"), ("%", "%25")):
                properties[name] = value = value.replace(code, sign)
        found.append((match[1], properties, match[3].replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%")))
    return found


def suites(text: str) -> ElementTree.Element:
    """A test report whose counts are those of its content; a case has at most one outcome."""
    root = ElementTree.fromstring(text)
    assert root.tag == "testsuites"
    for part in [root, *root.findall("testsuite")]:
        cases = list(part.iter("testcase"))
        assert int(part.get("tests", "")) == len(cases)
        assert int(part.get("failures", "")) == len(list(part.iter("failure")))
        assert int(part.get("errors", "")) == len(list(part.iter("error")))
        assert all(len(case) <= 1 and case.get("name") and case.get("classname") for case in cases)
    return root


def rows(text: str) -> list[list[str]]:
    """The table of a Markdown report, as text. In it there is no HTML but `<code>`, and no link but to a file."""
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)
    assert sum(token.type == "table_open" for token in tokens) <= 1
    found: list[list[str]] = []
    for token, inline in pairwise(tokens):
        if token.type == "tr_open":
            found.append([])
        if token.type in ("td_open", "th_open"):
            found[-1].append(plain(inline.children or []))
    assert all(len(row) == 4 for row in found)
    return found[1:]


def plain(inline: Sequence[Any]) -> str:
    said = ""
    for token in inline:
        assert token.type in ("text", "text_special", "link_open", "link_close", "html_inline"), token
        if token.type == "html_inline":
            assert token.content in ("<code>", "</code>")
        if token.type == "link_open":
            assert re.fullmatch(r"([\w.~/-]|%[0-9A-F]{2})+", token.attrs["href"])
        said += token.content if token.type in ("text", "text_special") else ""
    return said.replace("\u200b", "")


# Any text whatever ---------------------------------------------------------------------------------------------


def survives(finding: Finding) -> None:
    """One finding goes into every format, and one comes out, with the words it had."""
    here = look(Path.cwd(), finding)
    for form in MACHINE:
        assert not HIDDEN.search(shown(form, here).replace("\n", "").replace("\r", "")), form
    [line] = shown("jsonl", here).split("\n")
    assert json.loads(line)["message"] == finding.message
    [result] = sarif(here)["results"]
    assert "[click](" not in result["message"]["text"].replace("\\[", "")
    [(level, properties, message)] = commands(shown("github", here))
    assert (level, properties["file"], message) == ("error", visible(finding.place.path), visible(finding.message))
    assert properties["title"] == "specthis-lsp (missing-script)"
    [violation] = read("gitlab", shown("gitlab", here))
    assert violation["check_name"] == "missing-script"
    [diagnostic] = read("rdjson", shown("rdjson", here))["diagnostics"]
    assert diagnostic["code"] == {"value": "missing-script"}
    [failure] = suites(shown("junit", here)).iter("failure")
    assert failure.get("type") == "missing-script"
    [row] = rows(shown("markdown", here))
    assert row[:2] == ["error", "missing-script"]
    if len(finding.message) < 300:
        told = visible(finding.message).replace("`", "")
        assert "".join(row[3].split()) == "".join(told.replace("\0", "\ufffd").split())


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("part", ["message", "path", "entry"])
def test_hostile_text_breaks_no_format(part: str, text: str):
    """Quotes, line ends, commands, pipes, HTML, escapes and halves of letters are text in each format, and no more."""
    place = Place(text if part == "path" else "s.md")
    message = text if part == "message" else "it is not there"
    survives(Finding("missing-script", "error", place, message, text if part == "entry" else ""))


@given(st.text(st.characters(exclude_categories=()), min_size=1), st.text(min_size=1))
def test_no_text_breaks_any_format(message: str, path: str):
    """Whatever a finding says and wherever it is, each format holds exactly one finding."""
    survives(Finding("missing-script", "error", Place(f"specs/{path}"), message))


@given(st.text(alphabet="\\u\ud800\udc00\udce9😀a\"'/é", max_size=40))
def test_json_without_halves_of_letters(text: str):
    """What is whole stays, to the letter, backslashes before it or not; each half becomes U+FFFD."""
    read_back = json.loads(dumps({text: text}))
    whole = json.loads(json.dumps(text))
    assert read_back == {re.sub("[\ud800-\udfff]", "\ufffd", whole): re.sub("[\ud800-\udfff]", "\ufffd", whole)}


@pytest.mark.parametrize("form", [*MACHINE, "markdown"])
def test_nothing_found(form: str, project: Path):
    """A clean project is a report too, of nothing."""
    text = shown(form, look(project))
    if form in SCHEMAS:
        read(form, text)
    expected = {"jsonl": "", "github": "", "markdown": "## specthis-lsp: nothing found in 2 specs\n"}
    assert text == expected.get(form, text)


# Levels, ranges, paths -----------------------------------------------------------------------------------------


def test_levels(project: Path):
    """Each of our four severities has one name in each format; a severity set by the project is the one that counts."""
    here = look(project, *(made(severity) for severity in SEVERITIES))
    assert [result["level"] for result in sarif(here)["results"]] == ["error", "warning", "note", "note"]
    assert [one[0] for one in commands(shown("github", here, verbose=True))] == [
        "error", "warning", "notice", "notice",
    ]  # fmt: skip
    violations = read("gitlab", shown("gitlab", here, verbose=True))
    assert [one["severity"] for one in violations] == ["critical", "major", "minor", "info"]
    diagnostics = read("rdjson", shown("rdjson", here, verbose=True))["diagnostics"]
    assert [one["severity"] for one in diagnostics] == ["ERROR", "WARNING", "INFO", "INFO"]


def test_hints_are_for_those_who_ask(project: Path):
    """Formats that end before people leave hints out unless -v asks for them; those for programs hold everything."""
    here = look(project, made("hint"))
    assert shown("github", here) == ""
    assert read("gitlab", shown("gitlab", here)) == []
    assert read("rdjson", shown("rdjson", here))["diagnostics"] == []
    assert shown("markdown", here) == "## specthis-lsp: nothing found in 2 specs\n"
    assert len(rows(shown("markdown", here, verbose=True))) == 1
    assert len(sarif(here)["results"]) == len(shown("jsonl", here).split("\n")) == 1


def test_a_finding_without_a_range(project: Path):
    """A whole file has no region or range where the format allows that, and is its first line in GitLab."""
    here = look(project, made(span=None))
    [result] = sarif(here)["results"]
    assert result["locations"][0]["physicalLocation"].keys() == {"artifactLocation"}
    assert shown("github", here) == "::error file=s.md,title=specthis-lsp (missing-script)::it is not there"
    assert read("gitlab", shown("gitlab", here))[0]["location"] == {"path": "s.md", "lines": {"begin": 1}}
    assert read("rdjson", shown("rdjson", here))["diagnostics"][0]["location"] == {"path": "s.md"}
    assert rows(shown("markdown", here))[0][2] == "s.md"


def test_a_range_in_each_unit(project: Path):
    """Columns are code points in SARIF and for GitHub, and bytes in rdjson, those of a byte order mark included."""
    text = "\ufeff😀é `a.py`\n"
    (project / "s.md").write_text(text, "utf-8")
    span = Span(4, 8)
    fix = Fix("Change", (Replace("s.md", span, "b.py"),), True)
    here = look(project, made(span=span, fixes=(fix,)))
    [result] = sarif(here)["results"]
    region = {"startLine": 1, "startColumn": 5, "endLine": 1, "endColumn": 9}
    assert result["locations"][0]["physicalLocation"]["region"] == region
    assert commands(shown("github", here))[0][1] == {
        "file": "s.md", "line": "1", "endLine": "1", "col": "5", "endColumn": "9",
        "title": "specthis-lsp (missing-script)",
    }  # fmt: skip
    [diagnostic] = read("rdjson", shown("rdjson", here))["diagnostics"]
    where = diagnostic["location"]["range"]
    line = (project / "s.md").read_bytes().split(b"\n")[where["start"]["line"] - 1]
    assert line[where["start"]["column"] - 1 : where["end"]["column"] - 1] == b"a.py"
    assert diagnostic["suggestions"] == [{"range": where, "text": "b.py"}]


def test_columns_are_left_out_of_annotations_over_several_lines(project: Path):
    """GitHub refuses columns where a range spans lines; the others hold both ends."""
    here = look(project, made(span=Span(2, 12)))
    [(_, properties, _)] = commands(shown("github", here))
    assert properties.keys() == {"file", "line", "endLine", "title"}
    assert (properties["line"], properties["endLine"]) == ("1", "2")
    assert read("gitlab", shown("gitlab", here))[0]["location"]["lines"] == {"begin": 1, "end": 2}


def test_code_hosts_get_paths_from_the_repository(project: Path, monkeypatch: pytest.MonkeyPatch):
    """In a folder of a repository, code hosts get paths from its root, all others from where the command ran."""
    paper = project / "group" / "the paper"
    paper.mkdir(parents=True)
    monkeypatch.chdir(project / "group")
    here = look(paper, made(span=None))
    [result] = sarif(here)["results"]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert uri == {"uri": "group/the%20paper/s.md", "uriBaseId": "%SRCROOT%"}
    assert commands(shown("github", here))[0][1]["file"] == "group/the paper/s.md"
    assert read("gitlab", shown("gitlab", here))[0]["location"]["path"] == "group/the paper/s.md"
    assert rows(shown("markdown", here))[0][2] == "group/the paper/s.md"
    assert read("rdjson", shown("rdjson", here))["diagnostics"][0]["location"]["path"] == "the paper/s.md"
    [suite] = suites(shown("junit", here))
    assert (suite.get("name"), suite[0].get("name")) == ("the paper", "the paper/s.md")
    assert json.loads(shown("jsonl", here))["root"] == "the paper"


def test_where_the_repository_begins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """`.git` may be a file, as in worktrees; a project outside is named in full."""
    inner = tmp_path / "inner"
    (inner / "deep").mkdir(parents=True)
    (inner / ".git").write_text("gitdir: elsewhere\n")
    monkeypatch.chdir(inner / "deep")
    assert commands(shown("github", look(inner, made(span=None))))[0][1]["file"] == "s.md"
    outside = look(tmp_path, made(span=None))
    [result] = sarif(outside)["results"]
    artifact = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert artifact.keys() == {"uri"}
    assert unquote_to_bytes(artifact["uri"]).decode().endswith(f"{tmp_path.name}/s.md")
    assert os.path.isabs(read("gitlab", shown("gitlab", outside))[0]["location"]["path"])


def test_several_projects_in_one_report(project: Path):
    """Two projects with the same finding are two findings in each format, told apart by path and by fingerprint."""
    looks = []
    for name in ("one", "two"):
        (project / name).mkdir()
        looks.append(look(project / name, made(span=None)))
    results = sarif(*looks)["results"]
    uris = [result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in results]
    assert uris == ["one/s.md", "two/s.md"]
    assert [one[1]["file"] for one in commands(shown("github", *looks))] == uris
    violations = read("gitlab", shown("gitlab", *looks))
    assert [one["location"]["path"] for one in violations] == uris
    assert len({one["fingerprint"] for one in violations}) == 2
    assert [one["location"]["path"] for one in read("rdjson", shown("rdjson", *looks))["diagnostics"]] == uris
    assert [suite.get("name") for suite in suites(shown("junit", *looks))] == ["one", "two"]
    assert [row[2] for row in rows(shown("markdown", *looks))] == uris
    assert "2 errors in 4 specs" in shown("markdown", *looks)
    assert [json.loads(line)["root"] for line in shown("jsonl", *looks).split("\n")] == ["one", "two"]


# Each format ---------------------------------------------------------------------------------------------------


def test_jsonl_is_the_json_report_by_lines(project: Path):
    """A line is a diagnostic of the `json` report, and the root of its project."""
    here = look(project, made(related=(Related(Place("t.md"), "there"),)), made("hint", span=None))
    lines = [json.loads(line) for line in shown("jsonl", here).split("\n")]
    assert [line.pop("root") for line in lines] == [".", "."]
    assert lines == json.loads(shown("json", here))["diagnostics"]


def test_sarif_has_the_manual(project: Path):
    """Every rule is in the report with its page, its summary and its level."""
    rules = sarif(look(project))["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [rule.code for rule in RULES]
    for ours, theirs in zip(RULES, rules, strict=True):
        assert theirs["help"]["markdown"] == ours.manual.strip()
        assert theirs["shortDescription"]["text"] == ours.summary
        assert theirs["defaultConfiguration"]["level"] in (ours.severity, "note")


def test_sarif_fixes_are_replacements(project: Path):
    """A fix is its edits by file; one that makes or renames a file, which SARIF cannot say, is left out whole."""
    edits = (Replace("s.md", SCRIPT, "b.py"), Replace("s.md", Span(0, 0), "x\n"))
    made_too, moved = Fix("Make it", (edits[0], Create("n.md", ""))), Fix("Move", (Rename("s.md", "r"),))
    fixes = (Fix("Change to `b.py`", edits), made_too, moved)
    [result] = sarif(look(project, made(fixes=fixes)))["results"]
    [fix] = result["fixes"]
    assert fix["description"] == {"text": "Change to `b.py`"}
    [change] = fix["artifactChanges"]
    assert change["artifactLocation"] == {"uri": "s.md", "uriBaseId": "%SRCROOT%"}
    assert [one["insertedContent"]["text"] for one in change["replacements"]] == ["b.py", "x\n"]
    assert change["replacements"][0]["deletedRegion"] == {
        "startLine": 2, "startColumn": 10, "endLine": 2, "endColumn": 14,
    }  # fmt: skip
    assert change["replacements"][1]["deletedRegion"]["endColumn"] == 1


def test_sarif_names_a_finding_as_the_json_report_does(project: Path):
    """The fingerprint is that of the `json` report; the entry and related places are with it."""
    finding = made(related=(Related(Place("s.md", Span(0, 1)), "the heading"),))
    [result] = sarif(look(project, finding))["results"]
    assert result["partialFingerprints"] == {"specthisFinding/v1": finding.fingerprint}
    assert result["properties"] == {"entry": "base"}
    [related] = result["relatedLocations"]
    assert related["message"] == {"text": "the heading"}
    assert related["physicalLocation"]["region"]["startLine"] == 1


def test_sarif_says_when_a_rule_failed(project: Path):
    """A run in which a rule failed was not successful, and says which: its silence mends nothing."""
    assert sarif(look(project))["invocations"] == [{"executionSuccessful": True}]
    crash = Crash("missing-key", "s.md", "Traceback: /somewhere/secret")
    run = sarif(look(project, crashes=(crash,)))
    [invocation] = run["invocations"]
    assert invocation["executionSuccessful"] is False
    assert "missing-key" in invocation["toolExecutionNotifications"][0]["message"]["text"]
    assert "secret" not in json.dumps(run)
    assert "A rule failed" in shown("markdown", look(project, crashes=(crash,)))
    [case] = [one for one in suites(shown("junit", look(project, crashes=(crash,)))).iter("testcase") if len(one)]
    assert case[0].tag == "error"


def test_sarif_messages_are_literal(project: Path):
    """What SARIF takes for an argument or a link is escaped; braces and brackets of LaTeX stay as they are."""
    message = r"`\input{a}` [b] {0} [c](d)"
    [result] = sarif(look(project, made(message=message)))["results"]
    assert result["message"]["text"] == r"`\input{a}` [b] {{0}} \[c](d)"


def test_sarif_addresses_hold_every_byte_of_a_name(project: Path):
    """A name is percent-encoded from its bytes, those that are no text too, and never read as a scheme."""
    [result] = sarif(look(project, made(path="a:b/ü \udce9?#%.md", span=None)))["results"]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert unquote_to_bytes(uri) == "a:b/ü ".encode() + b"\xe9?#%.md"
    assert ":" not in uri


def test_sarif_tells_nothing_of_this_machine(project: Path):
    """No path of the machine is in a report that is uploaded."""
    assert str(project) not in shown("sarif", look(project, made()))


def test_gitlab_fingerprints_name_findings(project: Path):
    """Alike findings have fingerprints of their own, or GitLab would drop one; lines above change none."""
    here = look(project, made(), made(span=Span(0, 1)))
    before = [one["fingerprint"] for one in read("gitlab", shown("gitlab", here))]
    assert len(set(before)) == 2
    (project / "s.md").write_text("\n\n" + TEXT)
    after = look(project, made(span=Span(SCRIPT.start + 2, SCRIPT.end + 2)), made(span=Span(2, 3)))
    assert [one["fingerprint"] for one in read("gitlab", shown("gitlab", after))] == before


def test_junit_has_a_test_for_each_spec(project: Path):
    """Clean specs pass; what reaches the fail level fails, once for each file, with all its findings as text."""
    found = (made(), made("warning"), made("info", path="t.md"), made("warning", path="reports/p.tex", span=None))
    [suite] = suites(shown("junit", look(project, *found)))
    assert [(case.get("name"), len(case)) for case in suite] == [("reports/p.tex", 1), ("s.md", 1), ("t.md", 0)]
    failure = suite[1][0]
    assert failure.get("message") == "it is not there (and 1 more)"
    assert (failure.text or "").split("\n") == [
        "s.md:2:10: error[missing-script] it is not there",
        "s.md:2:10: warning[missing-script] it is not there",
    ]


def test_junit_fails_where_the_check_fails(project: Path):
    """There is a failure if and only if the exit code is 1, whatever the fail level; of some paths only those."""
    levels: tuple[FailOn, ...] = ("error", "warning", "info", "hint", "never")
    for level in levels:
        for severity in SEVERITIES:
            here = look(project, made(severity), fail_on=level)
            assert bool(list(suites(shown("junit", here)).iter("failure"))) is here.failed
    [suite] = suites(shown("junit", look(project, asked=("t.md",))))
    assert [case.get("name") for case in suite] == ["t.md"]


def test_rdjson_suggests_what_fix_would_do(project: Path):
    """Only a safe fix is suggested, and only if all of it is in the file of the finding."""
    safe = (Replace("s.md", SCRIPT, "b.py"), Replace("s.md", Span(0, 0), "x"))
    cases: list[tuple[Fix, list[str]]] = [
        (Fix("Change", safe, True), ["b.py", "x"]),
        (Fix("Change", safe), []),
        (Fix("Change", (*safe, Replace("t.md", SCRIPT, "y")), True), []),
        (Fix("Move", (Rename("s.md", "r.md"),), True), []),
    ]
    for fix, expected in cases:
        [diagnostic] = read("rdjson", shown("rdjson", look(project, made(fixes=(fix,)))))["diagnostics"]
        assert [one["text"] for one in diagnostic.get("suggestions", [])] == expected


@pytest.mark.parametrize(
    ("variables", "address"),
    [
        ({}, "s.md"),
        (
            {"GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "a/b", "GITHUB_SHA": "c0ffee"},
            "https://github.com/a/b/blob/c0ffee/s.md?plain=1#L2",
        ),
        (
            {"CI_PROJECT_URL": "https://gitlab.com/a/b", "CI_COMMIT_SHA": "c0ffee"},
            "https://gitlab.com/a/b/-/blob/c0ffee/s.md?plain=1#L2",
        ),
    ],
)
def test_markdown_links_to_the_code_host(
    project: Path, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], address: str
):
    """On a code host a finding links to its line as it was checked; elsewhere to the file."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert f"[s.md:2]({address})" in shown("markdown", look(project, made()))


def test_markdown_has_the_manual_folded(project: Path):
    """The page of each rule that spoke follows, once; loud findings come first."""
    text = shown("markdown", look(project, made("info"), made(code="orphaned-export"), made()))
    assert text.startswith("## specthis-lsp: 2 errors and 1 info in 2 specs\n")
    assert [row[:2] for row in rows(text)] == [
        ["error", "orphaned-export"], ["error", "missing-script"], ["info", "missing-script"],
    ]  # fmt: skip
    assert re.findall("<summary><b>(.*?)</b>", text) == ["missing-script", "orphaned-export"]
    assert text.count("<details>") == text.count("</details>") == 2
    assert text.count(BY_CODE["orphaned-export"].summary) == 1


def test_markdown_fits_into_a_comment(project: Path):
    """Of thousands of findings with long names the first are shown; the page stays below what a comment holds."""
    found = [made(path=f"{'@' * 4000}{number}", message="@x" * 5000, span=None) for number in range(3000)]
    found += [made("info", code=rule.code) for rule in RULES]
    text = shown("markdown", look(project, *found))
    assert f"The first {len(rows(text))} of {len(found)} are shown." in text
    assert len(text) < 65_536


def test_a_mention_is_no_mention(project: Path):
    """Nobody is called by a file name: behind `@` and `#`, and within addresses, there is a joint."""
    text = shown("markdown", look(project, made(message="@octocat #12 https://x.y www.x.y", span=None)))
    html = MarkdownIt("commonmark").enable("table").render(text)
    assert not re.search(r"@\w|#\d|://|www\.", html.partition("<details>")[0])


# Several reports -----------------------------------------------------------------------------------------------


@pytest.fixture
def broken(project: Path) -> Path:
    """A project with one error that can be mended, and one hint."""
    (project / "s.md").unlink()
    return make(project, {"specs/compute-fit.md": SPEC})


def test_the_formats_are_the_table():
    """What the option takes is what the table has, in its order."""
    assert tuple(FORMATS) == FORMAT_NAMES


def test_several_reports_at_once(broken: Path):
    """One check writes to stdout and to any number of files; the exit code is as ever, and nothing else is left."""
    before = set(os.listdir(broken))
    outputs = [f"--output-format={form}:out.{form}" for form in FORMAT_NAMES]
    ended = lsp("--check", *outputs, "--output-format", "concise", cwd=broken)
    assert (ended.returncode, ended.stderr) == (1, "")
    assert ended.stdout == lsp("--check", "--output-format=concise", cwd=broken).stdout
    written = {f"out.{form}" for form in FORMAT_NAMES}
    assert set(os.listdir(broken)) - before - {".specthis"} == written
    for form in FORMAT_NAMES:
        assert (broken / f"out.{form}").read_text() == lsp("--check", "--output-format", form, cwd=broken).stdout
    assert lsp("--check", "--exit-zero", *outputs, cwd=broken).returncode == 0


def test_reports_into_files_leave_stdout_alone(broken: Path):
    """With files only, stdout is empty; colours asked for stay out of files."""
    ended = lsp("--check", "--color=always", "--output-format=full:out.txt", cwd=broken)
    assert (ended.returncode, ended.stdout, ended.stderr) == (1, "", "")
    assert "\x1b" not in (broken / "out.txt").read_text()


@pytest.mark.parametrize(
    ("outputs", "says"),
    [
        (["full", "json"], "`full` and `json` would both go to stdout; `--output-format json:PATH` writes to a file"),
        (["json:x", "sarif:./x"], "`json` and `sarif` would both go to `./x`"),
        (["sarif:"], "`--output-format` takes FORMAT or FORMAT:PATH; there is no path in `sarif:`"),
        (["sarf:x"], "not `sarf`; did you mean `sarif`?"),
        (["sarif:nowhere/x"], "cannot write `nowhere/x`: there is no such folder"),
        (["sarif:specs"], "cannot write `specs`: is a directory"),
        (["sarif:specs/compute-fit.md/x"], "cannot write `specs/compute-fit.md/x`: not a directory"),
    ],
)
def test_a_report_that_cannot_be_had(broken: Path, outputs: list[str], says: str):
    """Two reports for one place, no place, or one that cannot be written: 2, and one line that says so."""
    ended = lsp("--check", *(f"--output-format={output}" for output in outputs), cwd=broken)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.count("\n") == 1
    assert says in ended.stderr


def test_one_report_that_fails_hides_no_other(broken: Path):
    """Where one file cannot be written the other reports are, and the end is 2."""
    outputs = ("--output-format=json:nowhere/x", "--output-format=jsonl:y", "--output-format=concise")
    ended = lsp("--check", *outputs, cwd=broken)
    assert (ended.returncode, ended.stderr.count("\n")) == (2, 1)
    assert ended.stdout.startswith("specs/compute-fit.md:")
    assert (broken / "y").read_text().startswith("{")


def test_a_report_is_whole_or_as_it_was(project: Path, monkeypatch: pytest.MonkeyPatch):
    """What was at the path stays until the new report is whole; nothing is left beside it, by the killed neither."""
    files.put("report", "old")
    (project / "link").symlink_to("report")

    def fails(*_: object):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", fails)
        with pytest.raises(UsageError, match="cannot write `link`: no space left on device"):
            files.put("link", "new")
    assert (project / "report").read_text() == "old"
    (project / f".specthis-{os.getpid()}.tmp").write_text("half of a rep")
    files.put("link", "new \udce9")
    assert (project / "report").read_text() == "new \\udce9"
    assert (project / "link").is_symlink()
    assert sorted(os.listdir(project)) == [".git", "link", "report", "s.md"]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no such devices here")
def test_a_device_takes_a_report(broken: Path):
    """What is no file is written to, not replaced; where it is full, that is one line and 2."""
    assert lsp("--check", "--output-format=json:/dev/null", cwd=broken).returncode == 1
    ended = lsp("--check", "--output-format=json:/dev/full", cwd=broken)
    assert (ended.returncode, ended.stderr) == (2, "specthis-lsp: cannot write `/dev/full`: no space left on device\n")
    assert os.path.exists("/dev/null")


def test_a_report_by_the_environment(broken: Path):
    """The variable takes what the option takes, and is silent where the option speaks."""
    ended = lsp("--check", cwd=broken, env={FORMAT_VARIABLE: "sarif:out.sarif"})
    assert (ended.returncode, ended.stdout) == (1, "")
    read("sarif", (broken / "out.sarif").read_text())
    ended = lsp("--check", "--output-format=jsonl", cwd=broken, env={FORMAT_VARIABLE: "sarif:other"})
    assert ended.stdout.startswith('{"root"')
    assert not (broken / "other").exists()


# On GitHub -----------------------------------------------------------------------------------------------------

ON_GITHUB = {"GITHUB_ACTIONS": "true"}


def test_on_github_annotations_come_by_themselves(broken: Path):
    """Where no format was asked for, annotations follow the report for people; the verdict is the same."""
    plain = lsp("--check", cwd=broken)
    ended = lsp("--check", cwd=broken, env=ON_GITHUB)
    assert ended.returncode == plain.returncode == 1
    assert ended.stdout.startswith(plain.stdout)
    [(level, properties, _)] = commands(ended.stdout.removeprefix(plain.stdout).rstrip("\n"))
    assert (level, properties["file"], properties["line"]) == ("error", "specs/compute-fit.md", "11")
    assert lsp("--check", cwd=broken, env={"GITHUB_ACTIONS": "false"}).stdout == plain.stdout


@pytest.mark.parametrize(
    ("arguments", "env"), [(["--output-format=full"], {}), ([], {FORMAT_VARIABLE: "full"}), (["--diff"], {})]
)
def test_on_github_who_asks_gets_what_was_asked(broken: Path, arguments: list[str], env: dict[str, str]):
    """A format that was asked for, by option or variable, comes alone."""
    assert "::error" not in lsp("--check", *arguments, cwd=broken, env={**ON_GITHUB, **env}).stdout


def test_on_github_no_text_is_a_command(project: Path):
    """A name that looks like a workflow command is none in what a runner reads along; elsewhere it is left alone."""
    root = make(project / "::error file=x::y", {"specs/compute-fit.md": SPEC.replace("fitt.py", "##[error]fitt.py")})
    for form in ("full", "concise"):
        arguments = ("--check", "--output-format", form, "--", root.name)
        printed = lsp(*arguments, cwd=project, env=ON_GITHUB).stdout
        assert printed.count("##[") == 0
        assert not any(line.lstrip().startswith("::") for line in printed.splitlines())
        assert "##[error]fitt.py" in lsp(*arguments, cwd=project).stdout
    assert disarmed("  ::x") == "./  ::x"


def test_a_check_pays_for_no_format_it_does_not_write(broken: Path):
    """A check for people imports no other format."""
    script = "import sys; from specthis_lsp.cli.main import run; run(['--check'], None); print(*sys.modules)"
    ended = subprocess.run([sys.executable, "-c", script], cwd=broken, capture_output=True, text=True)
    imported = set(ended.stdout.splitlines()[-1].split())
    assert "specthis_lsp.cli.formats" in imported
    formats = {
        "concise",
        "report",
        "jsonl",
        "sarif",
        "github",
        "gitlab",
        "junit",
        "rdjson",
        "markdown",
        "files",
        "plain_json",
        "repository",
    }
    assert not imported & {f"specthis_lsp.cli.{name}" for name in formats}
    assert not imported & {"xml", "html", "urllib.parse"}
