"""The verbs of messages, and what they led to."""

from __future__ import annotations

from datetime import date, time

from sqlalchemy.orm import Session

from owl.households.choices import Kind
from owl.messages.kinds import KindRow
from owl.messages.link_models import AllowedSite
from owl.messages.models import MessageStatus
from owl.messages.recurrence import Pattern
from owl.messages.recurring_models import Every
from owl.messages.repeating import repeat_message
from owl.messages.review_models import EmergencyReview
from owl.messages.template_models import MessageTemplate
from owl.messages.templates import Pattern as TemplateWords
from tests import factories
from tests.accounts.places import HITCHIN
from tests.factories import NOW
from tests.foundation.test_pictures import picture
from tests.house.verbs.made import message, waiting
from tests.house.verbs.verb import P, Verb, administer, on_message
from tests.messages.drafts import draft, resident

DECEMBER_8 = date(2026, 12, 8)
MEETING = Pattern(Every.MONTH, 2, clock=time(19), days_before=3, sends_at=time(18))
PATTERN = TemplateWords(kind="crime_alert", name="Sheds", title="Sheds", body="A shed was broken into.")


def own_draft(session: Session) -> int:
    return message(session, status=MessageStatus.DRAFT, submitted_at=None, approved_at=None, targeted=None)


def finished_draft(session: Session) -> int:
    resident(session)
    return own_draft(session)


def a_template(session: Session) -> int:
    row = MessageTemplate(name="Sheds", title="Sheds", body="Sheds", sms_text="", kind=Kind.CRIME_ALERT, changed_at=NOW)
    session.add(row)
    session.commit()
    return row.id


def with_picture(session: Session) -> tuple[int, int]:
    number = own_draft(session)
    return number, factories.picture(session, number).id


def a_site(session: Session) -> str:
    session.add(AllowedSite(host="fire.example.org", reason="The fire service", added_at=NOW))
    session.commit()
    return "fire.example.org"


def emergency(session: Session) -> int:
    sender = factories.user(session, areas=[HITCHIN]).id
    number = message(session, author_id=sender, approver_id=sender, self_approved_because="A child is missing.")
    session.add(EmergencyReview(message_id=number, asked_at=NOW))
    session.commit()
    return number


def repeated_one(session: Session) -> int:
    author = factories.user(session, areas=[HITCHIN]).id
    return repeat_message(message(session), user_id=author, pattern=MEETING, first_on=DECEMBER_8, until=None, now=NOW)


VERBS: dict[str, Verb] = {
    "messages.allowing_links.allow_site": administer(
        lambda do, who, it: do(address="fire.example.org", reason="The fire service", actor_id=who, now=NOW)
    ),
    "messages.allowing_links.forbid_site": administer(lambda do, who, it: do(it, actor_id=who, now=NOW), a_site),
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
    "messages.kinds.save_kind": administer(
        lambda do, who, it: do(KindRow(Kind.GOOD_NEWS, "Good news"), actor_id=who, now=NOW)
    ),
    "messages.picturing.add_picture": Verb(
        P.COMPOSE, True, lambda do, who, it: do(it, picture(), alt="A van", user_id=who, now=NOW), own_draft
    ),
    "messages.picturing.take_out_picture": Verb(
        P.COMPOSE, True, lambda do, who, it: do(*it, user_id=who, now=NOW), with_picture
    ),
    "messages.repeating.end_repeating": Verb(P.COMPOSE, True, on_message, repeated_one),
    "messages.repeating.repeat_message": Verb(
        P.COMPOSE, True,
        lambda do, who, it: do(it, user_id=who, pattern=MEETING, first_on=DECEMBER_8, until=None, now=NOW), message,
    ),
    "messages.reviewing.review_emergency": Verb(
        P.REVIEW, True,
        lambda do, who, it: do(it, reviewer_id=who, was_right=True, note="Nobody was there.", now=NOW), emergency,
    ),
    "messages.templates.add_starters": administer(lambda do, who, it: do(actor_id=who, now=NOW)),
    "messages.templates.end_template": administer(lambda do, who, it: do(it, actor_id=who, now=NOW), a_template),
    "messages.templates.write_template": administer(lambda do, who, it: do(PATTERN, actor_id=who, now=NOW)),
    "messages.unsaved.keep_unsaved": Verb(
        P.COMPOSE, True, lambda do, who, it: do("k" * 22, {}, user_id=who, message_id=it, now=NOW), own_draft
    ),
    "reports.outcomes.record_outcome": Verb(
        P.COMPOSE, True, lambda do, who, it: do(it, led_to=["arrest"], closes=True, user_id=who, now=NOW), message
    ),
}  # fmt: skip
