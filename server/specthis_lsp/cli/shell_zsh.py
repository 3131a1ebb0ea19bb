"""Completion for zsh, by its own `_arguments`, with what each option does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from shlex import quote

from .described import SERVING, WITHOUT_OPTIONS, Option, Values, Verb

SCRIPT = r"""#compdef specthis-lsp
# Completion of specthis-lsp for zsh; printed by `specthis-lsp completion zsh`.
_specthis-lsp() {{
    if (( CURRENT == 2 )); then
        local -a verbs=({verbs}) dashed=({dashed})
        _describe verb verbs
        _describe -o verb dashed
        return
    fi
    local verb=$words[2]
    shift words
    (( CURRENT-- ))
    case $verb in
{cases}
    esac
}}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    _specthis-lsp "$@"
else
    compdef _specthis-lsp specthis-lsp
fi
"""


def zsh(verbs: Sequence[Verb]) -> str:
    """The script."""
    first = {name: verb.summary for verb in verbs for name in verb.names}
    first |= dict.fromkeys(WITHOUT_OPTIONS, "") | SERVING
    rows = [quote(f"{name}:{text}") for name, text in first.items()]
    return SCRIPT.format(
        verbs=" ".join(row for row in rows if not row.startswith(("-", "'-"))),
        dashed=" ".join(row for row in rows if row.startswith(("-", "'-"))),
        cases="\n".join(_case(verb) for verb in verbs),
    )


def _case(verb: Verb) -> str:
    lines = [spec for option in verb.options for spec in _specs(option)]
    lines.append(f"*:{_action(verb.values, 'path' if verb.values.files else 'name')}")
    arguments = " \\\n                ".join(quote(line) for line in lines)
    return f"        ({'|'.join(verb.names)})\n            _arguments -s -S : \\\n                {arguments} ;;"


def _specs(option: Option) -> Iterator[str]:
    """One for each name; an option that is said once takes its other names with it."""
    others = "*" if option.repeats else f"({' '.join(option.names)})"
    help = "".join(f"\\{letter}" if letter in "[]:\\" else letter for letter in option.help)
    for name in option.names:
        value = f":{_action(option.values, option.holder)}" if option.holder else ""
        yield f"{others}{name}{'=' if option.holder else ''}[{help}]{value}"


def _action(values: Values, said: str) -> str:
    """What is completed, as zsh wants it: a name to show, and how."""
    name = said.replace(":", "\\:")
    words = " ".join(values.words)
    if values.listed:
        return f"{name}:{{_sequence compadd - {words}}}"
    if words:
        return f"{name}:({words})"
    return f"{name}:_files" if values.files else f"{name}: "
