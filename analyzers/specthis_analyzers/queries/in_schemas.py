"""What a JSON Schema kept in a file names: the files that it refers to.

A reference is seen from the file that it stands in, and means a file as the validator follows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .. import paths
from ..facts.validation import unescaped
from ..text import Span, Text
from ..view import View
from .things import Mention, of_file

REFERENCE = re.compile(r"\"\$ref\"\s*:\s*\"([^\"\\#\x00-\x1f]+)(?:#[^\"\x00-\x1f]*)?\"")
ADDRESS = re.compile(r"\"\$id\"\s*:\s*\"([^\"\\\x00-\x1f]+://[^\"\\#\x00-\x1f]*)\"")

ESCAPED = re.compile(r"[^\w.~/!$&()*+,;=@-]", re.ASCII)
"""What an address has to escape."""


def mentions(view: View, path: str) -> list[Mention]:
    """The references of a file to others of the project, in order."""
    text = view.text(path)
    if not isinstance(text, Text) or '"$ref"' not in text.source:
        return []
    return list(_references(path, text.source))


def _references(path: str, source: str) -> Iterator[Mention]:
    address = ADDRESS.search(source)
    folder = address[1].rpartition("/")[0] + "/" if address else ""
    for match in REFERENCE.finditer(source):
        # By its address a schema may call what lies beside it, and nothing above.
        written = match[1].removeprefix(folder) if folder else match[1]
        target = paths.join(paths.parent(path), unescaped(written))
        if isinstance(target, str) and "://" not in written:
            span = Span(match.end(1) - len(written), match.end(1))
            yield of_file(
                target, path, span, written, "read", "reference",
                base=paths.parent(path), anchor=path, below=bool(folder),
            )  # fmt: skip


def escaped(path: str) -> str:
    """A path as an address has it."""
    return ESCAPED.sub(lambda sign: "".join(f"%{byte:02X}" for byte in sign[0].encode("utf-8", "replace")), path)
