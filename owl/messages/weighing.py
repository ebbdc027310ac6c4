"""Whether a message as it stands needs approval: the rule of owl.messages.risk with the limits that hold now."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from owl.accounts.limits import limit, limits
from owl.accounts.models import Limit
from owl.messages.draft import Draft
from owl.messages.models import Message
from owl.messages.risk import Risk, Thresholds, risks_of


def risks_now(
    session: Session, draft: Draft, *, homes: int, now: datetime, message: Message | None = None
) -> tuple[Risk, ...]:
    """Why the draft needs approval if it is sent now, or at its time. `message`: its row, where it has one."""
    thresholds = Thresholds(*limits(session, Limit.APPROVAL_ABOVE_HOMES, Limit.NIGHT_FROM, Limit.NIGHT_UNTIL))
    starts_at = draft.send_at if draft.send_at and draft.send_at > now else now
    was_returned = message is not None and message.returned_reason is not None
    return risks_of(draft, homes=homes, starts_at=starts_at, thresholds=thresholds, was_returned=was_returned)


def must_be_typed(session: Session, homes: int) -> bool:
    """Whether whoever lets a message to so many homes go types their number."""
    return homes > limit(session, Limit.TYPE_COUNT_ABOVE_HOMES)
