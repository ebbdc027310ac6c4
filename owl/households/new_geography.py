"""A new boundary set or list of postcodes: handed in, looked at, and then applied or put away.

Nobody is moved before somebody has seen how many; everybody who is moved is told (owl.households.telling).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, load_only

from owl.accounts.permissions import Permission, require
from owl.accounts.teams import open_teams
from owl.foundation.audit import record_act
from owl.foundation.database import transaction
from owl.foundation.errors import Conflict, NotFound
from owl.geography.errors import BrokenGeography
from owl.geography.handed_in import read_handed_in
from owl.geography.loading import Loaded, drop_staged, loaded_from, merge_in, remove_missing, stage
from owl.geography.passing_on import district_successors, pass_districts_on, pass_on
from owl.geography.set_models import GeographySet, SetStatus
from owl.households.counting import keep_counts
from owl.households.relocations import (
    Relocations,
    find_relocations,
    forget_found,
    move_homes,
    note_relocations,
)

SHOWN = 20  # sets, the newest
# Nobody joins or moves while homes are placed: who waits is placed by the new set (find_or_add_home).
HOLD_HOMES = sa.text("LOCK TABLE household IN SHARE ROW EXCLUSIVE MODE")


@dataclass(frozen=True, slots=True)
class SetRow:
    """A set as administrators see it."""

    id: int
    name: str
    status: SetStatus
    handed_in_at: datetime
    decided_at: datetime | None
    relocations: Relocations


class Decided(Conflict):
    """The set was applied or put away before."""

    def __init__(self) -> None:
        super().__init__("Somebody has decided about this set already. Nothing was changed.")


class LookAgain(Conflict):
    """Another set was applied since somebody looked at this one, so what was shown is no longer true."""

    def __init__(self) -> None:
        super().__init__("Another set was applied since you looked at this one. Hand it in again to see who moves now.")


def hand_in(name: str, content: bytes, *, user_id: int | None, now: datetime) -> SetRow:
    """Find out who would move under the set, and keep it until somebody decides. No home is moved.

    `user_id` is None at the command line of the installation. Raises Refused, or BrokenGeography with all that is
    wrong; nothing is kept then.
    """
    with transaction() as session:
        if user_id is not None:
            require(session, user_id, Permission.ADMINISTER)
        stage(session, read_handed_in(session, content))
        found = find_relocations(session)
        forget_found(session)
        drop_staged(session)
        handed_in = GeographySet(
            name=name[-200:],
            digest=hashlib.sha256(content).digest(),
            content=content,
            preview=found.to_json(),
            applied_before=_count_applied(session),
            handed_in_at=now,
            handed_in_by=user_id,
        )
        session.add(handed_in)
        session.flush()
        return _row(handed_in)


def apply_set(set_id: int, *, user_id: int | None, now: datetime) -> Loaded:
    """Put the set in place of the one before, move the homes, and have their people told: all of it or nothing.

    Raises Refused, NotFound, Decided, LookAgain, or BrokenGeography where something still refers to an area that goes.
    """
    with transaction() as session:
        handed_in = _decide(session, set_id, user_id, now)
        if _count_applied(session) != handed_in.applied_before:
            raise LookAgain
        sound = read_handed_in(session, handed_in.content or b"")
        session.execute(HOLD_HOMES)
        stage(session, sound)
        found = find_relocations(session)
        _carry_out(session, set_id, now)
        open_teams(session)
        handed_in.status, handed_in.content, handed_in.preview = SetStatus.APPLIED, None, found.to_json()
        record_act(
            session, "apply geography", actor_id=user_id, subject="geography set", subject_id=set_id, now=now,
            homes=found.homes, people=found.people,
        )  # fmt: skip
    keep_counts(now)  # else the homes that moved are counted one by one until the clock's next minute
    return loaded_from(sound)


def _carry_out(session: Session, set_id: int, now: datetime) -> None:
    note_relocations(session, set_id, now)
    districts = district_successors(session)
    merge_in(session)
    move_homes(session)
    pass_on(session)
    pass_districts_on(session, districts)
    forget_found(session)
    in_use = remove_missing(session)
    if in_use:
        raise BrokenGeography(in_use)


def put_away(set_id: int, *, user_id: int | None, now: datetime) -> None:
    """Forget the set. Nobody moves. Raises Refused, NotFound or Decided."""
    with transaction() as session:
        handed_in = _decide(session, set_id, user_id, now)
        handed_in.status, handed_in.content = SetStatus.PUT_AWAY, None
        record_act(session, "put geography away", actor_id=user_id, subject="geography set", subject_id=set_id, now=now)


def is_in_place(session: Session, content: bytes) -> bool:
    """Whether the set is the one that was applied last."""
    digest = sa.select(GeographySet.digest).where(GeographySet.status == SetStatus.APPLIED)
    last = session.scalar(digest.order_by(GeographySet.decided_at.desc(), GeographySet.id.desc()).limit(1))
    return last == hashlib.sha256(content).digest()


def set_row(session: Session, set_id: int) -> SetRow:
    """One set. Raises NotFound."""
    found = session.scalar(_without_content().where(GeographySet.id == set_id))
    if found is None:
        raise NotFound("There is no such set of geography.")
    return _row(found)


def newest_sets(session: Session) -> list[SetRow]:
    """What was handed in, the newest first."""
    return [_row(found) for found in session.scalars(_without_content().order_by(GeographySet.id.desc()).limit(SHOWN))]


def _decide(session: Session, set_id: int, user_id: int | None, now: datetime) -> GeographySet:
    """The set, locked, of which this user decides now."""
    if user_id is not None:
        require(session, user_id, Permission.ADMINISTER)
    found = session.scalar(
        sa.select(GeographySet)
        .where(GeographySet.id == set_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound("There is no such set of geography.")
    if found.status is not SetStatus.WAITING:
        raise Decided
    found.decided_at, found.decided_by = now, user_id
    return found


def _count_applied(session: Session) -> int:
    applied = sa.select(sa.func.count()).where(GeographySet.status == SetStatus.APPLIED)
    return session.execute(applied).scalar_one()


def _without_content() -> sa.Select[GeographySet]:
    columns = (GeographySet.name, GeographySet.status, GeographySet.handed_in_at)
    return sa.select(GeographySet).options(load_only(*columns, GeographySet.decided_at, GeographySet.preview))


def _row(handed_in: GeographySet) -> SetRow:
    return SetRow(
        handed_in.id,
        handed_in.name,
        handed_in.status,
        handed_in.handed_in_at,
        handed_in.decided_at,
        Relocations.from_json(handed_in.preview),
    )
