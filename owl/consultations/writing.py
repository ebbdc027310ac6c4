"""Writing a consultation: until it is announced, everybody of its areas may change it."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from owl.accounts.permissions import Permission, require
from owl.consultations.consultation_models import Consultation, ConsultationStatus
from owl.consultations.consultation_queries import consultation_for
from owl.consultations.draft import ConsultationDraft
from owl.consultations.practising import check_real
from owl.foundation.audit import record_act
from owl.foundation.database import transaction
from owl.foundation.errors import Conflict


class ChangedMeanwhile(Conflict):
    """Somebody saved it since this page was opened."""

    def __init__(self) -> None:
        super().__init__(
            "A colleague saved this consultation after you opened it. What you typed is still here and was not "
            "saved. Look at theirs in another window before you save again."
        )


class AlreadyAnnounced(Conflict):
    """Residents have been told what is asked, and some may have answered."""

    def __init__(self) -> None:
        super().__init__(
            "This consultation is announced, so its questions can’t be changed: answers to two different questions "
            "would be counted as one. Begin a new version instead."
        )


def create_consultation(draft: ConsultationDraft, *, author_id: int, now: datetime) -> int:
    """The id of a new draft. Raises BadInput for what can't be kept, and Refused outside the author's areas."""
    draft = draft.tidied()
    with transaction() as session:
        require(session, author_id, Permission.CONSULT, draft.neighbourhood_ids)
        made = add_consultation(session, draft, author_id=author_id, now=now)
        return made.id


def save_consultation(
    consultation_id: int, draft: ConsultationDraft, *, user_id: int, version: int, now: datetime
) -> None:
    """Keep the draft over the version that its writer was shown.

    Raises NotFound, Refused, BadInput, AlreadyAnnounced or ChangedMeanwhile; then nothing is saved.
    """
    draft = draft.tidied()
    with transaction() as session:
        consultation = to_change(session, consultation_id, user_id=user_id, version=version)
        if consultation.round is not None:  # the clock announces it
            check_real(session, user_id)
        require(session, user_id, Permission.CONSULT, draft.neighbourhood_ids)
        for column, value in draft.columns().items():
            setattr(consultation, column, value)
        _record(session, "save consultation", consultation_id, user_id, now)


def begin_new_version(consultation_id: int, *, user_id: int, now: datetime) -> int:
    """The id of a draft that asks the same, to be changed; once it is announced it takes the other's place.

    Raises NotFound, Refused, or Conflict for a draft, which can be changed itself.
    """
    with transaction() as session:
        old = consultation_for(session, consultation_id, user_id=user_id)
        require(session, user_id, Permission.CONSULT, old.neighbourhood_ids)
        if old.status is ConsultationStatus.DRAFT:
            raise Conflict("This consultation is a draft: change it as it is.")
        until = old.closes_at if old.closes_at and old.closes_at > now else None
        draft = replace(ConsultationDraft.of(old), opens_at=None, closes_at=until)
        new = add_consultation(session, draft, author_id=user_id, now=now, replaces_id=old.id)
        _record(session, "begin new version", new.id, user_id, now, of=old.id)
        return new.id


def to_change(session: Session, consultation_id: int, *, user_id: int, version: int) -> Consultation:
    """The draft, locked, whose areas are all the user's.

    Raises NotFound, Refused, AlreadyAnnounced, or ChangedMeanwhile unless it is as it was shown.
    """
    consultation = consultation_for(session, consultation_id, user_id=user_id)
    require(session, user_id, Permission.CONSULT, consultation.neighbourhood_ids)
    session.refresh(consultation, with_for_update=True)
    if consultation.status is not ConsultationStatus.DRAFT:
        raise AlreadyAnnounced
    if consultation.version != version:
        raise ChangedMeanwhile
    return consultation


def add_consultation(
    session: Session, draft: ConsultationDraft, *, author_id: int, now: datetime, replaces_id: int | None = None
) -> Consultation:
    """A new draft, inside the caller's transaction, who has checked that its author may."""
    made = Consultation(
        slug=f"draft-{secrets.token_hex(8)}",
        author_id=author_id,
        created_at=now,
        replaces_id=replaces_id,
        **draft.columns(),
    )
    session.add(made)
    session.flush()
    _record(session, "create consultation", made.id, author_id, now)
    return made


def _record(session: Session, act: str, consultation_id: int, actor_id: int, now: datetime, **details: int) -> None:
    record_act(
        session, act, actor_id=actor_id, subject="consultation", subject_id=consultation_id, now=now, **details
    )  # fmt: skip
