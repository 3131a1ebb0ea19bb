"""Settings as two values: `Analysis` says how a project is read, `Policy` what is shown of what was found."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

Severity = Literal["error", "warning", "info", "hint"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info", "hint")
"""Loudest first."""

FailOn = Literal["error", "warning", "info", "hint", "never"]

Freshness = Literal["auto", "contract", "mtime"]
"""What artefacts are held to: what their entries say, or the Makefile and the times of files too."""


class Macros(Struct, frozen=True):
    """The LaTeX commands that mean something here, without backslash. A project may add its own."""

    versions: tuple[str, ...] = ("sectionversion",)
    labels: tuple[str, ...] = ("label",)
    references: tuple[str, ...] = (
        "ref", "eqref", "pageref", "autoref", "nameref", "vref", "cref", "Cref", "cpageref", "Cpageref",
        "crefrange", "Crefrange", "subref", "fref", "Fref", "hyperref",
    )  # fmt: skip
    inputs: tuple[str, ...] = ("input", "include", "subfile", "subfileinclude", "InputIfFileExists", "loadglsentries")
    graphics: tuple[str, ...] = (
        "includegraphics",
        "includesvg",
        "includepdf",
        "includestandalone",
        "adjincludegraphics",
    )


class Analysis(Struct, frozen=True):
    """How a project is read. A change of any of these invalidates what was known."""

    dialect: Literal["auto", "0.0.1", "0.1"] = "auto"
    specs: str = "specs"
    results: tuple[str, ...] = ("results",)
    reports: tuple[str, ...] = ()
    """Empty: `reports`, and the folders of the host documents."""
    papers: tuple[str, ...] = ()
    """The documents that are compiled; empty: found by their `\\documentclass`."""
    macros: Macros = Macros()
    section_versions: Literal["auto", "always", "never"] = "auto"
    max_result_bytes: int = 16 * 1024 * 1024
    freshness: Freshness = "auto"
    complete: str | None = None
    """The document whose artefacts must all be here and fresh; empty: all there are. No setting: it is asked for."""
    gpus: dict[str, int] = {}
    """The GPUs that can be rented, and how many at once. No setting: the host hands in what the runtime knows."""


class Profile(Struct, frozen=True):
    """Conventions that not every project shares: rules that only its profile shows, and rules that are louder in it."""

    rules: tuple[str, ...] = ()
    severity: dict[str, Severity] = {}


PROFILES: dict[str, Profile] = {
    "numbers": Profile(rules=("typed-number", "unused-number")),
    "specthis": Profile(rules=("result-naming",), severity={"layout-prose": "warning"}),
}
"""The profiles a project may ask for, beside `default`, which everybody has."""


class Policy(Struct, frozen=True):
    """What is shown. Applied where findings leave; no rule reads it."""

    select: tuple[str, ...] = ()
    """Codes to show; empty: all."""
    ignore: tuple[str, ...] = ()
    severity: dict[str, Severity] = {}
    fail_on: FailOn = "warning"
    profiles: tuple[str, ...] = ()
    general: bool = False
    """Whether editors show what LaTeX servers tell them too."""


Form = Literal["choice", "choices", "path", "paths", "words", "codes", "severities", "bytes", "switch"]


class Setting(Struct, frozen=True):
    """One setting of `specthis.toml`: its name, the form of its value, and what it does."""

    name: str
    form: Form
    meaning: str
    default: str
    """As one would write it in TOML."""
    choices: tuple[str, ...] = ()

    def refusal(self, value: Any) -> str | None:
        """Why a value is not taken, or None."""
        return None if self._takes(value) else f"`{self.name}` takes {self.takes}"

    @property
    def takes(self) -> str:
        """The form of its value, in words."""
        if self.form == "choice":
            return "one of " + ", ".join(f"`{choice}`" for choice in self.choices)
        if self.form == "choices":
            return "a list of " + ", ".join(f"`{choice}`" for choice in self.choices)
        return TAKES[self.form]

    def _takes(self, value: Any) -> bool:
        if self.form == "choice":
            return value in self.choices
        if self.form == "choices":
            return isinstance(value, list) and all(item in self.choices for item in value)
        if self.form == "path":
            return _is_inside(value)
        if self.form == "paths":
            return isinstance(value, list) and all(_is_inside(item) for item in value)
        if self.form == "bytes":
            return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63
        if self.form == "switch":
            return isinstance(value, bool)
        if self.form == "severities":
            return isinstance(value, dict) and all(level in SEVERITIES for level in value.values())
        return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_inside(path: Any) -> bool:
    """Whether a path stays below the settings file: what is beyond it is never looked at."""
    if not isinstance(path, str) or path.startswith(("/", "~")) or path[1:2] == ":":
        return False
    return not any(sign in path for sign in "\\\0\n") and ".." not in path.split("/")


TAKES: dict[Form, str] = {
    "path": "a path below this file's folder",
    "paths": "a list of paths below this file's folder",
    "words": "a list of LaTeX command names without backslash",
    "codes": "a list of rule codes",
    "severities": "a table from rule code to `error`, `warning`, `info` or `hint`",
    "bytes": "a number of bytes, 0 or more",
    "switch": "`true` or `false`",
}

SETTINGS: tuple[Setting, ...] = (
    Setting("dialect", "choice", "The grammar of the specs; `auto` tells it from their markers.", '"auto"',
            ("auto", "0.0.1", "0.1")),
    Setting("fail_on", "choice", "The lowest severity that makes `--check` end with 1.", '"warning"',
            ("error", "warning", "info", "hint", "never")),
    Setting("max_result_bytes", "bytes", "Of larger results only the top-level keys are checked.", "16777216"),
    Setting("freshness", "choice", "What artefacts are held to: `contract`, what their entries say; `mtime`, the "
            "Makefile and the times of files too; `auto`, that for specs open in an editor, and elsewhere `contract`.",
            '"auto"', ("auto", "contract", "mtime")),
    Setting("layout.specs", "path", "The folder of the specs.", '"specs"'),
    Setting("layout.results", "paths", "The folders that scripts write to.", '["results"]'),
    Setting("layout.reports", "paths", "The folders of LaTeX and of what exporters write. By default `reports`, and "
            "the folders of the host documents.", "[]"),
    Setting("layout.papers", "paths", "Documents that are compiled; by default, those with `\\documentclass`.", "[]"),
    Setting("latex.section_versions", "choice", "Whether routed sections must carry their version; `auto`: where some "
            "LaTeX file of the project defines or uses it.", '"auto"', ("auto", "always", "never")),
    Setting("latex.versions", "words", "Further commands that mean `\\sectionversion`.", "[]"),
    Setting("latex.labels", "words", "Further commands that mean `\\label`.", "[]"),
    Setting("latex.references", "words", "Further commands that mean `\\ref`.", "[]"),
    Setting("latex.inputs", "words", "Further commands that mean `\\input`.", "[]"),
    Setting("latex.graphics", "words", "Further commands that mean `\\includegraphics`.", "[]"),
    Setting("latex.general", "switch", "Whether editors show `unresolved-input`, `duplicate-label` and `cyclic-input` "
            "in all of a paper, beside generated files and routed sections: LaTeX servers tell of them too.", "false"),
    Setting("rules.profiles", "choices", "Conventions to hold the project to, beside those that every project shares.",
            "[]", tuple(PROFILES)),
    Setting("rules.select", "codes", "Show only these rules; empty: all.", "[]"),
    Setting("rules.ignore", "codes", "Do not show these rules.", "[]"),
    Setting("rules.severity", "severities", "How loud a rule speaks, where the default is not right.", "{}"),
)  # fmt: skip

PERSONAL = ("freshness", "latex.general", "rules.profiles", "rules.select", "rules.ignore", "rules.severity")
"""The settings that may be a matter of taste. Where files lie and how they are read is the project's to say."""


