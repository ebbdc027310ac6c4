"""Watches: schemes with an area, coordinators, members by choice, and homes that get messages on paper."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from owl.foundation.database import Choice, EncryptedText, Model
from owl.watches.vetting import Standing, Vetting


class WatchKind(StrEnum):
    """What a watch looks after."""

    NEIGHBOURHOOD = "neighbourhood"
    RURAL = "rural"
    BUSINESS = "business"
    SCHOOL = "school"
    SHOP = "shop"
    DOG = "dog"
    HORSE = "horse"
    PUB = "pub"
    PARK = "park"
    BOAT = "boat"

    @property
    def label(self) -> str:
        """As it is called: "Rural Watch"."""
        return f"{self.value.capitalize()} Watch"


class Watch(Model):
    """A scheme of one neighbourhood. The row stays when it has ended, because messages name it."""

    __tablename__ = "watch"
    __table_args__ = (Index(None, "neighbourhood_id", "name", unique=True),)  # a team's list

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[WatchKind] = mapped_column(Choice(WatchKind))
    name: Mapped[str]
    neighbourhood_id: Mapped[str] = mapped_column(ForeignKey("neighbourhood.id"))
    standing: Mapped[Standing] = mapped_column(Choice(Standing), default=Standing.PROPOSED)
    version: Mapped[int] = mapped_column(default=1)  # counts changes, so that two editors can't overwrite each other
    created_at: Mapped[datetime]


class WatchArea(Model):
    """A part of a watch's area: its whole neighbourhood, a ward, a postcode sector or a postcode.

    Codes of one kind never look like those of another. Only homes in the watch's own neighbourhood are meant.
    """

    __tablename__ = "watch_area"
    __table_args__ = (Index(None, "code"),)  # the watches around a home

    watch_id: Mapped[int] = mapped_column(ForeignKey("watch.id", ondelete="CASCADE"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)


class WatchCoordinator(Model):
    """Somebody who runs a watch, once vetted."""

    __tablename__ = "watch_coordinator"
    __table_args__ = (
        Index(None, "user_id"),  # the watches of who signs in
        CheckConstraint("tier BETWEEN 1 AND 3", name="a_tier"),
        CheckConstraint("vetting <> 'vetted' OR num_nulls(tier, vetted_until) = 0", name="vetted_whole"),
    )

    watch_id: Mapped[int] = mapped_column(ForeignKey("watch.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    vetting: Mapped[Vetting] = mapped_column(Choice(Vetting), default=Vetting.PROPOSED)
    tier: Mapped[int | None] = mapped_column(SmallInteger)  # owl.watches.vetting.Tier
    vetted_until: Mapped[datetime | None]
    named_at: Mapped[datetime]


class WatchMember(Model):
    """A subscriber's wish to belong to a watch, for one of their homes. Nobody else can make it."""

    __tablename__ = "watch_member"

    watch_id: Mapped[int] = mapped_column(ForeignKey("watch.id", ondelete="CASCADE"), primary_key=True)
    subscription_id: Mapped[int] = mapped_column(
        ForeignKey("subscription.id", ondelete="CASCADE"), primary_key=True, index=True
    )  # "my watches"
    paper_if_unreached: Mapped[bool]  # whether the coordinator may bring on paper what can't arrive otherwise
    joined_at: Mapped[datetime]


class WatchHome(Model):
    """A home that gets messages on paper, because nobody there is online and they asked for it. No name is kept."""

    __tablename__ = "watch_home"

    watch_id: Mapped[int] = mapped_column(ForeignKey("watch.id", ondelete="CASCADE"), primary_key=True)
    household_id: Mapped[int] = mapped_column(
        ForeignKey("household.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    house: Mapped[str] = mapped_column(EncryptedText("watch_home.house"))  # as its coordinator wrote it
    added_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    confirmed_at: Mapped[datetime]  # when they asked for it, or last took a message: forgotten a year later
