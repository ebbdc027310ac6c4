"""How often residents wrote about what other bodies look after, by month and neighbourhood: for those bodies.

Counted when the box is opened, not when a ballot comes: a number that grew then would tell whose it was. What fewer
than five ballots touched is never written down, and no total is kept that it could be worked out from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.consultations.consultation_models import Consultation
from owl.consultations.door_models import DoorCount
from owl.consultations.questions import Question, QuestionType
from owl.consultations.right_door import OF_THE_COUNTY, Topic, topics_in
from owl.geography.models import District, Neighbourhood
from owl.messages.small_cells import FEWEST


@dataclass(frozen=True, slots=True)
class DoorRow:
    """Ballots of a month and a neighbourhood whose words touched a topic: five or more."""

    month: date  # its first day; in which the consultation closed
    topic: Topic
    district: str
    neighbourhood: str
    ballots: int

    @property
    def whose(self) -> str:
        """Who looks after it."""
        return "Hertfordshire County Council" if self.topic in OF_THE_COUNTY else f"the council of {self.district}"


def note_doors(
    session: Session,
    consultation_id: int,
    questions: Iterable[Question],
    ballots: Iterable[tuple[str | None, Mapping[str, Any]]],
) -> None:
    """Write down the topics of these ballots (neighbourhood and answers), within the transaction that counts them."""
    asked = [question.id for question in questions if question.type is QuestionType.WORDS]
    counts = Counter(
        (neighbourhood_id, topic)
        for neighbourhood_id, answers in ballots
        if neighbourhood_id is not None
        for topic in topics_in(" ".join(answers.get(name, "") for name in asked))
    )
    session.add_all(
        DoorCount(consultation_id=consultation_id, neighbourhood_id=area, topic=topic, ballots=number)
        for (area, topic), number in sorted(counts.items())  # the order in which they came tells nothing
        if number >= FEWEST
    )


def door_rows(session: Session, neighbourhood_ids: Collection[str]) -> list[DoorRow]:
    """What was counted in these neighbourhoods: the newest month first, and in it the most."""
    # As text: the same parameter written twice is two to PostgreSQL, and no group.
    month = sa.func.date_trunc(sa.text("'month'"), sa.func.timezone(sa.text("'Europe/London'"), Consultation.closes_at))
    ballots = sa.func.sum(DoorCount.ballots)
    found = session.execute(
        sa.select(month, DoorCount.topic, District.name, Neighbourhood.name, ballots)
        .join(Consultation, Consultation.id == DoorCount.consultation_id)
        .join(Neighbourhood, Neighbourhood.id == DoorCount.neighbourhood_id)
        .join(District, District.code == Neighbourhood.district_code)
        .where(DoorCount.neighbourhood_id.in_(sorted(neighbourhood_ids)))
        .group_by(month, DoorCount.topic, District.name, Neighbourhood.name)
        .order_by(month.desc(), ballots.desc(), District.name, Neighbourhood.name)
    )
    return [
        DoorRow(begins.date(), topic, district, name, int(number)) for begins, topic, district, name, number in found
    ]
