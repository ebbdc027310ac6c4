"""While a list is loaded: somebody joins with one of its addresses, or somebody else loads another."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from owl.foundation.errors import Conflict
from owl.households.confirming import Outcome, confirm_link
from owl.households.models import ContactPoint
from tests import factories
from tests.factories import NOW
from tests.households.importing.lists import BEN, csv_of, load
from tests.households.proofs import ask, word


def test_who_joins_while_they_are_being_written_waits_and_is_told(app: Flask, committed: Session) -> None:
    joining = factories.joining(committed, email="ben@example.com", mobile=None)
    ask(joining_id=joining.id, address="ben@example.com")
    token, outcomes = word(committed, "token"), []

    def press() -> None:
        with app.app_context():
            outcomes.append(confirm_link(token, now=NOW).outcome)

    pressing = threading.Thread(target=press)

    def while_writing(_: object) -> None:
        pressing.start()
        pressing.join(0.3)
        assert outcomes == []

    load(csv_of(BEN, ("AL1", "", "", "cid@example.com", "", "2024-05-31")), refused=while_writing)
    pressing.join(10)

    assert outcomes == [Outcome.IN_USE]
    committed.rollback()
    assert len(committed.scalars(sa.select(ContactPoint)).all()) == 1


def test_two_lists_are_not_loaded_at_once(app: Flask, committed: Session) -> None:
    said: list[str] = []

    def another() -> None:
        with app.app_context():
            with pytest.raises(Conflict) as refused:
                load(csv_of(BEN))
            said.append(refused.value.sentence)

    def while_writing(_: object) -> None:
        other = threading.Thread(target=another)
        other.start()
        other.join(10)

    load(csv_of(BEN, ("AL1", "", "", "cid@example.com", "", "2024-05-31")), refused=while_writing)
    assert said == ["Another list is being loaded. Wait until it is done."]
