"""Loads a set of geography in place of the one before: all of it or nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from owl.foundation.database import transaction
from owl.geography.checking import SoundGeography, check_geography
from owl.geography.errors import BrokenGeography
from owl.geography.reading import RawGeography, read_folder

HERTFORDSHIRE = Path(__file__).parents[1] / "data"
COLUMNS = {  # the key first
    "district": ("code", "name", "boundary"),
    "neighbourhood": ("id", "name", "district_code", "name_is_attested", "label_at", "boundary"),
    "ward": ("code", "name", "district_code", "boundary"),
    "postcode": ("code", "location", "ward_code", "neighbourhood_id", "listed"),
}
TABLES = tuple(COLUMNS)  # each refers to those before it
ONE_AT_A_TIME = 0x6F776C67  # any number of our own; the advisory lock of this verb


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many of each there are now."""

    districts: int
    neighbourhoods: int
    wards: int
    postcodes: int


def load_geography(folder: Path = HERTFORDSHIRE) -> Loaded:
    """Replace the geography by the set in the folder; loading the same set again changes nothing.

    It knows of no homes: where people live already, owl.households.new_geography moves them along. A neighbourhood,
    ward or district that is still in use can't go. Raises BrokenGeography with everything that is wrong; nothing is
    changed then.
    """
    sound = sound_set(read_folder(folder))
    with transaction() as session:
        stage(session, sound)
        merge_in(session)
        in_use = remove_missing(session)
        if in_use:
            raise BrokenGeography(in_use)
    return loaded_from(sound)


def sound_set(raw: RawGeography) -> SoundGeography:
    """The set as rows. Raises BrokenGeography with everything that is wrong."""
    sound, faults = check_geography(raw)
    if faults:
        raise BrokenGeography(faults)
    return sound


def loaded_from(sound: SoundGeography) -> Loaded:
    """How much there is in the set."""
    return Loaded(len(sound.districts), len(sound.neighbourhoods), len(sound.wards), len(sound.postcodes))


def stage(session: Session, sound: SoundGeography) -> None:
    """Put the set beside the tables, as incoming_district and so on; one set at a time, until the commit."""
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(ONE_AT_A_TIME)))
    drop_staged(session)
    for table, rows in (
        ("district", sound.districts),
        ("neighbourhood", sound.neighbourhoods),
        ("ward", sound.wards),
        ("postcode", [(*row, True) for row in sound.postcodes]),
    ):
        _copy_in(session, table, COLUMNS[table], rows)
        session.execute(sa.text(f"ANALYZE incoming_{table}"))


def merge_in(session: Session) -> None:
    """Add what the staged set has and change what differs; nothing is removed."""
    for table in TABLES:
        _merge(session, table, COLUMNS[table])
        session.execute(sa.text(f"ANALYZE {table}"))


def remove_missing(session: Session) -> list[str]:
    """Remove what the staged set lacks; name what other rows still need. The staged set is dropped."""
    session.execute(sa.text("DELETE FROM postcode WHERE code NOT IN (SELECT code FROM incoming_postcode)"))
    in_use = [fault for table in ("ward", "neighbourhood", "district") for fault in _remove_missing(session, table)]
    drop_staged(session)
    return in_use


def drop_staged(session: Session) -> None:
    """Forget the staged set, if there is one."""
    for table in TABLES:
        session.execute(sa.text(f"DROP TABLE IF EXISTS pg_temp.incoming_{table}"))


def _copy_in(session: Session, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    names = ", ".join(columns)
    empty = f"SELECT {names} FROM {table} WITH NO DATA"  # noqa: S608  # names of our own, here and below
    session.execute(sa.text(f"CREATE TEMPORARY TABLE incoming_{table} ON COMMIT DROP AS {empty}"))
    connection = session.connection().connection.driver_connection
    assert isinstance(connection, psycopg.Connection)  # noqa: S101  # PostgreSQL through psycopg only
    with connection.cursor() as cursor, cursor.copy(f"COPY incoming_{table} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row([json.dumps(cell) if isinstance(cell, dict) else cell for cell in row])


def _merge(session: Session, table: str, columns: Sequence[str]) -> None:
    """Add what is new and change what differs, in one statement."""
    key, *rest = columns
    names = ", ".join(columns)
    session.execute(
        sa.text(
            f"INSERT INTO {table} ({names}) SELECT {names} FROM incoming_{table} "  # noqa: S608
            f"ON CONFLICT ({key}) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in rest)} "
            # As text: a point has no equality. Rows that are the same are left alone.
            f"WHERE ({', '.join(f'{table}.{name}::text' for name in rest)}) "
            f"IS DISTINCT FROM ({', '.join(f'excluded.{name}::text' for name in rest)})"
        )
    )


def _remove_missing(session: Session, table: str) -> list[str]:
    """Remove what the set no longer has; name each that a household, team or other row still needs."""
    key = "id" if table == "neighbourhood" else "code"
    missing = sa.text(f"SELECT {key} FROM {table} WHERE {key} NOT IN (SELECT {key} FROM incoming_{table})")  # noqa: S608
    faults = []
    for code in session.scalars(missing).all():
        try:
            with session.begin_nested():
                session.execute(sa.text(f"DELETE FROM {table} WHERE {key} = :code"), {"code": code})  # noqa: S608
        except IntegrityError as error:
            user = getattr(getattr(error.orig, "diag", None), "table_name", None) or "other"
            faults.append(f"{table} {code} is not in the set, but {user} rows still refer to it")
    return faults
