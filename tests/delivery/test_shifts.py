"""A job that outlasts its database, and one that is told to stop."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from owl.delivery.shifts import GRACE_S, JOB_S, Shift
from owl.foundation.database import db, transaction


def end_own_connection(session: Session) -> None:
    """As PostgreSQL does when it is restarted."""
    session.execute(sa.text("SELECT pg_terminate_backend(pg_backend_pid())"))


def test_a_transaction_whose_connection_ends_is_done_again(app: Flask, committed: Session) -> None:
    tries = []

    def write() -> int:
        with transaction() as session:
            tries.append(1)
            if len(tries) < 3:
                end_own_connection(session)
            return int(session.scalar(sa.text("SELECT 42")) or 0)

    assert Shift().outlast(write) == 42
    assert len(tries) == 3


def test_who_waited_in_vain_for_a_row_tries_again(app: Flask, committed: Session) -> None:
    with transaction() as session:
        session.execute(sa.text("CREATE TABLE IF NOT EXISTS contended (id integer PRIMARY KEY, n integer)"))
        session.execute(sa.text("INSERT INTO contended VALUES (1, 0), (2, 0)"))
    tries = []
    try:
        with db.engine.connect() as other:
            other.execute(sa.text("UPDATE contended SET n = 1 WHERE id = 1"))

            def write() -> None:
                tries.append(1)
                if len(tries) > 1:
                    other.rollback()
                with transaction() as session:
                    session.execute(sa.text("SET LOCAL lock_timeout = '100ms'"))
                    session.execute(sa.text("UPDATE contended SET n = 2 WHERE id = 1"))

            Shift().outlast(write)
        assert len(tries) == 2
    finally:
        with transaction() as session:
            session.execute(sa.text("DROP TABLE contended"))


def test_a_fault_of_ours_is_not_tried_again(app: Flask, committed: Session) -> None:
    tries = []

    def write() -> None:
        tries.append(1)
        with transaction() as session:
            session.execute(sa.text("SELECT * FROM no_such_table"))

    with pytest.raises(sa.exc.ProgrammingError):
        Shift().outlast(write)
    assert len(tries) == 1


def test_who_must_leave_stops_trying(app: Flask, committed: Session) -> None:
    now = [0.0]
    shift = Shift(told_to_stop=lambda: True, seconds=lambda: now[0])
    assert shift.is_over

    def write() -> None:
        now[0] += GRACE_S
        with transaction() as session:
            end_own_connection(session)
            session.execute(sa.text("SELECT 1"))

    with pytest.raises(sa.exc.OperationalError):
        shift.outlast(write)
    assert now[0] == 2 * GRACE_S


def test_a_shift_ends_with_its_time_or_when_told_to_stop() -> None:
    now, told = [0.0], [False]
    shift = Shift(told_to_stop=lambda: told[0], seconds=lambda: now[0])
    assert not shift.is_over
    now[0] = JOB_S
    assert shift.is_over
    assert not shift.must_leave
    told[0] = True
    assert not shift.must_leave
    now[0] += GRACE_S + 0.1
    assert shift.must_leave
