"""What lies in a box, opened for its count. Whatever is no ballot of ours is left out, and does not stop the count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey
from sqlalchemy.orm import Session

from owl.consultations.answers import read_answers
from owl.consultations.consultation_models import Consultation, SealedBallot, Source
from owl.consultations.merging import Origin
from owl.consultations.questions import Question, questions_of
from owl.consultations.sealing import CannotOpen, open_sealed
from owl.foundation.errors import BadInput
from owl.geography.models import Postcode

AT_ONCE = 1_000  # ballots read together


@dataclass(frozen=True, slots=True)
class Ballot:
    """One ballot, opened."""

    source: Source
    origin: Origin
    answers: dict[str, Any]


def open_ballots(
    session: Session, consultation: Consultation, key: MLKEM768X25519PrivateKey
) -> tuple[list[Ballot], int]:
    """All that can be opened and read, and how many can't: put there by whoever can write to the database."""
    asked, here = questions_of(consultation), consultation.neighbourhood_ids
    homes_of = _neighbourhoods_of_wards(session, here)
    rows = session.execute(
        sa.select(SealedBallot.source, SealedBallot.sealed).filter_by(consultation_id=consultation.id),
        execution_options={"yield_per": AT_ONCE},
    )
    ballots, unreadable = [], 0
    for source, sealed in rows:
        try:
            ward, place, answers = _read(open_sealed(key, sealed, consultation_id=consultation.id), asked)
        except (CannotOpen, BadInput):
            unreadable += 1
            continue
        known = place if place in here else homes_of.get(ward) or (here[0] if len(here) == 1 else None)
        ballots.append(Ballot(source, Origin(known, ward or None), answers))
    return ballots, unreadable


def _read(content: Mapping[str, Any], asked: Sequence[Question]) -> tuple[str, str, dict[str, Any]]:
    """(ward, neighbourhood, answers). Raises CannotOpen or BadInput: anybody can seal, so it may hold anything."""
    ward, place, answers = (content.get(name) for name in ("ward", "place", "answers"))
    if not (isinstance(ward, str) and isinstance(place, str) and isinstance(answers, dict)):
        raise CannotOpen
    return ward, place, read_answers(asked, answers)


def _neighbourhoods_of_wards(session: Session, neighbourhood_ids: Sequence[str]) -> dict[str, str]:
    """For each ward, which of these it lies in: where in several, the one with most of its postcodes."""
    counts = (
        sa.select(Postcode.ward_code, Postcode.neighbourhood_id)
        .where(Postcode.neighbourhood_id.in_(neighbourhood_ids))
        .group_by(Postcode.ward_code, Postcode.neighbourhood_id)
        .order_by(sa.func.count())
    )
    return dict(session.execute(counts).all())
