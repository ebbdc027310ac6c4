"""What a load balancer is told while servers come and go."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from owl.foundation.database import db
from owl.health.revisions import Tables, compare
from tests.health.servers import Own


def test_a_process_that_stands_on_all_it_needs_is_ready(own_app: Flask) -> None:
    answer = own_app.test_client().get("/readyz")

    assert (answer.status_code, answer.json) == (200, {"ready": True, "missing": []})


def test_what_is_away_is_named_and_nothing_else(own: Own, own_app: Flask) -> None:
    own.postgres.stop()
    own.valkey.stop()

    answer = own_app.test_client().get("/readyz")

    assert (answer.status_code, answer.json) == (503, {"ready": False, "missing": ["database", "redis"]})
    own.start()
    assert own_app.test_client().get("/readyz").status_code == 200, "it must be ready again by itself"


def test_a_process_is_alive_whatever_else_is_not(own: Own, own_app: Flask) -> None:
    own.postgres.stop()
    own.valkey.stop()

    answer = own_app.test_client().get("/healthz")

    assert (answer.status_code, answer.json) == (200, {"alive": True})


def test_a_server_that_is_silent_does_not_hold_the_answer_up(own: Own, own_app: Flask) -> None:
    with own_app.app_context():
        db.session.execute(sa.text("LOCK TABLE alembic_version"))  # as a migration that hangs would
        answer = own_app.test_client().get("/readyz")
        db.session.rollback()

    assert answer.json == {"ready": False, "missing": ["database"]}


@pytest.mark.parametrize(
    ("statement", "missing"),
    [
        ("UPDATE alembic_version SET version_num = 'of a later release'", []),
        ("DELETE FROM alembic_version", ["migration"]),
        ("ALTER TABLE alembic_version RENAME TO gone", ["migration"]),
    ],
)
def test_only_tables_that_are_too_old_are_missing(own: Own, own_app: Flask, statement: str, missing: list[str]) -> None:
    with own_app.app_context(), db.engine.begin() as line:
        head = line.scalar(sa.text("SELECT version_num FROM alembic_version"))
        line.execute(sa.text(statement))

    answer = own_app.test_client().get("/readyz")

    with own_app.app_context(), db.engine.begin() as line:
        line.execute(sa.text("ALTER TABLE IF EXISTS gone RENAME TO alembic_version"))
        line.execute(sa.text("DELETE FROM alembic_version"))
        line.execute(sa.text("INSERT INTO alembic_version VALUES (:head)"), {"head": head})
    assert answer.json == {"ready": not missing, "missing": missing}
    assert compare(head) is Tables.CURRENT
