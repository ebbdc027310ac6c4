from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from owl.foundation.errors import BadInput
from owl.foundation.notices import Channel, Notice
from owl.geography.queries import place_by_hand, place_of
from owl.households.answers import Answers, Step
from owl.households.choices import Kind
from owl.households.consent import WORDING
from owl.households.consent_wording import consent_words
from owl.households.joining import (
    AlreadyAsked,
    AnswersChanged,
    NotJoining,
    Unfinished,
    ask_again,
    ask_to_join,
    read_joining,
    save_consent,
    save_contact,
    save_kinds,
    start_joining,
)
from owl.households.models import Joining, Proof
from tests.factories import NOW

LATER = NOW + timedelta(minutes=5)


def begin(session: Session, postcode: str = "SG5 1SD") -> str:
    return start_joining(place_of(session, postcode), token=None, now=NOW)[0]


def contact(token: str, **typed: str) -> Step:
    fields: dict[str, Any] = {"email": "jo@example.com", "mobile": "", "name": "", "house": ""} | typed
    return save_contact(token, **fields, allow_drama=True, now=NOW)


def answered(session: Session, **typed: str) -> str:
    """The token of a joining that has only to be checked."""
    token = begin(session)
    contact(token, **typed)
    save_kinds(token, kinds=["event"], now=NOW)
    save_consent(token, wording=WORDING, now=NOW)
    return token


def answers(session: Session, token: str) -> Answers:
    return read_joining(session, token, now=NOW).answers


def test_each_answer_leads_to_the_next_question(session: Session) -> None:
    token, step = start_joining(place_of(session, "SG5 1SD"), token=None, now=NOW)
    assert step is Step.CONTACT
    assert contact(token) is Step.KINDS
    assert save_kinds(token, kinds=["crime_alert"], now=NOW) is Step.CONSENT
    assert save_consent(token, wording=WORDING, now=NOW) is Step.CHECK


def test_nothing_is_sent_before_the_answers_were_checked(session: Session) -> None:
    token = answered(session)
    assert session.scalar(select(func.count(Notice.id))) == 0
    ask_to_join(token, fingerprint=answers(session, token).fingerprint, now=NOW)
    assert [(n.template, n.channel, n.address) for n in session.scalars(select(Notice))] == [
        ("prove_email", Channel.EMAIL, "jo@example.com")
    ]


def test_both_addresses_get_their_own_proof(session: Session) -> None:
    token = answered(session, mobile="07700 900123")
    ask_to_join(token, fingerprint=answers(session, token).fingerprint, now=NOW)
    assert set(session.scalars(select(Proof.address))) == {"jo@example.com", "+447700900123"}
    assert set(session.scalars(select(Notice.template))) == {"prove_email", "prove_mobile"}


def test_asking_twice_is_asking_once(session: Session) -> None:
    token = answered(session)
    shown = answers(session, token).fingerprint
    assert ask_to_join(token, fingerprint=shown, now=NOW) == ask_to_join(token, fingerprint=shown, now=LATER)
    assert session.scalar(select(func.count(Proof.id))) == 1
    assert session.scalar(select(Joining.consented_at)) == NOW


def test_what_another_tab_changed_is_not_agreed_to(session: Session) -> None:
    token = answered(session)
    shown = answers(session, token).fingerprint
    save_kinds(token, kinds=["event", "good_news"], now=NOW)
    with pytest.raises(AnswersChanged):
        ask_to_join(token, fingerprint=shown, now=NOW)
    assert session.scalar(select(func.count(Proof.id))) == 0


def test_a_question_without_an_answer_stops_the_joining(session: Session) -> None:
    token = begin(session)
    contact(token)
    with pytest.raises(Unfinished):
        ask_to_join(token, fingerprint=answers(session, token).fingerprint, now=NOW)


def test_another_channel_asks_for_agreement_again(session: Session) -> None:
    token = answered(session)
    assert contact(token, mobile="07700 900123") is Step.CONSENT
    assert answers(session, token).wording is None


def test_another_address_of_the_same_channel_keeps_the_agreement(session: Session) -> None:
    assert contact(answered(session), email="jo.bloggs@example.com") is Step.CHECK


def test_another_postcode_moves_the_joining_and_forgets_the_house(session: Session) -> None:
    token = answered(session, house="12")
    assert start_joining(place_of(session, "AL1 1AG"), token=token, now=NOW) == (token, Step.CHECK)
    moved = answers(session, token)
    assert (moved.postcode, moved.house, moved.email) == ("AL1 1AG", None, "jo@example.com")


def test_the_same_postcode_keeps_the_house(session: Session) -> None:
    token = answered(session, house="12")
    start_joining(place_of(session, "SG5 1SD"), token=token, now=NOW)
    assert answers(session, token).house == "12"


