"""The one voice of each home: whether it is used, and the ward that its ballot is signed for."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from owl.consultations.consultation_models import SigningKey
from owl.foundation.errors import Conflict
from owl.foundation.languages import gettext
from owl.households.models import Household
from owl.messages.voice_models import Voice

NO_WARD = ""  # of homes that were placed by hand


class AlreadyTookPart(Conflict):
    """This home, or this very ballot, has been heard."""


class HomeTookPart(AlreadyTookPart):
    """This home has used its voice for something else."""

    def __init__(self) -> None:
        super().__init__(gettext("Your home has already taken part. Each home has one voice."))


def has_taken_part(session: Session, consultation_id: int, household_id: int) -> bool:
    """Whether the home has used its voice."""
    return session.get(Voice, (consultation_id, household_id)) is not None


def homes_heard(session: Session, consultation_id: int) -> int:
    """How many homes have taken part by invitation; known before the close, though not how they answered."""
    return session.scalar(sa.select(sa.func.count()).where(Voice.consultation_id == consultation_id)) or 0


def ward_to_sign(session: Session, consultation_id: int, household_id: int) -> str:
    """The ward whose key signs the home's ballot; NO_WARD where its own has no key in this consultation."""
    own = sa.select(Household.ward_code).where(Household.id == household_id).scalar_subquery()
    has_key = sa.select(SigningKey.ward_code).filter_by(consultation_id=consultation_id)
    return session.scalar(has_key.where(SigningKey.ward_code == own)) or NO_WARD


def take_voice(session: Session, consultation_id: int, household_id: int, asked_hash: bytes) -> None:
    """Use the home's voice; once more for the very same request, whose answer may have been lost.

    Of two people of a home at once, the database lets one through. Raises AlreadyTookPart.
    """
    row = {"consultation_id": consultation_id, "household_id": household_id, "asked_hash": asked_hash}
    taken = insert(Voice).values(row).on_conflict_do_nothing().returning(Voice.household_id)
    if session.scalar(taken) is None:
        asked = sa.select(Voice.asked_hash).filter_by(consultation_id=consultation_id, household_id=household_id)
        if session.scalar(asked) != asked_hash:
            raise HomeTookPart
