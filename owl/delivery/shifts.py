"""How long a job goes on, and what it outlasts: a database that is away ends no job."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

import psycopg
import sqlalchemy as sa
import structlog

log = structlog.get_logger()

T = TypeVar("T")

JOB_S = 5.0  # then the others on the queue have their turn
GRACE_S = 6.0  # after being told to stop, for what is on its way; a worker is ended after ten
PAUSES_S = (0.05, 0.1, 0.2, 0.5, 1.0)  # between tries to reach PostgreSQL; the last one again and again
READ_ONLY = "25006"  # a standby that has not taken over yet


def never() -> bool:
    """Nobody tells this one to stop."""
    return False


@dataclass
class Shift:
    """The time of one job, by the machine's own clock, which no administrator sets back."""

    told_to_stop: Callable[[], bool] = never
    lasts_s: float = JOB_S
    seconds: Callable[[], float] = time.monotonic
    _ends_at: float = field(init=False)
    _told_at: float | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self._ends_at = self.seconds() + self.lasts_s

    @property
    def is_over(self) -> bool:
        """Whether nothing new is to be begun."""
        return self._told() is not None or self.seconds() >= self._ends_at

    @property
    def must_leave(self) -> bool:
        """Whether even what is under way has to be left, because the process will be ended."""
        told_at = self._told()
        return told_at is not None and self.seconds() - told_at > GRACE_S

    def outlast(self, work: Callable[[], T]) -> T:
        """What `work` returns: done again, however long it takes, while PostgreSQL is away or too busy.

        `work` is one transaction that may run twice. Raises what it raised last where this worker must leave.
        """
        tries = 0
        while True:
            try:
                return work()
            except (sa.exc.DBAPIError, psycopg.Error) as error:
                if not _passes(error) or self.must_leave:
                    raise
                if tries in {0, len(PAUSES_S)}:
                    log.warning("database unreachable; trying until it is back", error=type(_cause(error)).__name__)
            time.sleep(PAUSES_S[min(tries, len(PAUSES_S) - 1)])
            tries += 1

    def _told(self) -> float | None:
        if self._told_at is None and self.told_to_stop():
            self._told_at = self.seconds()
        return self._told_at


def _passes(error: Exception) -> bool:
    """Away, restarting, out of room, or a deadlock that the other side won."""
    cause = _cause(error)
    away = isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError)
    return away or getattr(cause, "sqlstate", None) == READ_ONLY


def _cause(error: Exception) -> BaseException | None:
    """What psycopg said, under what SQLAlchemy makes of it."""
    return error.orig if isinstance(error, sa.exc.DBAPIError) else error
