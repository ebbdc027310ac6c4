"""Many proofs at the same moment make one subscriber."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from owl.foundation.notices import Channel
from owl.households.confirming import (
    Confirmed,
    Outcome,
    WrongCode,
    confirm_code,
    confirm_link,
)
from owl.households.contact_points import index_of
from owl.households.models import (
    Consent,
    ContactPoint,
    Household,
    Subscriber,
)
from tests import factories
from tests.factories import NOW
from tests.households.confirmed import count
from tests.households.proofs import EMAIL, ask, word, wrong


def at_once(app: Flask, act: Callable[[], Confirmed]) -> Counter[Outcome | str]:
    """What twenty who do the same at the same time are told."""

    def one(_: int) -> Outcome | str:
        with app.app_context():
            try:
                return act().outcome
            except WrongCode as refusal:
                return refusal.sentence[-17:]

    with ThreadPoolExecutor(20) as pool:
        return Counter(pool.map(one, range(20)))


def test_twenty_presses_at_once_make_one_subscriber(app: Flask, committed: Session) -> None:
    ask(joining_id=factories.joining(committed, house="1").id)
    token = word(committed, "token")

    told = at_once(app, lambda: confirm_link(token, now=NOW))

    assert told == {Outcome.DONE: 1, Outcome.ALREADY_DONE: 19}
    committed.rollback()
    assert (count(committed, Subscriber), count(committed, ContactPoint), count(committed, Consent)) == (1, 1, 1)


def test_twenty_joinings_of_one_address_at_once_make_one_subscriber(app: Flask, committed: Session) -> None:
    tokens = []
    for day in range(20):
        ask(joining_id=factories.joining(committed, house="1").id, now=NOW + timedelta(days=day))
        tokens.append(word(committed, "token"))

    told = at_once(app, lambda: confirm_link(tokens.pop(), now=NOW))

    assert told == {Outcome.DONE: 1, Outcome.IN_USE: 19}
    committed.rollback()
    assert (count(committed, Subscriber), count(committed, ContactPoint), count(committed, Household)) == (1, 1, 1)


def test_twenty_wrong_codes_at_once_are_five_tries(app: Flask, committed: Session) -> None:
    joining = factories.joining(committed)
    ask(joining_id=joining.id, channel=Channel.SMS)
    code, joining_id = word(committed, "code"), joining.id
    committed.rollback()

    told = at_once(app, lambda: confirm_code(wrong(code), joining_id=joining_id, now=NOW))

    assert told["sk for a new one."] == 16
    with pytest.raises(WrongCode, match="Ask for a new one"):
        confirm_code(code, joining_id=joining_id, now=NOW)


def test_a_mail_and_a_code_at_once_make_one_subscriber(app: Flask, committed: Session) -> None:
    joining = factories.joining(committed, house="1")
    ask(joining_id=joining.id)
    token = word(committed, "token")
    ask(joining_id=joining.id, channel=Channel.SMS)
    code, joining_id = word(committed, "code"), joining.id
    committed.rollback()
    turns = itertools.cycle([True, False])

    def either() -> Confirmed:
        if next(turns):
            return confirm_link(token, now=NOW)
        return confirm_code(code, joining_id=joining_id, now=NOW)

    told = at_once(app, either)

    assert told[Outcome.DONE] == 2
    committed.rollback()
    assert (count(committed, Subscriber), count(committed, ContactPoint)) == (1, 2)
    assert index_of(Channel.EMAIL, EMAIL) in committed.scalars(sa.select(ContactPoint.address_index)).all()
