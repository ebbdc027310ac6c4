"""Where those who decide in a neighbourhood read their mail."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from owl.accounts.colleagues import on_now, roles_with
from owl.accounts.cover_models import Cover
from owl.accounts.models import Role, User, UserArea, UserRole
from owl.accounts.permissions import Permission
from owl.geography.models import Neighbourhood


def addresses_of_deciders(
    session: Session, permission: Permission, areas: Collection[str], now: datetime
) -> Mapping[str, frozenset[str]]:
    """By neighbourhood, the work addresses of those who decide there, or of who covers for them."""
    stand_in = aliased(User)
    covers = (UserArea.neighbourhood_id == Neighbourhood.id) | (UserArea.district_code == Neighbourhood.district_code)
    found = session.execute(
        sa.select(Neighbourhood.id, sa.func.coalesce(stand_in.email, User.email))
        .select_from(UserArea)
        .join(Neighbourhood, covers)
        .join(User, User.id == UserArea.user_id)
        .join(UserRole, UserRole.user_id == User.id)
        .join(Role, Role.id == UserRole.role_id)
        .outerjoin(Cover, sa.and_(Cover.user_id == User.id, *on_now(now)))
        .outerjoin(stand_in, sa.and_(stand_in.id == Cover.cover_id, stand_in.active))
        .where(Neighbourhood.id.in_(areas), User.active, Role.name.in_(roles_with(permission)))
    )
    by_area: dict[str, set[str]] = defaultdict(set)
    for neighbourhood_id, address in found:
        by_area[neighbourhood_id].add(address)
    return {area: frozenset(addresses) for area, addresses in by_area.items()}
