"""`completion`: a script by which a shell completes verbs, options and their values. Source it once, or keep it.

Written here, for shtab and its like read one parser and know neither fish nor PowerShell; and static, so that a press
of the Tab key starts no Python.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from .described import Run, Verb, verbs
from .exits import CLEAN, UsageError
from .output import emit_text
from .parser import Parser, one_of
from .shell_bash import bash
from .shell_fish import fish
from .shell_powershell import powershell
from .shell_zsh import zsh

SHELLS: dict[str, Callable[[Sequence[Verb]], str]] = {
    "bash": bash,
    "zsh": zsh,
    "fish": fish,
    "powershell": powershell,
}

DESCRIPTION = """\
Print a script by which a shell completes verbs, options, rules, formats and paths.

  bash        specthis-lsp completion bash > ~/.local/share/bash-completion/completions/specthis-lsp
  zsh         specthis-lsp completion zsh > _specthis-lsp    in a folder of $fpath
  fish        specthis-lsp completion fish > ~/.config/fish/completions/specthis-lsp.fish
  powershell  specthis-lsp completion powershell | Out-String | Invoke-Expression    in $PROFILE"""


def run(arguments: list[str], table: Mapping[str, Run]) -> int:
    """The verb: print the script for a shell, by the table of all verbs."""
    parser = Parser("completion", "completion bash | zsh | fish | powershell", SHELLS, description=DESCRIPTION)
    _, names = parser.read(arguments)
    if len(names) != 1:
        raise UsageError(f"`completion` takes one shell: {', '.join(SHELLS)}")
    emit_text(SHELLS[one_of("completion", names[0], tuple(SHELLS))](verbs(table)))
    return CLEAN
