"""What is counted in many processes adds up, and nothing is lost while Redis is away."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import redis
from flask import Flask
from sqlalchemy.orm import Session

from owl.foundation.counting import (
    TICK,
    Counted,
    count,
    measure,
    pending,
    read_beats,
    read_counts,
    write_counts,
)


@pytest.fixture
def line(app: Flask, session: Session) -> redis.Redis:
    connection: redis.Redis = app.extensions["owl.redis"]
    write_counts(connection)  # of tests before
    connection.flushall()
    return connection


def counts(line: redis.Redis) -> dict[tuple[str, ...], float]:
    return {(one.what, *one.labels, one.part): one.value for one in read_counts(line)}


def test_counts_of_several_writings_add_up(line: redis.Redis) -> None:
    for _ in range(2):
        count(Counted.HANDED_OVER, "email", "sent", by=20)
        measure(Counted.JOBS, "sweep", "done", seconds=0.02, times=3)
        assert write_counts(line)

    assert counts(line) == {
        ("handed_over", "email", "sent", ""): 40,
        ("jobs", "sweep", "done", "2"): 6,  # up to 0.025 s
        ("jobs", "sweep", "done", "sum"): pytest.approx(0.12),
    }
    assert pending() == {}


def test_what_redis_did_not_take_is_written_the_next_time(line: redis.Redis) -> None:
    count(Counted.RECEIPTS, by=5)
    assert not write_counts(redis.Redis(port=1, retry=None))  # type: ignore[arg-type]
    count(Counted.RECEIPTS, by=2)

    assert write_counts(line)
    assert counts(line) == {("receipts", ""): 7}


def test_what_another_release_counts_is_left_alone(line: redis.Redis) -> None:
    line.hset("owl:counts", "moons|blue|", 3)

    assert read_counts(line) == []


def test_beats_tell_when_something_was_last_done(line: redis.Redis) -> None:
    write_counts(line, beats={TICK: datetime(2026, 11, 22, 12, tzinfo=UTC)})

    assert read_beats(line) == {TICK: datetime(2026, 11, 22, 12, tzinfo=UTC).timestamp()}
