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
from owl.geography.reading import read_folder

HERTFORDSHIRE = Path(__file__).parents[1] / "data"
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

    Postcodes that the set no longer has are removed: a household keeps the place it was given. A
    neighbourhood, ward or district that is still in use can't go. Raises BrokenGeography with
    everything that is wrong; nothing is changed then.
    """
    sound, faults = check_geography(read_folder(folder))
    if faults:
        raise BrokenGeography(faults)
    with transaction() as session:
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(ONE_AT_A_TIME)))
        in_use = _replace_all(session, sound)
        if in_use:
            raise BrokenGeography(in_use)
    return Loaded(len(sound.districts), len(sound.neighbourhoods), len(sound.wards), len(sound.postcodes))


def _replace_all(session: Session, sound: SoundGeography) -> list[str]:
    """Put the rows in place; say what should go but is in use."""
    _merge(session, "district", ("code", "name", "boundary"), sound.districts)
    _merge(
        session,
        "neighbourhood",
        ("id", "name", "district_code", "name_is_attested", "label_at", "boundary"),
        sound.neighbourhoods,
    )
    _merge(session, "ward", ("code", "name", "district_code", "boundary"), sound.wards)
    _merge(session, "postcode", ("code", "location", "ward_code", "neighbourhood_id"), sound.postcodes)
    session.execute(sa.text("DELETE FROM postcode WHERE code NOT IN (SELECT code FROM incoming_postcode)"))
    in_use = [fault for table in ("ward", "neighbourhood", "district") for fault in _remove_missing(session, table)]
    for table in ("district", "neighbourhood", "ward", "postcode"):
        session.execute(sa.text(f"DROP TABLE incoming_{table}"))
        session.execute(sa.text(f"ANALYZE {table}"))
    return in_use


def _merge(session: Session, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Copy the rows in beside the table, then add what is new and change what differs, in one statement each."""
    key, *rest = columns
    names = ", ".join(columns)
    empty = f"SELECT {names} FROM {table} WITH NO DATA"  # noqa: S608  # names of our own, here and below
    session.execute(sa.text(f"CREATE TEMPORARY TABLE incoming_{table} ON COMMIT DROP AS {empty}"))
    connection = session.connection().connection.driver_connection
    assert isinstance(connection, psycopg.Connection)  # noqa: S101  # PostgreSQL through psycopg only
    with connection.cursor() as cursor, cursor.copy(f"COPY incoming_{table} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row([json.dumps(cell) if isinstance(cell, dict) else cell for cell in row])
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
