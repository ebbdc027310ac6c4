"""What commands say to whoever runs them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from config.settings import WrongSettings
from owl.foundation.errors import OwlError


def say(words: str) -> None:
    """Tell how far something is, beside what a command answers."""
    click.echo(words, err=True)


@contextmanager
def shown_faults() -> Iterator[None]:
    """Every failure that people can do something about, as one sentence and exit status 1."""
    try:
        yield
    except WrongSettings as fault:
        sys.exit(f"These settings must be put right (config/example.env explains them):\n{fault}")
    except OwlError as fault:
        sys.exit(fault.sentence)
