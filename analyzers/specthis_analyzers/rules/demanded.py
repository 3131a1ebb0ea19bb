"""What must be complete: asked for by whoever submits a paper, and the same for all rules on what is not."""

from __future__ import annotations

from ..facts.contract import Contract
from ..settings import Severity
from ..view import View
from .rule import Spec


def is_demanded(spec: Spec, entry: Contract, view: View) -> bool:
    """Whether an entry belongs to what must be complete; in an ordinary check nothing does."""
    document = view.analysis.complete
    if not document:
        return document is not None
    return (spec.path, entry.name.text) in view.demanded(document)


def loudness(severity: Severity, spec: Spec, entry: Contract, view: View) -> Severity:
    """How loud it is that an entry is not done: an error where it must be."""
    return "error" if is_demanded(spec, entry, view) else severity
