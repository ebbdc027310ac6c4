"""How much of their week's allowance subscribers have used up."""

from __future__ import annotations

from datetime import date

from sqlalchemy import SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from owl.foundation.database import Model


class AllowanceUse(Model):
    """How many routine messages were planned for a subscriber in one week of London, but for those left to a digest.

    Written by planning alone. No foreign key: checking it costs more than the row (adr 21); erasing knows the table.
    """

    __tablename__ = "allowance_use"
    __table_args__ = ({"postgresql_with": {"fillfactor": 50}},)  # counted up in place

    subscriber_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    week: Mapped[date] = mapped_column(primary_key=True)  # its Monday
    used: Mapped[int] = mapped_column(SmallInteger)
