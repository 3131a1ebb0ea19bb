"""A seed makes a research repository: specs, scripts, results and a paper that agree with each other.

    python tests/benchmarks/workspace.py N DIR [--dialect 0.0.1|0.1] [--seed S] [--faults K]

N is the number of spec files. The tree is correct by construction: no error and no warning can be reported,
so each planted fault is exactly one more. About one output in ten is absent, as on a fresh clone.
Both dialects tell the same story; `0.1` has bindings.toml and pipeline.toml instead of the LaTeX documents.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from string import Template

DIALECTS = ("0.0.1", "0.1")


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


TOPICS = _words("""
    panel wage moment variance sample worker region spell cohort firm mobility kernel window
    baseline cluster weight deflator merge threshold tail percentile bootstrap residual shock tariff
    entry exit price demand supply credit rent
""")
WORDS = _words("""
    the estimate uses a clean sample of workers and firms with wages above the minimum in each year
    every draw is kept when residual variance stays within tolerance because weights differ by
    region while clusters follow establishments we drop duplicate rows before merging nominal values
    are deflated first then logged so that spells of mobility count once per cohort an upstream
    contract fixes which columns exist here downstream steps read only what they declare
""")

MISSING_SCRIPT, UNKNOWN_STATUS, SCHEMA_MISMATCH = "missing-script", "unknown-status", "schema-mismatch"
SCOPE_CREEP = "scope-creep"
FAULTS = (MISSING_SCRIPT, UNKNOWN_STATUS, SCHEMA_MISMATCH, SCOPE_CREEP)

TYPED_KEYS = (
    "`mean: number`",
    "`se: number`",
    "`n: integer`",
    "`converged: boolean`",
    "`rows: number[]`",
    "`meta.entry: string`",
    "`note?: string`",
)


@dataclass(frozen=True, eq=False)
class Entry:
    # Compared by identity: equality by value would walk everything upstream.
    name: str
    topic: str
    output: str
    ready: bool
    present: bool
    keys: tuple[str, ...] = ()
    needs: tuple[Entry, ...] = ()
    fault: str | None = None

    @property
    def script(self) -> str:
        return f"scripts/{self.topic}/{self.name.replace('-', '_')}.py"


@dataclass(frozen=True)
class Export:
    """A report entry: it has the name of the compute entry that it shows."""

    source: Entry
    present: bool
    drawn: bool

    @property
    def script(self) -> str:
        return f"scripts/export/{self.source.name.replace('-', '_')}.py"

    @property
    def paths(self) -> tuple[str, ...]:
        tabular = f"reports/tables/{self.source.name}.tex"
        return (tabular, f"reports/figures/{self.source.name}.pdf") if self.drawn else (tabular,)


@dataclass(frozen=True)
class Spec:
    stem: str
    kind: str
    seed: int
    depends_on: tuple[str, ...] = ()
    entries: tuple[Entry, ...] = ()
    exports: tuple[Export, ...] = ()
    document: int = -1

    @property
    def path(self) -> str:
        return f"specs/{self.stem}.md"


@dataclass(frozen=True)
class Plan:
    specs: tuple[Spec, ...]
    documents: int
    seed: int
    faults: tuple[tuple[str, str], ...] = ()
    """Name of the entry and code of the finding, for each planted fault."""

    @property
    def entries(self) -> list[Entry]:
        return [entry for spec in self.specs for entry in spec.entries]

    @property
    def exports(self) -> list[Export]:
        return [export for spec in self.specs for export in spec.exports]


@dataclass
class Counts:
    specs: int = 0
    entries: int = 0
    files: int = 0
    bytes: dict[str, int] = field(default_factory=dict)


# --- the plan: what there is and what needs what --------------------------------------------------


def make_plan(count: int, seed: int = 7, faults: int = 0) -> Plan:
    """What the repository holds, before a word of it is written."""
    chance = random.Random(seed)
    glossaries = max(1, count // 200) if count >= 5 else 0
    reports = max(1, count // 20) if count >= 5 else 0
    specs = [Spec(f"definitions-{number:05d}", "definitions", chance.getrandbits(32)) for number in range(glossaries)]
    earlier: list[tuple[str, Entry]] = []
    for number in range(glossaries, count - reports):
        spec = _compute_spec(number, chance, earlier, [known.stem for known in specs[:glossaries]])
        specs.append(spec)
        earlier += [(spec.stem, entry) for entry in spec.entries]
    shown = chance.sample([spec for spec in specs if any(entry.ready for entry in spec.entries)], reports)
    specs += [_report_spec(number, spec, chance) for number, spec in enumerate(shown)]
    return _plant(Plan(tuple(specs), reports, seed), faults, chance)


def _compute_spec(
    number: int, chance: random.Random, earlier: Sequence[tuple[str, Entry]], glossaries: Sequence[str]
) -> Spec:
    topic = chance.choice(TOPICS)
    stem = f"{topic}-{chance.choice(TOPICS)}-{number:05d}"
    entries: list[Entry] = []
    depends_on = {chance.choice(glossaries)} if glossaries and chance.random() < 0.3 else set[str]()
    for letter in "abcde"[: chance.randint(1, 5)]:
        picked = [chance.choice(earlier) for _ in range(chance.choice((0, 0, 1, 1, 2)))] if earlier else []
        depends_on |= {upstream for upstream, _ in picked}
        name = f"{chance.choice(TOPICS)}-{number:05d}{letter}"
        ready = chance.random() >= 0.03
        entries.append(
            Entry(
                name=name,
                topic=topic,
                output=f"results/{stem}-{name}/out.json",
                ready=ready,
                present=ready and chance.random() >= 0.07,
                keys=tuple(chance.sample(TYPED_KEYS, chance.randint(2, 5))) if chance.random() < 0.2 else (),
                needs=tuple(dict.fromkeys(entry for _, entry in picked)),
            )
        )
    return Spec(f"compute-{stem}", "compute", chance.getrandbits(32), tuple(sorted(depends_on)), tuple(entries))


def _report_spec(number: int, shown: Spec, chance: random.Random) -> Spec:
    ready = [entry for entry in shown.entries if entry.ready]
    exports = tuple(
        Export(entry, present=chance.random() >= 0.07, drawn=chance.random() < 0.5)
        for entry in ready[: chance.randint(1, 3)]
    )
    stem = shown.stem.replace("compute-", "report-", 1)
    return Spec(stem, "report", chance.getrandbits(32), (shown.stem,), exports=exports, document=number)


def _plant(plan: Plan, count: int, chance: random.Random) -> Plan:
    """The plan with `count` entries broken, each so that it is one finding and causes no second one."""
    wanted = {code: len(range(place, count, len(FAULTS))) for place, code in enumerate(FAULTS)}
    shown = {export.source.name for export in plan.exports}
    free = [entry for entry in plan.entries if entry.ready and entry.name not in shown]
    chance.shuffle(free)
    planted: dict[str, str] = {}
    # The mismatch goes first: it alone needs an output and a declared schema.
    for code in (SCHEMA_MISMATCH, MISSING_SCRIPT, UNKNOWN_STATUS, SCOPE_CREEP):
        fit = [
            entry
            for entry in free
            if entry.name not in planted and (code != SCHEMA_MISMATCH or (entry.present and entry.keys))
        ]
        if len(fit) < wanted[code]:
            raise ValueError(f"{len(plan.specs)} specs have no room for {wanted[code]} faults of {code}")
        planted |= {entry.name: code for entry in fit[: wanted[code]]}
    specs = tuple(
        replace(spec, entries=tuple(replace(entry, fault=planted.get(entry.name)) for entry in spec.entries))
        for spec in plan.specs
    )
    return replace(plan, specs=specs, faults=tuple(sorted(planted.items())))


# --- prose ----------------------------------------------------------------------------------------


@cache
def _sentences(seed: int) -> tuple[str, ...]:
    """A stock of sentences to draw from; drawing words for 50 MB of prose would take most of the time."""
    chance = random.Random(seed)
    stock: list[str] = []
    for _ in range(4000):
        words = chance.choices(WORDS, k=chance.randint(10, 14))
        flavour = chance.random()
        if flavour < 0.10:
            words[2] = f"`{words[2]}_{chance.randint(1, 9)}`"
        elif flavour < 0.18:
            words[3] = f"**{words[3]}**"
        elif flavour < 0.20:
            words[-1] = f"(naïve, ≤ {chance.randint(1, 9)} % — see above)"
        text = " ".join(words)
        stock.append(text[0].upper() + text[1:] + ".")
    return tuple(stock)


@cache
def _plain_sentences(seed: int) -> tuple[str, ...]:
    """The same stock for LaTeX: no code spans, no emphasis, no character that LaTeX reads as a command."""
    return tuple(text for text in _sentences(seed) if not set(text) & set("`*_%"))


def _paragraph(chance: random.Random, seed: int, least: int, most: int) -> str:
    return "\n".join(chance.choices(_sentences(seed), k=chance.randint(least, most)))


# --- specs ----------------------------------------------------------------------------------------


def spec_text(spec: Spec, plan: Plan, dialect: str = "0.0.1") -> str:
    chance = random.Random(spec.seed)
    title = f"{chance.choice(TOPICS).capitalize()} {chance.choice(TOPICS)}"
    parts = [_front_matter(spec, dialect), f"# {title}", _paragraph(chance, plan.seed, 2, 4)]
    if spec.depends_on:
        parts.append("\n".join(f"Builds on `{stem}.md`, as agreed." for stem in spec.depends_on))
    body = {"compute": _compute_body, "report": _report_body, "definitions": _definitions_body}[spec.kind]
    parts += body(spec, plan, dialect, chance)
    if chance.random() < 0.03:
        parts.append("<!-- to be shortened once the second wave is in -->")
    parts += ["## Notes", _paragraph(chance, plan.seed, 3, 6), _paragraph(chance, plan.seed, 3, 6)]
    return "\n\n".join(parts) + "\n"


def _front_matter(spec: Spec, dialect: str) -> str:
    lines = ["---", f"name: {spec.stem}", f"kind: {spec.kind}"]
    if dialect == "0.0.1":
        lines += _yaml_list("depends_on", [f"{stem}.md" for stem in spec.depends_on])
    else:
        # In 0.1 an entry says what it consumes; only vocabulary is a relation between files.
        lines += _yaml_list("references", [stem for stem in spec.depends_on if stem.startswith("definitions-")])
    if spec.kind == "report" and dialect == "0.0.1":
        lines += [
            f"host_doc: {document_path(spec.document)}",
            f"section_label: {section_label(spec.document)}",
        ]
    return "\n".join([*lines, "---"])


def _yaml_list(key: str, items: Sequence[str]) -> list[str]:
    return [f"{key}:", *(f"  - {item}" for item in items)] if items else [f"{key}: []"]


def _definitions_body(spec: Spec, plan: Plan, dialect: str, chance: random.Random) -> list[str]:
    terms = "\n".join(f"- **{topic}**: {_paragraph(chance, plan.seed, 1, 1)}" for topic in chance.sample(TOPICS, 12))
    return ["## Terms", terms, "## Conventions", *(_paragraph(chance, plan.seed, 4, 9) for _ in range(3))]


def _compute_body(spec: Spec, plan: Plan, dialect: str, chance: random.Random) -> list[str]:
    neighbours = [chance.choice(plan.specs).stem for _ in range(2)]
    parts = [
        f"See [a related spec]({neighbours[0]}.md) and\n[its context]({neighbours[1]}.md#notes).",
        "## Context",
        _paragraph(chance, plan.seed, 4, 7),
        _paragraph(chance, plan.seed, 3, 6),
        "## Script",
        "Each entry has a script of its own.\n" + _paragraph(chance, plan.seed, 2, 4),
        "## Entries" if len(spec.entries) > 1 else "## Entry",
    ]
    for entry in spec.entries:
        parts += _compute_entry(entry, plan, dialect, chance)
    return parts


def _compute_entry(entry: Entry, plan: Plan, dialect: str, chance: random.Random) -> list[str]:
    parts = [f"### {entry.name}"]
    if dialect == "0.0.1":
        parts.append(
            f"Script: `{entry.script}`\nOutput: `{entry.output}`\nStatus: {_status(entry.ready, entry.fault)}"
            + ("" if entry.ready else " it fits the model once per cohort")
        )
    if entry.keys:
        extra = ("`median: number`",) if entry.fault == SCHEMA_MISMATCH else ()
        parts.append("Schema: " + ", ".join((*entry.keys, *extra)))
    parts.append(_paragraph(chance, plan.seed, 3, 6))
    parts.append("\n".join(f"- {text}" for text in chance.choices(_sentences(plan.seed), k=chance.randint(2, 4))))
    if chance.random() < 0.3:
        lines = ["result = load(entry)", "# ### not-an-entry", 'print(result["mean"], result["se"])']
        parts.append("\n".join(["```python", *lines, "```"]))
    if chance.random() < 0.2:
        rows = [
            "| key | meaning |",
            "| --- | --- |",
            f"| mean | {chance.choice(TOPICS)} |",
            "| se | its error |",
        ]
        parts.append("\n".join(rows))
    if dialect == "0.1":
        needs = ", ".join(upstream.name for upstream in entry.needs)
        parts.append((f"- consumes: {needs}\n" if needs else "") + f"- produces: {product(entry.name)}")
    return parts


def _status(ready: bool, fault: str | None = None) -> str:
    if fault == UNKNOWN_STATUS:
        return "script redy"
    return "script ready" if ready else "script TBD"


def _report_body(spec: Spec, plan: Plan, dialect: str, chance: random.Random) -> list[str]:
    parts = [
        "## Context",
        _paragraph(chance, plan.seed, 4, 9),
        "## Entries" if len(spec.exports) > 1 else "## Entry",
    ]
    for export in spec.exports:
        name, paths = export.source.name, export.paths
        outputs = "Export outputs:" + _listed(paths)
        if dialect == "0.0.1":
            fields = f"Status: script ready\nExport script: `{export.script}`\n{outputs}"
        else:
            fields = f"- consumes: {name}\n\n{outputs}"
            name = exported(name)
        parts += [f"### {name}", fields, _paragraph(chance, plan.seed, 3, 7)]
    return [*parts, "## Artefact design", _paragraph(chance, plan.seed, 4, 9)]


def _listed(paths: Sequence[str]) -> str:
    if len(paths) > 1:
        return "".join(f"\n- `{path}`" for path in paths)
    return f" `{paths[0]}`"


def product(entry: str) -> str:
    """The logical name under which 0.1 knows an output."""
    return f"out-{entry}"


def exported(entry: str) -> str:
    """In 0.1 a name is unique among all entries, so an export cannot share the name of what it shows."""
    return f"shown-{entry}"


# --- scripts and results --------------------------------------------------------------------------

_FUNCTIONS = (
    Template('''
def trim_$n(values: np.ndarray, lower: float = 0.0$a, upper: float = 0.9$b) -> np.ndarray:
    """$s"""
    low, high = np.quantile(values, [lower, upper])
    kept = values[(values >= low) & (values <= high)]
    if kept.size == 0:
        raise ValueError("nothing is left after trimming")
    return kept
'''),
    Template('''
def bootstrap_$n(values: np.ndarray, draws: int = $a$b) -> np.ndarray:
    """$s"""
    generator = np.random.default_rng($a)
    means = np.empty(draws)
    for draw in range(draws):
        # $s
        chosen = generator.integers(0, values.size, size=values.size)
        means[draw] = values[chosen].mean()
    return means
'''),
    Template('''
def demean_$n(values: np.ndarray, groups: int = $b) -> np.ndarray:
    """$s

    $t
    """
    labels = np.arange(values.size) % groups
    totals = np.bincount(labels, weights=values, minlength=groups)
    counts = np.maximum(np.bincount(labels, minlength=groups), 1)
    return values - (totals / counts)[labels]
'''),
    Template("""
