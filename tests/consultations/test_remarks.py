"""What residents wrote: grouped by rules that anybody can read, and published once an officer has looked at it all."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from owl.consultations.consultation_models import Consultation, ConsultationStatus, RedactionReason, Remark
from owl.consultations.grouping import Theme, theme_of, told_themes
from owl.consultations.publishing import AlreadyPublished, NotLookedAt, publish_results
from owl.consultations.redacting import GAP, redacted, suggested
from owl.consultations.remark_queries import first_remarks, reasons_of, remarks_about, themes_of, to_look_at
from owl.consultations.remarks import Looked, StillSealed, look_at_remarks
from owl.consultations.working_out import figures_for
from owl.foundation.audit import Audit
from owl.foundation.errors import BadInput
from tests import factories
from tests.accounts.places import HITCHIN
from tests.consultations.counted import counted
from tests.factories import NOW

SPEED = "They race down Bury Mead Road at night."


@pytest.mark.parametrize(
    ("words", "theme"),
    [
        ("People drive too FAST; speeding past the school.", Theme.SPEEDING),
        ("My shed was broken into!", Theme.BURGLARY),
        ("Dealers sell drugs, and they drink: DRUNKS.", Theme.DRUGS),
        ("A pothole as deep as a bath", Theme.ROADS),
        ("Boję się wieczorem", Theme.SAFETY),
        ("Breakfast in a speedboat", Theme.OTHER),
        ("", Theme.OTHER),
    ],
)
def test_a_remark_is_grouped_by_the_whole_words_in_it(words: str, theme: Theme) -> None:
    assert theme_of(words) is theme


def test_themes_of_fewer_than_five_are_told_together_and_fewer_than_five_remarks_not_at_all() -> None:
    counts = {Theme.DRUGS: 9, Theme.SPEEDING: 20, Theme.SCAMS: 3, Theme.OTHER: 3}
    assert list(told_themes(counts).items()) == [(Theme.SPEEDING, 20), (Theme.DRUGS, 9), (Theme.OTHER, 6)]
    assert told_themes({Theme.DRUGS: 9, Theme.SPEEDING: 20, Theme.SCAMS: 3}) == {Theme.SPEEDING: 20, Theme.OTHER: 12}
    assert told_themes({Theme.DRUGS: 4}) == {}


def test_what_may_lead_to_somebody_is_offered_for_taking_out() -> None:
    words = "Mr Smith of 12 Bury Mead Road, SG5 1RT, drives AB12 CDE. Call 07700 900123 or me@example.com in July 2026."
    assert suggested(words) == f"{GAP} of {GAP}, {GAP}, drives {GAP}. Call {GAP} or {GAP} in July 2026."


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (SPEED, SPEED), ("They race [...] at night.", "They race […] at night."), ("[…] at night.", "[…] at night."),
        ("They race […]", "They race […]"), ("", ""), (" [...] ", ""),
    ],
)  # fmt: skip
def test_words_are_taken_out_where_a_gap_stands(typed: str, kept: str) -> None:
    assert redacted(SPEED, typed) == kept


@pytest.mark.parametrize("typed", ["They race in Bury Mead Road at night.", "at night. […] They race", "They […] day."])
def test_nobody_puts_other_words_into_it(typed: str) -> None:
    with pytest.raises(BadInput, match="Only take words out"):
        redacted(SPEED, typed)


@given(st.text("ab […]", max_size=30), st.text("ab […]", max_size=12))
def test_what_is_kept_is_always_part_of_what_was_written(words: str, typed: str) -> None:
    try:
        kept = redacted(words, typed)
    except BadInput:
        return
    assert all(part.strip() in words for part in kept.split(GAP))


def looked_at(session: Session, at: Consultation, officer_id: int) -> None:
    looked = {row.id: Looked(row.words) for row in to_look_at(session, at.id)}
    look_at_remarks(at.id, looked, actor_id=officer_id, now=NOW)


def test_results_are_published_once_all_remarks_were_looked_at_and_what_was_taken_out_is_gone(session: Session) -> None:
    officer_id = factories.user(session, areas=[HITCHIN]).id
    it = counted(session, remarks=[*([SPEED] * 5), "Mr Smith sells drugs", "Buy my boat"])
    rows = {row.words: row.id for row in to_look_at(session, it.id)}
    with pytest.raises(NotLookedAt, match="7 remarks wait"):
        publish_results(it.id, actor_id=officer_id, now=NOW)
    with pytest.raises(BadInput) as refusal:
        look_at_remarks(it.id, {rows["Buy my boat"]: Looked("")}, actor_id=officer_id, now=NOW)
    assert list(refusal.value.fields) == [f"because-{rows['Buy my boat']}"]

    names = Looked("[...] sells drugs", RedactionReason.NAMES_SOMEBODY)
    advert = Looked("", RedactionReason.NO_ANSWER)
    taken = {rows["Mr Smith sells drugs"]: names, rows["Buy my boat"]: advert}
    look_at_remarks(it.id, taken, actor_id=officer_id, now=NOW)
    looked_at(session, it, officer_id)
    publish_results(it.id, actor_id=officer_id, now=NOW)

    assert session.get_one(Consultation, it.id).status is ConsultationStatus.PUBLISHED
    assert themes_of(session, it.id) == {"q2": {Theme.OTHER: 6}}
    kept = [row.kept for row in remarks_about(session, it.id, "q2", Theme.OTHER).rows]
    assert sorted(kept) == [*([SPEED] * 5), "[…] sells drugs"]
    assert reasons_of(session, it.id) == {"q2": [RedactionReason.NO_ANSWER]}
    assert sorted(words or "" for words in session.scalars(sa.select(Remark.words))) == ["", *sorted(kept)]
    assert session.scalars(sa.select(Remark.redacted).where(Remark.redacted.is_not(None))).all() == []
    acts = session.execute(sa.select(Audit.act, Audit.details).order_by(Audit.id)).all()
    assert acts[0] == ("look at remarks", {"remarks": 2, "redacted": 2})
    with pytest.raises(AlreadyPublished):
        publish_results(it.id, actor_id=officer_id, now=NOW)


def test_after_publication_more_may_be_taken_out_at_once(session: Session) -> None:
    officer_id = factories.user(session, areas=[HITCHIN]).id
    it = counted(session, remarks=[SPEED])
    (row,) = to_look_at(session, it.id)
    looked_at(session, it, officer_id)
    publish_results(it.id, actor_id=officer_id, now=NOW)

    less = Looked("They race […] at night.", RedactionReason.POINTS_AT_SOMEBODY)
    look_at_remarks(it.id, {row.id: less}, actor_id=officer_id, now=NOW)

    assert session.get_one(Remark, row.id).words == less.words


def test_before_the_count_there_is_nothing_to_look_at_and_nothing_to_publish(session: Session) -> None:
    officer_id = factories.user(session, areas=[HITCHIN]).id
    it = counted(session, status=ConsultationStatus.ANNOUNCED)
    for act in (lambda: look_at_remarks(it.id, {}, actor_id=officer_id, now=NOW),
                lambda: publish_results(it.id, actor_id=officer_id, now=NOW)):  # fmt: skip
        with pytest.raises(StillSealed):
            act()


def test_a_place_counts_for_its_ward_and_wards_with_few_places_are_not_told(session: Session) -> None:
    here, there = {"lat": 51.948, "lon": -0.277}, {"ward": "E05004774"}
    cast = [(0, {"q1": ["burglary"]})] * 20
    it = counted(session, cast, places=[here] * 8 + [there] * 2, homes=40)

    found = figures_for(session, it.id)

    assert found is not None
    (places,) = [item for item in found.items if item.question == "q3"]
    assert [(one.option[:3], one.ballots) for one in places.options] == [("E05", 8)]
    assert (found.homes, found.invited) == (80, 20)


def test_the_first_of_each_theme_are_those_that_its_own_page_begins_with(session: Session) -> None:
    officer_id = factories.user(session, areas=[HITCHIN]).id
    about = {"Cars speed": 7, "Two sheds were broken into": 6, "Drugs are sold": 3, "Thank you": 4}
    it = counted(session, remarks=[f"{words}, {number}" for words, many in about.items() for number in range(many)])
    for _ in range(2):  # ten at a time
        looked_at(session, it, officer_id)

    themes = themes_of(session, it.id)
    found = first_remarks(session, it.id, themes, size=3)

    assert len(themes["q2"]) == 3
    assert found == {"q2": {theme: list(remarks_about(session, it.id, "q2", theme).rows[:3]) for theme in themes["q2"]}}
