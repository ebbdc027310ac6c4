"""The lists for those who answer: the usual ones until they are changed, and what can't stand on them."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName
from owl.foundation.errors import BadInput, Conflict, NotFound, Refused
from owl.replies.escalation import escalates
from owl.replies.lists import Entry, add_entry, end_entry, entries
from owl.replies.ticket_models import ListName
from tests import factories
from tests.factories import NOW


def administrator(session: Session) -> int:
    return factories.user(session, role=RoleName.ADMINISTRATOR).id


def test_a_list_is_the_usual_one_until_its_first_change_and_stays_empty_when_emptied(session: Session) -> None:
    actor = administrator(session)
    assert escalates(session, "He has a machete")
    add_entry(ListName.WORDS, Entry("  crossbow "), actor_id=actor, now=NOW)
    assert escalates(session, "He has a machete")  # the usual ones are still there
    assert escalates(session, "a CROSSBOW")
    for entry in entries(session, ListName.WORDS):
        end_entry(ListName.WORDS, entry.name, actor_id=actor, now=NOW)
    assert not escalates(session, "He has a machete and a crossbow")
    with pytest.raises(NotFound):
        end_entry(ListName.WORDS, "machete", actor_id=actor, now=NOW)
    add_entry(ListName.WORDS, Entry("machete"), actor_id=actor, now=NOW)  # it may come back
    with pytest.raises(Conflict):
        add_entry(ListName.WORDS, Entry("MACHETE"), actor_id=actor, now=NOW)


@pytest.mark.parametrize(
    ("which", "entry", "field"),
    [
        (ListName.WORDS, Entry(" \u200b"), "name"),
        (ListName.WORDS, Entry("!!!"), "name"),  # would be found in everything
        (ListName.WORDS, Entry("a" * 81), "name"),
        (ListName.ANSWERS, Entry("Thanks", " "), "words"),
        (ListName.ANSWERS, Entry("Thanks", "a" * 2001), "words"),
        (ListName.BODIES, Entry("Council", "", "http://council.example.com"), "address"),
        (ListName.BODIES, Entry("Council", "", "javascript:alert(1)"), "address"),
        (ListName.BODIES, Entry("Council", "", "https://police@council.example.com"), "address"),
        (ListName.BODIES, Entry("Council", "", "https://c\u043euncil.example.com"), "address"),  # a Cyrillic o
        (ListName.BODIES, Entry("Council", "", "https://council"), "address"),
    ],
)
def test_what_can_not_stand_on_a_list_says_why(session: Session, which: ListName, entry: Entry, field: str) -> None:
    with pytest.raises(BadInput) as refused:
        add_entry(which, entry, actor_id=administrator(session), now=NOW)
    assert set(refused.value.fields) == {field}


def test_a_supervisor_changes_no_list(session: Session) -> None:
    actor = factories.user(session, role=RoleName.SUPERVISOR, areas=[factories.neighbourhood_id(session)]).id
    with pytest.raises(Refused):
        add_entry(ListName.WORDS, Entry("crossbow"), actor_id=actor, now=NOW)
    with pytest.raises(Refused):
        end_entry(ListName.WORDS, "machete", actor_id=actor, now=NOW)
