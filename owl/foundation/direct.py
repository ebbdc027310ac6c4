"""Connections for single statements that run thousands of times: each its own transaction, in one round trip.

A session's transaction takes four round trips and a millisecond of Python; this takes a third of that.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, LiteralString, Protocol, cast

import psycopg
from flask import current_app
from sqlalchemy.orm import Session, scoped_session

CONNECT_S = 10
KEPT = 8  # connections that wait for their next statement, of a process with sixteen threads
Row = tuple[Any, ...]


class Runs(Protocol):
    """Whatever runs one statement and answers with its first row."""

    def run(self, statement: LiteralString, words: Mapping[str, Any]) -> Row | None:
        """The first row, or None. Raises psycopg.Error."""
        ...

    def look(self, statement: LiteralString, words: Mapping[str, Any]) -> Row | None:
        """The same for what only reads, and so may be tried twice. Raises psycopg.Error."""
        ...


class Direct:
    """Connections of this process, one for each thread that is in the middle of a statement."""

    def __init__(self, database_url: str) -> None:
        self._url = database_url.replace("postgresql+psycopg://", "postgresql://", 1)
        self._idle: deque[psycopg.Connection[Row]] = deque()

    def run(self, statement: LiteralString, words: Mapping[str, Any]) -> Row | None:
        """The first row, or None; committed. Raises psycopg.Error."""
        connection = self._take()
        try:
            row = connection.execute(statement, words).fetchone()
        except BaseException:
            connection.close()
            raise
        self._put_back(connection)
        return row

    def look(self, statement: LiteralString, words: Mapping[str, Any]) -> Row | None:
        """The same, once more where PostgreSQL has been restarted since. Raises psycopg.Error."""
        try:
            return self.run(statement, words)
        except psycopg.OperationalError:
            self.close()
        return self.run(statement, words)

    def close(self) -> None:
        """Let go of the connections; the next use opens one again."""
        with suppress(IndexError):
            while True:
                self._idle.pop().close()

    def _take(self) -> psycopg.Connection[Row]:
        """The one that was used last, so that few are kept busy; no other thread has it meanwhile."""
        try:
            return self._idle.pop()
        except IndexError:
            return psycopg.connect(self._url, autocommit=True, connect_timeout=CONNECT_S)

    def _put_back(self, connection: psycopg.Connection[Row]) -> None:
        if len(self._idle) < KEPT:
            self._idle.append(connection)
        else:
            connection.close()


class Within:
    """The same inside a session's transaction."""

    def __init__(self, session: Session | scoped_session[Session]) -> None:
        self._session = session

    def run(self, statement: LiteralString, words: Mapping[str, Any]) -> Row | None:
        """The first row, or None. Raises psycopg.Error."""
        connection = cast("psycopg.Connection[Row]", self._session.connection().connection.driver_connection)
        return connection.execute(statement, words).fetchone()

    def look(self, statement: LiteralString, words: Mapping[str, Any]) -> Row | None:
        """The same: what a transaction has lost is not tried again. Raises psycopg.Error."""
        return self.run(statement, words)


def direct() -> Runs:
    """This application's."""
    found: Runs = current_app.extensions["owl.direct"]
    return found
