"""How messages become objects: lenient, so that a client may say what the library has no name for yet."""

from __future__ import annotations

import enum
import logging
from typing import Any

import cattrs
from lsprotocol import types
from pygls.protocol import default_converter

logger = logging.getLogger(__name__)


def lenient_converter() -> cattrs.Converter:
    """Unknown members of an enumeration pass as they are: every use of one is a comparison with what we know.

    Each enumeration by itself: a hook for all would come after those for texts and numbers, which they are as well.
    """
    converter = default_converter()
    for kind in filter(_is_enumeration, vars(types).values()):
        converter.register_structure_hook(kind, _member_or_value)
    return converter


def _is_enumeration(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, enum.Enum)


def _member_or_value(value: Any, kind: Any) -> Any:
    try:
        return kind(value)
    except ValueError:
        return value


def structure_initialize(converter: cattrs.Converter, message: dict[str, Any]) -> types.InitializeRequest:
    """A handshake never fails for something in a shape we cannot read: that is left out."""
    try:
        return converter.structure(message, types.InitializeRequest)
    except Exception:
        params = dict(message.get("params") or {})
        params["capabilities"] = _readable(converter, params.get("capabilities"))
        least = {"processId": None, "capabilities": {}}
        readable = {
            name: value
            for name, value in params.items()
            if _reads(converter, {**least, name: value}, types.InitializeParams)
        }
        return converter.structure({**message, "params": {**least, **readable}}, types.InitializeRequest)


def _readable(converter: cattrs.Converter, capabilities: Any) -> dict[str, Any]:
    """The capabilities that can be read, two levels deep."""
    found: dict[str, Any] = {}
    for name, value in capabilities.items() if isinstance(capabilities, dict) else ():
        if _reads(converter, {name: value}, types.ClientCapabilities):
            found[name] = value
        elif isinstance(value, dict):
            parts = [part for part in value if _reads(converter, {name: {part: value[part]}}, types.ClientCapabilities)]
            found[name] = {part: value[part] for part in parts}
            logger.warning("the client's capabilities for %s are only partly understood", name)
    return found


def _reads(converter: cattrs.Converter, value: dict[str, Any], kind: type) -> bool:
    try:
        converter.structure(value, kind)
    except Exception:
        return False
    return True


def warm(converter: cattrs.Converter) -> None:
    """Run the converter once over the messages to come: it makes its functions on first use."""
    place = {"line": 0, "character": 0}
    span = {"start": place, "end": place}
    document = {"uri": "file:///x", "version": 1}
    samples: tuple[tuple[str, dict[str, Any]], ...] = (
        (types.TEXT_DOCUMENT_DID_OPEN, {"textDocument": {**document, "languageId": "markdown", "text": ""}}),
        (
            types.TEXT_DOCUMENT_DID_CHANGE,
            {"textDocument": document, "contentChanges": [{"range": span, "text": "x"}, {"text": "x"}]},
        ),
        (types.TEXT_DOCUMENT_DID_SAVE, {"textDocument": document}),
        (types.TEXT_DOCUMENT_DID_CLOSE, {"textDocument": document}),
        (types.WORKSPACE_DID_CHANGE_WATCHED_FILES, {"changes": [{"uri": "file:///x", "type": 1}]}),
        (
            types.TEXT_DOCUMENT_CODE_ACTION,
            {"textDocument": document, "range": span, "context": {"diagnostics": [{"range": span, "message": ""}]}},
        ),
        (types.TEXT_DOCUMENT_HOVER, {"textDocument": document, "position": place}),
        (types.TEXT_DOCUMENT_DEFINITION, {"textDocument": document, "position": place}),
        (types.TEXT_DOCUMENT_COMPLETION, {"textDocument": document, "position": place}),
    )
    for method, params in samples:
        message = {"jsonrpc": "2.0", "id": 0, "method": method, "params": params}
        converter.structure(message, types.METHOD_TO_TYPES[method][0])
