"""What a Makefile says of a file, without running make: against cases, and against GNU make on generated Makefiles."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from specthis_analyzers.facts import makefile
from specthis_analyzers.making import Makefile
from specthis_analyzers.project import Project
from specthis_analyzers.state import Comparison
from specthis_analyzers.text import Text
from specthis_lsp.host.disk import Disk
from worlds import DictWorld

SECOND = 10**9
FILES = (
    "results/a.json", "results/b.json", "results/c/run.json", "reports/a.tex", "reports/b.tex", "scripts/a.py",
    "scripts/b.py", "scripts/model.py", "specs/compute-a.md", "data/one.csv", "data/two.csv", "results/marker",
)  # fmt: skip
ARTEFACTS = ("results/a.json", "results/b.json", "results/c/run.json", "reports/a.tex", "reports/b.tex")


def said(text: str, target: str = "results/a.json", ages: dict[str, int] | None = None, **more: str) -> object:
    """What a Makefile says of a file. All files are there and of one time, but for those with an age in seconds."""
    ages = ages or {}
    files: dict[str, str | bytes | None] = {path: "" for path in FILES if ages.get(path) != GONE}
    world = DictWorld({**files, "Makefile": text, **{name.replace("_", "."): body for name, body in more.items()}})
    world.times = {path: (1000 - ages.get(path, 100)) * SECOND for path in FILES}
    return Project(world).view.ask(("made", target))


GONE = -1
NEWER = {"scripts/a.py": 10}
MOVED = Comparison(moved=("scripts/a.py",))
CURRENT = Comparison()

SAYS = {
    "a rule": "results/a.json: scripts/a.py\n\tpython $<\n",
    "a recipe on its line": "results/a.json: scripts/a.py ; python $<\n",
    "several targets": "results/b.json results/a.json: scripts/a.py\n\tpython $<\n",
    "prerequisites in two places": "results/a.json: scripts/b.py\n\tpython $<\nresults/a.json: scripts/a.py\n",
    "continued lines": "results/a.json: \\\n  scripts/b.py \\\n  scripts/a.py\n\tpython \\\n  $<\n",
    "a comment": "results/a.json: scripts/a.py # scripts/b.py\n\tpython $<\n",
    "a pattern": "results/%.json: scripts/%.py\n\tpython $<\n",
    "a pattern in its folder": "%.json: scripts/a.py\n\tpython $<\n",
    "a static pattern": "results/a.json results/b.json: results/%.json: scripts/%.py\n\tpython $<\n",
    "grouped targets": "results/a.json results/b.json &: scripts/a.py\n\tpython $<\n",
    "a variable": "S = scripts/a.py\nresults/a.json: $(S)\n\tpython $<\n",
    "a variable that is given later": "S = $(T)\nT = scripts/a.py\nresults/a.json: $S\n\tpython $<\n",
    "an expanded one": "T := scripts/a.py\nS := $(T)\nT := scripts/b.py\nresults/a.json: ${S}\n\tpython $<\n",
    "a default": "S ?= scripts/a.py\nS ?= scripts/b.py\nresults/a.json: $(S)\n\tpython $<\n",
    "added words": "S := scripts/b.py\nS += scripts/a.py\nresults/a.json: $(S)\n\tpython $<\n",
    "wildcard": "results/a.json: $(wildcard scripts/*.py)\n\tpython $<\n",
    "patsubst": "results/a.json: $(patsubst results/%.json,scripts/%.py,results/a.json)\n\tpython $<\n",
    "a substitution": "R = results/a.json\n$(R): $(R:results/%.json=scripts/%.py)\n\tpython $<\n",
    "names put together": "results/a.json: $(addprefix scripts/,$(addsuffix .py,a b))\n\tpython $<\n",
    "foreach": "results/a.json: $(foreach s,a b,scripts/$(s).py)\n\tpython $<\n",
    "filter": "S = scripts/a.py data/one.csv\nresults/a.json: $(filter %.py,$(S))\n\tpython $<\n",
    "a glob": "results/a.json: scripts/*.py\n\tpython $<\n",
    "order only, beside": "results/a.json: scripts/a.py | results/marker\n\tpython $<\n",
    "a condition on something else": "ifdef X\nY = 1\nendif\nresults/a.json: scripts/a.py\n\tpython $<\n",
    "a shell in something else": "V := $(shell date)\nresults/a.json: scripts/a.py\n\tpython $< $(V)\n",
    "a definition": "define T\n$(1): x\n\techo\nendef\nresults/a.json: scripts/a.py\n\tpython $<\n",
    "a target's own variable": "results/a.json: N = 1\nresults/a.json: scripts/a.py\n\tpython $<\n",
    "`./` before names": "./results/a.json: ./scripts/a.py\n\tpython $<\n",
    "Windows line ends": "results/a.json: scripts/a.py\r\n\tpython $<\r\n",
}


@pytest.mark.parametrize("name", SAYS)
def test_what_is_made_from_what_is_read(name: str) -> None:
    """The script that moved is named, and nothing is where none did."""
    assert said(SAYS[name], ages=NEWER) == MOVED
    assert said(SAYS[name]) == CURRENT


UNTOLD = {
    "no rule": "results/b.json: scripts/a.py\n\tpython $<\n",
    "a rule without a recipe": "results/a.json: scripts/a.py\n",
    "a phony target": ".PHONY: results/a.json\nresults/a.json: scripts/a.py\n\tpython $<\n",
    "a phony prerequisite": ".PHONY: go\ngo:\n\techo\nresults/a.json: go scripts/a.py\n\tpython $<\n",
    "a rule under a condition": "ifdef X\nresults/a.json: scripts/a.py\n\tpython $<\nendif\n",
    "a variable under a condition": "ifdef X\nS = scripts/a.py\nendif\nresults/a.json: $(S)\n\tpython $<\n",
    "a variable of the environment": "results/a.json: scripts/a.py $(EXTRA)\n\tpython $<\n",
    "a shell": "results/a.json: $(shell ls scripts/*.py)\n\tpython $<\n",
    "a shell's variable": "S != ls scripts/*.py\nresults/a.json: $(S)\n\tpython $<\n",
    "a target that a shell names": "results/a.json: scripts/a.py\n\tpython $<\n$(shell echo x): y\n\techo\n",
    "eval": "results/a.json: scripts/a.py\n\tpython $<\n$(eval $(call T,x))\n",
    "second expansion": ".SECONDEXPANSION:\nresults/a.json: scripts/a.py $$(X)\n\tpython $<\n",
    "a search path": "VPATH = scripts\nresults/a.json: a.py scripts/a.py\n\tpython $<\n",
    "a search path for some": "vpath %.py scripts\nresults/a.json: a.py scripts/a.py\n\tpython $<\n",
    "two recipes": "results/a.json: scripts/a.py\n\tpython $<\nresults/a.json: scripts/b.py\n\tpython $<\n",
    "double colons": "results/a.json:: scripts/a.py\n\tpython $<\n",
    "an empty recipe": "results/a.json: scripts/a.py ;\n",
    "a recipe that may be empty": "results/a.json: scripts/a.py\n\t$(CMD)\n",
    "another make": "results/a.json: scripts/a.py\n\t$(MAKE) -C results\n",
    "a circle": "results/a.json: results/b.json\n\techo\nresults/b.json: results/a.json scripts/a.py\n\techo\n",
    "a prerequisite that nobody makes": "results/a.json: scripts/a.py scripts/none.py\n\tpython $<\n",
    "a missing include": "include none.mk\nresults/a.json: scripts/a.py\n\tpython $<\n",
    "an include that is made": "-include none.mk\nnone.mk: x\n\techo\nresults/a.json: scripts/a.py\n\tpython $<\n",
    "two patterns": "%.json: scripts/a.py\n\techo\nresults/%.json: scripts/%.py\n\tpython $<\n",
    "a pattern from what may be mentioned": "results/a.json: scripts/a.py\n\tpython $<\nall: $(shell cat names)\n"
    "scripts/%.py: none.csv\n\techo\n",
    "a pattern for anything": "%: scripts/a.py\n\techo\n",
    "a suffix rule": ".py.json:\n\techo\nresults/a.json: scripts/a.py\n\techo\n",
    "an open condition": "ifdef X\nresults/a.json: scripts/a.py\n\tpython $<\n",
    "an open reference": "results/a.json: $(X scripts/a.py\n\tpython $<\n",
    "what lies outside": "results/a.json: ../other.py scripts/a.py\n\tpython $<\n",
    "an escaped name": "results/a.json: my\\ file scripts/a.py\n\tpython $<\n",
    "a variable that holds itself": "S = $(S) scripts/a.py\nresults/a.json: $(S)\n\tpython $<\n",
    "flags that make all again": "MAKEFLAGS += -B\nresults/a.json: scripts/a.py\n\tpython $<\n",
    "conflict": "results/a.json: scripts/a.py\n<<<<<<< HEAD\n\tpython $<\n",
}


@pytest.mark.parametrize("name", UNTOLD)
def test_what_cannot_be_told_is_not(name: str) -> None:
    """Neither that a file is out of date nor that it is not."""
    assert said(UNTOLD[name], ages=NEWER) is None
    assert said(UNTOLD[name]) is None


def test_a_spec_that_moved_is_told_apart() -> None:
    """When a spec is all that moved, nothing need be made again."""
    text = "results/a.json: scripts/a.py specs/compute-a.md\n\tpython $<\n"
    assert said(text, ages={"specs/compute-a.md": 1}) == Comparison(specs=("specs/compute-a.md",))


def test_what_moved_on_the_way_is_named_with_what_it_went_through() -> None:
    """A figure made from a result made from a script that moved: the script is named, and the result on the way."""
    text = "reports/a.tex: results/a.json scripts/b.py\n\techo $@\nresults/a.json: scripts/a.py\n\techo $@\n"
    assert said(text, "reports/a.tex", {"scripts/a.py": 10, "reports/a.tex": 5}) == Comparison(
        moved=("scripts/a.py",), through=("results/a.json",)
    )


def test_a_result_on_the_way_that_is_gone_is_named() -> None:
    """As make, which would make it first."""
    text = "reports/a.tex: results/a.json\n\techo $@\nresults/a.json: scripts/a.py\n\techo $@\n"
    assert said(text, "reports/a.tex", {"results/a.json": GONE}) == Comparison(
        moved=("results/a.json",), through=("results/a.json",)
    )


def test_what_is_newer_by_a_moment_says_nothing() -> None:
    """Files of one copy or one run differ by moments."""
    assert said(SAYS["a rule"], ages={"scripts/a.py": 99}) is None


def test_included_files_belong_to_it() -> None:
    assert said("include rules.mk\n", ages=NEWER, rules_mk=SAYS["a rule"]) == MOVED
    assert said(f"-include none.mk\n{SAYS['a rule']}", ages=NEWER) == MOVED


def test_the_first_of_its_names_counts() -> None:
    """`GNUmakefile`, then `makefile`, then `Makefile`."""
    assert said("", ages=NEWER, makefile=SAYS["a rule"]) == MOVED
    assert said(SAYS["a rule"], ages=NEWER, GNUmakefile="") is None


@settings(max_examples=300)
@given(st.text(alphabet="ab:=%$(){}|&;#\\\t\n *?+,.!<@/") | st.text())
def test_any_text_is_read(source: str) -> None:
    """Malformed or not, no text is too much, and what is said of it is the same each time."""
    assert makefile.read(Text(source)) == makefile.read(Text(source))
    assert said(source) is None or isinstance(said(source), Comparison)


HOSTILE = {
    "variables that double": "X0 =\n" + "".join(f"X{n + 1} = $(X{n})$(X{n})\n" for n in range(60)) + "a: $(X60)\n\tb\n",
    "words that double": "X0 := a b\n"
    + "".join(f"X{n + 1} := $(X{n}) $(X{n})\n" for n in range(60))
    + "a: $(X60)\n\tb\n",
    "deep references": "a: " + "$(" * 50_000 + "\n",
    "deep functions": "a: " + "$(sort " * 3_000 + ")" * 3_000 + "\n",
    "deep conditions": "ifdef X\n" * 50_000,
    "a long chain": "".join(f"f{n}: f{n + 1}\n\techo $@\n" for n in range(5_000)),
    "a circle of includes": "include Makefile\n",
    "many stars": "a: " + "*a" * 500 + "\n\techo\n",
    "a substitution that grows": "L := " + "a" * 1_000_000 + "\nX := $(subst a,$(L),$(L))\nf0: $(X)\n\techo\n",
    "a filter of many by many": "L := " + "a " * 500_000 + "\nX := $(filter-out $(L),$(L) b)\nf0: $(X)\n\techo\n",
    "prefixes that grow": "L := " + "a " * 300_000 + "\nX := $(addprefix $(subst $( ),,$(L)),$(L))\nf0: $(X)\n\techo\n",
    "many targets of many": "L := " + "a " * 300_000 + "\n$(L): $(L)\n\techo\n",
    "one target again and again": "a: b\n" * 300_000,
    "many that are made together": "L := " + " ".join(f"t{n}" for n in range(200_000)) + "\n$(L) &: b\n\techo\n",
    "many patterns": "".join(f"%{n}: %.x\n\techo $@\n" for n in range(50_000)),
    "many globs": "X := " + "$(wildcard */*/*/*a*b*c) " * 20_000 + "\nf0: $(X)\n\techo\n",
    "nested lists": "L = " + "x " * 1000 + "\na: $(foreach a,$(L),$(foreach b,$(L),$(foreach c,$(L),$a$b$c)))\n",
    "backslashes": "\\\n" * 50_000,
    "blanks": "a" + " " * 200_000 + "b\\\n" + " " * 200_000 + "c: d\n\techo\n",
    "a definition with blanks": "define a" + " " * 200_000 + "x\n",
    "an assignment with blanks": "a" + " " * 200_000 + "b = c\n",
    "a recipe with blanks": "f0: d\n\t" + " " * 200_000 + "x $(" + " " * 200_000 + "\n",
    "dollars": "a: " + "$" * 100_001 + "\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_makefiles_are_silent(name: str) -> None:
    assert said(HOSTILE[name], target="f0") is None
    assert said(HOSTILE[name]) is None


def test_files_of_make_itself_are_respected() -> None:
    """Where one of make's own rules could apply, it might make a file from something that no rule here names."""
    assert said("reports/a.tex: scripts/a.py\n%.tex: %.json\n\techo\n", "reports/a.tex", NEWER) is None
    world = DictWorld({"Makefile": "x.dat: a.tex\n\techo $@\n", "x.dat": "", "a.tex": "", "a.w": ""})
    assert Project(world).view.ask(("made", "x.dat")) is None


