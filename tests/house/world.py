"""A small world to walk through: two teams, one alert, one home that got it, and what its links hold."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from owl.accounts.models import RoleName
from owl.consultations.consultation_models import ConsultationStatus
from owl.consultations.priorities.models import DecisionDraft, RaisedIssue
from owl.delivery.last_mile_models import LastMile
from owl.foundation.clock import utc_now
from owl.foundation.current import delivery_token
from owl.foundation.database import db
from owl.foundation.signed_links import Purpose, new_token
from owl.households.magic_links import open_page
from owl.households.models import ContactPoint, MagicLink, Subscription
from owl.messages.models import MessageStatus
from owl.replies.links import conversation_token
from owl.web.public.my_session import OPENED
from tests import factories
from tests.browser import sign_in
from tests.consultations.asking import drafted
from tests.consultations.boxes import open_consultation
from tests.consultations.counted import counted

HERE, ELSEWHERE = "hitchin-urban", "welwyn-hatfield-south"
PERSONS = (
    "anonymous", "resident", "officer", "officer of another area", "supervisor", "administrator", "inspector",
    "coordinator",
)  # fmt: skip
COOKIE = "owl"
LINKS = {"replying": Purpose.FEEDBACK, "digests": Purpose.FEEDBACK, "unsubscribing": Purpose.UNSUBSCRIBE}


class World:
    """What there is, and who may come. Holds numbers, not rows: each walk is undone."""

    def __init__(self, app: Flask, session: Session) -> None:
        self.app = app
        watch = factories.watch(session, neighbourhood_id=HERE)
        users = {
            "officer": factories.user(session, areas=[HERE]),
            "officer of another area": factories.user(session, areas=[ELSEWHERE]),
            "supervisor": factories.user(session, role=RoleName.SUPERVISOR, areas=[HERE]),
            "administrator": factories.user(session, role=RoleName.ADMINISTRATOR),
            "inspector": factories.user(session, role=RoleName.INSPECTOR, areas=[HERE]),
            "coordinator": factories.coordinator(session, watch),
        }
        self.users = {person: user.id for person, user in users.items()}
        author_id, home = users["officer"].id, factories.household(session, neighbourhood_id=HERE)
        common = {"author_id": author_id, "neighbourhood_ids": [HERE]}
        asked = open_consultation(
            session, author_id=author_id, neighbourhood_ids=[HERE], closes_at=utc_now() + timedelta(days=7)
        )
        sent = factories.consultation(
            session,
            status=MessageStatus.SENT,
            valid_until=utc_now() + timedelta(days=7),
            consultation_id=asked.id,
            **common,
        )
        delivery = factories.delivery(session, of=sent, home=home)
        owner_id = session.get_one(ContactPoint, delivery.contact_point_id).subscriber_id
        draft = factories.message(session, status=MessageStatus.DRAFT, approved_at=None, **common).id
        self.messages = {
            "team_afterwards": sent.id,
            "team_following_up": sent.id,
            "team_composing": draft,
            "team_trying": draft,
            "team_keeping": draft,
            "team_messages": sent.id,
            "api_messages": sent.id,
            "team_stopping": sent.id,
            "sheets": sent.id,
            "team_whereabouts": sent.id,
            "team_repeating": sent.id,
        }
        self.messages["team_picturing"] = self.messages["team_composing"]
        self.messages["team_previewing"] = sent.id
        waiting = factories.message(
            session, status=MessageStatus.AWAITING_APPROVAL, approved_at=None, audience_hash=b"as shown", **common
        ).id
        self.messages |= {
            f"team_approving.{act}": self.messages["team_composing"] if act in {"ask", "send"} else waiting
            for act in ("approve", "ask", "give_back", "send")
        } | {"team_messages.cancel": waiting, "team_emergencies.send": waiting}
        self.messages["team_emergencies.review"] = factories.message(
            session, approver_id=author_id, self_approved_because="A child is missing.", **common
        ).id
        self.links = {part: delivery_token(purpose, sent.id, delivery.seq) for part, purpose in LINKS.items()}
        reply_id = factories.reply(session, delivery, received_at=utc_now()).id
        self.links["own_replies"] = conversation_token(reply_id)
        door = factories.paper_home(session, watch)
        session.add(LastMile(message_id=sent.id, household_id=door.id, watch_id=watch.id, changed_at=utc_now()))
        session.commit()
        self.open_consultation = asked.id
        told = counted(session, neighbourhood_ids=[HERE], status=ConsultationStatus.PUBLISHED, published_at=utc_now())
        self.results: dict[str, object] = {
            "team_results": counted(session, neighbourhood_ids=[HERE], remarks=["A lamp in the alley"]).id,
            "results": told.slug,
        }
        self.arguments = {
            "watch_id": watch.id,
            "issue_id": _issue(session).id,
            "slug": asked.slug,
            "code": sent.code,
            "household_id": door.id,
            "recurring_id": factories.recurring(session, author_id, HERE).id,
            "consultation_id": drafted(session, author_id).id,
            "guest_id": factories.guest(session).id,
            "key_id": 1,
            "webhook_id": 1,
            "partner_id": factories.partner(session).id,
            "picture_id": factories.picture(session, self.messages["team_picturing"]).id,
            "template_id": factories.template(session).id,
            "reply_id": reply_id,
            "contact_point_id": delivery.contact_point_id,
            "subscription_id": session.scalars(
                sa.select(Subscription.id).where(Subscription.subscriber_id == owner_id)
            ).first(),
            "neighbourhood_id": HERE,
            "meeting_id": factories.meeting(session, HERE, begins_at=utc_now() + timedelta(days=2)).id,
            "officer_id": (officer := factories.officer(session)).id,
            "team_id": officer.team_id,
            "user_id": factories.user(session, areas=[HERE]).id,
            "district_code": "E07000099",
            "district_slug": "north-herts",
            "topic": "good-news",
            "form": "atom",
            "set_id": factories.geography_set(session).id,
            "list_id": factories.household_list(session, users["administrator"]).id,
            "channel": "email",
            "filename": "owl.css",
            "_": "reply",
            "kind": "crime_alert",
            "which": "words",
            "listed": "ward",
            "_act": "add",
        }
        self.cookies = {}
        for person, user in users.items():
            client = app.test_client()
            sign_in(client, session, user)
            self.cookies[person] = _cookie_of(client)
        self.cookies["resident"] = self._open_page(session, owner_id)

    def client(self, person: str, *, bare: bool = False) -> FlaskClient:
        """A browser of this person."""
        client = self.app.test_client(bare=bare)
        if person in self.cookies:
            client.set_cookie(COOKIE, self.cookies[person])
        return client

    def path(self, rule: Rule) -> str:
        """The rule's address with plausible arguments: what exists, and links that work."""
        given = {name: self.arguments.get(name, "made-up-by-a-test") for name in rule.arguments}
        part = rule.endpoint.partition(".")[0]
        if "message_id" in given:
            given["message_id"] = self.messages.get(rule.endpoint) or self.messages[part]
        if part == "team_typing_in":
            given["consultation_id"] = self.open_consultation
        given |= {name: self.results[part] for name in {"consultation_id", "slug"} & set(given) if part in self.results}
        if "token" in given and part in self.links:
            given["token"] = self.links[part]
        with self.app.test_request_context():
            _, path = rule.build(given) or ("", rule.rule)
        return path

    def _open_page(self, session: Session, owner_id: int) -> str:
        """The cookie of a resident whose magic link was pressed."""
        token, token_hash = new_token()
        now = utc_now()
        until = now + timedelta(hours=1)
        session.add(MagicLink(token_hash=token_hash, subscriber_id=owner_id, created_at=now, expires_at=until))
        session.commit()
        client = self.app.test_client()
        with client.session_transaction() as cookie:
            cookie[OPENED] = open_page(token, now=now)
        return _cookie_of(client)


def _issue(session: Session) -> RaisedIssue:
    """One that was decided twice and is being decided anew, and about which something was done."""
    issue = factories.raised_issue(session, neighbourhood_id=HERE)
    first = factories.decision(session, issue)
    factories.decision(session, issue)
    factories.priority_update(session, issue)
    session.add(DecisionDraft(issue_id=issue.id, issue="Bins", writer_ids=[first.owner_id], changed_at=utc_now()))
    session.commit()
    return issue


def _cookie_of(client: FlaskClient) -> str:
    cookie = client.get_cookie(COOKIE)
    assert cookie is not None
    return cookie.value


@contextmanager
def undone() -> Iterator[None]:
    """What is done inside is undone at the end."""
    db.session.remove()
    connection: sa.Connection = db.engine  # type: ignore[assignment]  # as the fixture `session` leaves it
    point = connection.begin_nested()
    try:
        yield
    finally:
        db.session.remove()
        point.rollback()
