"""Stopping a message that a real worker process is sending, over a real socket, at thirty mails a second."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from config.settings import Settings
from owl.accounts.models import User
from owl.delivery.cancelling import cancel_message
from owl.delivery.claiming import LEASE
from owl.delivery.models import Batch, Delivery, DeliveryStatus
from owl.delivery.pausing import pause_message, resume_message
from owl.delivery.queries import ledger
from owl.delivery.settling import settle_cancelled
from owl.delivery.stopping import queue_batches
from owl.embedded.environment import environment_of
from owl.foundation.clock import utc_now
from owl.foundation.database import transaction
from owl.messages.models import Message, MessageStatus
from tests import factories
from tests.delivery.conftest import plan_message
from tests.stand_ins import MailSink

PEOPLE = 120
WAIT_S = 60
ROOT = Path(__file__).parents[2]


@pytest.fixture
def message(committed: Session) -> Message:
    message = plan_message(committed, PEOPLE)
    committed.execute(sa.update(Batch).values(due_at=utc_now()))  # the other tests live at a moment of their own
    committed.commit()
    with transaction() as session:
        queue_batches(session, [message.id], now=utc_now())
    return message


@pytest.fixture
def officer(committed: Session, message: Message) -> User:
    return factories.user(committed, areas=message.neighbourhood_ids)


@contextmanager
def worker(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "workers", "standard"],
        cwd=ROOT,
        env=os.environ | environment_of(settings) | {"OWL_SMTP_RATE": "30"},
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def wait_until(holds: Callable[[], bool], what: str) -> None:
    give_up_at = time.monotonic() + WAIT_S
    while not holds():
        assert time.monotonic() < give_up_at, what
        time.sleep(0.05)


def wait_until_under_way(sink: MailSink) -> None:
    wait_until(lambda: len(sink.mails()) >= 10, "the first mails")


def wait_until_let_go(session: Session) -> None:
    def nobody_holds_it() -> bool:
        session.rollback()
        return session.scalar(sa.select(sa.func.count()).where(Batch.lease_until.is_not(None))) == 0

    wait_until(nobody_holds_it, "the worker to let go")


def count(session: Session, message: Message, *statuses: DeliveryStatus) -> int:
    session.rollback()
    now = ledger(session, message.id)
    assert now.holds
    return now.count(*statuses)


def sent_to(sink: MailSink) -> Counter[str]:
    return Counter(mail.recipient for mail in sink.mails())


def test_a_paused_message_goes_no_further_and_then_on_to_everybody_once(
    committed: Session, settings: Settings, mail_sink: MailSink, message: Message, officer: User
) -> None:
    with worker(settings):
        wait_until_under_way(mail_sink)
        pause_message(message.id, user_id=officer.id, now=utc_now())
        wait_until_let_go(committed)

        gone = len(mail_sink.mails())
        assert gone < PEOPLE
        assert count(committed, message, DeliveryStatus.SENT) == gone
        assert count(committed, message, DeliveryStatus.QUEUED) == PEOPLE - gone
        time.sleep(1)
        assert len(mail_sink.mails()) == gone

        resume_message(message.id, user_id=officer.id, now=utc_now())

        def is_sent() -> bool:
            committed.rollback()
            return committed.get_one(Message, message.id).status is MessageStatus.SENT

        wait_until(is_sent, "the rest")
    recipients = sent_to(mail_sink)
    assert len(recipients) == PEOPLE
    assert set(recipients.values()) == {1}
    assert count(committed, message, DeliveryStatus.SENT) == PEOPLE


def test_a_cancelled_message_goes_no_further_and_the_rest_is_cancelled(
    committed: Session, settings: Settings, mail_sink: MailSink, message: Message, officer: User
) -> None:
    with worker(settings):
        wait_until_under_way(mail_sink)
        cancel_message(message.id, user_id=officer.id, now=utc_now())
        wait_until_let_go(committed)
        settle_cancelled(now=utc_now())
        gone = len(mail_sink.mails())
        time.sleep(1)
        assert len(mail_sink.mails()) == gone < PEOPLE
    assert count(committed, message, DeliveryStatus.SENT) == gone
    assert count(committed, message, DeliveryStatus.CANCELLED) == PEOPLE - gone


def test_where_the_worker_is_killed_what_it_held_is_cancelled_as_unsure_and_nothing_else(
    committed: Session, settings: Settings, mail_sink: MailSink, message: Message, officer: User
) -> None:
    with worker(settings) as process:
        wait_until_under_way(mail_sink)
        process.kill()
        process.wait()
    cancel_message(message.id, user_id=officer.id, now=utc_now())
    held = count(committed, message, DeliveryStatus.SENDING, DeliveryStatus.QUEUED)
    settle_cancelled(now=utc_now() + LEASE + timedelta(seconds=1))
    sent = count(committed, message, DeliveryStatus.SENT)
    assert count(committed, message, DeliveryStatus.CANCELLED) == PEOPLE - sent >= held
    unsure = committed.scalar(sa.select(sa.func.count()).where(Delivery.fault == "unsure")) or 0
    assert sent <= len(mail_sink.mails()) <= sent + unsure
