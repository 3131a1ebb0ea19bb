import json
from pathlib import Path

summary = json.loads(Path("data/derived/summary.json").read_text())
out = Path("results") / "model" / "fit.json"
out.parent.mkdir(parents=True, exist_ok=True)
out.write_text(json.dumps({"beta": [], "se": [], "n": summary["respondents"]}))
