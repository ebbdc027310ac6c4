"""What a resident adds to their reply, and who is told what."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.foundation.errors import BadInput, NotFound, TooMany
from owl.foundation.notices import Channel, Notice
from owl.replies.adding import ADDITIONS_A_DAY, add_to_reply
from owl.replies.answering import answer_reply
from owl.replies.clock import ANSWERED_WITHIN
from owl.replies.conversations import conversation
from owl.replies.inbox import Show, inbox
from owl.replies.links import conversation_named, conversation_token
from owl.replies.models import Addition, Reply
from owl.replies.own_conversations import LASTS, ConversationEnded, conversations_of, own_conversation
from owl.replies.replying import reply_to_message
from tests import factories
from tests.factories import NOW

LATER = NOW + timedelta(hours=5)


def answer(session: Session, reply: Reply) -> None:
    author = factories.user(session, name="Amy Field", rank="PCSO", areas=[reply.neighbourhood_id])
    answer_reply(reply.id, "Which colour?", author_id=author.id, now=NOW + timedelta(hours=1))


def test_what_is_added_waits_with_its_reply_and_does_not_put_off_the_answer(session: Session) -> None:
    reply = factories.reply(session)
    received = add_to_reply(reply.id, " It was blue. ", form_key="a", now=LATER)
    assert received.due_at == NOW + ANSWERED_WITHIN
    found = conversation(session, reply.id, [reply.neighbourhood_id])
    assert [(row.author, row.words) for row in found.answers] == [(None, "It was blue.")]
    assert found.additions == 1


def test_adding_to_an_answered_reply_lets_it_wait_for_another_72_hours(session: Session) -> None:
    reply = factories.reply(session)
    answer(session, reply)
    add_to_reply(reply.id, "Blue.", form_key="a", now=LATER)
    [row] = inbox(session, [reply.neighbourhood_id], show=Show.OPEN, now=NOW).rows
    assert (row.id, row.due_at) == (reply.id, LATER + ANSWERED_WITHIN)
    answer(session, reply)  # a second answer is an answer
    assert not inbox(session, [reply.neighbourhood_id], show=Show.OPEN, now=NOW).rows


def test_the_same_form_adds_once_and_ten_a_day_are_enough(session: Session) -> None:
    reply = factories.reply(session)
    for number in range(ADDITIONS_A_DAY):
        for _ in range(2):
            add_to_reply(reply.id, "Blue.", form_key=str(number), now=LATER)
    with pytest.raises(TooMany):
        add_to_reply(reply.id, "Blue.", form_key="one more", now=LATER)
    add_to_reply(reply.id, "Blue.", form_key="next day", now=LATER + timedelta(days=1))
    assert session.scalar(sa.select(sa.func.count()).select_from(Addition)) == ADDITIONS_A_DAY + 1


def test_nothing_is_added_to_what_is_anonymous_or_gone_and_no_blank_words(session: Session) -> None:
    anonymous, named = factories.reply(session, anonymous=True), factories.reply(session)
    for reply_id in (anonymous.id, 10**9):
        with pytest.raises(NotFound):
            add_to_reply(reply_id, "Blue.", form_key="a", now=NOW)
    with pytest.raises(BadInput):
        add_to_reply(named.id, "\u200b \n", form_key="a", now=NOW)


def test_a_conversation_is_told_in_the_order_it_was_written(session: Session) -> None:
    reply = factories.reply(session, words="I saw a van.")
    answer(session, reply)
    add_to_reply(reply.id, "Blue.", form_key="a", now=LATER)
    found = own_conversation(session, reply.id, now=LATER)
    assert [(turn.author, turn.words) for turn in found.turns] == [
        (None, "I saw a van."), ("PCSO Amy Field", "Which colour?"), (None, "Blue."),
    ]  # fmt: skip
    assert found.due_at == LATER + ANSWERED_WITHIN
    assert own_conversation(session, reply.id, now=LATER + LASTS).turns
    with pytest.raises(ConversationEnded):
        own_conversation(session, reply.id, now=LATER + LASTS + timedelta(seconds=1))


def test_somebody_sees_their_own_conversations_alone(session: Session) -> None:
    mine, theirs, anonymous = (
        factories.reply(session),
        factories.reply(session),
        factories.reply(session, anonymous=True),
    )
    assert mine.subscriber_id is not None
    assert [found.reply_id for found in conversations_of(session, mine.subscriber_id, now=NOW)] == [mine.id]
    assert conversation_named(conversation_token(theirs.id)) == theirs.id
    with pytest.raises(NotFound):
        own_conversation(session, anonymous.id, now=NOW)


def test_whoever_gives_a_name_gets_a_mail_with_reference_due_time_and_link_once(session: Session) -> None:
    point = factories.contact_point(session, address="joan@example.com")
    delivery = factories.delivery(session, point)
    for _ in range(2):
        received = reply_to_message(
            delivery.message_id, delivery.seq, "A van", anonymous=False, form_key="form", now=NOW
        )
    reply_to_message(delivery.message_id, delivery.seq, "A tip", anonymous=True, form_key="other", now=NOW)
    [notice] = session.scalars(sa.select(Notice)).all()
    words = json.loads(notice.words or "")
    assert (notice.template, notice.address) == ("reply_received", "joan@example.com")
    assert (words["reference"], words["due"]) == (received.reference, "Wednesday 25 November, 14:05")
    assert conversation_named(words["token"]) == received.reply_id
    assert "A van" not in (notice.words or "")  # others of the home may read this mailbox


def test_a_receipt_costs_no_text(session: Session) -> None:
    point = factories.contact_point(session, channel=Channel.SMS)
    delivery = factories.delivery(session, point)
    reply_to_message(delivery.message_id, delivery.seq, "A van", anonymous=False, form_key="form", now=NOW)
    assert not session.scalars(sa.select(Notice)).all()