def test_without_a_makefile_nothing_is_said() -> None:
    world = DictWorld({"results/a.json": ""})
    view = Project(world).view
    assert view.ask(("makefile",)) == Makefile()
    assert view.ask(("made", "results/a.json")) is None


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00", b"results/a.json: \xff\n\techo\n", b"\0" * 1000])
def test_a_makefile_that_cannot_be_read_says_nothing(content: bytes | None) -> None:
    files: dict[str, str | bytes | None] = {"results/a.json": "", "Makefile": content}
    assert Project(DictWorld(files)).view.ask(("made", "results/a.json")) is None
    within = {"results/a.json": "", "Makefile/inside": "", "makefile": "include Makefile\n"}
    assert Project(DictWorld({**within})).view.ask(("made", "results/a.json")) is None


# GNU make ---------------------------------------------------------------------------------------------------------

WORDS = (
    *FILES, "$(S)", "$(T)", "$(R)", "$(wildcard scripts/*.py)", "$(wildcard data/*.csv results/*.json)",
    "$(patsubst results/%.json,scripts/%.py,$(R))", "$(R:.json=.tex)", "$(R:results/%.json=reports/%.tex)",
    "$(addprefix scripts/,a.py b.py)", "$(addsuffix .py,scripts/a scripts/b)", "$(foreach n,a b,results/$(n).json)",
    "$(filter %.py,$(S) $(T))", "$(filter-out %.py,$(S) $(T))", "$(sort $(S) $(S))", "$(dir results/a.json)marker",
    "$(basename reports/a.tex).tex", "scripts/$(notdir x/a.py)", "$(firstword $(R))", "$(lastword $(S))",
    "$(strip  $(T) )", "$(subst json,tex,$(R))", "data/*.csv", "./scripts/a.py", "results", "none.py", "results/none",
    "$(N)", "$(shell echo scripts/a.py)", "$(suffix a.json)",
)  # fmt: skip
TARGETS = (*ARTEFACTS, *ARTEFACTS, "$(R)", "results/a.json results/b.json", "results/none", "scripts/model.py", "all")
PATTERNS = ("results/%.json", "%.json", "reports/%.tex", "%.tex", "results/%/run.json", "scripts/%.py")
SOURCES = ("scripts/%.py", "%.py", "results/%.json", "%.json", "scripts/model.py", "data/one.csv", "specs/compute-%.md")
RECIPES = ("\techo $@\n", "\tpython $<\n", "\t@true\n", "\t# a comment\n", "\n", "\n", "\t:\n", "\t$(X)\n")


