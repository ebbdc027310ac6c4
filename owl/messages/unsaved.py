"""Keeping what is typed before it is saved: docs/adr/0035-shared-drafts.md."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from owl.accounts.permissions import Permission, require
from owl.foundation.database import transaction
from owl.foundation.errors import BadInput, NotFound
from owl.messages.queries import draft_for
from owl.messages.unsaved_models import UnsavedSheet

Fields = Mapping[str, list[str]]
KEY = re.compile(r"[A-Za-z0-9_-]{16,32}", re.ASCII)
LARGEST = 200_000  # characters of JSON: every field at its longest, in three languages, is half of it
MOST = 20  # of one user; the oldest goes


@dataclass(frozen=True, slots=True)
class Unsaved:
    """Words of one's own that wait to be saved."""

    key: str
    title: str  # as far as it was typed
    beginning: str  # of the message
    kept_at: datetime


def new_key() -> str:
    """What an opened composer is known by."""
    return secrets.token_urlsafe(16)


def keep_unsaved(key: str, fields: Fields, *, user_id: int, message_id: int | None, now: datetime) -> bool:
    """Keep what is typed; False where it was saved or thrown away since, so nothing is kept.

    Raises Refused, NotFound for a draft that the user may not write on, BadInput for what no composer sends.
    """
    if not KEY.fullmatch(key) or len(json.dumps(fields)) > LARGEST:
        raise BadInput({"": "This is too much to be kept. Shorten it, or save it as a draft."})
    with transaction() as session:
        require(session, user_id, Permission.COMPOSE)
        if message_id is not None:
            draft_for(session, message_id, user_id=user_id)
        values = {"message_id": message_id, "fields": fields, "kept_at": now}
        row = insert(UnsavedSheet).values(key=key, user_id=user_id, **values)
        kept = session.scalar(
            row.on_conflict_do_update(
                index_elements=["key"],
                set_=values,
                where=sa.and_(UnsavedSheet.user_id == user_id, UnsavedSheet.done_at.is_(None)),
            ).returning(UnsavedSheet.key)
        )
        _drop_oldest(session, user_id)
    return kept is not None


def end_unsaved(key: str, *, user_id: int, now: datetime) -> None:
    """Forget what was kept under the key, and whatever comes late: it was saved, or thrown away."""
    if not KEY.fullmatch(key):
        return
    values = {"fields": {}, "done_at": now, "kept_at": now}
    with transaction() as session:
        row = insert(UnsavedSheet).values(key=key, user_id=user_id, **values)
        session.execute(
            row.on_conflict_do_update(index_elements=["key"], set_=values, where=UnsavedSheet.user_id == user_id)
        )


def unsaved_of(session: Session, *, user_id: int, message_id: int | None, but: str = "") -> list[Unsaved]:
    """The user's own words for this draft, or for new ones, that wait to be saved: the newest first."""
    title, body = (UnsavedSheet.fields[name][0].as_string() for name in ("title", "body"))
    found = session.execute(
        sa.select(
            UnsavedSheet.key,
            sa.func.coalesce(title, ""),
            sa.func.left(sa.func.coalesce(body, ""), 120),
            UnsavedSheet.kept_at,
        )
        .where(
            UnsavedSheet.user_id == user_id,
            UnsavedSheet.message_id.is_not_distinct_from(message_id),
            UnsavedSheet.done_at.is_(None),
            UnsavedSheet.key != but,
        )
        .order_by(UnsavedSheet.kept_at.desc())
    )
    return [Unsaved(*row) for row in found]


def unsaved_fields(session: Session, key: str, *, user_id: int, message_id: int | None) -> Fields:
    """What was typed. Raises NotFound."""
    fields: Fields | None = session.scalar(
        sa.select(UnsavedSheet.fields).where(
            UnsavedSheet.key == key,
            UnsavedSheet.user_id == user_id,
            UnsavedSheet.message_id.is_not_distinct_from(message_id),
            UnsavedSheet.done_at.is_(None),
        )
    )
    if fields is None:
        raise NotFound("These words were saved or thrown away already.")
    return fields


def _drop_oldest(session: Session, user_id: int) -> None:
    kept = (UnsavedSheet.user_id == user_id, UnsavedSheet.done_at.is_(None))
    beyond = sa.select(UnsavedSheet.key).where(*kept).order_by(UnsavedSheet.kept_at.desc()).offset(MOST)
    session.execute(sa.delete(UnsavedSheet).where(UnsavedSheet.key.in_(beyond)))
