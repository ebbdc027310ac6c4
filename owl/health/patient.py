"""What the doctor looks at, and with what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import redis
from sqlalchemy.orm import Session

from config.settings import Settings
from owl.foundation.database import db
from owl.health.lines import to_redis


@dataclass(frozen=True)
class Patient:
    """This installation at one moment, in an application context."""

    settings: Settings
    now: datetime

    @property
    def session(self) -> Session:
        """Its database."""
        return db.session()

    @cached_property
    def redis(self) -> redis.Redis:
        """A line to its Redis that does not wait long."""
        return to_redis(self.settings)
