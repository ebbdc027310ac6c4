"""How people come to a home, and where they have moved."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from owl.foundation.database import Choice, EncryptedText, Model


class Invitation(Model):
    """A link by which the others of a home join it.

    No name and no address of those invited is held: whoever invites passes the link on. See docs/adr/0025.
    """

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    subscription_id: Mapped[int] = mapped_column(ForeignKey("subscription.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    token: Mapped[str] = mapped_column(EncryptedText("invitation.token"))  # to show the link again to whoever made it
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]  # also when it was ended before its time
    joined: Mapped[int] = mapped_column(default=0)  # how many have come by it


class HomeMove(Model):
    """A subscriber's change of home: what was sent stays counted at the home before."""

    __tablename__ = "home_move"

    id: Mapped[int] = mapped_column(primary_key=True)
    subscription_id: Mapped[int] = mapped_column(ForeignKey("subscription.id", ondelete="CASCADE"), index=True)
    from_household_id: Mapped[int] = mapped_column(ForeignKey("household.id", ondelete="CASCADE"))
    to_household_id: Mapped[int] = mapped_column(ForeignKey("household.id", ondelete="CASCADE"))
    at: Mapped[datetime]


class Why(StrEnum):
    """Why a home is placed elsewhere by a new set of geography."""

    BOUNDARY = "boundary"  # its postcode is in another neighbourhood now
    ARRIVED = "arrived"  # its place was chosen by hand, and now the file knows its postcode
    WITHDRAWN = "withdrawn"  # its postcode is no longer listed: it goes with its nearest neighbour
    GONE = "gone"  # chosen by hand, in a neighbourhood that is no more

    @property
    def label(self) -> str:
        """For the administrator."""
        return {
            "boundary": "The boundary has moved",
            "arrived": "Chosen by hand before; now the postcode is known",
            "withdrawn": "The postcode is no longer listed",
            "gone": "Chosen by hand; the neighbourhood is no more",
        }[self.value]


class Relocation(Model):
    """A home that a new set of geography has placed elsewhere, for one of its people, who is to be told."""

    __tablename__ = "relocation"
    __table_args__ = (
        UniqueConstraint("set_id", "subscription_id"),
        Index(None, "id", postgresql_where="told_at IS NULL"),  # who is still to be told
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    set_id: Mapped[int] = mapped_column(ForeignKey("geography_set.id"))
    subscription_id: Mapped[int] = mapped_column(ForeignKey("subscription.id", ondelete="CASCADE"), index=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id", ondelete="CASCADE"))
    from_neighbourhood_id: Mapped[str]  # it may be no more
    from_name: Mapped[str]  # with its district, as they were called
    why: Mapped[Why] = mapped_column(Choice(Why))
    at: Mapped[datetime]
    told_at: Mapped[datetime | None]  # also when there was nobody to tell any more
