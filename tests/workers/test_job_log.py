"""What a worker says of its jobs."""

from __future__ import annotations

import pytest
import redis
import rq
from flask import Flask
from rq.serializers import JSONSerializer
from sqlalchemy.orm import Session
from structlog.testing import capture_logs
from structlog.typing import EventDict

from owl.foundation.counting import read_beats, read_counts, write_counts
from owl.foundation.database import enqueue, transaction
from owl.foundation.jobs import Job, Queue
from workers.worker import Worker


@pytest.fixture
def line(app: Flask, committed: Session) -> redis.Redis:
    connection: redis.Redis = app.extensions["owl.redis"]
    write_counts(connection)  # of tests before
    connection.flushall()
    return connection


def work_off(app: Flask, queue: Queue) -> list[EventDict]:
    """What was logged of jobs meanwhile."""
    with capture_logs() as logs:
        Worker(app, [queue]).work(burst=True, logging_level="ERROR")
    return [entry for entry in logs if entry["event"].startswith("job ")]


def test_a_job_says_which_it_is_and_how_it_ended(app: Flask, line: redis.Redis) -> None:
    with transaction() as session:
        enqueue(session, Job.SEND_BATCH, 17, 3, queue=Queue.BULK)

    begins, ends = work_off(app, Queue.BULK)

    assert begins["event"] == "job begins"
    assert (ends["result"], ends["seconds"] >= 0) == ("done", True)
    assert set(read_beats(line)) == {"send_batch"}
    assert {one.labels for one in read_counts(line)} == {("send_batch", "done")}


def test_a_job_that_breaks_says_so_and_is_not_taken_for_done(app: Flask, line: redis.Redis) -> None:
    broken = "tests.workers.jobs_to_run.fail"
    rq.Queue("bulk", connection=line, serializer=JSONSerializer).enqueue_call(broken)

    *_, ends = work_off(app, Queue.BULK)

    assert ends["result"] == "failed"
    assert read_beats(line) == {}
