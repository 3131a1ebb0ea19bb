"""Completion in shells: the scripts are run by the shells themselves, and know whatever the parsers know."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from specthis_analyzers.rules import RULES
from specthis_lsp.cli.completion import SHELLS
from specthis_lsp.cli.described import verbs
from specthis_lsp.cli.main import HELP, VERBS

CODES = [rule.code for rule in RULES]


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A folder with a file and a folder in it."""
    (tmp_path / "paper.tex").write_text("")
    (tmp_path / "specs").mkdir()
    return tmp_path


def script(shell: str) -> str:
    return SHELLS[shell](verbs(VERBS))


def needs(shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"no {shell} here")


def bash(line: str, cwd: Path) -> list[str]:
    """What bash offers at the end of a line, asked as readline asks."""
    driver = """
source "$1"
COMP_LINE=$2 COMP_POINT=${#2} COMP_WORDS=($2)
[[ $2 == *' ' ]] && COMP_WORDS+=('')
COMP_CWORD=$(( ${#COMP_WORDS[@]} - 1 ))
_specthis_lsp
printf '%s\\n' "${COMPREPLY[@]}"
"""
    (cwd / "script").write_text(script("bash"))
    command = ["bash", "-fuc", driver, "bash", "./script", line]
    ended = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=60, check=False)
    assert ended.stderr == ""
    return [word for word in ended.stdout.split("\n") if word]


def fish(line: str, cwd: Path) -> list[str]:
    """What fish offers at the end of a line."""
    (cwd / "script").write_text(script("fish"))
    command = ["fish", "--no-config", "-c", "source ./script; complete -C $argv[1]", line]
    environment = {**os.environ, "HOME": str(cwd), "XDG_CONFIG_HOME": str(cwd), "XDG_DATA_HOME": str(cwd / "data")}
    ended = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=60, check=False, env=environment)
    assert ended.stderr == ""
    return [word.partition("\t")[0] for word in ended.stdout.splitlines()]


def zsh(line: str, cwd: Path) -> str:
    """What zsh makes of a line after a press of Tab, in a terminal as a person has it."""
    import pty

    (cwd / "script").write_text(script("zsh"))
    setup = (
        "PS1=; unset zle_bracketed_paste; autoload -Uz compinit; compinit -u -D; source ./script; "
        "show() { print -r -- $'\\n'\"<<$BUFFER>>\"; exit }; zle -N show; bindkey '^I' expand-or-complete '^Xs' show; "
        "print ready\n"
    )
    ours, theirs = pty.openpty()
    environment = {"PATH": os.environ["PATH"], "TERM": "dumb", "HOME": str(cwd)}
    started = subprocess.Popen(
        ["zsh", "-f", "-i"],
        cwd=cwd,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environment,
        start_new_session=True,
    )
    os.close(theirs)
    shown = ""
    try:
        os.write(ours, setup.encode())
        while "\nready" not in shown:
            shown += os.read(ours, 4096).decode(errors="replace")
        os.write(ours, f"{line}\t\x18s".encode())
        while ">>" not in shown.partition("\nready")[2]:
            shown += os.read(ours, 4096).decode(errors="replace")
    finally:
        started.kill()
        started.wait()
        os.close(ours)
    return shown.rpartition("<<")[2].partition(">>")[0]


# Each shell ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("specthis-lsp ", [*VERBS, "--stdio", "--tcp", "--ws"]),
        ("specthis-lsp --ch", ["--check"]),
        ("specthis-lsp sch", ["schema"]),
        ("specthis-lsp --check --sel", ["--select"]),
        ("specthis-lsp   check   --sin", ["--since"]),
        ("specthis-lsp check specs --color ", ["auto", "always", "never"]),
        ("specthis-lsp check specs --color=a", ["auto", "always"]),
        ("specthis-lsp --check --fail-on w", ["warning"]),
        ("specthis-lsp --check --output-format sar", ["sarif"]),
        ("specthis-lsp --check --output-format sarif:", []),
        ("specthis-lsp --check --select missing-sc", ["missing-script"]),
        ("specthis-lsp --check --select missing-key,missing-sc", ["missing-key,missing-script"]),
        ("specthis-lsp --check --select=missing-key,missing-sc", ["missing-key,missing-script"]),
        ("specthis-lsp --check --severity missing-script=w", ["warning"]),
        ("specthis-lsp --check --severity=missing-script=w", ["warning"]),
        ("specthis-lsp --check ", []),
        ("specthis-lsp --check --since ", []),
        ("specthis-lsp --check --stdin-filename --sel", []),
        ("specthis-lsp rule missing-sc", ["missing-script"]),
        ("specthis-lsp rule --output-format ", ["text", "json", "markdown"]),
        ("specthis-lsp completion ", list(SHELLS)),
        ("specthis-lsp nonsense --", []),
    ],
)
def test_bash(here: Path, line: str, offered: list[str]):
    """Bash offers what may stand there; where that is nothing, it completes files by itself."""
    needs("bash")
    found = bash(line, here)
    if line == "specthis-lsp ":
        assert set(found) <= set(offered)
        assert {"--check", "audit", "rule", "schema", "completion", "--stdio", "--help"} <= set(found)
    else:
        assert found == offered


