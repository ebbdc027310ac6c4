"""What the texts of one team may cost in a month."""

from __future__ import annotations

from datetime import datetime

from owl.accounts.models import Team
from owl.accounts.permissions import Permission, require
from owl.foundation.audit import record_act
from owl.foundation.database import transaction
from owl.foundation.errors import BadInput, NotFound

MOST = 100_000  # pounds


def set_text_ceiling(team_id: int, typed: str, *, actor_id: int, now: datetime) -> None:
    """Let this many pounds be the ceiling, as typed; nothing typed is no ceiling.

    Raises BadInput for `pounds`, NotFound or Refused.
    """
    plain = typed.strip().removeprefix("£").replace(",", "")
    fits = plain.isascii() and plain.isdigit() and len(plain) <= len(str(MOST)) and int(plain) <= MOST
    if plain and not fits:
        raise BadInput({"pounds": f"Enter whole pounds up to {MOST:,}, or leave it empty."})
    with transaction() as session:
        require(session, actor_id, Permission.ADMINISTER)
        team = session.get(Team, team_id, with_for_update=True)
        if team is None:
            raise NotFound("There is no such team.")
        before, team.texts_monthly_pounds = team.texts_monthly_pounds, int(plain) if plain else None
        record_act(
            session, "set ceiling on texts", actor_id=actor_id, subject="team", subject_id=team_id, now=now,
            before=before, after=team.texts_monthly_pounds,
        )  # fmt: skip
