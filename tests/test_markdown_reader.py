"""The readers of specs: cases as text, equality with general parsers, and texts written to hurt."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from _pytest.mark import ParameterSet
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from specthis_analyzers.facts import front_matter, markdown, schema
from specthis_analyzers.facts.contract import Contract, FrontMatter, Schema, SpecFacts
from specthis_analyzers.text import LINE_END, Span, Text, Word, decode

CASES = Path(__file__).parent / "facts"
CASE = re.compile(
    r"^## (?P<name>[^\n]+)\n\n(?P<why>.+?)\n\n````[^\n]*\n(?P<text>.*?)````\n\n```[^\n]*\n(?P<facts>.*?)```$",
    re.DOTALL | re.MULTILINE,
)


# Cases as text.


def cases(name: str) -> list[ParameterSet]:
    found = CASE.finditer((CASES / name).read_text("utf-8"))
    return [pytest.param(case["text"], case["facts"], id=case["name"]) for case in found]


def place(text: Text, offset: int) -> str:
    position = text.position(offset)
    return f"{position.line + 1}:{position.column + 1}"


def said(text: Text, word: Word) -> str:
    return f"{json.dumps(word.text, ensure_ascii=False)} at {place(text, word.start)}"


def extent(text: Text, span: Span) -> str:
    return f"{place(text, span.start)}-{place(text, span.end)}"


def shown_front(text: Text, front: FrontMatter | None) -> Iterator[str]:
    if front is None:
        yield "no front matter"
        return
    for key in front.keys:
        values = ", ".join(said(text, value) for value in key.values)
        yield f"{key.name.text} at {place(text, key.name.start)}, {key.shape}{': ' * bool(values)}{values}"
        yield f"    over {extent(text, key.line)}"
    if front.problem:
        yield f"the front matter {front.problem.message} ({extent(text, front.problem.span)})"
    yield f"body from {place(text, front.span.end)}"


def shown_schema(text: Text, declared: Schema) -> Iterator[str]:
    yield f"schema by {declared.form}, {extent(text, declared.span)}"
    for key in declared.keys:
        types = " or ".join(key.types) or "any"
        note = f" ({key.note})" if key.note else ""
        yield f"    {said(text, key.name)}{'' if key.required else ' if there'}: {types}{note}"
    if declared.file:
        yield f"    {said(text, declared.file)}"
    for problem in declared.problems:
        yield f"    the schema {problem.message} ({extent(text, problem.span)})"


def shown_entry(text: Text, entry: Contract) -> Iterator[str]:
    side = entry.side or "no side"
    yield f"entry {said(text, entry.name)}, {side}, {extent(text, entry.block)}"
    for field in entry.fields:
        values = ", ".join(said(text, value) for value in field.values)
        yield f"    {field.label.text} over {extent(text, field.span)}: {values or 'nothing'}"
    summary = {
        "script": entry.script.text if entry.script else "",
        "outputs": " ".join(word.text for word in entry.outputs),
        "exports": " ".join(word.text for word in entry.exports),
        "routes": " ".join(word.text for word in entry.routes),
        "inputs": " ".join(word.text for word in entry.inputs),
        "status": entry.status.text if entry.status else "",
        "schema": entry.schema.form if entry.schema else "",
    }
    stated = [f"{name} {value}" for name, value in summary.items() if value]
    if stated:
        yield f"    so: {'; '.join(stated)}"


def shown_spec(text: Text, facts: SpecFacts) -> Iterator[str]:
    if not markdown.models(text):
        yield "read by markdown-it"
    titles = ", ".join(f"{heading.level} {said(text, heading.title)}" for heading in facts.headings)
    yield f"headings {titles or 'none'}"
    for entry in facts.entries:
        yield from shown_entry(text, entry)
    for marker in facts.markers:
        yield f"marker {said(text, marker)}"


def joined(lines: Iterator[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


@pytest.mark.parametrize(("source", "expected"), cases("markdown.md"))
def test_specs(source: str, expected: str) -> None:
    text = Text(source)
    assert joined(shown_spec(text, markdown.read(text))) == expected


@pytest.mark.parametrize(("source", "expected"), cases("front-matter.md"))
def test_front_matter(source: str, expected: str) -> None:
    text = Text(source)
    assert joined(shown_front(text, front_matter.read(text))) == expected


def shown_schemas(text: Text) -> Iterator[str]:
    for entry in markdown.read(text).entries:
        if entry.schema is None:
            yield "no schema"
            continue
        yield from shown_schema(text, entry.schema)
        canonical = schema.json_schema(entry.schema)
        if canonical:
            jsonschema.Draft202012Validator.check_schema(json.loads(canonical))
            yield canonical.replace(f'"$schema":"{schema.DIALECT}",', "")


@pytest.mark.parametrize(("source", "expected"), cases("schema.md"))
def test_schemas(source: str, expected: str) -> None:
    assert joined(shown_schemas(Text(source))) == expected


@pytest.mark.parametrize("name", ["markdown.md", "front-matter.md", "schema.md"])
def test_every_case_is_found(name: str) -> None:
    """A slip in the fences of a case file would hide cases from the expression that finds them."""
    written = (CASES / name).read_text("utf-8")
    assert len(cases(name)) == written.count("\n````markdown\n") > 20


# Places that cases as text cannot show.


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_change_no_value(end: str) -> None:
    plain = """\
