"""The verbs of accounts, and what a leaver had in hand."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from owl.accounts.audit_search import Wanted
from owl.accounts.meetings import TypedMeeting
from owl.accounts.models import Limit, RoleName
from owl.accounts.officers import TypedOfficer
from tests import factories
from tests.accounts.places import HATFIELD, HITCHIN
from tests.factories import NOW
from tests.house.verbs.verb import P, Verb, administer

WEEK = NOW + timedelta(days=7)
A_MEETING = TypedMeeting("Street surgery", "Market Place", "", WEEK, WEEK + timedelta(hours=1))
PASSWORD = "umbrella cactus tuba"
NEW_USER = {"name": "Asha Patel", "rank": "PC", "password": PASSWORD, "role": RoleName.OFFICER, "areas": [HITCHIN]}


def officer(session: Session) -> tuple[int, int]:
    row = factories.officer(session)
    return row.team_id, row.id


def a_team(session: Session) -> int:
    return factories.officer(session).team_id


def a_meeting(session: Session) -> int:
    return factories.meeting(session, HITCHIN).id


def everywhere(session: Session) -> int:
    """A colleague of everybody's."""
    return factories.user(session, areas=[HITCHIN, HATFIELD]).id


def somebody(session: Session) -> int:
    return factories.user(session, areas=[HITCHIN]).id


VERBS: dict[str, Verb] = {
    "accounts.audit_search.export_audit": administer(lambda do, who, it: do(Wanted(), actor_id=who, now=NOW)),
    "accounts.ceilings.set_text_ceiling": administer(
        lambda do, who, it: do(it, "200", actor_id=who, now=NOW), a_team
    ),
    "accounts.changing_users.change_access": administer(
        lambda do, who, it: do(it, role=RoleName.SUPERVISOR, areas=[HITCHIN], actor_id=who, now=NOW), somebody
    ),
    "accounts.changing_users.disable_user": administer(lambda do, who, it: do(it, actor_id=who, now=NOW), somebody),
    "accounts.changing_users.rename_user": administer(
        lambda do, who, it: do(it, name="Asha Patel", rank="PC", actor_id=who, now=NOW), somebody
    ),
    "accounts.changing_users.reset_user": administer(
        lambda do, who, it: do(it, password=PASSWORD, actor_id=who, now=NOW), somebody
    ),
    "accounts.cover.go_off_duty": Verb(
        P.ANSWER, False, lambda do, who, it: do(who, cover_id=it, from_at=NOW, until_at=WEEK, now=NOW), everywhere
    ),
    "accounts.limits.set_limits": administer(
        lambda do, who, it: do({Limit.NIGHT_FROM: 22}, actor_id=who, now=NOW)
    ),
    "accounts.meetings.add_meetings": Verb(
        P.KEEP_PAGE, True, lambda do, who, it: do(HITCHIN, A_MEETING, actor_id=who, now=NOW)
    ),
    "accounts.meetings.cancel_meeting": Verb(
        P.KEEP_PAGE, True, lambda do, who, it: do(it, actor_id=who, now=NOW), a_meeting
    ),
    "accounts.meetings.change_meeting": Verb(
        P.KEEP_PAGE, True, lambda do, who, it: do(it, A_MEETING, version=1, actor_id=who, now=NOW), a_meeting
    ),
    "accounts.officers.add_officer": administer(
        lambda do, who, it: do(it[0], TypedOfficer("Ben Marsh"), actor_id=who, now=NOW), officer
    ),
    "accounts.officers.change_officer": administer(
        lambda do, who, it: do(it[1], TypedOfficer("Ben Marsh"), actor_id=who, now=NOW), officer
    ),
    "accounts.officers.remove_officer": administer(
        lambda do, who, it: do(it[1], actor_id=who, now=NOW), officer
    ),
    "accounts.officers.save_team": administer(
        lambda do, who, it: do(it[0], name="SNT", email="snt@example.com", actor_id=who, now=NOW),
        officer,
    ),
    "accounts.social_accounts.save_accounts": Verb(
        P.KEEP_PAGE, True, lambda do, who, it: do(HITCHIN, {}, actor_id=who, now=NOW)
    ),
    "accounts.training.set_training": administer(
        lambda do, who, it: do(it, training=True, actor_id=who, now=NOW), somebody
    ),
    "accounts.users.add_user": administer(
        lambda do, who, it: do(email="asha@police.example.com", actor_id=who, now=NOW, **NEW_USER)
    ),
    "handover.leaving.let_go": administer(
        lambda do, who, it: do(it, successor_id=None, actor_id=who, now=NOW), somebody
    ),
}  # fmt: skip
