"""Fourier spectrum of the trained embeddings: how many frequencies does a network use?"""

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


def power_shares(embedding) -> numpy.ndarray:
    """Share of the embedding's power at each frequency 1 .. (P - 1) / 2, the mean left out.

    The embedding is read as WIDTH signals over the residues 0 .. P - 1. As P is odd, every
    frequency but zero has a sine and a cosine, and the real transform counts both once.
    """
    spectrum = numpy.fft.rfft(numpy.asarray(embedding, dtype=numpy.float64), axis=0)
    power = (numpy.abs(spectrum) ** 2).sum(axis=1)[1:]
    return power / power.sum()


def describe(seed: int, embedding) -> dict:
    """The spectrum of one network, and the number of frequencies it amounts to.

    The inverse of the sum of squared shares is 1 where one frequency has all the power, and
    (P - 1) / 2 where all have the same.
    """
    shares = power_shares(embedding)
    ordered = numpy.sort(shares)[::-1]
    return {
        "seed": seed,
        "effective_frequencies": round(float(1 / (shares**2).sum()), 2),
        "top_five_share": round(float(ordered[:5].sum()), 4),
        "share": [round(float(share), 4) for share in shares],
    }


started = time.perf_counter()
groups = {"untrained": [describe(s, model.initial_weights(s)["embedding"]) for s in SEEDS]}
for entry in ENTRIES:
    with numpy.load(args.results / f"grokking-{entry}" / "weights.npz") as weights:
        groups[entry] = [describe(s, weights[f"embedding_{s}"]) for s in SEEDS]
for name, networks in groups.items():
    print(f"{name:14s}", *(n["effective_frequencies"] for n in networks), flush=True)

model.write_json(args.results / "structure-spectrum" / "spectrum.json", {
    "modulus": model.P,
    "frequencies": list(range(1, (model.P - 1) // 2 + 1)),
    "networks": groups,
    "torch": torch.__version__,
    "seconds": round(time.perf_counter() - started, 2),
})
