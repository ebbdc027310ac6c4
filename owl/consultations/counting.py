"""The count: after the close a box is opened once, in memory, shuffled, and its key destroyed. See docs/adr/0049."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from owl.consultations.box_keys import KeyMissing, destroy_box_key, read_box_key
from owl.consultations.consultation_models import (
    Consultation,
    ConsultationStatus,
    CountedBallot,
    CountedCode,
    Remark,
    SealedBallot,
)
from owl.consultations.door_counts import note_doors
from owl.consultations.keys import empty_box
from owl.consultations.merging import merge_small
from owl.consultations.questions import Question, QuestionType, questions_of
from owl.consultations.unsealing import Ballot, open_ballots
from owl.consultations.working_out import work_out
from owl.foundation.audit import record_act
from owl.foundation.database import db, transaction

log = structlog.get_logger()

AT_ONCE = 1_000  # ballots written together


def count_due(now: datetime) -> int:
    """Count the consultations that have closed, and destroy the keys that nothing needs any more. How many counted.

    One whose key is missing stays as it is, for the doctor to tell, and is tried again.
    """
    due = sa.select(Consultation.id).where(Consultation.status == ConsultationStatus.ANNOUNCED)
    ids = db.session.scalars(due.where(Consultation.closes_at <= now).order_by(Consultation.closes_at)).all()
    db.session.rollback()
    counted = 0
    for consultation_id in ids:
        try:
            counted += _count(consultation_id, now)
        except KeyMissing:
            log.error("a closed consultation can't be counted: its key is not here", consultation=consultation_id)
    destroy_spent_keys()
    return counted


def destroy_spent_keys() -> None:
    """Destroy the files of keys whose box was counted or thrown away: also where a crash came between."""
    over = (ConsultationStatus.COUNTED, ConsultationStatus.PUBLISHED, ConsultationStatus.WITHDRAWN)
    spent = sa.select(Consultation.id, Consultation.box_key).where(
        Consultation.status.in_(over), Consultation.box_key.is_not(None)
    )
    found = db.session.execute(spent).all()
    db.session.rollback()
    for consultation_id, public in found:
        if public and destroy_box_key(public):
            log.info("box key destroyed", consultation=consultation_id)


def _count(consultation_id: int, now: datetime) -> bool:
    """Whether it was counted here: all of it in one transaction, which ballots on their way wait for, and miss."""
    with transaction() as session:
        consultation = session.get(Consultation, consultation_id, with_for_update=True, populate_existing=True)
        if consultation is None or consultation.status is not ConsultationStatus.ANNOUNCED:
            return False
        key = read_box_key(consultation.box_key or b"")
        ballots, unreadable = open_ballots(session, consultation, key)
        _write(session, consultation, ballots)
        work_out(session, consultation)
        codes = sa.select(SealedBallot.consultation_id, SealedBallot.code_hash).filter_by(
            consultation_id=consultation_id
        )
        # By their hashes, which are as good as random: not in the order in which they came.
        copied = insert(CountedCode).from_select(
            ["consultation_id", "code_hash"], codes.order_by(SealedBallot.code_hash)
        )
        session.execute(copied)
        empty_box(session, consultation_id)
        consultation.status, consultation.counted_at = ConsultationStatus.COUNTED, now
        record_act(
            session, "count consultation", actor_id=None, subject="consultation", subject_id=consultation_id, now=now,
            ballots=len(ballots), unreadable=unreadable,
        )  # fmt: skip
    return True


def _write(session: Session, consultation: Consultation, ballots: list[Ballot]) -> None:
    """Ballots, and apart from them what was torn off, each in an order of its own that chance has made."""
    asked = questions_of(consultation)
    counted, remarks, said = [], [], []
    for source, of_source in groupby(sorted(ballots, key=lambda one: one.source), key=lambda one: one.source):
        these = list(of_source)
        for ballot, kept in zip(these, merge_small([ballot.origin for ballot in these]), strict=True):
            common = {
                "consultation_id": consultation.id,
                "source": source,
                "neighbourhood_id": kept.neighbourhood_id,
            }
            plain, torn = _tear(asked, ballot.answers)
            counted.append(common | {"ward_code": kept.ward_code, "answers": plain})
            remarks += [common | piece for piece in torn]
            said.append((kept.neighbourhood_id, ballot.answers))
    note_doors(session, consultation.id, asked, said)
    chance = secrets.SystemRandom()
    for table, rows in ((CountedBallot, counted), (Remark, remarks)):
        chance.shuffle(rows)
        for part in _parts(rows):
            session.execute(sa.insert(table), part)


def _tear(asked: Sequence[Question], answers: Mapping[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The answers to be counted; words and places by themselves."""
    torn = {
        question.id: "words" if question.type is QuestionType.WORDS else "place"
        for question in asked
        if question.type in {QuestionType.WORDS, QuestionType.PLACE}
    }
    plain = {name: answer for name, answer in answers.items() if name not in torn}
    pieces = [
        {"words": None, "place": None} | {"question": name, torn[name]: answer}
        for name, answer in answers.items()
        if name in torn
    ]
    return plain, pieces


def _parts(rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    for start in range(0, len(rows), AT_ONCE):
        yield rows[start : start + AT_ONCE]
