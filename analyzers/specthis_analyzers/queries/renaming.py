"""Renaming what is named at a place: whether that can be, and every edit that it takes.

Either all that names the thing is changed, or nothing is, and the reason is told. What a script computes and what an
exporter writes is never edited. A file that is not here may be called like one that is: then its name was an old one.
"""

from __future__ import annotations

from collections.abc import Generator

from msgspec import Struct

from .. import paths
from ..facts.contract import SpecFacts
from ..facts.validation import unescaped
from ..finding import Create, Rename, Replace
from ..routing import ARTEFACT_SUFFIXES, without_suffix
from ..text import Span, Text
from ..view import View
from .in_specs import Specs
from .mentions import entry_of, gone_at, is_absent, is_promised, mention_at, mentions
from .moving import SAFE, Edits, Refusal, broken, made_by, moving
from .references import labels, outputs_of, references
from .things import LABEL, NAME, Mention, Thing

NOTHING = Refusal("nothing is named here that this server knows")


class Prepared(Struct, frozen=True):
    """What is to be renamed: where its name stands, and how it is written there."""

    span: Span
    name: str


class Renaming(Struct, frozen=True):
    """All that a renaming takes."""

    edits: tuple[Replace, ...] = ()
    doubtful: tuple[Replace, ...] = ()
    """Edits of words that may mean something else."""
    moves: tuple[Rename, ...] = ()
    creates: tuple[Create, ...] = ()
    """Files that are made for it."""
    thing: Thing | None = None
    called: str = ""
    """What is renamed, and its name afterwards; of a file its path, be it here or not."""


Steps = Generator[None, None, Renaming | Refusal]


def prepare(view: View, path: str, offset: int) -> Prepared | Refusal:
    """Whether what stands at an offset can be renamed, as far as that can be told at once."""
    mention = mention_at(view, path, offset) or gone_at(view, path, offset)
    if mention is None:
        return NOTHING
    refused = _refused(view, mention)
    return refused or Prepared(mention.span, mention.written)


def _refused(view: View, mention: Mention) -> Refusal | None:
    thing, text = mention.thing, view.text(mention.path)
    if thing.kind == "key":
        return _refused_key(view, thing)
    refused = broken(text, mention) if isinstance(text, Text) else NOTHING
    if refused is not None:
        return refused
    maker = made_by(view, mention.path)
    if maker is not None:
        return Refusal(f"`{mention.path}` is written by {maker}: rename it there, and run that")
    if thing.kind != "path":
        return None
    if view.presence(thing.name) == "outside":
        return Refusal(f"`{thing.name}` leads out of the project")
    if mention.below and paths.parent(thing.name) == view.analysis.specs:
        return None if _before(view, mention) else _refused_spec(view, thing.name)
    if view.folder(thing.name) or mention.written.endswith("/"):
        return Refusal(f"`{thing.name}` is a folder: rename it among the files of your editor, and its mentions follow")
    return None


def _refused_spec(view: View, path: str) -> Refusal | None:
    """A spec whose file and name differ: nobody knows which of the two others mean."""
    facts = view.spec(path)
    name = facts.front.scalar("name") if isinstance(facts, SpecFacts) and facts.front else None
    if name and name.text != paths.stem(path):
        return Refusal(f"`{path}` calls itself `{name.text}`: mend that first")
    return None


def _before(view: View, mention: Mention) -> str | None:
    """At the name of a spec, where its file would be by that name: nobody is called so, as after a move by hand."""
    facts = view.spec(mention.path) if mention.path == mention.thing.name else None
    name = facts.front.scalar("name") if isinstance(facts, SpecFacts) and facts.front else None
    if name is None or name.span != mention.span or name.text == paths.stem(mention.path):
        return None
    before = paths.join(paths.parent(mention.path), f"{name.text}.md")
    return before if isinstance(before, str) and is_absent(view, before) else None


def _refused_key(view: View, thing: Thing) -> Refusal | None:
    """A key that something has, or will have, is not for us to rename."""
    entry = entry_of(view, thing)
    script = paths.project_path(entry.script.text) if entry and entry.script else None
    writer = f"`{script}`" if script else "a script"
    there = any(view.presence(path) != "missing" for path in (outputs_of(entry) if entry else ()))
    if there or (isinstance(script, str) and view.presence(script) != "missing"):
        return Refusal(f"`{thing.name}` is a key that {writer} writes: rename it there, run it, and then here")
    return None


