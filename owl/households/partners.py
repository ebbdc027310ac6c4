"""Partners: who they are, who has ticked them, and since when."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from owl.accounts.permissions import Permission, require
from owl.foundation.audit import record_act
from owl.foundation.database import transaction
from owl.foundation.errors import BadInput, Conflict, NotFound
from owl.households.partner_models import Partner, PartnerTick

LONGEST_NAME = 80  # characters
LONGEST_PURPOSE = 200


@dataclass(frozen=True, slots=True)
class PartnerRow:
    """A partner that can be ticked and written for."""

    id: int
    name: str
    purpose: str


@dataclass(frozen=True, slots=True)
class ListedPartner:
    """A partner as administrators see it. `ticks`: subscribers who want its messages now."""

    id: int
    name: str
    purpose: str
    ended_at: datetime | None
    ticks: int


@dataclass(frozen=True, slots=True)
class TickRow:
    """A partner as one subscriber sees it. `ticked_at`: None without a tick."""

    partner: PartnerRow
    ticked_at: datetime | None


def open_partners(session: Session) -> list[PartnerRow]:
    """The partners of today, by name."""
    asked = select(Partner.id, Partner.name, Partner.purpose).where(Partner.ended_at.is_(None)).order_by(Partner.name)
    return [PartnerRow(*row) for row in session.execute(asked)]


def listed_partners(session: Session) -> list[ListedPartner]:
    """Every partner, those that have ended last."""
    wanted = and_(PartnerTick.partner_id == Partner.id, PartnerTick.taken_back_at.is_(None))
    found = session.execute(
        select(Partner.id, Partner.name, Partner.purpose, Partner.ended_at, func.count(PartnerTick.id))
        .outerjoin(PartnerTick, wanted)
        .group_by(Partner.id)
        .order_by(Partner.ended_at.is_not(None), Partner.name)
    )
    return [ListedPartner(*row) for row in found]


def check_partner(session: Session, partner_id: int | None) -> None:
    """Raises BadInput for the field `partner` unless a team can write on its behalf. None: it writes on its own."""
    if partner_id is not None and partner_id not in {row.id for row in open_partners(session)}:
        raise BadInput({"partner": "This partner is not on the list any more. Choose another, or none."})


def partner_name(session: Session, partner_id: int | None) -> str | None:
    """The name of the partner on whose behalf a message goes out; None for the police's own."""
    return None if partner_id is None else session.get_one(Partner, partner_id).name


def ticks_of(session: Session, subscriber_id: int) -> list[TickRow]:
    """Every partner of today, and since when the subscriber wants its messages."""
    mine = and_(
        PartnerTick.partner_id == Partner.id,
        PartnerTick.subscriber_id == subscriber_id,
        PartnerTick.taken_back_at.is_(None),
    )
    found = session.execute(
        select(Partner.id, Partner.name, Partner.purpose, PartnerTick.ticked_at)
        .outerjoin(PartnerTick, mine)
        .where(Partner.ended_at.is_(None))
        .order_by(Partner.name)
    )
    return [TickRow(PartnerRow(*row[:3]), row[3]) for row in found]


def tick_partners(
    session: Session, subscriber_id: int, partner_ids: Collection[int], *, source: str, now: datetime
) -> None:
    """From now on the subscriber wants the messages of these partners and of no other.

    A tick that stays keeps its date. Inside the caller's transaction. Raises BadInput for the field `partners`.
    """
    offered = {row.partner.id: row for row in ticks_of(session, subscriber_id)}
    if not set(partner_ids) <= set(offered):
        raise BadInput({"partners": "One of the partners is not on the list any more. Look at it again."})
    given_up = [
        number for number, row in offered.items() if row.ticked_at is not None and number not in set(partner_ids)
    ]
    session.execute(
        update(PartnerTick)
        .where(
            PartnerTick.subscriber_id == subscriber_id,
            PartnerTick.partner_id.in_(given_up),
            PartnerTick.taken_back_at.is_(None),
        )
        .values(taken_back_at=now)
    )
    new = [
        {"subscriber_id": subscriber_id, "partner_id": number, "purpose": offered[number].partner.purpose}
        | {"source": source, "ticked_at": now}
        for number in sorted(set(partner_ids))
        if offered[number].ticked_at is None
    ]
    if new:  # a second tab may be ahead of this one
        session.execute(insert(PartnerTick).values(new).on_conflict_do_nothing())


def add_partner(*, name: str, purpose: str, actor_id: int, now: datetime) -> int:
    """The id of a new partner, whom nobody has ticked yet. Raises BadInput, Refused, or Conflict for a known name."""
    name, purpose = " ".join(name.split()), " ".join(purpose.split())
    faults = {}
    if not name or len(name) > LONGEST_NAME:
        faults["name"] = f"Enter the partner’s name, in {LONGEST_NAME} characters or fewer."
    if not purpose or len(purpose) > LONGEST_PURPOSE:
        faults["purpose"] = f"Say what people get by ticking it, in {LONGEST_PURPOSE} characters or fewer."
    if faults:
        raise BadInput(faults)
    with transaction() as session:
        require(session, actor_id, Permission.ADMINISTER)
        if session.scalar(select(Partner.id).where(Partner.name == name)) is not None:
            raise Conflict("There is, or was, a partner of this name. Give the new one a name of its own.")
        partner = Partner(name=name, purpose=purpose, created_at=now)
        session.add(partner)
        session.flush()
        record_act(session, "add partner", actor_id=actor_id, subject="partner", subject_id=partner.id, now=now)
        return partner.id


def end_partnership(partner_id: int, *, actor_id: int, now: datetime) -> None:
    """Nobody can write on the partner's behalf, or tick it, from now on. Raises Refused or NotFound."""
    with transaction() as session:
        require(session, actor_id, Permission.ADMINISTER)
        ended = session.execute(
            update(Partner)
            .where(Partner.id == partner_id, Partner.ended_at.is_(None))
            .values(ended_at=now)
            .returning(Partner.id)
        ).first()
        if ended is None:
            raise NotFound("There is no such partner, or it has ended already.")
        record_act(session, "end partnership", actor_id=actor_id, subject="partner", subject_id=partner_id, now=now)