def smooth_$n(values: np.ndarray, window: int = $a) -> np.ndarray:
    # $s
    # $t
    padded = np.pad(values, window, mode="edge")
    kernel = np.exp(-0.5 * np.linspace(-$b, $b, 2 * window + 1) ** 2)
    kernel /= kernel.sum()
    return np.convolve(padded, kernel, mode="valid")[: values.size]
"""),
    Template('''
def solve_$n(values: np.ndarray, steps: int = $a$b, tolerance: float = 1e-$a) -> np.ndarray:
    """$s"""
    guess = np.zeros_like(values)
    for step in range(steps):
        update = guess - 0.$a * (guess - values + 0.0$b * np.tanh(guess))
        if np.max(np.abs(update - guess)) < tolerance:
            log.info("converged after %d steps", step)
            return update
        guess = update
    log.warning("no convergence within %d steps", steps)
    return guess
'''),
    Template('''
def project_$n(values: np.ndarray, degree: int = $b) -> np.ndarray:
    """$s"""
    grid = np.linspace(-1.0, 1.0, values.size)
    basis = np.vander(grid, degree + 1)
    coefficients, _, rank, _ = np.linalg.lstsq(basis, values, rcond=None)
    assert rank <= degree + 1, "$t"
    return values - basis @ coefficients
'''),
)

_HEADER = Template('''"""$s

