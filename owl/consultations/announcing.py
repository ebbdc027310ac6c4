"""Announcing a consultation: from then on its questions stand, and it opens and closes by the clock."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.permissions import Permission, require
from owl.consultations.box_keys import has_box_key
from owl.consultations.consultation_models import Consultation, ConsultationStatus
from owl.consultations.consultation_queries import consultation_for
from owl.consultations.draft import ConsultationDraft
from owl.consultations.keys import empty_box, make_keys
from owl.consultations.life_cycle import MOVES, Phase, phase_of
from owl.consultations.practising import check_real
from owl.consultations.slugs import free_slug, slug_of
from owl.consultations.writing import to_change
from owl.foundation.audit import record_act
from owl.foundation.database import transaction
from owl.foundation.errors import BadInput, Conflict
from owl.geography.models import Neighbourhood
from owl.messages.models import Message, MessageStatus

S = ConsultationStatus
LONGEST_REASON = 500  # characters


def announce_consultation(consultation_id: int, *, actor_id: int, version: int, now: datetime) -> None:
    """Fix the questions, make the keys and let the clock open it. What it is a new version of ends now.

    Raises NotFound, Refused, AlreadyAnnounced, ChangedMeanwhile, or BadInput with all that is missing.
    """
    with transaction() as session:
        consultation = to_change(session, consultation_id, user_id=actor_id, version=version)
        check_real(session, actor_id)
        announce(session, consultation, actor_id=actor_id, now=now)


def announce(session: Session, consultation: Consultation, *, actor_id: int | None, now: datetime) -> None:
    """The same for a draft that is locked, inside the caller's transaction. `actor_id` None: the clock.

    Raises BadInput.
    """
    if faults := ConsultationDraft.of(consultation).missing(now=now):
        raise BadInput(faults)
    consultation.slug = free_slug(session, _slug_for(session, consultation))
    consultation.opens_at = max(now, consultation.opens_at or now)
    consultation.status = S.ANNOUNCED
    session.flush()
    make_keys(session, consultation)
    if consultation.replaces_id is not None:
        _end_for_a_new_one(session, consultation.replaces_id, now)
    _record(session, "announce consultation", consultation.id, actor_id, now)


def withdraw_consultation(consultation_id: int, *, actor_id: int, reason: str, now: datetime) -> None:
    """Ask no more. Ballots that came in are destroyed unread, and invitations still to go out are not sent.

    Raises NotFound, Refused, BadInput for `reason`, or Conflict once it is closed.
    """
    reason = reason.strip()
    with transaction() as session:
        consultation = consultation_for(session, consultation_id, user_id=actor_id)
        require(session, actor_id, Permission.CONSULT, consultation.neighbourhood_ids)
        session.refresh(consultation, with_for_update=True)
        was = phase_of(consultation, now)
        if was is not Phase.DRAFT or consultation.round is not None:
            check_real(session, actor_id)
        # Closed, it is counted within a minute. Where its key is lost it never can be, and may be withdrawn still.
        counts = was is Phase.CLOSED and has_box_key(consultation.box_key or b"")
        if S.WITHDRAWN not in MOVES[consultation.status] or counts:
            raise Conflict("This consultation is over, so it can’t be withdrawn any more.")
        if was is not Phase.DRAFT and not reason:
            raise BadInput({"reason": "Say why. Residents find it on the page of the consultation."})
        if len(reason) > LONGEST_REASON or "\0" in reason:
            raise BadInput({"reason": f"Give the reason in {LONGEST_REASON} characters or fewer."})
        consultation.status, consultation.withdrawn_because = S.WITHDRAWN, reason or None
        empty_box(session, consultation_id)
        stop_inviting(session, consultation_id, now)
        _record(session, "withdraw consultation", consultation_id, actor_id, now)


def stop_inviting(session: Session, consultation_id: int, now: datetime) -> None:
    """Let no further invitation go out: what is still to be sent of them expires."""
    goes_out = Message.status.not_in([MessageStatus.SENT, MessageStatus.CLOSED, MessageStatus.CANCELLED])
    still = sa.or_(Message.valid_until.is_(None), Message.valid_until > now)
    session.execute(
        sa.update(Message)
        .where(Message.consultation_id == consultation_id, goes_out, still)
        .values(valid_until=now, version=Message.version + 1)
        .execution_options(synchronize_session=False)
    )


def _end_for_a_new_one(session: Session, consultation_id: int, now: datetime) -> None:
    """Close the older version now: what it was answered is counted by itself. One that never opened is withdrawn."""
    old = session.get_one(Consultation, consultation_id, with_for_update=True, populate_existing=True)
    phase = phase_of(old, now)
    if phase is Phase.OPEN:
        old.closes_at = now
    elif phase is Phase.COMING:
        old.status = S.WITHDRAWN
        empty_box(session, old.id)
    if phase in {Phase.OPEN, Phase.COMING}:
        stop_inviting(session, old.id, now)


def _slug_for(session: Session, consultation: Consultation) -> str:
    """With the name of the neighbourhood where it is one: thirty-three ask the same at the same time."""
    ids = consultation.neighbourhood_ids
    if len(ids) != 1:
        return slug_of(consultation.title)
    place = session.scalar(sa.select(Neighbourhood.name).where(Neighbourhood.id == ids[0])) or ""
    return slug_of(f"{place} {consultation.round or consultation.title}")


def _record(session: Session, act: str, consultation_id: int, actor_id: int | None, now: datetime) -> None:
    record_act(session, act, actor_id=actor_id, subject="consultation", subject_id=consultation_id, now=now)
