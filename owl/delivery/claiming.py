"""Taking a batch and, part by part, those in it who may still be written to.

Consent, suppression and validity are asked again by the very statement that takes a delivery in hand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.models import Team
from owl.delivery.claim_statement import CLAIM_NEXT
from owl.delivery.digests.carrying import Carries, take_along
from owl.delivery.models import Batch, DeliveryStatus
from owl.delivery.setting_aside import CAREFUL_FROM, set_aside
from owl.foundation.clock import LONDON
from owl.foundation.current import settings
from owl.foundation.database import contact_keys, transaction
from owl.foundation.encryption import Undecipherable
from owl.foundation.jobs import Queue
from owl.foundation.languages import Language
from owl.foundation.notices import Channel
from owl.geography.models import Neighbourhood
from owl.households.choices import CHOICES, Kind
from owl.households.reading import PLAIN, Reading
from owl.messages.models import Message, MessageStatus, Severity

LEASE = timedelta(seconds=30)  # renewed with each recording


@dataclass(frozen=True, slots=True)
class SendingTeam:
    """The Safer Neighbourhood Team in whose name a resident is written to."""

    neighbourhood: str
    name: str
    email: str


class Recipient(NamedTuple):
    """One delivery that is ours to send. `unsure`: an earlier worker may have sent it. `carries`: of a digest."""

    seq: int
    address: str
    name: str | None
    team: SendingTeam
    unsure: bool
    chosen_on: date | None = None  # the day of London on which they made the choice that brings it
    carries: tuple[int, ...] = ()  # ids of messages, oldest first
    reading: Reading = PLAIN


@dataclass(frozen=True, slots=True)
class Claim:
    """A batch that is ours until its lease ends; `attempt` is the fence for recording.

    `careful`: its last worker ended without a word, so this one goes one by one.
    """

    message: Message
    no: int
    attempt: int
    channel: Channel
    lane: Queue
    first_seq: int
    last_seq: int
    careful: bool
    teams: Mapping[int, SendingTeam]


@dataclass(frozen=True, slots=True)
class Part:
    """The next of a batch: who is written to, whose address can't be read, and where to go on."""

    recipients: list[Recipient]
    unreadable: list[int]
    next_seq: int


def claim_batch(message_id: int, no: int, *, worker: str, now: datetime) -> Claim | None:
    """The batch, which nobody else holds now; None where there is nothing to do."""
    with transaction() as session:
        taken = session.execute(
            sa.update(Batch)
            .where(
                Batch.message_id == message_id,
                Batch.no == no,
                Batch.done_at.is_(None),
                Batch.due_at <= now,
                sa.or_(Batch.lease_until.is_(None), Batch.lease_until < now),
                Message.id == Batch.message_id,
                Message.status == MessageStatus.SENDING,
            )
            .values(
                lease_until=now + LEASE,
                worker=worker,
                attempt=Batch.attempt + 1,
                # A lease that was never given back: its worker ended in the middle.
                crashes=Batch.crashes + sa.cast(Batch.lease_until.is_not(None), sa.Integer),
            )
            .returning(Batch)
        ).scalar_one_or_none()
        if taken is None:
            return None
        set_aside(session, taken, now=now)
        message = session.get_one(Message, message_id)
        claim = Claim(
            message, no, taken.attempt, taken.channel, taken.lane, taken.first_seq, taken.last_seq,
            taken.crashes >= CAREFUL_FROM, _teams(session),
        )  # fmt: skip
        session.flush()
        session.expunge(message)  # read while the provider is called, when no session is open
    return claim


def claim_next(claim: Claim, *, from_seq: int, limit: int, now: datetime) -> Part:
    """At most `limit` of the batch's deliveries from this seq on; none where the batch is no longer ours.

    Moves them to sending, suppressed, expired, or held where their recipients have quiet hours now.
    """
    asked = {
        "message": claim.message.id,
        "no": claim.no,
        "attempt": claim.attempt,
        "lease_until": now + LEASE,
        "from_seq": from_seq,
        "last_seq": claim.last_seq,
        "at_most": limit,
        "kind": claim.message.kind.value,
        "channel": claim.channel.value,
        "partner": claim.message.partner_id,
        "consultation": claim.message.consultation_id,
        "is_urgent": claim.message.severity is Severity.URGENT,
        "hour": now.astimezone(LONDON).hour,
        # Nobody ticks a follow-up or a digest: they got what came before the one, and chose what the other carries.
        "whoever_is_left": claim.message.kind not in CHOICES,
        "is_training": claim.message.training or settings().training,
        "is_over": claim.message.valid_until is not None and claim.message.valid_until <= now,
        "moment": now,
    }
    with transaction() as session:
        rows = session.execute(CLAIM_NEXT, asked).all()
        carried = _carried(session, claim, rows, now) if claim.message.kind is Kind.DIGEST else None
    next_seq = rows[-1].seq + 1 if len(rows) == limit else claim.last_seq + 1
    part = _part(rows, claim.teams, next_seq)
    return part if carried is None else _with_what_it_carries(part, carried)


def _carried(session: Session, claim: Claim, rows: Sequence[Any], now: datetime) -> Carries:
    ours = [row for row in rows if row.verdict == DeliveryStatus.SENDING.value]
    unsure = [row.seq for row in ours if row.was == DeliveryStatus.SENDING.value]
    return take_along(session, claim.message.id, [row.seq for row in ours], unsure, now=now)


def _with_what_it_carries(part: Part, carried: Carries) -> Part:
    """Without those that have nothing left to carry."""
    recipients = [one._replace(carries=carried[one.seq]) for one in part.recipients if one.seq in carried]
    return replace(part, recipients=recipients, unreadable=[seq for seq in part.unreadable if seq in carried])


def _part(rows: Sequence[Any], teams: Mapping[int, SendingTeam], next_seq: int) -> Part:
    open_address = contact_keys().opener(context="contact_point.address")
    open_name = contact_keys().opener(context="subscriber.name")
    recipients: list[Recipient] = []
    unreadable: list[int] = []
    for seq, was, verdict, sealed_address, sealed_name, team_id, chosen_on, language, large_text in rows:
        if verdict != DeliveryStatus.SENDING.value:
            continue
        try:
            address = open_address(sealed_address)
            name = None if sealed_name is None else open_name(sealed_name)
        except Undecipherable:
            unreadable.append(seq)
            continue
        unsure = was == DeliveryStatus.SENDING.value
        reading = PLAIN if language == PLAIN.language and not large_text else Reading(Language(language), large_text)
        recipients.append(Recipient(seq, address, name, teams[team_id], unsure, chosen_on, reading=reading))
    return Part(recipients, unreadable, next_seq)


def _teams(session: Session) -> dict[int, SendingTeam]:
    """Every team by its id: some thirty rows, read once for a batch instead of joined to each delivery."""
    asked = sa.select(Team.id, Neighbourhood.name, Team.name, Team.email).join(
        Neighbourhood, Neighbourhood.id == Team.neighbourhood_id
    )
    return {team_id: SendingTeam(*words) for team_id, *words in session.execute(asked)}
