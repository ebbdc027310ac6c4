"""Every verb that somebody who signs in can do: by which permission, where, and one way to do it that works.

`do` is the verb; `who` the user's number; `it` what `made` returned.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, time, timedelta
from io import BytesIO
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.audit_search import Wanted
from owl.accounts.meetings import TypedMeeting
from owl.accounts.models import Limit, RoleName, User
from owl.accounts.officers import TypedOfficer
from owl.accounts.permissions import Permission
from owl.consultations.consultation_models import ConsultationResult, ConsultationStatus, Source
from owl.consultations.priorities.models import DecisionDraft
from owl.consultations.priorities.wording import Typed as TypedDecision
from owl.consultations.writing import create_consultation
from owl.delivery.follow_up_drafts import Words
from owl.delivery.last_mile_models import LastMile
from owl.delivery.models import DeliveryStatus
from owl.foundation.database import db
from owl.foundation.events import EventName
from owl.foundation.notices import Channel
from owl.geography.errors import BrokenGeography
from owl.households.choices import Kind
from owl.households.contact_points import index_of
from owl.households.importing.columns import NEEDED
from owl.households.models import SuppressionReason
from owl.households.suppressing import note_suppression
from owl.messages.composing import create_draft
from owl.messages.kinds import KindRow
from owl.messages.link_models import AllowedSite
from owl.messages.models import FollowUp, Message, MessageStatus, Severity
from owl.messages.reach import audience_hash
from owl.messages.recurrence import Pattern
from owl.messages.recurring_models import Every
from owl.messages.repeating import repeat_message
from owl.messages.review_models import EmergencyReview
from owl.messages.template_models import MessageTemplate
from owl.messages.templates import Pattern as TemplateWords
from owl.messages.to_members import Words as ToMembers
from owl.replies.lists import Entry
from owl.replies.states import Ending, ReplyState
from owl.replies.ticket_models import ListName
from owl.systems.keys import make_key
from owl.systems.models import ApiKey, Scope, Webhook
from owl.watches.keeping import Typed
from owl.watches.models import Watch
from owl.watches.vetting import Standing, Vetting
from tests import factories
from tests.accounts.places import HATFIELD, HITCHIN
from tests.consultations.asking import announced, asking
from tests.consultations.boxes import open_consultation
from tests.consultations.counted import counted
from tests.factories import NOW
from tests.foundation.test_pictures import picture
from tests.messages.drafts import draft, resident, submitted

P = Permission
Made = Callable[[Session], Any]


@dataclass(frozen=True, slots=True)
class Verb:
    """What it takes to do it. `here`: also an area; what is made lies in HITCHIN."""

    permission: Permission
    here: bool
    act: Callable[[Any, int, Any], object]
    made: Made = lambda session: None
    by_author: bool = False  # who tries it is made the author of the message first


def message(session: Session, **fields: Any) -> int:
    """A message to HITCHIN of somebody else's."""
    return factories.message(session, neighbourhood_ids=[HITCHIN], **fields).id


def in_state(status: MessageStatus, **fields: Any) -> Made:
    """A message that stands so."""
    return lambda session: message(session, status=status, **fields)


def own_draft(session: Session) -> int:
    return message(session, status=MessageStatus.DRAFT, submitted_at=None, approved_at=None, targeted=None)


def finished_draft(session: Session) -> int:
    resident(session)
    return own_draft(session)


def officer(session: Session) -> tuple[int, int]:
    row = factories.officer(session)
    return row.team_id, row.id


def a_team(session: Session) -> int:
    return factories.officer(session).team_id


def a_meeting(session: Session) -> int:
    return factories.meeting(session, HITCHIN).id


def a_template(session: Session) -> int:
    row = MessageTemplate(name="Sheds", title="Sheds", body="Sheds", sms_text="", kind=Kind.CRIME_ALERT, changed_at=NOW)
    session.add(row)
    session.commit()
    return row.id


def by_hand(do: Any, who: int, it: Any) -> object:
    return do(ADDRESS, actor_id=who, allow_drama=True, now=NOW)


def bounced(session: Session) -> None:
    index = index_of(Channel.EMAIL, ADDRESS)
    note_suppression(session, index, reason=SuppressionReason.BOUNCED, now=NOW)
    session.commit()


def asked(session: Session) -> int:
    """A draft of a consultation."""
    return create_consultation(asking(), author_id=factories.user(session, areas=[HITCHIN]).id, now=NOW)


