"""What the tests of confirming have in common."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session


def count(session: Session, model: type) -> int:
    return session.execute(sa.select(sa.func.count()).select_from(model)).scalar_one()