$t
"""

from __future__ import annotations

import argparse
import json
import logging
from pathlib import Path

import numpy as np

log = logging.getLogger(__name__)
SEED = $a
''')

_MAIN = Template("""
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--observations", type=int, default=$a$b)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    values = np.random.default_rng(SEED).normal(size=options.observations)
$steps
    document = {
        "mean": float(values.mean()),
        "se": float(values.std() / np.sqrt(values.size)),
        "n": int(values.size),
        "converged": True,
        "rows": [float(value) for value in values[:60]],
        "meta": {"entry": "$name"},
    }
$write


if __name__ == "__main__":
    main()
""")

_WRITES = (
    Template("""    target = Path("$path")
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("w", encoding="utf-8") as handle:
        json.dump(document, handle)"""),
    Template("""    Path("$path").parent.mkdir(parents=True, exist_ok=True)
    with open("$path", "w") as handle:
        json.dump(document, handle, indent=1)"""),
    Template("""    target = Path("results") / "$folder" / "out.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(document))"""),
)

_CREEP = Template("""
    Path("reports/tables/$name.tex").write_text(str(document["mean"]))""")

_EXPORTER = Template("""
def main() -> None:
    with open("$source") as handle:
        result = json.load(handle)
    rows = [rf"{key} & {result[key]} \\\\\\\\" for key in ("mean", "se", "n")]
    text = "\\n".join([r"\\begin{tabular}{lr}", *rows, r"\\end{tabular}", ""])
    Path("$tabular").write_text(text)
$draw

if __name__ == "__main__":
    main()
""")

