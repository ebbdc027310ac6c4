"""The rows that could not be loaded, as they were, each with its number and the reason: to be put right and loaded."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.foundation.spreadsheets import harmless
from owl.households.importing.columns import REFUSED_BECAUSE, REFUSED_ROW, Column
from owl.households.importing.records import Record, Records

REFUSALS = "SELECT row_no, string_agg(sentence, ' ') FROM import_refusal GROUP BY row_no ORDER BY row_no"


def refused_lines(session: Session, records: Records, columns: Sequence[Column | None]) -> Iterator[str]:
    """The lines of the file, its header first; what a spreadsheet would run is made harmless."""
    refusals = iter(session.execute(sa.text(REFUSALS)))
    kept = [place for place, column in enumerate(columns) if column is not None]
    waiting = next(refusals, None)
    rows = iter(records)
    yield _line([*_cells(next(rows), kept), REFUSED_ROW, REFUSED_BECAUSE], records.delimiter)
    for record in rows:
        if waiting is not None and record.row_no == waiting[0]:
            yield _line([*_cells(record, kept), str(record.row_no), waiting[1]], records.delimiter)
            waiting = next(refusals, None)


def count_refused(session: Session) -> int:
    """How many rows were refused."""
    return int(session.execute(sa.text("SELECT count(DISTINCT row_no) FROM import_refusal")).scalar_one())


def _cells(record: Record, kept: Sequence[int]) -> Iterator[str]:
    if record.fault is not None:
        yield record.cells[0]
        yield from [""] * (len(kept) - 1)
    else:
        yield from (record.cells[place] if place < len(record.cells) else "" for place in kept)


def _line(cells: Iterable[str], delimiter: str) -> str:
    line = io.StringIO()
    csv.writer(line, delimiter=delimiter).writerow([harmless(cell) for cell in cells])
    return line.getvalue()
