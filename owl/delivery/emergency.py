"""In an emergency: what can't wait for a supervisor goes out at once, and an inspector looks at it afterwards."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.models import Role, RoleName, User, UserArea
from owl.accounts.permissions import Permission, require
from owl.delivery.approving import check_typed, homes_of, plan
from owl.foundation.database import transaction
from owl.foundation.errors import BadInput, Conflict, NotFound, Refused
from owl.foundation.notices import Channel, send_notice
from owl.geography.models import Neighbourhood
from owl.messages.approving import let_go
from owl.messages.models import Message, Severity
from owl.messages.review_models import EmergencyReview
from owl.messages.separation import wrote_on
from owl.messages.training import keep_apart
from owl.messages.word_rules import LONGEST_TEXT

SHORTEST_REASON = 15  # characters: more than "urgent"


class NoEmergency(Conflict):
    """The message is not marked as urgent."""

    def __init__(self) -> None:
        super().__init__("Only an urgent message can be sent without approval. Ask a supervisor to approve this one.")


def send_in_emergency(
    message_id: int,
    *,
    user_id: int,
    reason: str,
    typed_homes: int | None,
    shown_hash: bytes,
    version: int,
    now: datetime,
) -> None:
    """Let an urgent message that waits for approval go at once, on the word of who wrote it: all or nothing.

    The number of its homes is typed whatever it is. A review waits for an inspector afterwards, and inspectors
    of the area are told by mail; administrators where there is none.
    Raises BadInput for `reason` or `typed_homes`, NotFound, Refused, NoEmergency, and what let_go and plan raise.
    """
    reason = _checked(reason)
    with transaction() as session:
        message = session.get(Message, message_id)
        if message is None or message.submitted_at is None:
            raise NotFound("There is no such message.")
        session.get(User, user_id, populate_existing=True, with_for_update={"read": True})
        user = require(session, user_id, Permission.COMPOSE, message.neighbourhood_ids)
        keep_apart(user, message)
        if not wrote_on(session, message, user_id):
            raise Refused("Only somebody who wrote this message can send it in an emergency.")
        if message.severity is not Severity.URGENT:
            raise NoEmergency
        as_shown = Message.version == version
        alone = {"approver_id": user_id, "self_approved_because": reason}
        let_go(session, message, as_shown, shown_hash=shown_hash, now=now, **alone)
        check_typed(typed_homes, homes_of(session, message, now))
        plan(session, message, act="send in emergency", actor_id=user_id, now=now)
        session.add(EmergencyReview(message_id=message_id, asked_at=now))
        _tell_inspectors(session, message, user, now)


def _checked(reason: str) -> str:
    reason = reason.strip()
    if len(reason) < SHORTEST_REASON:
        raise BadInput({"emergency_reason": "Say in a sentence why it can’t wait for a supervisor."})
    if len(reason) > LONGEST_TEXT or "\0" in reason:
        raise BadInput({"emergency_reason": f"Give the reason in {LONGEST_TEXT:,} characters or fewer."})
    return reason


def _tell_inspectors(session: Session, message: Message, sender: User, now: datetime) -> None:
    there = sa.exists().where(
        UserArea.user_id == User.id,
        (UserArea.neighbourhood_id == Neighbourhood.id) | (UserArea.district_code == Neighbourhood.district_code),
        Neighbourhood.id.in_(message.neighbourhood_ids),
    )
    told = _emails(session, RoleName.INSPECTOR, there, User.id != sender.id) or _emails(session, RoleName.ADMINISTRATOR)
    for email in told:
        send_notice(
            session, "emergency_sent", channel=Channel.EMAIL, address=email, now=now, title=message.title,
            sender=f"{sender.rank or ''} {sender.name}".strip(), because=message.self_approved_because or "",
            homes=message.homes or 0, message_id=message.id,
        )  # fmt: skip


def _emails(session: Session, role: RoleName, *conditions: sa.ColumnElement[bool]) -> list[str]:
    has = User.roles.any(Role.name == role.value)
    return list(session.scalars(sa.select(User.email).where(User.active, has, *conditions).order_by(User.id)))
