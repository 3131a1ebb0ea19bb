"""Measures specthis-lsp and its peers in the same minutes on the same files, and prints the ratios.

    python tests/benchmarks/bench.py [--specs 10000] [--runs 5] [--only check|keystroke|start] [--json FILE]

Milliseconds differ from machine to machine and from hour to hour; a ratio of two programs that took turns
does not. Every program runs once to warm up, then they alternate, and a ratio is the median of the paired
ratios. A missed budget is printed, and is no failure: the exit code is 1 only where something could not run.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any, TypeVar

import latency
import peers

OURS = [sys.executable, "-m", "specthis_lsp"]
HERE = Path(__file__).resolve().parent
SMALL = 5
FEW = 100
SOME = 1_000
QUIET = 10
"""Percent of the cores that others may use before a warning is printed."""
SCRIPT_RULES = "scope-creep,exporter-writes-elsewhere"
GROUPS = ("check", "keystroke", "start", "rules")
FOOTNOTE = "Programs do different work on the same files, so their findings differ: a ratio compares speed only."

T = TypeVar("T")


class CannotRun(Exception):
    """A program is absent, crashed, or said something that makes its time meaningless."""


@dataclass(frozen=True)
class Sample:
    """One life of a process."""

    wall_s: float
    cpu_s: float
    peak_mb: float


@dataclass(frozen=True)
class Budget:
    """One line of the table: whose figure, against whose, and what the ratio may be."""

    what: str
    unit: str
    ours: str
    peer: str
    figure: str
    must: float | None = None
    aim: float | None = None


@dataclass
class Row:
    budget: Budget
    ours: float = 0.0
    peer: float = 0.0
    ratio: float = 0.0
    reasons: tuple[str, ...] = ()

    @property
    def verdict(self) -> str:
        if self.reasons:
            return "not run"
        if self.budget.must is None:
            return ""
        if self.ratio > self.budget.must:
            return "OVER"
        return "aim" if self.budget.aim is not None and self.ratio <= self.budget.aim else "ok"


@dataclass
class Rounds:
    """The samples of several programs that took turns; a program that cannot run has a reason instead."""

    samples: dict[str, list[Any]] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)


CHECK_BUDGETS = (
    Budget("check, no cache / rumdl", "s", "ours", "rumdl", "wall_s", 1.2, 0.7),
    Budget("check, no cache / specthis 0.1.15", "s", "ours", "specthis", "wall_s", 0.2, 0.1),
    Budget("check, no cache, scripts too / rumdl", "s", "ours with scripts", "rumdl", "wall_s"),
)
WARM_BUDGETS = (Budget("check, warm / rumdl, warm", "s", "ours", "rumdl", "wall_s", 0.3, 0.15),)
SCRIPT_BUDGETS = (Budget("rules on scripts, no cache / ruff", "s", "ours", "ruff", "wall_s", 15, 8),)
KEYSTROKE_BUDGETS = (
    Budget("keystroke p99 / rumdl server", "ms", "ours", "rumdl", "p99_ms", 1.0, 0.5),
    Budget(f"keystroke p99 / {FEW} specs", "ms", "ours", "ours on few", "p99_ms", 1.5, 1.0),
    Budget("first open / rumdl server", "ms", "ours", "rumdl", "open_ms"),
    Budget("index ready, no cache / rumdl server", "s", "ours", "rumdl", "index_s", 1.2, 0.7),
    Budget("index ready, kept / rumdl server", "s", "ours again", "rumdl", "index_s", 1.2, 0.7),
    Budget("idle memory / rumdl server", "MB", "ours", "rumdl", "rss_mb", 2.5, 1.9),
)
SERVER_START_BUDGETS = (
    Budget("start to initialize / VS Code's Markdown server", "ms", "ours", "markdown", "initialize_ms", 2.5, 2.0),
    Budget("start to initialize / rumdl server", "ms", "ours", "rumdl", "initialize_ms"),
)
SMALL_BUDGETS = (Budget(f"check, {SMALL} specs / python -c pass", "s", "ours", "python", "wall_s", 12, 6),)


# --- running ---------------------------------------------------------------------------------------


def run_process(command: Sequence[str], directory: Path, expected: Sequence[int]) -> Sample:
    """One run from start to end, output thrown away; an unexpected exit status is no measurement."""
    with tempfile.TemporaryFile() as errors:
        started = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=directory, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        said = errors.read().decode(errors="replace").strip()
    # Python's own exit status after a crash is 1, which is also how a checker says "findings".
    if process.returncode not in expected or "Traceback (most recent call last)" in said or "No module" in said:
        last = said.splitlines()[-1] if said else "no message"
        raise CannotRun(f"{Path(command[0]).name} ended with {process.returncode}: {last}")
    # On Linux the peak of a child is never below that of its parent: exec inherits it.
    peak = usage.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
    return Sample(wall, usage.ru_utime + usage.ru_stime, peak)


def run_server(
    found: peers.Peers, command: Sequence[str], root: Path, *options: str, is_first: bool = True
) -> latency.Measurement:
    """One life of a server, measured by a client in a process of its own; the first there, or the one after."""
    if is_first:
        forget_caches(root)
    client = [str(found.python), str(HERE / "latency.py"), "--root", str(root), *options, "--", *command]
    done = subprocess.run(client, capture_output=True, text=True, check=False)
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        raise CannotRun((done.stderr.strip().splitlines() or ["the client said nothing"])[-1]) from None
    if "error" in answer:
        raise CannotRun(answer["error"])
    measured = latency.Measurement(**answer)
    if not measured.keystrokes and "--file" in options:
        raise CannotRun("no keystroke was answered")
    return measured


def forget_caches(root: Path) -> None:
    for cache in (".specthis/cache", ".rumdl_cache"):
        shutil.rmtree(root / cache, ignore_errors=True)


def take_turns(jobs: Mapping[str, Callable[[], T]], runs: int) -> Rounds:
    """Each job once to warm up, then `runs` rounds of all that could run."""
    rounds = Rounds()
    for turn in range(runs + 1):
        for name, job in jobs.items():
            if name in rounds.reasons:
                continue
            progress(f"{name}: {f'run {turn} of {runs}' if turn else 'warming up'}")
            try:
                sample = job()
            except (CannotRun, OSError) as reason:
                rounds.reasons[name] = f"{name}: {reason}"
                continue
            if turn:
                rounds.samples.setdefault(name, []).append(sample)
    progress("")
    return rounds


def progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)


def compare(budgets: Sequence[Budget], rounds: Rounds) -> list[Row]:
    rows: list[Row] = []
    for budget in budgets:
        names = (budget.ours, budget.peer)
        row = Row(budget, reasons=tuple(rounds.reasons[name] for name in names if name in rounds.reasons))
        # A program that stopped half way keeps what it has shown so far, which still tells its size.
        ours = [getattr(sample, budget.figure) for sample in rounds.samples.get(budget.ours, [])]
        theirs = [getattr(sample, budget.figure) for sample in rounds.samples.get(budget.peer, [])]
        row.ours = median(ours) if ours else 0.0
        row.peer = median(theirs) if theirs else 0.0
        if not row.reasons:
            pairs = zip(ours, theirs, strict=True)
            row.ratio = median(mine / other if other else float("inf") for mine, other in pairs)
        rows.append(row)
    return rows


# --- what is measured on -----------------------------------------------------------------------------


def tree(specs: int, dialect: str = "0.0.1", faults: int = 0) -> Path:
    """A generated repository, kept in the cache directory until the generator changes."""
    trees = peers.cache_directory() / "trees"
    digest = hashlib.sha256((HERE / "workspace.py").read_bytes()).hexdigest()[:8]
    prefix = f"{dialect}-{specs}-{faults}-"
    made = trees / (prefix + digest)
    if made.exists():
        return made
    for outdated in trees.glob(f"{prefix}*"):
        shutil.rmtree(outdated)
    print(f"writing {specs} specs of dialect {dialect} into {made}", file=sys.stderr)
    unfinished = made.with_name(made.name + ".unfinished")
    # In a process of its own: the memory that it takes would be the floor of every peak that we measure.
    options = [str(specs), str(unfinished), "--dialect", dialect, "--faults", str(faults)]
    subprocess.run([sys.executable, HERE / "workspace.py", *options], check=True, stdout=subprocess.DEVNULL)
    return unfinished.rename(made)


def broken(specs: int, dialect: str = "0.0.1") -> Path:
    """A tree in which about one entry in a hundred has a fault, so that findings cost something too."""
    return tree(specs, dialect, faults=max(1, specs * 3 // 100))


def typical_spec(root: Path) -> str:
    """A spec to type in: three entries and the usual size, so that small and large trees are comparable."""
    specs = sorted((root / "specs").glob("compute-*.md"), key=lambda path: (abs(path.stat().st_size - 4800), path))
    for path in specs:
        text = path.read_text(encoding="utf-8")
        if "\nStatus: script ready" in text and (text.count("\n### ") == 3 or len(specs) < FEW // 2):
            return f"specs/{path.name}"
    raise CannotRun(f"{root} has no spec to type in")


# --- the groups of the table -------------------------------------------------------------------------


def check_group(found: peers.Peers, specs: int, runs: int) -> tuple[list[Row], list[str]]:
    root, other = broken(specs), broken(specs, "0.1")
    rumdl = str(found.rumdl)
    cold = take_turns(
        {
            # The tree has faults, so a verdict of "clean" would mean that little was looked at.
            # Scripts have a row of their own: no peer of these two reads them.
            "ours": lambda: run_process([*OURS, "--check", "--no-cache", "--ignore", SCRIPT_RULES], root, [1]),
            "ours with scripts": lambda: run_process([*OURS, "--check", "--no-cache"], root, [1]),
            "rumdl": lambda: run_process([rumdl, "check", "--no-cache", "specs"], root, [0, 1]),
            "specthis": lambda: run_process([str(found.specthis), "check", "--json"], other, [0, 1]),
        },
        runs,
    )
    forget_caches(root)
    warm = take_turns(
        {
            "ours": lambda: run_process([*OURS, "--check"], root, [1]),
            "rumdl": lambda: run_process([rumdl, "check", "specs"], root, [0, 1]),
        },
        runs,
    )
    scripts = take_turns(
        {
            "ours": lambda: run_process([*OURS, "--check", "--no-cache", "--select", SCRIPT_RULES], root, [1]),
            "ruff": lambda: run_process([str(found.ruff), "check", "--no-cache", "scripts"], root, [0, 1]),
        },
        runs,
    )
    details = process_details("no cache", cold) + process_details("warm", warm) + process_details("scripts", scripts)
    rows = compare(CHECK_BUDGETS, cold) + compare(WARM_BUDGETS, warm) + compare(SCRIPT_BUDGETS, scripts)
    return rows, details


def keystroke_group(found: peers.Peers, specs: int, runs: int) -> tuple[list[Row], list[str]]:
    many, some, few = broken(specs), broken(SOME), broken(FEW)
    rumdl = [str(found.rumdl), "server"]

    typed = {root: typical_spec(root) for root in (many, some, few)}

    def life(command: Sequence[str], root: Path, toggle: str, is_first: bool = True) -> latency.Measurement:
        return run_server(found, command, root, "--file", typed[root], "--toggle", toggle, is_first=is_first)

    rounds = take_turns(
        {
            "ours": lambda: life([*OURS, "--stdio"], many, "status"),
            "ours again": lambda: life([*OURS, "--stdio"], many, "status", is_first=False),
            "rumdl": lambda: life(rumdl, many, "space"),
            "ours on few": lambda: life([*OURS, "--stdio"], few, "status"),
        },
        runs,
    )
    smaller = take_turns(
        {
            f"ours, {SOME} specs": lambda: life([*OURS, "--stdio"], some, "status"),
            f"rumdl, {SOME} specs": lambda: life(rumdl, some, "space"),
            f"rumdl, {FEW} specs": lambda: life(rumdl, few, "space"),
        },
        runs,
    )
    return compare(KEYSTROKE_BUDGETS, rounds), server_details(rounds) + server_details(smaller)


def start_group(found: peers.Peers, specs: int, runs: int) -> tuple[list[Row], list[str]]:
    many, small = broken(specs), tree(SMALL)
    # These are short, so there can be more of them.
    runs = max(runs, 10)

    def markdown() -> latency.Measurement:
        if found.markdown_server is None:
            raise CannotRun("there is no npm to install it")
        return run_server(found, [str(found.markdown_server), "--stdio"], many)

    servers = take_turns(
        {
            "ours": lambda: run_server(found, [*OURS, "--stdio"], many),
            "markdown": markdown,
            "rumdl": lambda: run_server(found, [str(found.rumdl), "server"], many),
        },
        runs,
    )
    processes = take_turns(
        {
            "ours": lambda: run_process([*OURS, "--check"], small, [0]),
            "python": lambda: run_process([sys.executable, "-c", "pass"], small, [0]),
        },
        runs,
    )
    rows = compare(SERVER_START_BUDGETS, servers) + compare(SMALL_BUDGETS, processes)
    return rows, process_details(f"{SMALL} specs", processes)


def rules_group(found: peers.Peers, specs: int, runs: int) -> tuple[list[Row], list[str]]:
    """What each rule costs; the dearest makes a row of the table."""
    done = subprocess.run(
        [sys.executable, str(HERE / "rule_costs.py"), str(broken(SOME))], capture_output=True, text=True, check=False
    )
    budget = Budget(f"dearest rule / whole look, {SOME} specs", "s", "rule", "whole", "seconds", 0.15)
    if done.returncode:
        return [Row(budget, reasons=((done.stderr.strip().splitlines() or ["no message"])[-1],))], []
    seconds: dict[str, float] = json.loads(done.stdout)
    whole = seconds.pop("whole")
    dearest = sorted(seconds.items(), key=lambda item: -item[1])
    lines = [f"rule {code}: {cost * 1000:.1f} ms, {cost / whole:.1%} of the whole" for code, cost in dearest if cost]
    return [Row(budget, dearest[0][1], whole, dearest[0][1] / whole)], lines


# --- printing ----------------------------------------------------------------------------------------


def process_details(title: str, rounds: Rounds) -> list[str]:
    """What the table leaves out: processor time and memory."""
    lines: list[str] = []
    for name, samples in rounds.samples.items():
        wall, cpu, peak = (median(getattr(sample, key) for sample in samples) for key in asdict(samples[0]))
        lines.append(f"{title}, {name}: wall {wall:.3f} s, cpu {cpu:.3f} s, peak {peak:.0f} MB")
    return lines


def server_details(rounds: Rounds) -> list[str]:
    lines: list[str] = []
    for name, samples in rounds.samples.items():
        middle = {key: median(getattr(sample, key) for sample in samples) for key in asdict(samples[0])}
        lines.append(
            f"{name}: p50 {middle['p50_ms']:.2f}, p95 {middle['p95_ms']:.2f}, p99 {middle['p99_ms']:.2f} ms; "
            f"open {middle['open_ms']:.1f} ms; index {middle['index_s']:.2f} s; {middle['rss_mb']:.0f} MB"
        )
        missed = sum(sample.misses for sample in samples)
        unchanged = sum(sample.unchanged for sample in samples)
        if missed or unchanged:
            lines.append(f"{name}: {missed} keystrokes WITHOUT AN ANSWER, {unchanged} answered with no change")
    return lines


def machine() -> str:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    load = ", ".join(f"{value:.2f}" for value in os.getloadavg())
    system = f"{platform.machine()} {platform.system()}"
    return f"{cores} cores, {system}, Python {platform.python_version()}, load {load}"


def busy(found: peers.Peers) -> float:
    """Percent of all cores that others use, over a second in which we measure nothing."""
    ask = "import psutil; print(psutil.cpu_percent(1))"
    return float(subprocess.run([found.python, "-c", ask], capture_output=True, text=True, check=True).stdout)


def table(rows: Sequence[Row]) -> list[str]:
    cells: list[tuple[str, ...]] = [("", "ours", "peer", "ratio", "must", "aim", "")]
    for row in rows:
        budget = row.budget
        figures = [f"{value:.4g} {budget.unit}" if value else "-" for value in (row.ours, row.peer)]
        ratio = "-" if row.reasons else f"{row.ratio:.3g}"
        limits = ["-" if limit is None else f"{limit:g}" for limit in (budget.must, budget.aim)]
        cells.append((budget.what, *figures, ratio, *limits, row.verdict))
    widths = [max(len(line[column]) for line in cells) for column in range(7)]
    return [
        "  ".join(
            [
                line[0].ljust(widths[0]),
                *(text.rjust(width) for text, width in zip(line[1:], widths[1:], strict=True)),
            ]
        )
        for line in cells
    ]


def verdicts(rows: Sequence[Row]) -> list[str]:
    lines = [f"not run: {reason}" for reason in dict.fromkeys(reason for row in rows for reason in row.reasons)]
    missed = [row for row in rows if row.verdict == "OVER"]
    lines += [f"MISSED: {row.budget.what}: {row.ratio:.3g}, must be at most {row.budget.must:g}" for row in missed]
    if not missed and all(row.verdict != "not run" for row in rows):
        lines.append("every must is met")
    return lines


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--specs", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", choices=GROUPS)
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args()
    if not hasattr(os, "wait4"):
        parser.error("this system cannot say what a child process used (os.wait4)")
    if options.specs < FEW:
        parser.error(f"fewer than {FEW} specs say nothing")
    # Programs are measured as people have them: with their modules compiled once, not at every start.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    about = machine()
    print(f"{options.specs} specs, {options.runs} runs; {about}")
    try:
        found = peers.ensure()
    except RuntimeError as reason:
        print(f"not run: {reason}")
        return 1
    others = [busy(found)]
    groups = {"check": check_group, "keystroke": keystroke_group, "start": start_group, "rules": rules_group}
    rows: list[Row] = []
    details: list[str] = []
    for name in [options.only] if options.only else GROUPS:
        more, said = groups[name](found, options.specs, options.runs)
        rows += more
        details += said
    others.append(busy(found))
    footnotes = [FOOTNOTE]
    if max(others) > QUIET:
        footnotes.append(
            f"NOT A QUIET MACHINE: others used {others[0]:.0f} % of it before and {others[1]:.0f} % after; "
            "a peer that works on several cores then looks slower than it is."
        )
    print("\n".join([*table(rows), "", *details, "", *verdicts(rows), *footnotes]))
    if options.json:
        document = {
            "machine": about,
            "busy_percent": others,
            "command": shlex.join(OURS),
            "specs": options.specs,
            "runs": options.runs,
            "rows": [asdict(row) | {"verdict": row.verdict} for row in rows],
            "details": details,
        }
        options.json.write_text(json.dumps(document, indent=2) + "\n")
    return 1 if any(row.reasons for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
