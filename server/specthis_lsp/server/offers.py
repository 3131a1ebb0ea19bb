"""What a client can do, as far as we ask; whatever it does not say, it cannot."""

from __future__ import annotations

from typing import Any

from lsprotocol import types
from msgspec import Struct

from . import positions

CODE = ("Visual Studio Code", "code-server")
"""Clients known to draw pictures in hovers, to say findings there by themselves, and to follow a link to a line."""
ASKS_TOO_LITTLE = ("Neovim",)
"""Clients that, told to ask again for diagnostics, ask for all files but those that are open; so they are told."""
CUTS_AT_BLANKS = ("Neovim",)
"""Clients that write a completion up to its first blank, unless it is a snippet."""
WRAPS_ADDRESSES = ("Neovim",)
"""Clients that hide the address of a link, but break lines as if it stood there, and follow none."""
REGISTERED = ("synchronization", "hover", "definition", "references", "document_highlight", "rename")
"""What we are told, or asked, of files that are registered for."""
COMPLETION = "text_document.completion.completion_item"


class Offers(Struct, frozen=True):
    """The capabilities that change what we send."""

    encoding: str = positions.DEFAULT
    related: bool = False
    described: bool = False
    tagged: bool = False
    """Whether what is unnecessary is faded."""
    markdown: bool = False
    """Whether hovers may be Markdown."""
    fixes: bool = False
    """Whether code actions may carry edits."""
    resolves_edits: bool = False
    """Whether a code action may come without its edit, which is asked for once somebody chooses it."""
    disabled: bool = False
    """Whether actions are shown that cannot be done, with the reason."""
    document_changes: bool = False
    operations: frozenset[str] = frozenset()
    """What may be done to files in an edit: `create`, `rename`, `delete`."""
    annotated_renames: bool = False
    """Whether the edits of a renaming may ask to be confirmed."""
    pulls: bool = False
    """Whether it asks for diagnostics, and can be told to ask again: who cannot would show what is long gone."""
    progress: bool = False
    """Whether it shows how far long work is."""
    configuration: bool = False
    """Whether it can be asked what its user prefers."""
    says_when_configured: bool = False
    """Whether it tells at our request when that is something else."""
    watches: bool = False
    """Whether files can be watched at our request."""
    relative_patterns: bool = False
    registers_by_pattern: bool = False
    """Whether it can be asked to tell us of further files, by patterns below a folder."""
    shows: bool = False
    """Whether it shows a file at our request."""
    nests: bool = False
    """Whether symbols may lie in one another."""
    link_tooltips: bool = False
    refreshes_lenses: bool = False
    refreshes_hints: bool = False
    follows_lines: bool = False
    """Whether a link may say the line that it leads to."""
    links: bool = True
    """Whether hovers may hold links."""
    draws: bool = False
    """Whether hovers may hold pictures."""
    hovers_findings: bool = False
    """Whether it says a finding above what we say of its place."""
    snippets: bool = False
    """Whether a completion may have stops for the cursor."""
    cuts_at_blanks: bool = False
    """Whether only as a snippet a completion of several words is written whole."""
    inserts_or_replaces: bool = False
    """Whether a completion may say what it replaces apart from what it is put before."""
    resolves: bool = False
    """Whether the documentation of a completion is asked for when it is looked at."""
    completes_in_markdown: bool = False
    folds: bool = False
    most_folds: int = 0
    """Folds of one file that it takes; 0: any number."""
    selects: bool = False
    """Whether selections grow."""
    colours: bool = False
    """Whether it colours words by what they mean."""
    formats: bool = False
    formats_ranges: bool = False
    completion_kinds: frozenset[int] = frozenset()
    """The kinds of completions it knows; empty: those that every client does."""

    @staticmethod
    def of(capabilities: types.ClientCapabilities, client: str = "", options: Any = None) -> Offers:
        """`client` is its name, by which some things are known that no capability says; `options` are its own."""
        of_code = client in CODE
        pictures = options.get("hoverImages") if isinstance(options, dict) else None

        def offered(path: str) -> Any:
            return _get(capabilities, path)

        operations = frozenset(_names(offered("workspace.workspace_edit.resource_operations")))
        return Offers(
            encoding=positions.choose(offered("general.position_encodings")),
            related=bool(offered("text_document.publish_diagnostics.related_information")),
            described=bool(offered("text_document.publish_diagnostics.code_description_support")),
            tagged="1" in _names(offered("text_document.publish_diagnostics.tag_support.value_set")),
            markdown=_names(offered("text_document.hover.content_format"))[:1] == ["markdown"],
            fixes=offered("text_document.code_action.code_action_literal_support") is not None,
            resolves_edits=bool(offered("text_document.code_action.data_support"))
            and "edit" in _names(offered("text_document.code_action.resolve_support.properties")),
            disabled=bool(offered("text_document.code_action.disabled_support")),
            annotated_renames=bool(offered("text_document.rename.honors_change_annotations"))
            and offered("workspace.workspace_edit.change_annotation_support") is not None,
            # Neovim says only the second, which can be had in no other way than the first.
            document_changes=bool(offered("workspace.workspace_edit.document_changes") or operations),
            operations=operations,
            pulls=client not in ASKS_TOO_LITTLE
            and offered("text_document.diagnostic") is not None
            and bool(offered("workspace.diagnostics.refresh_support")),
            progress=bool(offered("window.work_done_progress")),
            configuration=bool(offered("workspace.configuration")),
            says_when_configured=bool(offered("workspace.did_change_configuration.dynamic_registration")),
            watches=bool(offered("workspace.did_change_watched_files.dynamic_registration")),
            relative_patterns=bool(offered("workspace.did_change_watched_files.relative_pattern_support")),
            registers_by_pattern=bool(offered("text_document.filters.relative_pattern_support"))
            and all(offered(f"text_document.{name}.dynamic_registration") for name in REGISTERED),
            shows=bool(offered("window.show_document.support")),
            nests=bool(offered("text_document.document_symbol.hierarchical_document_symbol_support")),
            link_tooltips=bool(offered("text_document.document_link.tooltip_support")),
            refreshes_lenses=bool(offered("workspace.code_lens.refresh_support")),
            refreshes_hints=bool(offered("workspace.inlay_hint.refresh_support")),
            follows_lines=of_code,
            hovers_findings=of_code,
            links=client not in WRAPS_ADDRESSES,
            draws=pictures if isinstance(pictures, bool) else of_code,
            snippets=bool(offered(f"{COMPLETION}.snippet_support")),
            cuts_at_blanks=client in CUTS_AT_BLANKS,
            inserts_or_replaces=bool(offered(f"{COMPLETION}.insert_replace_support")),
            resolves="documentation" in _names(offered(f"{COMPLETION}.resolve_support.properties")),
            completes_in_markdown=_names(offered(f"{COMPLETION}.documentation_format"))[:1] == ["markdown"],
            folds=offered("text_document.folding_range") is not None,
            most_folds=offered("text_document.folding_range.range_limit") or 0,
            selects=offered("text_document.selection_range") is not None,
            colours=offered("text_document.semantic_tokens") is not None,
            formats=offered("text_document.formatting") is not None,
            formats_ranges=offered("text_document.range_formatting") is not None,
            completion_kinds=_numbers(offered("text_document.completion.completion_item_kind.value_set")),
        )


def _get(value: Any, path: str) -> Any:
    for name in path.split("."):
        value = getattr(value, name, None)
    return value


def _names(values: Any) -> list[str]:
    """Names from a list that may hold members of an enumeration, and names that it does not know."""
    return [str(getattr(value, "value", value)) for value in values or ()]


def _numbers(values: Any) -> frozenset[int]:
    return frozenset(int(name) for name in _names(values) if name.isdigit())