_DRAW = Template("""    import matplotlib.pyplot as plt

    figure, axes = plt.subplots()
    axes.plot(np.array(result["rows"]))
    figure.savefig("$drawing")
""")


@cache
def _functions(seed: int) -> tuple[tuple[str, str], ...]:
    """Names and texts of the functions that scripts are put together from."""
    chance = random.Random(seed + 1)
    stock: list[tuple[str, str]] = []
    for number in range(600):
        first, second = chance.choices(_plain_sentences(seed), k=2)
        template = _FUNCTIONS[number % len(_FUNCTIONS)]
        digits = {"a": chance.randint(1, 9), "b": chance.randint(2, 9)}
        text = template.substitute(n=number, s=first, t=second, **digits)
        stock.append((text.split("(", 1)[0].removeprefix("\ndef "), text))
    return tuple(stock)


def _library(chance: random.Random, seed: int, size: int) -> tuple[str, list[str]]:
    """The upper part of a script, and the names of the functions in it."""
    first, second = chance.choices(_plain_sentences(seed), k=2)
    picked = chance.sample(_functions(seed), size)
    header = _HEADER.substitute(s=first, t=second, a=chance.randint(1, 999))
    return "\n".join([header, *(text for _, text in picked)]), [name for name, _ in picked]


def script_text(entry: Entry, seed: int) -> str:
    chance = random.Random(f"{seed} {entry.script}")
    top, names = _library(chance, seed, min(30, 2 + int(chance.lognormvariate(1.4, 0.6))))
    steps = [
        f'    values = np.append(values, json.loads(Path("{upstream.output}").read_text())["mean"])'
        for upstream in entry.needs
    ]
    steps += [f"    values = {name}(values)" for name in names]
    write = chance.choice(_WRITES).substitute(path=entry.output, folder=entry.output.split("/")[1])
    write += _CREEP.substitute(name=entry.name) if entry.fault == SCOPE_CREEP else ""
    digits = {"a": chance.randint(1, 9), "b": chance.randint(10, 99)}
    return top + "\n" + _MAIN.substitute(name=entry.name, steps="\n".join(steps), write=write, **digits)


