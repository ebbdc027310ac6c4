"""The last part of a consultation's public address: short, readable, and its own."""

from __future__ import annotations

import re
import secrets
import unicodedata

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.consultations.consultation_models import Consultation

LONGEST = 60  # characters


def slug_of(title: str) -> str:
    """The title in letters, figures and hyphens: "What should we do?" becomes "what-should-we-do"."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain.replace("'", ""))
    return "-".join(words)[:LONGEST].strip("-") or "consultation"


def free_slug(session: Session, wanted: str) -> str:
    """The slug, or one that begins with it and that is free. Of two at once the unique column lets one in."""
    taken = set(session.scalars(sa.select(Consultation.slug).where(Consultation.slug.startswith(wanted))))
    if wanted not in taken:
        return wanted
    numbered = (f"{wanted}-{number}" for number in range(2, 100))
    return next((slug for slug in numbered if slug not in taken), f"{wanted}-{secrets.token_hex(4)}")
