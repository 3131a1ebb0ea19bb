"""The JSON Schema of the settings takes what the reader takes, and a `pyproject.toml` may hold them as well."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

import specthis_lsp.cli
from specthis_analyzers.facts import configuration
from specthis_analyzers.rules import BY_CODE
from specthis_analyzers.settings import SETTINGS, SEVERITIES
from specthis_analyzers.text import Text
from specthis_lsp.host.disk import Disk
from specthis_lsp.host.projects import is_project
from specthis_lsp.host.settling import settle

SCHEMA = json.loads((Path(specthis_lsp.cli.__file__).parent / "settings.schema.json").read_text("utf-8"))
VALIDATORS = (Draft7Validator(SCHEMA).is_valid, jsonschema_rs.Draft7Validator(SCHEMA).is_valid)


def toml(value: Any) -> str:
    """A value as TOML, tables inline."""
    if isinstance(value, dict):
        return (
            "{" + ", ".join(f"{json.dumps(key, ensure_ascii=False)} = {toml(one)}" for key, one in value.items()) + "}"
        )
    if isinstance(value, list):
        return "[" + ", ".join(toml(one) for one in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def document(table: dict[str, Any]) -> str:
    return "".join(f"{toml(key)} = {toml(value)}\n" for key, value in table.items())


def is_taken(table: dict[str, Any]) -> bool:
    """Whether the reader has nothing to say of a settings file, and every rule that it names is one."""
    text = document(table)
    assert tomllib.loads(text) == table
    read = configuration.read(Text(text))
    assert read.problem is None
    return not read.unknown and all(word.text in BY_CODE for word in read.codes)


def nested(name: str, value: Any) -> dict[str, Any]:
    group, _, key = name.rpartition(".")
    return {group: {key: value}} if group else {key: value}


# The schema itself ---------------------------------------------------------------------------------------------


def test_it_is_a_schema():
    """It is one that validators take."""
    Draft7Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_every_setting_takes_its_default_and_its_choices(setting: Any):
    """Each setting is there with its meaning, takes its default and each choice, and refuses what is none."""
    group, _, key = setting.name.rpartition(".")
    said = (SCHEMA["properties"][group] if group else SCHEMA)["properties"][key]
    assert said["description"] == setting.meaning
    default = tomllib.loads(f"value = {setting.default}")["value"]
    good = [default, *([choice] if setting.form == "choice" else [choice, choice] for choice in setting.choices)]
    good = [value[0] if setting.form == "choice" and isinstance(value, list) else value for value in good]
    for value in good:
        assert all(is_valid(nested(setting.name, value)) for is_valid in VALIDATORS)
        assert is_taken(nested(setting.name, value))
    wrong = ["no such choice\\", 1.5, ["../x", 7], {"no-such-rule": "loud"}, *([True] * (setting.form != "switch"))]
    for value in wrong:
        assert not any(is_valid(nested(setting.name, value)) for is_valid in VALIDATORS)


WORDS = [choice for setting in SETTINGS for choice in setting.choices] + [*SEVERITIES, *list(BY_CODE)[:3], "nope"]
PATHS = [
    "", ".", "..", "a", "./a", "a/..", "../a", "a/../b", "a..b", "..a", "a/..b/c", "/a", "~", "~a", "a~", "c:", "c:a",
    "é:", "\U0001f600:x", "\r:", "\u2028:", "a\\b", "a b", "a/", "//", "a\t", "a\n", "..\n", "a/..\n", ":a",
]  # fmt: skip
CODES = st.sampled_from([*list(BY_CODE)[:3], "nope"])
LETTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\x7f")
STRINGS = st.sampled_from(WORDS) | st.sampled_from(PATHS) | st.text(LETTERS | st.sampled_from("./\\~:\n"), max_size=6)
# A number like 1.0 is an integer to a schema and none to us: TOML, unlike JSON, tells them apart.
NUMBERS = st.integers(-(2**65), 2**65) | st.sampled_from([0, -1, 2**63 - 1, 2**63, 0.5, -2.25])
SCALARS = STRINGS | NUMBERS | st.booleans()
KEYS = st.sampled_from([setting.name.rpartition(".")[2] for setting in SETTINGS] + ["layout", "papers", "x"])
VALUES = SCALARS | st.lists(SCALARS, max_size=3) | st.dictionaries(STRINGS, SCALARS, max_size=3)
LIKELY = st.sampled_from(SETTINGS).flatmap(
    lambda setting: st.tuples(
        st.just(setting.name),
        {
            "choice": st.sampled_from([*setting.choices, "nope"]),
            "choices": st.lists(st.sampled_from([*setting.choices, "nope"]), max_size=2),
            "path": STRINGS,
            "paths": st.lists(STRINGS, max_size=2),
            "words": st.lists(STRINGS, max_size=2),
            "codes": st.lists(CODES, max_size=2),
            "severities": st.dictionaries(
                st.sampled_from([*list(BY_CODE)[:3], "nope"]), st.sampled_from(WORDS), max_size=2
            ),
            "bytes": NUMBERS,
            "switch": st.booleans(),
        }[setting.form]
        | VALUES,
    )
)


@st.composite
def tables(draw: st.DrawFn) -> dict[str, Any]:
    """Settings as people write them, right and wrong."""
    table: dict[str, Any] = {}
    for name, value in draw(st.lists(LIKELY, max_size=4)):
        group, _, key = name.rpartition(".")
        inside = table.setdefault(group, {}) if group else table
        if isinstance(inside, dict):
            inside[key] = value
    if draw(st.integers(0, 3)) == 0:
        table |= draw(st.dictionaries(KEYS | st.sampled_from(["layout", "rules", "latex"]), VALUES, max_size=2))
    return table


@given(tables())
def test_the_schema_takes_what_the_reader_takes(table: dict[str, Any]):
    """Whatever a settings file holds, the schema refuses it exactly where the reader has something to say."""
    taken = is_taken(table)
    assert [is_valid(table) for is_valid in VALIDATORS] == [taken, taken]


def test_the_package_prints_it(tmp_path: Path):
    """`schema` prints the settings' schema, or another one by its name."""

    def printed(*names: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "specthis_lsp", "schema", *names]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert json.loads(printed().stdout) == json.loads(printed("settings").stdout) == SCHEMA
    for name in ("report", "audit"):
        assert json.loads(printed(name).stdout)["$schema"]
    wrong = printed("reports")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert (
        wrong.stderr == "specthis-lsp: `schema` takes settings, report, audit, not `reports`; did you mean `report`?\n"
    )


