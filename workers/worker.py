"""The worker: RQ's loop around an application that is loaded once, with no fork for each job."""

from __future__ import annotations

import signal
from collections.abc import Sequence
from types import FrameType
from typing import Any

import redis
from flask import Flask
from redis.client import Pipeline, PubSubWorkerThread
from rq import SimpleWorker
from rq.exceptions import StopRequested
from rq.executions import Execution
from rq.job import Job
from rq.queue import Queue as RqQueue
from rq.serializers import JSONSerializer
from rq.worker_registration import register

from owl.foundation.clock import utc_now
from owl.foundation.jobs import Queue
from workers.job_log import watched
from workers.jobs import TOLD_TO_STOP

ALIVE_S = 60  # a dead connection to Redis is noticed within this time
LONGEST_PAUSE_S = 5.0  # between tries to reach Redis


class Worker(SimpleWorker):
    """Runs jobs one after the other in this process until told to stop, and then finishes the one under way.

    Recovery belongs to our sweep, which reads PostgreSQL: RQ's own maintenance takes minutes and
    could run a batch that somebody else holds.
    """

    max_connection_wait_time = LONGEST_PAUSE_S

    def __init__(self, app: Flask, queues: Sequence[Queue], *, name: str | None = None) -> None:
        # A connection of its own: RQ makes it wait for minutes, which a verb must never do.
        super().__init__(
            [queue.value for queue in queues],
            name=name,
            connection=redis.Redis.from_url(app.extensions["owl.settings"].redis_url),
            serializer=JSONSerializer,
            worker_ttl=ALIVE_S,
        )
        self.app = app
        self._at_work = False
        app.extensions[TOLD_TO_STOP] = lambda: self.was_told_to_stop

    def bootstrap(self, *arguments: Any, **named: Any) -> None:
        """Heed signals before anybody can see that it is there, so that none ends it half-way."""
        self._install_signal_handlers()  # type: ignore[no-untyped-call]  # RQ left it untyped
        super().bootstrap(*arguments, **named)

    def execute_job(self, job: Job, queue: RqQueue) -> None:
        """Run one job, which a signal lets end."""
        self._at_work = True
        try:
            super().execute_job(job, queue)
        finally:
            self._at_work = False

    def perform_job(self, job: Job, queue: RqQueue, execution: Execution) -> bool:
        """Run one job in a context of its own, which gives its database session back at the end."""
        with self.app.app_context(), watched(job, worker=self.name) as watching:
            watching.succeeded = super().perform_job(job, queue, execution)
            return watching.succeeded

    def heartbeat(self, timeout: int | None = None, pipeline: Pipeline | None = None) -> None:
        """Say that it is alive and which queues it serves: an emptied Redis has forgotten both.

        It stands before each try to reach Redis, so here a worker ends whose signal a library caught and forgot.
        """
        if self.was_told_to_stop and not self._at_work:
            raise StopRequested
        super().heartbeat(timeout, pipeline)
        register(self, pipeline)

    def teardown(self) -> None:
        """Say goodbye; where Redis is away, end at least the thread that listens for commands, which never gives up."""
        listening: PubSubWorkerThread | None = self.pubsub_thread  # RQ says None
        if listening:
            listening.stop()
        super().teardown()  # type: ignore[no-untyped-call]  # RQ left it untyped

    @property
    def was_told_to_stop(self) -> bool:
        """Whether it ended because of a signal, and not because of a fault."""
        return self._shutdown_requested_date is not None

    def request_stop(self, signum: int, frame: FrameType | None) -> None:  # noqa: ARG002  # a signal handler
        """Note the signal: the job under way ends soon, and no other is begun.

        Unlike RQ's own it asks Redis nothing: that may be away, or in the middle of an answer.
        """
        self._shutdown_requested_date = utc_now()
        self._stop_requested = True
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.request_force_stop)
        if not self._at_work:
            raise StopRequested

    def run_maintenance_tasks(self) -> None:
        """Drop what RQ notes of jobs on their way to a worker, and leave its registries alone."""
        for queue in self.queues:
            self.connection.delete(queue.intermediate_queue_key)
        self.last_cleaned_at = utc_now()  # type: ignore[assignment]  # RQ left it untyped
