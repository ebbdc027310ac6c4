"""A consultation as the count leaves it; a test states only what it is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from owl.consultations.consultation_models import Consultation, ConsultationStatus, CountedBallot, Remark, Source
from owl.consultations.working_out import work_out
from owl.geography.queries import wards_in
from tests import factories
from tests.accounts.places import HITCHIN
from tests.consultations.boxes import ISSUES, PLACE, WORDS
from tests.factories import NOW

NEAR, FAR = 0, 1  # wards of Hitchin, by name


def counted(
    session: Session,
    cast: Iterable[tuple[int, Mapping[str, Any]]] = ((NEAR, {"q1": ["burglary"]}),),
    *,
    remarks: Iterable[str] = (),
    places: Iterable[Mapping[str, Any]] = (),
    homes: int = 0,
    source: Source = Source.INVITED,
    **fields: Any,
) -> Consultation:
    """`cast`: the ballots, by ward; `homes`: that are registered in each of the first two wards."""
    codes = [ward.code for ward in wards_in(session, HITCHIN)]
    row = Consultation(
        **{
            "slug": f"counted-{next(factories.numbers)}",
            "status": ConsultationStatus.COUNTED,
            "title": "What should your team concentrate on?",
            "intro": "Your team plans the next four months.",
            "questions": [ISSUES, WORDS, PLACE],
            "neighbourhood_ids": [HITCHIN],
            "opens_at": NOW - timedelta(days=30),
            "closes_at": NOW - timedelta(days=1),
            "counted_at": NOW - timedelta(days=1),
            "author_id": fields.pop("author_id", None) or factories.user(session).id,
            "created_at": NOW - timedelta(days=40),
            "box_key": b"of a box that is gone",
        }
        | fields
    )
    session.add(row)
    session.flush()
    of_it: dict[str, Any] = {"consultation_id": row.id, "source": source, "neighbourhood_id": HITCHIN}
    session.add_all(CountedBallot(**of_it, ward_code=codes[ward], answers=dict(answers)) for ward, answers in cast)
    session.add_all(Remark(**of_it, question="q2", words=words) for words in remarks)
    session.add_all(Remark(**of_it, question="q3", place=dict(place)) for place in places)
    for ward in range(2 if homes else 0):
        for _ in range(homes):
            home = factories.household(session, neighbourhood_id=HITCHIN, ward_code=codes[ward])
            factories.subscriber(session, home)
    work_out(session, row)
    session.commit()
    return row
