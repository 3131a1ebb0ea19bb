import json
from pathlib import Path

RESULTS = Path("results")


def save(name, data):
    (RESULTS / f"ablation-{name}" / "ablation.json").write_text(json.dumps(data, indent=1))
