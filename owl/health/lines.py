"""Short-lived lines to the servers, each with a limit: who asks whether they answer must not wait for them."""

from __future__ import annotations

from typing import Any

import psycopg
import redis

from config.settings import Settings

CONNECT_S = 2  # the least that libpq takes: https://www.postgresql.org/docs/current/libpq-connect.html
ANSWER_S = 2


def to_postgres(settings: Settings) -> psycopg.Connection[tuple[Any, ...]]:
    """A line of its own, past the pool. Raises psycopg.OperationalError."""
    url = settings.database_url.replace("postgresql+psycopg://", "postgresql://", 1)
    line = psycopg.connect(url, connect_timeout=CONNECT_S)
    line.execute(f"SET LOCAL statement_timeout = {ANSWER_S * 1000}")
    return line


def to_redis(settings: Settings) -> redis.Redis:
    """A line of its own, which does not try again. Using it raises redis.RedisError."""
    return redis.Redis.from_url(
        settings.redis_url, socket_connect_timeout=CONNECT_S, socket_timeout=ANSWER_S, retry=None
    )
