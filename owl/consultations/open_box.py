"""A consultation while it is open: found, held against its count, and a ballot put into its box."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from owl.consultations.answered_places import check_places
from owl.consultations.answers import read_answers
from owl.consultations.codes import hash_code
from owl.consultations.consultation_models import Consultation, ConsultationStatus, SealedBallot, Source
from owl.consultations.questions import questions_of
from owl.consultations.sealing import TooLarge, seal, size_of
from owl.foundation.clock import show_time
from owl.foundation.errors import BadInput, Conflict, Expired, NotFound
from owl.foundation.languages import gettext


class NotYetOpen(Conflict):
    """The consultation opens later."""


class ConsultationClosed(Expired):
    """The consultation has closed, or was withdrawn."""


class NoSuchConsultation(NotFound):
    """There is none, or none that was announced."""

    def __init__(self) -> None:
        super().__init__(gettext("There is no such consultation."))


@dataclass(frozen=True, slots=True)
class Hours:
    """When ballots are taken."""

    status: ConsultationStatus
    opens_at: datetime | None  # None: never announced
    closes_at: datetime | None


def hold_open(session: Session, which: sa.ColumnElement[bool], *, now: datetime) -> Consultation:
    """The consultation, which is open; its count waits until the session's transaction has ended.

    Raises NotFound, NotYetOpen or ConsultationClosed: open from opens_at until before closes_at, to the second.
    """
    shared = sa.select(Consultation).where(which).with_for_update(read=True, key_share=True)
    consultation = session.scalar(shared.execution_options(populate_existing=True))
    if consultation is None or consultation.status is ConsultationStatus.DRAFT:
        raise NoSuchConsultation
    check_open(Hours(consultation.status, consultation.opens_at, consultation.closes_at), now=now)
    return consultation


def check_open(hours: Hours, *, now: datetime) -> None:
    """Raises NotYetOpen or ConsultationClosed with a sentence that says since or until when."""
    opens_at, closes_at = hours.opens_at, hours.closes_at
    if hours.status is ConsultationStatus.WITHDRAWN or opens_at is None or closes_at is None:
        raise ConsultationClosed(gettext("These questions were withdrawn. Nothing is counted."))
    if now < opens_at:
        raise NotYetOpen(gettext("You can answer from %(opens_at)s.", opens_at=show_time(opens_at)))
    if now >= closes_at or hours.status is not ConsultationStatus.ANNOUNCED:
        raise ConsultationClosed(gettext("This closed on %(closed_at)s.", closed_at=show_time(closes_at)))


def read_whole(session: Session, consultation: Consultation, given: Mapping[str, object]) -> dict[str, Any]:
    """The answers as a ballot keeps them. Raises BadInput by question."""
    questions = questions_of(consultation)
    answers = read_answers(questions, given)
    check_places(session, questions, answers, consultation.neighbourhood_ids)
    return answers


def put_in_box(
    session: Session,
    consultation: Consultation,
    code: bytes,
    answers: Mapping[str, Any],
    *,
    source: Source,
    ward_code: str,
    neighbourhood_id: str = "",
) -> bool:
    """Whether it is in the box now and was not before. Raises BadInput where there are more words than fit."""
    content = {"ward": ward_code, "place": neighbourhood_id, "answers": answers}
    size = size_of(questions_of(consultation))
    sealed = seal_ballot(consultation.box_key, content, size=size, consultation_id=consultation.id)
    row = {"consultation_id": consultation.id, "code_hash": hash_code(code), "source": source, "sealed": sealed}
    put = insert(SealedBallot).values(row).on_conflict_do_nothing().returning(SealedBallot.source)
    return session.scalar(put) is not None


def seal_ballot(box_key: bytes | None, content: Mapping[str, Any], *, size: int, consultation_id: int) -> bytes:
    """The ballot as the box holds it. Raises BadInput where there are more words than fit."""
    if box_key is None:
        raise RuntimeError(f"consultation {consultation_id} was announced without a key")
    try:
        return seal(box_key, content, size=size, consultation_id=consultation_id)
    except TooLarge:
        raise BadInput(gettext("There are too many words in it. Make them fewer.")) from None
