"""One voice for each home: signed without being seen, cast without a name, counted once."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from bench.resident import Resident
from owl.consultations.ballots import cast_for_home, cast_openly
from owl.consultations.box_keys import read_box_key
from owl.consultations.casting import cast_signed, find_box
from owl.consultations.codes import hash_code, read_code
from owl.consultations.consultation_models import Consultation, ConsultationStatus, SealedBallot, SigningKey, Source
from owl.consultations.open_box import ConsultationClosed, NotYetOpen
from owl.consultations.sealing import open_sealed
from owl.consultations.signing import sign_blinded
from owl.consultations.voices import AlreadyTookPart
from owl.foundation.database import db
from owl.foundation.errors import BadInput, NotFound
from owl.messages.voice_models import Voice
from tests import factories
from tests.consultations.boxes import Invited, answers, invite, open_consultation
from tests.factories import NOW

SECOND = timedelta(seconds=1)


def browser(session: Session, to: Consultation, ward_code: str) -> Resident:
    return Resident(session.get_one(SigningKey, (to.id, ward_code)).public_key)


def sign(session: Session, to: Consultation, home: Invited) -> tuple[Resident, bytes]:
    made = browser(session, to, home.ward_code)
    return made, made.unblind(sign_blinded(home.message_id, home.seq, made.blinded, now=NOW))


def box(session: Session, of: Consultation) -> list[SealedBallot]:
    session.expire_all()
    return list(session.scalars(sa.select(SealedBallot).filter_by(consultation_id=of.id)))


def test_a_ballot_is_signed_unseen_cast_without_a_name_and_sealed(session: Session) -> None:
    asked = open_consultation(session)
    (home,) = invite(session, asked)
    resident, signature = sign(session, asked, home)

    box_of_ward = find_box(asked.slug, home.ward_code)
    shown = cast_signed(box_of_ward, resident.code, signature, answers(q2="The bend by the school."), now=NOW)

    (ballot,) = box(session, asked)
    assert read_code(shown) == resident.code
    assert (ballot.code_hash, ballot.source) == (hash_code(resident.code), Source.INVITED)
    assert asked.box_key
    content = open_sealed(read_box_key(asked.box_key), ballot.sealed, consultation_id=asked.id)
    assert content["ward"] == home.ward_code
    assert content["answers"] == {"q1": ["burglary"], "q2": "The bend by the school."}


def test_the_same_request_is_signed_again_after_a_lost_line_and_no_other(session: Session) -> None:
    asked = open_consultation(session)
    (home,) = invite(session, asked)
    first, second = browser(session, asked, home.ward_code), browser(session, asked, home.ward_code)

    signed = sign_blinded(home.message_id, home.seq, first.blinded, now=NOW)

    assert sign_blinded(home.message_id, home.seq, first.blinded, now=NOW) == signed
    with pytest.raises(AlreadyTookPart, match="one voice"):
        sign_blinded(home.message_id, home.seq, second.blinded, now=NOW)
    with pytest.raises(AlreadyTookPart):
        cast_for_home(home.message_id, home.seq, answers(), form_key="of a second device", now=NOW)


def test_a_ballot_sent_twice_counts_once_and_as_it_came_first(session: Session) -> None:
    asked = open_consultation(session)
    (home,) = invite(session, asked)
    resident, signature = sign(session, asked, home)
    cast_signed(find_box(asked.slug, home.ward_code), resident.code, signature, answers(), now=NOW)

    with pytest.raises(AlreadyTookPart, match="count once"):
        cast_signed(find_box(asked.slug, home.ward_code), resident.code, signature, answers(q1=["drugs"]), now=NOW)

    assert len(box(session, asked)) == 1


def test_a_signature_is_good_for_its_ward_its_code_and_its_consultation_alone(session: Session) -> None:
    asked, other = open_consultation(session), open_consultation(session)
    session.execute(  # as if it were another's: in tests consultations share keys
        sa.update(SigningKey)
        .where(SigningKey.consultation_id == other.id, SigningKey.ward_code != "")
        .values(
            public_key=sa.select(SigningKey.public_key)
            .filter_by(consultation_id=other.id, ward_code="")
            .scalar_subquery()
        )
    )
    (home,) = invite(session, asked)
    resident, signature = sign(session, asked, home)
    tries = (
        (asked.slug, "", resident.code, signature),
        (asked.slug, "E00000000", resident.code, signature),
        (asked.slug, home.ward_code, bytes(15), signature),
        (asked.slug, home.ward_code, resident.code + b"x", signature),
        (asked.slug, home.ward_code, resident.code, bytes(256)),
        (asked.slug, home.ward_code, resident.code, b""),
        (other.slug, home.ward_code, resident.code, signature),
    )
    for slug, ward, code, signed in tries:
        with pytest.raises(BadInput, match="not signed"):
            cast_signed(find_box(slug, ward), code, signed, answers(), now=NOW)
    assert not box(session, asked)
    assert not box(session, other)


def test_a_signed_ballot_with_bad_answers_is_refused_and_can_be_sent_again(session: Session) -> None:
    asked = open_consultation(session)
    (home,) = invite(session, asked)
    resident, signature = sign(session, asked, home)

    with pytest.raises(BadInput) as refused:
        cast_signed(find_box(asked.slug, home.ward_code), resident.code, signature, {"q1": ["ufos"]}, now=NOW)

    assert set(refused.value.fields) == {"q1"}
    cast_signed(find_box(asked.slug, home.ward_code), resident.code, signature, answers(), now=NOW)
    assert len(box(session, asked)) == 1


def test_a_home_without_javascript_is_heard_once_and_the_same_form_again_is_answered_again(session: Session) -> None:
    asked = open_consultation(session)
    (home,) = invite(session, asked)

    code = cast_for_home(home.message_id, home.seq, answers(), form_key="k1", now=NOW)

    assert cast_for_home(home.message_id, home.seq, answers(), form_key="k1", now=NOW) == code
    for changed, key in ((answers(q1=["drugs"]), "k1"), (answers(), "k2")):
        with pytest.raises(AlreadyTookPart):
            cast_for_home(home.message_id, home.seq, changed, form_key=key, now=NOW)
    with pytest.raises(AlreadyTookPart):
        sign(session, asked, home)
    assert len(box(session, asked)) == 1


def test_a_home_with_bad_answers_keeps_its_voice(session: Session) -> None:
    asked = open_consultation(session)
    (home,) = invite(session, asked)

    with pytest.raises(BadInput):
        cast_for_home(home.message_id, home.seq, {"q1": []}, form_key="k", now=NOW)
    with pytest.raises(BadInput):
        sign_blinded(home.message_id, home.seq, b"\xff" * 256, now=NOW)

    assert not session.scalars(sa.select(Voice)).all()


def test_the_open_link_is_counted_apart_and_the_same_form_is_one_ballot(session: Session) -> None:
    asked = open_consultation(session)

    codes = {cast_openly(asked.slug, answers(), form_key=key, now=NOW) for key in ("k1", "k1", "k2")}

    assert len(codes) == 2
    assert [ballot.source for ballot in box(session, asked)] == [Source.OPEN, Source.OPEN]


@pytest.mark.parametrize("source", ["signed", "home", "open"])
def test_it_opens_and_closes_to_the_second(session: Session, source: str) -> None:
    asked = open_consultation(session)
    homes = invite(session, asked, 5)
    resident, signature = sign(session, asked, homes[4])
    assert asked.opens_at
    assert asked.closes_at
    moments = (
        (asked.opens_at - SECOND, NotYetOpen),
        (asked.opens_at, None),
        (asked.closes_at - SECOND, None),
        (asked.closes_at, ConsultationClosed),
    )
    for (now, refused), home in zip(moments, homes, strict=False):
        before = len(box(session, asked))

        def cast(now=now, home=home) -> str:  # type: ignore[no-untyped-def]
            if source == "signed":
                return cast_signed(
                    find_box(asked.slug, homes[4].ward_code), resident.code, signature, answers(), now=now
                )
            if source == "home":
                return cast_for_home(home.message_id, home.seq, answers(), form_key="k", now=now)
            return cast_openly(asked.slug, answers(), form_key=str(now), now=now)

        if refused:
            with pytest.raises(refused, match=r"2[13] November"):
                cast()
            assert len(box(session, asked)) == before
        else:
            try:
                cast()
            except AlreadyTookPart:
                assert source == "signed"  # at the second moment
            assert len(box(session, asked)) > 0


def test_what_asks_nothing_is_a_draft_or_was_withdrawn_takes_no_ballot(session: Session) -> None:
    sent = factories.delivery(session)
    with pytest.raises(NotFound, match="asks no question"):
        cast_for_home(sent.message_id, sent.seq, answers(), form_key="k", now=NOW)
    draft = open_consultation(session, status=ConsultationStatus.DRAFT)
    withdrawn = open_consultation(session, status=ConsultationStatus.WITHDRAWN)
    with pytest.raises(NotFound):
        cast_openly(draft.slug, answers(), form_key="k", now=NOW)
    with pytest.raises(ConsultationClosed, match="withdrawn"):
        cast_openly(withdrawn.slug, answers(), form_key="k", now=NOW)


def test_a_ballot_that_comes_during_the_count_waits_for_it_and_is_told_that_it_has_closed(
    app: Flask, committed: Session
) -> None:
    asked = open_consultation(committed)
    homes = invite(committed, asked, 2)
    resident, signature = sign(committed, asked, homes[0])
    box_of_ward, message_id, seq = find_box(asked.slug, homes[0].ward_code), homes[1].message_id, homes[1].seq
    statuses = sa.update(Consultation).where(Consultation.id == asked.id)
    committed.commit()

    def in_own_thread(act: Callable[[], object]) -> Future[object]:
        def run() -> object:
            with app.app_context():
                return act()

        return pool.submit(run)

    with ThreadPoolExecutor(2) as pool, db.engine.connect() as count, db.engine.connect() as watch:
        count.execute(
            sa.select(Consultation.id).where(Consultation.id == box_of_ward.consultation_id).with_for_update()
        )
        count.execute(statuses.values(status=ConsultationStatus.COUNTED))
        late = (
            in_own_thread(lambda: cast_signed(box_of_ward, resident.code, signature, answers(), now=NOW)),
            in_own_thread(lambda: sign_blinded(message_id, seq, resident.blinded, now=NOW)),
        )
        waiting = sa.text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        for _ in range(200):
            if watch.scalar(waiting) == 2 or any(one.done() for one in late):
                break
            watch.rollback()
            time.sleep(0.05)
        assert not any(one.done() for one in late)
        count.commit()
        for one in late:
            with pytest.raises(ConsultationClosed):
                one.result(20)
    assert not box(committed, asked)
    assert len(committed.scalars(sa.select(Voice)).all()) == 1
