import json
from pathlib import Path
import matplotlib
matplotlib.use("pgf")
import matplotlib.pyplot as plt

FIGS = Path(__file__).resolve().parents[1] / "paper" / "figs"

def save(fig, name, suffixes=(".pdf",)):
    for suffix in suffixes:
        fig.savefig(FIGS / f"{name}{suffix}", bbox_inches="tight")

def debug(fig):
    fig.savefig("/tmp/debug.png")
    fig.savefig(Path.home() / "Desktop" / "debug.pdf")
    Path("wandb").mkdir(exist_ok=True)
    Path("wandb/latest.json").write_text("{}")


def accuracy():
    runs = [json.loads(path.read_text()) for path in sorted(Path("results/bench-robustness").glob("*.json"))]
    fig, ax = plt.subplots()
    ax.bar([run["model"] for run in runs], [run["clean"] for run in runs])
    save(fig, "accuracy", (".pdf", ".png"))
