"""Who else may do something in an area, and who has the work of those off duty."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from owl.accounts.cover_models import Cover
from owl.accounts.models import Role, RoleName, User, UserArea, UserRole
from owl.accounts.permissions import GRANTED, Permission
from owl.geography.models import Neighbourhood


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who may do it. `covered_by`: the name of who has their work while they are off duty."""

    id: int
    name: str
    rank: str | None
    covered_by: str | None
    off_until: datetime | None

    @property
    def signature(self) -> str:
        """As colleagues read it: "PCSO Amy Field"."""
        return signature(self.rank, self.name)


def signature(rank: str | None, name: str) -> str:
    """As residents and colleagues read it: "PCSO Amy Field"."""
    return f"{rank} {name}" if rank else name


def colleagues(
    session: Session, areas: Collection[str], permission: Permission, *, now: datetime
) -> tuple[Colleague, ...]:
    """Those who may do this in at least one of the neighbourhoods, by name."""
    stand_in = aliased(User)
    found = session.execute(
        sa.select(User.id, User.name, User.rank, stand_in.name, Cover.until_at)
        .outerjoin(Cover, sa.and_(Cover.user_id == User.id, *on_now(now)))
        .outerjoin(stand_in, stand_in.id == Cover.cover_id)
        .where(acts_there(permission, areas))
        .order_by(User.name, User.id)
    )
    return tuple(Colleague(*row) for row in found)


def acts_there(permission: Permission, areas: Collection[str]) -> sa.ColumnElement[bool]:
    """Whether the user of the enclosing query may do this in at least one of the neighbourhoods."""
    here = _has_area(Neighbourhood.id.in_(areas))
    return sa.and_(User.active, is_a_person(), _holds(roles_with(permission)), here)


def is_a_person() -> sa.ColumnElement[bool]:
    """Whether the user of the enclosing query can sign in: as the others act the systems that have a key."""
    return User.password.is_not(None)


def roles_with(permission: Permission) -> list[RoleName]:
    """The roles that grant it and are of some area: an administrator's are of none."""
    return [role for role, granted in GRANTED.items() if permission in granted and role is not RoleName.ADMINISTRATOR]


def _holds(roles: Collection[RoleName]) -> sa.ColumnElement[bool]:
    held = sa.select(UserRole.user_id).join(Role, Role.id == UserRole.role_id)
    return User.id.in_(held.where(Role.name.in_(roles)))


def _has_area(which: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    covers = (UserArea.neighbourhood_id == Neighbourhood.id) | (UserArea.district_code == Neighbourhood.district_code)
    return User.id.in_(sa.select(UserArea.user_id).join(Neighbourhood, covers).where(which))


def on_now(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """Whether the cover of the enclosing query holds at that moment."""
    return (Cover.from_at <= now, Cover.until_at > now)


def covers_for(session: Session, user_id: int, *, now: datetime) -> frozenset[int]:
    """The user and those whose work they have now."""
    found = session.scalars(sa.select(Cover.user_id).where(Cover.cover_id == user_id, *on_now(now)))
    return frozenset({user_id, *found})
