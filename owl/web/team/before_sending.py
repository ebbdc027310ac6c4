"""What is said before a message goes out: whether it needs approval, and what else went there today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from owl.messages.counting import Reach
from owl.messages.draft import Draft
from owl.messages.models import Message, MessageStatus
from owl.messages.risk import Risk
from owl.messages.similar import Similar, similar_today
from owl.messages.weighing import must_be_typed, risks_now


@dataclass(frozen=True, slots=True)
class BeforeSending:
    """For templates/team/messages/live_approval.html."""

    risks: tuple[Risk, ...]
    similar: tuple[Similar, ...]
    asked: bool  # it waits for approval already
    must_type: bool  # whoever lets it go types the number of homes


def before_sending(
    session: Session,
    draft: Draft,
    reach: Reach,
    *,
    now: datetime,
    message: Message | None = None,
    training: bool = False,
) -> BeforeSending:
    """What holds now, or where it waits for approval already, what held when that was asked.

    `training`: of a draft without a row, whether whoever writes it practises.
    """
    follows = message is not None and message.follows_id is not None
    return BeforeSending(
        risks=_risks(session, draft, reach, message, now),
        similar=()
        if follows
        else similar_today(
            session,
            draft,
            now=now,
            but_not=message.id if message else None,
            training=message.training if message else training,
        ),
        asked=message is not None and message.status is MessageStatus.AWAITING_APPROVAL,
        must_type=must_be_typed(session, reach.homes),
    )


def _risks(session: Session, draft: Draft, reach: Reach, message: Message | None, now: datetime) -> tuple[Risk, ...]:
    if message is not None and message.status is MessageStatus.AWAITING_APPROVAL:
        return tuple(map(Risk, message.approval_needed_because))
    return risks_now(session, draft, homes=reach.homes, now=now, message=message)
