"""Partners, whose messages a subscriber gets only with a tick of its own."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from owl.foundation.database import Model


class Partner(Model):
    """An organisation on whose behalf a team writes: a council, fire and rescue, Neighbourhood Watch.

    The row stays when the partnership ends, because messages and ticks name it.
    """

    __tablename__ = "partner"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    purpose: Mapped[str]  # what a resident gets by ticking it; a new purpose is a new partner
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]  # nobody can write on its behalf or tick it any more


class PartnerTick(Model):
    """A subscriber's wish for a partner's messages, from one moment until it is taken back."""

    __tablename__ = "partner_tick"
    __table_args__ = (
        Index(None, "subscriber_id", "partner_id", unique=True, postgresql_where="taken_back_at IS NULL"),
        Index(None, "partner_id", postgresql_where="taken_back_at IS NULL"),  # whom its messages reach
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscriber.id", ondelete="CASCADE"))
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"))
    purpose: Mapped[str]  # as it was shown
    source: Mapped[str]  # "web form", "my page"
    ticked_at: Mapped[datetime]
    taken_back_at: Mapped[datetime | None]
