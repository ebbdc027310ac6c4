"""Keys that are made while a team still writes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.consultations.consultation_models import Consultation, ConsultationStatus, SigningKey
from owl.consultations.keys import make_keys
from owl.consultations.keys_ahead import make_keys_ahead
from owl.geography.queries import neighbourhoods, wards_in
from tests import factories
from tests.accounts.places import HATFIELD, HITCHIN
from tests.consultations.boxes import spare_keys
from tests.factories import NOW


def draft(session: Session, areas: list[str], **fields: Any) -> Consultation:
    values: dict[str, Any] = {"title": "?", "intro": "", "questions": [], "created_at": NOW} | fields
    row = Consultation(
        slug=f"draft-{len(areas)}-{fields}", neighbourhood_ids=areas, author_id=factories.user(session).id, **values
    )
    session.add(row)
    session.commit()
    return row


def keys(session: Session, of: Consultation) -> dict[str, bytes]:
    found = sa.select(SigningKey.ward_code, SigningKey.public_key).filter_by(consultation_id=of.id)
    return dict(session.execute(found).all())


def test_keys_of_drafts_for_large_areas_are_made_a_few_at_a_time(session: Session) -> None:
    places = [row.id for row in neighbourhoods(session)]
    large = draft(session, places)
    others = [
        draft(session, places[:4]),
        draft(session, places, created_at=NOW - timedelta(days=91)),
        draft(session, places, status=ConsultationStatus.WITHDRAWN),
    ]

    assert [make_keys_ahead(now=NOW, at_once=1) for _ in range(2)] == [1, 1]

    assert len(keys(session, large)) == 2
    assert not any(keys(session, other) for other in others)


def test_announcing_keeps_what_was_made_adds_what_is_missing_and_drops_wards_that_are_left_out(
    session: Session,
) -> None:
    asked = draft(session, [HITCHIN])
    codes = ["", *(ward.code for ward in wards_in(session, HITCHIN))]
    elsewhere = wards_in(session, HATFIELD)[0].code
    for number, code in enumerate([*codes[:-1], elsewhere]):
        public, private = spare_keys(number)
        session.add(SigningKey(consultation_id=asked.id, ward_code=code, public_key=public, private_key=private))
    session.commit()
    before = keys(session, asked)

    make_keys(session, asked)

    after = keys(session, asked)
    assert set(after) == set(codes)
    assert all(after[code] == before[code] for code in codes[:-1])
