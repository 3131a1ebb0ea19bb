"""When files move: how each mention of one is written then, relative to how it is written now.

A name that is left as it is may come to mean another file, where the folder it starts from moves; so every mention is
found first, and then written again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator
from itertools import chain
from posixpath import relpath

from msgspec import Struct

from .. import paths
from ..facts import literals, quoted, script
from ..facts.contract import SpecFacts
from ..facts.script import ScriptFacts
from ..facts.variants import PLACEHOLDER, variants_of
from ..finding import Replace
from ..routing import ARTEFACT_SUFFIXES, without_suffix
from ..text import Text
from ..view import View
from . import in_scripts
from .in_others import MAKE_WORD
from .in_schemas import escaped
from .in_specs import Specs
from .mentions import LATEX, MAKEFILES, entry_of, is_absent, is_promised, mentions
from .references import everything, naming_file, once
from .things import Language, Mention, Thing

Moved = Callable[[str], str]
"""Where a path is after the move."""
SAFE: dict[Language, re.Pattern[str]] = {
    "code span": re.compile(r"[^`\x00-\x1f\\]+"),
    "word": re.compile(r"[^\s`\"'()\[\]<>,;|=!?\x00-\x1f\\]+"),
    "yaml": re.compile(r"(?!(?:null|Null|NULL)$)[\w./](?:[\w./:+@-]*[\w./+@-])?"),
    "latex": re.compile(r"[^\s{}\\%#~$&^\"',]+"),
    "python": re.compile(r"[^\"'\\{}\x00-\x1f]+"),
    "script": re.compile(r"[^\"'\\`$*{}%<>|\x00-\x1f]+"),
    "make": re.compile(r"[^\s:=()$,;'\"|&<>\\#@+?!`%*]+"),
    "string": re.compile(r"[^\"'\\\x00-\x1f]+"),
    "reference": re.compile(r"(?:[\w.~/!$&()*+,;=@-]|%[0-9A-Fa-f]{2})+"),
}
"""What a name may hold where it is written."""
GENERAL = (".tex", ".md", ".bib", "")
"""Suffixes that are left out of names which mean one file; of graphics there may be several beside each other."""


class Refusal(Struct, frozen=True):
    """Why something cannot be renamed; a sentence for whoever asked."""

    message: str


class Edits(Struct):
    """The edits of a move. Of `doubtful` ones a person should say whether the word means what is renamed."""

    sure: list[Replace]
    doubtful: list[Replace]


def mover(moves: dict[str, str]) -> Moved:
    """Where files are after some moved, and folders with all below them."""

    def moved(path: str) -> str:
        for place in (path, *paths.above(path)):
            if place and place in moves:
                return moves[place] + path[len(place) :]
        return path

    return moved


def moving(view: View, moves: dict[str, str], strict: bool, here: str = "") -> Generator[None, None, Edits | Refusal]:
    """The edits that mend every mention of what moves, a step for each file.

    `strict` refuses where a mention cannot be mended; otherwise it is left alone. `here` is mended wherever it lies.
    """
    moved, specs, edits = mover(moves), Specs.of(view).with_those(moves), Edits([], [])
    sieves = [naming_file(view, path) for path in moves]
    # The folder from which LaTeX starts may move, and then names that stay are other files.
    authors = {script for path in moves for script in scripts_of(view, path)} if strict else set()
    all_latex = any(paths.suffix(path) in LATEX or view.folder(path) for path in moves)
    for path in once(chain([here, *moves], everything(view))):
        text = view.world.read(path)
        concerned = moved(path) != path or path in authors or (all_latex and paths.suffix(path) in LATEX)
        if isinstance(text, Text) and (concerned or any(sieve(path, text.source) for sieve in sieves)):
            authors |= set(_further_authors(view, path, moves)) if strict and path.endswith(".md") else set()
            trouble = _mend(view, path, text, moved, specs, edits, strict)
            if trouble is not None:
                return trouble
        yield
    trouble = ((yield from _said_elsewhere(view, moves, authors)) or _made_by_pattern(view, moves)) if strict else None
    return trouble or edits


def _mend(view: View, path: str, text: Text, moved: Moved, specs: Specs, edits: Edits, strict: bool) -> Refusal | None:
    """Add the edits of one file; the first reason why one cannot be made, where that counts."""
    found: list[tuple[Mention, str]] = []
    for mention in mentions(view, path, specs):
        new = rewritten(view, mention, moved, strict) if mention.thing.kind == "path" else None
        trouble = new if isinstance(new, Refusal) else _cannot(view, text, mention) if new is not None else None
        if trouble is None and new is not None:
            found.append((mention, str(new)))
        elif trouble is not None and strict:
            return trouble
    if path.endswith(".py") and (found or strict) and not _still_tells(view, path, text, found, moved, strict):
        return _in_pieces(path, _line_of(view, path, text, moved)) if strict else None
    for mention, new in found:
        (edits.doubtful if mention.doubtful else edits.sure).append(Replace(path, mention.span, new))
    return None


def rewritten(view: View, mention: Mention, moved: Moved, strict: bool) -> str | Refusal | None:
    """How a mention of a file is written after the move; None where that is as before."""
    together = _beside(view, mention)
    apart = len({paths.stem(moved(path)) for path in together}) > 1
    if apart and any(moved(path) != path for path in together) and (strict or mention.dropped not in GENERAL):
        others = " and ".join(f"`{path}`" for path in together)
        return Refusal(f"`{mention.written}` in `{mention.path}` stands for {others}: rename them together")
    names: set[str | None] = set()
    for way in mention.ways:
        target = paths.parent(moved(way.file)) if way.file else moved(way.target)
        base = paths.parent(moved(way.anchor)) if way.anchor else moved(way.base)
        if target == way.target and base == way.base:
            names.add(None)
        elif base == way.base and _is_called_otherwise(mention, way.target, target):
            names.add(_called(mention, paths.name(target)))
        else:
            names.add(_written(mention, target, base))
    if names == {None}:
        return None
    if len(names) > 1:
        return Refusal(
            f"`{mention.written}` in `{mention.path}` is read from several folders, each with a name of its own"
        )
    name = names.pop() or ""
    if mention.doubtful and mention.written[:1].isupper():
        name = name[:1].upper() + name[1:]
    if not name or not SAFE[mention.language].fullmatch(name):
        return Refusal(
            f"the new name of `{mention.thing.name}` cannot be written in `{mention.path}`, where it stands now"
        )
    return None if name == mention.written else name


def _beside(view: View, mention: Mention) -> list[str]:
    """The files that a name in LaTeX stands for: a figure as PDF and as PNG is one to it, and to who exports both."""
    target = mention.thing.name
    stem = without_suffix(target)
    if mention.language != "latex" or stem == target:
        return [target]
    others = [stem + suffix for suffix in ARTEFACT_SUFFIXES]
    found = [path for path in others if path == target or view.claims("export", path)]
    return found if mention.dropped in GENERAL else [path for path in others if path in found or view.is_here(path)]


def _is_called_otherwise(mention: Mention, old: str, new: str) -> bool:
    """Whether only the last part of a path changes, and that is written out."""
    is_beside = new != "" and paths.parent(old) == paths.parent(new)
    return is_beside and paths.name(mention.written) not in (".", "..")


def _called(mention: Mention, name: str) -> str:
    """The same folders, however they are spelled, before another name."""
    folders, slash, _ = mention.written.rpartition("/")
    return folders + slash + _shortened(mention, name)


def _shortened(mention: Mention, name: str) -> str:
    """A name with the suffix left out that was left out before; empty where it has another and none may stand."""
    if not mention.dropped:
        return escaped(name) if mention.language == "reference" else name
    shorter = name.removesuffix(mention.dropped)
    if shorter == name or not shorter:
        return "" if mention.below else name
    # TeX would take what follows a dot in the last part of a graphic's name for its suffix.
    plain = mention.dropped in GENERAL or "." not in shorter or "." in paths.name(mention.written)
    return shorter if plain else name


def _written(mention: Mention, target: str, base: str) -> str:
    """A path as seen from a folder; empty where that cannot be said."""
    name = _shortened(mention, relpath(target or ".", base) if base else target or ".")
    if mention.below and ("/" in name if mention.dropped else name.startswith("../")):
        return ""
    return f"./{name}" if mention.written.startswith("./") and not name.startswith(".") else name


def _cannot(view: View, text: Text, mention: Mention) -> Refusal | None:
    """Why a text must not, or cannot, be edited at a mention."""
    maker = made_by(view, mention.path)
    if maker is not None:
        return Refusal(f"`{mention.path}` names it, and is written by {maker}: change it there, and run that")
    return broken(text, mention) or _names_variant(view, mention)


def broken(text: Text, mention: Mention) -> Refusal | None:
    """Why a name cannot be replaced in a text: it does not stand there whole, or the file holds another text."""
    if text.is_lossy:
        return Refusal(f"`{mention.path}` is not UTF-8: save it so first")
    if text.source[mention.span.start : mention.span.end] != mention.written:
        return _in_pieces(mention.path, text.line_of(mention.span.start))
    return None


def _names_variant(view: View, mention: Mention) -> Refusal | None:
    """A configuration whose name its results are called by: they lie there under the old one."""
    facts = view.spec(mention.path) if mention.path.endswith(".md") else None
    for entry in facts.entries if isinstance(facts, SpecFacts) else ():
        is_variant = any(word.span == mention.span for word in variants_of(entry))
        if is_variant and any(PLACEHOLDER in word.text for word in (*entry.outputs, *entry.exports)):
            return Refusal(f"`{mention.written}` names a variant of `{entry.name.text}`, and its results are called so")
    return None


def _in_pieces(path: str, line: int) -> Refusal:
    return Refusal(f"`{path}` puts the name together in line {line + 1}: change it there first")


def made_by(view: View, path: str) -> str | None:
    """What writes a file, in words; None of what people write."""
    claims = view.claims("path", path) or view.claims("export", path)
    script = next(scripts_of(view, path), None)
    return f"`{script}`" if script else f"entry `{claims[0].entry}`" if claims else None


def scripts_of(view: View, path: str) -> Iterator[str]:
    """The scripts of the entries that write a file."""
    for claim in view.claims("path", path) or view.claims("export", path):
        entry = entry_of(view, Thing("entry", claim.entry, claim.path))
        script = paths.project_path(entry.script.text) if entry and entry.script else None
        if isinstance(script, str):
            yield script


def _further_authors(view: View, path: str, moves: dict[str, str]) -> Iterator[str]:
    """The scripts of entries in a spec that write a file beside their outputs."""
    facts = view.spec(path)
    for entry in facts.entries if isinstance(facts, SpecFacts) else ():
        beside = entry.field("Also writes")
        said = {paths.project_path(word.text) for word in beside.values} if beside else set()
        script = paths.project_path(entry.script.text) if entry.script else None
        if isinstance(script, str) and not said.isdisjoint(moves):
            yield script


def _made_by_pattern(view: View, moves: dict[str, str]) -> Refusal | None:
    """A Makefile whose pattern stands for the file, and would not for its new name."""
    for makefile in MAKEFILES:
        text = view.world.read(makefile)
        words = MAKE_WORD.findall(text.source) if isinstance(text, Text) else []
        for word in dict.fromkeys(word for word in words if "%" in word):
            pattern = re.compile(".+".join(map(re.escape, word.split("%", 1))))
            if any(pattern.fullmatch(old) and not pattern.fullmatch(new) for old, new in moves.items()):
                return Refusal(f"`{makefile}` makes it by the pattern `{word}`: change that first")
    return None


# Scripts -----------------------------------------------------------------------------------------------------


def _still_tells(
    view: View, path: str, text: Text, found: list[tuple[Mention, str]], moved: Moved, strict: bool
) -> bool:
    """Whether a script, edited, opens the same files under their new names: all of them, or at least no others."""
    before = view.script(path)
    if not isinstance(before, ScriptFacts):
        return True
    source = text.source
    for mention, new in reversed(found):
        source = f"{source[: mention.span.start]}{new}{source[mention.span.end :]}"
    after = script.read(Text(source), moved(path))
    wanted, now = _opened(before, moved), _opened(after, lambda path: path)
    return now == wanted if strict else now <= (wanted | _opened(before, lambda path: path))


def _opened(facts: ScriptFacts, moved: Moved) -> frozenset[tuple[str, str]]:
    said = {"writes": facts.writes, "reads": facts.reads}
    opened = {(what, moved(word.text)) for what, words in said.items() for word in words}
    return frozenset(opened | {("removes", moved(path)) for path in facts.removes})


def _line_of(view: View, path: str, text: Text, moved: Moved) -> int:
    """The line of the first path of a script that moves."""
    facts = view.script(path)
    words = (*facts.writes, *facts.reads) if isinstance(facts, ScriptFacts) else ()
    return min((text.line_of(word.start) for word in words if moved(word.text) != word.text), default=0)


def _said_elsewhere(view: View, moves: dict[str, str], writers: set[str]) -> Generator[None, None, Refusal | None]:
    """A script that says a file's name in a way that is not read here: a script in another language, above all."""
    for path in view.names("script"):
        text = view.world.read(path)
        mine = path in writers
        for old in moves if isinstance(text, Text) and path not in moves else ():
            at = _said_at(view, path, text, old, mine) if isinstance(text, Text) else None
            if at is not None and isinstance(text, Text):
                line = text.line_of(at)
                return Refusal(f"`{path}` says `{paths.name(old)}` in line {line + 1}: change it there first")
        yield
    return None


