"""What rules and queries may ask about the rest of the project: a closed list of questions, each answered once.

Kinds of questions, all there are:

`text`          the text of a file
`spec`          the facts of a Markdown file in the specs folder
`document`      the facts of a LaTeX file
`unread`        why a LaTeX file could not be read, if it could not
`presence`      whether a file is there
`stamp`         what changes whenever a file's content does
`folder`        the names in a folder
`stems`         its files of one suffix, by their name without it
`claims`        who claims a name (a spec's, a host document's, an export's)
`names`         every name of one table
`dialect`       the grammar in force, and what says so
`reports`       the folders of what exporters write
`roots`         the documents by which a LaTeX file is compiled
`documents`     the LaTeX files of the report folders, and around the host documents
`readers`       by LaTeX file, the documents with a class of their own that read it
`read by`       the files that a document reads
`is root`       whether a LaTeX file has a class of its own
`spellings`     the names in a folder, and how they are spelled but for letters' case
`flow`          a root and all it inputs, in reading order, with its sections
`stretch`       what one section of a flow brings in
`section`       what a labelled section brings in
`section place` where that section stands
`labels`        every label of a host document's text
`set in`        the LaTeX files around the host documents that set a label
`sets`          whether one LaTeX file does
`mentioned`     whether a host document says a label some other way than by the commands we know
`handed`        whether a host document gives a file to a command that we do not know
`reached`       what the roots of a document bring in
`speaker`       the first spec that names a document as its host
`breaks`        what is wrong with the text of a root: files not found, labels set twice, circles of inputs
`indexed`       what a committed index of the specs says was exported
`passages`      the stretches of text that a labelled section consists of
`typed`         the numbers that a LaTeX file types
`uses`          the commands that the texts of a root use
`building`      what build files, styles and documents say of further files that TeX may find
`versioned`     whether the project's LaTeX knows section versions
`versions in`   whether one LaTeX file does
`result`        what a result holds, and how it departs from its schema
`scalars`       the numbers that a result holds, outside of lists
`member`        what one value of a result is, in short
`schema file`   a JSON Schema kept in a file
`script`        the files that a Python script opens and names
`script writes` the paths that it writes by name, and leaves
`says reports`  whether its text has the name of a folder of reports
`says shown`    whether its text has a suffix of what LaTeX takes in
`authors`       the entries that name a script
`literal writes` the paths that scripts of entries write by name, of those that LaTeX may take in
`time`          when a file was last written
`checkout`      whether a checkout may have written it, at a time that says nothing
`makefile`      the rules of the project's Makefile
`made`          what these say of a file beside what it is made from
`aged`          what the times of files say of it beside what its entry names
`shadows`       the files of a folder that make's own rules would make something of
`written`       what the entries of a spec write
`demanded`      the entries that a document rests on
`findings`      what the rules find in one file
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, get_args

from msgspec import Struct, msgpack
from msgspec.structs import replace

from . import merging, paths
from .answers import Answers, Question, digest_of
from .breaks import Breaks
from .claims import Claim, Table
from .completeness import Completeness
from .facts import latex, markdown, result, summary, validation
from .facts.building import Building
from .facts.contract import Problem, SpecFacts
from .facts.document import DocumentFacts
from .facts.index import Exported
from .facts.result import Form, ResultFacts
from .facts.summary import Summary
from .freshness import Ages
from .names import Names
from .papers import Papers, Sections
from .routing import Reached, Section, SectionPlace
from .scripts import Author, Scripts
from .searching import Spellings
from .settings import Analysis
from .spool import Spool
from .text import Text, Word
from .world import Item, Presence, Unread, World

if TYPE_CHECKING:
    from .facts.script import ScriptFacts

MAX_DATA_BYTES = 256 * 1024 * 1024
"""Results beyond this are not opened at all."""

MAX_SUMMARY_BYTES = 4 * 1024 * 1024
"""Larger results are not looked into for a hover: somebody waits for it."""

SOUND = {form: ResultFacts(form) for form in get_args(Form)}
HALF_WRITTEN = Unread("unreadable")
RECENT_SPECS = 64
RECENT_RESULTS = 256
encode = msgpack.Encoder().encode
decode_spec = msgpack.Decoder(SpecFacts).decode


Restored = Callable[[str, str], SpecFacts | DocumentFacts | None]
"""The facts kept of a `spec` or `document` that has not moved since they were read, or None."""


class Dialect(Struct, frozen=True):
    """The grammar in force. `evidence` names the file and the marker of each dialect that was seen."""

    name: Literal["0.0.1", "0.1", "mixed"]
    evidence: tuple[tuple[str, str], ...] = ()
    """Pairs of path and dialect, one per dialect seen."""


class SchemaFile(Struct, frozen=True):
    """A JSON Schema kept in a file, or why it is none."""

    text: str = ""
    problem: Problem | None = None


class View:
    """The project as rules and queries see it. Whatever they ask is recorded for whoever is asking."""

    def __init__(
        self,
        world: World,
        analysis: Analysis,
        names: Names,
        findings: Callable[[str], Any],
        answers: type[Answers] = Answers,
        restored: Restored | None = None,
        codes: tuple[str, ...] = (),
    ) -> None:
        self.world = world
        self.restored = restored
        self.codes = codes
        """The codes of all rules there are, for those that look at what names one."""
        self.analysis = analysis
        self.names_of_all = names
        self.results: dict[tuple[str, str | None], tuple[Any, ResultFacts | Unread]] = {}
        """What results held that were read last, by path and schema, each with its stamp."""
        self.recent: dict[str, tuple[bytes, SpecFacts]] = {}
        """The specs looked at last, the latest at the end, with the bytes they were packed in."""
        self.spool: Spool | None = None
        """While a project is opened, the packed facts of the specs that were read and not yet checked."""
        self.commented: set[str] = set()
        """LaTeX files that had a comment which suppresses something, when they were read."""
        kinds: dict[str, Callable[..., Any]] = {
            "text": self._text,
            "spec": self._packed_spec if answers.lives_on else self._spec,
            "document": self._noted_document,
            "unread": self._unread,
            "presence": world.presence,
            "stamp": world.stamp,
            "folder": world.listing,
            "stems": self._stems,
            "claims": names.claims,
            "names": names.names,
            "dialect": self._dialect,
            "reports": self._report_folders,
            "result": self._result,
            "scalars": self._scalars,
            "member": self._member,
            "schema file": self._schema_file,
            "findings": findings,
            **Papers(self).kinds,
            **Scripts(self).kinds,
            **Ages(self).kinds,
            **Completeness(self).kinds,
        }
        self.answers = answers(kinds, _digest_of)
        self.ask: Callable[[Question], Any] = self.answers.ask

    # What may be asked ---------------------------------------------------------------------------------------

    def text(self, path: str) -> Text | Unread:
        return self.ask(("text", path))

    def spec(self, path: str) -> SpecFacts | Unread:
        return self._unpacked(path, self.ask(("spec", path)))

    def peek_spec(self, path: str) -> SpecFacts | Unread:
        """As `spec`, for whoever is told of changes some other way."""
        return self._unpacked(path, self.answers.peek(("spec", path)))

    def drop(self, path: str) -> None:
        """Forget the facts that were kept of a spec for its first check: it may be another one by now."""
        if self.spool is not None:
            self.spool.take(path)

    def document(self, path: str) -> DocumentFacts | Unread:
        return self.ask(("document", path))

    def commented_documents(self) -> dict[str, DocumentFacts]:
        """The LaTeX files that some check rests on, and whose comments suppress something."""
        found: dict[str, DocumentFacts] = {}
        for path in sorted(self.commented):
            question = ("document", path)
            facts = self.answers.peek(question) if self.answers.knows(question) else None
            if not (isinstance(facts, DocumentFacts) and facts.suppressions):
                self.commented.discard(path)
            elif self.answers.serves(question, "findings"):
                found[path] = facts
        return found

    def unread(self, path: str) -> Unread | None:
        """Why a LaTeX file could not be read; None where it could. Asked rather than its facts, it seldom changes."""
        return self.ask(("unread", path))

    def presence(self, path: str) -> Presence:
        return self.ask(("presence", path))

    def is_here(self, path: str) -> bool:
        return self.ask(("presence", path)) == "here"

    def folder(self, folder: str) -> tuple[Item, ...]:
        return self.ask(("folder", folder))

    def stems(self, folder: str, suffix: str) -> dict[str, str]:
        """The paths of the files in a folder that have a suffix, by stem."""
        return self.ask(("stems", folder, suffix))

    def spellings(self, folder: str) -> Spellings:
        return self.ask(("spellings", folder))

    def claims(self, table: Table, name: str) -> tuple[Claim, ...]:
        return self.ask(("claims", table, name))

    def names(self, table: Table) -> tuple[str, ...]:
        return self.ask(("names", table))

    def contested(self, path: str) -> frozenset[tuple[Table, str]]:
        """The names of a spec that only one may claim, and that others claim too: mostly none.

        Only its own check may ask: the project has it checked again when they are others.
        """
        return self.names_of_all.contested(path)

    def dialect(self) -> Dialect:
        return self.ask(("dialect",))

    def report_folders(self) -> tuple[str, ...]:
        """Where exporters write: the folders that the settings name, else `reports` and those of the host documents."""
        return self.ask(("reports",))

    def roots(self, path: str) -> tuple[str, ...]:
        """The documents by which a LaTeX file is compiled; a file that nobody compiles is its own."""
        return self.ask(("roots", path))

    def documents(self) -> list[str]:
        """The LaTeX files, style files and classes of the report folders, and of those around the host documents."""
        return self.ask(("documents",))

    def flow(self, root: str) -> Sections:
        return self.ask(("flow", root))

    def section(self, document: str, label: str) -> Section | None:
        """The section of a host document that owns a label, over all its roots; None without such a label."""
        return self.ask(("section", document, label))

    def section_place(self, document: str, label: str) -> SectionPlace | None:
        return self.ask(("section place", document, label))

    def labels(self, document: str) -> tuple[str, ...]:
        return self.ask(("labels", document))

    def set_in(self, label: str) -> tuple[str, ...]:
        """The LaTeX files in the report folders and around the host documents that set a label."""
        return self.ask(("set in", label))

    def mentioned(self, document: str, label: str) -> bool:
        """Whether a label stands in braces somewhere in a host document's text, where no command we know reads it."""
        return self.ask(("mentioned", document, label))

    def handed(self, document: str, path: str) -> bool:
        """Whether a host document's text gives a file to a command we do not know, which may bring it in."""
        return self.ask(("handed", document, path))

    def reached(self, document: str) -> Reached:
        """What the roots of a document bring in, all of them together."""
        return self.ask(("reached", document))

    def speaker(self, document: str) -> str | None:
        """The first spec that names a document as its host: it speaks for all of them."""
        return self.ask(("speaker", document))

    def breaks(self, root: str) -> Breaks:
        """What is wrong with the text of a root, without places."""
        return self.ask(("breaks", root))

    def indexed(self) -> dict[str, Exported]:
        """What was exported when a committed index was written, by its path less its suffix."""
        return self.ask(("indexed",))

    def passages(self, document: str, label: str) -> tuple[tuple[str, int, int], ...]:
        """The stretches of text of a section, each a file and two offsets in it; the last may lie beyond its end."""
        return self.ask(("passages", document, label))

    def typed(self, path: str) -> tuple[Word, ...]:
        return self.ask(("typed", path))

    def uses(self, root: str) -> frozenset[str]:
        """The commands that the texts of a root use."""
        return self.ask(("uses", root))

    def building(self, root: str) -> Building:
        return self.ask(("building", root))

    def versioned(self) -> bool:
        return self.ask(("versioned",))

    def result(self, path: str, schema: str | None, schema_path: str = "") -> ResultFacts | Unread:
        """What a result holds. `schema` is JSON Schema text; `schema_path` where its references start from.

        Where the schema refers to no other file the stamp is all it rests on, and of tens of thousands of results
        few are asked for twice: only those read last are remembered.
        """
        if not self.answers.recording or (schema and "$ref" in schema):
            return self.ask(("result", path, schema, schema_path))
        stamp = self.ask(("stamp", path)) if self.answers.lives_on else None
        known = self.results.pop((path, schema), None)
        if known is None or known[0] != stamp:
            facts = self._result(path, schema, schema_path)
            # What is half written says nothing: what was known of it holds until it is whole, or stays as it is.
            known = stamp, known[1] if known and facts is HALF_WRITTEN else facts
        elif not self.answers.lives_on:
            self.ask(("stamp", path))  # whoever asks first has it asked while the result is read
        self.results[path, schema] = known
        if len(self.results) > RECENT_RESULTS:
            del self.results[next(iter(self.results))]
        return known[1]

    def scalars(self, path: str) -> frozenset[float]:
        """The numbers that a result holds, outside of lists; none where it is not here, too large, or no JSON."""
        return self.ask(("scalars", path))

    def member(self, path: str, name: str) -> Summary | None:
        """The value of a result under a key, literal or dotted; all of it under the empty name.

        None where there is none, or the result is not here or too large to be looked into while somebody waits.
        """
        return self.ask(("member", path, name))

    def schema_file(self, path: str) -> SchemaFile | Unread:
        return self.ask(("schema file", path))

    def script(self, path: str) -> ScriptFacts | Unread:
        return self.ask(("script", path))

    def script_writes(self, path: str) -> frozenset[str]:
        """The paths that a script writes by name, and leaves. Asked rather than its facts, they seldom change."""
        return self.ask(("script writes", path))

    def says_reports(self, path: str) -> bool:
        """Whether a script may write below a folder of reports: its text has the name of one, or it lies there.

        It costs a hundredth of its facts, so it is asked first.
        """
        return self.ask(("says reports", path))

    def authors(self, script: str) -> tuple[Author, ...]:
        """The entries that name a script, in order of specs. Asked only once there is something to say of it."""
        return self.ask(("authors", script))

    def looks_at_times(self, spec: str) -> bool:
        """Whether what a spec promises is held to times: where that is asked for, and while it is open in an editor.

        The project has a spec checked again when it is opened or closed.
        """
        if self.analysis.freshness != "auto":
            return self.analysis.freshness == "mtime"
        return self.answers.recording and self.world.is_open(spec)

    def demanded(self, document: str) -> frozenset[tuple[str, str]]:
        """The entries that a document rests on, by spec and name: those it shows, and all that these depend on."""
        return self.ask(("demanded", document))

    def literal_writes(self) -> frozenset[str]:
        """The paths that scripts of entries write by name, of those that LaTeX may take in; `*` is anything."""
        return self.ask(("literal writes",))

    def is_written(self, path: str) -> bool:
        """Whether the script of some entry writes a path by name, or one that may turn out to be it."""
        from .facts.script import may_be

        writes = self.literal_writes()
        return path in writes or any(may_be(path, written) for written in writes)

    # How it is answered --------------------------------------------------------------------------------------

    def _text(self, path: str) -> Text | Unread:
        return self.world.read(path)

    def _spec(self, path: str) -> SpecFacts | Unread:
        if self.restored and isinstance(kept := self.restored("spec", path), SpecFacts):
            return kept
        text = self.world.read(path)
        if isinstance(text, Unread):
            return text
        facts = markdown.read(text)
        return facts if text.bad is None else replace(facts, replaced=True)

    def _packed_spec(self, path: str) -> bytes | Unread:
        """The facts of a spec as bytes: of thousands few are looked at again, and those not are let go."""
        if self.spool is not None and (spooled := self.spool.take(path)):
            return spooled
        facts = self._spec(path)
        if isinstance(facts, Unread):
            return facts
        packed = encode(facts)
        if self.spool is not None:
            self.spool.put(path, packed)
        self._remember(path, packed, facts)
        return packed

    def _unpacked(self, path: str, found: SpecFacts | Unread | bytes) -> SpecFacts | Unread:
        if not isinstance(found, bytes):
            return found
        packed, facts = self.recent.get(path, (None, None))
        if facts is None or packed != found:
            facts = decode_spec(found)
            self._remember(path, found, facts)
        return facts

    def _remember(self, path: str, packed: bytes, facts: SpecFacts) -> None:
        self.recent.pop(path, None)
        self.recent[path] = (packed, facts)
        if len(self.recent) > RECENT_SPECS:
            oldest = next(iter(self.recent))
            del self.recent[oldest]
            self.answers.let_go(("spec", oldest))

    def _document(self, path: str) -> DocumentFacts | Unread:
        if self.restored and isinstance(kept := self.restored("document", path), DocumentFacts):
            return kept
        text = self.world.read(path)
        if isinstance(text, Unread):
            return text
        return Unread("merging") if merging.unresolved(text.source) else latex.read(text, self.analysis.macros)

    def _noted_document(self, path: str) -> DocumentFacts | Unread:
        facts = self._document(path)
        if isinstance(facts, DocumentFacts) and facts.suppressions:
            self.commented.add(path)
        return facts

    def _stems(self, folder: str, suffix: str) -> dict[str, str]:
        before = f"{folder}/" if folder else ""
        found: dict[str, str] = {}
        for item in self.folder(folder):
            stem, ending = paths.stem_and_suffix(item.name)
            if ending == suffix and not item.is_folder:
                found[stem] = f"{before}{item.name}"
        return found

    def _unread(self, path: str) -> Unread | None:
        facts = self.document(path)
        return facts if isinstance(facts, Unread) else None

    def _dialect(self) -> Dialect:
        if self.analysis.dialect != "auto":
            return Dialect(self.analysis.dialect)
        old = self.claims("dialect", "0.0.1")
        new = self.claims("dialect", "0.1")
        bindings = f"{self.analysis.specs}/bindings.toml"
        newer = new[0].path if new else bindings if self.is_here(bindings) else None
        if old and newer:
            return Dialect("mixed", ((old[0].path, "0.0.1"), (newer, "0.1")))
        if newer:
            return Dialect("0.1", ((newer, "0.1"),))
        if not old and (bullets := self.claims("dialect", "0.1 bullets")):
            return Dialect("0.1", ((bullets[0].path, "0.1"),))
        return Dialect("0.0.1")

    def _report_folders(self) -> tuple[str, ...]:
        around = (paths.parent(host) for host in self.names("host"))
        return self.analysis.reports or tuple(dict.fromkeys(("reports", *around)))

    def _data(self, path: str, limit: int) -> bytes | Unread:
        """The bytes of a file on disk, and a note that its stamp tells of others. A later stamp might be of others."""
        if self.answers.lives_on:
            self.ask(("stamp", path))
        data = self.world.data(path, limit)
        if self.answers.recording and not self.answers.lives_on:
            self.ask(("stamp", path))  # of the file as it was opened; asked before, it would be looked at twice
        return data

    def _result(self, path: str, schema: str | None, schema_path: str) -> ResultFacts | Unread:
        data = self._data(path, MAX_DATA_BYTES)
        if isinstance(data, Unread):
            return data
        facts = result.read(
            data,
            schema,
            table=paths.suffix(path) == ".csv",
            limit=self.analysis.max_result_bytes,
            resolve=self._resolver(schema_path) if schema else None,
        )
        if result.may_be_cut(facts, data) and self.world.is_in_hand(path):
            return HALF_WRITTEN
        # Of a result with nothing wrong only the form is ever asked again, and there are tens of thousands.
        return facts if facts.problem or facts.mismatches or facts.non_finite else SOUND[facts.form]

    def _scalars(self, path: str) -> frozenset[float]:
        data = self._data(path, self.analysis.max_result_bytes)
        return frozenset() if isinstance(data, Unread) else frozenset(result.scalars(data))

    def _member(self, path: str, name: str) -> Summary | None:
        data = self._data(path, min(self.analysis.max_result_bytes, MAX_SUMMARY_BYTES))
        return None if isinstance(data, Unread) else summary.of_data(data, name)

    def _schema_file(self, path: str) -> SchemaFile | Unread:
        text = self.text(path)
        if isinstance(text, Unread):
            return text
        problem = validation.check_schema(text.source, self._resolver(path))
        return SchemaFile(problem=problem) if problem else SchemaFile(text.source)

    def _resolver(self, schema_path: str) -> Callable[[str], str | None]:
        """A schema's references lead to files of the project and nowhere else."""

        def resolve(reference: str) -> str | None:
            path = paths.join(paths.parent(schema_path), reference)
            text = self.text(path) if isinstance(path, str) else None
            return text.source if isinstance(text, Text) else None

        return resolve


PACKED = frozenset({SpecFacts, Unread})


def _digest_of(value: Any) -> int | None:
    """What tells an answer's value from another once it is let go; None of one for which that is not worth its price.

    The facts of a spec, why a file could not be read, and the names in a folder are packed for it.
    """
    is_folder = type(value) is tuple and value and type(value[0]) is Item
    if not is_folder and type(value) not in PACKED:
        return digest_of(value)
    try:
        return digest_of(encode(value))
    except UnicodeEncodeError:  # a name of undecodable bytes
        return None
