"""What a spec says: front matter, and a contract per entry. Rules see only these values, whichever dialect was read.

None of them leads back to itself, so that the search for garbage need not know of them: a large project has a million.
"""

from __future__ import annotations

import re
from typing import Literal, get_args

from msgspec import Struct

from ..suppression import Suppression
from ..text import Span, Word

Kind = Literal["meta", "definitions", "templates", "compute", "report", "figure"]
KINDS: tuple[str, ...] = ("meta", "definitions", "templates", "compute", "report", "figure")

Side = Literal["compute", "report"]
SIDE_OF_KIND: dict[str, Side] = {"compute": "compute", "report": "report", "figure": "report"}
"""Entries stand on one of two sides: what computes, and what exports. The other kinds have no entries."""

State = Literal["script ready", "script TBD"]
STATES: dict[str, State] = {state: state for state in get_args(State)}
STATUS = re.compile(r"(script (?:TBD|ready))(?![\w-])")

Shape = Literal["scalar", "list", "mapping", "empty"]


class Problem(Struct, frozen=True, array_like=True, gc=False):
    """Why something could not be read, and where. `message` continues a sentence: "the front matter ...\""""

    message: str
    start: int
    end: int

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


class Key(Struct, frozen=True, array_like=True, gc=False):
    """One key of a front matter. A scalar has one value, a list its scalar items, a mapping or an empty value none."""

    name: Word
    shape: Shape
    values: tuple[Word, ...]
    line: Span
    """From the start of the key to the end of its value, whole lines."""


class FrontMatter(Struct, frozen=True, array_like=True, gc=False):
    """The YAML between the two `---` lines. `problem` is set where it could not be read; then there are no keys."""

    span: Span
    """From the first `---` to the end of the last, without its line end."""
    keys: tuple[Key, ...]
    problem: Problem | None = None

    def key(self, name: str) -> Key | None:
        for key in self.keys:
            if key.name.text == name:
                return key
        return None

    def scalar(self, name: str) -> Word | None:
        """The value of a key, where it is there, single and not empty."""
        key = self.key(name)
        return key.values[0] if key and key.shape == "scalar" else None


class Field(Struct, frozen=True, array_like=True, gc=False):
    """One field line of an entry, `Label: ...`, with the list or fence that belongs to it."""

    label: Word
    """As written, without the colon."""
    rest: Word
    """The text after the colon, stripped."""
    values: tuple[Word, ...]
    """What it names: the code spans on its line, else the first word; then those of the `- ` lines right below."""
    span: Span
    """From the label to the end of the last line that belongs to it, without the line end."""


SchemaForm = Literal["keys", "file", "bullets", "schema fence", "example fence", "suffix"]


class SchemaKey(Struct, frozen=True, array_like=True, gc=False):
    """One declared key: `metrics.val_loss: number`. Types as written; none means any."""

    name: Word
    types: tuple[str, ...]
    required: bool
    note: str = ""


class Schema(Struct, frozen=True, array_like=True, gc=False):
    """How an entry declares what its output must hold, in one of five forms.

    `keys` holds a key list (also bullets and suffix), `file` a path, `source` the text of a fence.
    """

    form: SchemaForm
    span: Span
    keys: tuple[SchemaKey, ...] = ()
    file: Word | None = None
    source: Word | None = None
    problems: tuple[Problem, ...] = ()
    """What could not be read; such a schema asks nothing of the output."""


class Contract(Struct, frozen=True, array_like=True, gc=False):
    """One entry, as its spec states it. Paths as written; a compute entry has outputs, a report entry exports."""

    name: Word
    side: Side | None
    """None where the spec's kind has no entries, or is not known."""
    block: Span
    """From the `###` of its heading to the next heading that closes it, or the end."""
    heading: Span
    """The heading line, without its line end."""
    fields: tuple[Field, ...]
    """Every field line, in order, also misplaced ones."""
    script: Word | None
    """`Script:` of a compute entry, `Export script:` of a report entry."""
    outputs: tuple[Word, ...]
    exports: tuple[Word, ...]
    status: Word | None
    """The text after `Status:`, whatever it says."""
    schema: Schema | None
    routes: tuple[Word, ...] = ()
    inputs: tuple[Word, ...] = ()
    level: int = 3
    """Of its heading; another one where that was meant to begin an entry, as its fields show, and does not."""
    state: State | None = None
    """What its status says, free text after it aside; None where it says neither."""

    def field(self, label: str) -> Field | None:
        for field in self.fields:
            if field.label.text == label:
                return field
        return None

    @property
    def ready(self) -> bool:
        return self.state == "script ready"


def state_of(status: str) -> State | None:
    """What a status says, free text after it aside; None where it says neither."""
    if status in STATES:
        return STATES[status]
    match = STATUS.match(status)
    return STATES[match[1]] if match else None


class Heading(Struct, frozen=True, array_like=True, gc=False):
    """A heading of a spec's body."""

    level: int
    title: Word


class SpecFacts(Struct, frozen=True, array_like=True, gc=False):
    """What one Markdown file of the specs folder says."""

    front: FrontMatter | None
    headings: tuple[Heading, ...]
    entries: tuple[Contract, ...]
    markers: tuple[Word, ...] = ()
    """Entry bullets of dialect 0.1 (`- produces:`, `- consumes:`, `- code`), for telling dialects apart."""
    replaced: bool = False
    """Whether bytes that were no UTF-8 were replaced in its text."""
    unmentioned: tuple[Word, ...] = ()
    """The dependencies whose name the body never says."""
    layout: Word | None = None
    """The first word of a compute spec's prose about how something will look."""
    numbers: tuple[Word, ...] = ()
    """Numbers in the prose of a compute spec's entries, of three digits or more that count."""
    suppressions: tuple[Suppression, ...] = ()
    merge: Span | None = None
    """The first line of a merge that nobody has resolved."""
    stray: Word | None = None
    """The first of the fields of an entry that stand where entries do, above the first heading of one."""

    @property
    def kind(self) -> str | None:
        word = self.front.scalar("kind") if self.front else None
        return word.text if word else None

    @property
    def is_spec(self) -> bool:
        """A Markdown file is a spec if it has front matter, or an entry with a field."""
        return self.front is not None or any(entry.fields for entry in self.entries)
