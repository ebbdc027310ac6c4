"""What residents wrote, looked at by an officer before anybody else reads it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.permissions import Permission, require
from owl.consultations.consultation_models import Consultation, ConsultationStatus, RedactionReason, Remark
from owl.consultations.grouping import theme_of
from owl.consultations.practising import check_real
from owl.consultations.redacting import redacted
from owl.foundation.audit import record_act
from owl.foundation.database import transaction
from owl.foundation.errors import BadInput, Conflict, NotFound

COUNTED = frozenset({ConsultationStatus.COUNTED, ConsultationStatus.PUBLISHED})


class StillSealed(Conflict):
    """Nobody reads what is in a box before it is counted."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What an officer made of a remark: the words that stay, and why the others go."""

    words: str
    because: RedactionReason | None = None


def look_at_remarks(consultation_id: int, looked: Mapping[uuid.UUID, Looked], *, actor_id: int, now: datetime) -> int:
    """Keep what is to be published of these remarks; how many there were. All or none.

    Once the results are published, what is taken out is gone for good. Raises NotFound, Refused, StillSealed, or
    BadInput by "words-…" and "because-…" with the remark's id.
    """
    with transaction() as session:
        consultation = counted_consultation(session, consultation_id, actor_id=actor_id)
        wanted = sa.select(Remark).where(Remark.consultation_id == consultation_id, Remark.id.in_(list(looked)))
        rows = session.scalars(wanted.where(Remark.words.is_not(None)).with_for_update()).all()
        kept: dict[uuid.UUID, str] = {}
        faults: dict[str, str] = {}
        for row in rows:
            try:
                kept[row.id] = _kept(row, looked[row.id])
            except BadInput as fault:
                faults |= fault.fields
        if faults:
            raise BadInput(faults)
        for row in rows:
            _keep(row, kept[row.id], looked[row.id], actor_id, published=_is_published(consultation))
        record_act(
            session, "look at remarks", actor_id=actor_id, subject="consultation", subject_id=consultation_id, now=now,
            remarks=len(rows), redacted=sum(row.redacted_because is not None for row in rows),
        )  # fmt: skip
    return len(rows)


def counted_consultation(session: Session, consultation_id: int, *, actor_id: int) -> Consultation:
    """The consultation, counted, held for its verb. Raises NotFound, Refused or StillSealed."""
    require(session, actor_id, Permission.CONSULT)
    check_real(session, actor_id)
    consultation = session.get(Consultation, consultation_id, with_for_update=True, populate_existing=True)
    if consultation is None:
        raise NotFound("There is no such consultation.")
    require(session, actor_id, Permission.CONSULT, consultation.neighbourhood_ids)
    if consultation.status not in COUNTED:
        raise StillSealed("Nobody sees the answers before the consultation has closed and is counted.")
    return consultation


def _is_published(consultation: Consultation) -> bool:
    return consultation.status is ConsultationStatus.PUBLISHED


def _kept(row: Remark, looked: Looked) -> str:
    try:
        kept = redacted(row.words or "", looked.words)
    except BadInput as fault:
        raise BadInput({f"words-{row.id}": fault.sentence}) from None
    if kept != (row.words or "").strip() and looked.because is None:
        raise BadInput({f"because-{row.id}": "Choose why some of it is taken out. Residents are told the reason."})
    return kept


def _keep(row: Remark, kept: str, looked: Looked, actor_id: int, *, published: bool) -> None:
    row.looked_at_by_id, row.theme = actor_id, theme_of(kept) if kept else None
    if kept == (row.words or "").strip():
        row.redacted = None
        row.redacted_because = row.redacted_because if published else None
    else:
        row.redacted, row.redacted_because = kept, looked.because
        if published:
            forget_what_was_taken_out(row)


def forget_what_was_taken_out(row: Remark) -> None:
    """From now on nobody can read more of it than is published."""
    row.words, row.redacted = row.redacted or None, None