---
name: a
depends_on: [b.md]
---
# T

## Entry
### x ##
Output: `r/x.json`
Export outputs:
- `a`
- `b`
Run:
```
ls
```
Status: script ready
---
title
===
"""
    source = plain.replace("\n", end)
    facts = markdown.read(Text(source))
    assert [word.text for word in words_of(facts)] == [word.text for word in words_of(markdown.read(Text(plain)))]
    assert all(source[word.start : word.end] == word.text for word in words_of(facts))
    assert facts.front
    assert source[: facts.front.span.end].endswith("[b.md]" + end + "---")
    assert not any(source[field.span.start : field.span.end].endswith("\r") for field in facts.entries[0].fields)


def test_a_byte_order_mark_hides_nothing() -> None:
    assert markdown.read(decode(b"\xef\xbb\xbf---\nname: a\n---\n")).front
    inside = markdown.read(Text("---\n\ufeffname: a\n---\n")).front
    assert inside
    assert inside.problem
    assert "U+FEFF" in inside.problem.message


def test_a_null_character_moves_nothing() -> None:
    source = "# a\0b\n\nx\0\n=\n## Entry\n### c\nStatus: script \0ready\n"
    facts = markdown.read(Text(source))
    assert [source[word.start : word.end] for word in words_of(facts)] == [word.text for word in words_of(facts)]
    assert facts.entries[0].status


# The words of a text, for every property.


def words_of(facts: SpecFacts) -> list[Word]:
    words = [heading.title for heading in facts.headings]
    for entry in facts.entries:
        words += [entry.name, *entry.outputs, *entry.exports, *entry.routes, *entry.inputs]
        words += [word for word in (entry.script, entry.status) if word]
        for field in entry.fields:
            words += [field.label, field.rest, *field.values]
        if entry.schema:
            words += [key.name for key in entry.schema.keys]
            words += [word for word in (entry.schema.file, entry.schema.source) if word]
    return [*words, *facts.markers]


# Texts made of what specs are made of, in orders that no one would choose.

LABELS = sorted((*markdown.REQUIRED, *markdown.OPTIONAL))
VALUES = [
    "",
    " `scripts/a.py`",
    " scripts/a.py, and",
    " `a.json` (keys: loss, params: object)",
    " script ready",
    " `script TBD` now",
    " `loss: number`, `n?: float`",
    " ``x`` ` y ` `",
    " see below",
    " `s.json`",
]
PROSE = [
    "",
    "  ",
    "words of prose",
    "    indented words",
    "\tafter a tab",
    "| a | b |",
    "|---|---|",
    "[link]: https://example.org",
    "<https://example.org>",
    "- a bullet",
    "- `a` bullet — with a note",
    "- `loss: number` — the loss",
    "  - deeper `b`",
    "    - `c`",
    "* * *",
    "+ plus",
    "-",
    "1. one",
    "2) two",
    "> quoted",
    "> ### quoted heading",
    ">     quoted code",
    "- produces: `x`",
    "- consumes: y",
    "- code",
    "\x0c",
    "\xa0",
    "😀",
]
HEADINGS = [
    "# Top",
    "## Entry",
    "## Entries ##",
    "## Other",
    "### a",
    "### `b.c`",
    "### not a name",
    "### c ###",
    "###",
]
HEADINGS += [
    "###d",
    "#### deeper",
    "   ### three blanks",
    "  ## Entry",
    "#\ttab",
    "####### seven",
    "### #",
    "### a\\#",
]
FENCES = [
    "```",
    "````",
    "~~~",
    "~~~~ json",
    "```json",
    "```json schema",
    "``` a`b",
    "  ```",
    "   ~~~",
    "    ```",
    "~~",
]
FENCES += [
    '{"loss": 1}',
    "<!--",
    "-->",
    "<!-- one -->",
    "<!-->",
    "  <!-- x",
    "a <!-- b",
    "--> ### x",
    "    <!--",
]
NASTY = [
    "---",
    "===",
    "- - -",
    "--",
    " =",
    "<details>",
    "</details>",
    "<div",
    "<!DOCTYPE x>",
    "<?php",
    "<a>",
    "<script>",
]
NASTY += [
    "- ```",
    "- ### x",
    "- <!--",
    "> ```",
    "> <!--",
    "- Status: x",
    "  Status: script ready",
    "   Script: `s`",
]
NASTY += ["  ### inner", "1. # one", "10. ```", "- - ```", "> - > x", "*", "- > Output: `q`"]
FIELDS = st.builds("{}:{}".format, st.sampled_from(LABELS), st.sampled_from(VALUES))
MILD = st.one_of(FIELDS, FIELDS, st.sampled_from(PROSE), st.sampled_from(HEADINGS), st.sampled_from(FENCES))
WILD = st.one_of(MILD, st.sampled_from(NASTY), st.builds("{}{}".format, st.sampled_from(["> ", "- ", "  ", " "]), MILD))
FRONTS = ["", "---\nkind: compute\n---\n", "---\nkind: report\n---\n", "---\nname: a\n"]


def texts(lines: st.SearchStrategy[str], ends: list[str]) -> st.SearchStrategy[str]:
    def assembled(front: str, body: list[str], end: str) -> str:
        return (front + "\n".join(body)).replace("\n", end)

    return st.builds(assembled, st.sampled_from(FRONTS), st.lists(lines, max_size=25), st.sampled_from(ends))


def by_markdown_it(text: Text) -> SpecFacts:
    front, lines, body = markdown.opened(text)
    return markdown.facts(text, lines, front, markdown.parse(lines, body))


@settings(max_examples=600)
@given(st.one_of(texts(MILD, ["\n"]), texts(WILD, ["\n", "\r\n", "\r"])))
def test_the_scan_finds_what_markdown_it_finds(source: str) -> None:
    text = Text(source)
    assume(markdown.models(text))
    assert markdown.read(text) == by_markdown_it(text)


@settings(max_examples=400)
@given(texts(WILD, ["\n"]))
def test_headings_and_fences_are_those_of_commonmark(source: str) -> None:
    """The rules that are switched off change nothing here, and places are where the text says."""
    assume("[link]" not in source)
    front = front_matter.read(Text(source))
    body = front.span.end if front else 0
    start = body + 1 if body else 0
    events = markdown.parse(source, body)
    found = [event for event in events if type(event) is markdown.Mark]
    fences = [event for event in events if type(event) is markdown.Fence]
    tokens = MarkdownIt("commonmark").parse(source[start:])
    wanted: list[tuple[int, int, str]] = []
    for at, token in enumerate(tokens):
        if token.type == "heading_open" and token.level == 0 and token.map:
            title = tokens[at + 1].content
            if token.markup[0] == "#" or not re.search(rf"^ {{0,3}}(?:{'|'.join(LABELS)}):", title, re.MULTILINE):
                wanted.append((token.map[0], int(token.tag[1]), title))
    lines = source[start:].split("\n")
    offsets = [start + sum(len(line) + 1 for line in lines[:at]) for at in range(len(lines))]
    stripped = [(mark.start, mark.level, mark.title.text.strip()) for mark in found]
    assert stripped == [(offsets[line], level, joined_lines(title).strip()) for line, level, title in wanted]
    own = [token for token in tokens if token.type == "fence" and token.level == 0 and token.map]
    assert [fence.start for fence in fences] == [offsets[token.map[0]] for token in own if token.map]
    assert [fence.info for fence in fences] == [token.info.strip() for token in own]
    for fence, token in zip(fences, own, strict=True):
        held = source[fence.content_start : fence.content_end]
        assert unindented(held) == unindented(token.content)


def joined_lines(text: str) -> str:
    return " ".join(line.strip(" \t") for line in LINE_END.split(text))


def unindented(text: str) -> str:
    return "\n".join(line.strip() for line in text.split("\n")).rstrip("\n")


# What holds for any text.


@settings(max_examples=400)
@given(
    st.one_of(
        st.text(),
        texts(WILD, ["\n", "\r\n", "\r", "\n\r\0"]),
        st.text("`#-~<!>:*[]{}\"'\n\r\t aS|&", max_size=80),
    )
)
def test_any_text_is_read(source: str) -> None:
    facts = markdown.read(Text(source))
    for word in words_of(facts):
        held = source[word.start : word.end]
        # A status loses its backticks, and an underlined title of several lines its line ends.
        assert word.text in (held, held.replace("`", ""), joined_lines(held))
    for entry in facts.entries:
        schema_of = entry.schema and schema.json_schema(entry.schema)
        assert schema_of is None or json.loads(schema_of) is not None
        assert entry.heading.start == entry.block.start <= entry.heading.end <= entry.block.end
        for field in entry.fields:
            assert entry.heading.end < field.span.start <= field.span.end <= entry.block.end
            assert all(field.span.start <= value.start <= value.end <= field.span.end for value in field.values)
        if entry.schema:
            places = [entry.schema.span, *(problem.span for problem in entry.schema.problems)]
            assert all(entry.block.start <= place.start <= place.end <= entry.block.end for place in places)


@settings(max_examples=400)
@given(st.data())
def test_a_spec_that_is_damaged_is_read(data: st.DataObject) -> None:
    """One place of a good spec is cut, doubled or overwritten."""
    whole = data.draw(st.sampled_from([case.group("text") for case in CASE.finditer(every_case())]))
    at = data.draw(st.integers(0, len(whole)))
    size = data.draw(st.integers(0, 12))
    put = data.draw(st.one_of(st.just(whole[at : at + 2 * size]), st.text(max_size=3), st.sampled_from(NASTY)))
    text = Text(whole[:at] + put + whole[at + size :])
    facts = markdown.read(text)
    assert not markdown.models(text) or facts == by_markdown_it(text)


def every_case() -> str:
    return "".join((CASES / name).read_text("utf-8") for name in ("markdown.md", "front-matter.md", "schema.md"))


# Front matter by hand and by YAML.

SCALARS = [
    "a",
    "compute",
    "a-b_c.md",
    "x: y",
    "x:y",
    "a #b",
    "a#b",
    "-",
    "- a",
    "-a",
    "~",
    "null",
    "Null",
    "''",
    '"q"',
]
SCALARS += [
    "'it''s'",
    "[a, b.md]",
    "[]",
    "[a,]",
    "[ a , b ]",
    "[a: b]",
    "[a b]",
    "{a: b}",
    "&x y",
    "*x",
    "|",
    ">",
    "!t",
]
SCALARS += [
    "!!str 1",
    "%a",
    "@a",
    "`a`",
    "é😀",
    "a\u2028b",
    "a\x85b",
    "\u00a0",
    "a\tb",
    "a:",
    "1",
    "1.5",
    "yes",
    "=",
    "<<",
]
SCALARS += [
    "https://x.org/#a",
    "(a)",
    "$x",
    "a, b",
    "a]",
    "a}",
    "a - b",
    "? a",
    "",
    "   ",
    "a   ",
    "[~, null]",
    "[",
]
BLANKS = st.sampled_from([" ", " ", " ", "", "  "])
KEYS = [
    "name",
    "kind",
    "depends_on",
    "a b",
    "1",
    "null",
    "~",
    "'q'",
    "é",
    "a.b",
    "<<",
    "-a",
    "",
    "? x",
    "yes",
    "a-b",
]
ENTRIES = st.builds(
    "{}{}:{}{}".format,
    st.sampled_from(["", "", "", "  "]),
    st.sampled_from(KEYS),
    BLANKS,
    st.sampled_from(SCALARS),
)
BULLETS = st.builds(
    "{}-{}{}".format,
    st.sampled_from(["", "  ", "    ", "\t"]),
    st.sampled_from([" ", "  ", ""]),
    st.sampled_from(SCALARS),
)
YAML_LINES = st.one_of(
    ENTRIES, ENTRIES, BULLETS, st.sampled_from(["", "  ", "# note", "  go on", "words", "..", "key:"])
)


TAME_ENTRIES = st.builds(
    "{}:{}{}".format, st.sampled_from([f"key-{at}" for at in range(60)]), BLANKS, st.sampled_from(SCALARS)
)
TAME_LISTS = st.builds("key_{}:\n{}".format, st.integers(0, 99), st.lists(BULLETS, max_size=3).map("\n".join))


@settings(max_examples=1000)
@given(st.lists(st.one_of(TAME_ENTRIES, TAME_ENTRIES, TAME_LISTS, YAML_LINES), max_size=4))
def test_the_fast_reader_finds_what_yaml_finds(lines: list[str]) -> None:
    source = "---\n" + "\n".join([*lines, "---"])
    stop = len(source) - 3
    keys = front_matter.fast(source, 4, stop)
    assert keys is None or keys == front_matter.composed(source, source, 4, stop)


@settings(max_examples=800)
@given(st.lists(YAML_LINES, max_size=8), st.sampled_from(["\n", "\r\n", "\r"]))
def test_front_matter_says_what_yaml_loads(lines: list[str], end: str) -> None:
    inner = end.join([*lines, ""])
    source = f"---{end}{inner}---{end}"
    front = front_matter.read(Text(source))
    if front is None:
        return
    for key in front.keys:
        assert key.line.start <= key.name.start <= key.name.end <= key.line.end <= front.span.end
        for word in key.values:
            # Escapes, folds, aliases, and items that are no scalars are where a value is not its source.
            held = source[word.start : word.end]
            assert (
                word.text == held
                or (key.shape == "list" and not word.text)
                or held[:1] in "\"'|>&!"
                or any(mark in held for mark in "\n\r\x85\u2028")
            )
    try:
        loaded = yaml.load(inner, getattr(yaml, "CBaseLoader", yaml.BaseLoader))
    except yaml.constructor.ConstructorError:
        return
    except yaml.YAMLError:
        assert front.problem
        return
    if front.problem or not isinstance(loaded, dict):
        return
    assert {key.name.text for key in front.keys} | {"<<"} >= set(loaded)
    for key in front.keys:
        if key.shape == "scalar" and key.name.text in loaded:
            assert key.values[0].text == loaded[key.name.text]


# Texts written to hurt. Where something were quadratic these would not end.

LONG = 100_000
HOSTILE = {
    "headings without names": "###\n" * LONG,
    "headings of blanks": "### " + " " * LONG + "x\n" + "#" * LONG,
    "entries": "## Entries\n" + "### a\nStatus: script ready\n" * LONG,
    "an unclosed fence": "```\n" + "~~~\n### a\n" * LONG,
    "ever longer fences": "\n".join("`" * size for size in range(3, 1500)),
    "fences that never close": "\n".join("`" * size for size in range(1500, 3, -1)),
    "unclosed comments": "<!--\n" * LONG,
    "comments": "<!-- -->\n" * LONG,
    "unclosed comments in a line": "<!-- " * LONG,
    "one long line": "x" * 5_000_000,
    "one long line of words": "word " * 1_000_000,
    "one long value": "## Entry\n### a\nOutput: " + "word " * 1_000_000,
    "backticks": "`" * LONG,
    "backticks in a field": "## Entry\n### a\nOutput: " + "`" * LONG,
    "a long row of ever more backticks": "## Entry\n### a\nOutput: " + " ".join("`" * size for size in range(800)),
    "parentheses": "## Entry\n### a\nOutput: " + "(keys:" * LONG,
    "blanks in parentheses": "## Entry\n### a\nOutput: " + "(" + " " * LONG + "(keys" + " " * LONG,
    "a long list": "## Entry\n### a\nExport outputs:\n" + "- `a`\n" * LONG,
    "a long list of keys": "## Entry\n### a\nSchema:\n" + "".join(f"- `k{at}`\n" for at in range(LONG)),
    "a long note": "## Entry\n### a\nSchema:\n- `k` — x\n" + "  more\n" * LONG,
    "a note of blanks": "## Entry\n### a\nSchema:\n- `k`: " + " " * LONG + "x y",
    "a type of many words": "## Entry\n### a\nSchema: `k: " + "number|" * LONG + "`",
    "labels": "Status:\n" * LONG,
    "labels that are prose": "## Entry\n### a\n" + "Schema:\n\n" * LONG,
    "indented headings": "  ### a\n" * LONG,
    "rows of dashes": "\n---\n" * LONG,
    "long rows of dashes": "\n" + "-" * LONG + "x\n" + "=" * LONG + " " * LONG + "x\n",
    "underlined headings": "a\n---\n" * 20_000,
    "many quotes": ">" * LONG,
    "lazy lines below many quotes": ">" * 60 + "b\n" * 20_000 + "---\nx\n---\n",
    "lazy lines below some quotes": ">" * 60 + "b\n" * 1_000 + "\nx\n---\n",
    "many bullets": "x\n---\n" + "- " * LONG,
    "nested bullets": "x\n---\n" + "".join("  " * depth + "- x\n" for depth in range(300)),
    "link definitions": "x\n---\n" + "[a]: b\n" * 20_000,
    "line separators": "\u2028" * LONG + "\x0c\x0b" * LONG,
    "carriage returns": "\r" * LONG,
    "a deep example": "## Entry\n### a\nSchema:\n```json\n" + "[" * LONG + "\n```\n",
    "a deep object": "## Entry\n### a\nSchema:\n```json\n" + '{"a":' * 900 + "1" + "}" * 900 + "\n```\n",
    "a long number": '## Entry\n### a\nSchema:\n```json\n{"a": ' + "1" * LONG + "}\n```\n",
    "many dots": "## Entry\n### a\nSchema: `" + "a." * 5_000 + "b`\n",
    "an alias bomb": "---\na: &a [x, x]\n"
    + "".join(f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "---\n",
    "aliases": "---\na: &a x\nb: [" + "*a, " * 10_000 + "]\n---\n",
    "a list that holds itself": "---\na: &a [*a]\nb: &b {c: *b}\n---\n",
    "deep brackets": "---\na: " + "[" * LONG + "\n---\n",
    "deep brackets in bounds": "---\na: " + "[" * 30_000 + "\n---\n",
    "deep braces": "---\na: " + "{a: " * 20_000 + "\n---\n",
    "deep bullets": "---\n" + "- " * 30_000 + "a\n---\n",
    "deep questions": "---\n" + "? " * 30_000 + "a\n---\n",
    "deep lines": "---\n" + "".join(" " * depth + "a:\n" for depth in range(350)) + "---\n",
    "deep lines of bullets": "---\n" + "".join(" " * depth + "-\n" for depth in range(350)) + "---\n",
    "many keys": "---\n" + "".join(f"k{at}: v\n" for at in range(LONG)) + "---\n",
    "many keys for YAML": "---\n" + "".join(f"k{at}: 'v'\n" for at in range(4_000)) + "---\n",
    "front matter of blank lines": "---\n" + " \n" * LONG + "---\n",
    "a long key": "---\n" + "a" * 1_000_000 + "\n---\n",
    "a long scalar": "---\na: " + "b " * 1_000_000 + "\n---\n",
    "a long list in a line": "---\na: [" + "b, " * LONG + "b" + "\n---\n",
    "front matter again and again": "---\na: b\n" * 20_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_end(name: str) -> None:
    source = HOSTILE[name]
    for ended in (source, source.replace("\n", "\r\n")):
        facts = markdown.read(Text(ended))
        for entry in facts.entries:
            if entry.schema:
                schema.json_schema(entry.schema)


def test_long_texts_are_never_given_to_markdown_it() -> None:
    """What the scan does not know is passed over there, for the general parser could take minutes."""
    entry = "## Entry\n### a\nStatus: script ready\n"
    long = "word\n" * (markdown.MAX_GENERAL // 5)
    assert markdown.read(Text(f"{long}---\n{entry}")).entries[0].status
    assert not markdown.models(Text(f"{long}---\n{entry}"))
    assert len(markdown.read(Text(f"Title\n---\n{entry}")).headings) == 3
    assert len(markdown.read(Text(f"Title\n---\n{entry}{long}")).headings) == 2


def test_refusals_say_why() -> None:
    def message(name: str) -> str:
        front = front_matter.read(Text(HOSTILE[name]))
        assert front
        assert front.problem
        return front.problem.message

    assert message("aliases") == "uses more than 100 aliases"
    assert message("deep brackets in bounds") == "nests deeper than 64 levels"
    assert message("deep bullets") == "nests deeper than 64 levels"
    assert message("deep brackets") == "is longer than 64 KiB"


def test_without_libyaml_the_values_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    source = (
        "---\nname: 'a' # x\ntitle: é😀 b: c\n---\n",
        "---\nname: 'a' # x\nlist:\n  - \"b\"\n\nc: |\n  d\n---\n",
    )
    fast = [front_matter.read(Text(text)) for text in source]
    monkeypatch.delattr(yaml, "CSafeLoader")
    slow = [front_matter.read(Text(text)) for text in source]
    assert [front and front.keys for front in slow] == [front and front.keys for front in fast]
    assert all((a and a.problem is None) == (b and b.problem is None) for a, b in zip(fast, slow, strict=True))


# What a schema accepts.


@pytest.mark.parametrize(
    ("declared", "result", "accepted"),
    [
        ("`loss: number`", {"loss": 1, "more": 2}, True),
        ("`loss: number`", {"loss": "1"}, False),
        ("`loss: number`", {}, False),
        ("`loss: number`", [], False),
        ("`loss?: number`", {}, True),
        ("`loss`", {"loss": None}, True),
        ("`loss: number|null`", {"loss": None}, True),
        ("`n: integer`", {"n": 1.5}, False),
        ("`x: string[]`", {"x": ["a"]}, True),
        ("`x: string[]`", {"x": ["a", 1]}, False),
        ("`x: string[]|string`", {"x": "a"}, True),
        ("`m.loss: number`", {"m": {"loss": 1}}, True),
        ("`m.loss: number`", {"m.loss": 1}, True),
        ("`m.loss: number`", {"m.loss": "1", "m": {"loss": 1}}, False),
        ("`m.loss: number`", {"m": {}}, False),
        ("`m.loss: number`", {"m": 1}, False),
        ("`m.loss: number`, `m.n?: integer`", {"m": {"loss": 1, "n": "a"}}, False),
        ("`m.n?: integer`", {}, True),
    ],
)
def test_schemas_accept(declared: str, result: Any, accepted: bool) -> None:
    entry = markdown.read(Text(f"## Entry\n### a\nSchema: {declared}\n")).entries[0]
    assert entry.schema
    canonical = schema.json_schema(entry.schema)
    assert canonical
    assert jsonschema.Draft202012Validator(json.loads(canonical)).is_valid(result) is accepted
