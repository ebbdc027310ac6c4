"""How people come to a home, and where they have moved."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from owl.foundation.database import EncryptedText, Model


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