def test_bash_offers_every_rule(here: Path):
    """All rules can be named."""
    needs("bash")
    assert bash("specthis-lsp rule ", here) == CODES


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("specthis-lsp sch", ["schema"]),
        ("specthis-lsp --ch", ["--check"]),
        ("specthis-lsp --check --sel", ["--select"]),
        ("specthis-lsp check --color ", ["always", "auto", "never"]),
        ("specthis-lsp check --color=a", ["--color=always", "--color=auto"]),
        ("specthis-lsp check --select missing-scr", ["missing-script"]),
        ("specthis-lsp check --select missing-key,missing-scr", ["missing-key,missing-script"]),
        ("specthis-lsp check --select=missing-key,missing-scr", ["--select=missing-key,missing-script"]),
        ("specthis-lsp check --severity missing-script=w", ["missing-script=warning"]),
        ("specthis-lsp check pa", ["paper.tex"]),
        ("specthis-lsp check --stdin-filename pa", ["paper.tex"]),
        ("specthis-lsp rule missing-scr", ["missing-script"]),
        ("specthis-lsp completion ", sorted(SHELLS)),
    ],
)
def test_fish(here: Path, line: str, offered: list[str]):
    """Fish offers what may stand there, options with what they do."""
    needs("fish")
    assert sorted(fish(line, here)) == offered


@pytest.mark.skipif(sys.platform == "win32", reason="no terminals of that kind")
@pytest.mark.parametrize(
    ("line", "made"),
    [
        ("specthis-lsp sch", "specthis-lsp schema "),
        ("specthis-lsp --chec", "specthis-lsp --check "),
        ("specthis-lsp check --sel", "specthis-lsp check --select="),
        ("specthis-lsp check --color=al", "specthis-lsp check --color=always "),
        ("specthis-lsp check --fail-on wa", "specthis-lsp check --fail-on warning "),
        ("specthis-lsp check --select missing-scr", "specthis-lsp check --select missing-script"),
        (
            "specthis-lsp check --select missing-key,missing-scr",
            "specthis-lsp check --select missing-key,missing-script",
        ),
        ("specthis-lsp check pap", "specthis-lsp check paper.tex "),
        ("specthis-lsp --check --fix sp", "specthis-lsp --check --fix specs/"),
        ("specthis-lsp rule missing-scr", "specthis-lsp rule missing-script "),
        ("specthis-lsp completion fi", "specthis-lsp completion fish "),
    ],
)
def test_zsh(here: Path, line: str, made: str):
    """Zsh makes of a line what there is only one way to go on with."""
    needs("zsh")
    assert zsh(line, here).rstrip(" ,") == made.rstrip()  # a list may go on


def test_powershell(here: Path):
    """PowerShell takes the script, and offers values behind an option."""
    needs("pwsh")
    (here / "script.ps1").write_text(script("powershell"))
    line = "specthis-lsp check --select missing-key,missing-scr"
    ask = f". ./script.ps1; (TabExpansion2 '{line}' {len(line)}).CompletionMatches.CompletionText"
    ended = subprocess.run(
        ["pwsh", "-NoProfile", "-Command", ask], cwd=here, capture_output=True, text=True, check=False
    )
    assert ended.stdout.split() == ["missing-key,missing-script"]


# All of them ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shell", SHELLS)
def test_every_verb_and_option_is_in_every_script(shell: str):
    """Nothing that a parser takes is left out."""
    text = script(shell)
    for verb in verbs(VERBS):
        assert all(name in text for name in verb.names)
        for option in verb.options:
            assert all(name.lstrip("-") in text for name in option.names)


def test_the_verb_prints_them(tmp_path: Path):
    """`completion SHELL` prints the script; anything else is 2 and one line."""

    def printed(*names: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "specthis_lsp", "completion", *names]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    for shell in SHELLS:
        assert printed(shell).stdout == script(shell)
    for names in ((), ("bash", "zsh"), ("tcsh",)):
        ended = printed(*names)
        assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (2, "", 1)


def test_the_help_names_every_verb():
    """`--help` leaves none out."""
    said = [name for verb in verbs(VERBS) for name in verb.names[:1]]
    assert [name for name in said if f"specthis-lsp {name} " not in HELP] == []
