"""The table of formats: in what shapes findings can be had. What one format needs is imported when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from .arguments import Options
from .full import full
from .look import Look
from .output import Style

Lines = Iterable[str]


def _concise(looks: Sequence[Look], options: Options, style: Style) -> Lines:
    from .concise import concise

    return concise(looks, options, style)


def _json(looks: Sequence[Look], options: Options, style: Style) -> Lines:
    from .report import report

    return report(looks)


def _jsonl(looks: Sequence[Look], options: Options, style: Style) -> Lines:
    from .jsonl import jsonl

    return jsonl(looks)


def _sarif(looks: Sequence[Look], options: Options, style: Style) -> Lines:
    from .sarif import sarif

    return sarif(looks)


def _github(looks: Sequence[Look], options: Options, style: Style) -> Lines:
    from .github import github

    return github(looks, options.verbose)


def _gitlab(looks: Sequence[Look], options: Options, style: Style) -> Lines:
    from .gitlab import gitlab

    return gitlab(looks, options.verbose)


def _junit(looks: Sequence[Look], options: Options, style: Style) -> Lines:
    from .junit import junit

    return junit(looks)


def _rdjson(looks: Sequence[Look], options: Options, style: Style) -> Lines:
    from .rdjson import rdjson

    return rdjson(looks, options.verbose)


def _markdown(looks: Sequence[Look], options: Options, style: Style) -> Lines:
    from .markdown import markdown

    return markdown(looks, options.verbose)


FORMATS: dict[str, Callable[[Sequence[Look], Options, Style], Lines]] = {
    "full": full,
    "concise": _concise,
    "json": _json,
    "jsonl": _jsonl,
    "sarif": _sarif,
    "github": _github,
    "gitlab": _gitlab,
    "junit": _junit,
    "rdjson": _rdjson,
    "markdown": _markdown,
}
"""`full`, `concise` and `markdown` are for people; all others are what some program reads."""
