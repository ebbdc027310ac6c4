"""What was done with a reply, out of the audit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from owl.accounts.colleagues import signature
from owl.accounts.models import User
from owl.foundation.audit import Audit
from owl.replies.references import reference_of
from owl.replies.states import Ending

SHOWN = 30


@dataclass(frozen=True, slots=True)
class Act:
    """One act, in words: "PC Amy Field took it", and when."""

    words: str
    at: datetime


def history_of(session: Session, reply_id: int) -> tuple[Act, ...]:
    """What was done with the reply, the newest first; notes and answers stand in the conversation itself."""
    other = aliased(User)
    # Of a hand-over it is a name, which no cast must meet.
    given_to = sa.case((Audit.act == "assign reply", sa.cast(Audit.details["to"].astext, sa.BigInteger)))
    found = session.execute(
        sa.select(Audit.act, Audit.details, Audit.at, User.rank, User.name, other.rank, other.name)
        .outerjoin(User, User.id == Audit.actor_id)
        .outerjoin(other, other.id == given_to)
        .where(Audit.subject == "reply", Audit.subject_id == reply_id, Audit.act.in_(_SAID))
        .order_by(Audit.id.desc())
        .limit(SHOWN)
    )
    return tuple(_act(*row) for row in found)


_SAID = {
    "claim reply": "took it",
    "assign reply": "gave it to",
    "close reply": "closed it",
    "reopen reply": "opened it again",
    "hand over reply": "handed it on to",
    "merge replies": "merged",
    "ask inspector": "The resident asked an inspector to look at it",
}


def _act(
    act: str, details: dict[str, object], at: datetime, rank: str | None, name: str | None, *to: str | None
) -> Act:
    who = signature(rank, name) if name else ""
    match act:
        case "ask inspector":
            return Act(_SAID[act], at)
        case "assign reply":
            words = f"gave it to {signature(to[0], to[1])}" if to[1] else "gave it back to the team"
        case "hand over reply":
            words = f"handed it on to {details.get('to')}"
        case "merge replies":
            into = details.get("into")
            words = f"merged it into {_named(into)}" if into else f"merged {_named(details.get('other'))} into it"
        case "close reply" if details.get("because"):
            words = f"closed it: {Ending(str(details['because'])).label.lower()}"
        case _:
            words = _SAID[act]
    return Act(f"{who} {words}".strip(), at)


def _named(reply_id: object) -> str:
    return reference_of(reply_id) if isinstance(reply_id, int) else "another"
