"""The clock: `python -m workers.clock` queues what is to be done again and again.

RQ's own CronScheduler writes pickled jobs, which our workers rightly refuse; and it forgets a job
that fails. This one keeps its times in memory, so an empty Redis costs nothing.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import redis
import rq
import structlog
from rq.serializers import JSONSerializer

from config.schedule import SCHEDULE, Repeated
from config.settings import read_settings
from owl.foundation.clock import utc_now
from owl.foundation.counting import TICK, write_counts
from owl.foundation.logs import set_up_logs

log = structlog.get_logger()

TIMEOUT_S = 300
LONGEST_PAUSE_S = 1.0


@dataclass
class Clock:
    """Queues each entry when it is due; what Redis didn't take is tried again."""

    connection: redis.Redis
    schedule: Iterable[Repeated] = SCHEDULE
    seconds: Callable[[], float] = time.monotonic
    _due_at: dict[str, float] = field(default_factory=dict)

    def tick(self) -> list[str]:
        """Queue what is due now; its names. All is due at the first tick."""
        queued = []
        for entry in self.schedule:
            now = self.seconds()
            if now < self._due_at.get(entry.job, now):
                continue
            try:
                self._queue(entry)
            except redis.RedisError as error:
                log.warning("queue unreachable; the clock tries again", job=entry.job, error=type(error).__name__)
                continue
            self._due_at[entry.job] = now + entry.every_s
            queued.append(entry.job)
        write_counts(self.connection, beats={TICK: utc_now()})
        return queued

    def run(self, told_to_stop: threading.Event) -> None:
        """Tick until told to stop."""
        while not told_to_stop.wait(LONGEST_PAUSE_S):
            self.tick()

    def _queue(self, entry: Repeated) -> None:
        queue = rq.Queue(entry.queue, connection=self.connection, serializer=JSONSerializer)
        # Gone when the next one comes: without workers they don't pile up.
        queue.enqueue_call(entry.job, timeout=TIMEOUT_S, ttl=int(entry.every_s), result_ttl=0, failure_ttl=3600)


def main() -> None:
    """Tick until SIGTERM or SIGINT."""
    settings = read_settings()
    set_up_logs(readable=not settings.in_production)
    told = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    Clock(redis.Redis.from_url(settings.redis_url)).run(told)


if __name__ == "__main__":
    main()
