"""Names of jobs and queues lead somewhere, and nothing but names and numbers goes onto a queue."""

from __future__ import annotations

import inspect
import json
import re
import zlib
from importlib import import_module
from pathlib import Path

import pytest
import redis
import rq
from flask import Flask
from rq.serializers import JSONSerializer
from sqlalchemy.orm import Session

from config.schedule import SCHEDULE
from owl.foundation.database import enqueue, transaction
from owl.foundation.jobs import Job, Queue, connection

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", [*Job, *(entry.job for entry in SCHEDULE)])
def test_every_job_is_a_function_of_ours_that_takes_numbers(name: str) -> None:
    module, _, function = str(name).rpartition(".")
    assert module == "workers.jobs"
    found = getattr(import_module(module), function)
    assert all(taken.annotation == "int" for taken in inspect.signature(found).parameters.values())


def test_the_clock_puts_jobs_on_queues_that_exist() -> None:
    assert {entry.queue for entry in SCHEDULE} <= set(Queue)


def test_every_queue_is_served_by_a_process_of_the_procfile() -> None:
    served = re.findall(r"^\w+: .*-m workers ([\w -]+)$", (ROOT / "Procfile").read_text(), re.MULTILINE)
    assert {name for queues in served for name in queues.split()} == set(Queue)


def test_what_lies_in_redis_is_json_with_numbers_only(app: Flask, committed: Session) -> None:
    with transaction() as session:
        enqueue(session, Job.SEND_BATCH, 1, 2, queue=Queue.BULK)
    stored = redis.Redis(connection_pool=connection().connection_pool)
    [job_id] = rq.Queue(Queue.BULK, connection=stored, serializer=JSONSerializer).job_ids
    data = stored.hget(f"rq:job:{job_id}", "data")
    assert isinstance(data, bytes)
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = zlib.decompress(data).decode()
    assert json.loads(text) == ["workers.jobs.send_batch", None, [1, 2], {}]


def test_nothing_of_ours_unpickles() -> None:
    for path in [*(ROOT / "owl").rglob("*.py"), *(ROOT / "workers").rglob("*.py")]:
        assert not re.search(r"^\s*(import|from) (pickle|marshal|shelve|dill)\b", path.read_text(), re.MULTILINE), path
