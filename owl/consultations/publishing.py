"""Results for all to see: once an officer has looked at every remark, and never taken back."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from owl.consultations.consultation_models import ConsultationStatus, Remark
from owl.consultations.remark_queries import progress
from owl.consultations.remarks import counted_consultation, forget_what_was_taken_out
from owl.foundation.audit import record_act
from owl.foundation.database import transaction
from owl.foundation.errors import Conflict


class NotLookedAt(Conflict):
    """There are remarks that nobody has looked at."""

    def __init__(self, waiting: int) -> None:
        are = "1 remark waits" if waiting == 1 else f"{waiting:,} remarks wait"
        super().__init__(f"Look at all remarks first: {are} still.")


class AlreadyPublished(Conflict):
    """The results are for all to see."""


def publish_results(consultation_id: int, *, actor_id: int, now: datetime) -> None:
    """Show the results to everybody. What was taken out of remarks is deleted for good.

    Raises NotFound, Refused, StillSealed, NotLookedAt or AlreadyPublished.
    """
    with transaction() as session:
        consultation = counted_consultation(session, consultation_id, actor_id=actor_id)
        if consultation.status is ConsultationStatus.PUBLISHED:
            raise AlreadyPublished("These results are published already.")
        if waiting := progress(session, consultation_id).waiting:
            raise NotLookedAt(waiting)
        taken_out = sa.select(Remark).where(Remark.consultation_id == consultation_id, Remark.redacted.is_not(None))
        for remark in session.scalars(taken_out.execution_options(yield_per=1_000)):
            forget_what_was_taken_out(remark)
        consultation.status, consultation.published_at = ConsultationStatus.PUBLISHED, now
        record_act(
            session, "publish results", actor_id=actor_id, subject="consultation", subject_id=consultation_id, now=now
        )
