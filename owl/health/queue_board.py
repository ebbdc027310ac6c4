"""Queues as administrators see and mend them: what waits, who works, what broke, and trying it again.

A job may run twice (the lease in PostgreSQL decides), so trying again is harmless.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

import redis
import rq
from rq.exceptions import InvalidJobOperation, NoSuchJobError
from rq.registry import FailedJobRegistry
from rq.serializers import JSONSerializer

from owl.accounts.permissions import Permission, require
from owl.foundation.audit import record_act
from owl.foundation.database import transaction
from owl.foundation.errors import Conflict, NotFound
from owl.foundation.jobs import Queue, connection, on_queue
from owl.health.queues import HEARD_WITHIN, QueueState, queue_states

OURS = re.compile(r"[A-Z_]+(?:-\d{1,19})*-[0-9a-f]{8}")  # owl.foundation.jobs names them so
GONE = "There is no such job any more. It may have been done."
SHOWN = 50  # broken jobs of one queue


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One queue now. `oldest`: since when its first job waits."""

    queue: Queue
    state: QueueState
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class WorkerRow:
    """One process that works. `job`: what it does now, None while it waits."""

    name: str
    queues: tuple[str, ...]
    job: str | None
    heard_at: datetime
    is_alive: bool


@dataclass(frozen=True, slots=True)
class BrokenJob:
    """A job that ended in a fault; the log has its trace."""

    id: str
    queue: Queue
    what: str  # "send batch 7, 3"
    broke_at: datetime | None
    fault: str  # the kind of error alone, which can hold nobody's address


@dataclass(frozen=True, slots=True)
class Board:
    """Everything on one page."""

    queues: tuple[QueueRow, ...]
    workers: tuple[WorkerRow, ...]
    broken: tuple[BrokenJob, ...]


def queue_board(line: redis.Redis, *, now: datetime) -> Board:
    """How queues, workers and broken jobs are now; changes nothing. Raises redis.RedisError."""
    states = queue_states(line, now=now)
    rows = tuple(QueueRow(queue, states[queue], _oldest(queue)) for queue in Queue)
    broken = [job for row in rows if row.state.failed for job in _broken(line, row.queue)]
    return Board(rows, _workers(line, now), tuple(broken))


def try_again(job_id: str, *, actor_id: int, now: datetime) -> None:
    """Put the broken job back on its queue. Raises NotFound, Refused, or Conflict where it is not broken any more."""
    with transaction() as session:
        require(session, actor_id, Permission.ADMINISTER)
        job = _job(job_id)
        try:
            _registry(connection(), Queue(job.origin)).requeue(job)
        except InvalidJobOperation:
            raise Conflict("Nothing was done: this job is not broken any more.") from None
        record_act(session, "try job again", actor_id=actor_id, subject="job", subject_id=None, now=now, job=job.id)


def put_away_job(job_id: str, *, actor_id: int, now: datetime) -> None:
    """Forget the broken job; what it was about is found by the sweep. Raises NotFound or Refused."""
    with transaction() as session:
        require(session, actor_id, Permission.ADMINISTER)
        job = _job(job_id)
        _registry(connection(), Queue(job.origin)).remove(job, delete_job=True)
        record_act(session, "put job away", actor_id=actor_id, subject="job", subject_id=None, now=now, job=job.id)


def _job(job_id: str) -> rq.job.Job:
    """A broken job of ours."""
    if not OURS.fullmatch(job_id):
        raise NotFound(GONE)
    try:
        job = rq.job.Job.fetch(job_id, connection=connection(), serializer=JSONSerializer)
    except NoSuchJobError:
        raise NotFound(GONE) from None
    if job.origin not in set(Queue) or not job.is_failed:
        raise NotFound(GONE)
    return job


def _oldest(queue: Queue) -> datetime | None:
    [first, *_] = [*on_queue(queue).get_jobs(0, 1), None]
    return first.enqueued_at.replace(tzinfo=UTC) if first and first.enqueued_at else None


def _workers(line: redis.Redis, now: datetime) -> tuple[WorkerRow, ...]:
    rows = []
    for worker in rq.Worker.all(connection=line, serializer=JSONSerializer):
        heard_at = worker.last_heartbeat
        if heard_at is None:
            continue
        heard_at = heard_at.replace(tzinfo=UTC) if heard_at.tzinfo is None else heard_at
        is_alive = now - heard_at < HEARD_WITHIN
        job_id = worker.get_current_job_id()
        doing = _what(job_id) if job_id else None
        rows.append(WorkerRow(worker.name, tuple(worker.queue_names()), doing, heard_at, is_alive))
    return tuple(sorted(rows, key=lambda row: (not row.is_alive, row.name)))


def _broken(line: redis.Redis, queue: Queue) -> list[BrokenJob]:
    ids = _registry(line, queue).get_job_ids(desc=True)[:SHOWN]
    found = rq.job.Job.fetch_many(ids, connection=line, serializer=JSONSerializer)
    return [
        BrokenJob(job.id, queue, _what(job.id), job.ended_at.replace(tzinfo=UTC) if job.ended_at else None, _fault(job))
        for job in found
        if job is not None
    ]


def _fault(job: rq.job.Job) -> str:
    result = job.latest_result()
    last = (result.exc_string or "").strip().splitlines()[-1:] if result else []
    return last[0].partition(":")[0][:100] if last else "It was cut off"


def _what(job_id: str) -> str:
    """By the job's own id, which says what it is about: "SEND_BATCH-7-3-a1b2c3d4"."""
    kind, *numbers = job_id.split("-")
    return f"{kind.replace('_', ' ').lower()} {', '.join(numbers[:-1])}".strip()


def _registry(line: redis.Redis, queue: Queue) -> FailedJobRegistry:
    return FailedJobRegistry(queue=rq.Queue(queue, connection=line, serializer=JSONSerializer))
