"""The database without an application: the base of every table, and the transaction of every verb."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Generic, TypeVar

from flask import current_app, g, has_request_context
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import BigInteger, DateTime, Dialect, LargeBinary, MetaData, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from owl.foundation.encryption import KeyRing
from owl.foundation.jobs import Job, Queue, QueuedJob, put_on_queues

E = TypeVar("E", bound=StrEnum)

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Model(DeclarativeBase):
    """The base of every table."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        int: BigInteger,
        str: Text,
        datetime: DateTime(timezone=True),
        list[str]: ARRAY(Text),
    }


db = SQLAlchemy(metadata=Model.metadata)


class EncryptedText(TypeDecorator[str]):
    """Text that lies in the table sealed; opens only in its own table and column."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, context: str) -> None:
        super().__init__()
        self.context = context

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else contact_keys().encrypt(value, context=self.context)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        return None if value is None else contact_keys().decrypt(value, context=self.context)


class Choice(TypeDecorator[E], Generic[E]):
    """A StrEnum stored as its text, so that adding a member needs no migration of a type."""

    impl = Text
    cache_ok = True

    def __init__(self, members: type[E]) -> None:
        super().__init__()
        self.members = members

    def process_bind_param(self, value: E | str | None, dialect: Dialect) -> str | None:
        return None if value is None else self.members(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> E | None:
        return None if value is None else self.members(value)


def contact_keys() -> KeyRing:
    """The ring that seals contact details."""
    ring: KeyRing = current_app.extensions["owl.contact_keys"]
    return ring


@contextmanager
def transaction() -> Iterator[Session]:
    """All or nothing for one verb; its jobs go out after the commit. Refuses to nest."""
    session = db.session()
    if "jobs" in session.info:
        raise RuntimeError("A verb owns its transaction: call no verb from inside another.")
    session.info["jobs"] = []
    try:
        yield session
        session.commit()
        jobs = session.info["jobs"]
    except BaseException:
        session.rollback()
        raise
    finally:
        del session.info["jobs"]
    if jobs and not put_on_queues(jobs) and has_request_context():
        g.sending_is_delayed = True


def enqueue(session: Session, job: Job, *args: int, queue: Queue, once: bool = False) -> None:
    """Put the job on its queue once the session's transaction has committed.

    With `once`, not if another of its kind waits already.
    """
    session.info["jobs"].append(QueuedJob(job, queue, args, once))
