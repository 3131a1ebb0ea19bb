"""What is measured on must be right, or every ratio is wrong: facts about the generator and the client."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import latency, workspace

SPECS = 60
FAULTS = 8


@pytest.fixture(scope="module")
def clean() -> dict[str, str]:
    return dict(workspace.files(workspace.make_plan(SPECS)))


@pytest.fixture(scope="module")
def faulty() -> dict[str, str]:
    return dict(workspace.files(workspace.make_plan(SPECS, faults=FAULTS)))


def specs(tree: dict[str, str]) -> dict[str, str]:
    return {path: text for path, text in tree.items() if path.endswith(".md")}


def entries(tree: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    """Kind of the spec, name and text of every entry."""
    for text in specs(tree).values():
        for block in re.split(r"^### ", text, flags=re.M)[1:]:
            name, _, body = block.partition("\n")
            yield front(text, "kind"), name, re.split(r"^## ", body, flags=re.M)[0]


def front(text: str, key: str) -> str:
    found = re.search(rf"^{key}: (.*)$", text.split("---")[1], re.M)
    return found[1] if found else ""


def field(body: str, label: str) -> list[str]:
    found = re.search(rf"^{label}:((?:.*)(?:\n- `.*)*)", body, re.M)
    return re.findall(r"`([^`]+)`", found[1]) if found else []


def ready(tree: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    return ((kind, name, body) for kind, name, body in entries(tree) if "\nStatus: script ready" in "\n" + body)


def test_a_seed_makes_one_tree_and_another_seed_another(clean: dict[str, str]) -> None:
    assert dict(workspace.files(workspace.make_plan(SPECS))) == clean
    assert dict(workspace.files(workspace.make_plan(SPECS, seed=8))) != clean


@pytest.mark.parametrize("dialect", workspace.DIALECTS)
@pytest.mark.parametrize("count", [1, 5, SPECS])
def test_there_are_as_many_specs_as_asked_for(count: int, dialect: str) -> None:
    assert len(specs(dict(workspace.files(workspace.make_plan(count), dialect)))) == count


def test_no_path_is_written_twice() -> None:
    paths = [path for path, _ in workspace.files(workspace.make_plan(SPECS))]
    assert len(set(paths)) == len(paths)


def test_what_is_written_is_what_was_planned(tmp_path: Path, clean: dict[str, str]) -> None:
    counts = workspace.write(workspace.make_plan(SPECS), tmp_path)
    written = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert (counts.specs, counts.files, written) == (SPECS, len(clean), set(clean))


def test_names_are_stems_and_unique_on_their_side(clean: dict[str, str]) -> None:
    assert all(front(text, "name") == Path(path).stem for path, text in specs(clean).items())
    named = [(kind, name) for kind, name, _ in entries(clean)]
    assert len(set(named)) == len(named)
    assert {name for kind, name in named if kind == "report"} <= {name for kind, name in named if kind == "compute"}


def test_dependencies_exist_are_mentioned_and_have_no_cycle(clean: dict[str, str]) -> None:
    needs: dict[str, list[str]] = {}
    for path, text in specs(clean).items():
        _, head, body = text.split("---\n", 2)
        needs[Path(path).name] = re.findall(r"^  - (.*)$", head, re.M)
        assert all(name in body for name in needs[Path(path).name])
    settled: set[str] = set()
    while free := [name for name, ups in needs.items() if name not in settled and settled.issuperset(ups)]:
        settled.update(free)
    assert settled == set(needs)


def test_ready_entries_have_scripts_that_python_can_read(clean: dict[str, str]) -> None:
    for kind, _, body in ready(clean):
        (script,) = field(body, "Script" if kind == "compute" else "Export script")
        assert ast.parse(clean[script])
        outputs = field(body, "Output") + field(body, "Export outputs")
        assert all(Path(path).name in clean[script] for path in outputs)


def test_results_hold_the_keys_that_their_entries_declare(clean: dict[str, str]) -> None:
    declared = 0
    for _, _, body in entries(clean):
        keys = [item.split(":")[0] for item in field(body, "Schema")]
        (output,) = field(body, "Output") or [""]
        if keys and output in clean:
            declared += 1
            result = json.loads(clean[output])
            assert all(key.endswith("?") or key.split(".")[0] in result for key in keys)
    assert declared


def test_every_export_is_input_in_the_section_of_its_report(clean: dict[str, str]) -> None:
    reports = [text for text in specs(clean).values() if front(text, "kind") == "report"]
    assert len(reports) == SPECS // 20
    for text in reports:
        host = clean[front(text, "host_doc")]
        parts = [clean[f"reports/{name}.tex"] for name in re.findall(r"^\\input\{(.*)\}", host, re.M)]
        (section,) = [
            section
            for part in parts
            for section in part.split("\\section{")
            if f"\\label{{{front(text, 'section_label')}}}\n\\sectionversion" in section
        ]
        for exported in field(text, "Export outputs"):
            assert f"{{{exported.removeprefix('reports/').rsplit('.', 1)[0]}}}" in section


def test_labels_are_unique_in_a_document(clean: dict[str, str]) -> None:
    parts = {path: text for path, text in clean.items() if path.startswith("reports/sections/")}
    text = re.sub(r"(?s)^%.*?$|\\begin\{verbatim\}.*?\\end\{verbatim\}", "", "\n".join(parts.values()), flags=re.M)
    labels = re.findall(r"\\label\{([^}]*)\}", text)
    assert len(set(labels)) == len(labels)
    assert set(re.findall(r"\\ref\{([^}]*)\}", text)) <= set(labels)


def test_planted_faults_are_as_many_as_asked_for_and_where_the_plan_says(
    clean: dict[str, str], faulty: dict[str, str]
) -> None:
    planted = dict(workspace.make_plan(SPECS, faults=FAULTS).faults)
    assert sorted(planted.values()) == sorted(workspace.FAULTS * (FAULTS // len(workspace.FAULTS)))
    before = {(kind, name): body for kind, name, body in entries(clean)}
    found: dict[str, str] = {}
    for kind, name, body in entries(faulty):
        if "Status: script redy" in body:
            found[name] = workspace.UNKNOWN_STATUS
        elif body != before[kind, name]:
            assert "`median: number`" in body
            found[name] = workspace.SCHEMA_MISMATCH
        elif kind == "compute" and "Status: script ready" in body:
            script = faulty.get(field(body, "Script")[0])
            if script is None:
                found[name] = workspace.MISSING_SCRIPT
            elif "reports" in script:
                found[name] = workspace.SCOPE_CREEP
    assert found == planted


def test_more_faults_than_entries_are_refused() -> None:
    with pytest.raises(ValueError, match="no room"):
        workspace.make_plan(5, faults=50)


def test_a_percentile_is_the_nearest_rank() -> None:
    values = list(range(100, 0, -1))
    assert [latency.percentile(values, share) for share in (0, 1, 50, 95, 99, 100)] == [1, 1, 50, 95, 99, 100]
    assert latency.percentile([7.0], 99) == 7.0
    assert latency.percentile([3, 1, 2], 50) == 2
    with pytest.raises(ValueError, match="no values"):
        latency.percentile([], 50)


@pytest.mark.parametrize(("kind", "changed"), [("status", "Status: script redy"), ("space", "Status: script ready ")])
def test_a_toggle_changes_one_line_there_and_back(kind: str, changed: str) -> None:
    text = "Output: `x`\nStatus: script ready\n"
    toggle = latency.find_toggle(text, kind)
    there = latency.apply(text, toggle.line, toggle.column, toggle.before, toggle.after)
    assert there == f"Output: `x`\n{changed}\n"
    assert latency.apply(there, toggle.line, toggle.column, toggle.after, toggle.before) == text
