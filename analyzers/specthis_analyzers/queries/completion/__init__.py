"""What can be written at a place of a file: a module for each kind of place.

All of them work from the text of the line and the lines around it, for what is being typed is seldom whole: a backtick
is not closed yet, a front matter has no end. What the rest of the project holds they ask the view.
"""

from __future__ import annotations

from collections.abc import Mapping

from ...facts.comments import style_of
from ...text import Text
from ...view import View
from .choices import MOST, About, Choice, Completion, Sort, escaped
from .document import in_document
from .explained import explanation
from .fields import in_entry
from .front_matter import in_front_matter, region, said_kind
from .settings import TABLES, in_settings
from .suppressing import in_comment
from .surroundings import entry_around, is_code
from .unasked import may_end_line

__all__ = ["MOST", "About", "Choice", "Completion", "Sort", "completion", "escaped", "explanation", "may_end_line"]

LONGEST_LINE = 5_000
"""Characters; nobody types paths and labels in longer ones."""


def completion(view: View, path: str, offset: int, codes: Mapping[str, str]) -> Completion | None:
    """The choices at an offset of a file; None where nothing is known to fit. Not recorded: nothing rests on it.

    `codes` are the rules there are, by code, with a line on each, in the order to offer them.
    """
    text = view.text(path)
    if not isinstance(text, Text):
        return None
    offset = min(max(offset, 0), len(text))
    line = text.line_span(text.line_of(offset))
    if line.end - line.start > LONGEST_LINE:
        return None
    if path.endswith(".md"):
        return _in_spec(view, path, text, offset, codes)
    found = in_comment(path, text, offset, codes)
    if found is not None:
        return found
    if path in TABLES:
        return in_settings(view, path, text, offset, codes)
    return in_document(view, path, text, offset) if style_of(path) == "%" else None


def _in_spec(view: View, path: str, text: Text, offset: int, codes: Mapping[str, str]) -> Completion | None:
    """Only a Markdown file of the specs folder is one; comments that suppress stand in no other."""
    folder, _, _ = path.rpartition("/")
    if folder != view.analysis.specs:
        return None
    front = region(text)
    if front is not None and front.start <= offset <= front.end:
        found = in_comment(path, text, offset, codes, "#")
        return found or in_front_matter(view, path, text, front, offset)
    body = front.end if front else 0
    if offset < body or is_code(text, body, offset):
        return None
    found = in_comment(path, text, offset, codes)
    if found is not None:
        return found
    entry = entry_around(text, body, offset, said_kind(text, front))
    return in_entry(view, path, text, entry, offset) if entry else None
