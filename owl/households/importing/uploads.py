"""A list comes through a page: it is kept sealed, loaded by a job, and forgotten but for its refused rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from functools import partial
from typing import BinaryIO

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.permissions import Permission, require
from owl.foundation.audit import record_act
from owl.foundation.database import db, enqueue, transaction
from owl.foundation.direct import direct
from owl.foundation.errors import BadInput, Conflict, NotFound, OwlError
from owl.foundation.jobs import Job, Queue
from owl.households.importing.columns import read_header
from owl.households.importing.loading import Imported, import_households
from owl.households.importing.models import HouseholdList, ListPart, ListStatus
from owl.households.importing.parts import PIECE, forget_pieces, in_pieces, open_pieces, read_pieces, write_pieces
from owl.households.importing.records import Records

SHOWN = 20  # lists


def upload_list(file: BinaryIO, *, actor_id: int, now: datetime) -> int:
    """Keep the list and queue its loading; its id. Raises Refused, or BadInput for what is no such list."""
    with transaction() as session:
        require(session, actor_id, Permission.ADMINISTER)
        kept = HouseholdList(actor_id=actor_id, uploaded_at=now)
        session.add(kept)
        session.flush()
        size = write_pieces(session, kept.id, iter(partial(file.read, PIECE), b""), is_refused=False)
        if not size:
            raise BadInput({"list": "The file is empty. Choose another one."})
        _look_at_header(session, kept.id)
        record_act(session, "upload list", actor_id=actor_id, subject="list", subject_id=kept.id, now=now, bytes=size)
        enqueue(session, Job.LOAD_LISTS, queue=Queue.OFFICE, once=True)
        return kept.id


def load_waiting_lists(*, allow_drama: bool, now: datetime) -> int:
    """Load every list that waits, the oldest first; how many. One that was cut off begins again."""
    loaded, last = 0, 0
    waiting = sa.select(HouseholdList.id).where(HouseholdList.status == ListStatus.WAITING).order_by(HouseholdList.id)
    while (list_id := db.session.scalar(waiting.where(HouseholdList.id > last).limit(1))) is not None:
        last = list_id
        loaded += _load(list_id, allow_drama=allow_drama, now=now)
    return loaded


def lists(session: Session) -> list[HouseholdList]:
    """The lists that were uploaded last, the newest first."""
    return list(session.scalars(sa.select(HouseholdList).order_by(HouseholdList.id.desc()).limit(SHOWN)))


def list_of(session: Session, list_id: int) -> HouseholdList:
    """One list. Raises NotFound."""
    found = session.get(HouseholdList, list_id)
    if found is None:
        raise NotFound("There is no such list.")
    return found


def has_refused(session: Session, list_id: int) -> bool:
    """Whether the refused rows of the list are still kept."""
    asked = sa.exists().where(ListPart.list_id == list_id, ListPart.is_refused)
    return bool(session.scalar(sa.select(asked)))


def refused_file(list_id: int) -> Iterator[bytes]:
    """The file of the refused rows, piece by piece."""
    # The session of whoever reads: a page's own is put away before its answer is read.
    yield from read_pieces(db.session(), list_id, is_refused=True)


def forget_refused(list_id: int, *, actor_id: int) -> None:
    """Keep the refused rows of the list no longer. Twice is the same as once. Raises Refused."""
    with transaction() as session:
        require(session, actor_id, Permission.ADMINISTER)
        forget_pieces(session, list_id, is_refused=True)


def _look_at_header(session: Session, list_id: int) -> None:
    """Say at once what would refuse the whole list."""
    try:
        read_header(next(iter(Records(lambda: open_pieces(session, list_id)))).cells)
    except BadInput as fault:
        raise BadInput({"list": fault.sentence}) from None


def _load(list_id: int, *, allow_drama: bool, now: datetime) -> bool:
    session = db.session()
    row = list_of(session, list_id)

    def checked(rows: int) -> None:
        """Seen by others while our own transaction is open."""
        words = {"rows": rows, "id": list_id}
        direct().run("UPDATE household_list SET rows_checked = %(rows)s WHERE id = %(id)s", words)

    def keep_refused(lines: Iterator[str]) -> None:
        write_pieces(session, list_id, in_pieces(lines), is_refused=True)

    try:
        import_households(
            lambda: open_pieces(session, list_id),
            refused=keep_refused,
            allow_drama=allow_drama,
            now=now,
            actor_id=row.actor_id,
            progress=checked,
            finish=lambda done: _finish(session, list_id, ListStatus.LOADED, now, done=done),
        )
    except Conflict:
        return False  # by another worker, or at the command line: the clock comes again
    except OwlError as fault:
        with transaction() as inside:
            _finish(inside, list_id, ListStatus.FAILED, now, fault=fault.sentence)
    return True


def _finish(
    session: Session,
    list_id: int,
    status: ListStatus,
    now: datetime,
    *,
    done: Imported | None = None,
    fault: str | None = None,
) -> None:
    forget_pieces(session, list_id, is_refused=False)
    told = {"status": status, "finished_at": now, "counts": asdict(done) if done else None, "fault": fault}
    session.execute(sa.update(HouseholdList).where(HouseholdList.id == list_id).values(told))
