"""A proof by somebody who is known already: their homes, their addresses, their coming back."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.foundation.database import transaction
from owl.foundation.notices import Channel
from owl.households.confirming import (
    Confirmed,
    Outcome,
    confirm_code,
    confirm_link,
)
from owl.households.models import (
    Consent,
    ContactPoint,
    Household,
    Subscriber,
    Subscription,
    Suppression,
    SuppressionReason,
)
from owl.households.suppressing import suppress
from tests import factories
from tests.factories import NOW
from tests.households.confirmed import count
from tests.households.proofs import EMAIL, MOBILE, ask, sent, word


def test_both_addresses_of_a_joining_reach_one_subscriber(session: Session) -> None:
    joining = factories.joining(session, mobile=MOBILE, house="3")
    ask(joining_id=joining.id)
    token = word(session, "token")
    ask(joining_id=joining.id, channel=Channel.SMS)

    by_code = confirm_code(word(session, "code"), joining_id=joining.id, now=NOW)
    by_link = confirm_link(token, now=NOW)

    assert by_code.subscriber_id == by_link.subscriber_id
    assert by_link.outcome is Outcome.DONE
    assert (count(session, Subscriber), count(session, Household), count(session, ContactPoint)) == (1, 1, 2)
    assert count(session, Consent) == 2


def test_the_second_person_of_a_house_finds_the_first_ones_home(session: Session) -> None:
    for email, house in (("anna@example.com", "Flat 2, 14 A"), ("ben@example.com", "FLAT 2 14a")):
        joining = factories.joining(session, house=house)
        ask(joining_id=joining.id, address=email)
        confirm_link(word(session, "token"), now=NOW)
    assert (count(session, Subscriber), count(session, Household)) == (2, 1)


def test_homes_without_a_house_are_homes_of_their_own(session: Session) -> None:
    for email in ("anna@example.com", "ben@example.com"):
        ask(joining_id=factories.joining(session).id, address=email)
        confirm_link(word(session, "token"), now=NOW)
    assert count(session, Household) == 2


def test_an_address_that_became_known_meanwhile_gets_no_second_contact_point(session: Session) -> None:
    ask(joining_id=factories.joining(session).id)
    known = factories.contact_point(session, address=EMAIL)

    for _ in range(2):
        confirmed = confirm_link(word(session, "token"), now=NOW)
        assert (confirmed.outcome, confirmed.subscriber_id) == (Outcome.IN_USE, None)

    assert session.scalars(sa.select(ContactPoint)).one().subscriber_id == known.subscriber_id
    assert count(session, Subscriber) == 1


@pytest.mark.parametrize("reason", list(SuppressionReason))
def test_a_fresh_proof_lifts_every_suppression(session: Session, reason: SuppressionReason) -> None:
    home = factories.household(session, house="12", house_index=b"12")
    owner = factories.subscriber(session, home, name="Ann", paused_until=NOW)
    known = factories.contact_point(session, owner, address=EMAIL)
    with transaction() as inside:
        suppress(inside, known.id, reason=reason, source="test", now=NOW)
    ask(joining_id=factories.joining(session, postcode="SG5 1AB", name="Anna").id)

    confirmed = confirm_link(word(session, "token"), now=NOW + timedelta(hours=1))

    point = session.scalars(sa.select(ContactPoint)).one()
    assert (point.id, point.subscriber_id) == (known.id, owner.id)
    assert confirmed.subscriber_id == owner.id  # whose replies stay theirs
    assert (point.suppressed_at, point.suppressed_reason, count(session, Suppression)) == (None, None, 0)
    session.expire_all()
    assert (owner.name, owner.paused_until, home.house) == ("Anna", None, None)
    reached = session.scalars(sa.select(Household).join(Subscription)).one()
    assert reached.postcode == "SG5 1AB"
    newest = session.scalars(sa.select(Consent).order_by(Consent.id.desc())).first()
    assert newest is not None
    assert newest.given


def test_who_comes_back_while_another_address_still_reaches_them_keeps_their_page(session: Session) -> None:
    owner = factories.subscriber(session)
    factories.contact_point(session, owner, channel=Channel.SMS, address=MOBILE)
    stopped = factories.contact_point(
        session, owner, address=EMAIL, suppressed_at=NOW, suppressed_reason=SuppressionReason.UNSUBSCRIBED
    )
    ask(joining_id=factories.joining(session, postcode="SG5 1AB").id)

    assert confirm_link(word(session, "token"), now=NOW).subscriber_id == owner.id

    assert session.get_one(ContactPoint, stopped.id, populate_existing=True).suppressed_at is None
    assert count(session, Subscription) == 2


def test_a_stopped_mobile_goes_to_whoever_proves_it_and_its_former_owner_is_forgotten(session: Session) -> None:
    former = factories.subscriber(session)
    factories.contact_point(
        session,
        former,
        channel=Channel.SMS,
        address=MOBILE,
        suppressed_at=NOW,
        suppressed_reason=SuppressionReason.STOPPED,
    )
    owner = factories.subscriber(session)
    ask(subscriber_id=owner.id, channel=Channel.SMS)

    confirm_code(word(session, "code"), subscriber_id=owner.id, now=NOW)

    assert session.scalars(sa.select(ContactPoint)).one().subscriber_id == owner.id
    assert session.scalars(sa.select(Subscriber.id)).all() == [owner.id]


def test_a_subscriber_adds_an_address(session: Session) -> None:
    owner = factories.subscriber(session)
    ask(subscriber_id=owner.id)
    assert word(session, "path") == "my/prove"
    ask(subscriber_id=owner.id, channel=Channel.SMS)
    code = word(session, "code")

    assert confirm_code(code, subscriber_id=owner.id, now=NOW) == Confirmed(Outcome.DONE, Channel.SMS, owner.id, None)
    assert confirm_link(sent(session)[0][2]["token"], now=NOW).subscriber_id == owner.id

    assert [row.source for row in session.scalars(sa.select(Consent))] == ["my page", "my page"]
    assert count(session, Subscriber) == 1
