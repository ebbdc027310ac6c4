"""The pictures of a message, as they are shown, and their bytes for whoever has the address of one."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.foundation.errors import NotFound
from owl.households.choices import Kind
from owl.messages.models import Message
from owl.messages.picture_models import MessagePicture
from owl.messages.queries import stand_down_of


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """A picture in a mail or on a page. It lies at /pictures/NAME.jpg, for everybody the same."""

    id: int
    name: str
    alt: str
    width: int  # px
    height: int

    def width_within(self, widest: int) -> int:
        """Its width (px) where there is room for so much."""
        return min(self.width, widest)


def pictures_of(session: Session, message_id: int) -> tuple[ShownPicture, ...]:
    """The message's pictures, in the order in which they were added."""
    row = MessagePicture
    asked = sa.select(row.id, row.name, row.alt, row.width, row.height).where(row.message_id == message_id)
    return tuple(ShownPicture(*found) for found in session.execute(asked.order_by(row.id)))


def picture_content(session: Session, name: str) -> bytes:
    """The JPEG of this name. Raises NotFound, also once a missing person was found and is shown no more."""
    found = session.execute(
        sa.select(MessagePicture.content, Message.id, Message.kind)
        .join(Message, Message.id == MessagePicture.message_id)
        .where(MessagePicture.name == name)
    ).one_or_none()
    if found is None:
        raise NotFound("There is no such picture.")
    content, message_id, kind = found
    if kind is Kind.MISSING_PERSON:
        end = stand_down_of(session, message_id)
        if end is not None and end.approved_at is not None:
            raise NotFound("We no longer show this picture: the search is over.")
    return bytes(content)
