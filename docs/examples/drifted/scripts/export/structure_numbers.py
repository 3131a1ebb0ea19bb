"""Write the macros for the numbers that the section on the inside of the networks cites."""

import json
import statistics
from pathlib import Path

spectrum = json.loads(Path("results/structure-spectrum/spectrum.json").read_text(encoding="utf-8"))
ablation = json.loads(Path("results/structure-ablation/ablation.json").read_text(encoding="utf-8"))

def effective(name: str) -> str:
    """Effective number of frequencies, mean over seeds."""
    return f"{statistics.mean(network['effective_frequencies'] for network in spectrum['networks'][name]):.1f}"


def percent(name: str, what: str, k: int) -> str:
    """Test accuracy with k frequencies kept or removed, in percent, mean over seeds."""
    return f"{100 * statistics.mean(network[what][k] for network in ablation['networks'][name]):.1f}"


macros = {
    "FrequencyCount": str(ablation["frequencies"]),
    "ChancePercent": f"{100 * ablation['chance']:.1f}",
    "EffectiveUntrained": effective("untrained"),
    "EffectiveNone": effective("decay-none"),
    "EffectiveStrong": effective("decay-strong"),
    "FullNone": percent("decay-none", "removed", 0),
    "KeptFiveNone": percent("decay-none", "kept", 5),
    "KeptFiveStrong": percent("decay-strong", "kept", 5),
    "RemovedFiveStrong": percent("decay-strong", "removed", 5),
}

Path("reports/numbers-structure.tex").write_text("\n".join([
    "% Written by scripts/export/structure_numbers.py: edit that, not this.",
    *(rf"\newcommand{{\{name}}}{{{value}}}" for name, value in macros.items()),
]) + "\n", encoding="utf-8", newline="\n")
