"""The columns of a list of households, as it is imported and exported. docs/households-csv.md says it for people."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from owl.foundation.errors import BadInput


class Column(StrEnum):
    """A column by its name; the first ones are what lists of other systems have."""

    POSTCODE = "postcode"
    HOUSE = "house"
    NAME = "name"
    EMAIL = "email"
    MOBILE = "mobile"
    KINDS = "kinds"
    CONSENT_DATE = "consent_date"
    CONSENT_WORDING = "consent_wording"
    CONSENT_SOURCE = "consent_source"
    PERSON = "person"
    HOME = "home"
    TIE = "tie"
    NEIGHBOURHOOD = "neighbourhood"
    HOW_FAR = "how_far"
    ONLY_URGENT = "only_urgent"
    NOT_BY_MAIL = "not_by_mail"
    NOT_BY_TEXT = "not_by_text"
    TEXTS_ONLY_URGENT = "texts_only_urgent"
    QUIET_FROM = "quiet_from"
    QUIET_UNTIL = "quiet_until"
    RHYTHM = "rhythm"
    WEEKLY_ALLOWANCE = "weekly_allowance"
    PAUSED_UNTIL = "paused_until"
    LANGUAGE = "language"
    LARGE_TEXT = "large_text"
    PARTNER = "partner"
    PARTNER_PURPOSE = "partner_purpose"
    PARTNER_DATE = "partner_date"
    PARTNER_SOURCE = "partner_source"
    JOINED = "joined"
    EMAIL_STOPPED = "email_stopped"
    MOBILE_STOPPED = "mobile_stopped"


NEEDED = (Column.POSTCODE, Column.CONSENT_DATE)
# Written into the file of refused rows, and passed over when that file is loaded again.
REFUSED_ROW, REFUSED_BECAUSE = "refused_row", "refused_because"
ALSO_CALLED = {
    "post_code": Column.POSTCODE,
    "house_name_or_number": Column.HOUSE,
    "house_number": Column.HOUSE,
    "e_mail": Column.EMAIL,
    "email_address": Column.EMAIL,
    "mobile_number": Column.MOBILE,
    "mobile_phone": Column.MOBILE,
    "phone": Column.MOBILE,
    "date_of_consent": Column.CONSENT_DATE,
    "consented_at": Column.CONSENT_DATE,
}


def read_header(cells: Sequence[str]) -> list[Column | None]:
    """Which column stands where; None for one of our own remarks.

    Names may be written with capitals, spaces and hyphens; nameless columns at the end, which spreadsheets leave, are
    passed over. Raises BadInput: one is unknown, twice there or missing.
    """
    named_to = max((place for place, cell in enumerate(cells, 1) if cell.strip()), default=0)
    cells = cells[:named_to]
    found = [_column(cell) for cell in cells]
    unknown = [cell for cell, column in zip(cells, found, strict=True) if column is None and not _is_remark(cell)]
    if unknown:
        named = ", ".join(f"“{cell.strip()[:40]}”" for cell in unknown[:5])
        raise BadInput(
            f"We don’t know what the column {named} is for. Rename it, or take it out of the file. "
            f"The first line must name the columns; we know {', '.join(Column)}."
        )
    twice = {column for column in found if column is not None and found.count(column) > 1}
    if twice:
        raise BadInput(f"The column “{sorted(twice)[0]}” is there twice. Take one of them out of the file.")
    missing = [column for column in NEEDED if column not in found]
    if missing:
        raise BadInput(f"The column “{missing[0]}” is missing. It must be there for every home.")
    if Column.EMAIL not in found and Column.MOBILE not in found:
        raise BadInput("There is neither a column “email” nor a column “mobile”. One of them must be there.")
    return found


def _column(cell: str) -> Column | None:
    name = _plain(cell)
    return ALSO_CALLED.get(name) or (Column(name) if name in set(Column) else None)


def _is_remark(cell: str) -> bool:
    return _plain(cell) in {REFUSED_ROW, REFUSED_BECAUSE}


def _plain(cell: str) -> str:
    return re.sub(r"[\s_-]+", "_", cell.strip().lower())
