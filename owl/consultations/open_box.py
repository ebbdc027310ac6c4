"""A consultation while it is open: found, held against its count, and a ballot put into its box."""

from __future__ import annotations

from collections.abc import Mapping
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


def hold_open(session: Session, which: sa.ColumnElement[bool], *, now: datetime) -> Consultation:
    """The consultation, which is open; its count waits until the session's transaction has ended.

    Raises NotFound, NotYetOpen or ConsultationClosed: open from opens_at until before closes_at, to the second.
    """
    shared = sa.select(Consultation).where(which).with_for_update(read=True, key_share=True)
    consultation = session.scalar(shared.execution_options(populate_existing=True))
    if consultation is None or consultation.status is ConsultationStatus.DRAFT:
        raise NotFound(gettext("There is no such consultation."))
    check_open(consultation, now=now)
    return consultation


def check_open(consultation: Consultation, *, now: datetime) -> None:
    """Raises NotYetOpen or ConsultationClosed with a sentence that says since or until when."""
    opens_at, closes_at = consultation.opens_at, consultation.closes_at
    if consultation.status is ConsultationStatus.WITHDRAWN or opens_at is None or closes_at is None:
        raise ConsultationClosed(gettext("These questions were withdrawn. Nothing is counted."))
    if now < opens_at:
        raise NotYetOpen(gettext("You can answer from %(opens_at)s.", opens_at=show_time(opens_at)))
    if now >= closes_at or consultation.status is not ConsultationStatus.ANNOUNCED:
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
    if consultation.box_key is None:
        raise RuntimeError(f"consultation {consultation.id} was announced without a key")
    content = {"ward": ward_code, "place": neighbourhood_id, "answers": answers}
    size = size_of(questions_of(consultation))
    try:
        sealed = seal(consultation.box_key, content, size=size, consultation_id=consultation.id)
    except TooLarge:
        raise BadInput(gettext("There are too many words in it. Make them fewer.")) from None
    row = {"consultation_id": consultation.id, "code_hash": hash_code(code), "source": source, "sealed": sealed}
    put = insert(SealedBallot).values(row).on_conflict_do_nothing().returning(SealedBallot.source)
    return session.scalar(put) is not None
