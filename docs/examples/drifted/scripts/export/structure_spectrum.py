"""Draw the Fourier spectrum of two trained embeddings: without decay and with strong decay."""

import json
from pathlib import Path

result = json.loads(Path("results/structure-spectrum/spectrum.json").read_text(encoding="utf-8"))
none = result["networks"]["decay-none"][0]
strong = result["networks"]["decay-strong"][0]

rows = ["frequency none strong"]
for row in zip(result["frequencies"], none["share"], strong["share"], strict=True):
    rows.append(" ".join(str(cell) for cell in row))
Path("reports/figures/spectrum.dat").write_text("\n".join(rows) + "\n", encoding="utf-8", newline="\n")

top = max(none["share"] + strong["share"]) * 1.1
Path("reports/figures/spectrum.tex").write_text("\n".join([
    "% Written by scripts/export/structure_spectrum.py: edit that, not this.",
    r"\begin{tikzpicture}",
    r"\begin{groupplot}[",
    r"  group style={group size=2 by 1, horizontal sep=6mm, y descriptions at=edge left},",
    r"  width=0.53\linewidth, height=42mm, ybar, /pgf/bar width=3pt, ymin=0, " + f"ymax={top:.3f},",
    r"  xmin=0, " + f"xmax={result['frequencies'][-1] + 1},",
    r"  xlabel={frequency}, ylabel={share of power}, scaled y ticks=false,",
    r"  yticklabel style={/pgf/number format/fixed}, tick label style={font=\footnotesize},",
    r"  label style={font=\small}, title style={font=\small, yshift=-1.5mm},",
    r"]",
    r"\nextgroupplot[title={no decay}]",
    r"\addplot[draw=none, fill=decaynone] table[x=frequency, y=none] {figures/spectrum.dat};",
    r"\nextgroupplot[title={strong decay}]",
    r"\addplot[draw=none, fill=decaystrong] table[x=frequency, y=strong] {figures/spectrum.dat};",
    r"\end{groupplot}",
    r"\end{tikzpicture}%",
]) + "\n", encoding="utf-8", newline="\n")
