"""Addresses that must not be written to, as administrators keep them: found by what is typed, never listed.

Only blind indexes are held, so that nobody can read the list, nor carry it off.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.permissions import Permission, require
from owl.foundation.audit import record_act
from owl.foundation.database import transaction
from owl.foundation.errors import BadInput, Conflict
from owl.foundation.notices import Channel
from owl.households.contact_points import find_contact_point, hold_address, index_of, parse_any_address
from owl.households.models import ContactPoint, Suppression, SuppressionReason
from owl.households.suppressing import WITHDRAWALS, forget_suppression, note_suppression, suppress

ASKED = "asked an administrator"  # the source of a will that was told by telephone or letter


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of one address."""

    channel: Channel
    is_known: bool  # it reaches somebody who joined, or did
    reason: SuppressionReason | None  # None: it may be written to
    since: datetime | None
    is_will: bool  # its owner wants nothing; else the address is at fault, which may have been mended


def suppression_counts(session: Session) -> dict[SuppressionReason, int]:
    """How many addresses are not written to, by reason."""
    asked = sa.select(Suppression.reason, sa.func.count()).group_by(Suppression.reason)
    counts = {row[0]: row[1] for row in session.execute(asked)}
    return {reason: counts.get(reason, 0) for reason in SuppressionReason}


def look_up(typed: str, *, actor_id: int, allow_drama: bool, now: datetime) -> Found:
    """What is known of the address. That somebody asked is in the audit. Raises BadInput or Refused."""
    with transaction() as session:
        require(session, actor_id, Permission.ADMINISTER)
        channel, index = _read(typed, allow_drama=allow_drama)
        point = find_contact_point(session, index)
        _record(session, "look up address", point, actor_id, now)
        return _found(session, channel, index, point)


def stop_address(typed: str, *, actor_id: int, allow_drama: bool, now: datetime) -> None:
    """Write to the address no more, as its owner asked by telephone or letter. Raises BadInput or Refused."""
    with transaction() as session:
        require(session, actor_id, Permission.ADMINISTER)
        _, index = _read(typed, allow_drama=allow_drama)
        hold_address(session, index)
        point = find_contact_point(session, index)
        if point is not None:
            suppress(session, point.id, reason=SuppressionReason.UNSUBSCRIBED, source=ASKED, now=now)
        else:
            note_suppression(session, index, reason=SuppressionReason.UNSUBSCRIBED, now=now)
        _record(session, "stop address", point, actor_id, now)


def mend_address(typed: str, *, actor_id: int, allow_drama: bool, now: datetime) -> None:
    """Write to the address again, since what was wrong with it is mended.

    Raises BadInput, Refused, or Conflict where nothing was wrong, or its owner wants nothing: then only they can
    begin again.
    """
    with transaction() as session:
        require(session, actor_id, Permission.ADMINISTER)
        channel, index = _read(typed, allow_drama=allow_drama)
        hold_address(session, index)
        point = find_contact_point(session, index, lock=True)
        found = _found(session, channel, index, point)
        if found.reason is None:
            raise Conflict("Nothing was done: this address may be written to.")
        if found.is_will:
            raise Conflict("Nothing was done: its owner asked for this. Only they can begin again, on their own page.")
        forget_suppression(session, index)
        if point is not None:
            point.suppressed_at = point.suppressed_reason = None
        _record(session, "mend address", point, actor_id, now)


def _read(typed: str, *, allow_drama: bool) -> tuple[Channel, bytes]:
    try:
        channel, address = parse_any_address(typed, allow_drama=allow_drama)
    except BadInput as error:
        raise BadInput({"address": error.sentence}) from None
    return channel, index_of(channel, address)


def _found(session: Session, channel: Channel, index: bytes, point: ContactPoint | None) -> Found:
    row = session.get(Suppression, index, populate_existing=True)
    reason = row.reason if row else point.suppressed_reason if point else None
    since = row.since if row else point.suppressed_at if point else None
    return Found(channel, point is not None, reason, since, is_will=reason in WITHDRAWALS)


def _record(session: Session, act: str, point: ContactPoint | None, actor_id: int, now: datetime) -> None:
    number = point.id if point else None
    record_act(session, act, actor_id=actor_id, subject="contact point", subject_id=number, now=now)
