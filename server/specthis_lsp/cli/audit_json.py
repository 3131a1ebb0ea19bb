"""An audit for programs: JSON, version 1, as `audit.schema.json` has it. Readers ignore fields they do not know."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from specthis_analyzers.freshness import artefacts_of, state_of_artefact
from specthis_analyzers.text import Text
from specthis_analyzers.views.audit import Row
from specthis_analyzers.views.changes import Change
from specthis_analyzers.views.coverage import Exhibit

from .. import __version__
from .audited import Audited, Compared, Covered
from .plain_json import dumps

VERSION = 1


def as_json(found: Sequence[Audited] | Sequence[Covered] | Sequence[Compared]) -> Iterator[str]:
    """One project is one object, several are an array of them."""
    texts = [dumps(_value(one)) for one in found]
    yield texts[0] if len(texts) == 1 else "[\n" + ",\n".join(texts) + "\n]"


def _value(one: Audited | Covered | Compared) -> dict[str, Any]:
    head = {
        "version": VERSION,
        "tool": {"name": "specthis-lsp", "version": __version__},
        "root": one.target.relative,
    }
    if isinstance(one, Audited):
        return head | _audited(one)
    if isinstance(one, Covered):
        owned = sum(exhibit.owner is not None for exhibit in one.exhibits)
        exhibits = [_exhibit(one, exhibit) for exhibit in one.exhibits]
        return head | {"coverage": {"owned": owned, "shown": len(one.exhibits), "exhibits": exhibits}}
    changes = [_change(change) for change in one.changes if change.is_change or change.unknown]
    since = {"revision": one.revision, "commit": one.commit, "compared": len(one.changes), "entries": changes}
    return head | {"since": since}


def _audited(audited: Audited) -> dict[str, Any]:
    tally = audited.tally
    value: dict[str, Any] = {
        "entries": [_row(audited, row) for row in audited.view.rows],
        "summary": {
            "entries": tally.entries,
            "script_tbd": tally.to_be_written,
            "contract": tally.contract,
            "absent": tally.absent,
            "routing": tally.routing,
            "conventions": len(tally.conventions),
            "not_fully_checked": list(tally.unchecked),
        },
    }
    if audited.next_steps is not None:
        value["next_steps"] = list(audited.next_steps)
    return value


def _row(audited: Audited, row: Row) -> dict[str, Any]:
    pair = audited.view.pairs.get(row.entry.key)
    return {
        "entry": row.entry.name,
        "spec": row.entry.spec,
        "side": row.side,
        "status": row.status or None,
        "marks": dict(row.marks),
        "pair": {"entry": pair.entry.name, "spec": pair.entry.spec} if pair else None,
        "host_doc": row.document or None,
        "notes": list(row.notes),
        "findings": [
            {
                "code": finding.code,
                "severity": finding.severity,
                "message": finding.message,
                "fingerprint": finding.fingerprint,
            }
            for finding in row.findings
        ],
        "artefacts": list(_artefacts(audited, row)),
    }


def _artefacts(audited: Audited, row: Row) -> Iterator[dict[str, Any]]:
    """What the entry writes, and the verdict on each by all evidence."""
    project, spec, contract = audited.opened.project, row.entry.spec, row.entry.contract
    for _, path in artefacts_of(contract):
        state = state_of_artefact(spec, project.facts(spec), contract, path, project.view)
        yield {"path": path, "state": state.name, "evidence": state.evidence}


def _exhibit(covered: Covered, exhibit: Exhibit) -> dict[str, Any]:
    text = covered.opened.disk.read(exhibit.path)
    position = text.position(exhibit.start) if isinstance(text, Text) else None
    owner = exhibit.owner
    return {
        "name": exhibit.name,
        "path": exhibit.path,
        "start": {"line": position.line + 1, "column": position.column + 1} if position else None,
        "owner": {"entry": owner.entry, "spec": owner.path} if owner else None,
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "entry": change.entry,
        "spec": change.spec,
        "side": change.side,
        "contract": list(change.contract),
        "result": list(change.result),
        "figure": list(change.figure),
        "unknown": list(change.unknown),
    }
