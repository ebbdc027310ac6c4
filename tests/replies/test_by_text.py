"""What residents do by text alone, and how little OWL texts back."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from itertools import count

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from owl.foundation.database import transaction
from owl.foundation.notices import Channel, Notice
from owl.households.clearing import clear_unfinished
from owl.households.contact_points import index_of
from owl.households.joining_by_text import KINDS
from owl.households.models import (
    Consent,
    ContactPoint,
    Household,
    Subscription,
    Suppression,
    SuppressionReason,
)
from owl.households.talk_models import TextTalk
from owl.households.talking import ANSWERS_A_DAY, TEXTS_A_DAY
from owl.messages.sms_text import Encoding, measure
from owl.replies import text_sentences
from owl.replies.answering import answer_reply
from owl.replies.by_text import take_text
from owl.replies.models import Addition, Reply
from owl.replies.references import reference_of
from tests import factories
from tests.factories import NOW

NUMBER = "+447700900123"
HITCHIN, LETCHWORTH = "SG5 1SD", "SG6 1AA"
Say = Callable[..., str | None]
sids = (f"SM{number}" for number in count(1))


@pytest.fixture
def say(session: Session) -> Say:
    """Text OWL; what it texts back."""

    def text(body: str, *, sender: str = NUMBER, sid: str | None = None, after: timedelta = timedelta()) -> str | None:
        before = session.scalar(sa.select(sa.func.max(Notice.id))) or 0
        take_text(
            sid=sid or next(sids), sender=sender, body=body, public_url="https://owl.example.com", allow_drama=True,
            now=NOW + after,
        )  # fmt: skip
        session.expire_all()
        found = session.scalars(sa.select(Notice).where(Notice.id > before)).all()
        assert len(found) <= 1
        if not found:
            return None
        assert (found[0].channel, found[0].address) == (Channel.SMS, sender)
        words: str = json.loads(found[0].words or "")["words"]
        length = measure(f"OWL Police: {words}")
        assert (length.encoding, length.segments <= 2) == (Encoding.GSM_7, True), words
        return words

    return text


def point_of(session: Session, number: str = NUMBER) -> ContactPoint | None:
    return session.scalar(sa.select(ContactPoint).where(ContactPoint.address_index == index_of(Channel.SMS, number)))


@pytest.fixture
def phone(session: Session) -> ContactPoint:
    """A mobile that got a text an hour ago."""
    home = factories.household(session, postcode=HITCHIN, neighbourhood_id="hitchin-urban")
    point = factories.contact_point(session, factories.subscriber(session, home), channel=Channel.SMS, address=NUMBER)
    factories.delivery(session, point, home=home, of=factories.message(session), changed_at=NOW - timedelta(hours=1))
    return point


def test_join_with_a_postcode_asks_and_yes_registers_with_consent(session: Session, say: Say) -> None:
    asked = say("Join sg51sd please")
    assert asked is not None
    assert asked.startswith("SG5 1SD, Hitchin Urban. By YES you agree that Hertfordshire Constabulary may text you")
    assert point_of(session) is None
    welcomed = say("yes")
    assert welcomed is not None
    assert welcomed.startswith("you now get police alerts for SG5 1SD by text")
    point = point_of(session)
    assert point is not None
    tie = session.scalars(sa.select(Subscription).where(Subscription.subscriber_id == point.subscriber_id)).one()
    assert tie.kinds == [kind.value for kind in KINDS]
    assert session.get_one(Household, tie.household_id).postcode == HITCHIN
    consent = session.scalars(sa.select(Consent)).one()
    assert (consent.given, consent.wording, consent.source, consent.at) == (True, "2026-11-text", "text YES", NOW)
    assert say("YES") is None  # Twilio answers it
    known = say("JOIN SG6 1AA")
    assert known is not None
    assert "already, for SG5 1SD" in known


@pytest.mark.parametrize(
    ("body", "begin"),
    [
        ("JOIN", "please text JOIN and your postcode"),
        ("JOIN Hitchin", "please text JOIN and your postcode"),
        ("JOIN EH1 1AA", "EH1 1AA is outside Hertfordshire"),
        ("JOIN SG5 1XX", "we don't know SG5 1XX yet"),
        ("MOVE SG5 1SD", "we don't know this number yet"),
        ("START", "we don't know this number yet"),
        ("HELP", "to get police alerts text JOIN"),
        ("What is this?", "to get police alerts text JOIN"),
    ],
)
def test_an_unknown_number_is_told_what_to_do_and_nothing_is_kept_of_it(
    session: Session, say: Say, body: str, begin: str
) -> None:
    answered = say(body)
    assert answered is not None
    assert answered.startswith(begin)
    assert point_of(session) is None
    assert say("YES") in {None, text_sentences.join_first()}
    clear_unfinished(NOW + timedelta(days=2))
    assert not session.scalars(sa.select(TextTalk)).all()


def test_a_yes_that_comes_too_late_or_after_stop_registers_nobody(session: Session, say: Say) -> None:
    say("JOIN SG5 1SD")
    say("YES", after=timedelta(days=1, seconds=1))
    assert point_of(session) is None
    say("JOIN SG5 1SD", after=timedelta(days=2))
    assert say("STOP", after=timedelta(days=2)) is None
    say("YES", after=timedelta(days=2))
    assert point_of(session) is None


def test_who_stopped_gets_no_answer_but_may_join_again(session: Session, say: Say, phone: ContactPoint) -> None:
    assert say("STOP") is None
    assert phone.suppressed_reason is SuppressionReason.STOPPED
    for body in ("HELP", "Are you there?", "MOVE SG6 1AA"):
        assert say(body) is None
    assert say("JOIN SG6 1AA") is not None
    assert say("YES") is not None
    session.refresh(phone)
    assert phone.suppressed_at is None
    [tie] = session.scalars(sa.select(Subscription).where(Subscription.subscriber_id == phone.subscriber_id))
    assert session.get_one(Household, tie.household_id).postcode == LETCHWORTH


@pytest.mark.parametrize("body", ["MOVE SG6 1AA", "postcode sg61aa"])
def test_a_move_is_done_and_said(session: Session, say: Say, phone: ContactPoint, body: str) -> None:
    answered = say(body)
    assert answered is not None
    assert answered.startswith("from now on you get alerts for SG6 1AA")
    [tie] = session.scalars(sa.select(Subscription).where(Subscription.subscriber_id == phone.subscriber_id))
    assert session.get_one(Household, tie.household_id).postcode == LETCHWORTH


def test_who_has_several_homes_is_sent_to_their_page(session: Session, say: Say, phone: ContactPoint) -> None:
    other = factories.household(session, postcode=LETCHWORTH)
    session.add(Subscription(subscriber_id=phone.subscriber_id, household_id=other.id, kinds=["event"], created_at=NOW))
    session.commit()
    answered = say("MOVE SG4 9AA")
    assert answered is not None
    assert answered.endswith("https://owl.example.com/my")


def test_words_become_a_reply_to_the_newest_text_and_its_writer_is_told(
    session: Session, say: Say, phone: ContactPoint
) -> None:
    older = factories.message(session)
    factories.delivery(session, phone, of=older, changed_at=NOW - timedelta(days=3))
    answered = say("I saw a van", sid="SM-a")
    reply = session.scalars(sa.select(Reply)).one()
    assert (reply.words, reply.subscriber_id) == ("I saw a van", phone.subscriber_id)
    assert reply.message_id != older.id
    assert answered is not None
    assert f"answers by Wednesday 25 November, 14:05. Reference {reference_of(reply.id)}" in answered
    assert say("I saw a van", sid="SM-a") is None  # Twilio brought it twice
    say(f"{older.code.lower()} it was blue")
    named = session.scalars(sa.select(Reply).order_by(Reply.id.desc())).first()
    assert named is not None
    assert named.message_id == older.id


def test_words_after_an_answer_are_added_to_its_conversation(session: Session, say: Say, phone: ContactPoint) -> None:
    say("I saw a van")
    reply = session.scalars(sa.select(Reply)).one()
    author = factories.user(session, areas=[reply.neighbourhood_id])
    answer_reply(reply.id, "Which colour?", author_id=author.id, now=NOW + timedelta(hours=1))
    answered = say("Blue", after=timedelta(hours=2))
    assert session.scalars(sa.select(Addition.words)).all() == ["Blue"]
    assert answered is not None
    assert reference_of(reply.id) in answered


def test_words_that_speak_of_danger_are_answered_with_999(session: Session, say: Say, phone: ContactPoint) -> None:
    answered = say("He has got a knife")
    assert answered is not None
    assert "CALL 999 NOW" in answered
    assert session.scalars(sa.select(Reply.words)).all() == ["He has got a knife"]


def test_unknown_words_get_one_helpful_answer_a_day(say: Say) -> None:
    answers = [say(f"hello {hours}", after=timedelta(hours=hours)) for hours in (0, 1, 23, 24, 25)]
    assert [answer is not None for answer in answers] == [True, False, False, True, False]


def test_nobody_is_flooded_in_anothers_name_and_nobody_floods_a_team(
    session: Session, say: Say, phone: ContactPoint
) -> None:
    answers = [say(f"I saw van {number}") for number in range(TEXTS_A_DAY + 5)]
    assert sum(answer is not None for answer in answers) == ANSWERS_A_DAY
    assert session.scalar(sa.select(sa.func.count()).select_from(Reply)) == TEXTS_A_DAY
    say("STOP")
    session.refresh(phone)
    assert phone.suppressed_reason is SuppressionReason.STOPPED  # that is always read


@pytest.mark.parametrize("sender", ["+441462000000", "+12025550123", "60777", "", "not a number"])
def test_only_mobiles_of_this_country_are_answered(say: Say, sender: str) -> None:
    for body in ("HELP", "JOIN SG5 1SD", "hello"):
        assert say(body, sender=sender) is None


@given(
    st.lists(
        st.sampled_from(["JOIN SG5 1SD", "YES", "STOP", "START", "MOVE SG6 1AA", "HELP", "hm", "\0", ""]), max_size=8
    )
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_texted_in_any_order_stop_holds_and_consent_comes_first(
    session: Session, say: Say, bodies: list[str]
) -> None:
    number = f"+447700900{next(factories.numbers) % 1000:03}"
    joined = stopped = asked = False
    for body in bodies:
        answer = say(body, sender=number)
        asked = (asked or body.startswith("JOIN")) and body != "STOP"
        joined = joined or (asked and body == "YES")
        stopped = (stopped or body == "STOP") and body not in {"START", "YES"}
        assert not (stopped and answer is not None and not body.startswith("JOIN"))
        point = point_of(session, number)
        assert point is None or (joined and (point.suppressed_at is not None) == stopped)
    with transaction() as inside:  # the next example may get the same number
        inside.execute(sa.delete(TextTalk))
        inside.execute(sa.delete(Suppression))
        inside.execute(sa.update(ContactPoint).values(address=None, address_index=None))


def test_stop_from_a_number_that_we_do_not_know_is_kept(session: Session, say: Say) -> None:
    say("STOP")
    assert session.get(Suppression, index_of(Channel.SMS, NUMBER)) is not None
    assert say("HELP") is None
    assert say("START") == text_sentences.join_first()
    assert session.get(Suppression, index_of(Channel.SMS, NUMBER)) is None
