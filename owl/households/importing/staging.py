"""Puts the rows of a list that are in order beside the tables, sealed, until all of them are judged together."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any, cast

import psycopg
import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.foundation.database import contact_keys
from owl.households.contact_points import index_of
from owl.households.homes import house_form, house_index
from owl.households.importing.rows import BadRow, Row

SET = 5_000  # rows written together

# Temporary tables: seen by this connection alone, gone with its transaction, in no dump.
TABLES = {
    "import_row": """
        row_no integer, person bytea, home bytea, postcode text, neighbourhood_id text, ward_code text, house bytea,
        house_index bytea, name bytea, tie text, kinds text[], how_far text, only_urgent boolean, not_by_mail text[],
        not_by_text text[], texts_only_urgent boolean, quiet_from smallint, quiet_until smallint, rhythm text,
        weekly_allowance smallint, paused_until timestamptz, language text, large_text boolean,
        joined_at timestamptz
    """,
    "import_address": """
        row_no integer, person bytea, channel text, address bytea, address_index bytea, consented_at timestamptz,
        wording text, source text, stopped_at timestamptz, stopped_reason text
    """,
    "import_tick": "row_no integer, person bytea, partner_id bigint, purpose text, source text, ticked_at timestamptz",
    "import_refusal": "row_no integer, person bytea, sentence text",
}
DERIVED = ("import_known", "import_person", "import_home", "import_point")  # made of those later


class Stage:
    """Takes rows one by one, and writes them in sets."""

    def __init__(self, session: Session, *, now: datetime) -> None:
        self._connection = cast("psycopg.Connection[Any]", session.connection().connection.driver_connection)
        self._now, self._keys = now, contact_keys()
        self._rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in TABLES}
        for table in (*TABLES, *DERIVED):  # where a transaction within another has left them
            session.execute(sa.text(f"DROP TABLE IF EXISTS pg_temp.{table}"))
        for table, columns in TABLES.items():
            session.execute(sa.text(f"CREATE TEMPORARY TABLE {table} ({columns}) ON COMMIT DROP"))

    def refuse(self, row_no: int, fault: BadRow | str) -> None:
        """Note that the row can't be taken, and why."""
        who = fault.who if isinstance(fault, BadRow) else ""
        self._add("import_refusal", (row_no, _digest(who) if who else None, str(fault)))

    def add(self, row_no: int, row: Row) -> None:
        """Note what the row says."""
        keys, person, place = self._keys, _digest(row.who), row.place
        index = house_index(place.postcode, row.house) if row.house and house_form(row.house) else None
        house = keys.encrypt(row.house, context="household.house") if index and row.house else None
        home = index or _digest(f"{row.home or row.who}\0{place.postcode}")
        name = keys.encrypt(row.name, context="subscriber.name") if row.name else None
        wishes, habits = row.wishes, row.habits
        self._add(
            "import_row",
            (
                row_no, person, home, place.postcode, place.neighbourhood_id, place.ward_code, house, index, name,
                wishes.tie.value, wishes.kinds, wishes.how_far.value, wishes.only_urgent, wishes.not_by_mail,
                wishes.not_by_text, wishes.texts_only_urgent, habits.quiet_from, habits.quiet_until,
                habits.rhythm.value, habits.weekly_allowance, habits.paused_until, habits.language.value,
                habits.large_text, row.joined_at or self._now,
            ),
        )  # fmt: skip
        if (tick := row.tick) is not None:
            self._add("import_tick", (row_no, person, tick.partner_id, tick.purpose, tick.source, tick.ticked_at))
        for given in row.addresses:
            sealed = keys.encrypt(given.address, context="contact_point.address")
            self._add(
                "import_address",
                (
                    row_no, person, given.channel.value, sealed, index_of(given.channel, given.address),
                    given.consented_at, given.wording, given.source, given.stopped_at, given.stopped_reason,
                ),
            )  # fmt: skip

    def flush(self) -> None:
        """Write what is left."""
        for table, rows in self._rows.items():
            with self._connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            rows.clear()

    def _add(self, table: str, row: tuple[Any, ...]) -> None:
        self._rows[table].append(row)
        if len(self._rows[table]) >= SET:
            self.flush()


def _digest(text: str) -> bytes:
    """For comparing within one list: no key is needed, since it never leaves the temporary tables."""
    return hashlib.blake2b(text.encode(), digest_size=16).digest()
