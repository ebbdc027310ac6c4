"""Whom a team's sergeants and inspectors are told of, by mail: numbers and a link, never a resident's words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from types import MappingProxyType

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from owl.accounts.colleagues import on_now
from owl.accounts.cover_models import Cover
from owl.accounts.deciders import addresses_of_deciders
from owl.accounts.models import User
from owl.accounts.permissions import Permission
from owl.foundation.notices import Channel, send_notice
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
    by_area = addresses_of_deciders(session, permission, set(replies.values()), now)
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


def _send(session: Session, template: str, address: str, ids: Collection[int], now: datetime) -> None:
    send_notice(
        session, template, channel=Channel.EMAIL, address=address, now=now, count=len(ids),
        references=", ".join(map(reference_of, sorted(ids)[:LISTED])), more=max(0, len(ids) - LISTED),
    )  # fmt: skip
