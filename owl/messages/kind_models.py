"""What administrators have said of kinds of message."""

from __future__ import annotations

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from owl.accounts.models import RoleName
from owl.foundation.database import Choice, Model
from owl.foundation.notices import Channel
from owl.households.choices import Kind
from owl.messages.models import Severity


class KindRule(Model):
    """How one kind is written. A kind without a row is as owl.messages.kinds has it."""

    __tablename__ = "kind_rule"
    __table_args__ = (
        CheckConstraint("cardinality(roles) > 0", name="somebody_writes_it"),
        CheckConstraint("cardinality(channels) > 0", name="it_goes_somewhere"),
        CheckConstraint("valid_days BETWEEN 1 AND 366", name="valid_for_a_year_at_most"),
    )

    kind: Mapped[Kind] = mapped_column(Choice(Kind), primary_key=True)
    label: Mapped[str]  # for authors; residents read it in their own language
    roles: Mapped[list[str]]  # RoleName: who may send it for approval, or out
    severity: Mapped[Severity] = mapped_column(Choice(Severity))
    channels: Mapped[list[str]]
    valid_days: Mapped[int | None]  # None: without an end


WRITERS = (RoleName.OFFICER, RoleName.SUPERVISOR, RoleName.INSPECTOR)
USUAL_CHANNELS = (Channel.EMAIL,)
