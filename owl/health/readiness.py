"""Whether this process can serve pages: what it stands on, by name."""

from __future__ import annotations

import psycopg
import redis

from config.settings import Settings
from owl.health.lines import to_postgres, to_redis
from owl.health.revisions import Tables, compare


def missing(settings: Settings) -> list[str]:
    """What is out of reach or out of date: "database", "migration", "redis". Empty where nothing is.

    Takes some milliseconds; where a server is silent, a few seconds.
    """
    return [*_missing_in_database(settings), *_missing_redis(settings)]


def _missing_in_database(settings: Settings) -> list[str]:
    try:
        with to_postgres(settings) as line:
            row = line.execute("SELECT max(version_num) FROM alembic_version").fetchone()
    except psycopg.errors.UndefinedTable:
        return ["migration"]
    except psycopg.Error:
        return ["database"]
    return ["migration"] if compare(row[0] if row else None) is Tables.OLDER else []


def _missing_redis(settings: Settings) -> list[str]:
    try:
        with to_redis(settings) as line:
            line.ping()
    except redis.RedisError:
        return ["redis"]
    return []