def exporter_text(export: Export, seed: int) -> str:
    chance = random.Random(f"{seed} {export.script}")
    top, _ = _library(chance, seed, chance.randint(1, 4))
    draw = _DRAW.substitute(drawing=export.paths[1]) if export.drawn else ""
    return top + "\n" + _EXPORTER.substitute(source=export.source.output, tabular=export.paths[0], draw=draw)


def result_text(entry: Entry, seed: int) -> str:
    chance = random.Random(f"{seed} {entry.output}")
    rows = [chance.random() for _ in range(chance.randint(2, 60))]
    return json.dumps(
        {
            "mean": chance.random(),
            "se": chance.random(),
            "n": chance.randint(1, 9999),
            "converged": True,
            "rows": rows,
            "meta": {"entry": entry.name},
        }
    )


# --- LaTeX documents ------------------------------------------------------------------------------


_PICTURE = "%PDF-1.4\n%%EOF\n"
_TABULAR = "\\begin{tabular}{lr}\nmean & 1 \\\\\n\\end{tabular}\n"


def document_path(number: int) -> str:
    return f"reports/paper-{number:05d}.tex"


def section_label(number: int) -> str:
    return f"sec:paper{number:05d}-result"


def documents(plan: Plan) -> Iterator[tuple[str, str]]:
    """Every root document with the files it inputs; document k shows the exports of the k-th report."""
    reports = {spec.document: spec for spec in plan.specs if spec.kind == "report"}
    for number in range(plan.documents):
        chance = random.Random(f"{plan.seed} {document_path(number)}")
        parts = [f"sections/paper{number:05d}-{part}" for part in range(chance.randint(2, 4))]
        yield document_path(number), _root_text(number, parts, chance)
        for place, part in enumerate(parts):
            routed = reports[number] if place == 0 else None
            yield f"reports/{part}.tex", _part_text(number, place, routed, plan.seed, chance)


