"""Whatever an editor is offered for a planted break ends it: each action is carried out on a copy of the repository."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from guard_repositories import Break, cloned, read_breaks, worked_in
from server_client import Client
from specthis_lsp.host.checking import check_project
from specthis_lsp.host.showing import Showing
from test_server_actions import LAZY, actions, carry_out, resolved

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not here to clone with")

FIRST = list({case.code: case for case in reversed(list(read_breaks()))}.values())
BREAKS = [case for at, case in enumerate(FIRST) if at % 3 == 0 or case.code in ("missing-script", "orphaned-export")]
"""Of the first breaks of each kind every third, and two whose actions are many."""

MOST = 4
"""Actions of one finding that are carried out."""


def count(root: Path, code: str) -> int:
    """How often a project is told of a break; to say that something is still to be done is to tell of none."""
    outcome = check_project(str(root), use_cache=False)
    showing = Showing(outcome.settled.configuration.policy).sift(outcome.findings, outcome.suppressions)
    return sum(one.code == code and one.severity != "hint" for one in showing.findings)


@pytest.mark.parametrize("case", BREAKS, ids=lambda case: case.code)
def test_what_is_offered_ends_what_was_found(client: Client, tmp_path: Path, case: Break):
    root = cloned(case.repository, tmp_path / "made")
    if case.worked_in:
        worked_in(case.repository, root)
    case.do(root)
    client.start(root, LAZY)
    uri = (root / case.path).as_uri()
    for diagnostic in [one for one in client.diagnostics.get(uri, ()) if one["code"] == case.code][:1]:
        found = actions(client, uri, diagnostic["range"], only=["quickfix"])
        about = [one for one in found if {said["code"] for said in one.get("diagnostics", ())} == {case.code}]
        assert about, f"not even a suppression for {case.code}"
        before = count(root, case.code)
        for action in [one for one in about if "disabled" not in one][:MOST]:
            copy = tmp_path / "copy"
            shutil.copytree(root, copy, symlinks=True)
            carry_out(moved(resolved(client, action)["edit"], root, copy), copy)
            assert count(copy, case.code) < before, action["title"]
            shutil.rmtree(copy)


def moved(edit: Any, root: Path, copy: Path) -> Any:
    """An edit of one folder as one of another."""
    if isinstance(edit, dict):
        return {moved(key, root, copy): moved(value, root, copy) for key, value in edit.items()}
    if isinstance(edit, list):
        return [moved(value, root, copy) for value in edit]
    return edit.replace(root.as_uri(), copy.as_uri()) if isinstance(edit, str) else edit
