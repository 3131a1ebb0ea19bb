"""One look at a project: shared with a second process or not, it says the same."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from specthis_analyzers.names import Names, Told
from specthis_lsp.host import checking
from specthis_lsp.host.cache import Cache
from specthis_lsp.host.checking import Wanted, check_project
from specthis_lsp.host.disk import Disk
from specthis_lsp.host.settling import Settled
from test_incremental import FILES

Exchange = Callable[[Told], Told]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        assert isinstance(text, str)
        (tmp_path / path).write_text(text)
    for at in range(30):
        spec = (
            f"---\nname: compute-{at}\nkind: compute\ndepends_on: []\n---\n## Entry\n### e{at}\nScript: `s/{at}.py`\n"
        )
        (tmp_path / f"results/{at}-e{at}").mkdir(parents=True)
        (tmp_path / f"results/{at}-e{at}/a.txt").write_text("")
        (tmp_path / f"specs/compute-{at}.md").write_text(
            f"{spec}Output: `results/{at}-e{at}/a.txt`\nStatus: script ready\n"
        )
    return tmp_path


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every project counts as large, and a second processor as there."""
    if not hasattr(os, "fork"):
        pytest.skip("this system does not fork")
    monkeypatch.setattr(checking, "MANY_SPECS", 0)
    monkeypatch.setattr(checking, "may_fork", lambda: True)


def verdict(root: Path, use_cache: bool = False) -> tuple[object, ...]:
    outcome = check_project(str(root), use_cache=use_cache)
    return outcome.findings, outcome.specs, outcome.entries, outcome.crashes


@pytest.mark.parametrize("use_cache", [False, True])
def test_two_processes_find_what_one_finds(root: Path, monkeypatch: pytest.MonkeyPatch, use_cache: bool) -> None:
    """Half of the reading and half of the checking elsewhere changes nothing."""
    alone = verdict(root)
    monkeypatch.setattr(checking, "MANY_SPECS", 0)
    monkeypatch.setattr(checking, "may_fork", lambda: hasattr(os, "fork"))
    assert verdict(root, use_cache) == alone
    assert len(alone[0]) == 31  # type: ignore[arg-type]


@pytest.mark.usefixtures("shared")
@pytest.mark.parametrize("moment", ["at once", "after its names", "never started"])
@pytest.mark.parametrize("failure", ["raise", "kill"])
def test_a_second_process_that_fails_costs_only_time(
    root: Path, monkeypatch: pytest.MonkeyPatch, failure: str, moment: str
) -> None:
    """Killed, broken or never started: what it would have done is done here."""
    expected = verdict(root)
    parent = os.getpid()

    def fail() -> None:
        if failure == "kill":
            os.kill(os.getpid(), 9)
        raise RuntimeError("a defect in the child")

    def refused() -> int:
        raise OSError("no more processes")

    whole = checking._part

    def part(
        disk: Disk, settled: Settled, cache: Cache | None, wanted: Wanted, names: list[str], exchange: Exchange
    ) -> object:
        if os.getpid() == parent:
            return whole(disk, settled, cache, wanted, names, exchange)
        if moment == "after its names":
            exchange(Names().told())
        return fail()

    monkeypatch.setattr(checking, "_part", part)
    if moment == "never started":
        monkeypatch.setattr(os, "fork", refused)
    assert verdict(root) == expected


@pytest.mark.usefixtures("shared")
def test_a_look_shared_and_kept_is_found_again(root: Path) -> None:
    """What the second process looked at is witnessed too: a script of its half that appears is seen."""
    from test_cache import settle_clock

    check_project(str(root))
    settle_clock()
    before = verdict(root, use_cache=True)
    assert check_project(str(root)).from_cache
    (root / "s").mkdir()
    for at in range(30):
        (root / f"s/{at}.py").write_text("print()\n")
    assert len(before[0]) - len(verdict(root, use_cache=True)[0]) == 30  # type: ignore[arg-type]
