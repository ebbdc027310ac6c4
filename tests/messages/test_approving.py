"""Four eyes, one winner, and an audience that is what was shown."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName
from owl.foundation.audit import Audit
from owl.foundation.database import db, transaction
from owl.foundation.errors import BadInput, Conflict, NotFound, OwlError, Refused
from owl.geography.models import Postcode
from owl.messages.approving import (
    AlreadyApproved,
    AudienceChanged,
    NotWaiting,
    SelfApproval,
    mark_approved,
    return_message,
)
from owl.messages.composing import cancel_draft, create_draft, save_draft, submit_message
from owl.messages.models import Message, MessageStatus
from tests import factories
from tests.accounts.places import HATFIELD, HITCHIN, NORTH_HERTS
from tests.factories import NOW
from tests.messages.drafts import draft, resident, submitted


def supervisor_id(session: Session, area: str = NORTH_HERTS) -> int:
    return factories.user(session, role=RoleName.SUPERVISOR, areas=[area]).id


@pytest.fixture
def waiting(session: Session) -> Message:
    resident(session)
    return submitted(session, supervisor_id(session, HITCHIN))


def approve(message_id: int, *, approver_id: int, shown_hash: bytes, shown_version: int | None = None) -> None:
    with transaction() as session:
        mark_approved(
            session, message_id, approver_id=approver_id, shown_hash=shown_hash, shown_version=shown_version, now=NOW
        )


def shown(message: Message) -> bytes:
    assert message.audience_hash is not None
    return message.audience_hash


def test_another_supervisor_approves(session: Session, waiting: Message) -> None:
    approver_id = supervisor_id(session)
    approve(waiting.id, approver_id=approver_id, shown_hash=shown(waiting), shown_version=waiting.version)
    session.refresh(waiting)
    assert (waiting.status, waiting.approver_id, waiting.approved_at) == (MessageStatus.SENDING, approver_id, NOW)


def test_the_author_cannot_approve_or_return(session: Session, waiting: Message) -> None:
    with pytest.raises(SelfApproval):
        approve(waiting.id, approver_id=waiting.author_id, shown_hash=shown(waiting))
    with pytest.raises(SelfApproval):
        return_message(waiting.id, supervisor_id=waiting.author_id, reason="No.", version=waiting.version, now=NOW)
    session.refresh(waiting)
    assert waiting.status is MessageStatus.AWAITING_APPROVAL


def test_only_a_supervisor_of_all_its_areas_decides(session: Session, waiting: Message) -> None:
    strangers = [
        supervisor_id(session, HATFIELD),
        factories.user(session, areas=[NORTH_HERTS]).id,
        factories.user(session, role=RoleName.ADMINISTRATOR).id,
        factories.user(session, role=RoleName.SUPERVISOR, areas=[NORTH_HERTS], active=False).id,
    ]
    for stranger in strangers:
        with pytest.raises(Refused):
            approve(waiting.id, approver_id=stranger, shown_hash=shown(waiting))
        with pytest.raises(Refused):
            return_message(waiting.id, supervisor_id=stranger, reason="No.", version=waiting.version, now=NOW)


def test_a_second_approval_is_told_so(session: Session, waiting: Message) -> None:
    approve(waiting.id, approver_id=supervisor_id(session), shown_hash=shown(waiting))
    with pytest.raises(AlreadyApproved, match="nothing was sent again"):
        approve(waiting.id, approver_id=supervisor_id(session), shown_hash=shown(waiting))


def test_a_postcode_that_joined_the_audience_stops_it(session: Session, waiting: Message) -> None:
    ward = session.scalars(sa.select(Postcode).where(Postcode.neighbourhood_id == HITCHIN).limit(1)).one()
    session.add(Postcode(code="SG5 9ZZ", location=ward.location, ward_code=ward.ward_code, neighbourhood_id=HITCHIN))
    session.commit()
    with pytest.raises(AudienceChanged, match="nothing was sent"):
        approve(waiting.id, approver_id=supervisor_id(session), shown_hash=shown(waiting))
    session.refresh(waiting)
    assert (waiting.status, waiting.approver_id) == (MessageStatus.AWAITING_APPROVAL, None)


@pytest.mark.parametrize("forged", [b"", b"x" * 32])
def test_a_hash_that_was_not_shown_stops_it(session: Session, waiting: Message, forged: bytes) -> None:
    with pytest.raises(AudienceChanged):
        approve(waiting.id, approver_id=supervisor_id(session), shown_hash=forged)


def test_words_that_changed_since_they_were_shown_stop_it(session: Session, waiting: Message) -> None:
    approver_id, seen = supervisor_id(session), waiting.version
    return_message(waiting.id, supervisor_id=supervisor_id(session), reason="Say when.", version=seen, now=NOW)
    session.refresh(waiting)
    save_draft(waiting.id, draft(title="Other words"), user_id=waiting.author_id, version=waiting.version, now=NOW)
    session.refresh(waiting)
    submit_message(waiting.id, user_id=waiting.author_id, version=waiting.version, now=NOW)
    with pytest.raises(NotWaiting, match="changed after you opened it"):
        approve(waiting.id, approver_id=approver_id, shown_hash=shown(waiting), shown_version=seen)


def test_a_draft_is_not_there_for_a_supervisor(session: Session) -> None:
    message_id = create_draft(draft(), author_id=factories.user(session, areas=[HITCHIN]).id, now=NOW)
    with pytest.raises(NotFound):
        approve(message_id, approver_id=supervisor_id(session), shown_hash=b"")
    with pytest.raises(NotFound):
        approve(message_id + 1, approver_id=supervisor_id(session), shown_hash=b"")


def test_a_message_that_was_cancelled_is_not_approved(session: Session, waiting: Message) -> None:
    cancel_draft(waiting.id, user_id=waiting.author_id, now=NOW)
    with pytest.raises(NotWaiting, match="cancelled"):
        approve(waiting.id, approver_id=supervisor_id(session), shown_hash=shown(waiting))


def test_a_returned_message_goes_back_with_its_reason_and_can_be_sent_again(session: Session, waiting: Message) -> None:
    by = supervisor_id(session)
    return_message(waiting.id, supervisor_id=by, reason=" Say when. ", version=waiting.version, now=NOW)
    session.refresh(waiting)
    assert (waiting.status, waiting.returned_reason) == (MessageStatus.RETURNED, "Say when.")
    assert session.scalars(sa.select(Audit.act).order_by(Audit.id.desc())).first() == "return message"
    submit_message(waiting.id, user_id=waiting.author_id, version=waiting.version, now=NOW)
    session.refresh(waiting)
    assert (waiting.status, waiting.returned_reason) == (MessageStatus.AWAITING_APPROVAL, None)


@pytest.mark.parametrize("reason", ["", "  \n", "x" * 2_000, "a\0b"])
def test_a_return_needs_a_reason(session: Session, waiting: Message, reason: str) -> None:
    with pytest.raises(BadInput) as refusal:
        return_message(
            waiting.id, supervisor_id=supervisor_id(session), reason=reason, version=waiting.version, now=NOW
        )
    assert list(refusal.value.fields) == ["reason"]


def test_what_is_approved_is_not_returned(session: Session, waiting: Message) -> None:
    approve(waiting.id, approver_id=supervisor_id(session), shown_hash=shown(waiting))
    session.refresh(waiting)
    with pytest.raises(AlreadyApproved):
        return_message(waiting.id, supervisor_id=supervisor_id(session), reason="No.", version=waiting.version, now=NOW)


@pytest.fixture
def two(committed: Session) -> tuple[Message, list[int]]:
    """A message that waits, and two supervisors who may decide."""
    resident(committed)
    message = submitted(committed, supervisor_id(committed))
    return message, [supervisor_id(committed), supervisor_id(committed)]


def at_once(app: Flask, acts: list[tuple[str, int]], message: Message) -> list[OwlError | None]:
    """What each was told who decided at the same moment; None: it was done."""
    start, told = threading.Barrier(len(acts)), dict[int, OwlError | None]()
    message_id, version, hash_shown = message.id, message.version, shown(message)

    def decide(place: int, act: str, user_id: int) -> None:
        with app.app_context():
            start.wait(10)
            try:
                if act == "approve":
                    approve(message_id, approver_id=user_id, shown_hash=hash_shown, shown_version=version)
                else:
                    return_message(message_id, supervisor_id=user_id, reason="No.", version=version, now=NOW)
                told[place] = None
            except OwlError as error:
                told[place] = error
            finally:
                db.session.remove()

    threads = [threading.Thread(target=decide, args=(place, *act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return [told[place] for place in range(len(acts))]


def test_of_two_approvals_at_once_one_wins_and_the_other_is_told(
    app: Flask, committed: Session, two: tuple[Message, list[int]]
) -> None:
    message, deciders = two
    told = at_once(app, [("approve", user_id) for user_id in deciders], message)
    assert sorted(map(type, told), key=str) == sorted([type(None), AlreadyApproved], key=str)
    committed.refresh(message)
    assert message.approver_id == deciders[told.index(None)]


def test_of_an_approval_and_a_return_at_once_one_wins(
    app: Flask, committed: Session, two: tuple[Message, list[int]]
) -> None:
    message, deciders = two
    told = at_once(app, [("approve", deciders[0]), ("return", deciders[1])], message)
    assert told.count(None) == 1
    assert any(isinstance(error, Conflict) for error in told)
    committed.refresh(message)
    assert message.status is (MessageStatus.SENDING if told[0] is None else MessageStatus.RETURNED)
