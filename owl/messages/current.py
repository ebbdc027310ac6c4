"""Messages that still hold, and which are for somebody's own homes; those for all: owl.messages.public_lists."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from owl.foundation.languages import Language
from owl.households.choices import Kind
from owl.households.models import Household, Subscription
from owl.households.wanting import Topic, ticked
from owl.messages.audience import Audience
from owl.messages.listed import ListedMessage, listed
from owl.messages.models import FollowUp, Message, MessageStatus, Severity
from owl.messages.places import homes_inside

FOR_ALL = (Kind.PREVENTION_ADVICE, Kind.GOOD_NEWS, Kind.EVENT)
GOING_OUT_OR_SENT = (MessageStatus.SENDING, MessageStatus.SENT)
CURRENT = timedelta(days=28)  # where a message doesn't say until when
MOST = 5
OF_A_WATCH: sa.ColumnElement[str] = sa.literal_column("""'$.include[*] ? (@ starts with "watch:")'::jsonpath""")
LOOKED_AT = 50  # of one subscriber's neighbourhoods, the newest

Condition = sa.ColumnElement[bool]


def current_at_homes(
    session: Session, subscriber_id: int, *, language: Language = Language.ENGLISH, now: datetime
) -> tuple[ListedMessage, ...]:
    """What the subscriber would have been sent had they been there, and what still holds of it: the newest.

    For whoever has joined or moved in since. A pause hides nothing here: they came to look.
    """
    mine = sa.select(Household.neighbourhood_id).join(Subscription, Subscription.household_id == Household.id)
    around = sa.func.array(mine.where(Subscription.subscriber_id == subscriber_id).scalar_subquery())
    candidates = session.scalars(
        sa.select(Message)
        .where(Message.neighbourhood_ids.overlap(around), *still_holds(now))
        .order_by(Message.approved_at.desc())
        .limit(LOOKED_AT)
    ).all()
    if not candidates:
        return ()
    for_me = session.execute(sa.select(*(_is_for(subscriber_id, message) for message in candidates))).one()
    mine_now = [message for message, is_for_me in zip(candidates, for_me, strict=True) if is_for_me]
    return listed(session, mine_now[:MOST], language)


def _is_for(subscriber_id: int, message: Message) -> Condition:
    """Whether one of the subscriber's homes is inside the audience and gets such messages."""
    urgent = message.severity is Severity.URGENT
    return sa.exists(
        sa.select(Subscription.id)
        .join(Household, Household.id == Subscription.household_id)
        .where(
            Subscription.subscriber_id == subscriber_id,
            Subscription.kinds.contains([message.kind.value]),
            homes_inside(Audience.from_json(message.audience), how_far=Subscription.how_far, tie=Subscription.id),
            sa.true() if urgent else sa.not_(Subscription.only_urgent),
            *ticked(Topic(message.kind, urgent, message.partner_id), Subscription.subscriber_id),
        )
    )


def still_holds(now: datetime) -> tuple[Condition, ...]:
    """The conditions of a message that goes or went out, whose time is not over, and of which nobody was told so."""
    stand_down = aliased(Message)
    ended = sa.exists().where(
        stand_down.follows_id == Message.id,
        stand_down.follow_up == FollowUp.STAND_DOWN,
        stand_down.status.in_(GOING_OUT_OR_SENT),
    )
    return (
        Message.status.in_(GOING_OUT_OR_SENT),
        Message.follow_up.is_(None),
        Message.approved_at.is_not(None),
        Message.training.is_(False),
        sa.func.coalesce(Message.valid_until > now, Message.approved_at > now - CURRENT),
        sa.not_(ended),
    )
