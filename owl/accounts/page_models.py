"""What a team keeps on its public page by itself: when residents can meet it, and where else it writes."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from owl.foundation.database import Choice, Model


class Network(StrEnum):
    """A service of others on which a team may write."""

    FACEBOOK = "facebook"
    X = "x"
    INSTAGRAM = "instagram"
    NEXTDOOR = "nextdoor"
    YOUTUBE = "youtube"
    BLUESKY = "bluesky"
    WHATSAPP = "whatsapp"

    @property
    def label(self) -> str:
        """As it calls itself."""
        named = {"x": "X (Twitter)", "youtube": "YouTube", "whatsapp": "WhatsApp channel"}
        return named.get(self.value, self.value.capitalize())

    @property
    def hosts(self) -> tuple[str, ...]:
        """Where its pages lie, without "www."."""
        return {
            "x": ("x.com", "twitter.com"),
            "nextdoor": ("nextdoor.co.uk", "nextdoor.com"),
            "bluesky": ("bsky.app",),
        }.get(self.value, (f"{self.value}.com",))


class TeamMeeting(Model):
    """When and where residents can meet their team: a beat meeting, a street surgery, a stall."""

    __tablename__ = "team_meeting"
    __table_args__ = (
        CheckConstraint("begins_at < ends_at", name="begins_before_it_ends"),
        Index(None, "team_id", "ends_at"),  # a neighbourhood's page and calendar
        Index(None, "ends_at"),  # the county's
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[uuid.UUID] = mapped_column(unique=True, default=uuid.uuid4)  # in calendars of others, for good
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"))
    version: Mapped[int] = mapped_column(default=1)  # counts saves; calendars take the highest
    title: Mapped[str]
    place: Mapped[str]
    words: Mapped[str]  # plain text; may be empty
    begins_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]  # it stays, so that whoever had it in mind reads so
    changed_at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # SQLAlchemy reads a plain dict


class SocialAccount(Model):
    """A team's page on a service of others."""

    __tablename__ = "social_account"

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"), primary_key=True)
    network: Mapped[Network] = mapped_column(Choice(Network), primary_key=True)
    address: Mapped[str]  # https://…
