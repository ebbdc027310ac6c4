from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from owl.consultations.announcing import announce_consultation, withdraw_consultation
from owl.consultations.consultation_models import Consultation, ConsultationStatus, Source
from owl.consultations.draft import ConsultationDraft
from owl.consultations.life_cycle import Phase, phase_of
from owl.consultations.paper import cast_on_paper
from owl.consultations.planning_the_year import plan_year, ready_made
from owl.consultations.publishing import publish_results
from owl.consultations.questions import Option, Question, QuestionType
from owl.consultations.remarks import look_at_remarks
from owl.consultations.wording import Wording
from owl.consultations.writing import (
    AlreadyAnnounced,
    ChangedMeanwhile,
    begin_new_version,
    create_consultation,
    save_consultation,
)
from owl.foundation.errors import BadInput, Conflict, Refused
from owl.foundation.languages import Language
from owl.messages.models import Message, MessageStatus
from tests import factories
from tests.accounts.places import HITCHIN
from tests.consultations.asking import CHOOSE, POLISH_WORDS, WORDS, announced, asking
from tests.consultations.boxes import open_consultation
from tests.consultations.counted import counted
from tests.factories import NOW


@pytest.fixture
def officer_id(session: Session) -> int:
    return factories.user(session, areas=[HITCHIN]).id


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"title": " "}, "title"),
        ({"questions": ()}, "questions"),
        ({"closes_at": None}, "closes_at"),
        ({"closes_at": NOW}, "closes_at"),
        ({"closes_at": NOW + timedelta(minutes=59)}, "closes_at"),
        ({"opens_at": NOW + timedelta(days=1), "closes_at": NOW + timedelta(days=400)}, "closes_at"),
        ({"questions": (replace(WORDS, text=""),)}, "q2"),
        ({"questions": (replace(CHOOSE, options=CHOOSE.options[:1]),)}, "q1"),
        ({"questions": (replace(CHOOSE, most=4),)}, "q1"),
        ({"questions": (replace(CHOOSE, options=(*CHOOSE.options, Option("d", "burglary"))),)}, "q1"),
        ({"questions": (Question("q1", QuestionType.SCALE, "How safe?", low="Not"),)}, "q1"),
        ({"questions": (Question("q1", QuestionType.STATEMENTS, "Agree?"),)}, "q1"),
        ({"wordings": {Language.POLISH: replace(POLISH_WORDS[Language.POLISH], title="")}}, "title_pl"),
        ({"wordings": {Language.POLISH: Wording("Tytuł", "Wstęp", {"q1": "Co?"})}}, "q1_pl"),
    ],
)
def test_what_is_unfinished_is_kept_but_not_announced(changed: dict[str, Any], field: str) -> None:
    draft = asking(**changed).tidied()

    assert field in draft.missing(now=NOW)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"title": "x" * 91}, "title"),
        ({"intro": "a\u202eb"}, "intro"),
        ({"neighbourhood_ids": frozenset()}, "neighbourhoods"),
        ({"opens_at": NOW + timedelta(days=30)}, "closes_at"),
        ({"wordings": {Language.POLISH: Wording("x" * 91)}}, "title_pl"),
    ],
)
def test_what_can_not_even_be_a_draft_is_refused_beside_its_field(changed: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as refused:
        asking(**changed).tidied()

    assert list(refused.value.fields) == [field]


def test_a_draft_comes_back_as_it_was_written_without_translations_of_what_went(
    session: Session, officer_id: int
) -> None:
    made = create_consultation(asking(wordings=POLISH_WORDS), author_id=officer_id, now=NOW)
    kept = ConsultationDraft.of(session.get_one(Consultation, made))
    assert kept == asking(wordings=POLISH_WORDS)
    assert not kept.missing(now=NOW)

    save_consultation(made, replace(kept, questions=(CHOOSE,)), user_id=officer_id, version=1, now=NOW)

    texts = ConsultationDraft.of(session.get_one(Consultation, made)).wordings[Language.POLISH].texts
    assert set(texts) == {"q1", "q1.a", "q1.b", "q1.c"}


def test_of_two_who_save_the_second_is_told_and_nothing_is_overwritten(session: Session, officer_id: int) -> None:
    made = create_consultation(asking(), author_id=officer_id, now=NOW)
    save_consultation(made, asking(title="First"), user_id=officer_id, version=1, now=NOW)

    with pytest.raises(ChangedMeanwhile):
        save_consultation(made, asking(title="Second"), user_id=officer_id, version=1, now=NOW)

    assert session.get_one(Consultation, made).title == "First"


def test_nobody_takes_a_consultation_outside_their_areas_or_hands_it_there(session: Session, officer_id: int) -> None:
    elsewhere = {factories.neighbourhood_id(session)}
    with pytest.raises(Refused):
        create_consultation(asking(neighbourhood_ids=elsewhere | {HITCHIN}), author_id=officer_id, now=NOW)
    made = create_consultation(asking(), author_id=officer_id, now=NOW)
    with pytest.raises(Refused):
        save_consultation(made, asking(neighbourhood_ids=elsewhere), user_id=officer_id, version=1, now=NOW)


def test_once_announced_a_changed_question_is_refused_and_a_new_version_takes_its_place(
    session: Session, officer_id: int
) -> None:
    old = announced(session, officer_id)
    invitation = factories.consultation(
        session, consultation_id=old.id, status=MessageStatus.SENDING, valid_until=old.closes_at
    )
    with pytest.raises(AlreadyAnnounced):
        save_consultation(old.id, asking(questions=(WORDS,)), user_id=officer_id, version=old.version, now=NOW)
    later = NOW + timedelta(days=2)

    new_id = begin_new_version(old.id, user_id=officer_id, now=later)
    assert phase_of(old, later) is Phase.OPEN  # until the new one is announced
    announce_consultation(new_id, actor_id=officer_id, version=1, now=later)

    session.refresh(old)
    new = session.get_one(Consultation, new_id)
    assert (old.closes_at, phase_of(old, later), old.questions) == (later, Phase.CLOSED, new.questions)
    assert (phase_of(new, later), new.opens_at, new.slug) == (Phase.OPEN, later, f"{old.slug}-2")
    session.refresh(invitation)
    assert invitation.valid_until == later  # what was still to be sent expires


def test_it_is_open_from_one_second_to_another(session: Session, officer_id: int) -> None:
    one = announced(session, officer_id, opens_at=NOW + timedelta(days=1))
    assert one.opens_at
    assert one.closes_at
    second = timedelta(seconds=1)
    moments = [one.opens_at - second, one.opens_at, one.closes_at - second, one.closes_at]
    assert [phase_of(one, moment) for moment in moments] == [Phase.COMING, Phase.OPEN, Phase.OPEN, Phase.CLOSED]


def test_one_that_never_opened_is_withdrawn_by_its_new_version(session: Session, officer_id: int) -> None:
    old = announced(session, officer_id, opens_at=NOW + timedelta(days=3))
    new_id = begin_new_version(old.id, user_id=officer_id, now=NOW)
    announce_consultation(new_id, actor_id=officer_id, version=1, now=NOW)
    session.refresh(old)
    assert old.status is ConsultationStatus.WITHDRAWN


def test_an_open_one_is_withdrawn_with_a_reason_and_a_closed_one_is_not(session: Session, officer_id: int) -> None:
    one = announced(session, officer_id)
    waiting = factories.consultation(session, consultation_id=one.id, status=MessageStatus.DRAFT)
    with pytest.raises(BadInput, match="Say why"):
        withdraw_consultation(one.id, actor_id=officer_id, reason=" ", now=NOW)
    assert one.closes_at
    with pytest.raises(Conflict, match="is over"):
        withdraw_consultation(one.id, actor_id=officer_id, reason="Too late.", now=one.closes_at)

    withdraw_consultation(one.id, actor_id=officer_id, reason="It named a street twice.", now=NOW)

    session.refresh(one)
    session.refresh(waiting)
    assert (one.status, one.withdrawn_because) == (ConsultationStatus.WITHDRAWN, "It named a street twice.")
    assert waiting.valid_until == NOW
    assert session.get_one(Message, waiting.id).status is MessageStatus.DRAFT


def test_somebody_who_practises_writes_drafts_and_changes_nothing_that_residents_meet(session: Session) -> None:
    trainee = factories.user(session, areas=[HITCHIN], training=True)
    made = create_consultation(asking(), author_id=trainee.id, now=NOW)
    real, over = open_consultation(session), counted(session)
    acts: list[Callable[[], object]] = [
        lambda: announce_consultation(made, actor_id=trainee.id, version=1, now=NOW),
        lambda: withdraw_consultation(real.id, actor_id=trainee.id, reason="To see what comes.", now=NOW),
        lambda: plan_year(NOW.year + 1, user_id=trainee.id, now=NOW),
        lambda: cast_on_paper(trainee.id, real.id, {"q1": ["burglary"]}, source=Source.PAPER, form_key="k", now=NOW),
        lambda: look_at_remarks(over.id, {}, actor_id=trainee.id, now=NOW),
        lambda: publish_results(over.id, actor_id=trainee.id, now=NOW),
    ]
    for act in acts:
        with pytest.raises(Refused, match="in training"):
            act()


def test_the_ready_made_one_is_whole_in_every_language(session: Session) -> None:
    draft = replace(ready_made({HITCHIN}), closes_at=NOW + timedelta(days=28)).tidied()
    assert set(draft.wordings) == {Language.POLISH, Language.ROMANIAN}
    assert not draft.missing(now=NOW)
