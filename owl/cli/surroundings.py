"""Where a command works: with the settings of the environment or, in development with none, on this machine's own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from config.settings import read_settings
from owl.cli.saying import say, shown_faults
from owl.foundation.database import db
from owl.foundation.loading import load


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
            local = load("owl.embedded.local")
            with local.at_home(say):
                yield


@contextmanager
def application() -> Iterator[Flask]:
    """OWL with an application context, in these surroundings."""
    with surroundings():
        # Here alone: commands that need no application say their word two seconds sooner.
        app: Flask = load("owl.app").create_app(read_settings())
        with app.app_context():
            try:
                yield app
            finally:
                db.session.remove()
                db.engine.dispose()
                app.extensions["owl.redis"].close()
