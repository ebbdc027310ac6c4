"""Magic links: once, within half an hour, to the owner alone."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from owl.foundation.notices import Channel
from owl.foundation.signed_links import hash_token
from owl.households.clearing import clear_unfinished
from owl.households.magic_links import (
    PageClosed,
    UsedLink,
    close_page,
    magic_link_works,
    open_page,
    owner_of_page,
    send_magic_link,
)
from owl.households.models import SuppressionReason
from tests import factories
from tests.factories import NOW
from tests.households.proofs import EMAIL, MOBILE, sent, word

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(("channel", "address"), [(Channel.EMAIL, EMAIL), (Channel.SMS, MOBILE)])
def test_a_link_opens_its_owners_page(session: Session, channel: Channel, address: str) -> None:
    point = factories.contact_point(session, channel=channel, address=address)
    send_magic_link(channel=channel, address=address, now=NOW)
    token = word(session, "token")

    opened = open_page(token, now=NOW + 29 * MINUTE)

    assert owner_of_page(session, opened, now=NOW + 29 * MINUTE) == point.subscriber_id
    assert token not in opened


def test_a_link_goes_to_the_address_as_its_owner_wrote_it(session: Session) -> None:
    factories.contact_point(session, address="Anna@example.com")
    send_magic_link(channel=Channel.EMAIL, address="ANNA@example.com", now=NOW)
    assert [(name, to) for name, to, _ in sent(session)] == [("magic_link", "Anna@example.com")]


def test_an_unknown_address_is_sent_nothing(session: Session) -> None:
    send_magic_link(channel=Channel.EMAIL, address=EMAIL, now=NOW)
    assert sent(session) == []


def test_who_has_left_can_still_open_their_page(session: Session) -> None:
    factories.contact_point(session, address=EMAIL, suppressed_at=NOW, suppressed_reason=SuppressionReason.UNSUBSCRIBED)
    send_magic_link(channel=Channel.EMAIL, address=EMAIL, now=NOW)
    assert len(sent(session)) == 1


def test_five_links_a_day_and_no_more(session: Session) -> None:
    factories.contact_point(session, address=EMAIL)
    for hour in range(8):
        send_magic_link(channel=Channel.EMAIL, address=EMAIL, now=NOW + timedelta(hours=hour))
        clear_unfinished(NOW + timedelta(hours=hour))
    assert len(sent(session)) == 5
    send_magic_link(channel=Channel.EMAIL, address=EMAIL, now=NOW + timedelta(hours=25))
    assert len(sent(session)) == 6


def test_a_link_works_once_and_for_half_an_hour(session: Session) -> None:
    factories.contact_point(session, address=EMAIL)
    send_magic_link(channel=Channel.EMAIL, address=EMAIL, now=NOW)
    first = word(session, "token")
    send_magic_link(channel=Channel.EMAIL, address=EMAIL, now=NOW)
    second = word(session, "token")

    open_page(first, now=NOW)
    for token, now in ((first, NOW), (second, NOW + 30 * MINUTE)):
        assert not magic_link_works(session, token, now=now)
        with pytest.raises(UsedLink, match="does not work any more"):
            open_page(token, now=now)
    assert magic_link_works(session, second, now=NOW + 29 * MINUTE)


@pytest.mark.parametrize("when", [31 * MINUTE, timedelta(days=2)])
def test_a_page_closes_by_itself(session: Session, when: timedelta) -> None:
    factories.contact_point(session, address=EMAIL)
    send_magic_link(channel=Channel.EMAIL, address=EMAIL, now=NOW)
    opened = open_page(word(session, "token"), now=NOW)
    clear_unfinished(NOW + when)
    with pytest.raises(PageClosed):
        owner_of_page(session, opened, now=NOW + when)


def test_a_page_that_was_closed_stays_closed_for_a_copied_cookie(session: Session) -> None:
    factories.contact_point(session, address=EMAIL)
    send_magic_link(channel=Channel.EMAIL, address=EMAIL, now=NOW)
    opened = open_page(word(session, "token"), now=NOW)
    close_page(opened, now=NOW)
    close_page(opened, now=NOW)
    with pytest.raises(PageClosed):
        owner_of_page(session, opened, now=NOW)


def test_a_link_that_was_not_opened_opens_no_page(session: Session) -> None:
    factories.contact_point(session, address=EMAIL)
    send_magic_link(channel=Channel.EMAIL, address=EMAIL, now=NOW)
    with pytest.raises(PageClosed):
        owner_of_page(session, hash_token(word(session, "token")).hex(), now=NOW)


@how(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)
@given(st.text(max_size=70))
def test_any_other_text_opens_nothing(session: Session, text: str) -> None:
    with pytest.raises(UsedLink):
        open_page(text, now=NOW)
    with pytest.raises(PageClosed):
        owner_of_page(session, text, now=NOW)


def test_twenty_presses_at_once_open_one_page(app: Flask, committed: Session) -> None:
    factories.contact_point(committed, address=EMAIL)
    send_magic_link(channel=Channel.EMAIL, address=EMAIL, now=NOW)
    token = word(committed, "token")

    def press(_: int) -> str:
        with app.app_context():
            try:
                open_page(token, now=NOW)
            except UsedLink:
                return "used"
            return "opened"

    with ThreadPoolExecutor(20) as pool:
        assert Counter(pool.map(press, range(20))) == {"opened": 1, "used": 19}
