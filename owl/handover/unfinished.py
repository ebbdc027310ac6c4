"""What somebody has in hand, and which colleague could take it over."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.colleagues import is_a_person
from owl.accounts.models import User, UserArea
from owl.accounts.permissions import Permission, permissions_of
from owl.geography.models import Neighbourhood
from owl.handover.asking import asking_of
from owl.messages.models import Message, MessageStatus
from owl.replies.models import Reply
from owl.replies.states import ReplyState

UNFINISHED = (MessageStatus.DRAFT, MessageStatus.RETURNED, MessageStatus.AWAITING_APPROVAL)
IN_HAND = frozenset({Permission.COMPOSE, Permission.ANSWER, Permission.CONSULT})  # what it takes to go on with it


@dataclass(frozen=True, slots=True)
class Unfinished:
    """What would stay behind."""

    drafts: int  # begun, returned, or waiting for approval
    neighbourhood_ids: frozenset[str]  # that it touches
    replies: int = 0  # of residents, not closed yet
    consultations: int = 0  # not announced yet
    priorities: int = 0  # that they answer for

    @property
    def is_nothing(self) -> bool:
        """Whether there is nothing to take over."""
        return not (self.drafts or self.replies or self.consultations or self.priorities)


@dataclass(frozen=True, slots=True)
class Successor:
    """A colleague who may go on with all of it."""

    id: int
    signature: str


def unfinished_of(session: Session, user_id: int) -> Unfinished:
    """What the user has in hand now."""
    places = session.scalars(
        sa.select(Message.neighbourhood_ids).where(Message.author_id == user_id, Message.status.in_(UNFINISHED))
    ).all()
    replies = session.scalars(
        sa.select(Reply.neighbourhood_id).where(Reply.assignee_id == user_id, Reply.state != ReplyState.CLOSED)
    ).all()
    asking = asking_of(session, user_id)
    return Unfinished(
        drafts=len(places),
        neighbourhood_ids=asking.neighbourhood_ids.union(replies, *places),
        replies=len(replies),
        consultations=asking.consultations,
        priorities=asking.priorities,
    )


def successors(session: Session, neighbourhood_ids: Collection[str], *, instead_of: int) -> list[Successor]:
    """Those who may write and answer in every one of the neighbourhoods, by name."""
    covered = (
        sa.select(sa.func.count(sa.distinct(Neighbourhood.id)))
        .join(
            UserArea,
            sa.or_(
                UserArea.neighbourhood_id == Neighbourhood.id, UserArea.district_code == Neighbourhood.district_code
            ),
        )
        .where(UserArea.user_id == User.id, Neighbourhood.id.in_(neighbourhood_ids))
        .scalar_subquery()
    )
    found = session.scalars(
        sa.select(User)
        .where(User.active, is_a_person(), User.id != instead_of, covered == len(set(neighbourhood_ids)))
        .order_by(User.name, User.id)
    )
    return [
        Successor(user.id, " ".join(filter(None, (user.rank, user.name))))
        for user in found
        if permissions_of(user) >= IN_HAND
    ]
