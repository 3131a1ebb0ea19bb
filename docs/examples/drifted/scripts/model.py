"""The task, the network and the training loop that every experiment of this study shares."""

import json
import math
import os
import re
import time
from pathlib import Path

import torch
from torch.nn.functional import cross_entropy

# ---------------------------------------------------------------------------------------------
# Settings. An experiment may vary the weight decay, the training fraction and the seed;
# everything else is the same everywhere, so that two results can be compared.

P = 59                   # the modulus: a prime, small enough for full-batch steps of a millisecond
WIDTH = 32               # numbers per token embedding
HIDDEN = 64              # hidden ReLU units
TRAIN_FRACTION = 0.6     # of all unordered pairs; with much less, nothing generalises in the budget
LEARNING_RATE = 3e-3     # three times the usual value: the same story, told three times as fast
BETAS = (0.9, 0.98)      # a shorter memory of squared gradients keeps late training calmer
STEPS = 40_000           # full-batch steps of every run of the sweep
EVAL_EVERY = 50          # steps between two looks at the accuracy, so times are exact to 50 steps
THRESHOLD = 0.99         # accuracy from which a set counts as learned
LOG_POINTS = 60          # points kept of each curve, spaced evenly in the logarithm of the step
# ---------------------------------------------------------------------------------------------

# One thread: the network is too small to gain from two, and sums keep their order.
torch.set_num_threads(1)


def split(fraction: float, seed: int):
    """All pairs a <= b with their sum mod P, shuffled and cut into a training and a test set.

    Only one of (a, b) and (b, a) exists, because the network adds its two embeddings and cannot
    tell them apart: with both, half of the test set would be a copy of the training set.
    """
    pairs = torch.triu_indices(P, P).T
    order = torch.randperm(len(pairs), generator=torch.Generator().manual_seed(seed))
    cut = int(fraction * len(pairs))
    train, test = pairs[order[:cut]], pairs[order[cut:]]
    return (train, train.sum(1) % P), (test, test.sum(1) % P)


def initial_weights(seed: int) -> dict[str, torch.Tensor]:
    """Gaussian weights, scaled so that every layer starts with outputs of order one."""
    generator = torch.Generator().manual_seed(1000 + seed)

    def gaussian(rows, columns, fan_in):
        return torch.randn(rows, columns, generator=generator) / math.sqrt(fan_in)

    return {
        "embedding": gaussian(P, WIDTH, WIDTH),
        "hidden": gaussian(WIDTH, HIDDEN, WIDTH),
        "output": gaussian(HIDDEN, P, HIDDEN),
    }


def logits(weights, pairs):
    """The whole network: add two embeddings, one hidden ReLU layer, one score per residue."""
    summed = weights["embedding"][pairs].sum(1)
    return (summed @ weights["hidden"]).relu() @ weights["output"]


@torch.no_grad()
def evaluate(weights, pairs, sums) -> tuple[float, float]:
    """Mean loss and share of correct answers on one set."""
    scores = logits(weights, pairs)
    return cross_entropy(scores, sums).item(), (scores.argmax(1) == sums).float().mean().item()


def train(weight_decay, seed, fraction=TRAIN_FRACTION, steps=STEPS, stop_when_learned=False):
    """Train one network on all training pairs at once; return what happened and the weights."""
    train_set, test_set = split(fraction, seed)
    weights = {name: w.requires_grad_() for name, w in initial_weights(seed).items()}
    optimizer = torch.optim.AdamW(
        weights.values(), lr=LEARNING_RATE, betas=BETAS, weight_decay=weight_decay
    )
    log_steps = curve_steps(steps)
    run = {
        "seed": seed, "memorised_at": None, "generalised_at": None,
        "final_train_accuracy": None, "final_test_accuracy": None, "final_weight_norm": None,
        "step": [], "train_accuracy": [], "test_accuracy": [],
        "train_loss": [], "test_loss": [], "weight_norm": [],
    }
    started = time.perf_counter()
    for step in range(steps + 1):
        if step % EVAL_EVERY == 0 or step in log_steps:
            train_loss, train_accuracy = evaluate(weights, *train_set)
            test_loss, test_accuracy = evaluate(weights, *test_set)
            norm = math.sqrt(sum(w.detach().square().sum().item() for w in weights.values()))
            if step % EVAL_EVERY == 0:
                if run["memorised_at"] is None and train_accuracy >= THRESHOLD:
                    run["memorised_at"] = step
                if run["generalised_at"] is None and test_accuracy >= THRESHOLD:
                    run["generalised_at"] = step
            if step in log_steps:
                run["step"].append(step)
                run["train_accuracy"].append(round(train_accuracy, 4))
                run["test_accuracy"].append(round(test_accuracy, 4))
                run["train_loss"].append(float(f"{train_loss:.3g}"))
                run["test_loss"].append(float(f"{test_loss:.3g}"))
                run["weight_norm"].append(round(norm, 2))
            if step % 5000 == 0:
                print(
                    f"decay {weight_decay:g}  fraction {fraction:g}  seed {seed}  step {step:6d}  "
                    f"train {train_accuracy:.3f}  test {test_accuracy:.3f}  norm {norm:5.1f}  "
                    f"{time.perf_counter() - started:4.0f} s",
                    flush=True,
                )
            if step == steps or (stop_when_learned and run["generalised_at"] is not None):
                break
        optimizer.zero_grad()
        cross_entropy(logits(weights, train_set[0]), train_set[1]).backward()
        optimizer.step()
    run["final_train_accuracy"] = round(train_accuracy, 4)
    run["final_test_accuracy"] = round(test_accuracy, 4)
    run["final_weight_norm"] = round(norm, 2)
    return run, {name: w.detach() for name, w in weights.items()}


def curve_steps(steps: int) -> set[int]:
    """Step 0, the last step, and steps between them spaced evenly in the logarithm."""
    logs = (round(10 ** (math.log10(steps) * i / LOG_POINTS)) for i in range(LOG_POINTS + 1))
    return {0, *logs}


def write_json(path: Path, result: dict) -> None:
    """Write a result so that a reader finds either the old file or the new one, never half."""
    text = json.dumps(result, indent=1, allow_nan=False)
    # A list of numbers takes one line, so that a diff of two results can be read.
    text = re.sub(r"\[\s+([^\[\]{}\"]+?)\s+\]", lambda m: f"[{' '.join(m[1].split())}]", text)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(text + "\n", encoding="utf-8", newline="\n")
    os.replace(part, path)
    print(f"wrote {path}", flush=True)
