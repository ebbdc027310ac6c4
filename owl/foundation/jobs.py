"""The names of jobs and queues, and the one way onto a queue.

OWL never imports its workers: a job is a name and numbers, written as JSON
(whoever can write to Redis must not be able to run code). tests/house resolves every name.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from enum import StrEnum

import redis
import rq
import structlog
from flask import current_app
from rq.serializers import JSONSerializer

log = structlog.get_logger()

TIMEOUT_S = 300
NO_TIMEOUT = -1  # RQ's word for it: the job ends by itself, and cut off it would forget what it had sent
KEEP_FAILED_S = 24 * 60 * 60
WAITING_S = 10  # after that a job that should be waiting is taken for lost


class Queue(StrEnum):
    """One for each urgency, so that what is urgent never stands behind what is not."""

    URGENT = "urgent"
    NOTICES = "notices"  # somebody is waiting at a screen: codes, links
    STANDARD = "standard"
    BULK = "bulk"
    # Texts go beside the mails of the same message, at a rate of their own.
    URGENT_TEXTS = "urgent-texts"
    TEXTS = "texts"
    BULK_TEXTS = "bulk-texts"
    OFFICE = "office"  # long work that is no message: lists of households, what each night deletes


class Job(StrEnum):
    """Where each job's function is."""

    SEND_BATCH = "workers.jobs.send_batch"
    SEND_NOTICE = "workers.jobs.send_notice"
    MERGE_RECEIPTS = "workers.jobs.merge_receipts"
    SETTLE_BOUNCES = "workers.jobs.settle_bounces"
    LOAD_LISTS = "workers.jobs.load_lists"


ENDLESS = {Job.SEND_BATCH, Job.LOAD_LISTS}


@dataclass(frozen=True, slots=True)
class QueuedJob:
    """A job to be put on its queue once the transaction has committed."""

    job: Job
    queue: Queue
    args: tuple[int, ...]
    once: bool = False  # one waiting is enough for all


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
    wanted = [job for job in jobs if not job.once or _is_first(job)]
    on_queue(name).enqueue_many(
        [
            rq.Queue.prepare_data(
                job.job.value,
                args=job.args,
                job_id=_new_id(job),
                timeout=NO_TIMEOUT if job.job in ENDLESS else TIMEOUT_S,
                result_ttl=0,
                failure_ttl=KEEP_FAILED_S,
                meta=_caused_by(),
            )
            for job in wanted
        ]
    )


def _caused_by() -> dict[str, str]:
    """The request that is being answered, so that its jobs can be found in the log."""
    request = structlog.contextvars.get_contextvars().get("request")
    return {"request": request} if request else {}


def waiting_on(name: Queue, job: Job) -> set[tuple[int, ...]]:
    """The arguments of the jobs of this kind that wait there. Raises redis.RedisError."""
    ids = (job_id.split("-") for job_id in on_queue(name).job_ids)
    return {tuple(map(int, args)) for kind, *args, _ in ids if kind == job.name}


def _new_id(job: QueuedJob) -> str:
    """Says what the job is about; never used twice, as RQ deletes by id what has run."""
    return "-".join([job.job.name, *map(str, job.args), secrets.token_hex(4)])


def on_queue(name: Queue) -> rq.Queue:
    """RQ's view of one of our queues."""
    return rq.Queue(name, connection=connection(), serializer=JSONSerializer)


def _is_first(job: QueuedJob) -> bool:
    """Whether no other of its kind waits. RQ's own unique ids would block for ever after a kill -9."""
    return bool(connection().set(_waiting(job.job), 1, nx=True, ex=WAITING_S))


def begins(job: Job) -> None:
    """Let the next one of its kind be queued: what comes in from now on is not seen by this one."""
    connection().delete(_waiting(job))


def _waiting(job: Job) -> str:
    return f"owl:waiting:{job.name}"
