"""A draft that is ready to be approved; a test states only what it is about."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from owl.households.choices import Kind
from owl.messages.audience import Area, AreaKind, Audience
from owl.messages.composing import create_draft, submit_message
from owl.messages.draft import Draft
from owl.messages.models import Message, Severity
from tests import factories
from tests.accounts.places import HITCHIN
from tests.factories import NOW

HITCHIN_AREA = Area(AreaKind.NEIGHBOURHOOD, HITCHIN)
READY = Draft(
    kind=Kind.CRIME_ALERT,
    severity=Severity.ROUTINE,
    title="Shed break-ins in Walsworth",
    body="Three sheds were broken into on Saturday night. **Check your locks.**",
    sms_text="",
    audience=Audience.of([HITCHIN_AREA]),
    valid_until=None,
)


def draft(**changed: Any) -> Draft:
    return replace(READY, **changed)


def resident(session: Session, neighbourhood_id: str = HITCHIN, **fields: Any) -> None:
    """Somebody with an email address in the neighbourhood."""
    home = factories.household(session, neighbourhood_id=neighbourhood_id)
    factories.contact_point(session, factories.subscriber(session, home, **fields))


def submitted(session: Session, author_id: int, **changed: Any) -> Message:
    """A message that waits for approval."""
    message_id = create_draft(draft(**changed), author_id=author_id, now=NOW)
    submit_message(message_id, user_id=author_id, version=1, now=NOW)
    return session.get_one(Message, message_id)
