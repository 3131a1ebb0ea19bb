"""Proves the clients in real editors: `prove.py neovim ...`. Each is run in a copy of the drifted study.

A proof is a command that writes `ok NAME` or `FAIL NAME` for each of its cases and `end` at its end.
An editor that cannot be had here is named in the last lines, with the reason; what is missing is installed first,
into `build/editors` or by apt where we are root.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
HERE = ROOT / "tests" / "editors"
TOOLS = ROOT / "build" / "editors" / "python"
STUDY = ROOT / "docs" / "examples" / "drifted"
LIMIT = 180
"""Seconds after which a proof counts as failed."""


EMACS_PACKAGES = ("emacs-nox", "elpa-eglot", "elpa-markdown-mode")


class Unavailable(Exception):
    """An editor cannot be had here; says why."""


class Proof(NamedTuple):
    """One run of an editor: what it shows, the command, and what its environment has beside the common."""

    name: str
    command: list[str]
    environment: Mapping[str, str] = MappingProxyType({})


def main(names: list[str]) -> int:
    closing = [prove(name, EDITORS[name]) for name in names or EDITORS]
    print(*(line for _, line in closing), sep="\n")
    return 0 if all(well for well, _ in closing) else 1


def prove(name: str, proofs: Callable[[], Iterator[Proof]]) -> tuple[bool, str]:
    """Run the proofs of one editor: whether none failed, and its closing line."""
    passed = failed = 0
    try:
        for proof in proofs():
            print(f"\n{proof.name}", flush=True)
            well, wrong = run(proof)
            passed, failed = passed + well, failed + wrong
    except Unavailable as reason:
        return True, f"{name}: not run: {reason}"
    return failed == 0, f"{name}: {passed} passed, {failed} failed"


def run(proof: Proof) -> tuple[int, int]:
    """One run, in a home and a study of its own; how many of its cases passed and failed."""
    with tempfile.TemporaryDirectory(prefix="specthis-editors-") as folder:
        home, study = Path(folder) / "home", Path(folder) / "study"
        shutil.copytree(STUDY, study)
        clone = home / "src" / "specthis-lsp"
        shutil.copytree(ROOT / "editors", clone / "editors", ignore=shutil.ignore_patterns("node_modules"))
        environment = {
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), str(TOOLS / "bin"), os.environ["PATH"]]),
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            **proof.environment,
        }
        try:
            done = subprocess.run(
                proof.command,
                cwd=study,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=LIMIT,
                check=False,
            )
            said, code = done.stdout, done.returncode
        except subprocess.TimeoutExpired as late:
            said, code = late.stdout or b"", -1
    text = said.decode(errors="replace")
    passed = len(re.findall(r"^ok ", text, re.MULTILINE))
    failed = len(re.findall(r"^FAIL ", text, re.MULTILINE))
    ended = re.search(r"^end$", text, re.MULTILINE) is not None
    shown = text if failed or not ended else "".join(re.findall(r"^ok .*\n", text, re.MULTILINE))
    print(shown.rstrip(), flush=True)
    if not ended or (code != 0 and not failed):
        print(f"FAIL it did not come to its end (exit code {code})")
        failed += 1
    return passed, failed


# Neovim --------------------------------------------------------------------------------------------------------


def neovim() -> Iterator[Proof]:
    """With the plugin, with a few lines of one's own, and as Neovim was set up before 0.11."""
    nvim = from_packages("nvim")
    for configuration in ("plugin", "plain", "older"):
        yield Proof(
            f"Neovim, {configuration}.lua",
            [
                *(nvim, "--headless", "-i", "NONE", "-n", "-u", str(HERE / "neovim" / f"{configuration}.lua")),
                *("-c", f"luafile {HERE / 'neovim' / 'proof.lua'}"),
            ],
            {"PROOF_OF": configuration},
        )
    keys = [from_packages("python"), str(HERE / "neovim" / "keys.py"), nvim, str(HERE / "neovim" / "plugin.lua")]
    yield Proof("Neovim, by keys", keys)


def from_packages(name: str) -> str:
    """A program of the packages in `requirements.txt`, installed if need be."""
    wanted = (HERE / "requirements.txt").read_text()
    noted = TOOLS / "requirements.txt"
    if not noted.exists() or noted.read_text() != wanted:
        shutil.rmtree(TOOLS / "lib", ignore_errors=True)
        command = [sys.executable, "-m", "venv", str(TOOLS)]
        pip = [str(TOOLS / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        for step in (command, [*pip, "--only-binary=:all:", "--require-hashes", "-r", str(HERE / "requirements.txt")]):
            attempt(step)
        noted.write_text(wanted)
    return str(TOOLS / "bin" / name)


# Emacs ---------------------------------------------------------------------------------------------------------


def emacs() -> Iterator[Proof]:
    """Debian's Emacs with Eglot and markdown-mode as packages, in batch mode."""
    from_debian("emacs", EMACS_PACKAGES, ["emacs", "--batch", "-f", "package-initialize", "--eval", "(require 'eglot)"])
    batch = ["emacs", "--batch", "-l", "package", "-f", "package-initialize"]
    for configuration in ("init", "plain"):
        files = [HERE / "emacs" / f"{configuration}.el", HERE / "emacs" / "proof.el"]
        loads = [word for file in files for word in ("-l", str(file))]
        yield Proof(f"Emacs, {configuration}.el", [*batch, *loads], {"PROOF_OF": configuration})
    yield Proof("Emacs, as a package", [*batch, "-l", str(HERE / "emacs" / "package.el")])


def from_debian(name: str, packages: tuple[str, ...], works: list[str]) -> None:
    """Have a program of the system, installed by apt where that may be done."""
    if shutil.which(name) and subprocess.run(works, capture_output=True, check=False).returncode == 0:
        return
    if not shutil.which("apt-get"):
        raise Unavailable(f"no {' '.join(packages)} here, and no apt to install them")
    if os.geteuid() != 0:
        raise Unavailable(f"installing {' '.join(packages)} takes root")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-qq", "--no-install-recommends", *packages]
    if subprocess.run(install, capture_output=True, env=environment, check=False).returncode != 0:
        attempt(["apt-get", "update", "-qq"], environment)
        attempt(install, environment)


# Helix ---------------------------------------------------------------------------------------------------------


def helix() -> Iterator[Proof]:
    """Helix as the system has it, in a terminal of ours; Debian 12 has none."""
    program = os.environ.get("HELIX") or shutil.which("hx") or shutil.which("helix")
    if program is None:
        raise Unavailable("no `hx` here; HELIX=PATH names one (Debian has it from 13 on)")
    yield Proof(
        "Helix, languages.toml",
        [from_packages("python"), str(HERE / "helix" / "proof.py")],
        {"HELIX": program, "LANGUAGES": str(ROOT / "editors" / "helix" / "languages.toml")},
    )


def attempt(command: list[str], environment: dict[str, str] | None = None) -> None:
    """Run a step of an installation; where it fails, its last line is the reason why there is no proof."""
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode != 0:
        last = (done.stderr.strip() or done.stdout.strip() or "no word").splitlines()[-1]
        raise Unavailable(f"`{' '.join(command[:4])} ...` failed: {last}")


EDITORS: dict[str, Callable[[], Iterator[Proof]]] = {"neovim": neovim, "emacs": emacs, "helix": helix}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