def announced_one(session: Session) -> int:
    return announced(session, factories.user(session, areas=[HITCHIN]).id).id


def with_picture(session: Session) -> tuple[int, int]:
    number = own_draft(session)
    return number, factories.picture(session, number).id


def a_site(session: Session) -> str:
    session.add(AllowedSite(host="fire.example.org", reason="The fire service", added_at=NOW))
    session.commit()
    return "fire.example.org"


def ready_to_go(session: Session) -> tuple[int, bytes]:
    """A draft without any risk, and the hash of its audience."""
    resident(session)
    author = factories.user(session, areas=[HITCHIN])
    return create_draft(draft(), author_id=author.id, now=NOW), audience_hash(session, draft().audience)


def update_that_came_back(session: Session) -> int:
    return message(
        session, kind=Kind.UPDATE, follow_up=FollowUp.UPDATE, follows_id=delivered(session), approved_at=None,
        status=MessageStatus.RETURNED,
    )  # fmt: skip


def watch(session: Session, **fields: Any) -> Watch:
    return factories.watch(session, neighbourhood_id=HITCHIN, **fields)


def with_coordinator(session: Session) -> tuple[int, int]:
    of = watch(session)
    return of.id, factories.coordinator(session, of, vetting=Vetting.PROPOSED).id


def with_home(session: Session) -> tuple[int, int]:
    of = watch(session)
    return of.id, factories.paper_home(session, of).id


def with_sheet(session: Session) -> tuple[int, int]:
    watch_id, home_id = with_home(session)
    number = message(session, approved_at=NOW)
    session.add(LastMile(message_id=number, household_id=home_id, watch_id=watch_id, changed_at=NOW))
    session.commit()
    return watch_id, number


def run_here(session: Session) -> int:
    """A watch with a member, run by every coordinator of HITCHIN."""
    of = watch(session)
    who = factories.subscriber(session, factories.household(session, neighbourhood_id=HITCHIN))
    factories.contact_point(session, who)
    factories.member(session, of, who)
    of_hitchin = User.areas.any(neighbourhood_id=HITCHIN)
    for user in session.scalars(sa.select(User).where(User.roles.any(name=RoleName.COORDINATOR.value), of_hitchin)):
        factories.runs(session, of, user)
    return of.id


def waiting(session: Session) -> Message:
    """One that a supervisor can approve."""
    resident(session)
    return submitted(session, factories.user(session, areas=[HITCHIN]).id)


def urgent_one(session: Session) -> int:
    resident(session)
    return submitted(session, factories.user(session, areas=[HITCHIN]).id, severity=Severity.URGENT).id


def send_urgent(do: Any, who: int, it: int) -> object:
    of = db.session.get_one(Message, it)
    shown = {"shown_hash": of.audience_hash, "version": of.version, "typed_homes": 1}
    return do(it, user_id=who, reason="A child is missing near the weir.", now=NOW, **shown)


def emergency(session: Session) -> int:
    sender = factories.user(session, areas=[HITCHIN]).id
    number = message(session, author_id=sender, approver_id=sender, self_approved_because="A child is missing.")
    session.add(EmergencyReview(message_id=number, asked_at=NOW))
    session.commit()
    return number


def repeated_one(session: Session) -> int:
    author = factories.user(session, areas=[HITCHIN]).id
    return repeat_message(message(session), user_id=author, pattern=MEETING, first_on=DECEMBER_8, until=None, now=NOW)


def an_issue(session: Session, **draft: Any) -> int:
    """With a draft of somebody else's."""
    issue = factories.raised_issue(session, neighbourhood_id=HITCHIN)
    words = {"issue": "Bins", "decision": "not_chosen", "reason": "No", "writer_ids": [0], "changed_at": NOW}
    session.add(DecisionDraft(issue_id=issue.id, **words | draft))
    session.commit()
    return issue.id


def published_results(session: Session) -> int:
    consultation = open_consultation(session, status=ConsultationStatus.PUBLISHED)
    session.add(ConsultationResult(consultation_id=consultation.id, figures=NO_FIGURES))
    session.commit()
    return consultation.id


def to_sign(session: Session) -> int:
    return an_issue(session, asked_at=NOW)


def a_priority(session: Session) -> int:
    issue = factories.raised_issue(session, neighbourhood_id=HITCHIN)
    factories.decision(session, issue)
    return issue.id


