"""Consultations are real: whoever is in training may write drafts and look, and changes nothing residents meet."""

from __future__ import annotations

from sqlalchemy.orm import Session

from owl.accounts.training import in_training
from owl.foundation.errors import Refused


class NotReal(Refused):
    """Somebody who practises would change what residents are asked, or what counts."""

    def __init__(self) -> None:
        super().__init__("You are in training, and this is about real residents, so nothing was changed.")


def check_real(session: Session, actor_id: int) -> None:
    """Raises NotReal for somebody in training."""
    if in_training(session, actor_id):
        raise NotReal