def makefiles(pick: random.Random) -> str:
    """A Makefile of a few lines, as people write them and sometimes as they do not."""
    lines = [
        "S = scripts/a.py scripts/model.py\n",
        "T := data/one.csv data/two.csv\n",
        "R = results/a.json results/b.json\n",
    ]
    lines = [line for line in lines if pick.random() < 0.9]
    for _ in range(pick.randint(1, 6)):
        lines.append(_line(pick))
    if pick.random() < 0.3:
        pick.shuffle(lines)
    return "".join(lines)


def _words(pick: random.Random) -> str:
    known = FILES if pick.random() < 0.6 else WORDS
    return " ".join(pick.sample(known, pick.randint(0, 3)))


def _line(pick: random.Random) -> str:
    words, order = _words(pick), f" | {_words(pick)}" if pick.random() < 0.15 else ""
    recipe = pick.choice(RECIPES if pick.random() < 0.3 else RECIPES[:2])
    kind = pick.choices(range(9), (8, 5, 1, 1, 2, 0.5, 0.7, 0.5, 0.5))[0]
    if kind == 0:
        return f"{pick.choice(TARGETS)}: {words}{order}\n{recipe}"
    if kind == 1:
        sources = " ".join(pick.sample(SOURCES, pick.randint(1, 2)))
        return f"{pick.choice(PATTERNS)}: {sources}{order}\n{recipe}"
    if kind == 2:
        return f"$(R) : results/%.json : {pick.choice(SOURCES)} {words}\n{recipe}"
    if kind == 3:
        return f"results/a.json results/b.json &: {words}\n{recipe}"
    if kind == 4:
        return f"{pick.choice('STRX')} {pick.choice(('=', ':=', '+=', '?='))} {words}\n"
    if kind == 5:
        return f".PHONY: {pick.choice(('all', 'results/a.json', '$(S)'))}\n"
    if kind == 6:
        return pick.choice((".SECONDARY:\n", ".PRECIOUS: %.json\n", ".DELETE_ON_ERROR:\n", ".SUFFIXES:\n", ".POSIX:\n"))
    if kind == 7:
        return pick.choice(("include rules.mk\n", "-include rules.mk\n", "-include none.mk\n"))
    condition = pick.choice(("ifdef S", "ifeq ($(R),x)", "ifneq (,$(T))"))
    return f"{condition}\n{_line(pick)}else\n{_line(pick)}endif\n"


