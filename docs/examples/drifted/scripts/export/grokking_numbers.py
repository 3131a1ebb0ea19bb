"""Write the macros for the numbers that the section on the decay sweep cites."""

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


def generalised(result: dict) -> list[int]:
    """The times at which the seeds of one decay generalised, as far as they did."""
    return [run["generalised_at"] for run in result["runs"] if run["generalised_at"] is not None]


def final(result: dict, key: str) -> list[float]:
    """One final measurement of every seed."""
    return [run[f"final_{key}"] for run in result["runs"]]


none, weak, medium, strong = (json.loads(Path(path).read_text(encoding="utf-8")) for path in RESULTS)
every_run = [run for result in (none, weak, medium, strong) for run in result["runs"]]
# The text gives a median for these two, which means something only if every seed got there.
assert len(generalised(medium)) == len(generalised(strong)) == len(strong["runs"])

macros = {
    "Modulus": str(strong["modulus"]),
    "TrainPercent": f"{100 * strong['train_fraction']:g}",
    "ThresholdPercent": f"{100 * strong['threshold']:g}",
    "StepBudget": number(strong["steps"]),
    "SeedCount": str(len(strong["runs"])),
    "LatestMemorised": number(max(run["memorised_at"] for run in every_run)),
    "DecayWeak": f"{weak['weight_decay']:g}",
    "DecayMedium": f"{medium['weight_decay']:g}",
    "DecayStrong": f"{strong['weight_decay']:g}",
    "GeneralisedCountWeak": str(len(generalised(weak))),
    "GeneralisedMedium": number(statistics.median(generalised(medium))),
    "GeneralisedStrong": number(statistics.median(generalised(strong))),
    "BestFinalTestNone": f"{100 * max(final(none, 'test_accuracy')):.1f}",
    "WorstFinalTestWeak": f"{100 * min(final(weak, 'test_accuracy')):.1f}",
    "FinalNormNone": number(statistics.mean(final(none, "weight_norm"))),
    "FinalNormStrong": number(statistics.mean(final(strong, "weight_norm"))),
}

Path("reports/numbers-grokking.tex").write_text("\n".join([
    "% Written by scripts/export/grokking_numbers.py: edit that, not this.",
    *(rf"\newcommand{{\{name}}}{{{value}}}" for name, value in macros.items()),
]) + "\n", encoding="utf-8", newline="\n")
