"""Completion for fish, with what each option does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .described import SERVING, WITHOUT_OPTIONS, Option, Values, Verb

SCRIPT = """\
# Completion of specthis-lsp for fish; printed by `specthis-lsp completion fish`.
function __specthis_lsp_verb
    set -l words (commandline -opc)
    test (count $words) -ge 2; and contains -- $words[2] $argv
end

function __specthis_lsp_first
    test (count (commandline -opc)) -eq 1
end

function __specthis_lsp_list
    set -l before (string replace -rf '^(--[^=]*=)?(.*,)[^,]*$' '$2' -- (commandline -ct))
    test -n "$before"; or set before ''
    printf '%s\\n' $before$argv
end

complete -c specthis-lsp -e
complete -c specthis-lsp -n __specthis_lsp_first -f
{lines}
"""


def fish(verbs: Sequence[Verb]) -> str:
    """The script."""
    first = {name: verb.summary for verb in verbs for name in verb.names}
    first |= dict.fromkeys(WITHOUT_OPTIONS, "") | SERVING
    lines = [_first(name, text) for name, text in first.items()]
    return SCRIPT.format(lines="\n".join((*lines, *(line for verb in verbs for line in _lines(verb)))))


def _first(name: str, text: str) -> str:
    said = f"-l {name.removeprefix('--')}" if name.startswith("--") else f"-a {_quoted(name)}"
    return f"complete -c specthis-lsp -n __specthis_lsp_first {said} -d {_quoted(text)}"


def _lines(verb: Verb) -> Iterator[str]:
    begin = f"complete -c specthis-lsp -n {_quoted('__specthis_lsp_verb ' + ' '.join(verb.names))}"
    if verb.values.words:
        yield f"{begin} -f -a {_words(verb.values)}"
    for option in verb.options:
        yield f"{begin} {_option(option)}"


def _option(option: Option) -> str:
    names = " ".join(f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in option.names)
    value = ""
    if option.holder:
        value = " -r" if option.values.files else " -x"
        value += f" -a {_words(option.values)}" if option.values.words else ""
    return f"{names}{value} -d {_quoted(option.help)}"


def _words(values: Values) -> str:
    words = " ".join(values.words)
    return _quoted(f"(__specthis_lsp_list {words})" if values.listed else words)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
