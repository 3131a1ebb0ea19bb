"""Remove frequencies from trained embeddings and measure how many test sums stay correct."""

import argparse
import time
from pathlib import Path

import numpy
import torch

import model

ENTRIES = ("decay-none", "decay-weak", "decay-medium", "decay-strong")
SEEDS = (0, 1, 2)

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--results", type=Path, default=Path("results"), help="folder to read and write below")
args = parser.parse_args()


def test_accuracy(weights, embedding, test_set) -> float:
    """Accuracy on the test set with another embedding in place of the trained one."""
    changed = weights | {"embedding": torch.from_numpy(embedding.astype(numpy.float32))}
    return round(model.evaluate(changed, *test_set)[1], 4)


def ablate(seed: int, weights) -> dict:
    """Keep only, and remove only, the k strongest frequencies, for every k.

    The mean over the residues (frequency zero) always stays: it carries no information about
    which residue is meant, but the ReLU layer was trained with it.
    """
    embedding = weights["embedding"].numpy().astype(numpy.float64)
    spectrum = numpy.fft.rfft(embedding, axis=0)
    power = (numpy.abs(spectrum) ** 2).sum(axis=1)
    strongest = 1 + numpy.argsort(-power[1:], kind="stable")
    _, test_set = model.split(model.TRAIN_FRACTION, seed)
    kept, removed = [], []
    for k in range(len(strongest) + 1):
        only = numpy.zeros_like(spectrum)
        only[0] = spectrum[0]
        only[strongest[:k]] = spectrum[strongest[:k]]
        without = spectrum - only
        without[0] = spectrum[0]
        kept.append(test_accuracy(weights, numpy.fft.irfft(only, n=model.P, axis=0), test_set))
        removed.append(test_accuracy(weights, numpy.fft.irfft(without, n=model.P, axis=0), test_set))
    return {"seed": seed, "full": test_accuracy(weights, embedding, test_set), "kept": kept, "removed": removed}


started = time.perf_counter()
networks = {}
for entry in ENTRIES:
    with numpy.load(args.results / f"grokking-{entry}" / "weights.npz") as stored:
        arrays = {name: torch.from_numpy(stored[name].astype(numpy.float32)) for name in stored.files}
    networks[entry] = [
        ablate(seed, {name: arrays[f"{name}_{seed}"] for name in ("embedding", "hidden", "output")})
        for seed in SEEDS
    ]
    for n in networks[entry]:
        print(f"{entry:14s} full {n['full']:.3f}  best five only {n['kept'][5]:.3f}  "
              f"without them {n['removed'][5]:.3f}", flush=True)

model.write_json(args.results / "structure-ablation" / "ablation.json", {
    "frequencies": (model.P - 1) // 2,
    "chance": round(1 / model.P, 4),
    "networks": networks,
    "torch": torch.__version__,
    "seconds": round(time.perf_counter() - started, 2),
})
