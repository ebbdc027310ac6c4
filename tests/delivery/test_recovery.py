"""What no queue knows of any more is found again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.delivery.claiming import LEASE, claim_batch
from owl.delivery.models import Batch, Receipt
from owl.delivery.recovery import sweep
from owl.foundation.database import transaction
from owl.foundation.jobs import Job, Queue, connection, on_queue
from owl.foundation.notices import Channel, send_notice
from owl.messages.models import Message, MessageStatus
from tests.factories import NOW

Plan = Callable[..., Message]


def jobs(queue: Queue) -> list[tuple[str, list[int]]]:
    return [(job.func_name, job.args) for job in on_queue(queue).jobs]


def test_a_flushed_redis_loses_nothing(session: Session, planned: Plan) -> None:
    message = planned(2)
    with transaction() as inside:
        send_notice(inside, "test_message", channel=Channel.EMAIL, address="joan@example.com", now=NOW, text="x")
    session.add(Receipt(message_id=message.id, seq=1, provider_reference="S", said="sent", received_at=NOW))
    session.commit()
    connection().flushall()

    assert sweep(now=NOW) == 2

    assert jobs(Queue.STANDARD) == [(Job.SEND_BATCH, [message.id, 1])]
    assert [name for name, _ in jobs(Queue.NOTICES)] == [Job.SEND_NOTICE, Job.MERGE_RECEIPTS]


def test_what_still_waits_on_its_queue_is_not_queued_twice(session: Session, planned: Plan) -> None:
    planned(2)
    assert sweep(now=NOW) == 0
    assert len(on_queue(Queue.STANDARD)) == 1


def test_a_batch_that_a_worker_holds_is_left_to_it_until_the_lease_ends(session: Session, planned: Plan) -> None:
    message = planned(1)
    connection().flushall()
    claim_batch(message.id, 1, worker="w", now=NOW)
    assert sweep(now=NOW + LEASE) == 0
    assert sweep(now=NOW + LEASE + timedelta(seconds=1)) == 1


def test_what_is_not_due_done_or_paused_is_left(session: Session, planned: Plan) -> None:
    later, done, paused = planned(1), planned(1), planned(1)
    session.execute(sa.update(Batch).where(Batch.message_id == later.id).values(due_at=NOW + timedelta(seconds=1)))
    session.execute(sa.update(Batch).where(Batch.message_id == done.id).values(done_at=NOW))
    paused.status = MessageStatus.PAUSED
    session.commit()
    connection().flushall()
    assert sweep(now=NOW) == 0
