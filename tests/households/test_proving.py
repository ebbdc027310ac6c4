"""Asking for a proof: what goes to whom, and what the asker can't see."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.foundation.notices import Channel
from owl.households.confirming import DeadLink, Outcome, WrongCode, confirm_code, confirm_link
from owl.households.models import ContactPoint, Proof, SuppressionReason
from tests import factories
from tests.factories import NOW
from tests.households.proofs import EMAIL, MOBILE, ask, sent, word


def test_an_email_address_is_sent_a_link_and_a_mobile_a_code(session: Session) -> None:
    joining = factories.joining(session)

    ask(joining_id=joining.id)
    ask(joining_id=joining.id, channel=Channel.SMS)

    (link, to, words), (code, number, digits) = sent(session)
    assert (link, to, words["path"]) == ("prove_email", EMAIL, "join/prove")
    assert (code, number) == ("prove_mobile", MOBILE)
    assert len(digits["code"]) == 6
    assert digits["code"].isdigit()


def test_neither_link_nor_code_lies_in_the_database(session: Session) -> None:
    joining = factories.joining(session)
    ask(joining_id=joining.id)
    token = word(session, "token")
    ask(joining_id=joining.id, channel=Channel.SMS)
    code = word(session, "code")

    for table in ("proof", "notice", "joining"):
        dump = str(session.execute(sa.text(f"SELECT {table}::text FROM {table}")).all())
        for secret in (token, code, EMAIL, MOBILE, EMAIL.encode().hex(), MOBILE.encode().hex()):
            assert secret not in dump.replace(" ", "") or secret == code  # six digits may stand in a hash by chance


def test_the_owner_of_a_known_address_is_told_and_the_asker_sees_no_difference(session: Session) -> None:
    factories.contact_point(session, address=EMAIL)
    factories.contact_point(session, channel=Channel.SMS, address=MOBILE)
    joining = factories.joining(session)

    ask(joining_id=joining.id)
    ask(joining_id=joining.id, channel=Channel.SMS)

    assert [(name, to) for name, to, _ in sent(session)] == [("already_known", EMAIL), ("already_known", MOBILE)]
    said = []
    for _ in range(5):
        with pytest.raises(WrongCode) as refusal:
            confirm_code("123456", joining_id=joining.id, now=NOW)
        said.append(refusal.value.sentence)
    assert "4 tries left" in said[0]
    assert "1 try left" in said[3]
    assert "Ask for a new one" in said[4]


def test_an_address_gets_three_proofs_a_day_whoever_asks(session: Session) -> None:
    for _ in range(5):
        ask(joining_id=factories.joining(session).id)
    assert len(sent(session)) == 3

    ask(joining_id=factories.joining(session).id, now=NOW + timedelta(hours=23))
    assert len(sent(session)) == 3
    ask(joining_id=factories.joining(session).id, now=NOW + timedelta(hours=48))
    assert len(sent(session)) == 4


def test_the_owner_of_a_known_address_is_told_three_times_a_day_at_most(session: Session) -> None:
    factories.contact_point(session, address=EMAIL)
    for _ in range(5):
        ask(joining_id=factories.joining(session).id)
    assert len(sent(session)) == 3


def test_asking_once_too_often_leaves_the_code_that_was_sent_last(session: Session) -> None:
    joining = factories.joining(session)
    for minute in range(5):
        ask(joining_id=joining.id, channel=Channel.SMS, now=NOW + timedelta(minutes=minute))
    assert len(sent(session)) == 3

    confirmed = confirm_code(word(session, "code"), joining_id=joining.id, now=NOW + timedelta(minutes=5))

    assert confirmed.outcome is Outcome.DONE


def test_past_the_limit_a_code_is_refused_in_the_same_words(session: Session) -> None:
    for _ in range(3):
        ask(joining_id=factories.joining(session).id, channel=Channel.SMS)
    joining = factories.joining(session)
    ask(joining_id=joining.id, channel=Channel.SMS)

    assert len(sent(session)) == 3
    with pytest.raises(WrongCode, match="4 tries left"):
        confirm_code("123456", joining_id=joining.id, now=NOW)


def test_a_link_to_an_address_that_was_put_right_opens_nothing(session: Session) -> None:
    joining = factories.joining(session)
    ask(joining_id=joining.id, address="ana@example.com")
    mistyped = word(session, "token")
    ask(joining_id=joining.id)

    with pytest.raises(DeadLink):
        confirm_link(mistyped, now=NOW)
    assert confirm_link(word(session, "token"), now=NOW).outcome is Outcome.DONE


def test_links_that_were_sent_twice_both_work(session: Session) -> None:
    joining = factories.joining(session)
    ask(joining_id=joining.id)
    first = word(session, "token")
    ask(joining_id=joining.id)

    assert confirm_link(first, now=NOW).outcome is Outcome.DONE
    assert confirm_link(word(session, "token"), now=NOW).outcome is Outcome.ALREADY_DONE


def test_a_stopped_address_can_be_proved_afresh(session: Session) -> None:
    factories.contact_point(session, address=EMAIL, suppressed_at=NOW, suppressed_reason=SuppressionReason.UNSUBSCRIBED)
    ask(joining_id=factories.joining(session).id)
    assert sent(session)[0][0] == "prove_email"


def test_a_subscriber_who_adds_their_own_address_is_sent_nothing(session: Session) -> None:
    point = factories.contact_point(session, address=EMAIL)
    ask(subscriber_id=point.subscriber_id, address=EMAIL.upper())
    assert sent(session) == []


def test_a_proof_belongs_to_one_joining_or_one_subscriber(session: Session) -> None:
    proof = {"channel": Channel.EMAIL, "address": EMAIL, "address_index": b"x", "created_at": NOW, "expires_at": NOW}
    with pytest.raises(sa.exc.IntegrityError, match="for_one_purpose"):
        session.execute(sa.insert(Proof).values(**proof))


def test_asking_makes_no_contact_point(session: Session) -> None:
    ask(joining_id=factories.joining(session).id)
    assert session.scalar(sa.select(sa.func.count()).select_from(ContactPoint)) == 0
