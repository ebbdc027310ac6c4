"""A proof that is good makes a subscriber, once, by link or by code."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
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
from owl.households.models import (
    Consent,
    ContactPoint,
    Household,
    Subscriber,
    Subscription,
    SuppressionReason,
)
from owl.households.suppressing import suppress
from tests import factories
from tests.factories import NOW
from tests.households.confirmed import count
from tests.households.proofs import EMAIL, MOBILE, ask, word, wrong


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
