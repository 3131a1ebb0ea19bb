"""Between the client's names of files and paths: a client's own spelling is kept, and compared in one normal form."""

from __future__ import annotations

import os
import re
from urllib.parse import quote, unquote, urlsplit

DRIVE = re.compile(r"^/?([A-Za-z])[:|](?=/|$)")
SAFE = "/!$&'()*+,;=:@~"
PLAIN = re.compile(r"[A-Za-z0-9_./~-]*")
"""What is written in a URI as it is."""


def path_of(uri: str, windows: bool = os.name == "nt") -> str | None:
    """The absolute path that a `file:` URI names; None for other schemes, and for what can be no path."""
    try:
        parts = urlsplit(uri)
        path = unquote(parts.path, errors="surrogateescape")
        os.fsencode(path)
    except ValueError:
        return None
    if parts.scheme.lower() != "file" or not path.startswith("/") or "\0" in path:
        return None
    if windows:
        if parts.netloc and parts.netloc.lower() != "localhost":
            return f"//{parts.netloc}{path}"
        path = DRIVE.sub(lambda match: f"{match[1].upper()}:", path)
    return path if path == "/" else path.rstrip("/")


def uri_of(path: str) -> str:
    """A `file:` URI of an absolute path."""
    path = path.replace(os.sep, "/")
    return f"file://{quoted(path if path.startswith('/') else '/' + path)}"


def quoted(path: str) -> str:
    """A path as part of a URI."""
    if PLAIN.fullmatch(path):
        return path  # as most are; thousands are told at once
    return quote(path.encode("utf-8", "surrogateescape"), safe=SAFE)


def key(uri: str) -> str:
    """One form for all spellings of a URI: percent signs resolved, drive letters alike."""
    path = path_of(uri) if uri.startswith("file:") else None
    if path is None:
        return unquote(uri, errors="surrogateescape")
    path = DRIVE.sub(lambda match: f"{match[1].upper()}:", path)
    return f"file://{path.lower() if os.name == 'nt' else path}"


def below(uri: str, relative: str) -> str:
    """The URI of a file below a folder, spelled as the client spelled the folder."""
    return f"{uri.rstrip('/')}/{quoted(relative)}" if relative else uri.rstrip("/")


def above(uri: str, levels: int) -> str:
    """The URI some folders up, spelled as the client spelled it."""
    return uri.rstrip("/").rsplit("/", levels)[0] if levels else uri.rstrip("/")
