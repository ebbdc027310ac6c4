"""What is counted beforehand, so that an audience is counted in milliseconds. See docs/adr/0015-kept-counts.md."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Computed, Identity, Index, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from owl.foundation.database import Choice, Model
from owl.foundation.notices import Channel
from owl.households.choices import HowFar

MEASURES = ("homes", "homes_by_mail", "homes_by_text", "mails", "texts")


def kept_in(measure: str, *, urgent: bool, how_far: HowFar) -> str:
    """The column with this measure of a message that is urgent or not, and reaches homes as near as this."""
    return f"{measure}_{'urgent' if urgent else 'routine'}_{how_far.value}"


class ReachCount(Model):
    """How many of one kind reach the homes of one postcode, but for homes that are counted one by one.

    Of each measure six columns (`kept_in`), because people choose how far around and how urgent. Homes: with
    somebody who gets a mail or a text, or by the channel that alone is used.
    """

    __tablename__ = "reach_count"
    __table_args__ = (Index(None, "kind", "neighbourhood_id"), Index(None, "postcode", "kind"))

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    postcode: Mapped[str]
    sector: Mapped[str] = mapped_column(Computed("left(postcode, -2)", persisted=True))
    neighbourhood_id: Mapped[str]
    ward_code: Mapped[str | None]
    kind: Mapped[str]


KEPT = [(measure, urgent, far) for urgent in (False, True) for far in HowFar for measure in MEASURES]
for _measure, _urgent, _far in KEPT:
    setattr(ReachCount, kept_in(_measure, urgent=_urgent, how_far=_far), mapped_column(SmallInteger, nullable=False))


class ReachApart(Model):
    """A contact point and a home of it that are counted one by one: somebody there has another home, or has paused."""

    __tablename__ = "reach_apart"
    __table_args__ = (Index(None, "neighbourhood_id"), Index(None, "postcode"))

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    contact_point_id: Mapped[int]
    channel: Mapped[Channel] = mapped_column(Choice(Channel))
    kinds: Mapped[list[str]]
    not_by_mail: Mapped[list[str]]
    not_by_text: Mapped[list[str]]
    texts_only_urgent: Mapped[bool]
    only_urgent: Mapped[bool]
    how_far: Mapped[HowFar] = mapped_column(Choice(HowFar))
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