def gone(view: View, path: str, offset: int) -> Mention | None:
    """The name of a file that is not here, at an offset, as a renaming takes it."""
    mention = mention_at(view, path, offset) or gone_at(view, path, offset)
    return mention if mention and mention.thing.kind == "path" and is_absent(view, mention.thing.name) else None


def called(view: View, path: str, written: str) -> int | None:
    """Where a file first says such a name of a file that is not here; None where it does nowhere."""
    places = (one.span.start for one in mentions(view, path) if one.written == written)
    return next((place for place in places if gone(view, path, place)), None)


def rename(view: View, path: str, offset: int, new: str) -> Steps:
    """The edits of a renaming, a step for each file that is looked at."""
    mention = mention_at(view, path, offset) or gone_at(view, path, offset)
    refused = NOTHING if mention is None else _refused(view, mention)
    if mention is None or refused is not None:
        return refused or NOTHING
    new = new.strip()
    if new == mention.written:
        return Renaming()
    if mention.thing.kind == "path":
        return (yield from _rename_file(view, mention, new))
    if mention.thing.kind == "label":
        return (yield from _rename_label(view, mention.thing, new))
    return (yield from _rename_in_spec(view, mention.thing, new))


# Files -------------------------------------------------------------------------------------------------------


def _rename_file(view: View, mention: Mention, new: str) -> Steps:
    old = mention.thing.name
    target = _target(view, mention, new)
    before = _before(view, mention)
    if before is not None and target == old:
        return (yield from _follow(view, mention, before))
    if before is not None:
        return _refused_spec(view, old) or NOTHING
    refused = target if isinstance(target, Refusal) else _taken(view, mention, target)
    if refused is not None or isinstance(target, Refusal):
        return refused or NOTHING
    if target == old:
        return Renaming()
    refused = _taken_by_commands(view, old)
    if refused is not None:
        return refused
    edits = yield from moving(view, {old: target}, strict=True, here=mention.path)
    refused = edits if isinstance(edits, Refusal) else _shown_otherwise(view, old, edits)
    if refused is not None or isinstance(edits, Refusal):
        return refused or NOTHING
    moves = () if is_absent(view, old) else (Rename(old, target),)
    return _renaming(edits, mention.thing, target, moves)


def _follow(view: View, mention: Mention, before: str) -> Steps:
    """The name of a spec, and all that says it, after its file was renamed by hand."""
    here = mention.thing.name
    edits = yield from moving(view, {before: here}, strict=True, here=here)
    if isinstance(edits, Refusal):
        return edits
    edits.sure.append(Replace(here, mention.span, paths.stem(here)))
    return _renaming(edits, mention.thing, here)


def _target(view: View, mention: Mention, new: str) -> str | Refusal:
    """The path that a new name means, given as the old one is written at the place."""
    old, way = mention.thing.name, mention.ways[0]
    specs = Specs.of(view)
    if specs.has(old) or (mention.below and paths.parent(old) == specs.folder):
        stem = paths.name(new).removesuffix(".md")
        if not NAME.fullmatch(stem) or new not in (stem, f"{stem}.md", f"{specs.folder}/{stem}.md"):
            return Refusal(f"`{new}` is no name of a spec: letters, digits, dots, dashes and underscores")
        return paths.join(specs.folder, f"{stem}.md") if specs.folder else f"{stem}.md"  # type: ignore[return-value]
    if not SAFE[mention.language].fullmatch(new) or new.endswith(("/", ".")) or not paths.name(new):
        return Refusal(f"`{new}` is no name of a file that could stand here")
    full = new if not mention.dropped or new.endswith(mention.dropped) else new + mention.dropped
    target = paths.join(way.base, unescaped(full) if mention.language == "reference" else full)
    if not isinstance(target, str):
        return Refusal(f"`{new}` leads out of the project")
    return target


def _taken(view: View, mention: Mention, target: str) -> Refusal | None:
    """Why a file may not be called so: there is one, or somebody writes one. What is not here is called like these."""
    old, maker = mention.thing.name, made_by(view, target)
    if not is_absent(view, old) or (maker and made_by(view, old)):
        is_there = not is_absent(view, target)
        said = f"there is a `{target}` already" if is_there else f"`{target}` is what {maker} writes"
        return Refusal(said) if is_there or maker else None
    if view.folder(target):
        return Refusal(f"`{target}` is a folder")
    if not is_absent(view, target) or maker or _may_be_called(view, mention):
        return None
    return Refusal(f"there is no `{old}`, and no `{target}` that could be meant")


def _may_be_called(view: View, mention: Mention) -> bool:
    """Whether a file that is not here may get a name of nothing: where a contract says that it will be."""
    is_spec = mention.below and paths.parent(mention.thing.name) == view.analysis.specs
    return not is_spec and (mention.contract or is_promised(view, mention.thing.name))


