"""The keys of a consultation: made when it is announced, shown to all, destroyed at the close."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from owl.consultations.blind_signing import new_signing_key
from owl.consultations.box_keys import make_box_key
from owl.consultations.consultation_models import Consultation, SealedBallot, SigningKey
from owl.consultations.voices import NO_WARD
from owl.geography.models import Postcode, Ward

THREADS = 2  # OpenSSL lets other threads run while it looks for primes


@dataclass(frozen=True, slots=True)
class PublicKey:
    """What anybody checks the ballots of a ward with."""

    ward_code: str  # "": homes in no known ward
    ward_name: str
    key: bytes  # SubjectPublicKeyInfo, DER


def make_keys(session: Session, consultation: Consultation) -> None:
    """Give the consultation a box, and a signing key for each ward of its neighbourhoods: about 50 ms a ward.

    Those that were made ahead are kept. The file of the box's key is written at once. If the transaction fails it
    stays, and opens nothing.
    """
    wards = sa.select(Postcode.ward_code).where(Postcode.neighbourhood_id.in_(consultation.neighbourhood_ids))
    codes = {NO_WARD, *session.scalars(wards.distinct())}
    of_this = SigningKey.consultation_id == consultation.id
    session.execute(sa.delete(SigningKey).where(of_this, SigningKey.ward_code.not_in(codes)))
    there = session.scalars(sa.select(SigningKey.ward_code).where(of_this))
    consultation.box_key = make_box_key()
    keep_keys(session, new_keys([(consultation.id, code) for code in sorted(codes.difference(there))]))


def new_keys(wanted: Sequence[tuple[int, str]]) -> list[dict[str, Any]]:
    """A fresh signing key for each of these consultations and wards, for keep_keys."""
    with ThreadPoolExecutor(THREADS) as pool:
        pairs = list(pool.map(lambda _: new_signing_key(), wanted))
    return [
        {"consultation_id": consultation_id, "ward_code": code, "public_key": public, "private_key": private}
        for (consultation_id, code), (public, private) in zip(wanted, pairs, strict=True)
    ]


def keep_keys(session: Session, keys: Sequence[Mapping[str, Any]]) -> None:
    """Keep these keys; where a ward has one, that one stays."""
    if keys:
        session.execute(insert(SigningKey).on_conflict_do_nothing(), keys)


def public_keys(session: Session, consultation_id: int) -> list[PublicKey]:
    """The public halves, by ward; kept after the count."""
    found = (
        sa.select(SigningKey.ward_code, Ward.name, SigningKey.public_key)
        .outerjoin(Ward, Ward.code == SigningKey.ward_code)
        .where(SigningKey.consultation_id == consultation_id)
        .order_by(SigningKey.ward_code)
    )
    return [PublicKey(code, name or "", key) for code, name, key in session.execute(found)]


def empty_box(session: Session, consultation_id: int) -> None:
    """Throw away the ballots and what signs them: after the count, or when a consultation is withdrawn.

    The clock destroys the file of the box's key once this is committed (owl.consultations.counting).
    """
    session.execute(sa.delete(SealedBallot).where(SealedBallot.consultation_id == consultation_id))
    spent = sa.update(SigningKey).where(SigningKey.consultation_id == consultation_id).values(private_key=None)
    session.execute(spent)
