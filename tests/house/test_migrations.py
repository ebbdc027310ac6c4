"""Migrations go up, down and up again, and end where the models are."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from alembic import command

from config.settings import Settings
from owl.foundation.schema import migrate, migration_config


@pytest.fixture
def empty_database(settings: Settings) -> Iterator[str]:
    url = sa.make_url(settings.database_url)
    server = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with server.connect() as connection:
        connection.execute(sa.text("DROP DATABASE IF EXISTS migrations"))
        connection.execute(sa.text("CREATE DATABASE migrations"))
    yield url.set(database="migrations").render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(sa.text("DROP DATABASE migrations"))


def test_they_go_up_down_and_up_and_match_the_models(empty_database: str) -> None:
    migrate(empty_database)
    command.downgrade(migration_config(empty_database), "base")
    assert _tables(empty_database) <= {"alembic_version"}
    migrate(empty_database)
    command.check(migration_config(empty_database))


def test_what_is_written_once_can_be_neither_changed_nor_deleted(empty_database: str) -> None:
    migrate(empty_database)
    engine = sa.create_engine(empty_database, poolclass=sa.NullPool)
    for table in ("audit", "consent", "signed_decision", "priority_update", "priority_check", "words_taken_out"):
        for statement in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
            with engine.connect() as connection, pytest.raises(sa.exc.DBAPIError, match="written once"):
                connection.execute(sa.text(statement))


def _tables(url: str) -> set[str]:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        return set(sa.inspect(connection).get_table_names())


def test_what_deliveries_name_is_never_deleted(empty_database: str) -> None:
    migrate(empty_database)
    engine = sa.create_engine(empty_database, poolclass=sa.NullPool)
    for table in ("contact_point", "message"):
        with engine.connect() as connection, pytest.raises(sa.exc.DBAPIError, match="never changed"):
            connection.execute(sa.text(f"DELETE FROM {table}"))
