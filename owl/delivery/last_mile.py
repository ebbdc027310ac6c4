"""The last mile: homes of watches that nothing reaches by mail or text, planned with a message and ticked off by hand.

They are counted beside the deliveries and, like them, always add up. See docs/adr/0045-last-mile.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from owl.delivery.last_mile_models import Brought, LastMile
from owl.foundation.audit import record_act
from owl.foundation.database import transaction
from owl.foundation.errors import BadInput, Conflict, NotFound
from owl.households.models import Household
from owl.messages.audience import Audience
from owl.messages.draft import Draft
from owl.messages.invited_to import not_heard_yet
from owl.messages.models import FollowUp, Message, MessageStatus
from owl.messages.places import homes_inside
from owl.watches.models import WatchHome
from owl.watches.paper import confirm_paper_homes, require_hand
from owl.watches.without_channel import homes_without_channel

BROUGHT_WITHIN = timedelta(days=14)  # where a message doesn't say until when; paper is slow, and news grow old


@dataclass(frozen=True, slots=True)
class PaperLedger:
    """The homes on paper of one message, by what became of it."""

    homes: int
    waiting: int
    brought: int
    not_brought: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """One message that a watch brings on paper."""

    message_id: int
    title: str
    body: str  # Markdown
    code: str
    approved_at: datetime
    homes: int
    waiting: int
    is_over: bool  # nothing is to be brought any more


@dataclass(frozen=True, slots=True)
class Door:
    """One home on a sheet. No name is known."""

    household_id: int
    house: str
    postcode: str
    state: Brought


def plan_last_mile(session: Session, message: Message, *, now: datetime) -> None:
    """Write a row for each home that is to get the message on paper, inside the caller's transaction.

    A follow-up goes to the homes to which the first message was brought, or may have been.
    """
    if message.training:
        return
    if message.follows_id is not None:
        first = aliased(LastMile)
        homes = sa.select(first.watch_id, first.household_id).where(
            first.message_id == message.follows_id, first.state != Brought.NOT_BROUGHT
        )
    else:
        there = homes_without_channel()
        homes = sa.select(there.c.watch_id, there.c.household_id).join(Household, Household.id == there.c.household_id)
        homes = homes.where(homes_inside(Audience.from_json(message.audience)))
        homes = homes.where(*not_heard_yet(Draft.of(message).topic, Household.id))
    found = homes.subquery()
    rows = sa.select(
        sa.literal(message.id),
        found.c.household_id,
        found.c.watch_id,
        sa.literal(Brought.WAITING.value),
        sa.literal(now),
    )
    columns = ["message_id", "household_id", "watch_id", "state", "changed_at"]
    session.execute(sa.insert(LastMile).from_select(columns, rows, include_defaults=False))


def paper_ledger(session: Session, message_id: int) -> PaperLedger:
    """How many homes get the message on paper, and what became of it so far."""
    counted = session.execute(
        sa.select(LastMile.state, sa.func.count()).where(LastMile.message_id == message_id).group_by(LastMile.state)
    )
    counts = Counter({row[0]: row[1] for row in counted})
    return PaperLedger(counts.total(), *(counts[state] for state in Brought))


def sheets_of(session: Session, watch_id: int, *, now: datetime) -> list[Sheet]:
    """The messages that the watch brings on paper, the newest first: fifty at most, of the last four weeks."""
    asked = _sheets(watch_id, now).where(Message.approved_at > now - 2 * BROUGHT_WITHIN).limit(50)
    return [Sheet(*row) for row in session.execute(asked)]


def sheet_of(session: Session, watch_id: int, message_id: int, *, now: datetime) -> tuple[Sheet, list[Door]]:
    """One of them, with its homes in the order of postcodes. Raises NotFound."""
    found = session.execute(_sheets(watch_id, now).where(Message.id == message_id)).one_or_none()
    if found is None:
        raise NotFound("There is no such sheet of this watch.")
    asked = (
        sa.select(LastMile.household_id, WatchHome.house, Household.house, Household.postcode, LastMile.state)
        .join(Household, Household.id == LastMile.household_id)
        .outerjoin(WatchHome, sa.and_(WatchHome.watch_id == watch_id, WatchHome.household_id == LastMile.household_id))
        .where(LastMile.watch_id == watch_id, LastMile.message_id == message_id)
        .order_by(Household.postcode, Household.id)
    )
    doors = [
        Door(number, asked_for or known or "", postcode, state)
        for number, asked_for, known, postcode, state in session.execute(asked)
    ]
    return Sheet(*found), doors


def tick_off(watch_id: int, message_id: int, states: Mapping[int, Brought], *, actor_id: int, now: datetime) -> None:
    """Note what became of the message at these homes (household ids). Who took it has confirmed that they want it.

    Raises BadInput for a home that is not on the sheet, Conflict where the message is over, NotFound or Refused.
    """
    with transaction() as session:
        require_hand(session, watch_id, user_id=actor_id, now=now)
        sheet, doors = sheet_of(session, watch_id, message_id, now=now)
        if sheet.is_over:
            raise Conflict("This message is over, so it is not brought any more. Nothing was noted.")
        if not set(states) <= {door.household_id for door in doors}:
            raise BadInput("One of these homes is not on the sheet any more. Look at it again.")
        of = (LastMile.watch_id == watch_id, LastMile.message_id == message_id)
        for state in Brought:
            ids = [number for number, chosen in states.items() if chosen is state]
            changed = (LastMile.household_id.in_(ids), LastMile.state != state)
            session.execute(
                sa.update(LastMile).where(*of, *changed).values(state=state, changed_at=now, changed_by=actor_id)
            )
        confirm_paper_homes(session, watch_id, [n for n, state in states.items() if state is Brought.BROUGHT], now)
        record_act(
            session, "tick off sheet", actor_id=actor_id, subject="message", subject_id=message_id, now=now,
            watch_id=watch_id, brought=sum(state is Brought.BROUGHT for state in states.values()),
        )  # fmt: skip


def _sheets(watch_id: int, now: datetime) -> sa.Select[int, str, str, str, datetime, int, int, bool]:
    later = aliased(Message)
    stood_down = sa.exists().where(
        later.follows_id == Message.id,
        later.follow_up == FollowUp.STAND_DOWN,
        later.status.in_([MessageStatus.SENDING, MessageStatus.SENT]),
    )
    until = sa.func.coalesce(Message.valid_until, Message.approved_at + BROUGHT_WITHIN)
    is_over = sa.or_(stood_down, until <= now, Message.status == MessageStatus.CANCELLED)
    count = sa.func.count()
    return (
        sa.select(Message.id, Message.title, Message.body, Message.code, Message.approved_at)
        .add_columns(count, count.filter(LastMile.state == Brought.WAITING), is_over)
        .join(LastMile, LastMile.message_id == Message.id)
        .where(LastMile.watch_id == watch_id, Message.status != MessageStatus.SCHEDULED)
        .group_by(Message.id)
        .order_by(Message.id.desc())
    )
