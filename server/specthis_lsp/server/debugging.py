"""How the server stands, in Markdown: what belongs into a report of a defect."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from .. import __version__
from .session import Session

if TYPE_CHECKING:
    from .homes import Home


def described(session: Session) -> str:
    return "\n".join([*_about(session), *(line for home in session.homes.values() for line in _about_home(home))])


def _about(session: Session) -> Iterator[str]:
    yield "# specthis-lsp"
    yield ""
    yield f"- version {__version__}, Python {platform.python_version()} on {sys.platform}"
    yield f"- client: {session.client or 'did not say'}"
    yield f"- columns count {session.offers.encoding} units"
    yield f"- folders: {', '.join(session.folders.values()) or 'none'}"
    yield f"- open documents: {sum(1 for _ in session.documents)}"


def _about_home(home: Home) -> Iterator[str]:
    yield ""
    yield f"## `{home.root}`"
    yield ""
    yield f"- settings: {home.settled.path or 'none, so the defaults'}"
    yield f"- specs: {len(home.project.specs)}"
    yield f"- answers kept: {len(home.project.view.answers.known)}"