def _root_text(number: int, parts: Sequence[str], chance: random.Random) -> str:
    lines = [
        r"\documentclass{article}",
        r"\usepackage{graphicx,amsmath}",
        r"\providecommand{\sectionversion}[1]{\marginpar{\tiny #1}}",
        rf"\title{{On {chance.choice(TOPICS)} and {chance.choice(TOPICS)}}}",
        r"\begin{document}",
        r"\maketitle",
        r"% \input{sections/left-out}",
        *(rf"\input{{{part}}}" for part in parts),
        r"\end{document}",
    ]
    return "\n".join(lines) + "\n"


def _part_text(number: int, part: int, routed: Spec | None, seed: int, chance: random.Random) -> str:
    labels = [f"sec:paper{number:05d}-{part}-{place}" for place in range(chance.randint(3, 6))]
    if routed:
        labels.append(section_label(number))
    blocks: list[str] = []
    for place, label in enumerate(labels):
        heading = rf"\section{{{chance.choice(TOPICS).title()} and {chance.choice(TOPICS)}}}"
        blocks.append(f"{heading}\n\\label{{{label}}}\n\\sectionversion{{{chance.randint(1, 9)}}}")
        for paragraph in range(chance.randint(2, 6)):
            blocks.append("\n".join(chance.choices(_plain_sentences(seed), k=chance.randint(3, 7))))
            blocks += _latex_extra(f"paper{number:05d}-{part}-{place}-{paragraph}", number, labels, chance)
    if routed:
        blocks += _routed_blocks(routed)
    return "\n\n".join(blocks) + "\n"


def _latex_extra(key: str, number: int, labels: Sequence[str], chance: random.Random) -> list[str]:
    kind = chance.random()
    if kind < 0.2:
        return [r"% an old note with \label{not:this} and \input{not/this} in it"]
    if kind < 0.4:
        return [rf"As in Section~\ref{{{chance.choice(labels)}}}, $x_{{1}} = \frac{{a}}{{b}}$ for 5\% of firms."]
    if kind < 0.5:
        lines = [rf"\begin{{equation}}\label{{eq:{key}}}", r"  y = \beta x + \epsilon", r"\end{equation}"]
        return ["\n".join(lines)]
    if kind < 0.55:
        lines = [r"\begin{figure}", rf"  \includegraphics[width=.8\textwidth]{{{_drawing(number)}}}"]
        return ["\n".join([*lines, rf"  \caption{{Drawn by hand}}\label{{fig:{key}}}", r"\end{figure}"])]
    if kind < 0.58:
        return [r"\begin{verbatim}" + "\n\\label{sec:quoted} \\input{quoted/text}\n" + r"\end{verbatim}"]
    return []


