"""What a team writes back, to whom, and who may."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName
from owl.foundation.audit import Audit
from owl.foundation.errors import BadInput, NotFound, Refused
from owl.foundation.notices import Channel, Notice
from owl.households.data_rights import erase_subscriber
from owl.households.models import SuppressionReason
from owl.replies.adding import add_to_reply
from owl.replies.answering import AlreadyAnswered, CannotBeAnswered, answer_reply
from owl.replies.holding import AddedMeanwhile
from owl.replies.links import conversation_named
from owl.replies.models import Answer, Reply
from tests import factories
from tests.factories import NOW

SOON = NOW + timedelta(hours=1)


def officer(session: Session, **fields: Any) -> int:
    return factories.user(session, areas=[factories.neighbourhood_id(session)], **fields).id


def sent(session: Session) -> list[Notice]:
    return list(session.scalars(sa.select(Notice)))


def test_an_answer_goes_by_mail_with_its_author_and_a_way_to_write_back(session: Session) -> None:
    mail = factories.contact_point(session, address="joan@example.com")
    delivery = factories.delivery(session, mail)
    reply = factories.reply(session, to=delivery)

    answer_reply(reply.id, "Thank you.\n\nWe found it.", author_id=officer(session, name="Amy Field"), now=SOON)

    (notice,) = sent(session)
    words = json.loads(notice.words or "")
    assert (notice.template, notice.channel, notice.address) == ("answer", Channel.EMAIL, "joan@example.com")
    assert words["words"] == "Thank you.\n\nWe found it."
    assert words["author"] == "PC Amy Field"
    assert words["reference"].startswith(f"R{reply.id}-")
    assert conversation_named(words["token"]) == reply.id
    session.refresh(reply)
    assert reply.answered_at == SOON


def test_an_answer_goes_by_text_where_there_is_no_working_email(session: Session) -> None:
    person = factories.subscriber(session)
    phone = factories.contact_point(session, person, channel=Channel.SMS, address="+447700900123")
    factories.contact_point(session, person, suppressed_at=NOW, suppressed_reason=SuppressionReason.BOUNCED)
    reply = factories.reply(session, to=factories.delivery(session, phone))

    answer_reply(reply.id, "We\u2019ve found it \u2013\nthank you.", author_id=officer(session), now=SOON)

    (notice,) = sent(session)
    assert (notice.channel, notice.address) == (Channel.SMS, "+447700900123")
    assert json.loads(notice.words or "")["words"] == "We've found it - thank you."


def test_a_mail_is_preferred_even_when_the_reply_came_through_a_text(session: Session) -> None:
    person = factories.subscriber(session)
    phone = factories.contact_point(session, person, channel=Channel.SMS)
    factories.contact_point(session, person, address="joan@example.com")
    reply = factories.reply(session, to=factories.delivery(session, phone))
    answer_reply(reply.id, "Thank you.", author_id=officer(session), now=SOON)
    assert sent(session)[0].address == "joan@example.com"


def test_an_answer_too_long_for_a_text_is_refused_and_the_reply_goes_on_waiting(session: Session) -> None:
    phone = factories.contact_point(session, channel=Channel.SMS)
    reply = factories.reply(session, to=factories.delivery(session, phone))
    with pytest.raises(BadInput, match="480 characters"):
        answer_reply(reply.id, "x" * 481, author_id=officer(session), now=SOON)
    session.refresh(reply)
    assert (reply.answered_at, sent(session)) == (None, [])


def test_an_anonymous_reply_can_not_be_answered(session: Session) -> None:
    reply = factories.reply(session, anonymous=True)
    with pytest.raises(CannotBeAnswered, match="anonymous"):
        answer_reply(reply.id, "Thank you.", author_id=officer(session), now=SOON)


def test_nobody_is_written_to_after_they_stopped(session: Session) -> None:
    mail = factories.contact_point(session)
    reply = factories.reply(session, to=factories.delivery(session, mail))
    mail.suppressed_at, mail.suppressed_reason = NOW, SuppressionReason.UNSUBSCRIBED
    session.commit()
    with pytest.raises(CannotBeAnswered, match="stopped all messages"):
        answer_reply(reply.id, "Thank you.", author_id=officer(session), now=SOON)
    assert sent(session) == []


def test_who_changed_their_number_after_writing_is_answered_at_the_new_one(session: Session) -> None:
    person = factories.subscriber(session)
    old = factories.contact_point(session, person, channel=Channel.SMS)
    reply = factories.reply(session, to=factories.delivery(session, old))
    factories.contact_point(session, person, channel=Channel.SMS, address="+447700900456")
    old.subscriber_id = old.address = old.address_index = None
    session.commit()
    answer_reply(reply.id, "Thank you.", author_id=officer(session), now=SOON)
    assert sent(session)[0].address == "+447700900456"


def test_who_is_forgotten_takes_replies_and_answers_along(session: Session) -> None:
    reply = factories.reply(session)
    answer_reply(reply.id, "Thank you.", author_id=officer(session), now=SOON)
    anonymous = factories.reply(session, anonymous=True).id
    assert reply.subscriber_id is not None
    erase_subscriber(reply.subscriber_id, now=SOON)
    session.expire_all()
    assert session.scalars(sa.select(Reply.id)).all() == [anonymous]
    assert session.scalars(sa.select(Answer)).all() == []


def test_an_officer_of_another_area_or_an_administrator_may_not_answer(session: Session) -> None:
    reply = factories.reply(session)
    elsewhere = factories.user(session, areas=[factories.neighbourhood_id(session, 1)]).id
    for user in (elsewhere, factories.user(session, role=RoleName.ADMINISTRATOR).id):
        with pytest.raises(Refused):
            answer_reply(reply.id, "Thank you.", author_id=user, now=SOON)
    assert sent(session) == []


def test_the_audit_tells_of_the_answer_without_its_words(session: Session) -> None:
    reply = factories.reply(session)
    author = officer(session)
    answer_reply(reply.id, "We found the van.", author_id=author, now=SOON)
    (act,) = session.scalars(sa.select(Audit).where(Audit.act == "answer reply"))
    assert (act.actor_id, act.subject, act.subject_id, act.details) == (author, "reply", reply.id, {"by": "email"})


def test_a_blank_answer_and_an_unknown_reply_are_told_apart(session: Session) -> None:
    author = officer(session)
    with pytest.raises(BadInput, match="Write your answer"):
        answer_reply(factories.reply(session).id, " \n", author_id=author, now=SOON)
    with pytest.raises(NotFound):
        answer_reply(999_999, "Hello", author_id=author, now=SOON)


def test_of_two_officers_at_once_one_answers_and_the_other_is_told_by_whom(app: Flask, committed: Session) -> None:
    reply_id = factories.reply(committed).id
    authors = [officer(committed, name="Amy Field"), officer(committed, name="Ben Stone")]

    def answer(author_id: int) -> str:
        with app.app_context():
            try:
                answer_reply(reply_id, f"From {author_id}", author_id=author_id, now=SOON)
            except AlreadyAnswered as told:
                return str(told)
            return ""

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(answer, authors))

    assert outcomes[0] == ""
    assert "answered this on Sunday 22 November, 15:05. Your answer was not sent." in outcomes[1]
    (answered,) = committed.scalars(sa.select(Answer))
    assert ("Amy Field" if answered.author_id == authors[0] else "Ben Stone") in outcomes[1]
    assert len(sent(committed)) == 1


def test_an_answer_to_what_was_not_all_read_is_not_sent(session: Session) -> None:
    reply: Reply = factories.reply(session)
    add_to_reply(reply.id, "It was blue.", form_key="a", now=NOW)
    author_id = officer(session)
    with pytest.raises(AddedMeanwhile):
        answer_reply(reply.id, "Which colour?", author_id=author_id, seen=0, now=SOON)
    session.refresh(reply)
    assert reply.answered_at is None
    assert not sent(session)
    answer_reply(reply.id, "Thank you.", author_id=author_id, seen=1, now=SOON)
    assert len(sent(session)) == 1
