"""What a resident does with a feedback link, and what is kept of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import redis
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from owl.delivery.models import Delivery
from owl.foundation.errors import BadInput, NotFound, TooMany
from owl.households.models import ContactPoint
from owl.replies.models import MessageRating, Rating, Reply
from owl.replies.opening import LinkExpired, PersonErased
from owl.replies.replying import Received, rate_message, reply_to_message
from owl.replies.words import clean_words
from tests import factories
from tests.factories import NOW


def reply(delivery: Delivery, words: str = "I saw a van.", **changes: object) -> Received:
    given = {"anonymous": False, "form_key": "form-1", "now": NOW} | changes
    return reply_to_message(delivery.message_id, delivery.seq, words, **given)  # type: ignore[arg-type]


def test_a_reply_is_due_an_answer_in_72_hours_and_has_a_reference(session: Session) -> None:
    delivery = factories.delivery(session)

    received = reply(delivery)

    row = session.scalars(sa.select(Reply)).one()
    assert received.due_at == row.due_at == NOW + timedelta(hours=72)
    assert received.reference.startswith(f"R{row.id}-")
    assert (row.words, row.received_at) == ("I saw a van.", NOW)
    assert row.subscriber_id == session.get_one(ContactPoint, delivery.contact_point_id).subscriber_id
    assert row.neighbourhood_id == factories.neighbourhood_id(session)


def test_an_anonymous_reply_keeps_no_trace_of_who_wrote_it_and_no_hour(session: Session) -> None:
    delivery = factories.delivery(session)

    received = reply(delivery, anonymous=True)

    assert received.due_at is None
    raw = dict(session.execute(sa.text("SELECT * FROM reply")).mappings().one())
    assert raw["subscriber_id"] is None
    assert raw["received_at"] == datetime(2026, 11, 22, tzinfo=UTC)
    assert {name for name, value in raw.items() if value is not None} == {
        "id", "message_id", "neighbourhood_id", "idempotency_key", "words_encrypted", "received_at",
        "state", "urgent", "urgent_told",
    }  # fmt: skip
    assert b"I saw a van" not in bytes(raw["words_encrypted"])
    assert raw["idempotency_key"] != "form-1"


def test_what_redis_holds_for_the_daily_cap_can_not_be_matched_with_a_reply(app: Flask, session: Session) -> None:
    reply(factories.delivery(session), anonymous=True)
    kept: redis.Redis = app.extensions["owl.redis"]
    (key,) = session.scalars(sa.select(Reply.idempotency_key))
    held = [member for name in kept.scan_iter("owl:replies:*") for member in kept.smembers(name)]
    assert held
    assert not any(key.encode() in member or bytes.fromhex(key) in member for member in held)
    assert all(0 < kept.ttl(name) <= 24 * 60 * 60 for name in kept.scan_iter("owl:replies:*"))


def test_the_same_form_twice_is_one_reply_with_one_reference(session: Session) -> None:
    delivery = factories.delivery(session)
    assert reply(delivery) == reply(delivery, now=NOW + timedelta(minutes=5))
    assert len(session.scalars(sa.select(Reply)).all()) == 1


def test_two_forms_are_two_replies_and_two_links_share_none(session: Session) -> None:
    message = factories.message(session)
    one, other = factories.delivery(session, of=message), factories.delivery(session, of=message)
    references = {
        reply(one).reference,
        reply(one, form_key="form-2").reference,
        reply(other).reference,
    }
    assert len(references) == 3


def test_twenty_presses_at_once_are_one_reply(app: Flask, committed: Session) -> None:
    delivery = factories.delivery(committed)
    message_id, seq = delivery.message_id, delivery.seq

    def press(_: int) -> Received:
        with app.app_context():
            return reply_to_message(message_id, seq, "Seen.", anonymous=False, form_key="one form", now=NOW)

    with ThreadPoolExecutor(8) as pool:
        received = set(pool.map(press, range(20)))

    assert len(received) == 1
    assert committed.scalar(sa.select(sa.func.count()).select_from(Reply)) == 1


def test_ten_replies_a_day_are_let_in_and_the_eleventh_is_told(session: Session) -> None:
    delivery = factories.delivery(session)
    for number in range(10):
        reply(delivery, form_key=f"form-{number}", anonymous=bool(number % 2))
    with pytest.raises(TooMany, match="tomorrow"):
        reply(delivery, form_key="form-10")
    reply(delivery, form_key="form-3", anonymous=True)  # pressed again: already counted
    assert reply(factories.delivery(session), form_key="form-11")


def test_a_reply_is_let_in_while_redis_is_out_of_reach(app: Flask, session: Session) -> None:
    delivery = factories.delivery(session)
    reachable = app.extensions["owl.redis"]
    app.extensions["owl.redis"] = redis.Redis(unix_socket_path="/nonexistent/valkey.sock", retry=None)
    try:
        assert reply(delivery).reference
    finally:
        app.extensions["owl.redis"] = reachable


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.text(st.characters(), min_size=1, max_size=300))
def test_words_in_any_script_are_kept_or_refused_with_a_sentence(session: Session, words: str) -> None:
    delivery = session.scalars(sa.select(Delivery)).first() or factories.delivery(session)
    session.execute(sa.delete(Reply))
    factories.forget_daily_caps()
    try:
        reply(delivery, words)
    except BadInput:
        assert clean_words(words) == ""
    else:
        assert session.scalars(sa.select(Reply)).one().words == clean_words(words)


def test_too_many_words_are_refused_and_nothing_is_kept(session: Session) -> None:
    with pytest.raises(BadInput, match="4,000 characters"):
        reply(factories.delivery(session), "x" * 4001)
    assert session.scalars(sa.select(Reply)).all() == []


def test_a_later_rating_by_the_same_link_takes_the_place_of_the_first(session: Session) -> None:
    delivery = factories.delivery(session)
    rate_message(delivery.message_id, delivery.seq, Rating.USEFUL, now=NOW)
    rate_message(delivery.message_id, delivery.seq, Rating.TOO_FAR_AWAY, now=NOW + timedelta(days=1))
    row = session.scalars(sa.select(MessageRating).execution_options(populate_existing=True)).one()
    assert (row.rating, row.rated_on.isoformat()) == (Rating.TOO_FAR_AWAY, "2026-11-23")


def test_a_link_works_for_60_days_after_its_message_finished(session: Session) -> None:
    finished = NOW - timedelta(days=60)
    delivery = factories.delivery(session, of=factories.message(session, finished_at=finished))
    assert reply(delivery)
    with pytest.raises(LinkExpired):
        reply(delivery, now=NOW + timedelta(seconds=1))
    with pytest.raises(LinkExpired):
        rate_message(delivery.message_id, delivery.seq, Rating.USEFUL, now=NOW + timedelta(seconds=1))


def test_nothing_is_taken_by_the_link_of_somebody_who_was_erased(session: Session) -> None:
    mail = factories.contact_point(session)
    delivery = factories.delivery(session, mail)
    mail.subscriber_id = mail.address = mail.address_index = None
    session.commit()
    with pytest.raises(PersonErased):
        reply(delivery)
    assert session.scalars(sa.select(Reply)).all() == []


def test_a_delivery_that_never_was_takes_no_reply(session: Session) -> None:
    with pytest.raises(NotFound):
        reply_to_message(1, 999_999, "Hello", anonymous=True, form_key="f", now=NOW)
