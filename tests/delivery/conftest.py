"""Providers that keep what they are handed, and a message planned to some people."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from owl.accounts.models import Team
from owl.delivery.models import Delivery
from owl.delivery.planning import plan_batches, plan_deliveries
from owl.delivery.providers import Outcome, OutgoingMail, OutgoingSms, Result
from owl.foundation.database import transaction
from owl.foundation.notices import Channel
from owl.messages.audience import Area, AreaKind, Audience
from owl.messages.models import Message, MessageStatus
from tests import factories
from tests.factories import NOW


@dataclass
class FakeProvider:
    """Takes everything, but for those that a test gives another result; can do something before it answers."""

    handed: list[OutgoingMail | OutgoingSms] = field(default_factory=list)
    results: dict[int, tuple[Result, str]] = field(default_factory=dict)
    before_answering: Callable[[int], object] = lambda seq: None
    known: set[int] = field(default_factory=set)  # what look_up finds
    silent_about: set[int] = field(default_factory=set)
    look_up_fails: bool = False

    def send_all(self, outgoing: Sequence[OutgoingMail | OutgoingSms]) -> Iterator[list[Outcome]]:
        for one in outgoing:
            self.handed.append(one)
            self.before_answering(one.seq)
            result, fault = self.results.get(one.seq, (Result.SENT, None))
            reference = f"SM{one.seq}" if isinstance(one, OutgoingSms) and result is Result.SENT else None
            if one.seq not in self.silent_about:
                yield [Outcome(one.seq, result, reference=reference, segments=1 if reference else None, fault=fault)]

    def look_up(self, texts: Sequence[OutgoingSms]) -> Iterator[list[Outcome]]:
        for one in texts:
            found = one.seq in self.known
            if self.look_up_fails:
                yield [Outcome(one.seq, Result.NOT_NOW, fault="20003")]
                continue
            yield [Outcome(one.seq, Result.SENT if found else Result.TEMPORARY, fault=None if found else "lost")]


def replaced(app: Flask, name: str) -> Iterator[FakeProvider]:
    real, fake = app.extensions[name], FakeProvider()
    app.extensions[name] = fake
    yield fake
    app.extensions[name] = real


@pytest.fixture
def mail(app: Flask) -> Iterator[FakeProvider]:
    yield from replaced(app, "owl.mail")


@pytest.fixture
def sms(app: Flask) -> Iterator[FakeProvider]:
    yield from replaced(app, "owl.sms")


@pytest.fixture
def planned(session: Session) -> Callable[..., Message]:
    """A message that is being sent to so many people by one channel, in one batch."""

    def plan(people: int, channel: Channel = Channel.EMAIL, **fields: object) -> Message:
        return plan_message(session, people, channel, **fields)

    return plan


def plan_message(session: Session, people: int, channel: Channel = Channel.EMAIL, **fields: object) -> Message:
    home = factories.household(session)
    if session.query(Team).filter_by(neighbourhood_id=home.neighbourhood_id).first() is None:
        session.add(Team(neighbourhood_id=home.neighbourhood_id, name="The team", email="team@example.com"))
    for _ in range(people):
        factories.contact_point(session, factories.subscriber(session, home), channel=channel)
    audience = Audience.of([Area(AreaKind.NEIGHBOURHOOD, home.neighbourhood_id)], channels=[channel])
    message = factories.message(
        session,
        audience=audience.to_json(),
        status=MessageStatus.SENDING,
        sms_text="Sheds broken into",
        finished_at=None,
        **fields,
    )
    with transaction() as inside:
        planned = plan_deliveries(inside, message, now=NOW)
        message.targeted = planned.targeted
        plan_batches(inside, message, planned, now=NOW)
    return message


def at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


def statuses(session: Session, message: Message) -> list[str]:
    session.expire_all()
    return [row.status.value for row in session.query(Delivery).filter_by(message_id=message.id).order_by(Delivery.seq)]
