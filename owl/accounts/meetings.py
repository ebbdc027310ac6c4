"""When residents can meet their team: what is shown, and the acts by which a team keeps it right."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.models import Team
from owl.accounts.page_models import TeamMeeting
from owl.accounts.permissions import Permission, require
from owl.foundation.audit import record_act
from owl.foundation.database import transaction
from owl.foundation.errors import BadInput, Conflict, NotFound
from owl.geography.models import Neighbourhood

LONGEST_LINE, LONGEST_WORDS = 120, 1_000  # characters
LONGEST = timedelta(hours=12)
FARTHEST = timedelta(days=550)  # a year and a half ahead; a wrong year is farther
MOST_AT_ONCE = 26  # of one that is repeated: a year of every other week


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting as residents see it. Times are UTC."""

    id: int
    uid: uuid.UUID  # of the event in calendars
    version: int  # from 1; higher with each change
    neighbourhood_id: str
    neighbourhood: str  # its name
    team: str  # its name
    title: str
    place: str
    words: str  # plain text; may be empty
    begins_at: datetime
    ends_at: datetime
    cancelled_at: datetime | None
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class TypedMeeting:
    """What the form holds, its times read."""

    title: str
    place: str
    words: str
    begins_at: datetime | None
    ends_at: datetime | None


class MeetingChanged(Conflict):
    """A colleague has changed or cancelled it meanwhile."""

    def __init__(self) -> None:
        super().__init__("A colleague has changed this meeting meanwhile. Look at it before you save yours.")


def meetings_since(
    session: Session, neighbourhood_ids: Collection[str] | None, *, since: datetime, most: int | None = None
) -> list[Meeting]:
    """The meetings that end after `since`, cancelled ones too, the soonest first; None: of the whole county."""
    asked: sa.Select[*tuple[Any, ...]] = (
        sa.select(
            TeamMeeting.id, TeamMeeting.uid, TeamMeeting.version, Team.neighbourhood_id, Neighbourhood.name, Team.name,
            TeamMeeting.title, TeamMeeting.place, TeamMeeting.words, TeamMeeting.begins_at, TeamMeeting.ends_at,
            TeamMeeting.cancelled_at, TeamMeeting.changed_at,
        )
        .join(Team, Team.id == TeamMeeting.team_id)
        .join(Neighbourhood, Neighbourhood.id == Team.neighbourhood_id)
        .where(TeamMeeting.ends_at > since)
        .order_by(TeamMeeting.begins_at, TeamMeeting.id)
        .limit(most)
    )  # fmt: skip
    if neighbourhood_ids is not None:
        asked = asked.where(Team.neighbourhood_id.in_(neighbourhood_ids))
    return [Meeting(*row) for row in session.execute(asked)]


def meeting_for(session: Session, meeting_id: int, *, user_id: int) -> Meeting:
    """The meeting, of a team that the user may write for. Raises NotFound or Refused."""
    found = session.execute(
        sa.select(Team.neighbourhood_id, TeamMeeting.ends_at)
        .join(Team, Team.id == TeamMeeting.team_id)
        .where(TeamMeeting.id == meeting_id)
    ).one_or_none()
    if found is None:
        raise NotFound("There is no such meeting.")
    require(session, user_id, Permission.KEEP_PAGE, [found[0]])
    listed = meetings_since(session, [found[0]], since=found[1] - timedelta(microseconds=1))
    return next(one for one in listed if one.id == meeting_id)


