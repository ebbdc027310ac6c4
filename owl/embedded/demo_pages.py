"""What the teams of the demo show on their pages: who they are, when they can be met, where else they write."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, time, timedelta

import sqlalchemy as sa

from owl.accounts.models import Team
from owl.accounts.officer_models import TeamOfficer
from owl.accounts.page_models import Network, SocialAccount, TeamMeeting
from owl.embedded.seed import FIRST_NAMES, SURNAMES
from owl.foundation.clock import LONDON, london_day
from owl.foundation.database import transaction

RANKS = ("Sergeant", "PC", "PCSO")
AT_WORK = time(18, 30)
MEETINGS = (("Beat meeting", "The community centre"), ("Street surgery", "Outside the library"))
WORDS = "No need to book. Tell us what you have seen, or ask about locks and cameras."
LENGTH, EVERY, HOW_MANY = timedelta(minutes=90), timedelta(weeks=4), 3


def show_teams(*, now: datetime) -> None:
    """Officers, meetings and a page elsewhere for every team, unless one has a meeting.

    Written together: as acts of people they would be 165 transactions, which a start waited a second for.
    """
    with transaction() as session:
        if session.scalar(sa.select(TeamMeeting.id).limit(1)) is not None:
            return
        teams = session.execute(sa.select(Team.id, Team.neighbourhood_id).order_by(Team.id)).all()
        for number, (team_id, neighbourhood_id) in enumerate(teams):
            session.add_all(_officers(team_id, random.Random(neighbourhood_id)))
            session.add_all(_meetings(team_id, days=3 + number % 25, now=now))
            # The name of a page there is a domain, and this one is nobody's (RFC 2606).
            page = f"https://bsky.app/profile/{neighbourhood_id}.owl.example.com"
            session.add(SocialAccount(team_id=team_id, network=Network.BLUESKY, address=page))


def _officers(team_id: int, chance: random.Random) -> Iterator[TeamOfficer]:
    for place, rank in enumerate(RANKS, 1):
        name = f"{chance.choice(FIRST_NAMES)} {chance.choice(SURNAMES)}"
        yield TeamOfficer(team_id=team_id, place=place, name=name, rank=rank)


def _meetings(team_id: int, *, days: int, now: datetime) -> Iterator[TeamMeeting]:
    title, place = MEETINGS[days % len(MEETINGS)]
    for number in range(HOW_MANY):
        day = london_day(now) + timedelta(days=days) + number * EVERY
        begins = datetime.combine(day, AT_WORK, LONDON)
        yield TeamMeeting(
            team_id=team_id, title=title, place=place, words=WORDS,
            begins_at=begins, ends_at=begins + LENGTH, changed_at=now,
        )  # fmt: skip
