import os
from pathlib import Path

SCRATCH = Path(os.environ["SCRATCH"]) / "noise"


def save(variant, record):
    (SCRATCH / "train-sweep" / f"{variant}.json").write_text(record)