def delivered(session: Session) -> int:
    row = factories.message(session, neighbourhood_ids=[HITCHIN])
    factories.delivery(session, of=row, home=factories.household(session, neighbourhood_id=HITCHIN))
    return row.id


def for_digests(session: Session) -> int:
    row = factories.message(session, neighbourhood_ids=[HITCHIN])
    factories.delivery(session, of=row, status=DeliveryStatus.HELD_FOR_DIGEST)
    return row.id


def reply(session: Session) -> int:
    return factories.reply(session, neighbourhood_id=HITCHIN).id


def two_replies(session: Session) -> tuple[int, int]:
    """Of one resident."""
    to = factories.delivery(session)
    first, second = (factories.reply(session, to, neighbourhood_id=HITCHIN).id for _ in range(2))
    return first, second


def everywhere(session: Session) -> int:
    """A colleague of everybody's."""
    return factories.user(session, areas=[HITCHIN, HATFIELD]).id


def answering(act: Callable[[Any, int, Any], object], made: Made = reply) -> Verb:
    """What a team does with a reply of its area."""
    return Verb(P.ANSWER, True, act, made)


def administer(act: Callable[[Any, int, Any], object], made: Made = lambda session: None) -> Verb:
    """What administrators do, for the whole house."""
    return Verb(P.ADMINISTER, False, act, made)


def stop(act: Callable[[Any, int, Any], object], made: Made) -> Verb:
    """What stops a message of an area or lets it go on."""
    return Verb(P.STOP, True, act, made)


def somebody(session: Session) -> int:
    return factories.user(session, areas=[HITCHIN]).id


def on_message(do: Any, who: int, it: int) -> object:
    return do(it, user_id=who, now=NOW)


def a_list(session: Session) -> int:
    return factories.household_list(session, factories.user(session, role=RoleName.ADMINISTRATOR)).id


def a_set(session: Session) -> int:
    return factories.geography_set(session, content=b"").id


def up_to_the_set(act: Callable[[Any, int, Any], object]) -> Callable[[Any, int, Any], object]:
    """The act, until it finds that the set is none: a real one takes seconds."""

    def tried(do: Any, who: int, it: Any) -> None:
        with suppress(BrokenGeography):
            act(do, who, it)

    return tried


DECEMBER_8 = date(2026, 12, 8)
MEETING = Pattern(Every.MONTH, 2, clock=time(19), days_before=3, sends_at=time(18))
LIST = ",".join([*NEEDED, "email"]).encode()
LATE = {"send_at": NOW - timedelta(hours=2), "approved_at": NOW - timedelta(hours=3)}
ADDRESS = "anna@example.com"
PATTERN = TemplateWords(kind="crime_alert", name="Sheds", title="Sheds", body="A shed was broken into.")
WATCH = Typed(name="Oak Street", kind="rural", neighbourhood_id=HITCHIN, wards=frozenset([HITCHIN]))
NO_FIGURES: dict[str, Any] = {"ballots": {}, "homes": None, "areas": [], "neighbourhoods": {}, "items": []}
ISSUE = TypedDecision("Bins", "not_chosen", "It is not ours to do.", "3 of 90 homes")
MORE = Words("More about the sheds", "Two more sheds were broken into.")
GOOD_NEWS = ToMembers("good_news", "Bike found", "The bike is back.")
COUNCIL = "Hertfordshire County Council"
WEEK = NOW + timedelta(days=7)
A_MEETING = TypedMeeting("Street surgery", "Market Place", "", WEEK, WEEK + timedelta(hours=1))
PASSWORD = "umbrella cactus tuba"
NEW_USER = {"name": "Asha Patel", "rank": "PC", "password": PASSWORD, "role": RoleName.OFFICER, "areas": [HITCHIN]}


def a_key(session: Session) -> int:
    maker = factories.user(session, role=RoleName.ADMINISTRATOR).id
    make_key(name="Custody", scopes=[Scope.AREAS], areas=[HITCHIN], actor_id=maker, now=NOW)
    return session.scalars(sa.select(ApiKey.id)).one()


def a_webhook(session: Session) -> int:
    row = Webhook(key_id=a_key(session), url="https://example.com/owl", secret="x", events=[], made_at=NOW)
    session.add(row)
    session.commit()
    return row.id


