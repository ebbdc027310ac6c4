"""A consultation that is ready to be announced; a test states only what it is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from owl.consultations.announcing import announce_consultation
from owl.consultations.consultation_models import Consultation
from owl.consultations.draft import ConsultationDraft
from owl.consultations.questions import Option, Question, QuestionType
from owl.consultations.wording import Wording
from owl.consultations.writing import create_consultation
from owl.foundation.languages import Language
from tests.accounts.places import HITCHIN
from tests.factories import NOW

WORDS = Question("q2", QuestionType.WORDS, "What else?")
CHOOSE = Question(
    "q1",
    QuestionType.CHOOSE,
    "What matters most?",
    required=True,
    options=(Option("a", "Burglary"), Option("b", "Speeding"), Option("c", "Drugs")),
    most=2,
)
POLISH_WORDS = {
    Language.POLISH: Wording(
        "Tytuł",
        "Wstęp",
        {"q1": "Co?", "q1.a": "Włamania", "q1.b": "Prędkość", "q1.c": "Narkotyki", "q2": "Coś?"},
    )
}
READY = ConsultationDraft(
    title="What should we work on?",
    intro="Tell us what matters to you.",
    neighbourhood_ids=frozenset({HITCHIN}),
    questions=(CHOOSE, WORDS),
    closes_at=NOW + timedelta(days=28),
)


def asking(**changed: Any) -> ConsultationDraft:
    return replace(READY, **changed)


def drafted(session: Session, author_id: int) -> Consultation:
    """The row of a draft, of which no audit knows."""
    row = Consultation(slug="draft-one", author_id=author_id, created_at=NOW, **READY.columns())
    session.add(row)
    session.commit()
    return row


def announced(session: Session, author_id: int, *, now: datetime = NOW, **changed: Any) -> Consultation:
    """One that residents can be invited to; it is open unless `opens_at` says otherwise."""
    made = create_consultation(asking(**changed), author_id=author_id, now=now)
    announce_consultation(made, actor_id=author_id, version=1, now=now)
    return session.get_one(Consultation, made)