def _taken_by_commands(view: View, path: str) -> Refusal | None:
    """A paper that brings a file in by a command, or a name, that cannot be read off its text."""
    if paths.suffix(path) not in ARTEFACT_SUFFIXES:
        return None
    stem = without_suffix(paths.name(path))
    for host in (*view.names("host"), *view.analysis.papers):
        if view.handed(host, path) or stem in view.reached(host).unknown:
            return Refusal(
                f"a command of your own takes `{stem}` in the text of `{host}`: write the path out there, or name that "
                "command in `latex.inputs` or `latex.graphics` of specthis.toml"
            )
    return None


def _shown_otherwise(view: View, path: str, edits: Edits) -> Refusal | None:
    """A paper that shows a file under another suffix or spelling, or by a search of TeX's own: it has no edit."""
    edited = {edit.path for edit in edits.sure}
    bare, stem = without_suffix(path).lower(), without_suffix(paths.name(path))
    for host in view.names("host") if paths.suffix(path) in ARTEFACT_SUFFIXES else ():
        reached = view.reached(host)
        spelled = {place.lower() for target in reached.targets for place in target.paths}
        if (reached.find(path) or bare in spelled) and edited.isdisjoint(reached.files):
            return Refusal(f"`{host}` shows `{stem}` by another name, suffix or spelling: change that first")
    return None


# Labels, entries, keys ---------------------------------------------------------------------------------------


def _rename_label(view: View, thing: Thing, new: str) -> Steps:
    if not LABEL.fullmatch(new):
        return Refusal(
            f"`{new}` is no label: no blanks, commas, braces, quotes or signs that LaTeX reads, no colon last"
        )
    found, shared = yield from labels(view, thing.name, thing.of)
    for root in shared.roots:
        if new in view.labels(root):
            return Refusal(f"`{root}` has a label `{new}` already")
        if view.mentioned(root, thing.name):
            return Refusal(
                f"a command of your own takes `{thing.name}` in the text of `{root}`: name that command in "
                "`latex.labels` or `latex.references` of specthis.toml, so that it is known what it does"
            )
        yield
    return _replacing(view, thing, found, new)


def _rename_in_spec(view: View, thing: Thing, new: str) -> Steps:
    if thing.kind == "entry":
        refused = _refused_entry(view, thing, new)
        if refused is not None:
            return refused
    elif any(sign in new for sign in "`\"':,?| \t\n") or not new or "" in new.split("."):
        return Refusal(f"`{new}` is no key that a schema can declare")
    found = yield from references(view, thing)
    return _replacing(view, thing, found, new)


def _refused_entry(view: View, thing: Thing, new: str) -> Refusal | None:
    if not NAME.fullmatch(new):
        return Refusal(f"`{new}` is no name of an entry: letters, digits, dots, dashes and underscores")
    entry, facts = entry_of(view, thing), view.spec(thing.of)
    if isinstance(facts, SpecFacts) and any(other.name.text == new for other in facts.entries):
        return Refusal(f"`{thing.of}` has an entry `{new}` already")
    others = view.claims("entry", f"{entry.side} {new}") if entry and entry.side else ()
    return Refusal(f"`{others[0].path}` has an entry `{new}` already") if others else None


def _replacing(view: View, thing: Thing, found: list[Mention], new: str) -> Renaming | Refusal:
    """The same name put at every mention."""
    edits = Edits([], [])
    for mention in found:
        text, maker = view.text(mention.path), made_by(view, mention.path)
        if maker is not None:
            return Refusal(f"`{mention.path}` says it too, and is written by {maker}: rename it there, and run that")
        refused = broken(text, mention) if isinstance(text, Text) else NOTHING
        if refused is not None:
            return refused
        if not SAFE[mention.language].fullmatch(new):
            return Refusal(f"`{new}` cannot be written in `{mention.path}`, where `{mention.written}` stands now")
        (edits.doubtful if mention.doubtful else edits.sure).append(Replace(mention.path, mention.span, new))
    return _renaming(edits, thing, new)


def _renaming(edits: Edits, thing: Thing, called: str, moves: tuple[Rename, ...] = ()) -> Renaming:
    def order(edit: Replace) -> tuple[str, Span]:
        return edit.path, edit.span

    sure, doubtful = sorted(edits.sure, key=order), sorted(edits.doubtful, key=order)
    return Renaming(tuple(sure), tuple(doubtful), moves, (), thing, called)
