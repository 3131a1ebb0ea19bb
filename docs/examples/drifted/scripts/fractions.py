"""Train at strong weight decay on more and on less data and record when networks generalise."""

import argparse
import time
from pathlib import Path

import torch

import model

WEIGHT_DECAY = 1.0       # the strongest of the sweep: the delays fit in a short run
FRACTIONS = (0.4, 0.5, 0.6, 0.7, 0.8)
SEEDS = (0, 1, 2)
STEPS = 10_000           # a run also ends as soon as it has generalised: only the time is asked for

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--steps", type=int, default=STEPS, help="fewer steps, for a smoke test")
parser.add_argument("--results", type=Path, default=Path("results"), help="folder to write below")
args = parser.parse_args()

started = time.perf_counter()
runs = []
for fraction in FRACTIONS:
    for seed in SEEDS:
        run, _ = model.train(WEIGHT_DECAY, seed, fraction, steps=args.steps, stop_when_learned=True)
        runs.append({"fraction": fraction} | {
            key: run[key] for key in ("seed", "memorised_at", "generalised_at", "final_test_accuracy")
        })

model.write_json(args.results / "fraction-sweep" / "sweep.json", {
    "weight_decay": WEIGHT_DECAY,
    "steps": args.steps,
    "threshold": model.THRESHOLD,
    "fractions": list(FRACTIONS),
    "runs": runs,
    "torch": torch.__version__,
    "seconds": round(time.perf_counter() - started, 1),
})
