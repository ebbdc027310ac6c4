"""Watches: proposed by officers, decided about by those who vet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.permissions import Permission, areas_of, require
from owl.foundation.audit import record_act
from owl.foundation.database import transaction
from owl.foundation.errors import BadInput, Conflict, NotFound
from owl.watches.areas import check_codes, parse_codes
from owl.watches.models import Watch, WatchArea, WatchKind
from owl.watches.vetting import STANDING_MOVES, Standing

LONGEST_NAME = 80


class ChangedMeanwhile(Conflict):
    """Somebody else changed the watch after this page was opened."""

    def __init__(self) -> None:
        super().__init__("This watch was changed after you opened this page. What you typed is still here, not saved.")


@dataclass(frozen=True, slots=True)
class Typed:
    """What the form about a watch holds."""

    name: str = ""
    kind: str = ""
    neighbourhood_id: str = ""
    codes: str = ""  # postcodes and sectors
    wards: frozenset[str] = frozenset()  # and the neighbourhood's own id for all of it


def propose_watch(typed: Typed, *, actor_id: int, now: datetime) -> int:
    """The id of a new watch, which does nothing until somebody who vets lets it begin.

    Raises BadInput with every fault, Conflict for a name that is taken, or Refused outside the actor's areas.
    """
    name, kind, codes = _read(typed)
    with transaction() as session:
        require(session, actor_id, Permission.COMPOSE, [typed.neighbourhood_id])
        check_codes(session, typed.neighbourhood_id, codes)
        _check_name(session, typed.neighbourhood_id, name)
        watch = Watch(name=name, kind=kind, neighbourhood_id=typed.neighbourhood_id, created_at=now)
        session.add(watch)
        session.flush()
        session.add_all(WatchArea(watch_id=watch.id, code=code) for code in codes)
        _record(session, "propose watch", watch.id, actor_id, now)
        return watch.id


def change_watch(watch_id: int, typed: Typed, *, version: int, actor_id: int, now: datetime) -> None:
    """Give the watch another name, kind or area within its neighbourhood.

    Members whose home is outside the new area stay members, but get nothing until it is inside again.
    Raises BadInput with every fault, ChangedMeanwhile, Conflict, NotFound or Refused.
    """
    name, kind, codes = _read(typed)
    with transaction() as session:
        watch = watch_for(session, watch_id, user_id=actor_id, lock=True)
        require(session, actor_id, Permission.COMPOSE, [watch.neighbourhood_id])
        if watch.version != version:
            raise ChangedMeanwhile
        if watch.standing is not Standing.PROPOSED:
            require(session, actor_id, Permission.VET, [watch.neighbourhood_id])  # its area decides who is reached
        check_codes(session, watch.neighbourhood_id, codes)
        _check_name(session, watch.neighbourhood_id, name, but=watch_id)
        watch.name, watch.kind, watch.version = name, kind, version + 1
        session.execute(sa.delete(WatchArea).where(WatchArea.watch_id == watch_id))
        session.add_all(WatchArea(watch_id=watch_id, code=code) for code in codes)
        _record(session, "change watch", watch_id, actor_id, now)


def decide_watch(watch_id: int, standing: Standing, *, actor_id: int, now: datetime) -> None:
    """Let the watch begin, suspend it or end it. Raises NotFound, Refused, or Conflict where it can't become that."""
    with transaction() as session:
        watch = watch_for(session, watch_id, user_id=actor_id, lock=True)
        require(session, actor_id, Permission.VET, [watch.neighbourhood_id])
        if standing not in STANDING_MOVES[watch.standing]:
            raise Conflict(f"Nothing was done: this watch is {watch.standing.label.lower()} now.")
        watch.standing = standing
        _record(session, "decide about watch", watch_id, actor_id, now, standing=standing.value)


def watch_for(session: Session, watch_id: int, *, user_id: int, lock: bool = False) -> Watch:
    """The watch, in a neighbourhood of the user's. Raises NotFound."""
    asked = sa.select(Watch).where(Watch.id == watch_id, Watch.neighbourhood_id.in_(areas_of(session, user_id)))
    asked = asked.with_for_update() if lock else asked
    watch = session.scalar(asked.execution_options(populate_existing=True))
    if watch is None:
        raise NotFound("There is no such watch, or it is not in your areas.")
    return watch


def _read(typed: Typed) -> tuple[str, WatchKind, list[str]]:
    faults: dict[str, str] = {}
    name = " ".join(typed.name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        faults["name"] = f"Enter a name for the watch, in {LONGEST_NAME} characters or fewer."
    if typed.kind not in set(WatchKind):
        faults["kind"] = "Choose what kind of watch it is."
    if not typed.neighbourhood_id:
        faults["neighbourhood"] = "Choose the neighbourhood it belongs to."
    try:
        codes = parse_codes(typed.codes)
    except BadInput as error:
        faults |= error.fields
    if faults:
        raise BadInput(faults)
    return name, WatchKind(typed.kind), sorted({*codes, *typed.wards})


def _check_name(session: Session, neighbourhood_id: str, name: str, *, but: int | None = None) -> None:
    taken = sa.select(Watch.id).where(Watch.neighbourhood_id == neighbourhood_id, Watch.name == name)
    if session.scalar(taken.where(Watch.id.is_distinct_from(but))) is not None:
        raise BadInput({"name": "There is, or was, a watch of this name here. Give this one a name of its own."})


def _record(session: Session, act: str, watch_id: int, actor_id: int, now: datetime, **details: str) -> None:
    record_act(session, act, actor_id=actor_id, subject="watch", subject_id=watch_id, now=now, **details)
