"""The figures of a consultation: worked out once, when it is counted, and read ever after."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.consultations.consultation_models import Consultation, ConsultationResult, CountedBallot
from owl.consultations.figures import Figures, figures_of
from owl.consultations.questions import questions_of
from owl.consultations.tallying import Counted, Mark, tally
from owl.geography.metres import EAST, NORTH
from owl.households.models import Household, Subscription

# A place lies in the ward of the postcode next to it: the boundaries that we hold are drawn around postcodes too.
_MARKS = sa.text(
    """
    SELECT question, source, coalesce(place ->> 'ward', (
        SELECT ward_code FROM postcode
        ORDER BY metres <-> point(
            CAST(place ->> 'lon' AS float) * :east, CAST(place ->> 'lat' AS float) * :north
        ) LIMIT 1
    )) AS ward
    FROM remark WHERE consultation_id = :consultation AND place IS NOT NULL
    """
).bindparams(east=EAST, north=NORTH)


def work_out(session: Session, consultation: Consultation) -> None:
    """Keep the figures of a consultation whose ballots were just counted, within the same transaction."""
    found = sa.select(
        CountedBallot.source, CountedBallot.neighbourhood_id, CountedBallot.ward_code, CountedBallot.answers
    ).where(CountedBallot.consultation_id == consultation.id)
    ballots = [Counted(*row) for row in session.execute(found)]
    marks = [
        Mark(question, source, ward)
        for question, source, ward in session.execute(_MARKS, {"consultation": consultation.id})
        if ward is not None
    ]
    figures = tally(questions_of(consultation), ballots, _homes(session, consultation.neighbourhood_ids), marks)
    session.add(ConsultationResult(consultation_id=consultation.id, figures=figures.to_json()))


def figures_for(session: Session, consultation_id: int) -> Figures | None:
    """The figures; None before the count."""
    row = session.get(ConsultationResult, consultation_id)
    return figures_of(row.figures) if row else None


def _homes(session: Session, neighbourhood_ids: list[str]) -> dict[tuple[str, str | None], int]:
    """Homes with OWL now, by neighbourhood and ward."""
    lived_in = sa.exists().where(Subscription.household_id == Household.id)
    found = session.execute(
        sa.select(Household.neighbourhood_id, Household.ward_code, sa.func.count())
        .where(Household.neighbourhood_id.in_(neighbourhood_ids), lived_in)
        .group_by(Household.neighbourhood_id, Household.ward_code)
    )
    return {(place, ward): homes for place, ward, homes in found}