# The table in pyproject.toml -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        '[tool.specthis]\nlayout.specs = "notes"\n',
        '[tool.specthis.layout]\nspecs = "notes"\n',
        '[ tool . "specthis" ]\nlayout = { specs = "notes" }\n',
        '[tool]\nspecthis = { layout = { specs = "notes" } }\n',
        '[tool]\nspecthis.layout.specs = "notes"\n',
        'tool.specthis.layout.specs = "notes"\n',
        '[tool.ruff]\nline-length = 1\n  [tool.specthis.layout]\r\nspecs = "notes"\n',
    ],
)
def test_a_pyproject_with_our_table_is_our_settings(tmp_path: Path, text: str):
    """However TOML lets one write it, the table makes a project and gives its settings."""
    (tmp_path / "pyproject.toml").write_text(text)
    settled = settle(Disk(str(tmp_path)))
    assert (settled.path, settled.configuration.analysis.specs) == ("pyproject.toml", "notes")
    assert is_project(str(tmp_path))


@pytest.mark.parametrize(
    "text",
    [
        '[tool.specthis-other]\nlayout.specs = "notes"\n',
        "[tool.specthisx]\n",
        '[project]\ndependencies = ["specthis-lsp"]\n',
        '[project]\ndependencies = ["specthis-lsp"\n',
        "[other.tool.specthis]\n",
        "tool.specthis = 3\n",
        "# [tool.specthis]\n",
    ],
)
def test_a_pyproject_that_is_not_about_us(tmp_path: Path, text: str):
    """A neighbour's table, a dependency, or a comment makes no project."""
    (tmp_path / "pyproject.toml").write_text(text)
    assert settle(Disk(str(tmp_path))).path is None
    assert not is_project(str(tmp_path))


def test_both_read_alike(tmp_path: Path):
    """The same settings in either file are the same settings, with their complaints."""
    said = 'fail_on = "eror"\n[{0}layout]\npapers = ["a.tex"]\nspec = "x"\n[{0}rules]\nselect = ["missing-key"]\n'
    own = configuration.read(Text(said.format("")))
    shared = configuration.read(Text("[tool.specthis]\n" + said.format("tool.specthis.")), "tool.specthis")
    assert (own.analysis, own.policy, own.given) == (shared.analysis, shared.policy, shared.given)
    assert [one.message for one in own.unknown] == [one.message for one in shared.unknown] != []


def test_our_own_file_comes_first(tmp_path: Path):
    """Where both are there, `specthis.toml` counts."""
    (tmp_path / "pyproject.toml").write_text('[tool.specthis]\nlayout.specs = "notes"\n')
    (tmp_path / "specthis.toml").write_text("")
    assert settle(Disk(str(tmp_path))).path == "specthis.toml"