def _said_in_python(view: View, path: str, text: Text, old: str) -> int | None:
    """Where the script that writes a file says its name and no path to it: put together, or as a paper sees it."""
    known = list(literals.read(text, path))
    for literal in known:
        if old.endswith(f"/{literal.path}") and is_absent(view, literal.path) and not is_promised(view, literal.path):
            return literal.span.start
    is_known = any(literal.path == old for literal in known)
    return None if is_known else text.source.find(paths.name(old))


def _said_at(view: View, path: str, text: Text, old: str, mine: bool) -> int | None:
    """Where a script says the name of a file behind folders that are its own; None where it does not.

    Alone it counts in the script that writes the file: others may mean another of that name.
    """
    name = paths.name(old)
    if name not in text.source:
        return None
    if path.endswith(".py"):
        return _said_in_python(view, path, text, old) if mine and name in literals.last_parts(text) else None
    mended = [one.span for one in in_scripts.others(view, path) if one.thing.name == old]
    for match in re.finditer(rf"(?<![\w.-])[\w./-]*?(?<![\w-]){re.escape(name)}(?![\w-])", text.source):
        said = match[0].lstrip("./")
        if quoted.is_comment(text, path, match.start()) or any(match.start() in span for span in mended):
            continue
        if (f"/{old}".endswith(f"/{said}") and ("/" in said or mine)) or said.endswith(f"/{old}"):
            return match.start()
    return None