def _drawing(number: int) -> str:
    return f"drawings/paper-{number:05d}.pdf"


def _routed_blocks(spec: Spec) -> list[str]:
    blocks: list[str] = []
    for export in spec.exports:
        for path in export.paths:
            name = path.removeprefix("reports/").rsplit(".", 1)[0]
            command = r"\input" if path.endswith(".tex") else r"\includegraphics"
            lines = [r"\begin{table}", rf"  {command}{{{name}}}", rf"  \caption{{The {export.source.topic}}}"]
            blocks.append("\n".join([*lines, r"\end{table}"]))
    return blocks


# --- the tree -------------------------------------------------------------------------------------


def files(plan: Plan, dialect: str = "0.0.1") -> Iterator[tuple[str, str]]:
    """Every file of the repository: its path with `/` and its text."""
    yield "specthis.toml", '[layout]\nresults = ["results"]\nreports = ["reports"]\n'
    for spec in plan.specs:
        yield spec.path, spec_text(spec, plan, dialect)
    for entry in plan.entries:
        if entry.ready and entry.fault != MISSING_SCRIPT:
            yield entry.script, script_text(entry, plan.seed)
        if entry.present:
            yield entry.output, result_text(entry, plan.seed)
    for export in plan.exports:
        yield export.script, exporter_text(export, plan.seed)
    yield from _latex_files(plan) if dialect == "0.0.1" else _wiring(plan)


def _latex_files(plan: Plan) -> Iterator[tuple[str, str]]:
    yield from documents(plan)
    for number in range(plan.documents):
        yield f"reports/{_drawing(number)}", _PICTURE
    for export in plan.exports:
        if export.present:
            for path in export.paths:
                yield path, _PICTURE if path.endswith(".pdf") else _TABULAR


def _wiring(plan: Plan) -> Iterator[tuple[str, str]]:
    """Dialect 0.1 keeps scripts, paths and steps out of the specs."""
    bindings: list[str] = []
    steps: list[str] = []
    for entry in plan.entries:
        produces = f'produces = {{ {product(entry.name)} = "{entry.output}" }}'
        bindings.append(f'[entries.{entry.name}]\nscripts = ["{entry.script}"]\n{produces}\n')
        needs = [upstream.output for upstream in entry.needs]
        steps.append(_step(entry.name, entry.script, needs, [entry.output]))
    for export in plan.exports:
        name = exported(export.source.name)
        bindings.append(f'[entries.{name}]\nscripts = ["{export.script}"]\n')
        steps.append(_step(name, export.script, [export.source.output], export.paths))
    yield "specs/bindings.toml", "\n".join(bindings)
    yield "pipeline.toml", "\n".join(steps)


def _step(name: str, script: str, inputs: Sequence[str], outputs: Sequence[str]) -> str:
    lists = f"deps = {json.dumps([script, *inputs])}\nouts = {json.dumps(outputs)}\n"
    return f'[steps.{name}]\ncommand = "python3 {script}"\n{lists}'


def write(plan: Plan, directory: Path, dialect: str = "0.0.1") -> Counts:
    """Write the repository into a fresh directory."""
    counts = Counts(specs=len(plan.specs), entries=len(plan.entries) + len(plan.exports))
    made: set[str] = set()
    for path, text in files(plan, dialect):
        folder = path.rpartition("/")[0]
        if folder not in made:
            (directory / folder).mkdir(parents=True, exist_ok=True)
            made.add(folder)
        data = text.encode()
        (directory / path).write_bytes(data)
        counts.files += 1
        top = path.partition("/")[0]
        counts.bytes[top] = counts.bytes.get(top, 0) + len(data)
    return counts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("specs", type=int, metavar="N")
    parser.add_argument("directory", type=Path, metavar="DIR", help="a new or empty directory")
    parser.add_argument("--dialect", choices=DIALECTS, default="0.0.1")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--faults", type=int, default=0, help="how many entries to break, one finding each")
    options = parser.parse_args()
    if options.directory.exists() and any(options.directory.iterdir()):
        parser.error(f"{options.directory} is not empty")
    counts = write(make_plan(options.specs, options.seed, options.faults), options.directory, options.dialect)
    print(json.dumps(vars(counts)))


if __name__ == "__main__":
    main()