def lay_out(root: Path, pick: random.Random) -> None:
    for path in FILES:
        if pick.random() < 0.9:
            file = root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch()
            moment = (1_600_000_000 + pick.choice((0, 0, 10, 20, 30, 31))) * SECOND
            os.utime(file, ns=(moment, moment))
    for folder in root.iterdir():
        if folder.is_dir():
            os.utime(folder, ns=(1_600_000_000 * SECOND, 1_600_000_000 * SECOND))


@pytest.mark.skipif(shutil.which("make") is None, reason="there is no make to compare with")
@settings(max_examples=250)
@given(seed=st.integers(0, 10**9))
def test_what_is_said_is_what_make_says(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    """Where anything is said of a file, `make -q` says the same: 0 where nothing moved, 1 where something did."""
    pick = random.Random(seed)
    root = tmp_path_factory.mktemp("make")
    lay_out(root, pick)
    text = makefiles(pick)
    (root / "Makefile").write_text(text)
    (root / "rules.mk").write_text("reports/%.tex: results/%.json\n\techo $@\n")
    view = Project(Disk(str(root))).view
    for target in ARTEFACTS:
        comparison = view.ask(("made", target))
        if comparison is None or not (root / target).exists():
            event("silent")
            continue
        asked = subprocess.run(
            ["make", "-q", target], cwd=root, env={"PATH": os.environ["PATH"]}, capture_output=True, text=True
        )
        moved = bool(comparison.moved or comparison.specs)
        event("moved" if moved else "same")
        assert asked.returncode == moved, (target, comparison, text, asked.stdout, asked.stderr)
    shutil.rmtree(root)
