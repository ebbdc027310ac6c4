"""`python -m workers QUEUE…`: one worker process, first queue first."""

from __future__ import annotations

import time

import click
import redis
import structlog
from flask import Flask
from rq.exceptions import StopRequested

from config.settings import read_settings
from owl.app import create_app
from owl.foundation.jobs import Queue
from workers.worker import Worker

PAUSE_S = 1.0

log = structlog.get_logger()


@click.command()
@click.argument("queues", nargs=-1, required=True, type=click.Choice([queue.value for queue in Queue]))
def main(queues: tuple[str, ...]) -> None:
    """Run the jobs of these queues until told to stop."""
    app = create_app(read_settings())
    served = [Queue(name) for name in queues]
    while not work(app, served):
        time.sleep(PAUSE_S)  # Redis is away: loading the application again would only make it later


def work(app: Flask, queues: list[Queue]) -> bool:
    """Run jobs until told to stop; False where something else ended it."""
    worker = None
    try:
        worker = Worker(app, queues)
        worker.work(logging_level="WARNING")
    except redis.RedisError as error:
        if worker is not None and worker.was_told_to_stop:
            return True  # it had only to say goodbye
        log.warning("queue unreachable; the worker tries again", error=type(error).__name__)
        return False
    except StopRequested:
        return True
    return worker.was_told_to_stop


if __name__ == "__main__":
    main()