VERBS: dict[str, Verb] = {
    "accounts.audit_search.export_audit": administer(lambda do, who, it: do(Wanted(), actor_id=who, now=NOW)),
    "accounts.changing_users.change_access": administer(
        lambda do, who, it: do(it, role=RoleName.SUPERVISOR, areas=[HITCHIN], actor_id=who, now=NOW), somebody
    ),
    "accounts.changing_users.disable_user": administer(lambda do, who, it: do(it, actor_id=who, now=NOW), somebody),
    "accounts.changing_users.rename_user": administer(
        lambda do, who, it: do(it, name="Asha Patel", rank="PC", actor_id=who, now=NOW), somebody
    ),
    "accounts.ceilings.set_text_ceiling": administer(
        lambda do, who, it: do(it, "200", actor_id=who, now=NOW), a_team
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
    "accounts.social_accounts.save_accounts": Verb(
        P.KEEP_PAGE, True, lambda do, who, it: do(HITCHIN, {}, actor_id=who, now=NOW)
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
    "accounts.users.add_user": administer(
        lambda do, who, it: do(email="asha@police.example.com", actor_id=who, now=NOW, **NEW_USER)
    ),
    "consultations.announcing.announce_consultation": Verb(
        P.CONSULT, True, lambda do, who, it: do(it, actor_id=who, version=1, now=NOW), asked
    ),
    "consultations.announcing.withdraw_consultation": Verb(
        P.CONSULT, True, lambda do, who, it: do(it, actor_id=who, reason="", now=NOW), asked
    ),
    "consultations.planning_the_year.plan_year": Verb(
        P.CONSULT, False, lambda do, who, it: do(2027, user_id=who, now=NOW)
    ),
    "consultations.publishing.publish_results": Verb(
        P.CONSULT, True, lambda do, who, it: do(it, actor_id=who, now=NOW), lambda session: counted(session).id
    ),
    "consultations.remarks.look_at_remarks": Verb(
        P.CONSULT, True, lambda do, who, it: do(it, {}, actor_id=who, now=NOW), lambda session: counted(session).id
    ),
    "consultations.writing.begin_new_version": Verb(
        P.CONSULT, True, lambda do, who, it: do(it, user_id=who, now=NOW), announced_one
    ),
    "consultations.writing.create_consultation": Verb(
        P.CONSULT, True, lambda do, who, it: do(asking(), author_id=who, now=NOW)
    ),
    "consultations.writing.save_consultation": Verb(
        P.CONSULT, True, lambda do, who, it: do(it, asking(), user_id=who, version=1, now=NOW), asked
    ),
    "consultations.paper.cast_on_paper": Verb(
        P.CONSULT, True,
        lambda do, who, it: do(
            who, it, {"q1": ["burglary"]}, source=Source.PAPER, form_key="k", now=NOW
        ),
        lambda session: open_consultation(session).id,
    ),
    "consultations.priorities.deciding.raise_issue": Verb(
        P.CONSULT, True, lambda do, who, it: do(HITCHIN, ISSUE, actor_id=who, now=NOW)
    ),
    "consultations.priorities.deciding.draft_decision": Verb(
        P.CONSULT, True, lambda do, who, it: do(it, ISSUE, version=1, actor_id=who, now=NOW), an_issue
    ),
    "consultations.priorities.deciding.throw_away": Verb(
        P.CONSULT, True, lambda do, who, it: do(it, version=1, actor_id=who, now=NOW), an_issue
    ),
    "consultations.priorities.doing.check_half_way": Verb(
        P.CONSULT, True, lambda do, who, it: do(HITCHIN, {it: "Done"}, actor_id=who, now=NOW), a_priority
    ),
    "consultations.priorities.doing.take_words_out": Verb(
        P.SIGN, True, lambda do, who, it: do(it, number=1, because="A name", actor_id=who, now=NOW), a_priority
    ),
    "consultations.priorities.doing.write_update": Verb(
        P.CONSULT, True, lambda do, who, it: do(it, "Done", "2026-11-22", actor_id=who, now=NOW), a_priority
    ),
    "consultations.priorities.raising.raise_from_results": Verb(
        P.CONSULT, True, lambda do, who, it: do(it, HITCHIN, actor_id=who, now=NOW), published_results
    ),
    "consultations.priorities.signing.ask_for_signature": Verb(
        P.CONSULT, True, lambda do, who, it: do(HITCHIN, actor_id=who, now=NOW), an_issue
    ),
    "consultations.priorities.signing.return_decisions": Verb(
        P.SIGN, True, lambda do, who, it: do(HITCHIN, reason="Why?", inspector_id=who, now=NOW), to_sign
    ),
    "consultations.priorities.signing.sign_decisions": Verb(
        P.SIGN, True, lambda do, who, it: do(HITCHIN, {it: 1}, inspector_id=who, now=NOW), to_sign
    ),
    "delivery.approving.approve_message": Verb(
        P.APPROVE, True,
        lambda do, who, it: do(it.id, approver_id=who, shown_hash=it.audience_hash, now=NOW), waiting,
    ),
    "delivery.cancelling.cancel_message": stop(on_message, in_state(MessageStatus.SENDING)),
    "delivery.emergency.send_in_emergency": Verb(P.COMPOSE, True, send_urgent, urgent_one, by_author=True),
    "delivery.digests.withdrawing.take_out_of_digests": stop(on_message, for_digests),
    "delivery.following_up.follow_up": Verb(
        P.COMPOSE, True, lambda do, who, it: do(it, FollowUp.UPDATE, author_id=who, words=MORE, now=NOW), delivered
    ),
    "delivery.following_up.reword": Verb(
        P.COMPOSE, True, lambda do, who, it: do(it, author_id=who, words=MORE, version=1, now=NOW),
        update_that_came_back, by_author=True,
    ),
    "delivery.last_mile.tick_off": Verb(
        P.COMPOSE, True, lambda do, who, it: do(*it, {}, actor_id=who, now=NOW), with_sheet
    ),
    "delivery.pausing.pause_message": stop(on_message, in_state(MessageStatus.SENDING)),
    "delivery.pausing.resume_message": stop(on_message, in_state(MessageStatus.PAUSED)),
    "delivery.sending_alone.send_alone": Verb(
        P.COMPOSE, True, lambda do, who, it: do(it[0], user_id=who, version=1, shown_hash=it[1], now=NOW), ready_to_go
    ),
    "delivery.spending.lift_ceiling": Verb(P.APPROVE, False, lambda do, who, it: do(user_id=who, now=NOW)),
    "delivery.standing_down.stand_down": Verb(
        P.COMPOSE, True, lambda do, who, it: do(it, author_id=who, title="Over", words="Over.", now=NOW), delivered
    ),
    "delivery.starting.send_anyway": stop(on_message, in_state(MessageStatus.SCHEDULED, **LATE)),
    "delivery.testing.send_test": Verb(P.COMPOSE, True, on_message, message),
    "delivery.to_members.send_to_members": Verb(
        P.RUN_WATCH, True, lambda do, who, it: do(it, GOOD_NEWS, author_id=who, now=NOW), run_here
    ),
    "handover.leaving.let_go": administer(
        lambda do, who, it: do(it, successor_id=None, actor_id=who, now=NOW), somebody
    ),
    "health.queue_board.put_away_job": administer(
        lambda do, who, it: do(factories.broken_job(), actor_id=who, now=NOW)
    ),
    "health.queue_board.try_again": administer(
        lambda do, who, it: do(factories.broken_job(), actor_id=who, now=NOW)
    ),
    "households.importing.exporting.export_households": administer(lambda do, who, it: do(actor_id=who, now=NOW)),
    "households.importing.uploads.forget_refused": administer(lambda do, who, it: do(it, actor_id=who), a_list),
    "households.importing.uploads.upload_list": administer(
        lambda do, who, it: do(BytesIO(LIST), actor_id=who, now=NOW)
    ),
    "households.new_geography.apply_set": administer(
        up_to_the_set(lambda do, who, it: do(it, user_id=who, now=NOW)), a_set
    ),
    "households.new_geography.hand_in": administer(
        up_to_the_set(lambda do, who, it: do("set.zip", b"", user_id=who, now=NOW))
    ),
    "households.new_geography.put_away": administer(lambda do, who, it: do(it, user_id=who, now=NOW), a_set),
    "households.partners.add_partner": administer(
        lambda do, who, it: do(name="Fire service", purpose="Fires", actor_id=who, now=NOW)
    ),
    "households.partners.end_partnership": administer(
        lambda do, who, it: do(it, actor_id=who, now=NOW), lambda session: factories.partner(session).id
    ),
    "households.stopping_by_hand.look_up": administer(by_hand),
    "households.stopping_by_hand.mend_address": administer(by_hand, bounced),
    "households.stopping_by_hand.stop_address": administer(by_hand),
    "messages.kinds.save_kind": administer(
        lambda do, who, it: do(KindRow(Kind.GOOD_NEWS, "Good news"), actor_id=who, now=NOW)
    ),
    "messages.allowing_links.allow_site": administer(
        lambda do, who, it: do(address="fire.example.org", reason="The fire service", actor_id=who, now=NOW)
    ),
    "messages.allowing_links.forbid_site": administer(lambda do, who, it: do(it, actor_id=who, now=NOW), a_site),
    "accounts.training.set_training": administer(
        lambda do, who, it: do(it, training=True, actor_id=who, now=NOW), somebody
    ),
    "households.guests.add_guest": administer(
        lambda do, who, it: do("guest@police.example.com", actor_id=who, allow_drama=True, now=NOW)
    ),
    "households.guests.remove_guest": administer(
        lambda do, who, it: do(it, actor_id=who, now=NOW), lambda session: factories.guest(session).id
    ),
    "messages.repeating.repeat_message": Verb(
        P.COMPOSE, True,
        lambda do, who, it: do(it, user_id=who, pattern=MEETING, first_on=DECEMBER_8, until=None, now=NOW), message,
    ),
    "messages.repeating.end_repeating": Verb(P.COMPOSE, True, on_message, repeated_one),
    "messages.reviewing.review_emergency": Verb(
        P.REVIEW, True,
        lambda do, who, it: do(it, reviewer_id=who, was_right=True, note="Nobody was there.", now=NOW), emergency,
    ),
    "messages.approving.return_message": Verb(
        P.APPROVE, True,
        lambda do, who, it: do(it.id, supervisor_id=who, reason="Where?", version=it.version, now=NOW), waiting,
    ),
    "messages.composing.cancel_draft": Verb(P.COMPOSE, True, on_message, own_draft),
    "messages.composing.create_draft": Verb(
        P.COMPOSE, True, lambda do, who, it: do(draft(), author_id=who, now=NOW)
    ),
    "messages.composing.save_draft": Verb(
        P.COMPOSE, True, lambda do, who, it: do(it, draft(), user_id=who, version=1, now=NOW), own_draft
    ),
    "messages.composing.submit_message": Verb(
        P.COMPOSE, True, lambda do, who, it: do(it, user_id=who, version=1, now=NOW), finished_draft
    ),
    "messages.editing.note_open": Verb(P.COMPOSE, True, on_message, own_draft),
    "messages.picturing.add_picture": Verb(
        P.COMPOSE, True, lambda do, who, it: do(it, picture(), alt="A van", user_id=who, now=NOW), own_draft
    ),
    "messages.picturing.take_out_picture": Verb(
        P.COMPOSE, True, lambda do, who, it: do(*it, user_id=who, now=NOW), with_picture
    ),
    "messages.templates.add_starters": administer(lambda do, who, it: do(actor_id=who, now=NOW)),
    "messages.templates.end_template": administer(lambda do, who, it: do(it, actor_id=who, now=NOW), a_template),
    "messages.templates.write_template": administer(lambda do, who, it: do(PATTERN, actor_id=who, now=NOW)),
    "messages.unsaved.keep_unsaved": Verb(
        P.COMPOSE, True, lambda do, who, it: do("k" * 22, {}, user_id=who, message_id=it, now=NOW), own_draft
    ),
    "replies.answering.answer_reply": Verb(
        P.ANSWER, True, lambda do, who, it: do(it, "We are looking into it.", author_id=who, now=NOW), reply
    ),
    "replies.answering.hand_over_reply": answering(lambda do, who, it: do(it, COUNCIL, author_id=who, now=NOW)),
    "replies.assigning.assign_reply": answering(lambda do, who, it: do(it, to_id=None, user_id=who, now=NOW)),
    "replies.assigning.claim_reply": answering(on_message),
    "replies.closing.close_reply": answering(lambda do, who, it: do(it, Ending.SPOKEN_TO, user_id=who, now=NOW)),
    "replies.closing.reopen_reply": answering(
        on_message,
        lambda session: factories.reply(session, neighbourhood_id=HITCHIN, state=ReplyState.CLOSED).id,
    ),
    "replies.lists.add_entry": administer(
        lambda do, who, it: do(ListName.WORDS, Entry("crossbow"), actor_id=who, now=NOW)
    ),
    "replies.lists.end_entry": administer(
        lambda do, who, it: do(ListName.BODIES, COUNCIL, actor_id=who, now=NOW)
    ),
    "replies.merging.merge_replies": answering(lambda do, who, it: do(*it, user_id=who, now=NOW), two_replies),
    "replies.noting.add_note": answering(lambda do, who, it: do(it, "Known to us", author_id=who, now=NOW)),
    "reports.outcomes.record_outcome": Verb(
        P.COMPOSE, True, lambda do, who, it: do(it, led_to=["arrest"], closes=True, user_id=who, now=NOW), message
    ),
    "watches.coordinating.decide_coordinator": Verb(
        P.VET, True, lambda do, who, it: do(*it, Vetting.CHECKING, actor_id=who, now=NOW), with_coordinator
    ),
    "watches.coordinating.name_coordinator": Verb(
        P.COMPOSE, True, lambda do, who, it: do(it[0], email=it[1], actor_id=who, now=NOW),
        lambda session: (watch(session).id, factories.user(session, role=RoleName.COORDINATOR).email),
    ),
    "watches.keeping.change_watch": Verb(
        P.COMPOSE, True, lambda do, who, it: do(it, WATCH, version=1, actor_id=who, now=NOW),
        lambda session: watch(session, standing=Standing.PROPOSED).id,
    ),
    "watches.keeping.decide_watch": Verb(
        P.VET, True, lambda do, who, it: do(it, Standing.SUSPENDED, actor_id=who, now=NOW),
        lambda session: watch(session).id,
    ),
    "watches.keeping.propose_watch": Verb(P.COMPOSE, True, lambda do, who, it: do(WATCH, actor_id=who, now=NOW)),
    "watches.paper.add_paper_home": Verb(
        P.COMPOSE, True, lambda do, who, it: do(it, postcode="SG5 1SD", house="12", actor_id=who, now=NOW),
        lambda session: watch(session).id,
    ),
    "watches.paper.remove_paper_home": Verb(
        P.COMPOSE, True, lambda do, who, it: do(*it, actor_id=who, now=NOW), with_home
    ),
    "systems.keys.end_key": administer(lambda do, who, it: do(it, actor_id=who, now=NOW), a_key),
    "systems.keys.make_key": administer(
        lambda do, who, it: do(name="Custody", scopes=[Scope.AREAS], areas=[HITCHIN], actor_id=who, now=NOW)
    ),
    "systems.webhooks.add_webhook": administer(
        lambda do, who, it: do(
            it, url="https://example.com/owl", events=[EventName.MESSAGE_SENT], actor_id=who, now=NOW
        ),
        a_key,
    ),
    "systems.webhooks.end_webhook": administer(lambda do, who, it: do(it, actor_id=who, now=NOW), a_webhook),
}  # fmt: skip

# What a user does about nobody but themselves: any may, and the verb asks for their password or their session.
OWN = {
    "accounts.cover.come_back",
    "accounts.own_account.change_password",
    "accounts.own_account.change_second_step",
    "accounts.own_account.confirm_password",
    "messages.unsaved.end_unsaved",
    "accounts.own_account.renew_recovery_codes",
    "accounts.sessions.sign_out_elsewhere",
}
# Verbs with a user's number that no page calls with one of its choice.
ELSEWHERE = {
    "accounts.second_steps.give_second_step": "at the machine itself, for demonstrations",
    "households.importing.loading.import_households": "a job: upload_list checked who asked for it",
}
# Modules whose verbs nobody who signs in does; their names say who does.
NOBODYS = {
    "accounts.sessions": "whoever has the cookie",
    "accounts.signing_in": "whoever has the password and the second step",
    "consultations.announcing_planned": "the clock",
    "consultations.keys_ahead": "the clock",
    "consultations.counting": "the clock",
    "consultations.priorities.watching": "the clock",
    "delivery": "workers and the clock, providers through hooks, and whoever has the link to stop messages",
    "geography.loading": "at the machine itself",
    "households": "residents on their own pages, by link, code or form; the clock",
    "reports": "the clock, which keeps tallies",
    "messages.recurring": "the clock",
    "replies": "residents by link and by text; the clock",
    "rights": "the clock at night",
    "systems": "other systems with their keys; the clock",
    "watches": "residents on their own pages; the clock",
}
