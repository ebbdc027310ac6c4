"""What a worker says of each job: that it began and how it ended, in the log and in the counts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter

import structlog
from rq.exceptions import DeserializationError
from rq.job import Job

from owl.foundation.clock import utc_now
from owl.foundation.counting import Counted, measure, pending, write_counts
from owl.foundation.jobs import connection

log = structlog.get_logger("owl.jobs")

# The names of each job's numbers.
NUMBERS = {"send_batch": ("message", "batch"), "send_notice": ("notice",)}


@dataclass
class Watched:
    """One job under way."""

    succeeded: bool = False


@contextmanager
def watched(job: Job, *, worker: str) -> Iterator[Watched]:
    """Log the job and count it; every line that it logs meanwhile names it, and the request that caused it."""
    name, named = _named(job)
    caused_by = {"request": job.meta["request"]} if "request" in job.meta else {}
    began, before, watching = perf_counter(), pending(), Watched()
    with structlog.contextvars.bound_contextvars(job=name, worker=worker, **named, **caused_by):
        say = log.info if named else log.debug  # what the clock queues every few seconds is told where it did something
        say("job begins")
        try:
            yield watching
        finally:
            took_s = perf_counter() - began
            result, counted = "done" if watching.succeeded else "failed", _counted_since(before)
            say = log.error if not watching.succeeded else log.info if counted else say
            say("job ends", result=result, seconds=round(took_s, 3), **counted)
            measure(Counted.JOBS, name, result, seconds=took_s)
            write_counts(connection(), beats={name: utc_now()} if watching.succeeded else {})


def _named(job: Job) -> tuple[str, dict[str, int]]:
    """The job's name and its numbers."""
    try:
        name = str(job.func_name).rpartition(".")[2]
        return name, dict(zip(NUMBERS.get(name, ()), job.args, strict=False))
    except DeserializationError:  # not one of ours; RQ will refuse it
        return "unreadable", {}


def _counted_since(before: dict[tuple[str, ...], float]) -> dict[str, int]:
    """What the job counted: "email sent" 480, "email temporary" 20."""
    since = {field: amount - before.get(field, 0) for field, amount in pending().items()}
    return {
        " ".join(labels) or what: int(amount)
        for (what, *labels, part), amount in since.items()
        if part == "" and amount
    }
