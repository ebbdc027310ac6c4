"""What several verbs are done to, made in HITCHIN."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from owl.messages.models import Message
from owl.watches.models import Watch
from tests import factories
from tests.accounts.places import HITCHIN
from tests.messages.drafts import resident, submitted


def message(session: Session, **fields: Any) -> int:
    """A message to HITCHIN of somebody else's."""
    return factories.message(session, neighbourhood_ids=[HITCHIN], **fields).id


def watch(session: Session, **fields: Any) -> Watch:
    return factories.watch(session, neighbourhood_id=HITCHIN, **fields)


def with_home(session: Session) -> tuple[int, int]:
    of = watch(session)
    return of.id, factories.paper_home(session, of).id


def waiting(session: Session) -> Message:
    """One that a supervisor can approve."""
    resident(session)
    return submitted(session, factories.user(session, areas=[HITCHIN]).id)
