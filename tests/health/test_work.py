"""What the doctor says of work that waits."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from config.settings import Settings
from owl.delivery.models import Batch, Receipt
from owl.foundation.clock import utc_now
from owl.foundation.counting import MAILIN, TICK, write_counts
from owl.foundation.jobs import Queue
from owl.foundation.jobs import connection as redis_connection
from owl.foundation.notices import Channel, Notice
from owl.health.findings import State
from owl.health.patient import Patient
from owl.health.work import (
    look_at_batches,
    look_at_clock,
    look_at_failed_jobs,
    look_at_mailin,
    look_at_messages,
    look_at_notices,
    look_at_receipts,
    look_at_workers,
)
from owl.messages.models import MessageStatus
from tests import factories
from workers.worker import Worker

NOW = utc_now()


def ago(**past: float) -> datetime:
    return NOW - timedelta(**past)


@pytest.fixture
def patient(session: Session, settings: Settings) -> Patient:
    return Patient(settings, NOW)


def a_batch(session: Session, *, lane: Queue, status: MessageStatus = MessageStatus.SENDING, **fields: object) -> None:
    message = factories.message(session, status=status)
    row = {"no": 1, "channel": Channel.EMAIL, "first_seq": 1, "last_seq": 10, "due_at": ago(minutes=1)}
    session.add(Batch(message_id=message.id, lane=lane, **row | fields))
    session.commit()


def test_a_queue_that_nobody_serves_is_named(app: Flask, patient: Patient) -> None:
    for queue in set(Queue) - {Queue.BULK}:
        Worker(app, [queue]).register_birth()

    verdict = look_at_workers(patient)

    assert (verdict.state, verdict.sentence) == (State.WRONG, "Nobody serves bulk.")


def test_a_worker_that_was_not_heard_of_is_taken_for_dead(app: Flask, patient: Patient) -> None:
    Worker(app, list(Queue)).register_birth()

    assert look_at_workers(patient).state is State.OK
    assert look_at_workers(Patient(patient.settings, utc_now() + timedelta(minutes=2))).state is State.WRONG


def test_a_worker_makes_itself_known_again_after_redis_was_emptied(app: Flask, patient: Patient) -> None:
    worker = Worker(app, list(Queue))
    worker.register_birth()
    redis_connection().flushall()
    assert look_at_workers(patient).state is State.WRONG

    worker.heartbeat()

    assert look_at_workers(patient).sentence.startswith("urgent: 1, notices: 1, standard: 1, bulk: 1")


def test_a_clock_that_stands_still_is_noticed(patient: Patient) -> None:
    assert look_at_clock(patient).state is State.WRONG
    write_counts(patient.redis, beats={TICK: ago(seconds=2)})
    assert look_at_clock(patient).state is State.OK
    write_counts(patient.redis, beats={TICK: ago(minutes=1)})
    assert look_at_clock(patient).state is State.WRONG


def test_a_sweep_that_is_not_getting_done_is_noticed(patient: Patient) -> None:
    write_counts(patient.redis, beats={TICK: NOW, "sweep": ago(minutes=3)})

    assert "sweep is not getting done" in look_at_clock(patient).sentence


def test_bounces_that_nobody_takes_in_are_noticed(patient: Patient) -> None:
    assert look_at_mailin(patient).state is State.WRONG
    write_counts(patient.redis, beats={MAILIN: ago(seconds=20)})
    assert look_at_mailin(patient).state is State.OK
    write_counts(patient.redis, beats={MAILIN: ago(minutes=2)})
    assert look_at_mailin(patient).state is State.WRONG


def test_jobs_that_broke_are_counted_for_a_day(app: Flask, patient: Patient) -> None:
    line = redis_connection()
    line.zadd("rq:failed:bulk", {"one": NOW.timestamp() + 60, "long ago": NOW.timestamp() - 60})

    verdict = look_at_failed_jobs(patient)

    assert (verdict.state, verdict.sentence) == (State.WARN, "Broken within a day: 1 in bulk.")


@pytest.mark.parametrize(
    ("lane", "fields", "state"),
    [
        (Queue.URGENT, {}, State.WRONG),
        (Queue.BULK, {}, State.OK),
        (Queue.BULK, {"due_at": ago(minutes=5)}, State.WRONG),
        (Queue.BULK, {"due_at": ago(minutes=5), "lease_until": ago(minutes=1)}, State.WRONG),
        (Queue.BULK, {"due_at": ago(minutes=5), "lease_until": ago(minutes=-1)}, State.OK),
        (Queue.URGENT, {"due_at": ago(minutes=5), "done_at": NOW}, State.OK),
        (Queue.URGENT, {"due_at": ago(minutes=-5)}, State.OK),
        (Queue.URGENT, {"status": MessageStatus.PAUSED}, State.OK),
        (Queue.BULK, {"crashes": 2}, State.WARN),
    ],
)
def test_batches_that_nobody_sends_or_that_end_workers_are_named(
    session: Session, patient: Patient, lane: Queue, fields: dict[str, object], state: State
) -> None:
    a_batch(session, lane=lane, **fields)

    verdict = look_at_batches(patient)

    assert verdict.state is state
    assert (lane.value in verdict.sentence) == (state is not State.OK)


def test_a_lane_with_a_worker_on_it_may_have_others_waiting_for_long(session: Session, patient: Patient) -> None:
    a_batch(session, lane=Queue.BULK, due_at=ago(hours=1))
    a_batch(session, lane=Queue.BULK, due_at=ago(hours=1), lease_until=ago(seconds=-20))

    assert look_at_batches(patient).sentence == "1 are being sent, 1 wait their turn."


@pytest.mark.parametrize(
    ("fields", "state", "words"),
    [
        ({"status": MessageStatus.PAUSED}, State.WARN, "1 paused"),
        ({"status": MessageStatus.SCHEDULED, "send_at": ago(hours=1)}, State.WARN, "1 could not start on time"),
        ({"status": MessageStatus.SCHEDULED, "send_at": ago(hours=-1)}, State.OK, "None is"),
        ({"status": MessageStatus.SENDING}, State.WRONG, "1 can't come to an end"),
        ({"status": MessageStatus.SENT}, State.OK, "None is"),
    ],
)
def test_messages_that_need_somebody_are_counted(
    session: Session, patient: Patient, fields: dict[str, object], state: State, words: str
) -> None:
    factories.message(session, **fields)

    verdict = look_at_messages(patient)

    assert verdict.state is state
    assert words in verdict.sentence


@pytest.mark.parametrize(("received_at", "state"), [(ago(seconds=5), State.OK), (ago(minutes=3), State.WRONG)])
def test_receipts_that_nobody_merges_are_noticed(
    session: Session, patient: Patient, received_at: datetime, state: State
) -> None:
    told = {"message_id": 1, "seq": 1, "said": "delivered", "received_at": received_at}
    session.add(Receipt(provider_reference="SM1", **told))
    session.add(Receipt(provider_reference="SM2", **told | {"merged_at": NOW, "received_at": ago(days=3)}))
    session.commit()

    verdict = look_at_receipts(patient)

    assert (verdict.state, verdict.sentence.split()[0]) == (state, "1")


@pytest.mark.parametrize(("due_at", "state"), [(ago(seconds=5), State.OK), (ago(minutes=3), State.WRONG)])
def test_notices_that_nobody_sends_are_noticed(
    session: Session, patient: Patient, due_at: datetime, state: State
) -> None:
    session.add(Notice(template="magic_link", channel=Channel.EMAIL, created_at=due_at, due_at=due_at))
    session.commit()

    verdict = look_at_notices(patient)

    assert (verdict.state, verdict.sentence.split()[0]) == (state, "1")
