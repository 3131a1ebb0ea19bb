"""Draw both times of every run against the share of pairs used for training."""

import json
from pathlib import Path

result = json.loads(Path("results/fraction-sweep/sweep.json").read_text(encoding="utf-8"))
budget = result["steps"]

rows = ["fraction step kind"]
for run in result["runs"]:
    # The seeds of one share stand side by side, so that equal times do not hide each other.
    across = f"{run['fraction'] + 0.01 * (run['seed'] - 1):.2f}"
    if run["memorised_at"] is not None:
        rows.append(f"{across} {run['memorised_at']} memorised")
    if run["generalised_at"] is not None:
        rows.append(f"{across} {run['generalised_at']} generalised")
    else:
        rows.append(f"{across} {budget} never")
Path("reports/figures/fraction.dat").write_text("\n".join(rows) + "\n", encoding="utf-8", newline="\n")

lines = [
    "% Written by scripts/export/fraction_times.py: edit that, not this.",
    r"\begin{tikzpicture}",
    r"\begin{semilogyaxis}[",
    r"  width=0.72\linewidth, height=48mm, " + f"xmin=0.35, xmax=0.85, ymin=50, ymax={2 * budget},",
    r"  xlabel={share of pairs used for training}, ylabel={step},",
    r"  xtick={" + ",".join(str(fraction) for fraction in result["fractions"]) + "},",
    r"  tick label style={font=\footnotesize}, label style={font=\small}, only marks, mark size=1.8pt,",
    r"  legend style={draw=none, font=\small}, legend pos=outer north east, legend cell align=left,",
    r"  scatter/classes={",
    r"    memorised={mark=o, draw=decaystrong},",
    r"    generalised={mark=*, draw=decaystrong, fill=decaystrong},",
    r"    never={mark=x, draw=black, mark size=2.6pt, thick}},",
    r"]",
    r"\addplot[scatter, scatter src=explicit symbolic] table[x=fraction, y=step, meta=kind] {figures/fraction.dat};",
    r"\legend{memorised, generalised, not within budget}",
    r"\end{semilogyaxis}",
    r"\end{tikzpicture}%",
]
Path("reports/figures/fraction.tex").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