def analysis_of(values: dict[str, Any]) -> Analysis:
    """The analysis that settings ask for; their values have the form that each setting takes."""
    plain = Analysis()

    def listed(name: str, default: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_folder(path) for path in values[name]) if name in values else default

    def macros(name: str, default: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*default, *(word.lstrip("\\") for word in values.get(name, ())))))

    known = plain.macros
    return Analysis(
        dialect=values.get("dialect", plain.dialect),
        specs=_folder(values.get("layout.specs", plain.specs)),
        results=listed("layout.results", plain.results),
        reports=listed("layout.reports", plain.reports),
        papers=listed("layout.papers", plain.papers),
        macros=Macros(
            macros("latex.versions", known.versions),
            macros("latex.labels", known.labels),
            macros("latex.references", known.references),
            macros("latex.inputs", known.inputs),
            macros("latex.graphics", known.graphics),
        ),
        section_versions=values.get("latex.section_versions", plain.section_versions),
        max_result_bytes=values.get("max_result_bytes", plain.max_result_bytes),
        freshness=values.get("freshness", plain.freshness),
    )


def policy_of(values: dict[str, Any]) -> Policy:
    """The policy that settings ask for."""
    return Policy(
        select=tuple(values.get("rules.select", ())),
        ignore=tuple(values.get("rules.ignore", ())),
        severity=dict(values.get("rules.severity", {})),
        fail_on=values.get("fail_on", "warning"),
        profiles=tuple(values.get("rules.profiles", ())),
        general=values.get("latex.general", False),
    )


def _folder(path: str) -> str:
    """A folder as written, in the form the engine uses: no `./` before, no `/` after; the root is empty."""
    trimmed = path.strip().removeprefix("./").rstrip("/")
    return "" if trimmed == "." else trimmed
