from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy.orm import Session

from owl.consultations.door_counts import door_rows, note_doors
from owl.consultations.questions import questions_of
from owl.consultations.right_door import Topic
from tests.accounts.places import HITCHIN
from tests.consultations.boxes import open_consultation
from tests.factories import NOW


def test_topics_of_five_ballots_or_more_are_counted_by_month_and_neighbourhood(session: Session) -> None:
    consultation = open_consultation(session, closes_at=NOW + timedelta(days=1))
    roads = [(HITCHIN, {"q1": ["drugs"], "q2": "Potholes! And another pothole."})] * 6
    bins = [(HITCHIN, {"q2": "Litter"})] * 4  # too few
    nowhere = [(None, {"q2": "Noise"})] * 9  # of a place that was too small to name
    nothing = [(HITCHIN, {"q1": ["burglary"]})] * 9

    note_doors(session, consultation.id, questions_of(consultation), [*bins, *roads, *nowhere, *nothing])
    session.commit()

    [row] = door_rows(session, [HITCHIN])
    assert (row.month, row.topic, row.ballots) == (date(2026, 11, 1), Topic.ROADS, 6)
    assert (row.district, row.neighbourhood, row.whose) == (
        "North Herts",
        "Hitchin Urban",
        "Hertfordshire County Council",
    )
    assert door_rows(session, ["watford-central"]) == []
