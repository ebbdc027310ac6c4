"""How Redis or Valkey is: whether it answers, and keeps what is queued."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

import redis

from owl.health.findings import Verdict, doubtful, fine, worst, wrong
from owl.health.patient import Patient

FULL, NEARLY_FULL = 0.95, 0.8
OLDEST = 7


def reach(patient: Patient) -> Verdict:
    """Whether it answers and is new enough."""
    try:
        told = information(patient.redis)
    except redis.RedisError:
        return wrong(
            "It doesn't answer.", "Check that it runs, and OWL_REDIS_URL. Messages wait, and go out once it is back."
        )
    version = str(told.get("redis_version", ""))
    if version.partition(".")[0].isdecimal() and int(version.partition(".")[0]) < OLDEST:
        return doubtful(f"It is version {version}.", "OWL is tried with Redis 7 and Valkey.")
    return fine(f"Version {told.get('valkey_version', version)} answers.")


def look_at_keeping(patient: Patient) -> Verdict:
    """Whether it writes down what is queued, throws nothing away and has room."""
    return worst(_amiss(information(patient.redis)), otherwise="Keeps what is queued, and has room.")


def _amiss(told: Mapping[str, Any]) -> Iterator[Verdict]:
    policy = told.get("maxmemory_policy", "noeviction")
    if policy != "noeviction":
        yield wrong(f"maxmemory-policy is {policy}: it throws jobs away.", "Set maxmemory-policy to noeviction.")
    if not told.get("aof_enabled"):
        yield doubtful("It keeps nothing through a restart: what was queued starts late.", "Set appendonly to yes.")
    elif told.get("aof_last_write_status", "ok") != "ok":
        yield wrong("It can't write to its disk.", "Make room on its disk, or give it another.")
    share = told["used_memory"] / told["maxmemory"] if told.get("maxmemory") else 0
    if share > NEARLY_FULL:
        judge = wrong if share > FULL else doubtful
        yield judge(
            f"{share:.0%} of its memory is taken.", "Raise maxmemory. Full, it refuses jobs and sign-ins slow down."
        )


def information(line: redis.Redis) -> Mapping[str, Any]:
    """What INFO tells; unlike CONFIG, hosted servers show it. Raises redis.RedisError."""
    return cast("Mapping[str, Any]", line.info())
