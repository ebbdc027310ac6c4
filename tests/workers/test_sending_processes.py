"""Worker processes that are killed, told to stop or left without Redis in the middle of a message."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest
import redis
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from config.settings import Settings
from owl.delivery.claiming import LEASE
from owl.delivery.models import Batch, Delivery
from owl.delivery.queries import ledger
from owl.delivery.recovery import sweep
from owl.embedded.environment import environment_of
from owl.foundation.clock import utc_now
from owl.foundation.jobs import Queue, on_queue
from owl.households.models import ContactPoint
from owl.messages.models import Message, MessageStatus
from tests.delivery.conftest import plan_message
from tests.stand_ins import MailSink

PEOPLE = 150
RATE = 60  # a second: slow enough to be caught in the middle
CONNECTIONS = 4


class Process:
    """One worker of the standard queue."""

    def __init__(self, settings: Settings, **changed: str) -> None:
        words = {"OWL_SMTP_RATE": str(RATE), "OWL_SMTP_CONNECTIONS": str(CONNECTIONS)} | changed
        self.process = subprocess.Popen(
            [sys.executable, "-m", "workers", "standard"],
            cwd=Path(__file__).parents[2],
            env=os.environ | environment_of(settings) | words,
            stderr=subprocess.DEVNULL,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.process.kill()
        self.process.wait()


def wait_for(condition: Callable[[], object], within_s: float = 40) -> None:
    give_up_at = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < give_up_at
        time.sleep(0.05)


@pytest.fixture
def message(app: Flask, committed: Session, mail_sink: MailSink) -> Message:
    """One that goes to so many people, in one batch."""
    planned = plan_message(committed, PEOPLE, approved_at=utc_now(), created_at=utc_now())
    committed.execute(sa.update(Batch).values(due_at=utc_now()))  # by the clock of the processes
    committed.commit()
    return planned


def arrived(sink: MailSink) -> int:
    return sink.caught.count_mails()


def is_sent(session: Session, message_id: int) -> bool:
    session.rollback()
    return session.scalar(sa.select(Message.status).where(Message.id == message_id)) is MessageStatus.SENT


def let_the_lease_end(session: Session) -> None:
    session.execute(sa.update(Batch).values(lease_until=utc_now() - timedelta(seconds=1)))
    session.commit()


def test_a_worker_told_to_stop_writes_down_all_it_sent_and_leaves_the_rest(
    committed: Session, settings: Settings, message: Message, mail_sink: MailSink
) -> None:
    with Process(settings) as worker:
        wait_for(lambda: arrived(mail_sink) > 20)
        worker.process.send_signal(signal.SIGTERM)
        assert worker.process.wait(timeout=10) == 0
    committed.rollback()
    count = ledger(committed, message.id)
    assert count.holds
    by_status = {status.value: number for status, number in count.rows if number}
    assert by_status == {"sent": arrived(mail_sink), "queued": PEOPLE - arrived(mail_sink)}
    with Process(settings, OWL_SMTP_RATE="10000"):
        wait_for(lambda: is_sent(committed, message.id))
    assert arrived(mail_sink) == PEOPLE


def test_a_worker_killed_in_the_middle_loses_nothing_and_repeats_no_more_than_twice_its_lines(
    committed: Session, settings: Settings, message: Message, mail_sink: MailSink
) -> None:
    with Process(settings) as worker:
        wait_for(lambda: arrived(mail_sink) > 20)
        worker.process.kill()
        worker.process.wait()
    committed.rollback()
    assert ledger(committed, message.id).holds
    assert sweep(now=utc_now()) == 0  # its lease still stands
    let_the_lease_end(committed)
    assert sweep(now=utc_now()) == 1
    with Process(settings, OWL_SMTP_RATE="10000"):
        wait_for(lambda: is_sent(committed, message.id))
    assert PEOPLE <= arrived(mail_sink) <= PEOPLE + 2 * CONNECTIONS
    assert ledger(committed, message.id).holds


def test_a_full_and_a_flushed_redis_a_full_disk_and_ended_connections_hold_a_message_up_and_no_more(
    app: Flask, committed: Session, settings: Settings, message: Message, mail_sink: MailSink
) -> None:
    line: redis.Redis = app.extensions["owl.redis"]
    last = committed.scalars(sa.select(ContactPoint.address).order_by(ContactPoint.id.desc())).first() or ""
    mail_sink.refuse(last, "452 4.3.1 Insufficient system storage")
    with Process(settings):
        wait_for(lambda: arrived(mail_sink) > 20)
        line.config_set("maxmemory", 1)
        try:
            wait_for(lambda: not can_write(line))
            threading.Event().wait(0.5)
        finally:
            line.config_set("maxmemory", 0)
        line.flushall()
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        committed.execute(sa.text(others + " AND datname = current_database()"))
        committed.commit()
        wait_for(lambda: arrived(mail_sink) >= PEOPLE - 1 or sweep(now=utc_now() + LEASE))
        wait_for(lambda: arrived(mail_sink) >= PEOPLE - 1)
        mail_sink.accept(last)
        wait_for(lambda: is_sent(committed, message.id) or push_on(committed))
    assert arrived(mail_sink) == PEOPLE
    assert ledger(committed, message.id).holds


def can_write(line: redis.Redis) -> bool:
    try:
        return bool(line.set("anything", 1))
    except redis.OutOfMemoryError:
        return False


def push_on(session: Session) -> None:
    """What waits for another try is tried now."""
    session.execute(sa.update(Delivery).values(changed_at=Delivery.changed_at - timedelta(hours=1)))
    session.execute(sa.update(Batch).where(Batch.lease_until.is_(None)).values(due_at=utc_now()))
    session.commit()
    sweep(now=utc_now())


def test_two_workers_with_the_same_jobs_write_to_nobody_twice(
    committed: Session, settings: Settings, message: Message, mail_sink: MailSink
) -> None:
    for _ in range(3):
        on_queue(Queue.STANDARD).enqueue_call("workers.jobs.send_batch", args=(message.id, 1))
    with Process(settings, OWL_SMTP_RATE="200"), Process(settings, OWL_SMTP_RATE="200"):
        wait_for(lambda: is_sent(committed, message.id))
    assert arrived(mail_sink) == PEOPLE
    assert set(committed.scalars(sa.select(Delivery.attempts))) == {1}


def test_a_job_that_this_release_does_not_know_is_found_again_by_the_sweep(
    committed: Session, settings: Settings, message: Message, mail_sink: MailSink
) -> None:
    queue = on_queue(Queue.STANDARD)
    queue.empty()
    queue.enqueue_call("workers.jobs.send_lot", args=(message.id, 1))
    with Process(settings, OWL_SMTP_RATE="10000"):
        wait_for(queue.is_empty)
        assert sweep(now=utc_now()) == 1
        wait_for(lambda: is_sent(committed, message.id))
    assert arrived(mail_sink) == PEOPLE


def test_an_idle_worker_that_is_told_to_stop_ends_at_once(settings: Settings, committed: Session) -> None:
    with Process(settings) as worker:
        wait_for(lambda: redis.Redis.from_url(settings.redis_url).scard("rq:workers"))
        threading.Event().wait(0.5)
        worker.process.send_signal(signal.SIGTERM)
        assert worker.process.wait(timeout=10) == 0


def test_a_worker_that_waits_for_tokens_is_told_to_stop(
    committed: Session, settings: Settings, message: Message, mail_sink: MailSink
) -> None:
    with Process(settings, OWL_SMTP_RATE="0.001") as worker:
        wait_for(lambda: committed.rollback() or committed.scalar(sa.select(Batch.lease_until)))
        worker.process.send_signal(signal.SIGTERM)
        assert worker.process.wait(timeout=10) == 0
    committed.rollback()
    assert committed.scalar(sa.select(Batch.lease_until)) is None
    assert arrived(mail_sink) == 0
