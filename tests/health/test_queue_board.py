"""Queues on a page: what waits, who works, what broke, and trying it again."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName
from owl.foundation.clock import utc_now
from owl.foundation.errors import NotFound
from owl.foundation.jobs import Job, Queue, QueuedJob, connection, on_queue, put_on_queues
from owl.health.queue_board import put_away_job, queue_board, try_again
from tests import factories


def test_a_job_that_broke_is_shown_without_anybodys_address_and_tried_again(session: Session) -> None:
    chief = factories.user(session, role=RoleName.ADMINISTRATOR)
    job_id = factories.broken_job()
    put_on_queues([QueuedJob(Job.SEND_BATCH, Queue.BULK, (12, 3))])

    board = queue_board(connection(), now=utc_now())

    [broken] = board.broken
    assert (broken.id, broken.what, broken.queue, broken.fault) == (job_id, "send notice 7", Queue.NOTICES, "KeyError")
    [row] = [row for row in board.queues if row.queue is Queue.BULK]
    assert (row.state.waiting, row.state.workers) == (1, 0)
    assert row.oldest is not None
    assert abs((utc_now() - row.oldest).total_seconds()) < 600

    try_again(job_id, actor_id=chief.id, now=utc_now())
    assert on_queue(Queue.NOTICES).job_ids == [job_id]
    assert queue_board(connection(), now=utc_now()).broken == ()
    with pytest.raises(NotFound):
        try_again(job_id, actor_id=chief.id, now=utc_now())


def test_a_job_that_broke_is_put_away_once(session: Session) -> None:
    chief = factories.user(session, role=RoleName.ADMINISTRATOR)
    job_id = factories.broken_job()
    put_away_job(job_id, actor_id=chief.id, now=utc_now())
    for name in (job_id, "made-up", ""):
        with pytest.raises(NotFound):
            put_away_job(name, actor_id=chief.id, now=utc_now())
