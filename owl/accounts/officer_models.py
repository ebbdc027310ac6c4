"""The officers of a team, as residents see them."""

from __future__ import annotations

from sqlalchemy import ForeignKey, LargeBinary, SmallInteger
from sqlalchemy.orm import Mapped, deferred, mapped_column

from owl.foundation.database import Model


class TeamOfficer(Model):
    """A named officer of a team, with a way to reach them at work. Whoever leaves is taken off."""

    __tablename__ = "team_officer"

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"), index=True)  # a team's page
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"), index=True)  # who leaves
    name: Mapped[str]
    rank: Mapped[str | None]
    email: Mapped[str | None]  # at work
    phone: Mapped[str | None]  # at work
    place: Mapped[int] = mapped_column(SmallInteger, default=0)  # in the list, the first first
    photo: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))  # a JPEG drawn anew by us
    photo_version: Mapped[str | None]  # a part of its hash, so that browsers may keep it
