"""Was my ballot counted? By its code alone, which says nothing of what is in it."""

from __future__ import annotations

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.consultations.codes import hash_code, read_code
from owl.consultations.consultation_models import Consultation, CountedCode, SealedBallot
from owl.foundation.errors import BadInput
from owl.foundation.languages import gettext


class Found(StrEnum):
    """Where a ballot is."""

    IN_BOX = "in_box"
    COUNTED = "counted"
    NOWHERE = "nowhere"


def look_for_ballot(session: Session, slug: str, typed: str) -> Found:
    """Where the ballot with this code is. Raises BadInput for what is no code."""
    code = read_code(typed)
    if code is None:
        raise BadInput({"code": gettext("Check the code. It has six groups of four letters or digits.")})
    places = ((CountedCode, Found.COUNTED), (SealedBallot, Found.IN_BOX))
    for table, found in places:
        key = sa.select(table.code_hash).join(Consultation, Consultation.id == table.consultation_id)
        if session.scalar(key.where(Consultation.slug == slug, table.code_hash == hash_code(code))):
            return found
    return Found.NOWHERE
