import pandas as pd

frame = pd.read_json("results/ablation-drop-one/ablation.json")
frame.style.format(precision=1).hide(axis="index").to_latex(
    "paper/tables/ablation.tex", hrules=True, caption="Ablations.", label="tab:ablation", position="t")
