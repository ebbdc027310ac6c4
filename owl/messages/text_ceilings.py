"""What a team's texts may cost in a month: above that, what is not urgent goes by mail (docs/adr/0056-team-pages.md).

A team's texts are those of messages to its neighbourhood alone; what goes to several is held by the day's ceiling.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.models import Team
from owl.foundation.clock import LONDON
from owl.foundation.current import settings
from owl.foundation.errors import BadInput
from owl.messages.draft import Draft
from owl.messages.estimate import text_lengths, wording_of
from owl.messages.models import Message, Severity

WAYS_OUT = "Send it by email alone, or ask an administrator to raise the ceiling. What is urgent goes out all the same."


def segments_of(draft: Draft) -> int:
    """Segments of one text of the draft, in the language that needs most; none where it goes by mail alone."""
    if not draft.by_text:
        return 0
    public_url = settings().public_url
    lengths = text_lengths(draft.translations, public_url=public_url).values()
    return max(each.segments for each in (wording_of(draft.sms_text, public_url=public_url).length, *lengths))


def spent_pence(session: Session, neighbourhood_id: str, now: datetime) -> float:
    """What the team's texts of this month of London have cost, in pence, at the price of the settings."""
    began = now.astimezone(LONDON).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    segments = session.scalar(
        sa.select(sa.func.coalesce(sa.func.sum(Message.text_segments), 0)).where(
            Message.approved_at >= began, Message.neighbourhood_ids == [neighbourhood_id], Message.training.is_(False)
        )
    )
    return int(segments or 0) * settings().sms_price_pence


def check_text_ceiling(session: Session, draft: Draft, touched: Collection[str], *, texts: int, now: datetime) -> None:
    """Raises BadInput where so many texts would cost more than the team has left this month."""
    if not texts or not draft.by_text or draft.severity is Severity.URGENT or len(touched) != 1:
        return
    [neighbourhood_id] = touched
    team = session.execute(
        sa.select(Team.name, Team.texts_monthly_pounds).where(Team.neighbourhood_id == neighbourhood_id)
    ).one_or_none()
    if team is None or team.texts_monthly_pounds is None:
        return
    spent, cost = spent_pence(session, neighbourhood_id, now), texts * segments_of(draft) * settings().sms_price_pence
    if spent + cost > team.texts_monthly_pounds * 100:
        raise BadInput(
            {
                "channels": f"These texts would cost £{cost / 100:,.2f}. {team.name} has used £{spent / 100:,.2f} "
                f"of £{team.texts_monthly_pounds:,} for this month. {WAYS_OUT}"
            }
        )
