"""The guest list: whom messages of training reach, and nobody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from owl.accounts.models import User
from owl.accounts.permissions import Permission, require
from owl.foundation.audit import record_act
from owl.foundation.current import settings
from owl.foundation.database import transaction
from owl.foundation.errors import Conflict, NotFound
from owl.foundation.notices import Channel
from owl.households.contact_points import index_of, parse_any_address, show_address
from owl.households.guest_models import TrainingGuest
from owl.households.models import ContactPoint

ON_A_PAGE = 25


class AlreadyAGuest(Conflict):
    """The address is on the list."""

    def __init__(self) -> None:
        super().__init__("This address is on the guest list already.")


@dataclass(frozen=True, slots=True)
class GuestRow:
    """One address of the list. `has_joined`: somebody gets messages there, so that training can reach it."""

    id: int
    address: str  # as people write it
    has_joined: bool
    added_at: datetime


@dataclass(frozen=True, slots=True)
class GuestPage:
    """One page of the list."""

    rows: tuple[GuestRow, ...]
    number: int  # from 1
    pages: int


def among_guests(address_index: InstrumentedAttribute[bytes | None]) -> sa.ColumnElement[bool]:
    """The condition under which an address is on the list."""
    return sa.exists().where(TrainingGuest.address_index == address_index)


def is_guest(session: Session, channel: Channel, address: str) -> bool:
    """Whether a stored address is on the list."""
    on_it = sa.exists().where(TrainingGuest.address_index == index_of(channel, address))
    return bool(session.scalar(sa.select(on_it)))


def must_not_be_reached(session: Session, channel: Channel, address: str) -> bool:
    """Whether the whole house is in training and the address is neither a guest's nor where a user works."""
    if not settings().training or is_guest(session, channel, address):
        return False
    works_there = sa.exists().where(User.email == address.lower(), User.active)
    return not session.scalar(sa.select(works_there))


def listed_guests(session: Session, *, page: int = 1) -> GuestPage:
    """The page of the list, the newest last."""
    joined = sa.exists().where(
        ContactPoint.address_index == TrainingGuest.address_index,
        ContactPoint.subscriber_id.is_not(None),
        ContactPoint.suppressed_at.is_(None),
    )
    total = session.scalar(sa.select(sa.func.count()).select_from(TrainingGuest)) or 0
    pages = max(1, -(-total // ON_A_PAGE))
    number = min(max(page, 1), pages)
    asked = sa.select(TrainingGuest, joined).order_by(TrainingGuest.id)
    found = session.execute(asked.offset((number - 1) * ON_A_PAGE).limit(ON_A_PAGE))
    rows = tuple(GuestRow(row.id, show_address(row.channel, row.address), has, row.added_at) for row, has in found)
    return GuestPage(rows, number, pages)


def add_guest(text: str, *, actor_id: int, allow_drama: bool, now: datetime) -> None:
    """Put an email address or a mobile number on the list. Raises BadInput, Refused or AlreadyAGuest."""
    channel, address = parse_any_address(text, allow_drama=allow_drama)
    with transaction() as session:
        require(session, actor_id, Permission.ADMINISTER)
        if is_guest(session, channel, address):
            raise AlreadyAGuest
        guest = TrainingGuest(
            channel=channel, address=address, address_index=index_of(channel, address), added_by_id=actor_id,
            added_at=now,
        )  # fmt: skip
        session.add(guest)
        session.flush()
        record_act(session, "add guest", actor_id=actor_id, subject="guest", subject_id=guest.id, now=now)


def remove_guest(guest_id: int, *, actor_id: int, now: datetime) -> None:
    """Take an address off the list: from now on nothing of training reaches it. Raises NotFound or Refused."""
    with transaction() as session:
        require(session, actor_id, Permission.ADMINISTER)
        gone = sa.delete(TrainingGuest).where(TrainingGuest.id == guest_id).returning(TrainingGuest.id)
        if session.scalar(gone) is None:
            raise NotFound("This address is not on the guest list.")
        record_act(session, "remove guest", actor_id=actor_id, subject="guest", subject_id=guest_id, now=now)
