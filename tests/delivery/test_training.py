"""To practise: everything works, and nobody outside the guest list is reached."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from config.settings import Settings
from owl.accounts.models import RoleName, User
from owl.accounts.training import set_training
from owl.delivery.approving import NoGuests, approve_message
from owl.delivery.claiming import claim_batch, claim_next
from owl.delivery.models import Delivery, DeliveryStatus
from owl.delivery.notices import send_notice_now
from owl.delivery.pausing import pause_message
from owl.delivery.rendering import preview
from owl.delivery.standing_down import stand_down
from owl.delivery.testing import send_test
from owl.foundation.database import transaction
from owl.foundation.errors import BadInput
from owl.foundation.languages import Language
from owl.foundation.notices import Channel, Notice, send_notice
from owl.households.erasing import erase_contact_point
from owl.households.guest_models import TrainingGuest
from owl.households.guests import add_guest, listed_guests
from owl.households.models import ContactPoint, Subscriber
from owl.messages.composing import save_draft
from owl.messages.models import Message
from owl.messages.public_lists import current_for_all
from owl.messages.training import OnlyPractising
from tests import factories
from tests.accounts.places import HATFIELD, HITCHIN, NORTH_HERTS
from tests.factories import NOW
from tests.messages.drafts import draft, resident, submitted
from tests.stand_ins import MailSink

GUEST = "guest@police.example.com"


@pytest.fixture
def trainee(session: Session) -> User:
    for _ in range(3):
        resident(session)
    return factories.user(session, areas=[HITCHIN], training=True)


@pytest.fixture
def guest(session: Session) -> ContactPoint:
    """A colleague who lives elsewhere, with a year's worth of messages this week."""
    factories.guest(session, GUEST)
    home = factories.household(session, neighbourhood_id=HATFIELD)
    return factories.contact_point(session, factories.subscriber(session, home, weekly_allowance=0), address=GUEST)


@pytest.fixture
def practising_house(app: Flask, settings: Settings) -> Iterator[None]:
    app.extensions["owl.settings"] = settings.model_copy(update={"training": True})
    try:
        yield
    finally:
        app.extensions["owl.settings"] = settings


def approve(session: Session, message: Message) -> None:
    sergeant = factories.user(session, role=RoleName.SUPERVISOR, areas=[NORTH_HERTS])
    approve_message(message.id, approver_id=sergeant.id, shown_hash=message.audience_hash or b"", now=NOW)


def reached(session: Session, message: Message) -> list[int]:
    return list(session.scalars(sa.select(Delivery.contact_point_id).where(Delivery.message_id == message.id)))


def states(session: Session, message: Message) -> list[DeliveryStatus]:
    return list(session.scalars(sa.select(Delivery.status).where(Delivery.message_id == message.id)))


def test_what_a_trainee_writes_goes_to_guests_wherever_they_live_and_to_no_resident(
    session: Session, trainee: User, guest: ContactPoint
) -> None:
    message = submitted(session, trainee.id)
    assert message.training
    approve(session, message)
    assert reached(session, message) == [guest.id]
    assert states(session, message) == [DeliveryStatus.QUEUED]
    shown = preview(message, sender="PC Green")
    assert shown.subject.startswith("TRAINING. ")
    assert "TRAINING. " in shown.text
    message.kind, message.status = draft().kind, message.status
    assert current_for_all(session, [HITCHIN], language=Language.ENGLISH, most=5, now=NOW) == ()


def test_once_written_to_practise_it_stays_so_whatever_is_changed_before_it_goes(
    session: Session, trainee: User, guest: ContactPoint
) -> None:
    message = submitted(session, trainee.id)
    administrator = factories.user(session, role=RoleName.ADMINISTRATOR)
    set_training(trainee.id, training=False, actor_id=administrator.id, now=NOW)
    approve(session, message)
    assert reached(session, message) == [guest.id]


def test_without_a_guest_who_gets_it_nothing_is_sent_to_anybody(session: Session, trainee: User) -> None:
    message = submitted(session, trainee.id)
    with pytest.raises(NoGuests):
        approve(session, message)
    assert reached(session, message) == []


