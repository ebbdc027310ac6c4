"""What `owl doctor` looks at: each check gives what is wrong in a sentence, or None."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import redis
import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from rq import Queue as RqQueue
from rq import Worker
from sqlalchemy.exc import OperationalError

from config.settings import Settings
from owl.foundation.database import db
from owl.foundation.jobs import Queue, connection
from owl.foundation.schema import migration_config
from owl.geography.models import Postcode

Check = Callable[[Flask], str | None]


def check_database(_: Flask) -> str | None:
    """PostgreSQL answers and is new enough."""
    try:
        version = int(db.session.scalar(sa.text("SHOW server_version_num")) or 0)
    except OperationalError:
        return "it doesn't answer. Check OWL_DATABASE_URL, and that it runs."
    return None if version >= 150000 else "OWL needs PostgreSQL 15 or newer."


def check_tables(app: Flask) -> str | None:
    """The tables are those of this release."""
    settings: Settings = app.extensions["owl.settings"]
    newest = ScriptDirectory.from_config(migration_config(settings.database_url)).get_current_head()
    try:
        with db.engine.connect() as line:
            current = MigrationContext.configure(line).get_current_revision()
    except OperationalError:
        return "they can't be read."
    return None if current == newest else "they are of another release. Run `owl migrate`."


def check_geography(_: Flask) -> str | None:
    """There are postcodes."""
    try:
        count = db.session.scalar(sa.select(sa.func.count()).select_from(Postcode)) or 0
    except sa.exc.DBAPIError:
        return "it can't be read."
    return None if count else "no postcode is known. Run `owl load-geography`."


def check_redis(_: Flask) -> str | None:
    """Redis or Valkey answers, and throws nothing away."""
    try:
        settings: Any = connection().config_get("maxmemory-policy")
    except redis.ResponseError:
        return None  # a hosted server that hides its settings
    except redis.RedisError:
        return "it doesn't answer. Check OWL_REDIS_URL, and that it runs."
    policy = settings.get("maxmemory-policy", "noeviction")
    return None if policy == "noeviction" else f"its maxmemory-policy is {policy}: it loses jobs. Set noeviction."


def check_workers(_: Flask) -> str | None:
    """Every queue has a worker."""
    try:
        idle = [name for name in Queue if not Worker.count(queue=RqQueue(name, connection=connection()))]
    except redis.RedisError:
        return "it can't be seen which there are."
    return f"nobody serves {', '.join(idle)}. Procfile says how to start workers." if idle else None


def check_addresses(app: Flask) -> str | None:
    """Residents can open what they are sent."""
    settings: Settings = app.extensions["owl.settings"]
    host = urlsplit(settings.public_url).hostname
    return None if host else "OWL_PUBLIC_URL has no host in it."


CHECKS: dict[str, Check] = {
    "PostgreSQL": check_database,
    "tables": check_tables,
    "geography": check_geography,
    "Redis or Valkey": check_redis,
    "workers": check_workers,
    "public address": check_addresses,
}
