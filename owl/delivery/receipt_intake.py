"""Receipts of many threads into few commits: each thread waits for the commit that holds its own."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from time import monotonic

import psycopg
import structlog
from flask import Flask

from owl.delivery.receipts import ReceiptBook, Told
from owl.foundation.clock import utc_now
from owl.foundation.jobs import Job, Queue, QueuedJob, put_on_queues

GATHERED_S = 0.3  # between two mergings asked for by one process, so that sets are large
MOST_TOGETHER = 500

log = structlog.get_logger()


class NotKept(Exception):
    """The receipt is not on disk; whoever sent it must hear of that."""


@dataclass(slots=True)
class _Place:
    """One receipt in the row of those that wait."""

    told: Told
    is_done: bool = False
    is_kept: bool = False


class ReceiptIntake:
    """Keeps receipts. While one thread commits, the others gather behind it, and the next takes all of theirs."""

    def __init__(self, app: Flask, book: ReceiptBook) -> None:
        self._book = book
        self._waiting: deque[_Place] = deque()
        self._committing = threading.Lock()
        self._merging = _Merging(app)

    def keep(self, told: Told) -> None:
        """Return once the receipt is on disk. Raises NotKept."""
        place = _Place(told)
        self._waiting.append(place)
        with self._committing:
            while not place.is_done:
                self._commit()
        if not place.is_kept:
            raise NotKept

    def _commit(self) -> None:
        places = [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_TOGETHER))]
        try:
            if self._book.keep([place.told for place in places], now=utc_now()):
                self._merging.ask()
            for place in places:
                place.is_kept = True
        except psycopg.Error as error:
            log.error("receipts could not be kept", count=len(places), error=type(error).__name__)
        finally:
            for place in places:
                place.is_done = True


class _Merging:
    """Asks for merging: at once after a quiet time, then at most each GATHERED_S. What it forgets the sweep finds."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._asked_at = -GATHERED_S
        self._is_to_ask = False

    def ask(self) -> None:
        """Queue one merging, now or soon. Called by one thread at a time."""
        early_s = self._asked_at + GATHERED_S - monotonic()
        if early_s <= 0:
            self._queue()
        elif not self._is_to_ask:
            self._is_to_ask = True
            timer = threading.Timer(early_s, self._queue)
            timer.daemon = True
            timer.start()

    def _queue(self) -> None:
        self._asked_at, self._is_to_ask = monotonic(), False
        with self._app.app_context():
            put_on_queues([QueuedJob(Job.MERGE_RECEIPTS, Queue.NOTICES, (), once=True)])
