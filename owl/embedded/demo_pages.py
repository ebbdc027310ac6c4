"""What the teams of the demo show on their pages: who they are, when they can be met, where else they write."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, time, timedelta

import sqlalchemy as sa

from owl.accounts.meetings import TypedMeeting, add_meetings
from owl.accounts.models import RoleName, Team
from owl.accounts.officers import TypedOfficer, add_officer
from owl.accounts.page_models import Network, TeamMeeting
from owl.accounts.social_accounts import save_accounts
from owl.embedded.demo_users import DemoUser
from owl.embedded.seed import FIRST_NAMES, SURNAMES
from owl.foundation.clock import LONDON, london_day
from owl.foundation.database import db

RANKS = ("Sergeant", "PC", "PCSO")
AT_WORK = time(18, 30)
MEETINGS = (("Beat meeting", "The community centre"), ("Street surgery", "Outside the library"))
WORDS = "No need to book. Tell us what you have seen, or ask about locks and cameras."
LENGTH, EVERY, HOW_MANY = timedelta(minutes=90), timedelta(weeks=4), 3


def show_teams(users: Sequence[DemoUser], *, now: datetime) -> None:
    """Officers, meetings and a page elsewhere for every team, unless one has a meeting."""
    there = db.session().scalar(sa.select(TeamMeeting.id).limit(1))
    teams = db.session().execute(sa.select(Team.id, Team.neighbourhood_id).order_by(Team.id)).all()
    db.session.rollback()
    if there is not None:
        return
    by_role = {user.role: user.id for user in users}
    for number, (team_id, neighbourhood_id) in enumerate(teams):
        chance = random.Random(neighbourhood_id)
        for rank in RANKS:
            name = f"{chance.choice(FIRST_NAMES)} {chance.choice(SURNAMES)}"
            add_officer(team_id, TypedOfficer(name, rank), actor_id=by_role[RoleName.ADMINISTRATOR.value], now=now)
        officer_id = by_role[RoleName.OFFICER.value]
        _announce_meetings(neighbourhood_id, days=3 + number % 25, actor_id=officer_id, now=now)
        # The name of a page there is a domain, and this one is nobody's (RFC 2606).
        page = f"https://bsky.app/profile/{neighbourhood_id}.owl.example.com"
        save_accounts(neighbourhood_id, {Network.BLUESKY.value: page}, actor_id=officer_id, now=now)


def _announce_meetings(neighbourhood_id: str, *, days: int, actor_id: int, now: datetime) -> None:
    title, place = MEETINGS[days % len(MEETINGS)]
    first = london_day(now) + timedelta(days=days)
    moments = [datetime.combine(first + number * EVERY, AT_WORK, LONDON) for number in range(HOW_MANY)]
    typed = TypedMeeting(title, place, WORDS, moments[0], moments[0] + LENGTH)
    add_meetings(neighbourhood_id, typed, again=moments[1:], actor_id=actor_id, now=now)
