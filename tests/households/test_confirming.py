"""A proof that is good makes a subscriber, once, however often and by however many it is given."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from owl.foundation.database import transaction
from owl.foundation.notices import Channel
from owl.foundation.signed_links import new_token
from owl.households.confirming import (
    Confirmed,
    DeadLink,
    Outcome,
    WrongCode,
    confirm_code,
    confirm_link,
    link_works,
)
from owl.households.contact_points import index_of
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
from tests.households.proofs import EMAIL, MOBILE, ask, sent, word, wrong


def count(session: Session, model: type) -> int:
    return session.execute(sa.select(sa.func.count()).select_from(model)).scalar_one()


def test_a_pressed_link_makes_what_the_joining_describes(session: Session) -> None:
    joining = factories.joining(session, name="Anna", house="12 A", kinds=["crime_alert", "event"])
    ask(joining_id=joining.id)

    confirmed = confirm_link(word(session, "token"), now=NOW + timedelta(hours=1))

    subscriber = session.scalars(sa.select(Subscriber)).one()
    assert confirmed == Confirmed(Outcome.DONE, Channel.EMAIL, subscriber.id, joining.id)
    assert subscriber.name == "Anna"
    home = session.scalars(sa.select(Household)).one()
    assert (home.postcode, home.house) == ("SG5 1AA", "12 A")
    assert session.scalars(sa.select(Subscription)).one().kinds == ["crime_alert", "event"]
    point = session.scalars(sa.select(ContactPoint)).one()
    assert (point.subscriber_id, point.address, point.channel) == (subscriber.id, EMAIL, Channel.EMAIL)
    consent = session.scalars(sa.select(Consent)).one()
    assert (consent.at, consent.given, consent.wording, consent.source) == (NOW, True, "2026-11", "web form")
    assert consent.address_index == point.address_index


def test_a_link_pressed_twice_says_that_it_is_done(session: Session) -> None:
    ask(joining_id=factories.joining(session).id)
    token = word(session, "token")
    first = confirm_link(token, now=NOW)
    again = confirm_link(token, now=NOW + timedelta(days=9))
    assert again == Confirmed(Outcome.ALREADY_DONE, Channel.EMAIL, first.subscriber_id, first.joining_id)
    assert count(session, Consent) == 1


def test_a_link_that_has_done_its_work_does_not_undo_an_unsubscription(session: Session) -> None:
    ask(joining_id=factories.joining(session).id)
    confirm_link(word(session, "token"), now=NOW)
    point = session.scalars(sa.select(ContactPoint)).one()
    with transaction() as inside:
        suppress(inside, point.id, reason=SuppressionReason.UNSUBSCRIBED, source="unsubscribe link", now=NOW)

    assert confirm_link(word(session, "token"), now=NOW).outcome is Outcome.ALREADY_DONE

    assert session.scalars(sa.select(ContactPoint)).one().suppressed_reason is SuppressionReason.UNSUBSCRIBED


def test_looking_at_a_link_changes_nothing(session: Session) -> None:
    ask(joining_id=factories.joining(session).id)
    token = word(session, "token")
    assert link_works(session, token, now=NOW)
    assert not link_works(session, token, now=NOW + timedelta(hours=49))
    assert not link_works(session, new_token()[0], now=NOW)
    assert count(session, ContactPoint) == 0


def test_a_link_works_for_two_days(session: Session) -> None:
    ask(joining_id=factories.joining(session).id)
    with pytest.raises(DeadLink, match="two days"):
        confirm_link(word(session, "token"), now=NOW + timedelta(hours=48))


@how(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)
@given(st.text(max_size=40))
def test_a_link_that_we_never_sent_does_nothing(session: Session, token: str) -> None:
    with pytest.raises(DeadLink):
        confirm_link(token, now=NOW)


@pytest.mark.parametrize("spelling", ["{}", " {} ", "{:.3} {:.0}", "\u200b{}\n"])
def test_a_code_is_taken_in_any_spelling(session: Session, spelling: str) -> None:
    joining = factories.joining(session, mobile=MOBILE)
    ask(joining_id=joining.id, channel=Channel.SMS)
    code = word(session, "code")
    typed = f"{code[:3]} {code[3:]}" if ":.3" in spelling else spelling.format(code)

    confirmed = confirm_code(typed, joining_id=joining.id, now=NOW)

    assert (confirmed.outcome, confirmed.channel) == (Outcome.DONE, Channel.SMS)
    assert confirm_code(typed, joining_id=joining.id, now=NOW).outcome is Outcome.ALREADY_DONE
    assert session.scalars(sa.select(ContactPoint)).one().address == MOBILE


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "٣٤٥٦٧٨", "9" * 5000])
def test_what_is_not_a_code_costs_no_try(session: Session, typed: str) -> None:
    joining = factories.joining(session)
    ask(joining_id=joining.id, channel=Channel.SMS)
    for _ in range(9):
        with pytest.raises(WrongCode, match="6 digits"):
            confirm_code(typed, joining_id=joining.id, now=NOW)
    assert confirm_code(word(session, "code"), joining_id=joining.id, now=NOW).outcome is Outcome.DONE


def test_after_five_wrong_tries_the_right_code_is_refused_and_a_new_one_works(session: Session) -> None:
    joining = factories.joining(session)
    ask(joining_id=joining.id, channel=Channel.SMS)
    code = word(session, "code")
    for left in (4, 3, 2, 1):
        with pytest.raises(WrongCode, match=f"{left} tr"):
            confirm_code(wrong(code), joining_id=joining.id, now=NOW)
    for typed in (wrong(code), code):
        with pytest.raises(WrongCode, match="Ask for a new one"):
            confirm_code(typed, joining_id=joining.id, now=NOW)

    ask(joining_id=joining.id, channel=Channel.SMS, now=NOW + timedelta(minutes=1))

    assert confirm_code(word(session, "code"), joining_id=joining.id, now=NOW + timedelta(minutes=1)).subscriber_id


def test_a_code_works_for_ten_minutes(session: Session) -> None:
    joining = factories.joining(session)
    ask(joining_id=joining.id, channel=Channel.SMS)
    with pytest.raises(WrongCode, match="run out"):
        confirm_code(word(session, "code"), joining_id=joining.id, now=NOW + timedelta(minutes=10))


def test_a_code_is_good_for_its_own_joining_only(session: Session) -> None:
    mine, other = factories.joining(session), factories.joining(session)
    ask(joining_id=mine.id, channel=Channel.SMS)
    code = word(session, "code")
    with pytest.raises(WrongCode, match="run out"):
        confirm_code(code, joining_id=other.id, now=NOW)


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
