"""Checks one row of a list: what it says of a person, a home and their addresses, or all that is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from owl.foundation.notices import Channel
from owl.geography.queries import Place
from owl.households.contact_points import parse_address
from owl.households.importing.cells import BadCell, read_moment, read_text
from owl.households.importing.columns import Column
from owl.households.importing.ticks import Partners, Tick, read_tick
from owl.households.importing.wishes import CellReader, Habits, HomeWishes, read_habits, read_home_wishes
from owl.households.models import SuppressionReason
from owl.households.names import parse_house, parse_name

COLUMN_OF = {Channel.EMAIL: Column.EMAIL, Channel.SMS: Column.MOBILE}
STOPPED_OF = {Channel.EMAIL: Column.EMAIL_STOPPED, Channel.SMS: Column.MOBILE_STOPPED}
LONGEST = 100  # characters of a reference
LONGEST_WORDING = 500
SOURCE, WORDING = "import", "not recorded"  # of a consent, where the list does not say
ROUNDED = re.compile(r"\d[.,]?\d*E\+?\d+", re.IGNORECASE)  # what a spreadsheet makes of a long number

NOBODY = "Enter an email address or a mobile number."
NO_POSTCODE = "Enter the postcode of the home."
NO_DATE = "Enter when this person agreed to get messages."


@dataclass(frozen=True, slots=True)
class Address:
    """An address, the evidence of its owner's consent, and whether it was stopped since."""

    channel: Channel
    address: str
    consented_at: datetime
    wording: str
    source: str
    stopped_at: datetime | None
    stopped_reason: SuppressionReason | None


@dataclass(frozen=True, slots=True)
class Row:
    """A row that is in order."""

    who: str  # the same in all rows about one person: their reference, else their first address
    home: str  # rows with the same reference are about one home; empty: postcode and house say which
    place: Place
    house: str | None
    name: str | None
    addresses: tuple[Address, ...]
    wishes: HomeWishes
    habits: Habits
    joined_at: datetime | None
    tick: Tick | None


class BadRow(Exception):
    """The row can't be taken; the text says why, cell by cell. `who`: as in Row, where that could be read."""

    def __init__(self, faults: Mapping[str, str], who: str) -> None:
        self.who = who
        super().__init__(" ".join(f"{column}: {sentence}" for column, sentence in faults.items()))


def read_row(
    cells: Mapping[Column, str],
    *,
    place_of: Callable[[str, str], Place],
    partners: Partners,
    allow_drama: bool,
    now: datetime,
) -> Row:
    """The row. `place_of` says where a postcode is, given also the neighbourhood that the list names.

    Raises BadRow.
    """
    reader = CellReader(cells)
    named = reader.cells.get(Column.NEIGHBOURHOOD, "")
    place = reader.read(Column.POSTCODE, lambda cell: place_of(cell, named), None)
    person = reader.read(Column.PERSON, lambda cell: read_text(cell, longest=LONGEST), "")
    given = {channel: address for channel in Channel if (address := _address(reader, channel, allow_drama=allow_drama))}
    who = _who(person, given)
    addresses = _addresses(reader, given, needed=not person, now=now)
    row = (
        reader.read(Column.HOUSE, parse_house, None),
        reader.read(Column.NAME, parse_name, None),
        addresses,
        read_home_wishes(reader),
        read_habits(reader, now=now),
        reader.read(Column.JOINED, lambda cell: read_moment(cell, now=now), None),
        read_tick(reader, partners, now=now),
    )
    home = reader.read(Column.HOME, lambda cell: read_text(cell, longest=LONGEST), "")
    if place is None:
        reader.faults.setdefault(Column.POSTCODE, NO_POSTCODE)
    if place is None or reader.faults:
        raise BadRow(reader.faults, who)
    return Row(who, home, place, *row)


def _who(person: str, given: Mapping[Channel, str]) -> str:
    if person:
        return f"person {person}"
    return next((f"{channel} {address.lower()}" for channel, address in given.items()), "")


def _addresses(reader: CellReader, given: Mapping[Channel, str], *, needed: bool, now: datetime) -> tuple[Address, ...]:
    consented_at = reader.read(Column.CONSENT_DATE, lambda cell: read_moment(cell, now=now), None)
    wording = reader.read(Column.CONSENT_WORDING, lambda cell: read_text(cell, longest=LONGEST_WORDING), WORDING)
    said = reader.read(Column.CONSENT_SOURCE, lambda cell: read_text(cell, longest=LONGEST), SOURCE)
    source = said if said.startswith(SOURCE) else f"{SOURCE}: {said}"
    if needed and not any(reader.cells.get(column) for column in COLUMN_OF.values()):
        reader.faults[Column.EMAIL] = NOBODY
    if consented_at is None:
        if needed or given:
            reader.faults.setdefault(Column.CONSENT_DATE, NO_DATE)
        return ()
    return tuple(
        Address(channel, address, consented_at, wording, source, *_stopped(reader, STOPPED_OF[channel], now=now))
        for channel, address in given.items()
    )


def _address(reader: CellReader, channel: Channel, *, allow_drama: bool) -> str | None:
    def parse(cell: str) -> str:
        if channel is Channel.SMS and ROUNDED.fullmatch(cell):
            raise BadCell("A spreadsheet has rounded this number. Make the column text, and enter the number again.")
        return parse_address(channel, cell, allow_drama=allow_drama)

    return reader.read(COLUMN_OF[channel], parse, None)


def _stopped(reader: CellReader, column: Column, *, now: datetime) -> tuple[datetime | None, SuppressionReason | None]:
    """When the address was stopped and why, from "2024-05-31" or "2024-05-31 bounced"."""

    def parse(cell: str) -> tuple[datetime | None, SuppressionReason | None]:
        date, _, why = cell.partition(" ")
        if why and why not in set(SuppressionReason):
            raise BadCell(f"Enter a date, and after it nothing or one of {', '.join(SuppressionReason)}.")
        return read_moment(date, now=now), SuppressionReason(why or SuppressionReason.UNSUBSCRIBED)

    never: tuple[datetime | None, SuppressionReason | None] = (None, None)
    return reader.read(column, parse, never)
