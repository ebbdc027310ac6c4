"""Inviting and reminding, by a real plan: one voice a home, and no reminder to those that used it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName
from owl.consultations.announcing import withdraw_consultation
from owl.consultations.inviting import NobodyToInvite, invite
from owl.delivery.approving import approve_message
from owl.delivery.claiming import claim_batch, claim_next
from owl.delivery.models import Delivery, DeliveryStatus
from owl.foundation.errors import BadInput
from owl.households.choices import Kind
from owl.messages.composing import create_draft, submit_message
from owl.messages.counting import count_reach
from owl.messages.draft import Draft
from owl.messages.models import Message
from owl.messages.voice_models import Voice
from tests import factories
from tests.accounts.places import HITCHIN
from tests.consultations.asking import POLISH_WORDS, announced
from tests.factories import NOW
from tests.messages.drafts import draft


@pytest.fixture
def officer_id(session: Session) -> int:
    return factories.user(session, areas=[HITCHIN]).id


def homes(session: Session, number: int) -> list[int]:
    made = [factories.household(session, neighbourhood_id=HITCHIN) for _ in range(number)]
    for home in made:
        factories.contact_point(session, factories.subscriber(session, home))
    return [home.id for home in made]


def send(session: Session, message_id: int, author_id: int) -> Message:
    submit_message(message_id, user_id=author_id, version=1, now=NOW)
    message = session.get_one(Message, message_id)
    supervisor = factories.user(session, role=RoleName.SUPERVISOR, areas=[HITCHIN])
    approve_message(message_id, approver_id=supervisor.id, shown_hash=message.audience_hash or b"", now=NOW)
    session.refresh(message)
    return message


def reached(session: Session, message_id: int) -> set[int]:
    return set(session.scalars(sa.select(Delivery.household_id).where(Delivery.message_id == message_id)))


def test_a_reminder_goes_to_the_homes_that_have_not_taken_part(session: Session, officer_id: int) -> None:
    three = homes(session, 3)
    one = announced(session, officer_id, wordings=POLISH_WORDS)
    first = send(session, invite(one.id, user_id=officer_id, again=False, now=NOW), officer_id)
    assert reached(session, first.id) == set(three)
    assert (first.valid_until, first.translations["pl"]["title"]) == (one.closes_at, "Powiedz, co myślisz: Tytuł")
    session.add(Voice(consultation_id=one.id, household_id=three[0]))
    session.add(Voice(consultation_id=announced(session, officer_id).id, household_id=three[1]))  # in another
    session.commit()

    again = invite(one.id, user_id=officer_id, again=True, now=NOW)
    said = Draft.of(session.get_one(Message, again))
    assert count_reach(session, said.audience, said.topic, NOW).homes == 2
    assert "no answer from your home yet" in said.body
    assert reached(session, send(session, again, officer_id).id) == set(three[1:])


def test_a_home_that_answers_while_a_reminder_is_on_its_way_is_spared_it(session: Session, officer_id: int) -> None:
    early, late = homes(session, 2)
    one = announced(session, officer_id)
    message = send(session, invite(one.id, user_id=officer_id, again=True, now=NOW), officer_id)
    session.add(Voice(consultation_id=one.id, household_id=early))
    session.commit()

    claim = claim_batch(message.id, 1, worker="w", now=NOW)
    assert claim
    taken = claim_next(claim, from_seq=1, limit=10, now=NOW).recipients

    found = session.execute(sa.select(Delivery.household_id, Delivery.status).where(Delivery.message_id == message.id))
    assert dict(list(found)) == {early: DeliveryStatus.SUPPRESSED, late: DeliveryStatus.SENDING}
    assert len(taken) == 1


def test_only_what_is_announced_and_not_over_is_invited_to(session: Session, officer_id: int) -> None:
    homes(session, 1)
    one = announced(session, officer_id)
    assert one.closes_at
    with pytest.raises(NobodyToInvite):
        invite(one.id, user_id=officer_id, again=False, now=one.closes_at)
    message_id = invite(one.id, user_id=officer_id, again=False, now=NOW)
    withdraw_consultation(one.id, actor_id=officer_id, reason="It named a street twice.", now=NOW)
    with pytest.raises(NobodyToInvite):
        invite(one.id, user_id=officer_id, again=False, now=NOW)
    with pytest.raises(BadInput):
        submit_message(message_id, user_id=officer_id, version=2, now=NOW + timedelta(seconds=1))


def test_an_invitation_waits_for_the_opening_and_ends_with_the_close(session: Session, officer_id: int) -> None:
    homes(session, 1)
    one = announced(session, officer_id, opens_at=NOW + timedelta(days=3))
    assert one.closes_at
    message = session.get_one(Message, invite(one.id, user_id=officer_id, again=False, now=NOW))
    assert (message.send_at, message.valid_until) == (one.opens_at, one.closes_at)
    message.send_at = None
    session.commit()
    with pytest.raises(BadInput, match="opens on Wednesday 25 November"):
        submit_message(message.id, user_id=officer_id, version=2, now=NOW)
    message.send_at, message.valid_until = one.opens_at, one.closes_at + timedelta(minutes=1)
    session.commit()
    with pytest.raises(BadInput, match="closes on"):
        submit_message(message.id, user_id=officer_id, version=3, now=NOW)


def test_no_other_message_calls_itself_an_invitation(session: Session, officer_id: int) -> None:
    with pytest.raises(BadInput, match="page of its consultation"):
        create_draft(draft(kind=Kind.CONSULTATION_INVITATION), author_id=officer_id, now=NOW)
