"""One mail or text to one person who waits for it."""

from __future__ import annotations

from datetime import datetime, timedelta
from email import message_from_bytes, policy
from itertools import count, repeat

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.delivery.notices import BACKOFF, LEASE, PATIENCE, send_notice_now
from owl.delivery.providers import OutgoingMail, Result
from owl.foundation.database import transaction
from owl.foundation.jobs import Queue, on_queue
from owl.foundation.notices import Channel, Notice, NoticeStatus, send_notice
from tests.delivery.conftest import FakeProvider, at
from tests.factories import NOW


def notice(channel: Channel = Channel.EMAIL, address: str = "joan@example.com", **words: str) -> int:
    words = {"subject": "Sheds", "text": "One.\nTwo: https://owl.example.com/x.\n\nThree <b>"} | words
    with transaction() as session:
        send_notice(session, "test_message", channel=channel, address=address, now=NOW, **words)
        return session.scalars(sa.select(sa.func.max(Notice.id))).one()


def send(notice_id: int, moment: datetime = NOW) -> None:
    send_notice_now(notice_id, clock=at(moment))


def row(session: Session, notice_id: int) -> Notice:
    session.expire_all()
    return session.get_one(Notice, notice_id)


def test_a_notice_is_queued_with_its_id_only_and_sent_once(session: Session, mail: FakeProvider) -> None:
    number = notice()
    assert [job.args for job in on_queue(Queue.NOTICES).jobs] == [[number]]
    send(number)
    send(number)
    assert len(mail.handed) == 1
    sent = mail.handed[0]
    assert isinstance(sent, OutgoingMail)
    arrived = message_from_bytes(sent.content, policy=policy.default)
    assert arrived["Subject"] == "Test: Sheds"
    html = arrived.get_body(("html",)).get_content()
    assert '<a href="https://owl.example.com/x">' in html
    assert "&lt;b&gt;" in html


def test_to_a_system_nothing_is_written(session: Session) -> None:
    with transaction() as inside:
        send_notice(inside, "reply_assigned", channel=Channel.EMAIL, address="x@systems.owl.invalid", now=NOW, by="Jo")
    assert session.scalar(sa.select(sa.func.count()).select_from(Notice)) == 0


def test_nothing_is_kept_of_a_notice_that_was_sent(session: Session, mail: FakeProvider) -> None:
    number = notice()
    send(number)
    sent = row(session, number)
    assert (sent.status, sent.address, sent.words, sent.sent_at) == (NoticeStatus.SENT, None, None, NOW)


def test_a_text_goes_to_the_text_provider(session: Session, sms: FakeProvider) -> None:
    send(notice(Channel.SMS, "+447700900123", text="Your code is 123456."))
    assert [one.body for one in sms.handed] == ["Your code is 123456."]


def test_a_passing_fault_is_tried_again_and_ends_at_last(session: Session, mail: FakeProvider) -> None:
    number = notice()
    mail.results[number] = (Result.TEMPORARY, "relay")
    send(number)
    assert row(session, number).due_at == NOW + BACKOFF[0]
    moment = NOW
    for _ in range(10):
        moment += timedelta(hours=1)
        send(number, moment)
    assert row(session, number).status is NoticeStatus.FAILED
    assert len(mail.handed) == len(BACKOFF) + 1
    assert row(session, number).address is None


@pytest.mark.parametrize("address", ["bad\naddress@example.com", "nobody"])
def test_an_address_that_cannot_stand_in_a_header_fails_for_good(
    session: Session, mail: FakeProvider, address: str
) -> None:
    number = notice(address=address)
    send(number)
    assert row(session, number).status is NoticeStatus.FAILED


def test_a_notice_whose_sender_died_is_sent_by_the_next(session: Session, mail: FakeProvider) -> None:
    number = notice()
    session.execute(
        sa.update(Notice).values(status=NoticeStatus.SENDING, attempts=1, lease_until=NOW + timedelta(seconds=60))
    )
    session.commit()
    send(number)
    assert mail.handed == []
    send(number, NOW + timedelta(seconds=61))
    assert len(mail.handed) == 1


def test_a_provider_that_takes_for_ever_is_not_waited_for_past_the_lease(session: Session, mail: FakeProvider) -> None:
    number = notice()
    moments = (NOW + timedelta(seconds=second) for second in count())
    mail.send_all = lambda outgoing: repeat([])  # type: ignore[method-assign]
    send_notice_now(number, clock=lambda: next(moments))
    tried = row(session, number)
    assert tried.status is NoticeStatus.QUEUED
    assert NOW + PATIENCE < tried.due_at < NOW + LEASE + BACKOFF[0]
