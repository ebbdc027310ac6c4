"""One of everything that a page may be about, for benches that open every page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time, timedelta

import sqlalchemy as sa

from bench.fanout import county_by_mail
from bench.stage import Say, Stage
from bench.voice import asked_residents
from owl.accounts.meetings import TypedMeeting, add_meetings
from owl.accounts.models import Team
from owl.accounts.officer_models import TeamOfficer
from owl.accounts.page_models import TeamMeeting
from owl.consultations.consultation_models import Consultation
from owl.consultations.priorities.models import RaisedIssue
from owl.delivery.follow_up_drafts import Words
from owl.delivery.following_up import follow_up
from owl.delivery.last_mile_models import LastMile
from owl.embedded.first_alert import send_first_alert, submit_alert
from owl.foundation.clock import utc_now
from owl.foundation.database import db, transaction
from owl.geography.queries import districts, neighbourhoods
from owl.geography.set_models import GeographySet
from owl.households.importing.models import HouseholdList, ListPart, ListStatus
from owl.households.relocations import Relocations
from owl.messages.composing import create_draft
from owl.messages.models import FollowUp, Message
from owl.messages.recurring_models import Every, RecurringDraft
from owl.messages.templates import add_starters
from owl.watches.paper import add_paper_home

# The largest first: what opens with one message may not with another.
_MESSAGES = sa.text(
    """
    SELECT id FROM (
        SELECT DISTINCT ON (status, cardinality(neighbourhood_ids) > 1, follows_id IS NULL) id, neighbourhood_ids
        FROM message WHERE author_id IS NOT NULL
        ORDER BY status, cardinality(neighbourhood_ids) > 1, follows_id IS NULL, id DESC
    ) AS newest
    ORDER BY cardinality(neighbourhood_ids) DESC, id DESC
    """
)
_CODES = sa.text(
    """
    SELECT code FROM message WHERE approved_at IS NOT NULL AND code LIKE '__-____-_'
    ORDER BY cardinality(neighbourhood_ids) DESC, id DESC LIMIT 1
    """
)
_SENT_TO_ALL = sa.text(
    "SELECT id FROM message WHERE status = 'sent' ORDER BY cardinality(neighbourhood_ids) DESC, id DESC LIMIT 1"
)
# Arguments whose names do not tell their table.
_TABLES = {
    "guest_id": "training_guest",
    "key_id": "api_key",
    "list_id": "household_list",
    "meeting_id": "team_meeting",
    "officer_id": "team_officer",
    "picture_id": "message_picture",
    "recurring_id": "recurring_draft",
    "set_id": "geography_set",
    "template_id": "message_template",
}


def examples(here: Stage, looks: Mapping[str, int], say: Say) -> dict[str, list[object]]:
    """Values for the arguments of addresses, by name: the newest row of the table that the name tells, or several."""
    watch_id = _watch_of(looks["coordinator"])
    asked = asked_residents(here, asker_id=looks["inspector"], say=say)
    if db.session.scalar(sa.select(sa.exists().where(RecurringDraft.id.is_not(None)))) is False:
        _make(here, looks, watch_id)
    if db.session.scalar(sa.select(sa.exists().where(Message.follows_id.is_not(None)))) is False:
        _follow_up(here)
    if db.session.scalar(sa.select(sa.exists().where(TeamMeeting.id.is_not(None)))) is False:
        _meet(looks["inspector"])
    db.session.rollback()
    known: dict[str, list[object]] = {
        "message_id": [*db.session.scalars(_MESSAGES)],
        "watch_id": [watch_id],
        "consultation_id": [*asked],
        "issue_id": [*db.session.scalars(sa.select(RaisedIssue.id).order_by(RaisedIssue.id.desc()).limit(2))],
        "kind": ["crime_alert"],
        "which": ["words", "bodies", "answers"],
        "listed": ["sector", "watch"],
        "code": [*db.session.scalars(_CODES)],
        "slug": [*db.session.scalars(sa.select(Consultation.slug).where(Consultation.id.in_(asked)))],
        "neighbourhood_id": [neighbourhoods(db.session())[0].id],
        "district_slug": [districts(db.session())[0].slug],
        "district_code": [districts(db.session())[0].code],
        "form": ["atom", "json"],
        "topic": ["good-news"],
    }
    for rule in here.app.url_map.iter_rules():
        for name in rule.arguments - known.keys():
            table = _TABLES.get(name, name.removesuffix("_id"))
            if name.endswith("_id") and db.session.scalar(sa.select(sa.func.to_regclass(f'"{table}"'))):
                known[name] = [db.session.scalar(sa.text(f'SELECT max(id) FROM "{table}"'))]
    db.session.rollback()
    return {name: [value for value in values if value is not None] for name, values in known.items()}


def _watch_of(user_id: int) -> int | None:
    asked = sa.text("SELECT min(watch_id) FROM watch_coordinator WHERE user_id = :user")
    found: int | None = db.session.scalar(asked, {"user": user_id})
    db.session.rollback()
    return found


def _make(here: Stage, looks: Mapping[str, int], watch_id: int | None) -> None:
    """What neither the seed nor two years of messages bring."""
    now, author_id = utc_now(), here.users[0].id
    add_starters(actor_id=looks["administrator"], now=now)
    submit_alert(county_by_mail(), here.users, now=now)
    draft_id = create_draft(county_by_mail(), author_id=author_id, now=now)
    sent_id = send_first_alert(here.users, now=now)
    if watch_id is not None:
        _bring_on_paper(watch_id, looks["coordinator"], sent_id)
    with transaction() as session:
        team_id = session.scalar(sa.select(Team.id).limit(1))
        counts = dict.fromkeys(("rows", "refused", "known", "people", "homes", "addresses"), 1)
        refused = HouseholdList(
            actor_id=author_id, uploaded_at=now, finished_at=now, status=ListStatus.LOADED,
            counts=counts | {"encoding": "utf-8-sig"},
        )  # fmt: skip
        session.add_all([refused, TeamOfficer(team_id=team_id, name="Amy Field")])
        session.flush()
        session.add(ListPart(list_id=refused.id, is_refused=True, no=0, content="postcode\r\n"))
        nobody = Relocations([], 0, 0, 0, 0, 0, 0, 0, gone=[], new=[]).to_json()
        session.add(
            GeographySet(name="set.zip", digest=b"", content=b"", preview=nobody, applied_before=0, handed_in_at=now)
        )
        session.add(
            RecurringDraft(
                message_id=draft_id, author_id=author_id, every=Every.MONTH, week=2, days_before=3, clock=time(19),
                next_on=date.today() + timedelta(days=20), sends_at=time(18), created_at=now,  # noqa: DTZ011
            )
        )  # fmt: skip


def _follow_up(here: Stage) -> None:
    """What waits for approval, to all whom a message reached: its approver sees exactly how many they are."""
    message_id = db.session.scalar(_SENT_TO_ALL)
    db.session.rollback()
    words = Words("More about what happened", "Two people were arrested this morning.", "", False)
    follow_up(message_id, FollowUp.UPDATE, author_id=here.users[0].id, words=words, now=utc_now())


def _meet(actor_id: int) -> None:
    now, place = utc_now(), neighbourhoods(db.session())[0].id
    db.session.rollback()
    begins = now + timedelta(days=9)
    typed = TypedMeeting("Beat meeting", "The library", "", begins, begins + timedelta(hours=1))
    add_meetings(place, typed, actor_id=actor_id, now=now)


def _bring_on_paper(watch_id: int, coordinator_id: int, message_id: int) -> None:
    asked = sa.text("SELECT postcode FROM household JOIN watch USING (neighbourhood_id) WHERE watch.id = :w LIMIT 1")
    postcode = db.session.scalar(asked, {"w": watch_id})
    db.session.rollback()
    add_paper_home(watch_id, postcode=postcode, house="The last house", actor_id=coordinator_id, now=utc_now())
    with transaction() as session:
        home_id = session.scalar(sa.text("SELECT max(household_id) FROM watch_home"))
        session.add(LastMile(message_id=message_id, household_id=home_id, watch_id=watch_id, changed_at=utc_now()))
