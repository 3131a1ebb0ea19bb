"""Write the table of memorisation and generalisation times, one row for each weight decay."""

import json
import statistics
from pathlib import Path

RESULTS = (
    "results/grokking-decay-none/run.json",
    "results/grokking-decay-weak/run.json",
    "results/grokking-decay-medium/run.json",
    "results/grokking-decay-strong/run.json",
)


def number(value: float) -> str:
    """An integer with thin spaces between thousands."""
    return f"{round(value):,}".replace(",", r"\,")


def time_cell(times: list) -> str:
    """Median and range, or how many runs got there: a time that is missing has no median."""
    reached = [time for time in times if time is not None]
    if len(reached) < len(times):
        return f"not reached ({len(reached)} of {len(times)} seeds)"
    median, low, high = statistics.median(reached), min(reached), max(reached)
    return number(median) if low == high else f"{number(median)} ({number(low)}--{number(high)})"


def range_cell(values: list) -> str:
    """Lowest and highest to one decimal, or the one number where both look the same."""
    low, high = f"{min(values):.1f}", f"{max(values):.1f}"
    return low if low == high else f"{low}--{high}"


rows = []
for path in RESULTS:
    result = json.loads(Path(path).read_text(encoding="utf-8"))
    runs = result["runs"]
    accuracies = [100 * run["final_test_accuracy"] for run in runs]
    rows.append(" & ".join([
        f"{result['weight_decay']:g}",
        time_cell([run["memorised_at"] for run in runs]),
        time_cell([run["generalised_at"] for run in runs]),
        range_cell(accuracies),
    ]) + r" \\")

Path("reports/tab_grokking.tex").write_text("\n".join([
    "% Written by scripts/export/grokking_times.py: edit that, not this.",
    r"\begin{tabular}{lrrr}",
    r"\toprule",
    r"weight decay & memorised at step & generalised at step & final test accuracy (\%) \\",
    r"\midrule",
    *rows,
    r"\bottomrule",
    r"\end{tabular}%",
]) + "\n", encoding="utf-8", newline="\n")
