"""Messages and what they are made of."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from owl.households.choices import Kind
from owl.messages.models import FollowUp, Message, MessageStatus, Severity
from owl.messages.picture_models import MessagePicture
from owl.messages.recurring_models import Every, RecurringDraft
from owl.messages.template_models import MessageTemplate
from tests.factories.accounts import user
from tests.factories.places import neighbourhood_id
from tests.factories.start import GREY, NOW, numbers


def recurring(session: Session, author_id: int, area: str) -> RecurringDraft:
    """A message that is repeated every month."""
    row = RecurringDraft(
        message_id=message(session, author_id=author_id, neighbourhood_ids=[area]).id, author_id=author_id,
        every=Every.MONTH, week=2, next_on=date(2026, 12, 8), clock=time(19), days_before=3, sends_at=time(18),
        created_at=NOW,
    )  # fmt: skip
    session.add(row)
    session.commit()
    return row


def template(session: Session, **fields: Any) -> MessageTemplate:
    """Words that a crime alert begins with, with two blanks."""
    row = MessageTemplate(
        **{
            "kind": Kind.CRIME_ALERT,
            "name": "Break-in",
            "title": "Break-in in {street}",
            "body": "{Day and time}, somebody broke into a shed in {street}. Please check your locks.",
            "sms_text": "Break-in in {street}. Check your locks.",
            "changed_at": NOW,
        }
        | fields
    )
    session.add(row)
    session.commit()
    return row


def message(session: Session, **fields: Any) -> Message:
    """A crime alert that went out an hour ago."""
    if "author_id" not in fields:
        fields["author_id"] = user(session).id
    fields.setdefault("neighbourhood_ids", [neighbourhood_id(session)])
    included = [f"neighbourhood:{code}" for code in sorted(fields["neighbourhood_ids"])]
    if fields.get("kind") in set(FollowUp):
        fields.setdefault("follow_up", FollowUp(fields["kind"]))
    row = Message(
        **{
            "kind": Kind.CRIME_ALERT,
            "severity": Severity.ROUTINE,
            "status": MessageStatus.SENT,
            "title": "Shed break-ins in Walsworth",
            "body": "Three sheds were broken into on Saturday night. Please check your locks.",
            "audience": {"include": included, "exclude": [], "channels": ["email"]},
            "targeted": 1,
            "homes": 1,
            "created_at": NOW - timedelta(hours=3),
            "submitted_at": NOW - timedelta(hours=2),
            "approved_at": NOW - timedelta(hours=1),
            "finished_at": NOW - timedelta(hours=1),
        }
        | fields
    )
    session.add(row)
    session.commit()
    return row


def picture(session: Session, message_id: int, **fields: Any) -> MessagePicture:
    """A grey picture of a message."""
    drawn = {"name": f"picture-{next(numbers)}", "alt": "A white van", "content": GREY, "width": 300, "height": 200}
    row = MessagePicture(**{"message_id": message_id, "added_at": NOW, **drawn} | fields)
    session.add(row)
    session.commit()
    return row


def consultation(session: Session, **fields: Any) -> Message:
    """A question to residents."""
    asked = {"kind": Kind.CONSULTATION_INVITATION, "title": "What should your team concentrate on?"}
    return message(session, **asked | fields)
