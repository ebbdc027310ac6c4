"""The sites that messages may link to, beside those that are always allowed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from owl.foundation.database import Model


class AllowedSite(Model):
    """A site that an administrator lets messages link to, with all below it."""

    __tablename__ = "allowed_site"

    host: Mapped[str] = mapped_column(primary_key=True)  # of owl.messages.checks.hosts: small letters, no others
    reason: Mapped[str]  # whose it is and why people should go there
    added_at: Mapped[datetime]
