"""The numbers beside the composer: whom it reaches, what the texts cost, what the words lack."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from config.settings import Settings
from owl.accounts.limits import limit
from owl.accounts.models import Limit
from owl.accounts.training import in_training
from owl.foundation.errors import OwlError
from owl.foundation.languages import Language
from owl.messages.checking import findings_of
from owl.messages.checks.finding import Finding, Words
from owl.messages.counting import Reach
from owl.messages.draft import Draft
from owl.messages.edges import LINE_M, Edge, edge_of
from owl.messages.estimate import Wording, cost_pence, minutes_of, reach_of, text_lengths, wording_of
from owl.messages.models import Message
from owl.messages.outlines import Outline, outlines
from owl.messages.sms_text import TextLength
from owl.messages.translations import Translation
from owl.messages.used_up import UsedUp, people_used_up
from owl.messages.word_rules import MOST_SEGMENTS
from owl.web.team.before_sending import BeforeSending, before_sending
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
    minutes: int  # from the first text to the last, at the provider's rate
    findings: tuple[Finding, ...]
    used_up: UsedUp | None  # None: nobody is counted
    is_urgent: bool
    edge: Edge | None  # None: no line was drawn
    line_m: int
    outlines: list[Outline]
    text_lengths: tuple[tuple[Language, TextLength], ...]  # of the text in each other language
    before: BeforeSending | None = None  # None: nothing can be said yet


def live_summary(
    session: Session, sheet: Sheet, *, user_id: int, settings: Settings, now: datetime, message: Message | None = None
) -> LiveSummary:
    """The summary of what was typed, whatever was typed. `message`: the draft's row, where it has one."""
    draft, reach, before, problem = None, None, None, ""
    try:
        draft = sheet.draft()
        if message is not None:
            draft = replace(draft, consultation_id=message.consultation_id)
        reach = reach_of(session, draft, user_id=user_id, now=now)
        before = before_sending(session, draft, reach, message=message, training=in_training(session, user_id), now=now)
    except OwlError as error:
        problem = error.sentence
    words, others = sheet.words(), sheet.translations
    return replace(
        _summary(session, draft, reach, problem, words=words, others=others, settings=settings, now=now), before=before
    )


def shown_summary(
    session: Session, draft: Draft, reach: Reach | None, problem: str, *, settings: Settings, now: datetime
) -> LiveSummary:
    """The same for a message that is no longer written on."""
    words, others = draft.words, draft.translations
    return _summary(session, draft, reach, problem, words=words, others=others, settings=settings, now=now)


def _summary(
    session: Session,
    draft: Draft | None,
    reach: Reach | None,
    problem: str,
    *,
    words: Words,
    others: tuple[Translation, ...],
    settings: Settings,
    now: datetime,
) -> LiveSummary:
    wording = wording_of(words.sms_text, public_url=settings.public_url)
    counted = draft if reach and draft and draft.audience.include else None  # a follow-up has no areas
    lengths = text_lengths(others, public_url=settings.public_url)
    # Whoever reads which language is not counted, so the numbers are those of the longest.
    texts, segments = reach.texts if reach else 0, max(each.segments for each in (wording.length, *lengths.values()))
    outlined = outlines(session, draft.audience) if draft else []
    return LiveSummary(
        reach=reach,
        problem=problem,
        include=_names(outlined, left_out=False),
        exclude=_names(outlined, left_out=True),
        by_text=bool(draft and draft.by_text),
        wording=wording,
        most_segments=MOST_SEGMENTS,
        cost_pence=cost_pence(texts, segments, price_pence=settings.sms_price_pence),
        minutes=minutes_of(texts, segments, segments_a_second=settings.sms_rate),
        findings=findings_of(session, words),
        used_up=_used_up(session, counted, reach, now) if counted and reach else None,
        is_urgent=bool(draft and draft.topic.urgent),
        edge=edge_of(session, counted.audience, counted.topic, now) if counted else None,
        line_m=LINE_M,
        outlines=outlined,
        text_lengths=tuple(lengths.items()),
    )


def _names(outlined: list[Outline], *, left_out: bool) -> list[str]:
    return [str(each["name"]) for each in outlined if each["left_out"] is left_out]


def _used_up(session: Session, draft: Draft, reach: Reach, now: datetime) -> UsedUp:
    allowance = limit(session, Limit.WEEKLY_ALLOWANCE)
    return people_used_up(session, draft, homes=reach.homes, allowance=allowance, now=now)
