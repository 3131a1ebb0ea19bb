"""Write what the docs say after the code: `python docs/generate.py`. A test compares; nobody edits these by hand."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

from specthis_analyzers import view
from specthis_analyzers.rules import RULES
from specthis_analyzers.rules.rule import Rule
from specthis_analyzers.settings import PROFILES, SETTINGS, SEVERITIES, Setting

DOCS = Path(__file__).parent
ROOT = DOCS.parent
NOTE = "<!-- Written by docs/generate.py from the code; edit the code. -->"
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
PAGES: dict[str, Callable[[], str]] = {
    "docs/rules.md": rules,
    "docs/settings.md": settings,
    "docs/specthis.schema.json": settings_schema,
    "server/specthis_lsp/cli/settings.schema.json": settings_schema,
    "docs/architecture.md": architecture,
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
