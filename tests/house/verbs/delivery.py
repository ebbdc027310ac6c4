"""The verbs of delivery."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName, User
from owl.delivery.follow_up_drafts import Words
from owl.delivery.last_mile_models import LastMile
from owl.delivery.models import DeliveryStatus
from owl.foundation.database import db
from owl.households.choices import Kind
from owl.messages.composing import create_draft
from owl.messages.models import FollowUp, Message, MessageStatus, Severity
from owl.messages.reach import audience_hash
from owl.messages.to_members import Words as ToMembers
from tests import factories
from tests.accounts.places import HITCHIN
from tests.factories import NOW
from tests.house.verbs.made import message, waiting, watch, with_home
from tests.house.verbs.verb import Made, P, Verb, on_message
from tests.messages.drafts import draft, resident, submitted

LATE = {"send_at": NOW - timedelta(hours=2), "approved_at": NOW - timedelta(hours=3)}
MORE = Words("More about the sheds", "Two more sheds were broken into.")
GOOD_NEWS = ToMembers("good_news", "Bike found", "The bike is back.")


def in_state(status: MessageStatus, **fields: Any) -> Made:
    """A message that stands so."""
    return lambda session: message(session, status=status, **fields)


def ready_to_go(session: Session) -> tuple[int, bytes]:
    """A draft without any risk, and the hash of its audience."""
    resident(session)
    author = factories.user(session, areas=[HITCHIN])
    return create_draft(draft(), author_id=author.id, now=NOW), audience_hash(session, draft().audience)


def update_that_came_back(session: Session) -> int:
    return message(
        session, kind=Kind.UPDATE, follow_up=FollowUp.UPDATE, follows_id=delivered(session), approved_at=None,
        status=MessageStatus.RETURNED,
    )  # fmt: skip


def with_sheet(session: Session) -> tuple[int, int]:
    watch_id, home_id = with_home(session)
    number = message(session, approved_at=NOW)
    session.add(LastMile(message_id=number, household_id=home_id, watch_id=watch_id, changed_at=NOW))
    session.commit()
    return watch_id, number


def run_here(session: Session) -> int:
    """A watch with a member, run by every coordinator of HITCHIN."""
    of = watch(session)
    who = factories.subscriber(session, factories.household(session, neighbourhood_id=HITCHIN))
    factories.contact_point(session, who)
    factories.member(session, of, who)
    of_hitchin = User.areas.any(neighbourhood_id=HITCHIN)
    for user in session.scalars(sa.select(User).where(User.roles.any(name=RoleName.COORDINATOR.value), of_hitchin)):
        factories.runs(session, of, user)
    return of.id


def urgent_one(session: Session) -> int:
    resident(session)
    return submitted(session, factories.user(session, areas=[HITCHIN]).id, severity=Severity.URGENT).id


def send_urgent(do: Any, who: int, it: int) -> object:
    of = db.session.get_one(Message, it)
    shown = {"shown_hash": of.audience_hash, "version": of.version, "typed_homes": 1}
    return do(it, user_id=who, reason="A child is missing near the weir.", now=NOW, **shown)


def delivered(session: Session) -> int:
    row = factories.message(session, neighbourhood_ids=[HITCHIN])
    factories.delivery(session, of=row, home=factories.household(session, neighbourhood_id=HITCHIN))
    return row.id


def for_digests(session: Session) -> int:
    row = factories.message(session, neighbourhood_ids=[HITCHIN])
    factories.delivery(session, of=row, status=DeliveryStatus.HELD_FOR_DIGEST)
    return row.id


def stop(act: Callable[[Any, int, Any], object], made: Made) -> Verb:
    """What stops a message of an area or lets it go on."""
    return Verb(P.STOP, True, act, made)


VERBS: dict[str, Verb] = {
    "delivery.approving.approve_message": Verb(
        P.APPROVE, True,
        lambda do, who, it: do(it.id, approver_id=who, shown_hash=it.audience_hash, now=NOW), waiting,
    ),
    "delivery.cancelling.cancel_message": stop(on_message, in_state(MessageStatus.SENDING)),
    "delivery.digests.withdrawing.take_out_of_digests": stop(on_message, for_digests),
    "delivery.emergency.send_in_emergency": Verb(P.COMPOSE, True, send_urgent, urgent_one, by_author=True),
    "delivery.following_up.follow_up": Verb(
        P.COMPOSE, True, lambda do, who, it: do(it, FollowUp.UPDATE, author_id=who, words=MORE, now=NOW), delivered
    ),
    "delivery.following_up.reword": Verb(
        P.COMPOSE, True, lambda do, who, it: do(it, author_id=who, words=MORE, version=1, now=NOW),
        update_that_came_back, by_author=True,
    ),
    "delivery.last_mile.tick_off": Verb(
        P.COMPOSE, True, lambda do, who, it: do(*it, {}, actor_id=who, now=NOW), with_sheet
    ),
    "delivery.pausing.pause_message": stop(on_message, in_state(MessageStatus.SENDING)),
    "delivery.pausing.resume_message": stop(on_message, in_state(MessageStatus.PAUSED)),
    "delivery.sending_alone.send_alone": Verb(
        P.COMPOSE, True, lambda do, who, it: do(it[0], user_id=who, version=1, shown_hash=it[1], now=NOW), ready_to_go
    ),
    "delivery.spending.lift_ceiling": Verb(P.APPROVE, False, lambda do, who, it: do(user_id=who, now=NOW)),
    "delivery.standing_down.stand_down": Verb(
        P.COMPOSE, True, lambda do, who, it: do(it, author_id=who, title="Over", words="Over.", now=NOW), delivered
    ),
    "delivery.starting.send_anyway": stop(on_message, in_state(MessageStatus.SCHEDULED, **LATE)),
    "delivery.testing.send_test": Verb(P.COMPOSE, True, on_message, message),
    "delivery.to_members.send_to_members": Verb(
        P.RUN_WATCH, True, lambda do, who, it: do(it, GOOD_NEWS, author_id=who, now=NOW), run_here
    ),
}  # fmt: skip