def add_meetings(
    neighbourhood_id: str, typed: TypedMeeting, *, again: Sequence[datetime] = (), actor_id: int, now: datetime
) -> int:
    """How many meetings the team's page shows more: this one, and one as long at each moment of `again`.

    Raises BadInput, NotFound or Refused.
    """
    begins_at, ends_at = _times(typed, now)
    values = _words(typed)
    if len(again) >= MOST_AT_ONCE or any(moment > now + FARTHEST for moment in again):
        raise BadInput({"how_many": f"Repeat it for up to {MOST_AT_ONCE} meetings, within a year and a half."})
    with transaction() as session:
        require(session, actor_id, Permission.KEEP_PAGE, [neighbourhood_id])
        team_id = session.scalar(sa.select(Team.id).where(Team.neighbourhood_id == neighbourhood_id))
        if team_id is None:
            raise NotFound("There is no team for this neighbourhood.")
        for moment in (begins_at, *again):
            ends = moment + (ends_at - begins_at)
            session.add(TeamMeeting(team_id=team_id, begins_at=moment, ends_at=ends, changed_at=now, **values))
        _record(session, "add meetings", ("team", team_id), actor_id, now)
    return 1 + len(again)


def change_meeting(meeting_id: int, typed: TypedMeeting, *, version: int, actor_id: int, now: datetime) -> None:
    """Show the meeting so. Raises BadInput, NotFound, Refused, or MeetingChanged where it is not this version."""
    begins_at, ends_at = _times(typed, now)
    values = _words(typed)
    with transaction() as session:
        meeting = _locked(session, meeting_id, actor_id)
        if meeting.version != version or meeting.cancelled_at:
            raise MeetingChanged
        for name, value in values.items():
            setattr(meeting, name, value)
        meeting.begins_at, meeting.ends_at, meeting.changed_at = begins_at, ends_at, now
        _record(session, "change meeting", ("meeting", meeting_id), actor_id, now)


def cancel_meeting(meeting_id: int, *, actor_id: int, now: datetime) -> None:
    """Say on the page that it doesn't take place; a second time changes nothing. Raises NotFound or Refused."""
    with transaction() as session:
        meeting = _locked(session, meeting_id, actor_id)
        if meeting.cancelled_at is None:
            meeting.cancelled_at = meeting.changed_at = now
            _record(session, "cancel meeting", ("meeting", meeting_id), actor_id, now)


def _locked(session: Session, meeting_id: int, actor_id: int) -> TeamMeeting:
    meeting = session.get(TeamMeeting, meeting_id, with_for_update=True)
    if meeting is None:
        raise NotFound("There is no such meeting.")
    home = session.scalars(sa.select(Team.neighbourhood_id).where(Team.id == meeting.team_id))
    require(session, actor_id, Permission.KEEP_PAGE, home)
    return meeting


def _times(typed: TypedMeeting, now: datetime) -> tuple[datetime, datetime]:
    begins, ends, faults = typed.begins_at, typed.ends_at, {}
    if begins is None or begins <= now or begins > now + FARTHEST:
        faults["begins"] = "Say when it begins: a moment still to come, within a year and a half."
    elif ends is None or not begins < ends <= begins + LONGEST:
        faults["ends"] = "Say at what time it ends: after it begins, and within twelve hours."
    if faults or begins is None or ends is None:
        raise BadInput(faults)
    return begins, ends


def _words(typed: TypedMeeting) -> dict[str, str]:
    """The columns. Raises BadInput with every fault."""
    values = {name: " ".join(getattr(typed, name).split()) for name in ("title", "place")}
    values["words"] = "\n".join(line.strip() for line in typed.words.strip().splitlines())
    asked = {"title": "Say what it is, like “Street surgery”", "place": "Say where it is, with its street"}
    faults = {
        name: f"{sentence}, in up to {LONGEST_LINE} characters."
        for name, sentence in asked.items()
        if not 1 <= len(values[name]) <= LONGEST_LINE or not values[name].isprintable()
    }
    if len(values["words"]) > LONGEST_WORDS:
        faults["words"] = f"Write up to {LONGEST_WORDS:,} characters; now it is {len(values['words']):,}."
    if faults:
        raise BadInput(faults)
    return values


def _record(session: Session, act: str, about: tuple[str, int], actor_id: int, now: datetime) -> None:
    subject, number = about
    record_act(session, act, actor_id=actor_id, subject=subject, subject_id=number, now=now)
