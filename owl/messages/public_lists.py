"""Messages for all as pages list them: those that still hold, and all, each with what was written after it.

Which those are, owl.messages.for_all says.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.foundation.languages import Language
from owl.messages.current import still_holds
from owl.messages.for_all import SHOWN, is_for_all
from owl.messages.listed import ListedMessage, listed
from owl.messages.models import Message

PAGE = 20  # messages
LAST_PAGE = 1_000
BY_TIME = sa.func.coalesce(Message.send_at, Message.approved_at)  # an index has it so
WENT_OUT = sa.func.greatest(Message.approved_at, Message.send_at)  # NULL counts for nothing


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of a list, the newest first."""

    rows: tuple[ListedMessage, ...]
    number: int  # from 1
    has_next: bool


def current_for_all(
    session: Session, neighbourhood_ids: Collection[str] | None, *, language: Language, most: int, now: datetime
) -> tuple[ListedMessage, ...]:
    """The newest that still hold, of these neighbourhoods (None: of the county), in this language or English."""
    asked = _for_all(neighbourhood_ids, now).where(*still_holds(now)).limit(most)
    return listed(session, session.scalars(asked).all(), language)


def all_for_all(
    session: Session, neighbourhood_ids: Collection[str] | None, *, language: Language, page: int, now: datetime
) -> ListPage:
    """One page of all that went out, whether it still holds or not."""
    number = min(max(page, 1), LAST_PAGE)
    asked = _for_all(neighbourhood_ids, now).limit(PAGE + 1).offset((number - 1) * PAGE)
    found = session.scalars(asked).all()
    return ListPage(listed(session, found[:PAGE], language), number, has_next=len(found) > PAGE)


def _for_all(neighbourhood_ids: Collection[str] | None, now: datetime) -> sa.Select[Any]:
    asked = (
        sa.select(Message)
        .where(Message.status.in_(SHOWN), Message.follow_up.is_(None), now >= WENT_OUT, is_for_all())
        .order_by(BY_TIME.desc(), Message.id.desc())
    )
    if neighbourhood_ids is None:
        return asked
    return asked.where(Message.neighbourhood_ids.overlap(sorted(neighbourhood_ids)))
