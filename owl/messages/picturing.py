"""Pictures of a draft: added with words for those who can't see them, and taken out again."""

from __future__ import annotations

import secrets
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.permissions import Permission, require
from owl.foundation.audit import record_act
from owl.foundation.database import transaction
from owl.foundation.errors import BadInput, NotFound
from owl.foundation.pictures import Picture, clean_picture
from owl.messages.composing import NotADraft
from owl.messages.editing import note_saved
from owl.messages.life_cycle import EDITABLE
from owl.messages.models import Message
from owl.messages.moving import change
from owl.messages.picture_models import MessagePicture
from owl.messages.queries import draft_for

MOST_PICTURES = 3
LONGEST_ALT = 250  # characters; a screen reader says it in one breath or two
NAME_BYTES = 16  # of chance in a picture's address


def add_picture(message_id: int, given: bytes, *, alt: str, user_id: int, now: datetime) -> int:
    """The id of a picture of the draft. `given`: the file; nothing of it is kept but its pixels.

    Raises BadInput for `picture` or `alt`, NotFound, NotADraft or Refused.
    """
    alt = " ".join(alt.split())
    picture = _cleaned(given, alt)
    with transaction() as session:
        _claim(session, message_id, user_id, now)
        count = sa.select(sa.func.count()).where(MessagePicture.message_id == message_id)
        if (session.scalar(count) or 0) >= MOST_PICTURES:
            raise BadInput({"picture": f"A message has {MOST_PICTURES} pictures at most. Take one out first."})
        row = MessagePicture(
            message_id=message_id, name=secrets.token_urlsafe(NAME_BYTES), alt=alt, content=picture.content,
            width=picture.width, height=picture.height, added_at=now,
        )  # fmt: skip
        session.add(row)
        session.flush()
        record_act(session, "add picture", actor_id=user_id, subject="message", subject_id=message_id, now=now)
        return row.id


def take_out_picture(message_id: int, picture_id: int, *, user_id: int, now: datetime) -> None:
    """The draft goes without this picture, which is deleted. Raises NotFound, NotADraft or Refused."""
    with transaction() as session:
        _claim(session, message_id, user_id, now)
        mine = (MessagePicture.id == picture_id, MessagePicture.message_id == message_id)
        if session.scalar(sa.delete(MessagePicture).where(*mine).returning(MessagePicture.id)) is None:
            raise NotFound("This picture is not in the message any more.")
        record_act(session, "take out picture", actor_id=user_id, subject="message", subject_id=message_id, now=now)


def copy_pictures(session: Session, from_id: int, to_id: int, *, now: datetime) -> None:
    """Give a message that repeats another its pictures, under addresses of their own, inside the caller's transaction.

    An address is what lets a picture be seen: a copy is put away with its own message.
    """
    for old in session.scalars(sa.select(MessagePicture).where(MessagePicture.message_id == from_id)):
        session.add(
            MessagePicture(
                message_id=to_id, name=secrets.token_urlsafe(NAME_BYTES), alt=old.alt, content=old.content,
                width=old.width, height=old.height, added_at=now,
            )
        )  # fmt: skip


def _claim(session: Session, message_id: int, user_id: int, now: datetime) -> None:
    """The draft is the user's to change, and has a new version: who approves another one is told."""
    message = draft_for(session, message_id, user_id=user_id)
    require(session, user_id, Permission.COMPOSE, message.neighbourhood_ids)
    if not change(session, message_id, Message.status.in_(EDITABLE)):
        session.refresh(message)
        raise NotADraft(message.status)
    note_saved(session, message_id, user_id=user_id, now=now)


def _cleaned(given: bytes, alt: str) -> Picture:
    """The picture. Raises BadInput with every fault."""
    faults: dict[str, str] = {}
    if not alt:
        faults["alt"] = "Say what the picture shows, for people who can’t see it."
    elif len(alt) > LONGEST_ALT:
        faults["alt"] = f"Say it in {LONGEST_ALT} characters or fewer."
    try:
        picture = clean_picture(given)
    except BadInput as error:
        raise BadInput(error.fields | faults) from None
    if faults:
        raise BadInput(faults)
    return picture
