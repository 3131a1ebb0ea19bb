"""`--show-settings`: every setting as TOML, its value, and where that comes from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from specthis_analyzers import paths
from specthis_analyzers.settings import SETTINGS, Analysis, Macros, Policy

from ..host.projects import Settled, open_project
from .arguments import Options
from .exits import CLEAN
from .output import emit
from .targets import Target
from .visible import visible


def show_settings(ready: Sequence[tuple[Target, Settled]], options: Options) -> int:
    """Print every setting as TOML, its value, and where that comes from."""
    for number, (target, settled) in enumerate(ready):
        emit([""] * bool(number) + list(_settings(target, settled, options)))
    return CLEAN


def _settings(target: Target, settled: Settled, options: Options) -> Iterator[str]:
    source = settled.path or "no settings file"
    yield visible(f"# {target.relative} ({source})")
    policy = options.over(settled.configuration.policy)
    values = {**_analysis_values(settled.configuration.analysis), **_policy_values(policy)}
    guesses = _guesses(target, settled)
    given = dict.fromkeys(settled.configuration.given, settled.path or "")
    given |= dict.fromkeys(_on_the_command_line(options), "command line")
    rows: list[tuple[str, str]] = []
    for setting in SETTINGS:
        name = setting.name
        guessed = name not in given and name in guesses
        value = guesses[name] if guessed else values[name]
        rows.append((f"{name} = {_toml(value)}", "guessed" if guessed else given.get(name, "default")))
    width = max(len(text) for text, _ in rows if len(text) < 60)
    for text, source in rows:
        yield visible(f"{text:<{width}}  # {source}")


def _analysis_values(analysis: Analysis) -> dict[str, Any]:
    """The values of the analysis by the names that settings give them."""
    plain = Macros()

    def more(name: str) -> list[str]:
        return [word for word in getattr(analysis.macros, name) if word not in getattr(plain, name)]

    return {
        "dialect": analysis.dialect,
        "max_result_bytes": analysis.max_result_bytes,
        "freshness": analysis.freshness,
        "layout.specs": analysis.specs,
        "layout.results": analysis.results,
        "layout.reports": analysis.reports,
        "layout.papers": analysis.papers,
        "latex.section_versions": analysis.section_versions,
        **{f"latex.{name}": more(name) for name in ("versions", "labels", "references", "inputs", "graphics")},
    }


def _policy_values(policy: Policy) -> dict[str, Any]:
    return {
        "fail_on": policy.fail_on,
        "latex.general": policy.general,
        "rules.profiles": policy.profiles,
        "rules.select": policy.select,
        "rules.ignore": policy.ignore,
        "rules.severity": policy.severity,
    }


def _on_the_command_line(options: Options) -> list[str]:
    asked = {
        "fail_on": options.fail_on,
        "rules.select": options.select,
        "rules.ignore": options.ignore,
        "rules.severity": options.severity,
    }
    return [name for name, value in asked.items() if value]


def _guesses(target: Target, settled: Settled) -> dict[str, Any]:
    """What the engine takes where the settings leave it open."""
    view = open_project(target.root, recording=False, settled=settled).project.view
    hosts = sorted(view.names("host"))
    papers = sorted({root for host in hosts if view.is_here(host) for root in view.roots(host)})
    guesses: dict[str, Any] = {"dialect": view.dialect().name}
    if papers:
        guesses["layout.papers"] = papers
    guesses["layout.reports"] = list(dict.fromkeys(("reports", *(paths.parent(host) or "." for host in hosts))))
    return guesses


def _toml(value: Any) -> str:
    from json import dumps

    if isinstance(value, dict):
        inside = ", ".join(f"{name} = {dumps(level)}" for name, level in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    return dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)
