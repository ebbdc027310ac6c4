"""The first alert: composed by the demo officer, approved by the demo supervisor, as any other."""

from __future__ import annotations

from datetime import datetime, timedelta

from owl.delivery.approving import approve_message
from owl.embedded.demo_users import DemoUser
from owl.foundation.database import db
from owl.foundation.errors import NotFound
from owl.foundation.notices import Channel
from owl.households.choices import Kind
from owl.messages.audience import COUNTY_CODE, Area, AreaKind, Audience
from owl.messages.composing import create_draft, submit_message
from owl.messages.counting import count_reach
from owl.messages.draft import Draft
from owl.messages.models import Message, Severity

TITLE = "Bicycles taken from sheds overnight"
BODY = """Last night between 01:00 and 05:00 bicycles were taken from garden sheds in several streets.

**What you can do**

- Lock sheds with a closed-shackle padlock, and chain bicycles to something fixed.
- Write down the frame number and take a photograph.
- Tell us if you saw a white van without lettering: use the link below.
"""
TEXT = "Bicycles were taken from sheds last night. Check locks. Did you see a white van without lettering?"
VALID_FOR = timedelta(days=7)


def send_first_alert(users: list[DemoUser], *, now: datetime) -> int:
    """The id of an alert to everybody in the county, on its way."""
    draft = Draft(
        kind=Kind.CRIME_ALERT,
        severity=Severity.ROUTINE,
        title=TITLE,
        body=BODY,
        sms_text=TEXT,
        audience=Audience.of([Area(AreaKind.COUNTY, COUNTY_CODE)], channels=Channel),
        valid_until=now + VALID_FOR,
    )
    return send_alert(draft, users, now=now)


def send_alert(draft: Draft, users: list[DemoUser], *, now: datetime) -> int:
    """The id of a message that the officer wrote and the supervisor approved."""
    message_id = submit_alert(draft, users, now=now)
    approve_alert(message_id, users, now=now)
    return message_id


def submit_alert(draft: Draft, users: list[DemoUser], *, now: datetime) -> int:
    """The id of a message of the officer's that waits for approval."""
    message_id = create_draft(draft, author_id=users[0].id, now=now)
    submit_message(message_id, user_id=users[0].id, version=_message(message_id).version, now=now)
    return message_id


def approve_alert(message_id: int, users: list[DemoUser], *, now: datetime) -> None:
    """The supervisor approves what is shown, and types the number of homes where it is large."""
    submitted = _message(message_id)
    assert submitted.audience_hash is not None
    draft = Draft.of(submitted)
    homes = count_reach(db.session(), draft.audience, draft.topic, now).homes
    approve_message(
        message_id,
        approver_id=users[1].id,
        shown_hash=submitted.audience_hash,
        shown_version=submitted.version,
        typed_homes=homes,
        now=now,
    )


def _message(message_id: int) -> Message:
    message = db.session.get(Message, message_id, populate_existing=True)
    if message is None:
        raise NotFound("There is no such message.")
    return message
