"""Everything that OWL holds about one person, from all topics: to be read, and to be taken along."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.delivery.own_messages import messages_to
from owl.households.own_data import person_data, points_of
from owl.replies.models import MessageRating
from owl.replies.own_replies import replies_by
from owl.watches.members import memberships_of

WHAT = "Everything that OWL holds about you."


def everything_about(session: Session, subscriber_id: int, *, now: datetime) -> dict[str, Any]:
    """All that is held of the subscriber, by section; times are aware. Raises NotFound."""
    person = person_data(session, subscriber_id, now=now)
    return {
        "what_this_is": WHAT,
        "made_at": now,
        **person,
        "watches": memberships_of(session, subscriber_id),
        "replies": replies_by(session, subscriber_id),
        "messages": _messages(session, subscriber_id, since=person["with_us_since"]),
    }


def as_json(held: dict[str, Any]) -> str:
    """The same for a machine to read: times as ISO 8601."""
    return json.dumps(held, default=_iso, ensure_ascii=False, indent=2)


def _iso(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def _messages(session: Session, subscriber_id: int, *, since: datetime) -> list[dict[str, Any]]:
    """What was sent to the subscriber, how it arrived, and whether they found it useful."""
    sent = messages_to(session, [point.id for point in points_of(session, subscriber_id)], since=since)
    keys = [(one.message_id, one.seq) for one in sent]
    asked = sa.select(MessageRating).where(sa.tuple_(MessageRating.message_id, MessageRating.seq).in_(keys))
    ratings = {(row.message_id, row.seq): row for row in session.scalars(asked)}
    return [
        {
            "title": one.title,
            "code": one.code,
            "channel": one.channel.label,
            "postcode": one.postcode,
            "state": one.status.value,
            "at": one.at,
            "useful": rating.rating.label if (rating := ratings.get((one.message_id, one.seq))) else None,
        }
        for one in sent
    ]
