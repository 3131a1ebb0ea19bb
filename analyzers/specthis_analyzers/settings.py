"""Settings as two values: `Analysis` says how a project is read, `Policy` what is shown of what was found."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Severity = Literal["error", "warning", "info", "hint"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info", "hint")
"""Loudest first."""


class Macros(Struct, frozen=True):
    """The LaTeX commands that mean something here, without backslash. A project may add its own."""

    versions: tuple[str, ...] = ("sectionversion",)
    labels: tuple[str, ...] = ("label",)
    references: tuple[str, ...] = (
        "ref", "eqref", "pageref", "autoref", "nameref", "vref", "cref", "Cref", "cpageref", "Cpageref",
        "crefrange", "Crefrange", "subref", "fref", "Fref", "hyperref",
    )  # fmt: skip
    inputs: tuple[str, ...] = ("input", "include", "subfile", "subfileinclude", "InputIfFileExists", "loadglsentries")
    graphics: tuple[str, ...] = ("includegraphics", "includesvg", "includepdf", "includestandalone", "adjincludegraphics")


class Analysis(Struct, frozen=True):
    """How a project is read. A change of any of these invalidates what was known."""

    dialect: Literal["auto", "0.0.1", "0.1"] = "auto"
    specs: str = "specs"
    results: tuple[str, ...] = ("results",)
    reports: tuple[str, ...] = ()
    """Empty: `reports`, and the folders of documents that say `\\documentclass`."""
    papers: tuple[str, ...] = ()
    """The documents that are compiled; empty: found by their `\\documentclass`."""
    macros: Macros = Macros()
    section_versions: Literal["auto", "always", "never"] = "auto"
    """Whether routed sections carry a version: `auto` where some LaTeX file of the project defines or uses it."""
    max_result_bytes: int = 16 * 1024 * 1024


class Policy(Struct, frozen=True):
    """What is shown. Applied where findings leave; no rule reads it."""

    select: tuple[str, ...] = ()
    """Codes to show; empty: all."""
    ignore: tuple[str, ...] = ()
    severity: dict[str, Severity] = {}
    fail_on: Literal["error", "warning", "info", "hint", "never"] = "warning"
