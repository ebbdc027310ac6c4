"""The names of jobs and queues, and the one way onto a queue.

OWL never imports its workers: a job is a name and numbers, written as JSON
(whoever can write to Redis must not be able to run code). tests/house resolves every name.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from enum import StrEnum

import redis
import rq
import structlog
from flask import current_app
from rq.exceptions import DuplicateJobError
from rq.serializers import JSONSerializer

log = structlog.get_logger()

TIMEOUT_S = 300
KEEP_FAILED_S = 24 * 60 * 60


class Queue(StrEnum):
    """One for each urgency, so that what is urgent never stands behind what is not."""

    URGENT = "urgent"
    NOTICES = "notices"  # somebody is waiting at a screen: codes, links
    STANDARD = "standard"
    BULK = "bulk"


class Job(StrEnum):
    """Where each job's function is."""

    SEND_BATCH = "workers.jobs.send_batch"
    SEND_NOTICE = "workers.jobs.send_notice"
    MERGE_RECEIPTS = "workers.jobs.merge_receipts"


@dataclass(frozen=True, slots=True)
class QueuedJob:
    """A job to be put on its queue once the transaction has committed."""

    job: Job
    queue: Queue
    args: tuple[int, ...]
    unique: bool = False  # one waiting is enough


def connection() -> redis.Redis:
    """This application's connection to Redis."""
    client: redis.Redis = current_app.extensions["owl.redis"]
    return client


def put_on_queues(jobs: list[QueuedJob]) -> bool:
    """Whether all of them are queued. Where Redis is out of reach the sweep finds the work later."""
    try:
        for name in dict.fromkeys(job.queue for job in jobs):
            _put(name, [job for job in jobs if job.queue is name])
    except redis.RedisError as error:
        log.warning("queue unreachable; the sweep will queue this work", jobs=len(jobs), error=type(error).__name__)
        return False
    return True


def _put(name: Queue, jobs: list[QueuedJob]) -> None:
    queue = rq.Queue(name, connection=connection(), serializer=JSONSerializer)
    once = [job for job in jobs if job.unique]
    for job in once:
        with contextlib.suppress(DuplicateJobError):
            queue.enqueue_call(
                job.job.value, args=job.args, job_id=job_id(job), unique=True, timeout=TIMEOUT_S, result_ttl=0
            )
    rest = [job for job in jobs if not job.unique]
    if rest:
        queue.enqueue_many(
            [
                rq.Queue.prepare_data(
                    job.job.value, args=job.args, timeout=TIMEOUT_S, result_ttl=0, failure_ttl=KEEP_FAILED_S
                )
                for job in rest
            ]
        )


def job_id(job: QueuedJob) -> str:
    """The id that makes a unique job recognisable as waiting already."""
    return "-".join([job.job.rpartition(".")[2], *map(str, job.args)])
