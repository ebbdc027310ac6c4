"""`owl worker` and `owl clock`: single processes of the stack."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import click

from owl.cli.surroundings import surroundings
from owl.foundation.jobs import Queue


@click.command()
@click.argument("queues", nargs=-1, required=True, type=click.Choice([queue.value for queue in Queue]))
def worker(queues: tuple[str, ...]) -> None:
    """Run the jobs of these queues, the first one first."""
    _run_module("workers", *queues)


@click.command()
def clock() -> None:
    """Queue what is to be done again and again. Run exactly one."""
    _run_module("workers.clock")


def _run_module(*arguments: str) -> None:
    """As a process of its own: OWL never imports its workers."""
    with surroundings():
        process = subprocess.Popen([sys.executable, "-m", *arguments], env=os.environ)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda received, _: process.send_signal(received))
        status = process.wait()
    sys.exit(status)