def test_the_whole_house_practises_by_a_setting(session: Session, guest: ContactPoint, practising_house: None) -> None:
    resident(session)
    message = submitted(session, factories.user(session, areas=[HITCHIN]).id)
    approve(session, message)
    assert message.training
    assert reached(session, message) == [guest.id]


def test_the_claim_asks_again_so_that_what_was_planned_before_reaches_no_resident(
    session: Session, guest: ContactPoint, practising_house: None, app: Flask, settings: Settings
) -> None:
    app.extensions["owl.settings"] = settings
    resident(session)
    message = submitted(session, factories.user(session, areas=[HITCHIN]).id)
    approve(session, message)
    assert len(reached(session, message)) == 1
    app.extensions["owl.settings"] = settings.model_copy(update={"training": True})
    claim = claim_batch(message.id, 1, worker="w", now=NOW)
    assert claim is not None
    assert claim_next(claim, from_seq=1, limit=10, now=NOW).recipients == []
    assert states(session, message) == [DeliveryStatus.SUPPRESSED]


def test_a_guest_who_was_taken_off_the_list_is_not_written_to(
    session: Session, trainee: User, guest: ContactPoint
) -> None:
    message = submitted(session, trainee.id)
    approve(session, message)
    session.execute(sa.delete(TrainingGuest))
    claim = claim_batch(message.id, 1, worker="w", now=NOW)
    assert claim is not None
    assert claim_next(claim, from_seq=1, limit=10, now=NOW).recipients == []


@pytest.mark.parametrize(("address", "goes"), [("resident@example.com", False), (GUEST, True), ("officer", True)])
def test_in_a_practising_house_codes_and_answers_go_to_guests_and_users_alone(
    session: Session, mail_sink: MailSink, practising_house: None, address: str, goes: bool
) -> None:
    factories.guest(session, GUEST)
    address = factories.user(session).email if address == "officer" else address
    with transaction():
        send_notice(
            session, "message_late", channel=Channel.EMAIL, address=address, now=NOW, title="Sheds",
            because="It waits.", message_id=1,
        )  # fmt: skip
    notice = session.scalars(sa.select(Notice)).one()
    send_notice_now(notice.id, clock=lambda: NOW)
    assert bool(mail_sink.mails()) is goes


def test_who_practises_touches_nothing_real(session: Session, trainee: User) -> None:
    author, sergeant = (
        factories.user(session, areas=[HITCHIN]),
        factories.user(session, role=RoleName.SUPERVISOR, areas=[NORTH_HERTS], training=True),
    )
    waiting = submitted(session, author.id)
    with pytest.raises(OnlyPractising):
        approve_message(waiting.id, approver_id=sergeant.id, shown_hash=waiting.audience_hash or b"", now=NOW)
    going_out = submitted(session, author.id)
    approve(session, going_out)
    with pytest.raises(OnlyPractising):
        pause_message(going_out.id, user_id=trainee.id, now=NOW)
    session.execute(sa.update(Delivery).values(status=DeliveryStatus.SENT))
    with pytest.raises(OnlyPractising):
        stand_down(going_out.id, author_id=trainee.id, title="Over", words="It is over.", now=NOW)
    drafted = factories.message(
        session, status="draft", approved_at=None, submitted_at=None, author_id=author.id, neighbourhood_ids=[HITCHIN]
    )
    with pytest.raises(OnlyPractising):
        save_draft(drafted.id, draft(), user_id=trainee.id, version=1, now=NOW)
    with pytest.raises(BadInput, match="guest list"):
        send_test(submitted(session, trainee.id).id, user_id=trainee.id, mobile="+447700900123", now=NOW)


def test_the_list_knows_who_has_joined_and_forgets_whoever_is_forgotten(session: Session) -> None:
    administrator = factories.user(session, role=RoleName.ADMINISTRATOR)
    for typed in (" Guest@Police.example.com", "07700 900123"):
        add_guest(typed, actor_id=administrator.id, allow_drama=True, now=NOW)
    point = factories.contact_point(session, factories.subscriber(session), address=GUEST)
    assert [guest.has_joined for guest in listed_guests(session).rows] == [True, False]
    erase_contact_point(session, point.id, source="test", now=NOW)
    assert [guest.address for guest in listed_guests(session).rows] == ["07700 900123"]
    assert session.scalar(sa.select(sa.func.count()).select_from(Subscriber)) == 1
