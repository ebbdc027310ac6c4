"""A subscriber takes their data along, or is forgotten; nothing readable stays."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.foundation.database import Model
from owl.foundation.errors import NotFound
from owl.foundation.notices import Channel
from owl.households.clearing import clear_unfinished
from owl.households.confirming import DeadLink, confirm_code, confirm_link
from owl.households.consent_wording import consent_words
from owl.households.data_rights import erase_subscriber
from owl.households.magic_links import PageClosed, open_page, owner_of_page, send_magic_link
from owl.households.models import Consent, ContactPoint, Household, Joining, MagicLink, Proof, Subscriber, Suppression
from owl.rights.own_data import as_json, everything_about
from tests import factories
from tests.factories import NOW
from tests.households.proofs import EMAIL, MOBILE, ask, word

NAME, HOUSE = "Zebedee Quux", "Marmalade Cottage"


def join(session: Session) -> int:
    joining = factories.joining(session, name=NAME, house=HOUSE, email=EMAIL, mobile=MOBILE)
    ask(joining_id=joining.id)
    subscriber_id = confirm_link(word(session, "token"), now=NOW).subscriber_id
    ask(joining_id=joining.id, channel=Channel.SMS)
    confirm_code(word(session, "code"), joining_id=joining.id, now=NOW)
    assert subscriber_id is not None
    return subscriber_id


def dump(session: Session) -> str:
    """Every column of every row, as it lies in the tables; bytes both in hexadecimal and as text."""
    rows = []
    for name in Model.metadata.tables:
        if name not in {"postcode", "ward", "neighbourhood", "district", "team"}:
            rows += [str(row) for row in session.execute(sa.text(f'SELECT t::text FROM "{name}" t'))]
    text = "\n".join(rows)
    found = [bytes.fromhex(part).decode("latin-1") for part in text.split("\\x") for part in [_hex(part)] if part]
    return text + "\n".join(found)


def _hex(part: str) -> str:
    digits = "".join(letter for letter in part if letter in "0123456789abcdef")
    return digits[: len(digits) // 2 * 2]


def test_a_dump_of_the_tables_shows_no_address_name_or_house(session: Session) -> None:
    join(session)
    send_magic_link(channel=Channel.EMAIL, address=EMAIL, now=NOW)
    text = dump(session)
    for secret in (EMAIL, MOBILE, NAME, HOUSE, "7700900123", word(session, "token")):
        assert secret.lower() not in text.lower()


def test_the_data_to_take_along_holds_all_that_was_given(session: Session) -> None:
    subscriber_id = join(session)

    data = json.loads(as_json(everything_about(session, subscriber_id, now=NOW)))

    assert data["name"] == NAME
    assert (data["homes"][0]["postcode"], data["homes"][0]["house"]) == ("SG5 1AA", HOUSE)
    assert len(data["homes"][0]["kinds_of_message"]) == 7
    assert [row["address"] for row in data["addresses"]] == [EMAIL, "07700 900123"]
    assert data["addresses"][0]["consent"] == [
        {
            "at": NOW.isoformat(),
            "given": True,
            "wording": "2026-11",
            "words": consent_words("2026-11", [Channel.EMAIL]),
            "source": "web form",
        }
    ]


def test_who_is_erased_leaves_counts_and_evidence_and_nothing_else(session: Session) -> None:
    subscriber_id = join(session)
    send_magic_link(channel=Channel.EMAIL, address=EMAIL, now=NOW)
    opened = open_page(word(session, "token"), now=NOW)
    ask(joining_id=factories.joining(session).id)  # somebody tried to join with the same address

    erase_subscriber(subscriber_id, now=NOW)
    erase_subscriber(subscriber_id, now=NOW)

    for gone in (Subscriber, Joining, Proof, MagicLink):
        assert session.scalars(sa.select(gone)).all() == []
    points = session.scalars(sa.select(ContactPoint)).all()
    assert [(row.address, row.address_index, row.subscriber_id) for row in points] == [(None, None, None)] * 2
    home = session.scalars(sa.select(Household)).one()
    assert (home.postcode, home.house, home.house_index) == ("SG5 1AA", None, None)
    assert len(session.scalars(sa.select(Suppression)).all()) == 2
    assert [row.given for row in session.scalars(sa.select(Consent).order_by(Consent.id))] == [True, True, False, False]
    with pytest.raises(PageClosed):
        owner_of_page(session, opened, now=NOW)
    with pytest.raises(NotFound):
        everything_about(session, subscriber_id, now=NOW)


def test_who_was_erased_may_join_again(session: Session) -> None:
    erase_subscriber(join(session), now=NOW)
    ask(joining_id=factories.joining(session).id, now=NOW + timedelta(days=2))

    assert confirm_link(word(session, "token"), now=NOW + timedelta(days=2)).subscriber_id

    assert len(session.scalars(sa.select(ContactPoint)).all()) == 3
    left = session.scalars(sa.select(Suppression)).all()
    assert len(left) == 1  # the mobile's


def test_the_clock_clears_what_nobody_finished(session: Session) -> None:
    unfinished = factories.joining(session)
    ask(joining_id=unfinished.id)
    token = word(session, "token")
    owner = factories.contact_point(session, address="ben@example.com")
    ask(subscriber_id=owner.subscriber_id, channel=Channel.SMS)
    send_magic_link(channel=Channel.EMAIL, address="ben@example.com", now=NOW)

    assert clear_unfinished(NOW + timedelta(hours=1)) == 0
    assert clear_unfinished(NOW + timedelta(hours=49)) == 3

    for gone in (Joining, Proof, MagicLink):
        assert session.scalars(sa.select(gone)).all() == []
    with pytest.raises(DeadLink):
        confirm_link(token, now=NOW + timedelta(hours=49))
