"""Queues and who serves them, as Redis knows them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import redis
from rq.utils import utcparse

from owl.foundation.jobs import Queue

# A worker that waits is heard of every 45 s, and one at work with each job (workers.worker.ALIVE_S).
HEARD_WITHIN = timedelta(seconds=90)


@dataclass(frozen=True, slots=True)
class QueueState:
    """One queue: jobs that wait on it, jobs that broke in the last day, and workers that are alive."""

    waiting: int
    failed: int
    workers: int


def queue_states(line: redis.Redis, *, now: datetime) -> dict[Queue, QueueState]:
    """Every queue as it is now; changes nothing. Raises redis.RedisError."""
    pipe = line.pipeline(transaction=False)
    for queue in Queue:
        pipe.llen(f"rq:queue:{queue}")
        pipe.zcount(f"rq:failed:{queue}", now.timestamp(), "+inf")  # RQ sweeps out what is older later
        pipe.smembers(f"rq:workers:{queue}")
    answers = pipe.execute()
    states = {}
    for place, queue in enumerate(Queue):
        waiting, failed, names = answers[3 * place : 3 * place + 3]
        states[queue] = QueueState(waiting, failed, _alive(line, names, now))
    return states


def _alive(line: redis.Redis, names: Iterable[bytes], now: datetime) -> int:
    """How many of these workers were heard of lately; RQ keeps the names of the dead."""
    pipe = line.pipeline(transaction=False)
    for name in names:
        pipe.hget(cast("Any", name), "last_heartbeat")
    heard = [utcparse(said.decode()) for said in pipe.execute() if said]
    return sum(1 for moment in heard if now - moment < HEARD_WITHIN)
