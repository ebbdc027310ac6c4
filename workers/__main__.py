"""`python -m workers QUEUE…`: one worker process, first queue first."""

from __future__ import annotations

import sys

import click

from config.settings import read_settings
from owl.app import create_app
from owl.foundation.jobs import Queue
from workers.worker import Worker


@click.command()
@click.argument("queues", nargs=-1, required=True, type=click.Choice([queue.value for queue in Queue]))
def main(queues: tuple[str, ...]) -> None:
    """Run the jobs of these queues until told to stop."""
    worker = Worker(create_app(read_settings()), [Queue(name) for name in queues])
    worker.work(logging_level="WARNING")
    sys.exit(0 if worker.was_told_to_stop else 1)


if __name__ == "__main__":
    main()
