"""What texts around a document say of how it is built: where TeX looks beside the folders, and what is made then.

Build files, style files and documents are searched for a few words only: what they do cannot be told, but where they
say so much, a file that is not found may be found or made when the paper is.
"""

from __future__ import annotations

import re

from msgspec import Struct

from .latex import WRITING

BUILD_FILES = frozenset((
    ".latexmkrc", "latexmkrc", "makefile", "gnumakefile", "justfile", ".justfile", "snakefile", "rakefile",
    "sconstruct", "dvc.yaml", "dvc.lock", "cmakelists.txt", "tectonic.toml", "texmf.cnf", ".envrc", ".env",
    "dockerfile", "dodo.py", "tasks.py", "noxfile.py", "_targets.r", "build.xml", "meson.build", ".gitlab-ci.yml",
    ".travis.yml", "flake.nix", "pixi.toml", "arararc.yaml", ".arararc.yaml", "llmk.toml", "build.lua",
    "nextflow.config", "taskfile.yml", "package.json", "pyproject.toml",
))  # fmt: skip
"""In small letters."""
BUILD_SUFFIXES = (".mk", ".sh", ".bash", ".bat", ".cmd", ".ps1", ".smk", ".nf", ".ninja", ".latexmkrc")
STYLE_SUFFIXES = (".sty", ".cls", ".def", ".clo", ".cfg", ".ltx", ".dtx", ".ins")

SEARCHES = re.compile(r"TEXINPUTS|TEXMF|input@path|include-directory|ensure_path|search-path")
"""Words by which TeX is told to look for files in further folders."""
GRAPHICS = re.compile(r"\\(?:graphicspath|svgpath|DeclareGraphicsRule|Gin@)")
MAKES = re.compile(
    r"\\write18|\\ShellEscape|\\openout|\\newwrite|\\directlua|\\luaexec|\\tikzexternalize"
    r"|\\usepackage(?:\[[^\]]*\])?\{[^{}]*(?:pythontex|sagetex|knitr|auto-pst-pdf|pst-pdf|gnuplottex)"
)
"""Commands by which a document writes files, or has them written."""
FILE_CONTENTS = re.compile(rf"\\begin\s*\{{(?:{'|'.join(WRITING)})\*?\}}(?:\[[^\]]*\])?\{{([^{{}}]*)\}}")
FILE = re.compile(r"[\w.+-]*\w\.(?:tex|pdf|png|jpe?g|eps|svg|pgf|tikz)\b", re.IGNORECASE)
PATTERN_RULE = re.compile(r"(?:%|\*|\$\w+|\$\(\w+\)|\}|\))\.(tex|pdf|png|jpe?g|eps|svg|pgf|tikz)\b", re.IGNORECASE)
LOOKING = re.compile(r"(?:-i?(?:name|path|wholename)\b|--(?:include|exclude)\b|\bwildcard\b)[\s=]*[\"']?[^\s\"')]*")
"""A pattern by which a command looks for files that are there: a spelling checker's, a search's."""
CARRYING = re.compile(r"\b(?:cp|mv|rsync|scp|ln|install|tar|unzip)\b|>")
"""What puts the files that were found somewhere else."""
CUSTOM_DEPENDENCY = re.compile(r"add_cus_dep\s*\(\s*['\"]?\w+['\"]?\s*,\s*['\"]?(\w+)")


class Building(Struct, frozen=True, array_like=True):
    """What is said of files beside those that the folders hold."""

    anywhere: bool = False
    """TeX may look in folders that are not known, or writes files itself."""
    graphics: bool = False
    """The same, for graphics alone."""
    files: frozenset[str] = frozenset()
    """Names, without folder and in small letters, of files that a build may make."""
    suffixes: frozenset[str] = frozenset()
    """Suffixes of which it may make any."""


def is_build_file(name: str) -> bool:
    return name.lower() in BUILD_FILES or name.lower().endswith(BUILD_SUFFIXES)


def in_build_file(source: str) -> Building:
    """What a Makefile, a script or the like says."""
    lines = (line if CARRYING.search(line) else LOOKING.sub("", line) for line in source.splitlines())
    suffixes = [*PATTERN_RULE.findall("\n".join(lines)), *CUSTOM_DEPENDENCY.findall(source)]
    files = frozenset(name.lower() for name in FILE.findall(source))
    return Building(
        SEARCHES.search(source) is not None, False, files, frozenset(f".{suffix.lower()}" for suffix in suffixes)
    )


def in_style_file(source: str) -> Building:
    """What a class or a package of the project's own says."""
    return Building(SEARCHES.search(source) is not None, GRAPHICS.search(source) is not None)


def in_document(source: str) -> Building:
    """What a LaTeX file says."""
    files = frozenset(name.rpartition("/")[2].strip().lower() for name in FILE_CONTENTS.findall(source))
    anywhere = SEARCHES.search(source) is not None or MAKES.search(source) is not None
    return Building(anywhere, False, files)


def together(parts: list[Building]) -> Building:
    return Building(
        any(part.anywhere for part in parts),
        any(part.graphics for part in parts),
        frozenset().union(*(part.files for part in parts)),
        frozenset().union(*(part.suffixes for part in parts)),
    )
