"""Whom a team's sergeants and inspectors are told of, by mail: numbers and a link, never a resident's words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from types import MappingProxyType

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from owl.accounts.colleagues import on_now, roles_with
from owl.accounts.cover_models import Cover
from owl.accounts.models import Role, User, UserArea, UserRole
from owl.accounts.permissions import Permission
from owl.foundation.notices import Channel, send_notice
from owl.geography.models import Neighbourhood
from owl.replies.references import reference_of

LISTED = 20  # references in one mail


def tell_those_with(
    permission: Permission,
    session: Session,
    template: str,
    replies: Mapping[int, str],
    *,
    holders: Mapping[int, int] = MappingProxyType({}),
    now: datetime,
) -> None:
    """One mail to each who has the permission where a reply is, or has it in hand; who covers for somebody gets theirs.

    `replies`: id and neighbourhood; `holders`: id and user. A verb's step.
    """
    if not replies:
        return
    mails: dict[str, set[int]] = defaultdict(set)
    by_area = _addresses(session, permission, set(replies.values()), now)
    by_user = _addresses_of(session, set(holders.values()), now)
    for reply_id, neighbourhood_id in replies.items():
        mine = by_user.get(holders[reply_id], ()) if reply_id in holders else ()
        for address in (*by_area.get(neighbourhood_id, ()), *mine):
            mails[address].add(reply_id)
    for address, ids in mails.items():
        _send(session, template, address, ids, now)


def _addresses_of(session: Session, user_ids: Collection[int], now: datetime) -> Mapping[int, tuple[str, ...]]:
    """By user, their work address, or that of who covers for them."""
    stand_in = aliased(User)
    found = session.execute(
        sa.select(User.id, sa.func.coalesce(stand_in.email, User.email))
        .select_from(User)
        .outerjoin(Cover, sa.and_(Cover.user_id == User.id, *on_now(now)))
        .outerjoin(stand_in, sa.and_(stand_in.id == Cover.cover_id, stand_in.active))
        .where(User.id.in_(user_ids), sa.or_(User.active, stand_in.id.is_not(None)))
    )
    return {user_id: (address,) for user_id, address in found}


def _addresses(
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


def _send(session: Session, template: str, address: str, ids: Collection[int], now: datetime) -> None:
    send_notice(
        session, template, channel=Channel.EMAIL, address=address, now=now, count=len(ids),
        references=", ".join(map(reference_of, sorted(ids)[:LISTED])), more=max(0, len(ids) - LISTED),
    )  # fmt: skip
