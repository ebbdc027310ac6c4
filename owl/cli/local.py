"""`owl up` and `owl demo`: everything on one machine."""

from __future__ import annotations

import json
import os
import sys
import time
from types import ModuleType

import click

from owl.cli.saying import say, shown_faults
from owl.foundation.loading import load

HOUSEHOLDS = 2000
STARTED = time.monotonic()


@click.command()
@click.option("--households", default=HOUSEHOLDS, show_default=True, help="Demo households, made at the first start.")
def up(households: int) -> None:
    """Start everything on this machine and serve until Ctrl-C.

    The data is kept in the folder that OWL_HOME names.
    """
    _refuse_production()
    home = load("owl.embedded.home").Home.here()
    with shown_faults(), home.held():
        try:
            _load_stack("owl.embedded.up").run_up(home, _timed, click.echo, households=households)
        except KeyboardInterrupt:
            say("Stopped.")


@click.command()
@click.option("--households", default=HOUSEHOLDS, show_default=True, type=click.IntRange(1, 1_000_000))
@click.option("--json", "as_json", is_flag=True, help="Print the counts as one JSON object.")
def demo(households: int, as_json: bool) -> None:
    """Send an alert to demo households on a temporary folder, count, and stop.

    The exit status is 0 only if the ledger adds up and every delivery reached the sinks.
    """
    _refuse_production()
    showing = _load_stack("owl.embedded.demo")
    with shown_faults():
        try:
            counted = showing.run_demo(_timed, households=households)
        except KeyboardInterrupt:
            sys.exit(130)
    for fault in counted.faults:
        say(fault)
    result = showing.as_json(counted)
    if as_json:
        click.echo(json.dumps(result))
    else:
        for name, value in result.items():
            click.echo(f"{name.replace('_', ' '):>15}  {value:,}")
    sys.exit(1 if counted.faults else 0)


def _timed(words: str) -> None:
    say(f"{time.monotonic() - STARTED:6.1f} s  {words}" if words and not words.startswith(" ") else words)


def _load_stack(module: str) -> ModuleType:
    """The module that starts the stack; what its programs are forked from loads the same meanwhile."""
    load("owl.embedded.forking").begin_to_load()
    return load(module)


def _refuse_production() -> None:
    """The embedded stack is imported by these two commands alone, and only here."""
    if os.environ.get("OWL_ENVIRONMENT") == "production":
        sys.exit("This starts demonstration servers, which have no place in production (OWL_ENVIRONMENT).")
