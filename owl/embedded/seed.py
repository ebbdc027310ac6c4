"""Demo households at real postcodes, with people and addresses that don't exist."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.embedded.twilio_numbers import DRAMA, MISBEHAVING
from owl.foundation.database import contact_keys, transaction
from owl.foundation.notices import Channel
from owl.geography.models import Postcode
from owl.households.choices import CHOICES
from owl.households.consent import WORDING
from owl.households.contact_points import index_of
from owl.households.counting import keep_counts
from owl.households.homes import house_index
from owl.households.models import ContactPoint

SOURCE = "demo"  # of the consent
SET = 10_000  # households written together
EMAIL_ALONE, BOTH = 0.60, 0.25  # of households; the rest have a mobile alone
FIRST_NAMES = (
    "Alex", "Ash", "Billie", "Charlie", "Dana", "Eden", "Frankie", "Jamie", "Jo", "Kai", "Lee", "Morgan",
    "Robin", "Rowan", "Sam", "Sasha", "Taylor",
)  # fmt: skip
SURNAMES = (
    "Archer", "Barnes", "Carter", "Dunn", "Ellis", "Fisher", "Green", "Hill", "Khan", "Lowe", "Mason", "Nash",
    "Patel", "Reed", "Shah", "Wells",
)  # fmt: skip
# Of the numbers that misbehave only one that is accepted first: it shows what a failure looks like.
NUMBERS = [f"{DRAMA}{last:03}" for last in range(1000) if MISBEHAVING.get(f"{DRAMA}{last:03}") in {None, 30005}]

TABLES = {
    "household": "id postcode neighbourhood_id ward_code house house_index created_at",
    "subscriber": "id name created_at",
    "subscription": "subscriber_id household_id kinds created_at",
    "contact_point": "subscriber_id channel address_encrypted address_index verified_at",
    "consent": "at address_index channel given wording source",
}


@dataclass(frozen=True)
class Seeded:
    """What was made."""

    households: int
    contact_points: int


def seed_households(count: int, *, now: datetime, say: Callable[[str], None]) -> Seeded:
    """Make households with one subscriber each, who agreed to everything; thousands a second.

    Mail goes to example.com, texts to Ofcom's drama numbers. Of those there are but a thousand:
    when they run out, the rest have email.
    """
    chance = random.Random(count)  # the same households for the same number
    points = 0
    with transaction() as session:
        places = [(row.code, row.neighbourhood_id, row.ward_code) for row in session.execute(_PLACES)]
        numbers = _numbers_left(session)
        for first in range(0, count, SET):
            size = min(SET, count - first)
            rows = _make(session, [chance.choice(places) for _ in range(size)], numbers, chance, now)
            for table, columns in TABLES.items():
                _copy(session, table, columns.split(), rows[table])
            points += len(rows["contact_point"])
            say(f"  {first + size:,} of {count:,} demo households")
        for table in TABLES:
            session.execute(sa.text(f"ANALYZE {table}"))
    keep_counts(now)  # or the clock would, beside whatever comes next
    return Seeded(count, points)


_PLACES = sa.select(Postcode.code, Postcode.neighbourhood_id, Postcode.ward_code).order_by(Postcode.code)


def _make(
    session: Session,
    places: list[tuple[str, str, str]],
    numbers: list[str],
    chance: random.Random,
    now: datetime,
) -> dict[str, list[tuple[Any, ...]]]:
    keys = contact_keys()
    rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in TABLES}
    kinds = [kind.value for kind in CHOICES]
    ids = zip(_ids(session, "household", len(places)), _ids(session, "subscriber", len(places)), strict=True)
    for (household_id, subscriber_id), (postcode, neighbourhood, ward) in zip(ids, places, strict=True):
        house = f"Demo house {household_id}"
        first, last = chance.choice(FIRST_NAMES), chance.choice(SURNAMES)
        sealed_house = keys.encrypt(house, context="household.house")
        sealed_name = keys.encrypt(f"{first} {last}", context="subscriber.name")
        index = house_index(postcode, house)
        rows["household"].append((household_id, postcode, neighbourhood, ward, sealed_house, index, now))
        rows["subscriber"].append((subscriber_id, sealed_name, now))
        rows["subscription"].append((subscriber_id, household_id, kinds, now))
        email = f"{first}.{last}.{subscriber_id}@example.com".lower()
        for channel, address in _addresses(email, numbers, chance):
            address_index = index_of(channel, address)
            sealed = keys.encrypt(address, context="contact_point.address")
            rows["contact_point"].append((subscriber_id, channel.value, sealed, address_index, now))
            rows["consent"].append((now, address_index, channel.value, True, WORDING, SOURCE))
    return rows


def _addresses(email: str, numbers: list[str], chance: random.Random) -> list[tuple[Channel, str]]:
    share = chance.random()
    if share < EMAIL_ALONE or not numbers:
        return [(Channel.EMAIL, email)]
    mobile = (Channel.SMS, numbers.pop())
    return [(Channel.EMAIL, email), mobile] if share < EMAIL_ALONE + BOTH else [mobile]


def _numbers_left(session: Session) -> list[str]:
    """Drama numbers that reach nobody yet."""
    by_index = {index_of(Channel.SMS, number): number for number in NUMBERS}
    asked = sa.select(ContactPoint.address_index).where(ContactPoint.address_index.in_(list(by_index)))
    taken = set(session.scalars(asked))
    return [number for index, number in by_index.items() if index not in taken]


def _ids(session: Session, table: str, count: int) -> list[int]:
    asked = sa.text(f"SELECT nextval(pg_get_serial_sequence('{table}', 'id')) FROM generate_series(1, :count)")
    return list(session.scalars(asked, {"count": count}))


def _copy(session: Session, table: str, columns: list[str], rows: list[tuple[Any, ...]]) -> None:
    connection = session.connection().connection.driver_connection
    assert isinstance(connection, psycopg.Connection)
    names = ", ".join(columns)
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
