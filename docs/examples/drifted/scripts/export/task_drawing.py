"""Draw the table of sums modulo seven beside the network that has to complete it."""

import random
from pathlib import Path

P = 7                    # small enough that a cell can be read
TRAIN_FRACTION = 0.6     # as in the study
SEED = 4                 # any seed will do

pairs = [(a, b) for a in range(P) for b in range(a, P)]
generator = random.Random(SEED)
shuffled = sorted(pairs, key=lambda pair: generator.random())
train = set(shuffled[: int(TRAIN_FRACTION * len(pairs))])

lines = [
    "% Written by scripts/export/task_drawing.py: edit that, not this.",
    r"\begin{tikzpicture}[font=\small]",
    r"\begin{scope}[x=5mm, y=-5mm]",
]
for a in range(P):
    lines.append(rf"\node at ({a}, -1) {{${a}$}}; \node at (-1, {a}) {{${a}$}};")
    for b in range(P):
        known = (min(a, b), max(a, b)) in train
        fill, text = ("decaystrong!18", f"{(a + b) % P}") if known else ("white", "?")
        lines.append(rf"\node[draw=black!35, fill={fill}, minimum size=5mm, inner sep=0pt] at ({b}, {a}) {{{text}}};")
lines += [
    r"\node at (-1, -1) {$+$};",
    r"\end{scope}",
    r"\begin{scope}[xshift=50mm, yshift=-15mm,",
    r"  box/.style={draw, rounded corners=1pt, minimum height=9mm, align=center, inner xsep=2.5mm}]",
    r"\node[box] (a) at (0, 0.65) {$a$};",
    r"\node[box] (b) at (0, -0.65) {$b$};",
    r"\node[box] (e) at (2.1, 0) {embed\\and add};",
    r"\node[box] (h) at (4.4, 0) {hidden\\ReLU};",
    r"\node[box] (s) at (7.1, 0) {$a + b$ mod $p$};",
    r"\draw[->] (a) -- (e); \draw[->] (b) -- (e); \draw[->] (e) -- (h); \draw[->] (h) -- (s);",
    r"\end{scope}",
    r"\end{tikzpicture}%",
]
Path("reports/figures/task.tex").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
