"""What is said of the words of a spec: each word that there is has a meaning, and no other."""

from __future__ import annotations

from typing import get_args

from specthis_analyzers.facts.contract import KINDS as ALL_KINDS
from specthis_analyzers.facts.contract import STATUS, Kind
from specthis_analyzers.facts.markdown import OPTIONAL, REQUIRED
from specthis_analyzers.facts.vocabulary import FIELDS, KINDS, OF_SIDE, RESOURCE_WORDS, RESOURCES, STATUSES
from specthis_analyzers.rules.unknown_resource import FORMS


def test_every_field_that_is_read_has_a_meaning_and_no_other():
    assert set(FIELDS) == {*REQUIRED, *OPTIONAL}
    assert {label for labels in OF_SIDE.values() for label in labels} <= set(FIELDS)


def test_every_kind_has_a_meaning_and_no_other():
    assert tuple(KINDS) == ALL_KINDS == get_args(Kind)


def test_every_status_that_has_a_meaning_is_read():
    assert [match[1] for word in STATUSES if (match := STATUS.fullmatch(word))] == list(STATUSES)


def test_every_resource_has_a_meaning_and_a_form():
    assert set(RESOURCES) == {"gpu", *FORMS, *RESOURCE_WORDS}
    assert all(f"`{key}`" in FIELDS["Resources"] for key in RESOURCES)
