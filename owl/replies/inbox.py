"""The inbox of a team: which replies it shows, and in which order."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.replies.clock import ESCALATED_BEFORE
from owl.replies.models import Reply
from owl.replies.queries import ReplyRow, reply_rows
from owl.replies.states import ReplyState

ON_A_PAGE = 20
Condition = sa.ColumnElement[bool]


class Show(StrEnum):
    """Which replies an inbox shows."""

    OPEN = "open"
    WAITING = "waiting"
    CLOSED = "closed"
    ALL = "all"

    @property
    def label(self) -> str:
        """For the screen."""
        return {"open": "To answer", "waiting": "Waiting for them", "closed": "Closed", "all": "All"}[self.value]


class Whose(StrEnum):
    """In whose hand they are."""

    ANYBODY = ""
    MINE = "mine"
    NOBODY = "nobody"


class Which(StrEnum):
    """What makes them stand out."""

    ANY = ""
    URGENT = "urgent"
    SOON = "soon"
    LATE = "late"
    RECOURSE = "recourse"


@dataclass(frozen=True, slots=True)
class Filter:
    """What an inbox is narrowed to. `mine`: the ids of whoever looks, and of those whom they cover."""

    whose: Whose = Whose.ANYBODY
    which: Which = Which.ANY
    neighbourhood_id: str = ""
    mine: frozenset[int] = frozenset()


EVERYTHING = Filter()


@dataclass(frozen=True, slots=True)
class Inbox:
    """One page of replies."""

    rows: tuple[ReplyRow, ...]
    number: int  # of the page, from 1
    pages: int
    total: int


def inbox(
    session: Session,
    areas: Collection[str],
    *,
    show: Show,
    now: datetime,
    narrowed: Filter = EVERYTHING,
    page: int = 1,
) -> Inbox:
    """The page of the areas' replies: open ones by their clock, urgent words on top; others, newest first."""
    chosen = sa.and_(_in_areas(areas, narrowed), *_of(show), *_narrowed(narrowed, now))
    order = (
        (Reply.urgent.desc(), Reply.due_at.asc().nulls_last(), Reply.id) if show is Show.OPEN else (Reply.id.desc(),)
    )
    total = session.scalar(sa.select(sa.func.count()).select_from(Reply).where(chosen)) or 0
    pages = max(1, -(-total // ON_A_PAGE))
    number = min(max(page, 1), pages)
    ids = sa.select(Reply.id).where(chosen).order_by(*order).offset((number - 1) * ON_A_PAGE).limit(ON_A_PAGE)
    rows = session.execute(reply_rows(areas).where(Reply.id.in_(ids.subquery().select())).order_by(*order))
    return Inbox(tuple(ReplyRow(*row) for row in rows), number, pages, total)


def count_open(session: Session, areas: Collection[str]) -> int:
    """How many replies of the areas are with the team."""
    waiting = sa.select(sa.func.count()).select_from(Reply).where(_in_areas(areas), *_of(Show.OPEN))
    return session.scalar(waiting) or 0


def _in_areas(areas: Collection[str], narrowed: Filter = EVERYTHING) -> Condition:
    chosen = narrowed.neighbourhood_id
    return Reply.neighbourhood_id.in_([area for area in areas if not chosen or area == chosen])


def _of(show: Show) -> tuple[Condition, ...]:
    states = {Show.OPEN: ReplyState.OPEN, Show.WAITING: ReplyState.WAITING, Show.CLOSED: ReplyState.CLOSED}
    return () if show is Show.ALL else (Reply.state == states[show],)


def _narrowed(narrowed: Filter, now: datetime) -> Iterator[Condition]:
    if narrowed.whose is Whose.MINE:
        yield Reply.assignee_id.in_(narrowed.mine)
    elif narrowed.whose is Whose.NOBODY:
        yield Reply.assignee_id.is_(None)
    match narrowed.which:
        case Which.URGENT:
            yield Reply.urgent.is_(True)
        case Which.RECOURSE:
            yield Reply.recourse_at.is_not(None)
        case Which.SOON | Which.LATE:
            soon = ESCALATED_BEFORE if narrowed.which is Which.SOON else timedelta()
            yield sa.and_(Reply.answered_at.is_(None), Reply.closed_because.is_(None))
            yield Reply.due_at <= now + soon
