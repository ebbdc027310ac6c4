"""The numbers beside the composer: whom it reaches, what the texts cost, what the words lack."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from config.settings import Settings
from owl.foundation.errors import OwlError
from owl.messages.advice import Point, advise
from owl.messages.area_choices import area_names
from owl.messages.draft import MOST_SEGMENTS, Draft
from owl.messages.estimate import Wording, cost_pence, reach_of, wording_of
from owl.messages.reach import Reach
from owl.web.team.sheet import Sheet


@dataclass(frozen=True, slots=True)
class LiveSummary:
    """What is shown while somebody writes."""

    reach: Reach | None  # None: `problem` says why
    problem: str
    include: list[str]  # names
    exclude: list[str]
    by_text: bool
    wording: Wording
    most_segments: int
    cost_pence: float
    advice: tuple[Point, ...]


def live_summary(session: Session, sheet: Sheet, *, user_id: int, settings: Settings, now: datetime) -> LiveSummary:
    """The summary of what was typed, whatever was typed."""
    draft, reach, problem = None, None, ""
    try:
        draft = sheet.draft()
        reach = reach_of(session, draft, user_id=user_id, now=now)
    except OwlError as error:
        problem = error.sentence
    wording = wording_of(sheet.sms_text, public_url=settings.public_url)
    texts = reach.texts if reach else 0
    return LiveSummary(
        reach=reach,
        problem=problem,
        include=area_names(session, draft.audience.include) if draft else [],
        exclude=area_names(session, draft.audience.exclude) if draft else [],
        by_text=bool(draft and draft.by_text),
        wording=wording,
        most_segments=MOST_SEGMENTS,
        cost_pence=cost_pence(texts, wording.length.segments, price_pence=settings.sms_price_pence),
        advice=advise(sheet.title, sheet.body),
    )


def shown_summary(
    session: Session, draft: Draft, reach: Reach | None, problem: str, *, settings: Settings
) -> LiveSummary:
    """The same for a message that waits for approval, as its supervisor is shown it."""
    wording = wording_of(draft.sms_text, public_url=settings.public_url)
    return LiveSummary(
        reach=reach,
        problem=problem,
        include=area_names(session, draft.audience.include),
        exclude=area_names(session, draft.audience.exclude),
        by_text=draft.by_text,
        wording=wording,
        most_segments=MOST_SEGMENTS,
        cost_pence=cost_pence(
            reach.texts if reach else 0, wording.length.segments, price_pence=settings.sms_price_pence
        ),
        advice=(),
    )
