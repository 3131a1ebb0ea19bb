"""Completion for PowerShell. Where the script offers nothing, PowerShell completes file names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .described import SERVING, WITHOUT_OPTIONS, Verb

SCRIPT = """\
# Completion of specthis-lsp for PowerShell; printed by `specthis-lsp completion powershell`.
Register-ArgumentCompleter -Native -CommandName specthis-lsp -ScriptBlock {{
    param($wordToComplete, $commandAst, $cursorPosition)
    $offered = @{{
{rows}
    }}
    $words = $commandAst.CommandElements | Where-Object {{ $_.Extent.EndOffset -lt $cursorPosition }}
    $said = @($words | ForEach-Object {{ "$_" }})
    $before = ''
    $value = $wordToComplete
    if ($said.Count -le 1) {{
        $key = ''
    }} elseif ($wordToComplete -match '^(--[^=]+=)(.*)$') {{
        $before = $Matches[1]
        $value = $Matches[2]
        $key = $said[1] + ' ' + $before.TrimEnd('=')
    }} else {{
        $key = $said[1] + ' ' + $said[-1]
        if ($said.Count -eq 2 -or -not $offered.ContainsKey($key)) {{
            $key = $said[1]
            if ($wordToComplete.StartsWith('-')) {{ $key += ' -' }}
        }}
    }}
    if ($value -match '^(.*,)([^,]*)$') {{
        $before += $Matches[1]
        $value = $Matches[2]
    }}
    "$($offered[$key])".Split(' ', [StringSplitOptions]::RemoveEmptyEntries) |
        Where-Object {{ $_.StartsWith($value) }} |
        ForEach-Object {{ [System.Management.Automation.CompletionResult]::new($before + $_) }}
}}
"""


def powershell(verbs: Sequence[Verb]) -> str:
    """The script: a table of what may stand behind a verb, or behind an option of it."""
    first = [*(name for verb in verbs for name in verb.names), *WITHOUT_OPTIONS, *SERVING]
    rows = [("", " ".join(first)), *(row for verb in verbs for row in _rows(verb))]
    return SCRIPT.format(rows="\n".join(f"        {_quoted(key)} = {_quoted(words)}" for key, words in rows))


def _rows(verb: Verb) -> Iterator[tuple[str, str]]:
    for name in verb.names:
        yield name, " ".join(verb.values.words)
        yield f"{name} -", " ".join(said for option in verb.options for said in option.names)
        for option in verb.options:
            if option.holder:
                for said in option.names:
                    yield f"{name} {said}", " ".join(option.values.words)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
