"""What a feature is: a method of the protocol and the plain function that answers it; and where a question stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct

from specthis_analyzers.finding import Place
from specthis_analyzers.text import Text

from .offers import Offers
from .session import Session

if TYPE_CHECKING:
    from .homes import Home


class Feature(Struct, frozen=True):
    """A method, the function that answers it, and the options it is announced with."""

    method: str
    function: Callable[[Session, Any], Any]
    options: Any = None
    wanted: Callable[[Offers], bool] | None = None
    """Whether it is announced to a client; to all where nothing is said."""


class AtPlace(Protocol):
    """Parameters that name a document and a position."""

    text_document: Any
    position: Any


class Here(Struct, frozen=True):
    """A place in a file of a project, in the engine's terms."""

    home: Home
    path: str
    text: Text
    offset: int


def here(session: Session, params: AtPlace) -> Here | None:
    """The place that a request asks about, with everything that has arrived taken into account; None elsewhere."""
    home, path = session.current(params.text_document.uri) or (None, "")
    if home is None:
        return None
    text = home.text(path)
    return Here(home, path, text, session.documents.positions.offset(text, params.position))


def location(session: Session, home: Home, place: Place) -> dict[str, Any]:
    """A place as the protocol has it."""
    where = session.documents.positions.range(home.text(place.path), place.span)
    return {"uri": home.uri_of(place.path), "range": where}
