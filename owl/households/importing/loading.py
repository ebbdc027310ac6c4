"""Loads a list of households: every row is checked, the good ones are written together or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.permissions import Permission, require
from owl.foundation.audit import record_act
from owl.foundation.database import transaction
from owl.foundation.errors import Conflict
from owl.households.contact_points import hold_all_addresses
from owl.households.importing.columns import Column, read_header
from owl.households.importing.judging import leave_known_out, prepare, refuse_rows
from owl.households.importing.places import Places
from owl.households.importing.records import Record, Records, Source
from owl.households.importing.refused import count_refused, refused_lines
from owl.households.importing.rows import BadRow, read_row
from owl.households.importing.staging import Stage
from owl.households.importing.ticks import partners_by_name
from owl.households.importing.writing import write_rows

ONE_AT_A_TIME = 0x6F776C6C  # any number of our own; the advisory lock of this verb
STEP = 5_000  # rows between two words about how far it is

TOO_MANY_CELLS = "This row has more cells than there are columns. Put a cell that holds a separator in quotation marks."


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a list."""

    rows: int  # without its header and empty ones
    refused: int
    known: int  # about people whom OWL knew already: nothing of theirs was changed
    people: int  # these three are new
    homes: int
    addresses: int
    encoding: str


def import_households(
    source: Source,
    *,
    refused: Callable[[Iterator[str]], None],
    allow_drama: bool,
    now: datetime,
    actor_id: int | None = None,
    progress: Callable[[int], None] = lambda _: None,
    finish: Callable[[Imported], None] = lambda _: None,
) -> Imported:
    """Load the list: all good rows of it or, when anything fails, none. Loading it again changes nothing.

    `refused` gets the lines of the file of refused rows, if there are any; `progress` how many rows were read;
    `finish` what was done, before it is committed.
    Raises BadInput where the file is no such list, Refused, and Conflict while another is being loaded.
    """
    records = Records(source)
    columns = read_header(next(iter(records)).cells)
    with transaction() as session:
        _begin(session, actor_id)
        stage = Stage(session, now=now)
        rows = _check_all(session, stage, records, columns, allow_drama=allow_drama, now=now, progress=progress)
        prepare(session)
        hold_all_addresses(session)
        refuse_rows(session)
        known, bad = leave_known_out(session), count_refused(session)
        written = write_rows(session)
        if bad:
            refused(refused_lines(session, records, columns))
        done = Imported(rows, bad, known, written.people, written.homes, written.addresses, records.encoding)
        record_act(
            session, "import households", actor_id=actor_id, subject="households", subject_id=None, now=now,
            **asdict(done),
        )  # fmt: skip
        finish(done)
    return done


def _begin(session: Session, actor_id: int | None) -> None:
    if actor_id is not None:
        require(session, actor_id, Permission.ADMINISTER)
    if not session.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(ONE_AT_A_TIME))):
        raise Conflict("Another list is being loaded. Wait until it is done.")


def _check_all(
    session: Session,
    stage: Stage,
    records: Records,
    columns: Sequence[Column | None],
    *,
    allow_drama: bool,
    now: datetime,
    progress: Callable[[int], None],
) -> int:
    """Put every row on the stage, or its refusal; how many there are."""
    places, partners, count = Places(session), partners_by_name(session), 0
    rows = iter(records)
    next(rows)
    for count, record in enumerate(rows, 1):
        try:
            cells = _cells(record, columns)
            row = read_row(cells, place_of=places.find, partners=partners, allow_drama=allow_drama, now=now)
            stage.add(record.row_no, row)
        except BadRow as fault:
            stage.refuse(record.row_no, fault)
        if count % STEP == 0:
            progress(count)
    stage.flush()
    return count


def _cells(record: Record, columns: Sequence[Column | None]) -> dict[Column, str]:
    if record.fault is not None:
        raise BadRow({"": record.fault}, "")
    if any(record.cells[len(columns) :]):
        raise BadRow({"": TOO_MANY_CELLS}, "")
    return {column: cell for column, cell in zip(columns, record.cells, strict=False) if column is not None}
