"""Without approval in an emergency: possible, in sight, and looked at afterwards."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName, User
from owl.delivery.emergency import NoEmergency, send_in_emergency
from owl.delivery.models import Delivery
from owl.foundation.errors import BadInput, OwlError, Refused
from owl.foundation.notices import Notice
from owl.messages.approving import AlreadyApproved, AudienceChanged, NotWaiting
from owl.messages.models import Message, MessageStatus, Severity
from owl.messages.reviewing import AlreadyReviewed, review_emergency, verdict_of, waiting_for_review
from tests import factories
from tests.accounts.places import HATFIELD, HITCHIN, NORTH_HERTS
from tests.factories import NOW
from tests.messages.drafts import resident, submitted

REASON = "A child is missing near the weir and nobody answers."


@pytest.fixture
def officer(session: Session) -> User:
    for _ in range(3):
        resident(session)
    return factories.user(session, areas=[HITCHIN], name="Asha Patel", rank="PC")


def inspector(session: Session, area: str = NORTH_HERTS, **fields: Any) -> User:
    return factories.user(session, role=RoleName.INSPECTOR, areas=[area], **fields)


def send(message: Message, who: User, **more: Any) -> None:
    shown = {"reason": REASON, "typed_homes": 3, "shown_hash": message.audience_hash, "version": message.version}
    send_in_emergency(message.id, **{"user_id": who.id, "now": NOW, **shown, **more})


def addresses(session: Session) -> list[str | None]:
    return [row.address for row in session.scalars(sa.select(Notice).order_by(Notice.id))]


def test_it_goes_out_at_once_the_inspectors_of_the_area_are_told_and_a_review_waits(
    session: Session, officer: User
) -> None:
    here = inspector(session)
    inspector(session, HATFIELD)
    inspector(session, active=False)
    message = submitted(session, officer.id, severity=Severity.URGENT)
    send(message, officer)
    session.refresh(message)
    assert (message.status, message.approver_id, message.homes) == (MessageStatus.SENDING, officer.id, 3)
    assert message.self_approved_because == REASON
    assert addresses(session) == [here.email]
    words = json.loads(session.scalars(sa.select(Notice.words)).one() or "")
    assert (words["sender"], words["because"], words["homes"]) == ("PC Asha Patel", REASON, 3)
    [waiting] = waiting_for_review(session, user_id=here.id)
    assert (waiting.message_id, waiting.sent_by, waiting.because) == (message.id, "PC Asha Patel", REASON)
    with pytest.raises(AlreadyApproved):
        send(message, officer)


def test_without_an_inspector_administrators_are_told(session: Session, officer: User) -> None:
    administrator = factories.user(session, role=RoleName.ADMINISTRATOR)
    send(submitted(session, officer.id, severity=Severity.URGENT), officer)
    assert addresses(session) == [administrator.email]


@pytest.mark.parametrize(
    ("severity", "more", "error"),
    [
        (Severity.ROUTINE, {}, NoEmergency),
        (Severity.URGENT, {"reason": " urgent "}, BadInput),
        (Severity.URGENT, {"reason": "x" * 2_000}, BadInput),
        (Severity.URGENT, {"typed_homes": None}, BadInput),
        (Severity.URGENT, {"typed_homes": 4}, BadInput),
        (Severity.URGENT, {"shown_hash": b"x"}, AudienceChanged),
        (Severity.URGENT, {"version": 99}, NotWaiting),
    ],
)
def test_it_is_no_way_around_anything_else(
    session: Session, officer: User, severity: Severity, more: dict[str, Any], error: type[OwlError]
) -> None:
    message = submitted(session, officer.id, severity=severity)
    with pytest.raises(error):
        send(message, officer, **more)
    session.expire_all()
    assert (message.status, message.self_approved_because) == (MessageStatus.AWAITING_APPROVAL, None)
    assert session.scalar(sa.select(sa.func.count()).select_from(Delivery)) == 0


def test_only_whoever_wrote_it_can_do_so(session: Session, officer: User) -> None:
    message = submitted(session, officer.id, severity=Severity.URGENT)
    for other in (factories.user(session, areas=[HITCHIN]), inspector(session)):
        with pytest.raises(Refused):
            send(message, other)


def test_an_inspector_who_did_not_send_it_reviews_it_once(session: Session, officer: User) -> None:
    sender, other = inspector(session), inspector(session)
    message = submitted(session, sender.id, severity=Severity.URGENT)
    send(message, sender)
    assert addresses(session) == [other.email]
    assert waiting_for_review(session, user_id=sender.id) == []

    def review(who: User, **more: Any) -> None:
        given = {"was_right": True, "note": "Nobody was on duty.", "now": NOW} | more
        review_emergency(message.id, reviewer_id=who.id, **given)

    for refused in (sender, officer, inspector(session, HATFIELD)):
        with pytest.raises(Refused):
            review(refused)
    for missing in ({"was_right": None}, {"note": " "}):
        with pytest.raises(BadInput):
            review(other, **missing)
    review(other, was_right=False)
    verdict = verdict_of(session, message.id)
    assert verdict is not None
    assert (verdict.was_right, verdict.note, verdict.reviewed_at) == (False, "Nobody was on duty.", NOW)
    assert waiting_for_review(session, user_id=other.id) == []
    with pytest.raises(AlreadyReviewed):
        review(inspector(session))
