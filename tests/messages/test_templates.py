"""Templates: what stands in curly brackets is filled in, and nothing goes out with one left."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName
from owl.foundation.errors import BadInput, NotFound, Refused
from owl.foundation.languages import Language
from owl.households.choices import CHOICES, Kind
from owl.messages.blanks import blanks_in, filled
from owl.messages.templates import (
    Pattern,
    SameName,
    add_starters,
    end_template,
    offered_templates,
    starters,
    write_template,
)
from owl.messages.translations import Translation
from owl.messages.word_rules import faults_of_words
from tests import factories
from tests.factories import NOW

PATTERN = Pattern("crime_alert", " Break-in ", "Break-in in {street}", "In {street}, {day}.")


@pytest.fixture
def admin_id(session: Session) -> int:
    return factories.user(session, role=RoleName.ADMINISTRATOR).id


def test_blanks_are_named_once_and_filled_everywhere_with_a_capital_where_they_begin() -> None:
    text = "{Street}: a shed in { street } on {day}. {}"
    assert blanks_in(text, "{day} {crime number}") == ("street", "day", "crime number")
    assert filled(text, {"street": "the\n High Street"}) == "The High Street: a shed in the High Street on {day}. {}"
    assert filled("{street}", {"street": " "}) == "{street}"


@given(st.text(), st.text())
def test_an_answer_never_makes_another_blank_be_filled(text: str, answer: str) -> None:
    assert filled("{a}", {"a": answer, **dict.fromkeys(blanks_in(text), "x")}) in {
        "{a}", " ".join(answer[:300].split())
    }  # fmt: skip


def test_words_with_a_blank_left_do_not_go_out() -> None:
    words = Translation(Language.ENGLISH, "In {street}", "On {day}.", "{crime number}")
    faults = faults_of_words(words, by_text=False, public_url="https://owl.example.com")
    assert faults == {"title": "Fill in {street}, or take it out.", "body": "Fill in {day}, or take it out."}


def test_an_administrator_writes_changes_and_ends_them(session: Session, admin_id: int) -> None:
    template_id = write_template(PATTERN, actor_id=admin_id, now=NOW)
    assert [row.name for row in offered_templates(session)] == ["Break-in"]
    with pytest.raises(SameName):
        write_template(PATTERN, actor_id=admin_id, now=NOW)
    with pytest.raises(BadInput) as refusal:
        write_template(Pattern("digest", "", "", "x" * 10_001), actor_id=admin_id, now=NOW)
    assert set(refusal.value.fields) == {"kind", "name", "title", "body"}
    changed = Pattern("event", "Meeting", "Meet us", "On {day}.")
    assert write_template(changed, actor_id=admin_id, template_id=template_id, now=NOW) == template_id
    end_template(template_id, actor_id=admin_id, now=NOW)
    assert offered_templates(session) == []
    with pytest.raises(NotFound):
        end_template(template_id, actor_id=admin_id, now=NOW)
    supervisor_id = factories.user(session, role=RoleName.SUPERVISOR).id
    for act in (write_template, add_starters):
        with pytest.raises(Refused):
            act(*([PATTERN] if act is write_template else []), actor_id=supervisor_id, now=NOW)  # type: ignore[operator]


def test_ours_are_there_for_each_kind_and_are_added_once(session: Session, admin_id: int) -> None:
    assert {pattern.kind for pattern in starters()} == set(CHOICES) - {Kind.CONSULTATION_INVITATION}
    assert add_starters(actor_id=admin_id, now=NOW) == len(starters())
    assert add_starters(actor_id=admin_id, now=NOW) == 0
