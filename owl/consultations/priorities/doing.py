"""You said, we did: what a team did about its priorities, the look half-way, and words that must go."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.permissions import Permission
from owl.consultations.priorities.acting import ChangedMeanwhile, issue_for, may_act, record
from owl.consultations.priorities.models import (
    Decision,
    PriorityCheck,
    PriorityUpdate,
    RaisedIssue,
    SignedDecision,
    WordsTakenOut,
)
from owl.consultations.priorities.queries import Priority, decided_in
from owl.consultations.priorities.renewing import renew
from owl.consultations.priorities.wording import clean_words, read_day
from owl.foundation.clock import london_day
from owl.foundation.database import transaction
from owl.foundation.errors import BadInput, Conflict, NotFound

RECENT = timedelta(days=62)  # what was said in the last two months need not be said again
SAY = "Say what your team did, in words for residents."
SAY_SINCE = "Say what was done in the last two months; or that nothing could be done, and why."
OLDEST = timedelta(days=366)


class NothingShown(Conflict):
    """There is no signed decision to say more about."""


def write_update(issue_id: int, words: str, done_on: str, *, actor_id: int, now: datetime) -> int:
    """The id of what the team says it did about the issue, shown from now on.

    Raises BadInput for `words` and `done_on`, NotFound, Refused, or NothingShown before anything was signed.
    """
    faults: dict[str, str] = {}
    text, day = "", _day(done_on, now)
    try:
        text = clean_words(words, "words", missing=SAY)
    except BadInput as error:
        faults |= error.fields
    if day is None:
        faults["done_on"] = "Enter the day on which it was done: today, or within the last year."
    if faults or day is None:
        raise BadInput(faults)
    with transaction() as session:
        issue = issue_for(session, issue_id, user_id=actor_id)
        may_act(session, actor_id, Permission.CONSULT, issue.neighbourhood_id)
        if not session.scalar(sa.select(sa.exists().where(SignedDecision.issue_id == issue_id))):
            raise NothingShown("Nothing is shown of this issue yet. An inspector signs first.")
        return _write(session, issue, text, day, actor_id=actor_id, now=now)


def check_half_way(neighbourhood_id: str, words: Mapping[int, str], *, actor_id: int, now: datetime) -> None:
    """The team has looked at all its priorities and stands by them; `words`: what was done, by issue, as shown.

    Raises BadInput for `words-<issue>` where nothing was said for two months, Refused, NothingShown, or
    ChangedMeanwhile where other priorities hold than were shown.
    """
    with transaction() as session:
        may_act(session, actor_id, Permission.CONSULT, neighbourhood_id)
        chosen = [one for one in decided_in(session, neighbourhood_id) if one.decision is Decision.CHOSEN]
        if not chosen:
            raise NothingShown("There is no priority to look at. Decide about the issues first.")
        if {one.issue_id for one in chosen} != set(words):
            raise ChangedMeanwhile
        said = _read_each(chosen, words, now)
        for issue_id, text in said.items():
            _write(session, session.get_one(RaisedIssue, issue_id), text, london_day(now), actor_id=actor_id, now=now)
        session.add(PriorityCheck(neighbourhood_id=neighbourhood_id, checker_id=actor_id, checked_at=now))
        session.flush()
        renew(session, neighbourhood_id, now)
        record(session, "check priorities", actor_id, now, issue_id=None, neighbourhood=neighbourhood_id)


def take_words_out(
    issue_id: int,
    *,
    because: str,
    actor_id: int,
    now: datetime,
    number: int | None = None,
    update_id: int | None = None,
) -> None:
    """Show the words of one decision of the issue (its `number`), or of one update, nowhere any more, but the reason.

    Raises BadInput for `because`, NotFound, Refused, or Conflict where they are gone already.
    """
    because = clean_words(because, "because", missing="Say why. This is shown in their place.")
    with transaction() as session:
        issue = issue_for(session, issue_id, user_id=actor_id, lock=True)
        may_act(session, actor_id, Permission.SIGN, issue.neighbourhood_id)
        decision = sa.select(SignedDecision.id).where(
            SignedDecision.issue_id == issue_id, SignedDecision.number == number
        )
        update = sa.select(PriorityUpdate.id).where(PriorityUpdate.issue_id == issue_id, PriorityUpdate.id == update_id)
        of = {"decision_id": session.scalar(decision), "update_id": session.scalar(update)}
        if sum(value is not None for value in of.values()) != 1:
            raise NotFound("There are no such words.")
        if session.scalar(sa.select(WordsTakenOut.id).filter_by(**of)) is not None:
            raise Conflict("These words are gone already.")
        session.add(WordsTakenOut(**of, because=because, taken_out_by_id=actor_id, taken_out_at=now))
        record(session, "take words out", actor_id, now, issue_id=issue_id)


def _read_each(chosen: list[Priority], words: Mapping[int, str], now: datetime) -> dict[int, str]:
    said: dict[int, str] = {}
    faults: dict[str, str] = {}
    for one in chosen:
        recent = any(update.done_on >= london_day(now) - RECENT for update in one.updates)
        if recent and not words[one.issue_id].strip():
            continue
        try:
            said[one.issue_id] = clean_words(words[one.issue_id], f"words-{one.issue_id}", missing=SAY_SINCE)
        except BadInput as error:
            faults |= error.fields
    if faults:
        raise BadInput(faults)
    return said


def _write(session: Session, issue: RaisedIssue, words: str, day: date, *, actor_id: int, now: datetime) -> int:
    update = PriorityUpdate(issue_id=issue.id, words=words, done_on=day, writer_id=actor_id, written_at=now)
    session.add(update)
    session.flush()
    record(session, "write update", actor_id, now, issue_id=issue.id)
    return update.id


def _day(text: str, now: datetime) -> date | None:
    day, today = read_day(text), london_day(now)
    return day if day is not None and today - OLDEST <= day <= today else None
