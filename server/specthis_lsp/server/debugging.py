"""How the server stands, in Markdown: what belongs into a report of a defect."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from specthis_analyzers.settings import PERSONAL

from .. import __version__
from .protocol import Timing
from .session import Session

if TYPE_CHECKING:
    from .homes import Home

MANY_FOLDERS = 12
"""Folders that are named; of more only the number is told."""


def described(session: Session) -> str:
    """About the server, then each project, then what took how long and what went wrong."""
    lines = [*_about(session)]
    for home in session.homes.values():
        lines += _about_home(home)
    lines += _about_requests(session.client.server.protocol.timings)
    lines += _about_errors(session)
    return "\n".join(lines)


def _about(session: Session) -> Iterator[str]:
    offers = session.client.offers
    yield "# specthis-lsp"
    yield ""
    yield f"- version {__version__}, Python {platform.python_version()} on {sys.platform}"
    yield f"- memory: {_memory()}"
    yield f"- client: {session.client.name or 'did not say'}"
    yield f"- columns count {offers.encoding} units"
    yield f"- diagnostics are {_delivered(session)}"
    yield f"- files are watched by {'the client' if offers.watches else 'the server'}"
    yield f"- workspace: {'not trusted' if session.client.is_untrusted else 'trusted, as far as the client says'}"
    yield f"- folders: {', '.join(session.folders.values()) or 'none'}"
    yield f"- still to be read: {', '.join(session.reading.wanted) or 'none'}"
    yield f"- open documents: {sum(1 for _ in session.documents)}"


def _delivered(session: Session) -> str:
    if not session.client.offers.pulls:
        return "pushed"
    return "asked for" if session.delivery.asks_for_all else "asked for where a file is open, and else pushed"


def _about_home(home: Home) -> Iterator[str]:
    yield ""
    yield f"## `{home.root}`"
    yield ""
    yield f"- specs: {len(home.project.specs)}, read {home.way}"
    yield f"- questions and answers kept: {len(set(home.project.view.answers.questions()))}"
    yield f"- settings file: {home.settled.path or 'none'}"
    yield from (f"- {line}" for line in _settings(home))
    folders = sorted(home.folders())
    yield f"- watched: {', '.join(folders) if len(folders) <= MANY_FOLDERS else f'{len(folders)} folders'}"


def _settings(home: Home) -> Iterator[str]:
    """Every setting that is not as by default, and who says so."""
    configuration = home.settled.configuration
    if configuration.problem is not None:
        yield f"the settings cannot be read: {configuration.problem.message}"
    for name in configuration.given:
        yield f"`{name}`: set by the project"
    for name in PERSONAL:
        if name in home.preferences and name not in configuration.given:
            yield f"`{name}`: `{home.preferences[name]}`, set by the editor"


def _about_requests(timings: dict[str, Timing]) -> Iterator[str]:
    if timings:
        yield from ("", "## Requests", "", "| request | answered | on average | at most |", "|---|---|---|---|")
    for method, timing in sorted(timings.items()):
        average = _milliseconds(timing.total / timing.count)
        yield f"| `{method}` | {timing.count} | {average} | {_milliseconds(timing.longest)} |"


def _about_errors(session: Session) -> Iterator[str]:
    crashes: list[Any] = [crash for home in session.homes.values() for crash in home.project.crashes]
    if session.client.server.last_errors or crashes:
        yield from ("", "## Errors", "")
    yield from (f"- {line}" for line in session.client.server.last_errors)
    yield from (f"- the rule `{crash.code}` failed on `{crash.path}`" for crash in crashes)


def _milliseconds(seconds: float) -> str:
    return f"{1000 * seconds:.1f} ms"


def _memory() -> str:
    try:
        import resource
    except ImportError:  # Windows has none.
        return "unknown here"
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return f"{most // (1024 * 1024 if sys.platform == 'darwin' else 1024)} MiB at most so far"
