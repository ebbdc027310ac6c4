"""What the tests of proofs share: asking, and reading what was sent."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.foundation.database import transaction
from owl.foundation.notices import Channel, Notice
from owl.households.proving import ask_for_proof
from tests.factories import NOW

EMAIL = "anna@example.com"
MOBILE = "+447700900123"


def ask(
    *,
    channel: Channel = Channel.EMAIL,
    address: str | None = None,
    joining_id: int | None = None,
    subscriber_id: int | None = None,
    now: datetime = NOW,
) -> None:
    """Ask for a proof in a transaction of its own."""
    address = address or (EMAIL if channel is Channel.EMAIL else MOBILE)
    with transaction() as session:
        ask_for_proof(
            session, channel=channel, address=address, joining_id=joining_id, subscriber_id=subscriber_id, now=now
        )


def sent(session: Session) -> list[tuple[str, str, dict[str, Any]]]:
    """Template, address and words of every notice, the oldest first."""
    rows = session.scalars(sa.select(Notice).order_by(Notice.id))
    return [(row.template, row.address or "", json.loads(row.words or "{}")) for row in rows]


def word(session: Session, name: str) -> str:
    """The word of that name in the newest notice."""
    return str(sent(session)[-1][2][name])


def wrong(code: str) -> str:
    """Another code than this."""
    return f"{(int(code) + 1) % 10**6:06}"
