"""Which folders are projects: found from inside, and from above."""

from __future__ import annotations

from pathlib import Path

import pytest

from specthis_lsp.host import projects
from specthis_lsp.host.projects import project_around, projects_below

SPEC = "---\nname: meta\nkind: meta\ndepends_on: []\n---\n"
OURS = {
    "a/specs/meta.md": SPEC,
    "a/inner/specs/meta.md": SPEC,
    "b/deep/er/specthis.toml": "",
    "c/pyproject.toml": "[tool.specthis]\n",
    "d/specs/meta.md": SPEC,
    "d/specthis.toml": '[layout]\nspecs = "texts"\n',
}
NOT_OURS = {
    "e/pyproject.toml": "[tool.other]\n",
    "f/specs/api.md": "# An interface\n",
    "g/notes/specs.md": SPEC,
    "node_modules/h/specs/meta.md": SPEC,
    ".hidden/specs/meta.md": SPEC,
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    for path, text in {**OURS, **NOT_OURS}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    return tmp_path


def test_the_outermost_projects_below_a_folder_are_found(home: Path):
    found = [str(Path(path).relative_to(home)) for path in projects_below(str(home))]
    assert found == ["a", "b/deep/er", "c", "d"]


def test_a_project_is_found_from_inside(home: Path):
    assert project_around(str(home / "a/inner/specs")) == str(home / "a/inner")
    assert project_around(str(home / "e")) is None


def test_where_there_are_too_many_folders_those_above_are_searched(home: Path, monkeypatch: pytest.MonkeyPatch):
    """So that one deep tree does not hide what lies beside it."""
    monkeypatch.setattr(projects, "MAX_SEARCHED", 9)
    assert [Path(path).name for path in projects_below(str(home))] == ["a", "c", "d"]


def test_a_folder_without_a_sign_of_ours_is_not_opened(home: Path, monkeypatch: pytest.MonkeyPatch):
    """There are thousands of them in a home directory."""
    opened: list[str] = []

    def noted(root: str) -> bool:
        opened.append(Path(root).name)
        return False

    monkeypatch.setattr(projects, "is_project", noted)
    assert projects_below(str(home)) == []
    assert sorted(opened) == ["a", "c", "d", "e", "er", "f", "inner"]
