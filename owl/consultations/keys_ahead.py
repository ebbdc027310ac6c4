"""Signing keys made while a team still writes: the county's 181 take nine seconds, which nobody should wait for.

They are of no use before the consultation is announced. What is missing then is made then (owl.consultations.keys).
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from owl.consultations.consultation_models import Consultation, ConsultationStatus, SigningKey
from owl.consultations.keys import keep_keys, new_keys
from owl.consultations.voices import NO_WARD
from owl.foundation.database import db, transaction
from owl.geography.models import Postcode

FEWEST_AREAS = 5  # neighbourhoods; the keys of fewer are made within two seconds
AT_ONCE = 40  # keys, two seconds' work
FORGOTTEN = timedelta(days=90)  # after which nobody is taken to announce a draft


def make_keys_ahead(*, now: datetime, at_once: int = AT_ONCE) -> int:
    """Make some of the signing keys that drafts for large areas will need; how many."""
    drafts = (
        sa.select(Consultation.id, Consultation.neighbourhood_ids)
        .where(
            Consultation.status == ConsultationStatus.DRAFT,
            Consultation.created_at > now - FORGOTTEN,
            sa.func.cardinality(Consultation.neighbourhood_ids) >= FEWEST_AREAS,
        )
        .subquery()
    )
    of_area = sa.select(Postcode.ward_code).where(Postcode.neighbourhood_id == sa.any_(drafts.c.neighbourhood_ids))
    wards = sa.union(of_area, sa.select(sa.literal(NO_WARD))).lateral("wards")
    has_key = sa.exists().where(SigningKey.consultation_id == drafts.c.id, SigningKey.ward_code == wards.c.ward_code)
    missing = sa.select(drafts.c.id, wards.c.ward_code).join(wards, sa.true()).where(~has_key).limit(at_once)
    wanted = [(row[0], row[1]) for row in db.session.execute(missing)]
    db.session.rollback()
    keys = new_keys(wanted)  # outside of any transaction: whoever saves or announces meanwhile waits for nothing
    ids = {consultation_id for consultation_id, _ in wanted}
    still = sa.select(Consultation.id).where(Consultation.id.in_(ids), Consultation.status == ConsultationStatus.DRAFT)
    with transaction() as session:
        drafted = set(session.scalars(still.with_for_update(read=True, key_share=True)))
        kept = [key for key in keys if key["consultation_id"] in drafted]
        keep_keys(session, kept)
    return len(kept)
