"""Train the network at one strength of weight decay and record when it generalises."""

import argparse
import os
import time
from pathlib import Path

import numpy
import torch

import model

# One entry of specs/compute-grokking.md each. The steps are factors of about three, because the
# delay of generalisation is expected to go like one over the decay.
DECAYS = {"decay-none": 0.0, "decay-weak": 0.1, "decay-medium": 0.3, "decay-strong": 1.0}
SEEDS = (0, 1, 2)        # three runs show whether a difference is larger than the luck of a seed

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--entry", choices=DECAYS, required=True)
parser.add_argument("--steps", type=int, default=model.STEPS, help="fewer steps, for a smoke test")
parser.add_argument("--results", type=Path, default=Path("results"), help="folder to write below")
args = parser.parse_args()
folder = args.results / f"grokking-{args.entry}"

started = time.perf_counter()
runs, weights = [], {}
for seed in SEEDS:
    run, trained = model.train(DECAYS[args.entry], seed, steps=args.steps)
    runs.append(run)
    # Half precision keeps the file small; the analyses measure the accuracy of what is stored.
    weights |= {f"{name}_{seed}": w.numpy().astype(numpy.float16) for name, w in trained.items()}

folder.mkdir(parents=True, exist_ok=True)
part = folder / "weights.part.npz"
numpy.savez_compressed(part, **weights)
os.replace(part, folder / "weights.npz")
model.write_json(folder / "run.json", {
    "entry": args.entry,
    "modulus": model.P,
    "train_fraction": model.TRAIN_FRACTION,
    "weight_decay": DECAYS[args.entry],
    "learning_rate": model.LEARNING_RATE,
    "steps": args.steps,
    "threshold": model.THRESHOLD,
    "runs": runs,
    "torch": torch.__version__,
    "seconds": round(time.perf_counter() - started, 1),
})
