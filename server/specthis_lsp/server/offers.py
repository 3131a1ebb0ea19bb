"""What a client can do, as far as we ask; whatever it does not say, it cannot."""

from __future__ import annotations

from typing import Any

from lsprotocol import types
from msgspec import Struct

from . import positions


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
    annotations: bool = False
    """Whether edits may say what they are for, and ask to be confirmed."""
    document_changes: bool = False
    operations: frozenset[str] = frozenset()
    """What may be done to files in an edit: `create`, `rename`, `delete`."""
    pulls: bool = False
    """Whether it asks for diagnostics, and can be told to ask again: who cannot would show what is long gone."""
    watches: bool = False
    """Whether files can be watched at our request."""
    relative_patterns: bool = False

    @staticmethod
    def of(capabilities: types.ClientCapabilities) -> Offers:
        def offered(path: str) -> Any:
            return _get(capabilities, path)

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
            annotations=bool(offered("text_document.code_action.honors_change_annotations"))
            and offered("workspace.workspace_edit.change_annotation_support") is not None,
            document_changes=bool(offered("workspace.workspace_edit.document_changes")),
            operations=frozenset(_names(offered("workspace.workspace_edit.resource_operations"))),
            pulls=offered("text_document.diagnostic") is not None
            and bool(offered("workspace.diagnostics.refresh_support")),
            watches=bool(offered("workspace.did_change_watched_files.dynamic_registration")),
            relative_patterns=bool(offered("workspace.did_change_watched_files.relative_pattern_support")),
        )


def _get(value: Any, path: str) -> Any:
    for name in path.split("."):
        value = getattr(value, name, None)
    return value


def _names(values: Any) -> list[str]:
    """Names from a list that may hold members of an enumeration, and names that it does not know."""
    return [str(getattr(value, "value", value)) for value in values or ()]
