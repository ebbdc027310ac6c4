"""What the clock promises."""

from __future__ import annotations

from importlib import import_module

import redis
import rq
from flask import Flask
from rq.serializers import JSONSerializer
from sqlalchemy.orm import Session

from config.schedule import SCHEDULE, Repeated
from owl.foundation.jobs import Queue
from workers.clock import Clock

SWEEP = Repeated("tests.workers.jobs_to_run.fail", every_s=20, queue="notices")


def waiting(line: redis.Redis) -> int:
    return rq.Queue("notices", connection=line, serializer=JSONSerializer).count


def test_an_entry_is_queued_at_once_and_again_when_it_is_due(app: Flask, session: Session) -> None:
    now = 1000.0
    line = app.extensions["owl.redis"]
    clock = Clock(line, (SWEEP,), seconds=lambda: now)

    assert clock.tick() == [SWEEP.job]
    assert clock.tick() == []
    now += 20
    assert clock.tick() == [SWEEP.job]
    assert waiting(line) == 2


def test_an_emptied_redis_makes_no_difference(app: Flask, session: Session) -> None:
    now = 1000.0
    line = app.extensions["owl.redis"]
    clock = Clock(line, (SWEEP,), seconds=lambda: now)
    clock.tick()
    line.flushall()

    now += 20
    clock.tick()

    assert waiting(line) == 1


def test_what_an_unreachable_redis_did_not_take_is_tried_again() -> None:
    clock = Clock(redis.Redis(port=1, retry=None), (SWEEP,))  # type: ignore[arg-type]

    assert clock.tick() == []
    assert clock.tick() == []


def test_every_entry_names_a_job_and_a_queue_of_ours() -> None:
    assert {entry.queue for entry in SCHEDULE} <= set(Queue)
    for entry in SCHEDULE:
        module, _, function = entry.job.rpartition(".")
        assert callable(getattr(import_module(module), function))
