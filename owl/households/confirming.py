"""An address is proved: the link was pressed, or the code typed."""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from owl.foundation.database import transaction
from owl.foundation.errors import BadInput, Expired
from owl.foundation.languages import gettext, mark, ngettext
from owl.foundation.notices import Channel, send_notice
from owl.foundation.signed_links import hash_token
from owl.households.consent import FORM, MY_PAGE, WORDING
from owl.households.contact_points import find_contact_point, is_in_use
from owl.households.models import ContactPoint, Joining, Proof
from owl.households.proving import CODE_DIGITS, asker_is, hash_code, hold_asker
from owl.households.registering import add_contact_point, register
from owl.households.typed_text import LONGEST, without_unseen

TRIES = 5


class Outcome(StrEnum):
    """What came of a proof that was good."""

    DONE = "done"
    ALREADY_DONE = "already_done"  # pressed or typed twice
    IN_USE = "in_use"  # meanwhile the address came to reach somebody; nothing was added


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What came of a proof, and for whom."""

    outcome: Outcome
    channel: Channel
    subscriber_id: int | None  # None: in use
    joining_id: int | None  # None: an address that a subscriber added


class DeadLink(Expired):
    """A link that we don't know any more, or never knew."""

    def __init__(self) -> None:
        super().__init__(gettext("This link does not work any more. Links work for two days."))


class WrongCode(BadInput):
    """The code can't be taken; the sentence says what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__({"code": sentence})


SHAPE = mark("Enter the %(digits)s digits from our text.")
RUN_OUT = mark("This code has run out: a code works for 10 minutes. Ask for a new one.")
SPENT = mark("This code can’t be used any more after %(tries)s tries. Ask for a new one.")


def link_works(session: Session, token: str, *, now: datetime) -> bool:
    """Whether pressing the link would do something or say that it is done."""
    proof = _proof_of(session, token)
    return proof is not None and not _has_run_out(proof, now)


def confirm_link(token: str, *, now: datetime) -> Confirmed:
    """Take the press of a link as the proof of its email address. Twice is the same as once.

    Raises DeadLink.
    """
    with transaction() as session:
        proof = _proof_of(session, token)
        if proof is not None:
            hold_asker(session, proof.joining_id, proof.subscriber_id)
            proof = _proof_of(session, token)  # once more: somebody may have been at work on it
        if proof is None or _has_run_out(proof, now):
            raise DeadLink
        return _confirm(session, proof, now)


def confirm_code(
    code: str, *, joining_id: int | None = None, subscriber_id: int | None = None, now: datetime
) -> Confirmed:
    """Take the code as the proof of the mobile that was last asked about. Twice is the same as once.

    Raises WrongCode, with how many tries are left.
    """
    typed = "".join(without_unseen(code[:LONGEST]).split()).replace("-", "")
    if len(typed) != CODE_DIGITS or not typed.isascii() or not typed.isdigit():
        raise WrongCode(gettext(SHAPE, digits=CODE_DIGITS))
    with transaction() as session:
        hold_asker(session, joining_id, subscriber_id)
        proof = session.scalar(
            select(Proof)
            .where(asker_is(joining_id, subscriber_id), Proof.channel == Channel.SMS)
            .order_by(Proof.created_at.desc(), Proof.id.desc())
            .limit(1)
            .execution_options(populate_existing=True)
        )
        came_of_it = _try_code(session, proof, typed, now)  # a wrong try is counted, so it must be committed
    if isinstance(came_of_it, WrongCode):
        raise came_of_it
    return came_of_it


def _try_code(session: Session, proof: Proof | None, code: str, now: datetime) -> Confirmed | WrongCode:
    if proof is None or _has_run_out(proof, now):
        return WrongCode(gettext(RUN_OUT))
    if proof.tries >= TRIES:
        return WrongCode(gettext(SPENT, tries=TRIES))
    if hmac.compare_digest(proof.secret_hash or b"", hash_code(proof.id, code)):
        return _confirm(session, proof, now)
    proof.tries += 1
    left = TRIES - proof.tries
    if not left:
        return WrongCode(gettext(SPENT, tries=TRIES))
    return WrongCode(
        ngettext(
            "That is not the code in our newest text. You have %(num)s try left.",
            "That is not the code in our newest text. You have %(num)s tries left.",
            left,
        )
    )


def _confirm(session: Session, proof: Proof, now: datetime) -> Confirmed:
    point = find_contact_point(session, proof.address_index)
    owner = _asker(session, proof)
    is_theirs = point is not None and owner is not None and point.subscriber_id == owner
    if proof.used_at is not None or (is_theirs and is_in_use(point)):
        outcome, subscriber_id = Outcome.ALREADY_DONE, owner if is_theirs else None
    else:
        finish = _finish_joining if proof.joining_id is not None else _add_to_subscriber
        outcome, subscriber_id = Outcome.DONE, finish(session, proof, now)
    proof.used_at = proof.used_at or now
    if subscriber_id is None:
        outcome = Outcome.IN_USE
    return Confirmed(outcome, proof.channel, subscriber_id, proof.joining_id)


def _asker(session: Session, proof: Proof) -> int | None:
    """The subscriber who asked, or whom another address of the same joining made."""
    if proof.joining_id is None:
        return proof.subscriber_id
    return session.get_one(Joining, proof.joining_id, populate_existing=True).subscriber_id


def _finish_joining(session: Session, proof: Proof, now: datetime) -> int | None:
    """Both addresses of one joining reach one subscriber, whichever is proved first."""
    joining = session.get_one(Joining, proof.joining_id)
    answers = json.loads(joining.answers)
    if joining.subscriber_id is None:
        joining.subscriber_id = register(
            session, answers, proof.channel, proof.address, now, consented_at=joining.consented_at
        )
        return joining.subscriber_id
    added = add_contact_point(
        session,
        joining.subscriber_id,
        channel=proof.channel,
        address=proof.address,
        wording=answers["wording"],
        source=FORM,
        now=now,
        consented_at=joining.consented_at,
    )
    return joining.subscriber_id if added else None


def _add_to_subscriber(session: Session, proof: Proof, now: datetime) -> int | None:
    if proof.subscriber_id is None:
        return None
    added = add_contact_point(
        session,
        proof.subscriber_id,
        channel=proof.channel,
        address=proof.address,
        wording=WORDING,
        source=MY_PAGE,
        now=now,
    )
    if not added:
        return None
    _tell_other_addresses(session, proof.subscriber_id, proof.address_index, now)
    return proof.subscriber_id


def _tell_other_addresses(session: Session, subscriber_id: int, new: bytes, now: datetime) -> None:
    """Whoever got hold of somebody's page can't add an address in secret."""
    others = select(ContactPoint).where(
        ContactPoint.subscriber_id == subscriber_id,
        ContactPoint.address_index != new,
        ContactPoint.suppressed_at.is_(None),
    )
    for point in session.scalars(others).all():
        if point.address is not None:
            send_notice(session, "address_added", channel=point.channel, address=point.address, now=now)


def _proof_of(session: Session, token: str) -> Proof | None:
    asked = select(Proof).where(Proof.secret_hash == hash_token(token), Proof.channel == Channel.EMAIL)
    return session.scalar(asked.execution_options(populate_existing=True))


def _has_run_out(proof: Proof, now: datetime) -> bool:
    return proof.used_at is None and proof.expires_at <= now
