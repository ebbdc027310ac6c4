"""What Prometheus is told: read at the moment it asks, from the small tables and from Redis.

No metric names a message, a person or an address, and every label comes from a short list of ours.
docs/operations.md says what each one means and when to be alarmed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

import redis
import sqlalchemy as sa
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from config.settings import Settings
from owl.foundation.counting import read_beats, read_counts
from owl.foundation.database import db
from owl.health.counters import families
from owl.health.flow import Waiting, due_notices, lanes, late_messages, messages, unmerged_receipts
from owl.health.lines import ANSWER_S, to_redis
from owl.health.queues import queue_states


def exposition(settings: Settings, *, now: datetime) -> bytes:
    """All metrics in Prometheus's text format. A server that is away leaves its own out and `owl_server_up` at 0."""
    registry = CollectorRegistry()
    registry.register(_Collector(settings, now))
    return generate_latest(registry)


class _Collector(Collector):
    def __init__(self, settings: Settings, now: datetime) -> None:
        self._settings = settings
        self._now = now

    def collect(self) -> Iterable[Metric]:
        up = GaugeMetricFamily("owl_server_up", "Whether the server answered this scrape.", labels=["server"])
        yield from _answered(up, "postgresql", lambda: list(_of_database(self._now)))
        yield from _answered(up, "redis", lambda: list(_of_redis(self._settings, self._now)))
        yield up


def _answered(up: GaugeMetricFamily, server: str, ask: Callable[[], list[Metric]]) -> list[Metric]:
    try:
        found = ask()
    except (sa.exc.DBAPIError, redis.RedisError):
        found = []
    finally:
        db.session.rollback()
    up.add_metric([server], 1 if found else 0)
    return found


def _of_database(now: datetime) -> Iterator[Metric]:
    session = db.session()
    session.execute(sa.text(f"SET LOCAL statement_timeout = {ANSWER_S * 1000}"))
    batches = _gauge(
        "owl_batches",
        "Open batches: due, held by a worker, to be tried later, or stopped; and those that workers ended in.",
        "lane",
        "state",
    )
    deliveries = _gauge("owl_deliveries_open", "Deliveries in open batches, those already sent too.", "lane")
    oldest = _gauge("owl_oldest_due_batch_seconds", "How long the oldest due batch has waited for a worker.", "lane")
    for lane, flow in lanes(session, now=now).items():
        for state in ("due", "held", "later", "stopped", "crashed"):
            batches.add_metric([lane, state], getattr(flow, state))
        deliveries.add_metric([lane], flow.deliveries)
        oldest.add_metric([lane], _seconds(flow.due_since, now))
    by_status = _gauge("owl_messages", "Messages that somebody or something still has to do with.", "status")
    for status, count in messages(session).items():
        by_status.add_metric([status], count)
    by_status.add_metric(["late"], late_messages(session, now=now))
    yield from (batches, deliveries, oldest, by_status)
    yield from _waiting(
        "owl_receipts_unmerged", "Receipts that deliveries don't know yet", unmerged_receipts(session), now
    )
    yield from _waiting("owl_notices_due", "Codes, links and answers that are due", due_notices(session, now=now), now)


def _of_redis(settings: Settings, now: datetime) -> Iterator[Metric]:
    with to_redis(settings) as line:
        waiting = _gauge("owl_queue_jobs", "Jobs that wait on the queue.", "queue")
        failed = _gauge("owl_queue_failed_jobs", "Jobs that broke within a day.", "queue")
        workers = _gauge("owl_workers", "Workers of the queue that were heard of within 90 seconds.", "queue")
        for queue, state in queue_states(line, now=now).items():
            waiting.add_metric([queue], state.waiting)
            failed.add_metric([queue], state.failed)
            workers.add_metric([queue], state.workers)
        done = _gauge(
            "owl_last_done_timestamp_seconds",
            "When the clock last ticked, mailin said so, and each job was last done.",
            "job",
        )
        for name, moment in read_beats(line).items():
            done.add_metric([name], moment)
        yield from (waiting, failed, workers, done)
        yield from families(read_counts(line))


def _waiting(name: str, help_: str, waiting: Waiting, now: datetime) -> Iterator[Metric]:
    yield GaugeMetricFamily(name, f"{help_}.", value=waiting.count)
    yield GaugeMetricFamily(
        f"{name}_oldest_seconds", f"{help_}: age of the oldest.", value=_seconds(waiting.since, now)
    )


def _gauge(name: str, help_: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, help_, labels=labels)


def _seconds(since: datetime | None, now: datetime) -> float:
    return max((now - since).total_seconds(), 0) if since else 0
