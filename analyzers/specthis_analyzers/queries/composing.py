"""A script made from a contract alone: it reads, checks and writes as that says, and stops where it is silent.

What a contract cannot say is how its numbers come about. That is one function, which ends the script with a sentence
on what is to be decided; nothing is written before. Where all keys follow from the run itself there is none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from .. import paths
from ..pairs import Entry
from ..view import View
from .promises import Promised, all_read_by, promised, script_of, written_by

TEXTS = frozenset((".tex", ".dat", ".csv", ".txt", ".md", ".svg", ".pgf", ".tikz", ".json"))
GRAPHICS = frozenset((".pdf", ".png", ".jpg", ".jpeg", ".eps"))

OF_THE_RUN: dict[str, tuple[str, str]] = {
    "entry": ("string", "ENTRY"),
    "spec": ("string", "SPEC"),
    "seed": ("integer", "arguments.seed"),
    "seconds": ("number", "round(time.perf_counter() - started, 3)"),
    "python": ("string", "platform.python_version()"),
    "numpy": ("string", 'version("numpy")'),
    "scipy": ("string", 'version("scipy")'),
    "torch": ("string", 'version("torch")'),
    "inputs": ("string[]", "list(INPUTS)"),
}
"""Keys whose values a run knows of itself: their type, and how the script says it."""


class Composed(Struct, frozen=True):
    """The text of a script, and whether it runs to its end as it is."""

    text: str
    decided: bool


def hindrance(entry: Entry) -> str | None:
    """Why no script can be made from a contract; None where one can."""
    script, written = script_of(entry), written_by(entry)
    if script is None or paths.suffix(script) != ".py":
        return "only Python scripts are made from a contract"
    if not written:
        return "the contract does not say outright which files the script writes"
    if entry.contract.side == "compute":
        return None if paths.suffix(written[0]) in (".json", ".csv") else "only JSON and CSV results can be made"
    strange = [path for path in written if paths.suffix(path) not in TEXTS | GRAPHICS]
    return f"nothing is known of how `{strange[0]}` is written" if strange else None


def composed(view: View, entry: Entry) -> Composed | None:
    """The script of an entry, from its contract; None where there can be none."""
    if hindrance(entry) is not None:
        return None
    return _computing(view, entry) if entry.contract.side == "compute" else _exporting(view, entry)


# Compute -----------------------------------------------------------------------------------------------------


def _computing(view: View, entry: Entry) -> Composed:
    output, inputs = written_by(entry)[0], all_read_by(view, entry)
    keys = promised(view, entry.contract)
    table = paths.suffix(output) == ".csv"
    known = [] if table else [key for key in keys or () if _is_of_the_run(key)]
    open_keys = [key for key in keys or () if key not in known]
    undecided = keys is None or bool(open_keys)
    uses = " ".join(OF_THE_RUN[key.name][1] for key in known)
    top = [
        _docstring(entry, f"Compute `{output}`"),
        _imports(
            ["argparse", "json" if not table else "csv", "os", "time"],
            json=any(paths.suffix(path) == ".json" for path in inputs),
            csv=any(paths.suffix(path) == ".csv" for path in inputs),
            io=table,
            math=not table and _kinds(keys or ()) & {"number"} != set(),
            platform="platform." in uses,
            version="version(" in uses,
        ),
        _constants(entry, uses, inputs, [f"OUTPUT = {quoted(output)}"]),
        _promised_constants(keys, table),
    ]
    blocks: list[str] = []
    if undecided:
        blocks.append(_compute(entry, keys, open_keys, table, bool(inputs)))
    if keys is not None:
        blocks.append(_check(keys, table))
    if inputs:
        blocks.append(_reading(inputs))
    blocks += [WRITE, _main(entry, known, undecided, keys is not None, table, bool(inputs)), ENDING]
    return Composed(_joined(top, blocks), not undecided)


def _is_of_the_run(key: Promised) -> bool:
    kind = OF_THE_RUN.get(key.name, ("", ""))[0]
    return bool(kind) and all(_allows(one, kind) for one in key.types)


def _allows(asked: str, kind: str) -> bool:
    return asked == kind or (asked, kind) == ("number", "integer") or (asked == "array" and kind.endswith("[]"))


def _promised_constants(keys: list[Promised] | None, table: bool) -> str:
    if keys is None:
        return ""
    lines = [f"    {quoted(key.name)}: {quoted(' | '.join(key.types))}," for key in keys]
    optional = [key.name for key in keys if not key.required]
    what = "The columns of the table" if table else "The keys of the result"
    said = f"# {what}, as the entry declares them. An empty type is any.\nPROMISED = {{\n" + "\n".join(lines) + "\n}"
    return f"{said}\nOPTIONAL = {_tuple(optional)}" if optional else said


def _compute(entry: Entry, keys: list[Promised] | None, open_keys: list[Promised], table: bool, reads: bool) -> str:
    named = _listed([_described(key) for key in open_keys])
    if keys is None:
        asked = "what the result holds, for the entry declares no schema, and how it is computed"
    elif table:
        asked = f"how the rows of the table come about: {named}"
    else:
        asked = f"how {named} {'is' if len(open_keys) == 1 else 'are'} computed"
    besides = ", beside what the run knows of itself" if keys is not None and len(open_keys) < len(keys) else ""
    what = "The rows of the table" if table else f"What the result holds{besides}"
    returns = "list[dict]" if table else "dict"
    given = "inputs: dict, arguments: argparse.Namespace" if reads else "arguments: argparse.Namespace"
    message = f"{script_of(entry)}: still to be decided is {asked}. Say so in `compute`, and remove this line."
    return (
        f"def compute({given}) -> {returns}:\n"
        f'    """{what}. Random numbers come from `arguments.seed`."""\n'
        f"    raise SystemExit(\n{_lines(wrapped(message))}\n    )"
    )


def _described(key: Promised) -> str:
    said = " or ".join(key.types) if key.types else ""
    said = f"{said}: {key.note}" if said and key.note else said or key.note
    return f"`{key.name}` ({said})" if said else f"`{key.name}`"


def _kinds(keys: Iterable[Promised]) -> set[str]:
    return {kind.replace("[]", "") for key in keys for kind in key.types}


KINDS = {
    "number": "isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)",
    "integer": "isinstance(value, int) and not isinstance(value, bool)",
    "string": "isinstance(value, str)",
    "boolean": "isinstance(value, bool)",
    "object": "isinstance(value, dict)",
    "array": "isinstance(value, list)",
    "null": "value is None",
}


def _check(keys: list[Promised], table: bool) -> str:
    """What holds a result to its contract before it is written."""
    text = CHECK_TABLE if table else CHECK
    if all(key.required for key in keys):
        text = text.replace(" and key not in OPTIONAL", "")
    kinds = [kind for kind in KINDS if kind in _kinds(keys)]
    if table or not kinds:
        return text.replace(WRONG, "").replace(" or wrong", "").replace(", of another type {wrong}", "")
    lines = [f"    {quoted(kind)}: lambda value: {KINDS[kind]}," for kind in kinds]
    return "\n".join(["KINDS = {", *lines, "}"]) + f"\n\n\n{FITS}\n\n\n{text}"


WRONG = "    wrong = [key for key, kind in PROMISED.items() if key in result and not fits(result[key], kind)]\n"

FITS = '''\
def fits(value, kind: str) -> bool:
    """Whether a value is of a type as the entry declares it."""
    if " | " in kind:
        return any(fits(value, one) for one in kind.split(" | "))
    if kind.endswith("[]"):
        return isinstance(value, list) and all(fits(item, kind[:-2]) for item in value)
    return not kind or KINDS[kind](value)'''

CHECK = f'''\
def checked(result: dict) -> dict:
    """The result with exactly the keys that the entry promises, in their order."""
    missing = [key for key in PROMISED if key not in result and key not in OPTIONAL]
    unknown = [key for key in result if key not in PROMISED]
{WRONG}    if missing or unknown or wrong:
        raise SystemExit(f"not written: missing {{missing}}, not promised {{unknown}}, of another type {{wrong}}")
    return {{key: result[key] for key in PROMISED if key in result}}'''

CHECK_TABLE = '''\
def checked(rows: list[dict]) -> list[dict]:
    """The rows with exactly the columns that the entry promises."""
    for number, row in enumerate(rows, start=1):
        missing = [key for key in PROMISED if key not in row and key not in OPTIONAL]
        unknown = [key for key in row if key not in PROMISED]
        if missing or unknown:
            raise SystemExit(f"not written: row {number} lacks {missing}, and has {unknown}, which is not promised")
    return rows'''

WRITE = '''\
def write(path: Path, text: str) -> None:
    """Write a file so that a reader finds the old one or the new one, never half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    part.write_text(text, encoding="utf-8", newline="\\n")
    os.replace(part, path)
    print(f"wrote {path}", flush=True)'''

ENDING = 'if __name__ == "__main__":\n    main()'


def _main(entry: Entry, known: list[Promised], undecided: bool, keys: bool, table: bool, reads: bool) -> str:
    lines = [
        "def main() -> None:",
        "    parser = argparse.ArgumentParser(description=__doc__)",
        '    parser.add_argument("--seed", type=int, default=0, help="where random numbers start")',
        '    parser.add_argument("--output", type=Path, default=Path(OUTPUT), help="the file to write")',
        *_options(entry),
        "    arguments = parser.parse_args()",
        "    started = time.perf_counter()",
    ]
    if reads:
        lines.append("    inputs = {path: read(path) for path in INPUTS}")
    call = "compute(inputs, arguments)" if reads else "compute(arguments)"
    if table:
        lines += [
            f"    rows = {call}",
            "    text = io.StringIO()",
            f'    table = csv.DictWriter(text, {"list(PROMISED)" if keys else "list(rows[0])"}, lineterminator="\\n")',
            "    table.writeheader()",
            f"    table.writerows({'checked(rows)' if keys else 'rows'})",
            '    print(f"computed {len(rows)} rows in {time.perf_counter() - started:.1f} s", flush=True)',
            "    write(arguments.output, text.getvalue())",
        ]
        return "\n".join(lines)
    if undecided:
        lines.append(f"    result = {call}")
    if known or not undecided:
        pairs = [f"        {quoted(key.name)}: {OF_THE_RUN[key.name][1]}," for key in known]
        lines += [f"    result {'|=' if undecided else '='} {{", *pairs, "    }"]
    lines += [
        '    print(f"computed {len(result)} keys in {time.perf_counter() - started:.1f} s", flush=True)',
        f"    text = json.dumps({'checked(result)' if keys else 'result'}, indent=2, allow_nan=False)",
        '    write(arguments.output, f"{text}\\n")',
    ]
    return "\n".join(lines)


def _options(entry: Entry) -> Iterator[str]:
    """The options that the commands of the entry give, beside those that every script has."""
    commands = (entry.contract.field(label) for label in ("Run", "Smoke"))
    said = (match for field in commands if field for match in OPTION.finditer(field.rest.text))
    for name, value in {match[1]: match[2] for match in said}.items():
        if name not in ("seed", "output", "help"):
            how = 'help="as the entry gives it"' if value else 'action="store_true"'
            yield f"    parser.add_argument({quoted(f'--{name}')}, {how})"


OPTION = re.compile(r"(?<!\S)--([A-Za-z][\w-]*)(?:[ =]([^\s`-][^\s`]*))?")


# Export ------------------------------------------------------------------------------------------------------


def _exporting(view: View, entry: Entry) -> Composed:
    exports, inputs = written_by(entry), all_read_by(view, entry)
    named = _listed([f"`{path}`" for path in exports])
    message = f"{script_of(entry)}: still to be decided is how {named} show{'s' * (len(exports) == 1)} the results. "
    message += "Say so in `draw`, and remove this line."
    given = "inputs: dict" if inputs else ""
    draw = (
        f"def draw({given}) -> dict[str, str | bytes]:\n"
        '    """By path, what each export holds: text, or the bytes of a graphic."""\n'
        f"    raise SystemExit(\n{_lines(wrapped(message))}\n    )"
    )
    top = [
        _docstring(entry, f"Export {named}"),
        _imports(
            ["argparse", "os"],
            json=any(paths.suffix(path) == ".json" for path in inputs),
            csv=any(paths.suffix(path) == ".csv" for path in inputs),
        ),
        _constants(entry, "", inputs, [f"EXPORTS = {_tuple(exports)}"]),
    ]
    blocks = [draw, *([_reading(inputs)] if inputs else [])]
    blocks += [WRITE_EXPORT, EXPORT_MAIN.replace("DRAWN", "draw(inputs)" if inputs else "draw()"), ENDING]
    text = _joined(top, blocks)
    return Composed(text if inputs else text.replace(READ_ALL, ""), False)


READ_ALL = "    inputs = {path: read(path) for path in INPUTS}\n"

WRITE_EXPORT = '''\
def write(path: Path, content: str | bytes) -> None:
    """Write a file so that a reader finds the old one or the new one, never half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    os.replace(part, path)
    print(f"wrote {path}", flush=True)'''

EXPORT_MAIN = f"""\
def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
{READ_ALL}    drawn = DRAWN
    missing = [path for path in EXPORTS if path not in drawn]
    unknown = [path for path in drawn if path not in EXPORTS]
    if missing or unknown:
        raise SystemExit(f"nothing written: missing {{missing}}, not promised {{unknown}}")
    for path in EXPORTS:
        write(Path(path), drawn[path])"""


# Both --------------------------------------------------------------------------------------------------------


def _docstring(entry: Entry, does: str) -> str:
    first = f"{does}: entry `{entry.name}` of `{entry.spec}`."
    command = f"Run it from the project's root: python -u {script_of(entry)}"
    return f'"""{escaped(first)}\n\n{escaped(command)}\n"""'


def _imports(names: Sequence[str], *, version: bool = False, **further: bool) -> str:
    modules = sorted({*names, *(name for name, is_needed in further.items() if is_needed)})
    named = ["from importlib.metadata import version"] * version
    return "\n".join([*(f"import {name}" for name in modules), *named, "from pathlib import Path"])


def _constants(entry: Entry, uses: str, inputs: Sequence[str], further: Iterable[str]) -> str:
    said = {"ENTRY": entry.name, "SPEC": entry.spec}
    lines = [f"{name} = {quoted(value)}" for name, value in said.items() if name in uses]
    lines += [f"INPUTS = {_tuple(inputs)}"] if inputs or "INPUTS" in uses else []
    return "\n".join([*lines, *further])


def _reading(inputs: Sequence[str]) -> str:
    suffixes = {paths.suffix(path) for path in inputs}
    lines = [
        "def read(path: str):",
        '    """What an input holds: JSON and CSV as values, text as text; of anything else the path."""',
        "    if not Path(path).exists():",
        '        raise SystemExit(f"{path} is not here: run what makes it first")',
        '    print(f"reading {path}", flush=True)',
    ]
    if ".json" in suffixes:
        lines += ['    if path.endswith(".json"):', '        return json.loads(Path(path).read_text(encoding="utf-8"))']
    if ".csv" in suffixes:
        lines += [
            '    if path.endswith(".csv"):',
            '        with open(path, encoding="utf-8", newline="") as file:',
            "            return list(csv.DictReader(file))",
        ]
    if suffixes & {".txt", ".md", ".dat"}:
        lines += [
            '    if path.endswith((".txt", ".md", ".dat")):',
            '        return Path(path).read_text(encoding="utf-8")',
        ]
    return "\n".join([*lines, "    return Path(path)"])


def _joined(top: Iterable[str], blocks: Iterable[str]) -> str:
    """The parts of a script with the blank lines that Python's style has between them."""
    return "\n\n\n".join(["\n\n".join(part for part in top if part), *blocks]) + "\n"


def wrapped(message: str, indent: int = 8) -> list[str]:
    """A sentence as string literals on lines of their own."""
    lines = [""]
    for word in message.split(" "):
        if len(lines[-1]) + len(word) > 96:
            lines.append("")
        lines[-1] += f"{word} "
    lines[-1] = lines[-1][:-1]
    return [f"{' ' * indent}{quoted(line)}" for line in lines]


def _lines(lines: Sequence[str]) -> str:
    return "\n".join(lines)


def _tuple(values: Sequence[str]) -> str:
    if len(values) < 2:
        return f"({quoted(values[0])},)" if values else "()"
    return "(\n" + "".join(f"    {quoted(value)},\n" for value in values) + ")"


def _listed(names: Sequence[str]) -> str:
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part) if names else ""


def quoted(text: str) -> str:
    """A string as Python writes it."""
    return json.dumps(text, ensure_ascii=False) if text.isprintable() else repr(text)


def escaped(text: str) -> str:
    """A text as it stands between three quotes."""
    return text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
