"""The rate of a provider, whoever asks and whatever becomes of Redis."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
import redis
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from owl.delivery.local_bucket import LocalBucket
from owl.delivery.pacing import ASSUMED_WORKERS, Pacer
from owl.delivery.shared_bucket import CAPACITY_S, SharedBucket
from owl.delivery.strides import LONGEST, SHORTEST, Stride


@dataclass
class Watch:
    """A clock that goes on when somebody sleeps."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def seconds(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def line(app: Flask, session: Session) -> redis.Redis:
    connection: redis.Redis = app.extensions["owl.redis"]
    return connection


def at_server(line: redis.Redis, bucket: SharedBucket, *, ago_s: float) -> None:
    """Let so much time have passed for the bucket."""
    [at] = line.hmget(f"owl:pace:{bucket.provider}", "at")  # type: ignore[misc]
    line.hset(f"owl:pace:{bucket.provider}", "at", str(float(at) - ago_s * 1000))


def bucket(line: redis.Redis, rate: float = 100, worker: str = "w1") -> SharedBucket:
    return SharedBucket("test", rate, line, worker)


def test_a_bucket_begins_empty_and_fills_at_its_rate(line: redis.Redis) -> None:
    pace = bucket(line, rate=0.01)
    assert pace.take(5, urgent=False).granted == 0
    at_server(line, pace, ago_s=100)
    assert pace.take(5, urgent=False).granted == 1
    answer = pace.take(5, urgent=False)
    assert answer.granted == 0
    assert 90 < answer.wait_s <= 100


def test_an_idle_bucket_holds_half_a_second_and_no_more(line: redis.Redis) -> None:
    pace = bucket(line, rate=10)
    pace.take(1, urgent=False)
    at_server(line, pace, ago_s=3600)
    assert pace.take(1000, urgent=False).granted == int(10 * CAPACITY_S)


def test_several_workers_share_one_rate(line: redis.Redis) -> None:
    workers = [bucket(line, rate=10, worker=f"w{no}") for no in range(3)]
    workers[0].take(1, urgent=False)
    at_server(line, workers[0], ago_s=3600)
    answers = [worker.take(3, urgent=False) for worker in workers]
    assert [answer.granted for answer in answers] == [3, 2, 0]
    assert [answer.workers for answer in answers] == [1, 2, 3]


def test_while_the_urgent_are_short_nobody_else_gets_anything(line: redis.Redis) -> None:
    newsletter, alert = bucket(line, rate=1), bucket(line, rate=1, worker="w2")
    assert alert.take(300, urgent=True).granted == 0
    at_server(line, newsletter, ago_s=10)
    assert newsletter.take(5, urgent=False).granted == 0
    assert alert.take(300, urgent=True).granted == 1


def test_once_the_urgent_have_all_they_want_the_others_go_on(line: redis.Redis) -> None:
    newsletter, alert = bucket(line, rate=10), bucket(line, rate=10, worker="w2")
    alert.take(3, urgent=True)
    at_server(line, newsletter, ago_s=10)
    assert alert.take(3, urgent=True).granted == 3
    assert newsletter.take(5, urgent=False).granted == 2


def test_tokens_that_were_not_needed_go_back(line: redis.Redis) -> None:
    pace = bucket(line, rate=0.01)
    pace.take(1, urgent=False)
    pace.put_back(1)
    assert pace.take(1, urgent=False).granted == 1


def test_a_closed_bucket_grants_nobody_anything_not_even_the_urgent(line: redis.Redis) -> None:
    pace = bucket(line, rate=1000)
    pace.take(1, urgent=False)
    pace.close(60)
    at_server(line, pace, ago_s=10)
    answer = pace.take(1, urgent=True)
    assert (answer.granted, answer.is_closed) == (0, True)
    assert 50 < answer.wait_s <= 60


def test_a_provider_that_asks_for_patience_is_left_alone_by_every_worker(line: redis.Redis) -> None:
    watch = Watch()
    one, other = (Pacer("test", 1000, line, watch.seconds, watch.sleep) for _ in range(2))
    one.slow_down(60)
    assert other.take(1, is_over=lambda: False) == 0
    assert 50 < other.closed_for <= 60


def test_whoever_waits_gives_up_when_the_job_is_over(line: redis.Redis) -> None:
    watch = Watch()
    pacer = Pacer("test", 0.001, line, watch.seconds, watch.sleep)
    assert pacer.take(1, is_over=lambda: watch.now >= 1005) == 0
    assert max(watch.slept) <= 0.25


def test_without_redis_sending_goes_on_at_the_worker_s_share_and_bursts_neither_then_nor_later() -> None:
    watch = Watch()
    away = redis.Redis(port=1, retry=None)  # type: ignore[arg-type]
    pacer = Pacer("test", 100, away, watch.seconds, watch.sleep)
    granted = 0
    while watch.now < 1010:
        granted += pacer.take(1000, is_over=lambda: watch.now >= 1010)
    assert granted == pytest.approx(10 * 100 / ASSUMED_WORKERS, rel=0.05)


def test_a_full_redis_is_as_good_as_none(line: redis.Redis) -> None:
    watch = Watch()
    pacer = Pacer("test", 100, line, watch.seconds, watch.sleep)
    line.config_set("maxmemory", "1")
    try:
        assert pacer.take(10, is_over=lambda: watch.now >= 1010) >= 1
    finally:
        line.config_set("maxmemory", "0")


@given(st.lists(st.tuples(st.floats(0, 3), st.integers(1, 50)), max_size=60), st.sampled_from([0.5, 7, 100]))
def test_no_order_of_asking_gets_more_than_the_rate_and_one_bucketful(
    asked: list[tuple[float, int]], rate: float
) -> None:
    watch = Watch()
    own = LocalBucket(rate, watch.seconds)
    own.begin()
    granted = 0
    for pause, wanted in asked:
        watch.sleep(pause)
        granted += own.take(wanted).granted
    assert granted <= (watch.now - 1000) * rate + 0.001


@given(st.lists(st.tuples(st.integers(1, 1000), st.floats(0, 60)), max_size=30))
def test_a_stride_stays_between_its_bounds(took: list[tuple[int, float]]) -> None:
    stride = Stride()
    for handed_over, seconds in took:
        stride.learn(handed_over, seconds)
        assert SHORTEST <= stride.size <= LONGEST


def test_a_stride_follows_the_provider_up_and_down() -> None:
    stride = Stride()
    for _ in range(6):
        stride.learn(stride.size, 0.01)
    assert stride.size == LONGEST
    stride.learn(LONGEST, 10)
    assert stride.size == 100
