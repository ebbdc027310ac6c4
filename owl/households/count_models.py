"""What is counted beforehand, so that an audience is counted in milliseconds. See docs/adr/0015-kept-counts.md."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Computed, Identity, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from owl.foundation.database import Choice, Model
from owl.foundation.notices import Channel


class ReachCount(Model):
    """How many of one kind reach the homes of one postcode, but for homes that are counted one by one."""

    __tablename__ = "reach_count"
    __table_args__ = (Index(None, "kind", "neighbourhood_id"), Index(None, "postcode", "kind"))

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    postcode: Mapped[str]
    sector: Mapped[str] = mapped_column(Computed("left(postcode, -2)", persisted=True))
    neighbourhood_id: Mapped[str]
    ward_code: Mapped[str | None]
    kind: Mapped[str]
    homes: Mapped[int] = mapped_column(Integer)  # with somebody who gets a mail or a text
    homes_by_mail: Mapped[int] = mapped_column(Integer)
    homes_by_text: Mapped[int] = mapped_column(Integer)
    mails: Mapped[int] = mapped_column(Integer)
    texts: Mapped[int] = mapped_column(Integer)


class ReachApart(Model):
    """A contact point and a home of it that are counted one by one: somebody there has another home, or has paused."""

    __tablename__ = "reach_apart"
    __table_args__ = (Index(None, "neighbourhood_id"), Index(None, "postcode"))

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    contact_point_id: Mapped[int]
    channel: Mapped[Channel] = mapped_column(Choice(Channel))
    kinds: Mapped[list[str]]
    paused_until: Mapped[datetime | None]
    household_id: Mapped[int]
    postcode: Mapped[str]
    sector: Mapped[str] = mapped_column(Computed("left(postcode, -2)", persisted=True))
    neighbourhood_id: Mapped[str]
    ward_code: Mapped[str | None]


class ReachStale(Model):
    """A change since the counts were made, noted by triggers: homes of this postcode or of this subscriber.

    Rows are only ever added, and taken away when counted, so nobody waits for anybody.
    """

    __tablename__ = "reach_stale"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    postcode: Mapped[str | None]
    subscriber_id: Mapped[int | None]
