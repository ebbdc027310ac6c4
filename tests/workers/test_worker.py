"""What a worker process promises."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import redis
import rq
from flask import Flask
from redis.client import PubSubWorkerThread
from rq.serializers import JSONSerializer
from sqlalchemy.orm import Session

from config.settings import Settings
from owl.embedded.environment import environment_of
from owl.embedded.valkey import Valkey
from owl.foundation.jobs import Queue
from workers.__main__ import work
from workers.worker import Worker

JOBS = "tests.workers.jobs_to_run"


@pytest.fixture
def line(app: Flask, session: Session) -> redis.Redis:
    connection: redis.Redis = app.extensions["owl.redis"]
    return connection


def queue(line: redis.Redis, name: Queue, function: str, *args: int) -> None:
    rq.Queue(name, connection=line, serializer=JSONSerializer).enqueue_call(f"{JOBS}.{function}", args=args)


def work_off(app: Flask, *queues: Queue) -> None:
    Worker(app, queues).work(burst=True, logging_level="ERROR")


def test_a_job_runs_in_this_process_with_the_application_around_it(app: Flask, line: redis.Redis) -> None:
    queue(line, Queue.STANDARD, "note", 21)

    work_off(app, Queue.STANDARD)

    assert line.lrange("noted", 0, -1) == [b"42"]


def test_the_first_queue_comes_first(app: Flask, line: redis.Redis) -> None:
    queue(line, Queue.BULK, "note", 2)
    queue(line, Queue.STANDARD, "note", 1)

    work_off(app, Queue.STANDARD, Queue.BULK)

    assert line.lrange("noted", 0, -1) == [b"2", b"4"]


def test_a_job_that_breaks_does_not_stop_the_next(app: Flask, line: redis.Redis) -> None:
    queue(line, Queue.NOTICES, "fail")
    queue(line, Queue.NOTICES, "note", 3)

    work_off(app, Queue.NOTICES)

    assert line.lrange("noted", 0, -1) == [b"6"]


def test_a_pickled_job_is_not_run_and_does_not_stop_the_next(app: Flask, line: redis.Redis) -> None:
    rq.Queue("notices", connection=line).enqueue_call(f"{JOBS}.note", args=(1,))
    queue(line, Queue.NOTICES, "note", 3)

    work_off(app, Queue.NOTICES)

    assert line.lrange("noted", 0, -1) == [b"6"]


def test_sigterm_lets_the_job_under_way_end_and_begins_no_other(line: redis.Redis, settings: Settings) -> None:
    for _ in range(2):
        queue(line, Queue.NOTICES, "take_a_while")
    process = subprocess.Popen(
        [sys.executable, "-m", "workers", "notices"],
        cwd=Path(__file__).parents[2],
        env=os.environ | environment_of(settings),
        stderr=subprocess.DEVNULL,
    )
    try:
        assert line.blmove("noted", "seen", timeout=20) == b"begun"
        process.send_signal(signal.SIGTERM)

        assert process.wait(timeout=10) == 0
    finally:
        process.kill()
        process.wait()
    assert line.lrange("noted", 0, -1) == [b"ended"]


# The signal may come while it connects: that socket is nobody's.
@pytest.mark.filterwarnings("ignore:unclosed <socket.*valkey.sock:ResourceWarning")
def test_a_worker_told_to_stop_while_redis_is_away_ends_and_does_not_begin_anew(
    app: Flask, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    valkey = Valkey(tmp_path / "v", tmp_path / "v")
    valkey.start()
    monkeypatch.setitem(app.extensions, "owl.settings", settings.model_copy(update={"redis_url": valkey.url()}))
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def end_both() -> None:
        with redis.Redis.from_url(valkey.url()) as line:
            give_up_at = time.monotonic() + 60
            while b"idle" not in [line.hget(key, "state") for key in line.smembers("rq:workers")]:  # it waits for jobs
                assert time.monotonic() < give_up_at
                time.sleep(0.05)
        valkey.stop()
        os.kill(os.getpid(), signal.SIGTERM)

    ending = threading.Thread(target=end_both)
    ending.start()
    try:
        assert work(app, [Queue.NOTICES])
        listening = [thread for thread in threading.enumerate() if isinstance(thread, PubSubWorkerThread)]
        for thread in listening:
            thread.join(timeout=10)
        assert not any(thread.is_alive() for thread in listening)
    finally:
        ending.join()
        for number, handler in before.items():
            signal.signal(number, handler)
