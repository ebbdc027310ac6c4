"""Who moves where under a staged set of geography: found, summed up for whoever decides, and carried out."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.geography.passing_on import find_successors
from owl.households.home_models import Why
from owl.households.relocation_statements import (
    COUNT_OTHERS,
    GONE_AND_NEW,
    KEEP_LIVED_AT,
    MOVE_HOMES,
    NAME_THE_MOVES,
    ON_THE_SHEET,
    PLACE_HOMES,
    SUM_UP,
    WRITE_DOWN,
)

MOST_POSTCODES = 200  # shown of one move
TEMPORARY = ("placed", "moving", "successor")


@dataclass(frozen=True, slots=True)
class Stream:
    """The homes that go from one neighbourhood to another for one reason."""

    from_name: str  # "Hitchin Urban, North Herts"
    to_name: str
    why: str  # of Why
    homes: int
    people: int  # who get messages there
    out_of_reach: int  # of them: can't be told, as no address of theirs works
    postcodes: list[str]  # the first of them

    @property
    def reason(self) -> str:
        """Why, for the screen."""
        return Why(self.why).label


@dataclass(frozen=True, slots=True)
class Relocations:
    """All that a staged set changes for homes."""

    streams: list[Stream]
    arrived: int  # homes chosen by hand, whose postcode is known now and confirms the choice
    other_ward: int  # homes that change their ward alone
    withdrawn_homes: int  # homes at postcodes that are no longer listed
    withdrawn_postcodes: int  # which are kept for them
    new_postcodes: int
    gone_postcodes: int
    moved_postcodes: int
    gone: list[str]  # neighbourhoods that are no more
    new: list[str]

    @property
    def homes(self) -> int:
        """Homes that come to another neighbourhood or district."""
        return sum(stream.homes for stream in self.streams)

    @property
    def people(self) -> int:
        """Who is told of it."""
        return sum(stream.people for stream in self.streams)

    def to_json(self) -> dict[str, Any]:
        """For the set's row."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        """The same again."""
        return cls(**(value | {"streams": [Stream(**stream) for stream in value["streams"]]}))


def find_relocations(session: Session) -> Relocations:
    """Who moves where under the staged set; it is ready to be carried out."""
    for table in ("placed", "moving"):
        session.execute(sa.text(f"DROP TABLE IF EXISTS pg_temp.{table}"))
    session.execute(sa.text(f"CREATE INDEX ON incoming_postcode USING gist ({ON_THE_SHEET})"))
    session.execute(KEEP_LIVED_AT)
    session.execute(sa.text("CREATE INDEX ON incoming_postcode (code)"))
    session.execute(sa.text("ANALYZE incoming_postcode"))
    find_successors(session)
    session.execute(PLACE_HOMES)
    session.execute(NAME_THE_MOVES)
    streams = [Stream(*row) for row in session.execute(SUM_UP, {"most": MOST_POSTCODES})]
    counts = session.execute(COUNT_OTHERS).mappings().one()
    gone, new = session.execute(GONE_AND_NEW).one()
    return Relocations(streams=streams, gone=gone, new=new, **{str(name): number for name, number in counts.items()})


def note_relocations(session: Session, set_id: int, now: datetime) -> None:
    """Write down for everybody concerned where their home was; they are told by and by."""
    session.execute(WRITE_DOWN, {"set_id": set_id, "now": now})


def move_homes(session: Session) -> None:
    """Place every home as found. The new areas must be in their tables."""
    session.execute(MOVE_HOMES)


def forget_found(session: Session) -> None:
    """Drop what was found beside the staged set."""
    for table in TEMPORARY:
        session.execute(sa.text(f"DROP TABLE IF EXISTS pg_temp.{table}"))
