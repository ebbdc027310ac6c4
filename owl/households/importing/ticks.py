"""What a row says of a partner: that the person wants its messages, since when, and what they were told it is for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from owl.households.importing.cells import BadCell, read_moment, read_text
from owl.households.importing.columns import Column
from owl.households.importing.wishes import CellReader
from owl.households.partners import LONGEST_NAME, LONGEST_PURPOSE, PartnerRow, open_partners

LONGEST_SOURCE = 100  # characters
SOURCE = "import"

UNKNOWN = "We don’t know this partner. Add it on the page “Partners” first, with the purpose that people agreed to."
NOT_THAT = "Here the partner is for something else: “{}”. Whoever agreed to another purpose must be asked again."
NO_DATE = "Enter when this person ticked the partner."
NO_PARTNER = "This is about a partner, and the column “partner” is empty."

Partners = Mapping[str, PartnerRow]  # by their names in lower case


@dataclass(frozen=True, slots=True)
class Tick:
    """A wish for a partner's messages, and its evidence."""

    partner_id: int
    purpose: str
    source: str
    ticked_at: datetime


def partners_by_name(session: Session) -> Partners:
    """Those whom somebody can tick today."""
    return {row.name.lower(): row for row in open_partners(session)}


def read_tick(reader: CellReader, partners: Partners, *, now: datetime) -> Tick | None:
    """None where the row names no partner, or where what it says can't be taken."""
    ticked_at = reader.read(Column.PARTNER_DATE, lambda cell: read_moment(cell, now=now), None)
    said = reader.read(Column.PARTNER_SOURCE, lambda cell: read_text(cell, longest=LONGEST_SOURCE), SOURCE)
    purpose = reader.read(Column.PARTNER_PURPOSE, lambda cell: read_text(cell, longest=LONGEST_PURPOSE), "")
    if not reader.cells.get(Column.PARTNER):
        if ticked_at is not None or purpose:
            reader.faults[Column.PARTNER] = NO_PARTNER
        return None
    partner = reader.read(Column.PARTNER, lambda cell: _find(partners, cell), None)
    if ticked_at is None:
        reader.faults.setdefault(Column.PARTNER_DATE, NO_DATE)
    if partner is None or ticked_at is None:
        return None
    if purpose and purpose != partner.purpose:
        reader.faults[Column.PARTNER_PURPOSE] = NOT_THAT.format(partner.purpose)
    return Tick(partner.id, partner.purpose, said if said.startswith(SOURCE) else f"{SOURCE}: {said}", ticked_at)


def _find(partners: Partners, cell: str) -> PartnerRow:
    found = partners.get(read_text(cell, longest=LONGEST_NAME).lower())
    if found is None:
        raise BadCell(UNKNOWN)
    return found
