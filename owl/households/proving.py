"""Proof that an address is the asker's own: a link that is pressed (email) or a code that is typed (mobile).

Nothing on the page tells whether an address is known; its owner is told in a notice.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from owl.foundation.database import contact_keys
from owl.foundation.notices import Channel, send_notice
from owl.foundation.signed_links import new_token
from owl.households.contact_points import find_contact_point, hold_address, index_of, is_in_use
from owl.households.models import ContactPoint, Joining, Proof, Subscriber

LIFETIME = {Channel.EMAIL: timedelta(hours=48), Channel.SMS: timedelta(minutes=10)}
DAY = timedelta(days=1)
PROOFS_A_DAY = 3  # to one address, so that nobody can be flooded by somebody else's joining
CODE_DIGITS = 6


def ask_for_proof(
    session: Session,
    *,
    channel: Channel,
    address: str,
    joining_id: int | None = None,
    subscriber_id: int | None = None,
    now: datetime,
) -> None:
    """Send the address a link or a code, for a joining or for a subscriber who adds an address.

    The owner of a known address is told so instead. An address that was written to three times within
    a day gets nothing more. None of that shows to the asker. Belongs inside the caller's transaction.
    """
    hold_asker(session, joining_id, subscriber_id)
    index = index_of(channel, address)
    hold_address(session, index)
    asker = asker_is(joining_id, subscriber_id)
    _end_other_addresses(session, asker, channel, index, now)
    known = find_contact_point(session, index)
    if known is not None and is_in_use(known) and known.subscriber_id == subscriber_id:
        return
    sent = _written_to_today(session, index, now)
    if sent >= PROOFS_A_DAY and _is_waiting(session, asker, channel, now):
        return  # what was sent last still works
    proof = Proof(
        joining_id=joining_id,
        subscriber_id=subscriber_id,
        channel=channel,
        address=address,
        address_index=index,
        created_at=now,
        expires_at=now + LIFETIME[channel],
    )
    session.add(proof)
    session.flush()
    if sent < PROOFS_A_DAY:
        _write(session, proof, known, now)


def hash_code(proof_id: int, code: str) -> bytes:
    """What the database holds of a code: keyed, since all codes are tried in a moment."""
    return contact_keys().blind_index(f"{proof_id}:{code}", context="proof.code")


def asker_is(joining_id: int | None, subscriber_id: int | None) -> ColumnElement[bool]:
    """The proofs of one joining, or of one subscriber."""
    return Proof.joining_id == joining_id if joining_id is not None else Proof.subscriber_id == subscriber_id


def hold_asker(session: Session, joining_id: int | None, subscriber_id: int | None) -> None:
    """Let one transaction at a time work on the proofs of one asker: lock the asker first, then proof and address."""
    asker = select(Joining.id).where(Joining.id == joining_id)
    if joining_id is None:
        asker = select(Subscriber.id).where(Subscriber.id == subscriber_id)
    session.execute(asker.with_for_update(key_share=True))


def _write(session: Session, proof: Proof, known: ContactPoint | None, now: datetime) -> None:
    send = partial(send_notice, session, channel=proof.channel, address=proof.address, now=now)
    if is_in_use(known):
        send("already_known")
    elif proof.channel is Channel.EMAIL:
        token, proof.secret_hash = new_token()
        path = "join/prove" if proof.joining_id is not None else "my/prove"
        send("prove_email", path=path, token=token)
    else:
        code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
        proof.secret_hash = hash_code(proof.id, code)
        send("prove_mobile", code=code)


def _written_to_today(session: Session, address_index: bytes, now: datetime) -> int:
    asked = select(func.count()).where(Proof.address_index == address_index, Proof.created_at > now - DAY)
    return session.execute(asked).scalar_one()


def _is_waiting(session: Session, asker: ColumnElement[bool], channel: Channel, now: datetime) -> bool:
    asked = select(Proof.id).where(asker, Proof.channel == channel, Proof.used_at.is_(None), Proof.expires_at > now)
    return session.scalar(asked.limit(1)) is not None


def _end_other_addresses(
    session: Session, asker: ColumnElement[bool], channel: Channel, address_index: bytes, now: datetime
) -> None:
    """An address that was mistyped and put right: what went to the wrong one opens nothing."""
    session.execute(
        update(Proof)
        .where(asker, Proof.channel == channel, Proof.address_index != address_index, Proof.used_at.is_(None))
        .where(Proof.expires_at > now)
        .values(expires_at=now)
    )
