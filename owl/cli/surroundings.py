"""Where a command works: with the settings of the environment or, in development with none, on this machine's own."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import Flask

from config.settings import WrongSettings, read_settings
from owl.app import create_app
from owl.foundation.database import db
from owl.foundation.errors import OwlError


def say(words: str) -> None:
    """Tell how far something is, beside what a command answers."""
    click.echo(words, err=True)


def is_configured() -> bool:
    """Whether the environment names an installation."""
    return os.environ.get("OWL_ENVIRONMENT") == "production" or bool(os.environ.get("OWL_SECRET_KEY"))


@contextmanager
def surroundings() -> Iterator[None]:
    """Settings in the environment, with servers that answer. Shows what is wrong, and ends the command."""
    with shown_faults():
        if is_configured():
            yield
        else:
            # Imported here alone, so that an installation in production never loads the embedded stack.
            local = importlib.import_module("owl.embedded.local")
            with local.at_home(say):
                yield


@contextmanager
def application() -> Iterator[Flask]:
    """OWL with an application context, in these surroundings."""
    with surroundings():
        app = create_app(read_settings())
        with app.app_context():
            try:
                yield app
            finally:
                db.session.remove()
                db.engine.dispose()
                app.extensions["owl.redis"].close()


@contextmanager
def shown_faults() -> Iterator[None]:
    """Every failure that people can do something about, as one sentence and exit status 1."""
    try:
        yield
    except WrongSettings as fault:
        sys.exit(f"These settings must be put right (config/example.env explains them):\n{fault}")
    except OwlError as fault:
        sys.exit(fault.sentence)
