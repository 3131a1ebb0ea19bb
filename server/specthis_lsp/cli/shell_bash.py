"""Completion for bash, from 3.2 on. Where the script offers nothing, bash completes file names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from shlex import quote

from .described import SERVING, WITHOUT_OPTIONS, Values, Verb

SCRIPT = r"""# Completion of specthis-lsp for bash; printed by `specthis-lsp completion bash`.
_specthis_lsp() {{
    local line token before value word done kept= words= listed= takes= verb=${{COMP_WORDS[1]}}
    # Bash splits words at `=` and `:`, which belong to ours; so they are read off the line.
    line=${{COMP_LINE:0:COMP_POINT}}
    token=${{line##*[[:space:]]}}
    before=${{line%"$token"}}
    before=${{before%"${{before##*[![:space:]]}}"}}
    before=${{before##*[[:space:]]}}
    COMPREPLY=()
    if (( COMP_CWORD == 1 )); then
        words={verbs}
    elif [[ $token == --*=* ]]; then
        kept=${{token%%=*}}=
        _specthis_lsp_values "$verb ${{token%%=*}}"
    else
        _specthis_lsp_values "$verb $before"
        if [[ -z $words && -z $takes ]]; then
            if [[ $token == -* ]]; then
                _specthis_lsp_options "$verb"
            else
                _specthis_lsp_values "$verb"
            fi
        fi
    fi
    value=${{token#"$kept"}}
    if [[ -n $listed && $value == *,* ]]; then
        kept+=${{value%,*}},
        value=${{value##*,}}
    fi
    done=${{token%"${{token##*[=:]}}"}}
    for word in $words; do
        [[ $word == "$value"* ]] && COMPREPLY+=("${{kept}}${{word}}")
    done
    # What stands before the last `=` or `:` is on the line already.
    (( ${{#COMPREPLY[@]}} )) && COMPREPLY=("${{COMPREPLY[@]#"$done"}}")
}}

_specthis_lsp_options() {{
    case $1 in
{options}
    esac
}}

_specthis_lsp_values() {{
    words= listed= takes=
    case $1 in
{values}
    esac
}}

complete -o bashdefault -o default -F _specthis_lsp specthis-lsp
"""


def bash(verbs: Sequence[Verb]) -> str:
    """The script."""
    first = [*(name for verb in verbs for name in verb.names), *WITHOUT_OPTIONS, *SERVING]
    return SCRIPT.format(
        verbs=quote(" ".join(first)),
        options="\n".join(_options(verb) for verb in verbs),
        values="\n".join(line for verb in verbs for line in _values(verb)),
    )


def _options(verb: Verb) -> str:
    names = " ".join(name for option in verb.options for name in option.names)
    return f"        {_case(verb.names)}) words={quote(names)} ;;"


def _values(verb: Verb) -> Iterator[str]:
    yield _line(list(verb.names), verb.values, "")
    for option in verb.options:
        if option.holder:
            yield _line([f"{name} {said}" for name in verb.names for said in option.names], option.values, " takes=1")


def _line(cases: Sequence[str], values: Values, takes: str) -> str:
    listed = " listed=1" if values.listed else ""
    return f"        {_case(cases)}) words={quote(' '.join(values.words))}{listed}{takes} ;;"


def _case(cases: Sequence[str]) -> str:
    return "|".join(quote(case) for case in cases)
