"""Invitations to a consultation: messages that leave out the homes which have taken part already.

Consultations stand above messages; of theirs only the row is known here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute, Session

from owl.foundation.clock import show_time
from owl.foundation.errors import BadInput
from owl.households.choices import CHOICES, Kind
from owl.households.models import Household
from owl.households.wanting import Topic
from owl.messages.models import Message
from owl.messages.voice_models import Voice

BEGIN = "Begin an invitation on the page of its consultation, under Consultations: then it knows what it invites to."
STAYS = "This message invites to a consultation and stays an invitation. Begin another message for anything else."
_consultation = sa.table(
    "consultation",
    sa.column("id", sa.BigInteger),
    sa.column("status", sa.Text),
    sa.column("opens_at", sa.DateTime(timezone=True)),
    sa.column("closes_at", sa.DateTime(timezone=True)),
    sa.column("neighbourhood_ids", ARRAY(sa.Text)),
)


def not_heard_yet(topic: Topic, household_id: InstrumentedAttribute[int]) -> Iterator[sa.ColumnElement[bool]]:
    """The condition under which a home still has its voice in what the topic invites to."""
    if topic.invites_to is not None:
        yield ~sa.exists().where(Voice.consultation_id == topic.invites_to, Voice.household_id == household_id)


def postcodes_heard(consultation_id: int) -> sa.Select[str]:
    """The postcodes of homes that have taken part: what is counted beforehand does not hold there."""
    heard = sa.select(Household.postcode).join(Voice, Voice.household_id == Household.id)
    return heard.where(Voice.consultation_id == consultation_id)


def kinds_for(session: Session, message_id: int | None) -> tuple[Kind, ...]:
    """The kinds that the author of this draft may choose from."""
    invites = message_id is not None and invites_to(session, message_id) is not None
    return tuple(kind for kind in CHOICES if (kind is Kind.CONSULTATION_INVITATION) is invites)


def invites_to(session: Session, message_id: int) -> int | None:
    """The consultation of an invitation; None for any other message."""
    return session.scalar(sa.select(Message.consultation_id).where(Message.id == message_id))


def check_kind(kind: Kind, consultation_id: int | None) -> None:
    """Raises BadInput unless it is an invitation and knows to what, or neither."""
    if (kind is Kind.CONSULTATION_INVITATION) is not (consultation_id is not None):
        raise BadInput({"kind": BEGIN if consultation_id is None else STAYS})


def check_invitation(session: Session, message: Message, touched: list[str], *, now: datetime) -> None:
    """Raises BadInput unless what the message invites to, if anything, still asks, there and until then."""
    check_kind(message.kind, message.consultation_id)
    if message.consultation_id is None:
        return
    asked = sa.select(_consultation).where(_consultation.c.id == message.consultation_id)
    row = session.execute(asked).one()
    if row.status != "announced" or row.closes_at <= now:
        raise BadInput("The consultation that this message invites to is over, so nobody can be invited any more.")
    if (message.send_at or now) < row.opens_at:
        raise BadInput(
            {"send_at": f"The consultation opens on {show_time(row.opens_at)}. Choose that, or a later time."}
        )
    if message.valid_until is None or message.valid_until > row.closes_at:
        when = show_time(row.closes_at)
        raise BadInput({"valid_until": f"The consultation closes on {when}. Choose that, or an earlier time."})
    if not set(touched) <= set(row.neighbourhood_ids):
        raise BadInput({"include": "Some of these areas lie outside the neighbourhoods that the consultation asks."})
