"""Consultations with a box, homes that are invited to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from owl.consultations.blind_signing import new_signing_key
from owl.consultations.box_keys import make_box_key
from owl.consultations.consultation_models import Consultation, ConsultationStatus, SigningKey
from owl.geography.queries import wards_in
from owl.households.models import Household
from tests import factories
from tests.accounts.places import HITCHIN
from tests.factories import NOW

ISSUES = {
    "id": "q1", "type": "choose", "text": "What matters most?", "required": True, "most": 2,
    "options": [{"id": "burglary", "text": "Burglary"}, {"id": "speeding", "text": "Speeding"},
                {"id": "drugs", "text": "Drug dealing"}],
}  # fmt: skip
WORDS = {"id": "q2", "type": "words", "text": "What else?"}
PLACE = {"id": "q3", "type": "place", "text": "Where?"}
numbers = count(1)


@cache
def spare_keys(number: int) -> tuple[bytes, str]:
    """RSA keys take long to make; those of different wards must differ."""
    return new_signing_key()


def open_consultation(session: Session, **fields: Any) -> Consultation:
    """An open one in Hitchin, with its box and keys."""
    row = Consultation(
        **{
            "slug": f"hitchin-{next(numbers)}",
            "status": ConsultationStatus.ANNOUNCED,
            "title": "What should your team concentrate on?",
            "intro": "Your team plans the next four months.",
            "questions": [ISSUES, WORDS, PLACE],
            "translations": {},
            "neighbourhood_ids": [HITCHIN],
            "opens_at": NOW - timedelta(days=1),
            "closes_at": NOW + timedelta(days=1),
            "author_id": fields.pop("author_id", None) or factories.user(session).id,
            "created_at": NOW - timedelta(days=2),
            "box_key": make_box_key(),
        }
        | fields
    )
    session.add(row)
    session.flush()
    codes = ["", *(ward.code for place in row.neighbourhood_ids for ward in wards_in(session, place))]
    for number, code in enumerate(dict.fromkeys(codes)):
        public, private = spare_keys(number)
        session.add(SigningKey(consultation_id=row.id, ward_code=code, public_key=public, private_key=private))
    session.commit()
    return row


@dataclass(frozen=True)
class Invited:
    """A home that was sent an invitation."""

    message_id: int
    seq: int
    household_id: int
    ward_code: str


def invite(session: Session, to: Consultation, homes: int = 1, *, ward_code: str | None = None) -> list[Invited]:
    """Homes with the link of an invitation each, in the first ward of the consultation's first neighbourhood."""
    place = to.neighbourhood_ids[0]
    code = ward_code if ward_code is not None else wards_in(session, place)[0].code
    message = factories.consultation(session, neighbourhood_ids=[place], consultation_id=to.id)
    found = []
    for _ in range(homes):
        home = factories.household(session, neighbourhood_id=place, ward_code=code or None)
        sent = factories.delivery(session, of=message, home=home)
        found.append(Invited(message.id, sent.seq, home.id, code))
    return found


def ward_of(session: Session, household_id: int) -> str:
    return session.get_one(Household, household_id).ward_code or ""


def answers(**fields: Any) -> Mapping[str, Any]:
    return {"q1": ["burglary"]} | fields
