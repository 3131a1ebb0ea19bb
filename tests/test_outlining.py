"""Folds, growing selections and words to colour: of a spec and a paper, and of any text whatever."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from specthis_analyzers.project import Project
from specthis_analyzers.queries.folds import folds
from specthis_analyzers.queries.selection import selection
from specthis_analyzers.queries.tokens import TYPES, tokens
from specthis_analyzers.text import Text
from specthis_lsp.server.features.outlining import LEGEND
from worlds import DictWorld

SPEC = """---
name: compute-a
kind: compute
depends_on:
  - definitions.md
---

# A study

- one
- two
  and more

## Entries

### base

Script: `scripts/a.py`
Output: `results/a.json` (keys: seed)
Inputs:
- `data/a.csv`
- `data/b.csv`
Status: script ready, at last

Schema:
- `loss: number | null`
- `trace?: number[]`

```python
x = 1
```

<!-- a note
of two lines -->

### wide

Run:

```
python a.py
  --wide
```
"""
REPORT = "---\nname: report-a\nkind: report\nhost_doc: reports/paper.tex\nsection_label: sec:a\n---\n"
PAPER = r"""\documentclass{article}
\begin{document}
\section{Results}\label{sec:a}
Text.
\begin{figure}
\includegraphics{a}
\end{figure}
\subsection{More}
Text.

\section{End}
Text.
\end{document}
"""
FILES: dict[str, str | bytes | None] = {
    "specs/compute-a.md": SPEC,
    "specs/report-a.md": REPORT,
    "reports/paper.tex": PAPER,
    "reports/other.tex": PAPER,
    "notes.md": SPEC,
}


def view_of(files: dict[str, str | bytes | None]):
    return Project(DictWorld(dict(files))).view


VIEW = view_of(FILES)


def folded(path: str) -> list[str]:
    """Each fold as the text of its first and last line."""
    text = Text(str(FILES[path]))
    return [f"{text.line(fold.first)} … {text.line(fold.last)}" for fold in folds(VIEW, path)]


def test_what_of_a_spec_folds():
    """The front matter, sections and entries less the blank lines behind them, lists, long fields, fences, comments."""
    assert folded("specs/compute-a.md") == [
        "--- … ---",
        "# A study … ```",
        "- one …   and more",
        "## Entries … ```",
        "### base … of two lines -->",
        "Inputs: … - `data/b.csv`",
        "Schema: … - `trace?: number[]`",
        "```python … ```",
        "<!-- a note … of two lines -->",
        "### wide … ```",
        "Run: … ```",
        "``` … ```",
    ]


def test_what_of_a_paper_folds():
    """Its sections, up to the end of the document, and its floats."""
    assert folded("reports/paper.tex") == [
        r"\section{Results}\label{sec:a} … Text.",
        r"\begin{figure} … \end{figure}",
        r"\subsection{More} … Text.",
        r"\section{End} … Text.",
    ]


def test_papers_of_others_are_left_to_their_servers():
    """Documents that no spec names, and Markdown outside of the specs folder."""
    assert folded("reports/other.tex") == []
    assert folded("notes.md") == []


def grown(path: str, marked: str) -> list[str]:
    """What a selection grows to from a place in a word, the smallest first."""
    source = str(FILES[path])
    return [source[span.start : span.end] for span in selection(VIEW, path, source.index(marked) + 1)]


def test_selections_grow_from_word_to_document():
    """Through path, code span, line, entry and section."""
    found = grown("specs/compute-a.md", "a.csv")
    assert found[:4] == ["a", "data/a.csv", "`data/a.csv`", "- `data/a.csv`"]
    assert "Inputs:\n- `data/a.csv`\n- `data/b.csv`" in found
    starts = [text.split("\n")[0] for text in found]
    assert starts.index("### base") < starts.index("## Entries") < starts.index("# A study") < starts.index("---")
    assert found[-1] == SPEC


def test_selections_grow_in_the_front_matter():
    found = grown("specs/compute-a.md", "definitions.md")
    assert found[:3] == ["definitions", "definitions.md", "- definitions.md"]
    assert "depends_on:\n  - definitions.md" in found
    assert found[-1] == SPEC


def test_selections_grow_in_latex():
    """Argument, braces, command, line, section, document."""
    found = grown("reports/paper.tex", "Results}")
    assert found[:3] == ["Results", "{Results}", r"\section{Results}"]
    assert found[-2].startswith(r"\section{Results}")
    assert found[-1] == PAPER


def coloured(path: str) -> list[tuple[str, str]]:
    source = str(FILES[path])
    return [(source[token.start : token.end], token.sort) for token in tokens(VIEW, path)]


def test_words_of_a_spec():
    """Labels, names, paths, statuses, keys and their types; text behind a status is prose."""
    found = coloured("specs/compute-a.md")
    assert found[:8] == [
        ("name", "property"), ("compute-a", "namespace"), ("kind", "property"), ("compute", "enumMember"),
        ("depends_on", "property"), ("definitions.md", "namespace"), ("base", "class"), ("Script", "property"),
    ]  # fmt: skip
    for word in (
        ("scripts/a.py", "string"), ("seed", "parameter"), ("script ready", "enumMember"), ("loss", "parameter"),
        ("number", "type"), ("null", "type"), ("trace", "parameter"), ("number[]", "type"), ("data/b.csv", "string"),
    ):  # fmt: skip
        assert word in found


def test_words_over_several_lines_come_in_pieces():
    """A command in a fence is a word on each of its lines."""
    found = coloured("specs/compute-a.md")
    assert ("python a.py", "string") in found
    assert any(word.strip() == "--wide" for word, _ in found)


def test_the_legend_is_what_the_server_announces():
    assert list(TYPES) == list(LEGEND.token_types)


@given(st.data())
def test_any_text_is_answered(data: st.DataObject):
    """Words lie apart, in order, on one line each; folds lie in the text; selections grow; nothing raises."""
    path = data.draw(st.sampled_from(["specs/compute-a.md", "reports/paper.tex"]))
    source = str(FILES[path])
    cut, end = data.draw(st.integers(0, len(source))), data.draw(st.integers(0, len(source)))
    put = data.draw(
        st.sampled_from(["", "```\n", "---\n", "<!--", "`", "### x\n", "\r\n", "\r", "\\end{figure}", "Run:\n"])
    )
    changed = source[:cut] + put + source[end:]
    view, text = view_of({**FILES, path: changed}), Text(changed)
    found = tokens(view, path)
    assert all(token.start < token.end <= len(text) for token in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert all(text.line_of(token.start) == text.line_of(token.end) for token in found)
    assert all(fold.first < fold.last < len(text.line_starts) for fold in folds(view, path))
    offset = data.draw(st.integers(0, len(changed) + 2))
    around = selection(view, path, offset)
    assert around[-1].start == 0
    assert around[-1].end == len(text)
    for one, other in pairwise(around):
        assert other.start <= one.start <= one.end <= other.end
        assert one != other
