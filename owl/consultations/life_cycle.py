"""Where a consultation stands at a moment: its row says how far it came, the clock says whether it is open."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from owl.consultations.consultation_models import Consultation, ConsultationStatus

S = ConsultationStatus
MOVES: dict[ConsultationStatus, frozenset[ConsultationStatus]] = {
    S.DRAFT: frozenset({S.ANNOUNCED, S.WITHDRAWN}),
    S.ANNOUNCED: frozenset({S.COUNTED, S.WITHDRAWN}),
    S.COUNTED: frozenset({S.PUBLISHED}),
    S.PUBLISHED: frozenset(),
    S.WITHDRAWN: frozenset(),
}


class Phase(StrEnum):
    """What residents and teams find."""

    DRAFT = "draft"
    COMING = "coming"  # announced, not open yet
    OPEN = "open"
    CLOSED = "closed"  # and not counted yet: nobody knows an answer
    COUNTED = "counted"  # its team reads it; nothing is published
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """For the screen."""
        return "Coming up" if self is Phase.COMING else self.value.capitalize()


def phase_of(consultation: Consultation, now: datetime) -> Phase:
    """Where it stands now. It is open from `opens_at` until the second before `closes_at`."""
    status, opens_at, closes_at = consultation.status, consultation.opens_at, consultation.closes_at
    if status is not S.ANNOUNCED or opens_at is None or closes_at is None:
        return Phase(status.value) if status is not S.ANNOUNCED else Phase.DRAFT
    if now < opens_at:
        return Phase.COMING
    return Phase.OPEN if now < closes_at else Phase.CLOSED
