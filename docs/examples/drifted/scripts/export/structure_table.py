"""Write the table of how concentrated the spectrum is, before training and for each decay."""

import json
import statistics
from pathlib import Path

result = json.loads(Path("results/structure-spectrum/spectrum.json").read_text(encoding="utf-8"))

rows = []
for name, networks in result["networks"].items():
    label = name if name == "untrained" else f"{name.removeprefix('decay-').replace('none', 'no')} decay"
    effective = [network["effective_frequencies"] for network in networks]
    share = statistics.mean(network["top_five_share"] for network in networks)
    rows.append(rf"{label} & {statistics.mean(effective):.1f} ({min(effective):.1f}--{max(effective):.1f}) & {100 * share:.0f} \\")

Path("reports/tab_structure.tex").write_text("\n".join([
    "% Written by scripts/export/structure_table.py: edit that, not this.",
    r"\begin{tabular}{lrr}",
    r"\toprule",
    r"network & effective frequencies & power in the strongest five (\%) \\",
    r"\midrule",
    *rows,
    r"\bottomrule",
    r"\end{tabular}%",
]) + "\n", encoding="utf-8", newline="\n")
