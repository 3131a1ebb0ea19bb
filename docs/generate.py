"""Write what the docs say after the code: `python docs/generate.py`. A test compares; nobody edits these by hand."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterable
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

from specthis_analyzers import view
from specthis_analyzers.facts.vocabulary import FIELDS, FRONT_MATTER, KINDS, STATUSES
from specthis_analyzers.rules import RULES
from specthis_analyzers.rules.rule import Rule
from specthis_analyzers.settings import PERSONAL, PROFILES, SETTINGS, SEVERITIES, Setting
from specthis_lsp.cli.described import SERVING, VARIABLES, Option, Verb, verbs
from specthis_lsp.cli.main import VERBS

DOCS = Path(__file__).parent
ROOT = DOCS.parent
HELP = "editors/neovim/doc/specthis.txt"
NOTE = "<!-- Written by docs/generate.py from the code; edit the code. -->"
WORDS = re.compile(r"(<!-- words -->\n).*?(<!-- /words -->)", re.DOTALL)
QUESTIONS = re.compile(r"(<!-- questions -->\n).*?(<!-- /questions -->)", re.DOTALL)


def rules() -> str:
    """The manual: every rule with its page, and a table of them all in front."""
    rows = [f"| [`{rule.code}`](#{rule.code}) | {rule.severity} | {rule.summary} |" for rule in RULES]
    table = ["| rule | severity | what is wrong |", "|---|---|---|", *rows]
    return "\n".join(["# Rules", "", NOTE, "", *table, "", *(page(rule) for rule in RULES)])


def page(rule: Rule) -> str:
    return f"## {rule.code}\n\n{loudness(rule)}\n\n{rule.manual.strip()}\n"


def loudness(rule: Rule) -> str:
    """How loud a rule is, and in which profiles it speaks or is another."""
    said = [f"Severity: {rule.severity}."]
    said += [f"Only in profile `{name}`." for name, profile in PROFILES.items() if rule.code in profile.rules]
    louder = {name: profile.severity.get(rule.code) for name, profile in PROFILES.items()}
    said += [f"In profile `{name}`: {severity}." for name, severity in louder.items() if severity]
    return " ".join(said)


def shipped(rule: Rule) -> str:
    """The page of one rule that the package ships, for editors to open."""
    return f"# {rule.code}\n\n{loudness(rule)}\n\n{rule.manual.strip()}\n"


def settings() -> str:
    """The settings of `specthis.toml`, as a table."""
    rows = [
        f"| `{setting.name}` | {setting.meaning} | {setting.takes.replace('|', chr(92) + '|')} | `{setting.default}` |"
        for setting in SETTINGS
    ]
    return "\n".join(
        [
            "# Settings",
            "",
            NOTE,
            "",
            "Settings lie in `specthis.toml` at the root of a project, or in the table `[tool.specthis]` of its",
            "`pyproject.toml`. A project needs none; `specthis-lsp --check --show-settings` prints those in force.",
            "",
            "    [layout]",
            '    papers = ["paper/main.tex"]',
            "",
            "Editors that read JSON Schema (VS Code by Even Better TOML, others by Taplo) complete settings and check",
            "them while they are typed, by [specthis.schema.json](specthis.schema.json), which the package prints,",
            "",
            "    specthis-lsp schema > specthis.schema.json",
            "",
            "and which the first line of `specthis.toml` names:",
            "",
            "    #:schema ./specthis.schema.json",
            "",
            "| setting | what it does | its value | default |",
            "|---|---|---|---|",
            *rows,
            "",
            "## In an editor",
            "",
            "Some settings are a matter of taste: " + ", ".join(f"`{name}`" for name in PERSONAL) + ".",
            "An editor may set these too, in its section `specthis`, for all projects or for a folder:",
            "",
            '    {"specthis": {"rules": {"ignore": ["layout-prose"], "severity": {"missing-output": "hint"}}}}',
            "",
            "They count for what the project's own settings leave open; what a project decides is the same for all its",
            "authors, and in CI. All others are the project's to say: an editor that sets them is told so in its log.",
            "",
            "Clients that cannot be asked for settings may send the same object, without `specthis` around it, as",
            "`initializationOptions`. There they may also say:",
            "",
            "- `untrustedWorkspace: true`: nothing of this workspace is ever run. Checking needs no trust.",
            "",
        ]
    )


def settings_schema() -> str:
    """The JSON Schema of `specthis.toml`. Draft 7: editors of TOML, and the store they look in, go no further."""
    properties: dict[str, Any] = {}
    for setting in SETTINGS:
        group, _, name = setting.name.rpartition(".")
        if group and group not in properties:
            properties[group] = {"type": "object", "additionalProperties": False, "properties": {}}
        inside = properties[group]["properties"] if group else properties
        default = tomllib.loads(f"value = {setting.default}")["value"]
        inside[name] = {"description": setting.meaning, **value_schema(setting), "default": default}
    schema = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Settings of specthis-lsp",
        "description": "What `specthis.toml` holds, and the table `[tool.specthis]` of `pyproject.toml`.",
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
    }
    return json.dumps(schema, indent=2) + "\n"


def value_schema(setting: Setting) -> dict[str, Any]:
    """What one setting takes."""
    codes: dict[str, Any] = {"enum": [rule.code for rule in RULES]}
    path: dict[str, Any] = {"type": "string", "not": {"pattern": LEADS_OUT}}
    choices: dict[str, Any] = {"enum": list(setting.choices)}
    words: dict[str, Any] = {"type": "string"}
    lists = {"choices": choices, "paths": path, "words": words, "codes": codes}
    if setting.form in lists:
        return {"type": "array", "items": lists[setting.form]}
    if setting.form == "severities":
        return {"type": "object", "propertyNames": codes, "additionalProperties": {"enum": list(SEVERITIES)}}
    if setting.form == "bytes":
        return {"type": "integer", "minimum": 0, "maximum": 2**63 - 1}
    if setting.form == "switch":
        return {"type": "boolean"}
    return path if setting.form == "path" else choices


LEADS_OUT = r"^[/~]|^[\s\S]:|[\\\u0000\n]|(^|/)\.\.(/|$)"
"""What a path must not hold; said of what is refused, for not every reader of patterns looks ahead."""


def reference() -> str:
    """The command line: every verb with its options, the variables that are heeded, the ways to end, and examples."""
    lines = ["# The command line", "", NOTE, ""]
    rows = [
        [f"[`{verb.names[0]}`](#{anchor(verb)})", f"{verb.summary[:1].lower()}{verb.summary[1:]}"]
        for verb in verbs(VERBS)
    ]
    rows += [[f"`{name}`", text] for name, text in SERVING.items()]
    rows += [["`--version`, `--help`", "print the version; print the verbs"]]
    lines += [*table(("verb", "what it does"), rows), ""]
    lines += ["Without arguments it serves on stdio, or prints its help if stdin is a terminal.", ""]
    for verb in verbs(VERBS):
        lines += [*verb_section(verb), ""]
    lines += ["Interrupted, every verb ends with 130, but a watch as its last check did.", ""]
    rows = [[f"`{name}`", meaning] for name, meaning in VARIABLES.items()]
    lines += ["## Environment", "", *table(("variable", "meaning"), rows), ""]
    lines += ["## Examples", "", "Each is run by a test, in the example study after a bad week.", ""]
    rows = [[f"`{line}`", does, str(code)] for line, does, code in EXAMPLES]
    return "\n".join([*lines, *table(("command", "what it does", "ends with"), rows), ""])


def anchor(verb: Verb) -> str:
    """How a service that shows Markdown calls the section of a verb."""
    return verb.names[0]


def verb_section(verb: Verb) -> list[str]:
    """A verb: its usage, what it does, its options by their groups, and what its exit codes mean."""
    heading = " or ".join(f"`{name}`" for name in verb.names)
    lines = [f'## <a id="{anchor(verb)}"></a>{heading}', "", f"    specthis-lsp {verb.usage}", ""]
    lines += [f"    {line}".rstrip() for line in verb.description.splitlines()]
    groups = dict.fromkeys(option.group for option in verb.options if option.names != HELP_NAMES)
    for group in groups:
        options = [option for option in verb.options if option.group == group and option.names != HELP_NAMES]
        rows = [[option_said(option), cell(option.help)] for option in options]
        lines += ["", *table((group, ""), rows)]
    if verb.epilog:
        lines += ["", *(f"    {line}".rstrip() for line in verb.epilog.splitlines())]
    return lines


def option_said(option: Option) -> str:
    """An option as one writes it."""
    holder = f" {option.holder}" if option.holder else ""
    return cell(", ".join(f"`{name}{holder}`" for name in option.names))


def table(heads: tuple[str, ...], rows: Iterable[list[str]]) -> list[str]:
    return [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|", *(f"| {' | '.join(row)} |" for row in rows)]


def cell(text: str) -> str:
    return text.replace("|", "\\|")


HELP_NAMES = ("-h", "--help")
CHECK = "specthis-lsp --check"
EXAMPLES = (
    (CHECK, "Check the project around the current directory.", 1),
    (f"{CHECK} specs/report-grokking.md reports", "Show only what is found in a file and below a folder.", 1),
    (f"{CHECK} --diff", "Show what `--fix` would do.", 1),
    (f"{CHECK} --fix", "Mend what can be mended, and show the rest.", 1),
    (f"{CHECK} --select missing-script,unknown-kind", "Look at two rules only.", 1),
    (f"{CHECK} --severity orphaned-export=error --fail-on error", "Fail for what is as loud as an error only.", 1),
    (f"{CHECK} --changed", "Show only what uncommitted edits concern.", 0),
    (f"{CHECK} --since main", "Show only what this branch concerns, in CI.", 0),
    (f"{CHECK} --output-format concise --output-format sarif:found.sarif", "Print lines, and write SARIF.", 1),
    (f"{CHECK} --stdin-filename specs/meta.md < specs/meta.md", "Check a text that is not saved yet.", 0),
    (f"{CHECK} --exit-zero -q", "Print findings and nothing else, and never fail.", 0),
    (f"{CHECK} --show-settings", "Print the settings in force, and where each comes from.", 0),
    ("specthis-lsp audit --next-steps", "Show how every entry stands, and what could be done next.", 1),
    ("specthis-lsp rule missing-script", "Say what a rule wants.", 0),
    ("specthis-lsp schema", "Print the JSON Schema of `specthis.toml`.", 0),
    ("specthis-lsp completion bash", "Print what bash needs to complete all this.", 0),
)
"""Commands as one gives them, what they do, and how they end in the drifted study."""


def architecture() -> str:
    """The architecture page, with the list of questions that `view.py` holds."""
    listed = re.findall(r"^(`[\w ]+`) +(.+)$", view.__doc__ or "", re.MULTILINE)
    table = ["| question | asks |", "|---|---|", *(f"| {kind} | {meaning} |" for kind, meaning in listed)]
    text = (DOCS / "architecture.md").read_text()
    return QUESTIONS.sub(lambda match: match[1] + "\n".join(table) + "\n" + match[2], text)


def picture() -> str:
    """The findings of the drifted study as a terminal shows them, as SVG. Needs no font from anywhere."""
    from rich.console import Console
    from rich.terminal_theme import DIMMED_MONOKAI
    from rich.text import Text

    command = [sys.executable, "-m", "specthis_lsp", "--check", "--no-cache", "--color=always", "--output-format=full"]
    shown = subprocess.run(command, cwd=DOCS / "examples/drifted", capture_output=True, text=True, check=False)
    console = Console(record=True, width=112, file=StringIO(), force_terminal=True, legacy_windows=False)
    console.print(Text.from_ansi(f"$ specthis-lsp --check\n{shown.stdout}"), soft_wrap=False)
    return console.export_svg(title="", theme=DIMMED_MONOKAI, code_format=SVG, unique_id="check")


SVG = """<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg"
xml:space="preserve"><style>.{unique_id}-matrix {{ font-family: "DejaVu Sans Mono", Menlo, Consolas, monospace;
font-size: {char_height}px; line-height: {line_height}px; white-space: pre; }} {styles}</style>
<defs><clipPath id="{unique_id}-clip-terminal"><rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>{lines}</defs>{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}<g class="{unique_id}-matrix">{matrix}</g></g></svg>
"""

MANUAL = "server/specthis_lsp/manual"


def specs() -> str:
    """The page on specs, with the words of the engine: keys, kinds, fields, statuses."""
    text = (DOCS / "specs.md").read_text()
    tables = (
        ("The front matter", "key", FRONT_MATTER),
        ("Kinds of specs", "kind", KINDS),
        ("The fields of an entry", "field", {f"{label}:": meaning for label, meaning in FIELDS.items()}),
        ("What a status says", "status", STATUSES),
    )
    parts = [
        f"## {title}\n\n| {what} | meaning |\n|---|---|\n"
        + "".join(f"| `{name}` | {meaning} |\n" for name, meaning in words.items())
        for title, what, words in tables
    ]
    return WORDS.sub(lambda match: match[1] + "\n" + "\n".join(parts) + "\n" + match[2], text)


def help_tags() -> str:
    """What `:helptags` would write, so that `:help specthis` is found wherever the plugin lies."""
    tags = sorted(re.findall(r"\*([^*\s]+)\*", (ROOT / HELP).read_text()))
    return "".join(f"{tag}\t{Path(HELP).name}\t/*{tag}*\n" for tag in tags)


PAGES: dict[str, Callable[[], str]] = {
    "editors/neovim/doc/tags": help_tags,
    "docs/rules.md": rules,
    "docs/settings.md": settings,
    "docs/cli.md": reference,
    "docs/specthis.schema.json": settings_schema,
    "server/specthis_lsp/cli/settings.schema.json": settings_schema,
    "docs/architecture.md": architecture,
    "docs/specs.md": specs,
    "docs/check.svg": picture,
    **{f"{MANUAL}/{rule.code}.md": partial(shipped, rule) for rule in RULES},
}


def main() -> None:
    for page in (ROOT / MANUAL).glob("*.md"):
        page.unlink()
    for name, write in PAGES.items():
        (ROOT / name).parent.mkdir(exist_ok=True)
        (ROOT / name).write_text(write())


if __name__ == "__main__":
    main()
