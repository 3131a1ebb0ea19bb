"""What a place means, in Markdown: a function for each kind of thing that `explanation` finds.

What comes from files is put into code spans or escaped: it cannot link, load or draw anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

from msgspec import Struct

from specthis_analyzers import paths
from specthis_analyzers.facts.contract import Contract, SchemaKey
from specthis_analyzers.facts.summary import Series, Summary
from specthis_analyzers.finding import Place
from specthis_analyzers.queries.explanation import (
    Explanation,
    OfEntry,
    OfFile,
    OfGpu,
    OfKey,
    OfLabel,
    OfMacro,
    OfRule,
    OfSetting,
    OfSpec,
    OfValue,
    OfWord,
)
from specthis_analyzers.rules import BY_CODE
from specthis_analyzers.views.chain import Chain, Link, Strand, chain
from specthis_analyzers.views.standing import standing

from ..host.manual import address
from . import gpus
from .homes import Home
from .plot import image, number_said, sparkline

PUNCTUATION = re.compile(r"([\\`*\[\]<>#|~$!&]|(?<![^\W_])_|_(?![^\W_]))")
"""What could mean something in Markdown. A `_` within a word does not, and some clients show the backslash."""
LONGEST = 300
MOST_ENTRIES = 12


class Asker(Struct, frozen=True):
    """Who asks: the project, and what the client can show."""

    home: Home
    draws: bool = False
    follows_lines: bool = False


def in_markdown(found: Explanation, asker: Asker) -> str:
    """Blocks of Markdown, with blank lines between; empty where there is nothing to say."""
    return "\n\n".join(block for block in EXPLAINERS[type(found)](found, asker) if block)


def code(said: str) -> str:
    """A text from a file as a code span, on one line."""
    line = " ".join(said.split()).replace("`", "'")[:LONGEST]
    return f"`{line}`" if line else ""


def escaped(said: str) -> str:
    """A text from a file as plain words."""
    return PUNCTUATION.sub(r"\\\1", " ".join(said.split())[:LONGEST])


def _link(asker: Asker, said: str, place: Place | None) -> str:
    """A code span that leads to a place, where there is one."""
    if place is None or not said:
        return code(said)
    uri = quote(asker.home.uri_of(place.path), safe=":/%?#@!&=+,;~*'")
    if asker.follows_lines and place.span and place.span.start:
        uri += f"#L{asker.home.text(place.path).line_of(place.span.start) + 1}"
    return f"[{code(said)}]({uri})"


# Words ------------------------------------------------------------------------------------------------------------


def _of_word(found: OfWord, asker: Asker) -> Iterator[str]:
    yield f"**{escaped(found.word)}**"
    yield found.meaning


def _of_gpu(found: OfGpu, asker: Asker) -> Iterator[str]:
    yield f"**{escaped(found.name)}**"
    yield escaped(gpus.said(found.name))


def _of_rule(found: OfRule, asker: Asker) -> Iterator[str]:
    rule = BY_CODE.get(found.code)
    if rule is None:
        yield f"There is no rule {code(found.code)}."
        return
    yield f"[`{found.code}`]({address(found.code)}), {rule.severity}"
    yield rule.manual.strip()


def _of_setting(found: OfSetting, asker: Asker) -> Iterator[str]:
    setting = found.setting
    yield f"**{escaped(setting.name)}**"
    yield setting.meaning
    yield f"Takes {setting.takes}. Default: {code(setting.default)}"


# Entries ----------------------------------------------------------------------------------------------------------


def _of_spec(found: OfSpec, asker: Asker) -> Iterator[str]:
    facts = found.facts
    title = facts.front.scalar("title") if facts.front else None
    kind = f", {escaped(facts.kind)}" if facts.kind else ""
    yield f"{_link(asker, paths.name(found.path), Place(found.path))}{kind}"
    yield escaped(title.text) if title else ""
    yield _entries_said(found.path, asker)


def _entries_said(spec: str, asker: Asker) -> str:
    """How each entry of a spec stands."""
    entries = [entry for entry in asker.home.project.facts(spec).entries if entry.side]
    lines: list[str] = []
    for entry in entries[:MOST_ENTRIES]:
        stands = standing(asker.home.project.view, spec, entry)
        lines.append(f"- {code(entry.name.text)}" + (f": {escaped(stands.said)}" if stands else ""))
    more = len(entries) - MOST_ENTRIES
    return "\n".join(lines + [f"- and {more} more"] * (more > 0))


def _of_entry(found: OfEntry, asker: Asker) -> Iterator[str]:
    made = _chain(found.spec, found.entry, asker)
    yield f"**{escaped(found.entry.name.text)}** ({found.entry.side})"
    yield _chain_said(made, asker)
    if found.artefact and paths.suffix(found.artefact) == ".json":
        value = asker.home.project.view.member(found.artefact, "")
        yield from _value_said(value, asker) if value else ()


def _chain(spec: str, entry: Contract, asker: Asker) -> Chain:
    home = asker.home
    crashed = {crash.path for crash in home.project.checked[spec].crashes} if spec in home.project.checked else set()
    return chain(home.project.view, spec, entry, home.project.concerning(spec), home.findings(spec), crashed)


def _chain_said(made: Chain, asker: Asker) -> str:
    """A line for each link; those of other entries stand a step further in."""
    lines: list[str] = []
    for strand in made.before:
        lines += _strand_said("made by", strand, asker)
    lines += [f"- {_link_said(link, asker)}" for link in made.own.links]
    for strand in made.after:
        lines += _strand_said("shown by", strand, asker)
    return "\n".join(lines)


def _strand_said(how: str, strand: Strand, asker: Asker) -> Iterator[str]:
    name = f"{paths.stem(strand.spec)}#{strand.entry}"
    yield f"- {how} {_link(asker, name, Place(strand.spec, strand.heading))}"
    yield from (f"  - {_link_said(link, asker)}" for link in strand.links if link.part != "spec")


NOT_SHOWING = {"nowhere": "does not show", "elsewhere": "leaves to another part of the paper"}
"""How a section stands to the exports that belong in it and are not there."""


def _link_said(link: Link, asker: Asker) -> str:
    """A link of a chain in a line: what, where, how, why. Messages are ours, with code spans around what is not."""
    name = "" if link.part == "spec" else _link(asker, link.name, link.place)
    words = "status" if link.part == "spec" else f"{link.part} {name}".rstrip()
    if link.part == "section" and link.state in NOT_SHOWING:
        return f"{words}: **{NOT_SHOWING[link.state]}** {link.why}"
    state = "" if not link.state else code(link.state) if link.part == "spec" else f"**{link.state}**"
    why = f", {link.why}" if link.why and state else link.why
    return f"{words}: {state}{why}" if state or why else words


# Values -----------------------------------------------------------------------------------------------------------


def _of_key(found: OfKey, asker: Asker) -> Iterator[str]:
    yield f"**{escaped(found.key.name.text)}**: {_asked_said(found.key)}"
    yield escaped(found.key.note)
    if found.value is not None:
        yield f"In {_link(asker, found.path, Place(found.path))}:"
        yield from _value_said(found.value, asker)


def _asked_said(key: SchemaKey) -> str:
    types = f"of type {' or '.join(code(name) for name in key.types)}" if key.types else "of any type"
    return types if key.required else f"{types}, optional"


def _of_value(found: OfValue, asker: Asker) -> Iterator[str]:
    name = found.name.rpartition(".")[2] or found.name
    yield f"**{escaped(name)}**" + (f": asked for, {_asked_said(found.asked)}" if found.asked else "")
    yield escaped(found.asked.note) if found.asked else ""
    yield from _value_said(found.value, asker) if found.value else ()
    yield from _writers_said(found.writers, asker)


def _value_said(value: Summary, asker: Asker) -> Iterator[str]:
    said = code(value.said) if not value.type.endswith(("[]", "object", "array")) else value.said
    yield f"{code(value.type)}, {said}"
    yield ", ".join(code(f"{name}: {kind}") for name, kind in value.keys)
    yield from _series_said(value.series, asker) if value.series else ()


def _series_said(series: Series, asker: Asker) -> Iterator[str]:
    gaps = f", {series.gaps} missing or not finite" if series.gaps else ""
    ends = f"from {number_said(series.least)} to {number_said(series.most)}, last {number_said(series.last)}"
    yield f"{code(series.name)}: {series.count:,} values {ends}{gaps}"
    if asker.draws:
        yield image(series)
    else:
        yield code(sparkline(series).replace(" ", "\u2007"))


# LaTeX ------------------------------------------------------------------------------------------------------------


def _writers_said(writers: tuple[tuple[str, Contract], ...], asker: Asker) -> Iterator[str]:
    for spec, entry in writers[:MOST_ENTRIES]:
        name = f"{paths.stem(spec)}#{entry.name.text}"
        yield f"Written by {_link(asker, name, Place(spec, entry.heading))}"


def _of_file(found: OfFile, asker: Asker) -> Iterator[str]:
    yield _link(asker, found.path, Place(found.path))
    yield from _writers_said(found.writers, asker)
    for spec, entry in found.writers[:1]:
        if entry.side:
            yield _chain_said(_chain(spec, entry, asker), asker)


def _of_label(found: OfLabel, asker: Asker) -> Iterator[str]:
    if found.is_version:
        yield "The version of this section: it says which state of the results a reader sees."
    for spec, document in found.routes:
        yield (
            f"{_link(asker, paths.stem(spec), Place(spec))} shows its results in section {code(found.label)} of "
            f"{_link(asker, document, Place(document))}"
        )
        yield _entries_said(spec, asker)


def _of_macro(found: OfMacro, asker: Asker) -> Iterator[str]:
    yield f"**{escaped(found.macro)}**" + (f": {code(found.value)}" if found.value else "")
    yield from _of_file(OfFile(found.span, found.path, found.writers), asker)


EXPLAINERS: dict[type, Callable[[Any, Asker], Iterator[str]]] = {
    OfWord: _of_word,
    OfGpu: _of_gpu,
    OfRule: _of_rule,
    OfSetting: _of_setting,
    OfSpec: _of_spec,
    OfEntry: _of_entry,
    OfKey: _of_key,
    OfValue: _of_value,
    OfFile: _of_file,
    OfLabel: _of_label,
    OfMacro: _of_macro,
}
