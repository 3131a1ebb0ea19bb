"""What words mean, a sentence or two each: fields, keys of the front matter, kinds, statuses, commands of LaTeX."""

from __future__ import annotations

from .contract import Kind, Side

FIELDS: dict[str, str] = {
    "Script": "The script that computes this entry's output. One path, from the project's root.",
    "Output": "The file that the script writes, below a folder of results: mostly one JSON. "
    "``(keys: loss, params)`` behind the path says what it must hold.",
    "Export script": "The script that turns results into what a paper shows.",
    "Export outputs": "The files that the exporter writes, below a folder of reports: figures, tables, data. "
    "On one line, or as a list below.",
    "Status": "`script TBD` while the script is still to be written, `script ready` once it is. "
    "Free text may follow, on what there is to do.",
    "Schema": "What the output must hold, in one of five forms: `key: type` in code spans, a list of these, "
    "the path of a JSON Schema, or a fence that says `json schema` or `json`.",
    "Keys": "The same as `Schema:`, as a list of keys.",
    "Routes": "Further sections where a report's exports belong, beside that of its front matter: `paper.tex#label`.",
    "Also writes": "What the script writes beside its output: arrays, checkpoints, plots. No schema holds for it.",
    "Smoke": "The command of a short trial run, as `Run:`.",
    "Inputs": "Files that the script reads, beside what `depends_on` brings. Once one is newer, the output is stale.",
    "Run": "The command that computes the output, without a shell. `{script}`, `{output}`, `{variant}` and "
    "`{variant_name}` are filled in. By default it follows from the script's suffix.",
    "Resources": "What a run asks for, as `key=value`: `gpu`, `hours`, `timeout`, `cpu`, `memory`, `retries`, "
    "`budget`, `checkpoint`, `backend`.",
    "Variants": "Configuration files, one run each; globs count. A variant's name is the stem of its file, and stands "
    "for `{variant_name}` in `Output:`, `Inputs:` and `Export outputs:`.",
    "Workflows": "Workflow files that belong to what was promised.",
}
"""By label, without the colon: every field of an entry."""

RESOURCES: dict[str, str] = {
    "gpu": "A GPU by its name, several as `H100:2`, alternatives with `|` between.",
    "hours": "How long the run is expected to take. What it costs is worked out from that.",
    "timeout": "A hard limit: `90m`, `2h`, or seconds. Without one a run takes the time it takes.",
    "cpu": "How many cores.",
    "memory": "How much memory, such as `16GiB`.",
    "retries": "How often it is tried again where a machine fails; 1 by default.",
    "budget": "What all runs of this entry may cost together, in US dollars: `$5`.",
    "checkpoint": "`none` where a run is so short and cheap that it may begin anew.",
    "backend": "Where it runs unless one says otherwise: `local` or `modal`.",
}
"""By key: what `Resources:` may ask for."""

RESOURCE_WORDS: dict[str, tuple[str, ...]] = {"checkpoint": ("none",), "backend": ("local", "modal")}
"""By key, the values there are, where there are only some."""

PLACEHOLDERS: dict[str, str] = {
    "script": "The path of the entry's script.",
    "output": "The path of its output.",
    "variant": "The path of the variant's configuration file.",
    "variant_name": "The name of the variant: the stem of that file.",
}
"""What stands in braces in `Run:` and `Smoke:`; the last one in paths as well."""

OF_SIDE: dict[Side, tuple[str, ...]] = {
    "compute": ("Script", "Output"),
    "report": ("Export script", "Export outputs", "Routes"),
}
"""The fields that only the entries of one side have."""

FRONT_MATTER: dict[str, str] = {
    "name": "The name of this spec: that of its file, without `.md`.",
    "kind": "What this spec is: meta, definitions, templates, compute, report or figure.",
    "depends_on": "The specs that this one builds on, by their filenames. `[]` where there are none.",
    "title": "What people call this spec.",
    "host_doc": "The LaTeX file that shows this report's exports. For reports only.",
    "section_label": "The `\\label` of the section of `host_doc` in which the exports belong. For reports only.",
}
"""By key: what the front matter of a spec may say."""

KINDS: dict[Kind, str] = {
    "meta": "A question, or what holds for the study as a whole. Has no entries.",
    "definitions": "Words, data and conventions that other specs build on. Has no entries.",
    "templates": "What new specs are made from. Has no entries.",
    "compute": "Experiments: each entry has a script that computes a result.",
    "report": "What a paper shows of results: each entry has an exporter, and its exports belong in a section.",
    "figure": "As a report, for figures that belong in no section.",
}

STATUSES: dict[str, str] = {
    "script TBD": "The script, or what the entry asks of it, is still to be done. What it wrote before is of another "
    "contract.",
    "script ready": "The script does what the entry says, and its output is what was asked for.",
}

MACROS: dict[str, str] = {
    "versions": "The version of the section it stands in: it says which state of the results a reader sees. Each "
    "section that a report routes into has one, within ten lines of its heading.",
    "labels": "Sets a label, as `\\label` does: so says the setting `latex.labels`.",
    "references": "Refers to labels, as `\\ref` does: so says the setting `latex.references`.",
    "inputs": "Takes in a LaTeX file, as `\\input` does: so says the setting `latex.inputs`.",
    "graphics": "Shows a graphic, as `\\includegraphics` does: so says the setting `latex.graphics`.",
}
"""By setting: what the commands of LaTeX that it names mean."""
