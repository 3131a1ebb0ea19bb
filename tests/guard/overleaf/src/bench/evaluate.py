"""Accuracy under corruption."""
import argparse, json, pathlib, yaml

def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--config", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    args = parser.parse_args()
    config = yaml.safe_load(args.config.read_text())
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps({"model": config["model"], "clean": 0.0, "corruptions": {}, "seeds": [0]}))

if __name__ == "__main__":
    main()
