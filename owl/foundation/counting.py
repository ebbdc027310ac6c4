"""What happened, how often and for how long: counted in each process, added up in Redis.

For alarms and graphs alone (owl.health.metrics): the truth about deliveries is in PostgreSQL. An emptied
Redis begins again at nothing, which whoever draws a rate allows for. Labels come from our own short
lists, never from outside: neither ids nor anything personal.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from threading import Lock

import redis

COUNTS, BEATS = "owl:counts", "owl:beats"  # hashes in Redis
TICK, MAILIN = "clock", "mailin"  # beats of the clock and of `owl mailin`; a job's is under its name


class Counted(StrEnum):
    """What is counted, with its labels."""

    HANDED_OVER = "handed_over"  # channel, result
    FAULTS = "faults"  # channel, what is to be done
    DELAY = "delay"  # channel, severity; from when a message might go to its hand-over
    JOBS = "jobs"  # job, result
    SUPPRESSED = "suppressed"  # reason
    RECEIPTS = "receipts"
    BOUNCES = "bounces"  # verdict
    REQUESTS = "requests"  # part of the web, class of the answer


SECOND = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
# Upper bounds in seconds, of what is measured and not only counted.
BOUNDS: Mapping[Counted, tuple[float, ...]] = {
    Counted.DELAY: (1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 4 * 3600, 12 * 3600),
    Counted.JOBS: SECOND,
    Counted.REQUESTS: SECOND,
}


@dataclass(frozen=True, slots=True)
class Count:
    """One figure of Redis: `what` with its labels; of what is measured, how many up to `bound`, or all seconds."""

    what: Counted
    labels: tuple[str, ...]
    part: str  # "" for a plain count; "sum", or the number of its bound, for what is measured
    value: float


_pending: defaultdict[tuple[str, ...], float] = defaultdict(float)
_lock = Lock()  # the threads of a web process share it


def count(what: Counted, *labels: str, by: int = 1) -> None:
    """Count it, to be written with the next `write_counts`."""
    with _lock:
        _pending[what, *labels, ""] += by


def measure(what: Counted, *labels: str, seconds: float, times: int = 1) -> None:
    """Count how long it took, so many times."""
    with _lock:
        _pending[what, *labels, str(bisect_left(BOUNDS[what], seconds))] += times
        _pending[what, *labels, "sum"] += seconds * times


def pending() -> dict[tuple[str, ...], float]:
    """What this process has counted and not yet written; keys are what, labels and part."""
    with _lock:
        return dict(_pending)


def write_counts(connection: redis.Redis, *, beats: Mapping[str, datetime] | None = None) -> bool:
    """Add to Redis what was counted here, and note what has just been done; whether that worked.

    What Redis did not take is kept for the next time.
    """
    with _lock:
        taken = dict(_pending)
        _pending.clear()
    pipe = connection.pipeline(transaction=False)
    for field, amount in taken.items():
        pipe.hincrbyfloat(COUNTS, "|".join(field), amount)
    for name, moment in (beats or {}).items():
        pipe.hset(BEATS, name, str(moment.timestamp()))
    try:
        pipe.execute()
    except redis.RedisError:
        with _lock:
            for field, amount in taken.items():
                _pending[field] += amount
        return False
    return True


def read_counts(connection: redis.Redis) -> list[Count]:
    """All that processes have counted together. Raises redis.RedisError."""
    stored: Mapping[bytes, bytes] = connection.hgetall(COUNTS)  # type: ignore[assignment]
    found = []
    for field, value in stored.items():
        what, *labels, part = field.decode().split("|")
        if what in set(Counted):  # another release may count other things
            found.append(Count(Counted(what), tuple(labels), part, float(value)))
    return found


def read_beats(connection: redis.Redis) -> dict[str, float]:
    """When each was last done, in seconds since 1970. Raises redis.RedisError."""
    stored: Mapping[bytes, bytes] = connection.hgetall(BEATS)  # type: ignore[assignment]
    return {name.decode(): float(moment) for name, moment in stored.items()}
