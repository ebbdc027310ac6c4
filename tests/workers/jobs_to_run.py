"""Jobs that the tests of the worker run."""

from __future__ import annotations

import time

from sqlalchemy import text

from owl.foundation.database import db
from owl.foundation.jobs import connection


def note(word: int) -> None:
    """Say that this ran, with a working database and Redis."""
    number = db.session.execute(text("SELECT :word * 2"), {"word": word}).scalar_one()
    connection().rpush("noted", number)


def fail() -> None:
    raise RuntimeError("broken on purpose")


def take_a_while() -> None:
    connection().rpush("noted", "begun")
    time.sleep(1)
    connection().rpush("noted", "ended")
