"""Draw test accuracy against the number of frequencies that are kept or removed."""

import json
import statistics
from pathlib import Path

result = json.loads(Path("results/structure-ablation/ablation.json").read_text(encoding="utf-8"))
networks = {name.removeprefix("decay-"): runs for name, runs in result["networks"].items()}

rows = [" ".join(["k"] + [f"{what}-{name}" for name in networks for what in ("kept", "removed")])]
for k in range(result["frequencies"] + 1):
    cells = [str(k)]
    for runs in networks.values():
        cells += [f"{statistics.mean(run[what][k] for run in runs):.4f}" for what in ("kept", "removed")]
    rows.append(" ".join(cells))
Path("reports/figures/ablation.dat").write_text("\n".join(rows) + "\n", encoding="utf-8", newline="\n")

lines = [
    "% Written by scripts/export/structure_ablation.py: edit that, not this.",
    r"\begin{tikzpicture}",
    r"\begin{axis}[",
    r"  width=0.72\linewidth, height=50mm, xmin=0, " + f"xmax={result['frequencies']}, ymin=-0.02, ymax=1.04,",
    r"  xlabel={number $k$ of frequencies}, ylabel={test accuracy},",
    r"  tick label style={font=\footnotesize}, label style={font=\small},",
    r"  every axis plot/.append style={thick, no marks},",
    r"  legend style={draw=none, font=\small}, legend pos=outer north east, legend cell align=left,",
    r"]",
]
for name in networks:
    lines.append(rf"\addplot[decay{name}] table[x=k, y=kept-{name}] {{figures/ablation.dat}};")
    lines.append(rf"\addlegendentry{{{'no' if name == 'none' else name} decay}}")
for name in networks:
    lines.append(
        rf"\addplot[decay{name}, densely dashed, forget plot] table[x=k, y=removed-{name}] {{figures/ablation.dat}};"
    )
lines += [
    r"\addlegendimage{black}",
    r"\addlegendentry{only $k$ kept}",
    r"\addlegendimage{black, densely dashed}",
    r"\addlegendentry{$k$ removed}",
    r"\end{axis}",
    r"\end{tikzpicture}%",
]
Path("reports/figures/ablation.tex").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
