"""What happens seldom: clocks that change, homes that move, disks that are full, two of everything at once."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from bench.resident import Resident
from owl.consultations.announcing import announce_consultation, withdraw_consultation
from owl.consultations.ballots import cast_for_home, cast_openly
from owl.consultations.box_keys import BoxNotMade
from owl.consultations.casting import cast_signed, find_box
from owl.consultations.consultation_models import Consultation, ConsultationStatus, CountedBallot, SigningKey, Source
from owl.consultations.counting import count_due
from owl.consultations.open_box import ConsultationClosed
from owl.consultations.publishing import AlreadyPublished, publish_results
from owl.consultations.signing import sign_blinded
from owl.delivery.models import Delivery
from owl.foundation.current import settings
from owl.foundation.errors import Conflict
from owl.geography.queries import wards_in
from owl.households.data_rights import erase_subscriber
from owl.households.models import ContactPoint, Household
from owl.messages.models import Message
from owl.messages.typed_moment import TypedMoment
from owl.replies.opening import PersonErased
from tests import factories
from tests.accounts.places import HATFIELD, HITCHIN
from tests.consultations.asking import drafted
from tests.consultations.boxes import answers, invite, open_consultation
from tests.factories import NOW

SECOND = timedelta(seconds=1)


def test_a_close_in_the_hour_that_comes_twice_is_the_first_and_holds_to_the_second(session: Session) -> None:
    closes_at = TypedMoment("31", "10", "2027", "01:30").read("closes_at")
    assert closes_at == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    asked = open_consultation(session, opens_at=closes_at - timedelta(days=7), closes_at=closes_at)

    cast_openly(asked.slug, answers(), form_key="in time", now=closes_at - SECOND)

    for late in (closes_at, closes_at + timedelta(hours=1) - SECOND, closes_at + timedelta(hours=1)):
        with pytest.raises(ConsultationClosed, match="Sunday 31 October, 01:30"):
            cast_openly(asked.slug, answers(), form_key="late", now=late)
    assert count_due(closes_at) == 1
    assert len(session.scalars(sa.select(CountedBallot)).all()) == 1


def test_a_home_that_moved_after_its_invitation_is_heard_and_its_ballot_says_no_ward(session: Session) -> None:
    asked = open_consultation(session)
    moved, whole = invite(session, asked, 2)
    there = wards_in(session, HATFIELD)[0].code
    where = {"neighbourhood_id": HATFIELD, "ward_code": there}
    session.execute(
        sa.update(Household).where(Household.id.in_([moved.household_id, whole.household_id])).values(where)
    )
    session.commit()
    resident = Resident(session.get_one(SigningKey, (asked.id, "")).public_key)

    signature = resident.unblind(sign_blinded(moved.message_id, moved.seq, resident.blinded, now=NOW))
    cast_signed(find_box(asked.slug, ""), resident.code, signature, answers(), now=NOW)
    cast_for_home(whole.message_id, whole.seq, answers(), form_key="k", now=NOW)

    assert count_due(asked.closes_at or NOW) == 1
    found = session.scalars(sa.select(CountedBallot)).all()
    assert [(one.source, one.ward_code) for one in found] == [(Source.INVITED, None)] * 2


def test_an_invitation_works_as_long_as_it_asks_and_ends_with_its_person(session: Session) -> None:
    asked = open_consultation(session, closes_at=NOW + timedelta(days=100))
    home, leaver = invite(session, asked, 2)
    message = session.get_one(Message, home.message_id)
    message.finished_at, message.valid_until = NOW, asked.closes_at
    owner = sa.select(ContactPoint.subscriber_id).join(Delivery, Delivery.contact_point_id == ContactPoint.id)
    subscriber_id = session.scalar(owner.where(Delivery.seq == leaver.seq))
    session.commit()
    erase_subscriber(subscriber_id or 0, now=NOW)
    later = NOW + timedelta(days=80)
    resident = Resident(session.get_one(SigningKey, (asked.id, home.ward_code)).public_key)

    for take_part in (
        lambda: sign_blinded(leaver.message_id, leaver.seq, resident.blinded, now=later),
        lambda: cast_for_home(leaver.message_id, leaver.seq, answers(), form_key="k", now=later),
    ):
        with pytest.raises(PersonErased):
            take_part()
    assert sign_blinded(home.message_id, home.seq, resident.blinded, now=later)


def test_where_the_disk_takes_no_key_nothing_is_announced_and_the_draft_stays(session: Session) -> None:
    author = factories.user(session, areas=[HITCHIN])
    draft = drafted(session, author.id)
    folder = settings().ballot_keys
    away = folder.with_suffix(".away")
    folder.mkdir(parents=True, exist_ok=True)
    folder.rename(away)
    folder.touch()  # so that no file can lie in it
    try:
        with pytest.raises(BoxNotMade, match="nothing was announced"):
            announce_consultation(draft.id, actor_id=author.id, version=1, now=NOW)
    finally:
        folder.unlink()
        away.rename(folder)
    session.refresh(draft)
    assert (draft.status, draft.box_key) == (ConsultationStatus.DRAFT, None)
    announce_consultation(draft.id, actor_id=author.id, version=draft.version, now=NOW)


def test_what_closed_is_withdrawn_only_where_it_can_never_be_counted(session: Session) -> None:
    author = factories.user(session, areas=[HITCHIN])
    asked = open_consultation(session)
    closed = (asked.closes_at or NOW) + timedelta(minutes=5)
    file = max(settings().ballot_keys.iterdir(), key=lambda one: one.stat().st_mtime_ns)
    with pytest.raises(Conflict, match="over"):
        withdraw_consultation(asked.id, actor_id=author.id, reason="Lost.", now=closed)
    file.unlink()
    assert count_due(closed) == 0

    withdraw_consultation(asked.id, actor_id=author.id, reason="We lost its key.", now=closed)

    session.refresh(asked)
    assert asked.status is ConsultationStatus.WITHDRAWN


def test_of_two_clocks_one_counts_and_of_two_officers_one_publishes(app: Flask, committed: Session) -> None:
    author_id = factories.user(committed, areas=[HITCHIN]).id
    asked = open_consultation(committed)
    number, closes_at = asked.id, asked.closes_at or NOW
    for key in ("one", "two", "three"):
        cast_openly(asked.slug, answers(), form_key=key, now=NOW)

    def count(_: int) -> int:
        with app.app_context():
            return count_due(closes_at)

    def publish(_: int) -> bool:
        with app.app_context():
            try:
                publish_results(number, actor_id=author_id, now=closes_at)
            except AlreadyPublished:
                return False
            return True

    committed.commit()
    with ThreadPoolExecutor(4) as pool:
        assert Counter(pool.map(count, range(4))) == {1: 1, 0: 3}
        assert Counter(pool.map(publish, range(4))) == {True: 1, False: 3}
    committed.rollback()
    assert committed.scalar(sa.select(sa.func.count()).select_from(CountedBallot)) == 3
    assert committed.get_one(Consultation, number).status is ConsultationStatus.PUBLISHED
