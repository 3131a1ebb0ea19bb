"""Draw accuracy and weight norm against the training step, one colour for each weight decay."""

import json
from pathlib import Path

RESULTS = {
    "none": "results/grokking-decay-none/run.json",
    "weak": "results/grokking-decay-weak/run.json",
    "medium": "results/grokking-decay-medium/run.json",
    "strong": "results/grokking-decay-strong/run.json",
}

results = {name: json.loads(Path(path).read_text(encoding="utf-8")) for name, path in RESULTS.items()}
runs = {name: result["runs"][0] for name, result in results.items()}
steps = runs["none"]["step"]
assert all(run["step"] == steps for run in runs.values()), "the sweep logs the same steps everywhere"

columns = ["step"] + [f"{quantity}-{name}" for name in runs for quantity in ("train", "test", "norm")]
rows = [" ".join(columns)]
for i, step in enumerate(steps):
    if step == 0:
        continue  # the axis is logarithmic
    cells = [step]
    for run in runs.values():
        cells += [run["train_accuracy"][i], run["test_accuracy"][i], run["weight_norm"][i]]
    rows.append(" ".join(str(cell) for cell in cells))
Path("reports/figures/grokking-curves.dat").write_text("\n".join(rows) + "\n", encoding="utf-8", newline="\n")

DAT = "figures/grokking-curves.dat"
lines = [
    "% Written by scripts/export/grokking_curves.py: edit that, not this.",
    r"\begin{tikzpicture}",
    r"\begin{groupplot}[",
    r"  group style={group size=2 by 1, horizontal sep=17mm},",
    r"  width=0.49\linewidth, height=50mm, xmode=log, xmin=10, xmax=" + f"{steps[-1]},",
    r"  xlabel={step}, tick label style={font=\footnotesize}, label style={font=\small},",
    r"  every axis plot/.append style={thick, no marks},",
    r"  legend style={draw=none, font=\small, legend columns=-1, /tikz/every even column/.append style={column sep=2mm}},",
    r"]",
    r"\nextgroupplot[ylabel={accuracy}, ymin=-0.02, ymax=1.04, legend to name=grokkinglegend]",
]
for name, result in results.items():
    lines.append(rf"\addplot[decay{name}] table[x=step, y=test-{name}] {{{DAT}}};")
    label = "no decay" if result["weight_decay"] == 0 else f"decay {result['weight_decay']:g}"
    lines.append(rf"\addlegendentry{{{label}}}")
for name in runs:
    lines.append(rf"\addplot[decay{name}, densely dashed, thin, forget plot] table[x=step, y=train-{name}] {{{DAT}}};")
lines += [
    r"\addlegendimage{black, densely dashed, thin}",
    r"\addlegendentry{training set}",
    r"\nextgroupplot[ylabel={weight norm}, ymin=0]",
]
for name in runs:
    lines.append(rf"\addplot[decay{name}] table[x=step, y=norm-{name}] {{{DAT}}};")
lines += [
    r"\end{groupplot}",
    r"\node[anchor=north] at ([yshift=-11mm]$(group c1r1.south)!0.5!(group c2r1.south)$) {\pgfplotslegendfromname{grokkinglegend}};",
    r"\end{tikzpicture}%",
]
Path("reports/figures/grokking-curves.tex").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
