"""A subscriber's own page: what is theirs changes, what is another's does not."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from owl.foundation.errors import BadInput, Conflict, NotFound
from owl.foundation.notices import Channel
from owl.geography.queries import Place
from owl.households.choices import CHOICES
from owl.households.confirming import confirm_link
from owl.households.contact_points import index_of
from owl.households.leaving import leave
from owl.households.models import (
    Consent,
    ContactPoint,
    Household,
    Subscription,
    Suppression,
    SuppressionReason,
)
from owl.households.own_addresses import OnlyAddress, ask_for_address, remove_address, start_again
from owl.households.own_homes import move_home, remove_home
from owl.households.queries import subscriber_row
from tests import factories
from tests.factories import NOW
from tests.households.proofs import EMAIL, MOBILE, sent, word

LATER = NOW + timedelta(hours=1)


def place(session: Session, postcode: str = "SG5 1AB") -> Place:
    neighbourhood = factories.neighbourhood_id(session, 3)
    return Place(postcode, None, None, neighbourhood, "Somewhere", "E07000096", "Dacorum")


def subscription_of(session: Session, subscriber_id: int) -> int:
    return session.execute(sa.select(Subscription.id).where(Subscription.subscriber_id == subscriber_id)).scalar_one()


def test_a_move_keeps_the_old_home_for_what_was_sent_there_but_not_its_number(session: Session) -> None:
    old = factories.household(session, house="12", house_index=b"12")
    owner = factories.subscriber(session, old)

    move_home(owner.id, subscription_of(session, owner.id), place=place(session), house="3", now=NOW)

    home = subscriber_row(session, owner.id, now=NOW).homes[0]
    assert (home.postcode, home.house) == ("SG5 1AB", "3")
    kept = session.get_one(Household, old.id, populate_existing=True)
    assert (kept.postcode, kept.house, kept.house_index) == ("SG5 1AA", None, None)


def test_a_move_leaves_the_old_home_to_those_who_stay(session: Session) -> None:
    old = factories.household(session, house="12", house_index=b"12")
    mover, stayer = factories.subscriber(session, old), factories.subscriber(session, old)
    move_home(mover.id, subscription_of(session, mover.id), place=place(session), house="", now=NOW)
    assert subscriber_row(session, stayer.id, now=NOW).homes[0].house == "12"


def test_a_move_into_a_home_that_is_theirs_already_is_refused(session: Session) -> None:
    owner = factories.subscriber(session)
    subscription_id = subscription_of(session, owner.id)
    move_home(owner.id, subscription_id, place=place(session), house="3", now=NOW)
    second = factories.household(session)
    session.add(Subscription(subscriber_id=owner.id, household_id=second.id, kinds=["event"], created_at=NOW))
    session.commit()
    other = [
        home for home in subscriber_row(session, owner.id, now=NOW).homes if home.subscription_id != subscription_id
    ]
    with pytest.raises(Conflict, match="already"):
        move_home(owner.id, other[0].subscription_id, place=place(session), house=" 3 ", now=NOW)


def test_nobody_changes_what_is_anothers(session: Session) -> None:
    mine, other = factories.subscriber(session), factories.subscriber(session)
    theirs = factories.contact_point(session, other)
    factories.contact_point(session, mine)
    subscription_id = subscription_of(session, other.id)
    for act in (
        lambda: move_home(mine.id, subscription_id, place=place(session), house="", now=NOW),
        lambda: remove_address(mine.id, theirs.id, now=NOW),
        lambda: start_again(mine.id, theirs.id, now=NOW),
    ):
        with pytest.raises(NotFound):
            act()
    assert subscriber_row(session, other.id, now=NOW).homes[0].kinds == CHOICES
    assert subscriber_row(session, other.id, now=NOW).gets_messages


def test_an_address_is_added_by_its_proof_and_the_others_are_told(session: Session) -> None:
    owner = factories.subscriber(session)
    factories.contact_point(session, owner, channel=Channel.SMS, address=MOBILE)

    ask_for_address(owner.id, channel=Channel.EMAIL, typed=" Anna@example.com", allow_drama=True, now=NOW)
    assert len(subscriber_row(session, owner.id, now=NOW).contact_points) == 1
    confirm_link(word(session, "token"), now=NOW)

    assert [point.address for point in subscriber_row(session, owner.id, now=NOW).contact_points] == [
        "07700 900123",
        "Anna@example.com",
    ]
    assert [(name, to) for name, to, _ in sent(session)][1:] == [("address_added", MOBILE)]


def test_ones_own_address_is_not_added_twice(session: Session) -> None:
    point = factories.contact_point(session, channel=Channel.SMS, address=MOBILE)
    assert point.subscriber_id
    with pytest.raises(BadInput, match="already") as refusal:
        ask_for_address(point.subscriber_id, channel=Channel.SMS, typed="07700900123", allow_drama=True, now=NOW)
    assert list(refusal.value.fields) == ["mobile"]


def test_an_address_of_somebody_else_is_asked_about_as_any_other(session: Session) -> None:
    factories.contact_point(session, address=EMAIL)
    owner = factories.subscriber(session)
    ask_for_address(owner.id, channel=Channel.EMAIL, typed=EMAIL, allow_drama=True, now=NOW)
    assert [(name, to) for name, to, _ in sent(session)] == [("already_known", EMAIL)]


def test_a_removed_address_is_forgotten_but_for_its_blind_index(session: Session) -> None:
    owner = factories.subscriber(session)
    point = factories.contact_point(session, owner, address=EMAIL)
    factories.contact_point(session, owner, channel=Channel.SMS)

    remove_address(owner.id, point.id, now=NOW)

    kept = session.get_one(ContactPoint, point.id, populate_existing=True)
    assert (kept.address, kept.address_index, kept.subscriber_id) == (None, None, None)
    assert kept.suppressed_reason is SuppressionReason.UNSUBSCRIBED
    assert session.scalars(sa.select(Suppression)).one().address_index == index_of(Channel.EMAIL, EMAIL)
    assert [(row.given, row.source) for row in session.scalars(sa.select(Consent))] == [(False, "my page")]


def test_the_last_address_that_reaches_somebody_stays(session: Session) -> None:
    owner = factories.subscriber(session)
    last = factories.contact_point(session, owner)
    stopped = factories.contact_point(
        session, owner, channel=Channel.SMS, suppressed_at=NOW, suppressed_reason=SuppressionReason.STOPPED
    )
    with pytest.raises(OnlyAddress, match="leave OWL"):
        remove_address(owner.id, last.id, now=NOW)
    remove_address(owner.id, stopped.id, now=NOW)
    with pytest.raises(OnlyAddress):
        remove_address(owner.id, last.id, now=NOW)


def test_who_leaves_gets_nothing_more_and_may_come_back(session: Session) -> None:
    owner = factories.subscriber(session)
    mail = factories.contact_point(session, owner, address=EMAIL)
    text = factories.contact_point(session, owner, channel=Channel.SMS)

    leave(owner.id, now=NOW)
    leave(owner.id, now=NOW)

    row = subscriber_row(session, owner.id, now=NOW)
    assert not row.gets_messages
    assert [point.id for point in row.contact_points] == [mail.id, text.id]
    assert [row.given for row in session.scalars(sa.select(Consent))] == [False, False]
    start_again(owner.id, mail.id, now=NOW)
    assert subscriber_row(session, owner.id, now=NOW).gets_messages


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        (SuppressionReason.STOPPED, "Text START"),
        (SuppressionReason.BOUNCED, "Add the address again"),
        (SuppressionReason.COMPLAINED, "Add the address again"),
        (SuppressionReason.NO_SUCH_NUMBER, "Add the address again"),
    ],
)
def test_starting_again_after_a_fault_takes_more_than_a_press(
    session: Session, reason: SuppressionReason, sentence: str
) -> None:
    point = factories.contact_point(session, suppressed_at=NOW, suppressed_reason=reason)
    assert point.subscriber_id
    with pytest.raises(Conflict, match=sentence):
        start_again(point.subscriber_id, point.id, now=NOW)


def test_of_several_homes_one_is_given_up_but_never_the_last(session: Session) -> None:
    first = factories.household(session, house="12", house_index=b"12")
    owner = factories.subscriber(session, first)
    second = factories.household(session)
    session.add(Subscription(subscriber_id=owner.id, household_id=second.id, kinds=["event"], created_at=NOW))
    session.commit()
    homes = subscriber_row(session, owner.id, now=NOW).homes

    remove_home(owner.id, homes[0].subscription_id)

    assert subscriber_row(session, owner.id, now=NOW).homes == homes[1:]
    assert session.get_one(Household, first.id, populate_existing=True).house is None
    with pytest.raises(Conflict, match="only home"):
        remove_home(owner.id, homes[1].subscription_id)
    with pytest.raises(NotFound):
        remove_home(owner.id, homes[0].subscription_id)


def test_two_addresses_removed_at_once_leave_one(app: Flask, committed: Session) -> None:
    owner = factories.subscriber(committed)
    points = [factories.contact_point(committed, owner, channel=channel).id for channel in Channel] * 10
    subscriber_id = owner.id
    committed.rollback()

    def remove(contact_point_id: int) -> str:
        with app.app_context():
            try:
                remove_address(subscriber_id, contact_point_id, now=NOW)
            except (OnlyAddress, NotFound) as refusal:
                return type(refusal).__name__
            return "removed"

    with ThreadPoolExecutor(20) as pool:
        told = Counter(pool.map(remove, points))

    assert told == {"removed": 1, "OnlyAddress": 10, "NotFound": 9}
    committed.rollback()
    assert subscriber_row(committed, subscriber_id, now=NOW).gets_messages