def test_a_place_chosen_by_hand_has_no_ward(session: Session) -> None:
    token, _ = start_joining(place_by_hand(session, "AL1 1ZZ", "harpenden"), token=None, now=NOW)
    assert (answers(session, token).ward_code, answers(session, token).neighbourhood_id) == (None, "harpenden")


def test_every_field_that_is_wrong_is_told_at_once(session: Session) -> None:
    token = begin(session)
    with pytest.raises(BadInput) as error:
        contact(token, email="jo@", mobile="01438 757000", name="Jo\r\nBcc: x", house="h" * 101)
    assert set(error.value.fields) == {"email", "mobile", "name", "house"}
    assert "landline" in error.value.fields["mobile"]
    assert answers(session, token).name is None


def test_without_any_address_nobody_can_be_reached(session: Session) -> None:
    with pytest.raises(BadInput, match="Enter an email address, a mobile number, or both"):
        contact(begin(session), email=" ", mobile="")


@pytest.mark.parametrize("kinds", [[], ["nonsense"], ["event", "nonsense"]])
def test_kinds_that_do_not_exist_are_refused(session: Session, kinds: list[str]) -> None:
    with pytest.raises(BadInput, match="Choose at least one kind"):
        save_kinds(begin(session), kinds=kinds, now=NOW)


@pytest.mark.parametrize("wording", ["", "on", "2019-01"])
def test_only_the_words_shown_now_can_be_agreed_to(session: Session, wording: str) -> None:
    with pytest.raises(BadInput, match="Tick the box if you agree"):
        save_consent(begin(session), wording=wording, now=NOW)


def test_answers_are_kept_two_hours_after_the_last(session: Session) -> None:
    token = begin(session)
    save_kinds(token, kinds=["event"], now=NOW + timedelta(minutes=119))
    assert read_joining(session, token, now=NOW + timedelta(minutes=238)).answers.kinds == (Kind.EVENT,)
    with pytest.raises(NotJoining):
        read_joining(session, token, now=NOW + timedelta(minutes=239))
    with pytest.raises(NotJoining):
        save_kinds(token, kinds=["event"], now=NOW + timedelta(minutes=239))


@pytest.mark.parametrize("token", [None, "", "x" * 32])
def test_a_token_that_is_not_ours_finds_nothing(session: Session, token: str | None) -> None:
    with pytest.raises(NotJoining):
        read_joining(session, token, now=NOW)


def test_a_finished_joining_takes_no_more_answers_but_a_new_one_can_begin(session: Session) -> None:
    token = answered(session)
    ask_to_join(token, fingerprint=answers(session, token).fingerprint, now=NOW)
    with pytest.raises(AlreadyAsked):
        contact(token, email="else@example.com")
    fresh, step = start_joining(place_of(session, "SG5 1SD"), token=token, now=NOW)
    assert (fresh != token, step) == (True, Step.CONTACT)


def test_a_proof_can_be_asked_for_again_once_joining_is_finished(session: Session) -> None:
    token = answered(session)
    ask_again(token, channel=Channel.EMAIL, now=NOW)
    assert session.scalar(select(func.count(Proof.id))) == 0
    ask_to_join(token, fingerprint=answers(session, token).fingerprint, now=NOW)
    ask_again(token, channel=Channel.SMS, now=LATER)  # there is none
    ask_again(token, channel=Channel.EMAIL, now=LATER)
    assert session.scalar(select(func.count(Notice.id))) == 2


def test_what_was_typed_lies_sealed(session: Session) -> None:
    answered(session, name="Jo Bloggs")
    row = session.connection().exec_driver_sql("SELECT answers::bytea, token_hash FROM joining").one()
    assert b"Bloggs" not in bytes(row[0])
    assert b"SG5" not in bytes(row[0])


WORDS = st.text(max_size=20)


@given(
    st.builds(
        Answers,
        postcode=WORDS,
        neighbourhood_id=WORDS,
        house=st.none() | WORDS,
        name=st.none() | WORDS,
        email=st.none() | WORDS,
        kinds=st.lists(st.sampled_from(Kind), unique=True).map(tuple),
    )
)
def test_answers_come_back_from_their_column(answers: Answers) -> None:
    assert Answers.from_json(answers.to_json()) == answers
    assert answers.fingerprint != replace(answers, postcode=answers.postcode + "x").fingerprint


def test_the_words_name_the_channels() -> None:
    both = consent_words(WORDING, [Channel.SMS, Channel.EMAIL])
    assert "by email and by text" in both
    assert "by text" in consent_words(WORDING, [Channel.SMS])
