from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName
from owl.consultations.right_door import COUNCILS, FIND_COUNCIL, PHRASES, Topic, doors, topics_in
from owl.replies.lists import end_entry
from owl.replies.ticket_models import ListName
from tests import factories
from tests.factories import NOW


@pytest.mark.parametrize(
    ("words", "topics"),
    [
        ("There is a POTHOLE on Nightingale Road!", [Topic.ROADS]),
        ("The street-light outside is broken and the pavement is icy.", [Topic.ROADS, Topic.LIGHTING]),
        ("fly-tipping behind the shops, and bins never emptied", [Topic.BINS]),
        ("People parking on the double\nyellow lines", [Topic.PARKING]),
        ("loud music all night", [Topic.NOISE]),
        ("Dziury w drodze. Śmieci.", [Topic.ROADS, Topic.BINS]),
        ("Gunoaie peste tot", [Topic.BINS]),
        ("My shed was broken into. Cars race by at night.", []),
        ("Robin cabinet binge", []),
        ("", []),
    ],
)
def test_plain_words_lead_to_who_can_mend_it(words: str, topics: list[Topic]) -> None:
    assert topics_in(words) == topics


def test_a_phrase_is_read_the_same_way_as_it_is_written() -> None:
    for topic, phrases in PHRASES.items():
        for phrase in phrases:
            assert topic in topics_in(f"About: {phrase.upper()}."), phrase


def test_each_topic_leads_to_the_body_of_the_district_that_is_on_the_list(session: Session) -> None:
    found = {door.topic: door.body for door in doors(session, ["hitchin-urban"])}

    assert found == {
        Topic.ROADS: "Hertfordshire County Council",
        Topic.LIGHTING: "Hertfordshire County Council",
        Topic.BINS: "North Hertfordshire District Council",
        Topic.PARKING: "North Hertfordshire District Council",
        Topic.NOISE: "North Hertfordshire District Council",
    }
    assert all(door.address.startswith("https://") for door in doors(session, ["hitchin-urban"]))
    assert {door.address for door in doors(session, ["hitchin-urban", "watford-central"], [Topic.BINS])} == {
        FIND_COUNCIL
    }
    end_entry(
        ListName.BODIES,
        COUNCILS["E07000099"],
        actor_id=factories.user(session, role=RoleName.ADMINISTRATOR).id,
        now=NOW,
    )
    assert [door.topic for door in doors(session, ["hitchin-urban"])] == [Topic.ROADS, Topic.LIGHTING]


def test_every_council_is_on_the_usual_list(session: Session) -> None:
    usual = Path("owl/replies/usual.py").read_text()
    assert all(re.search(rf'\("{council}"', usual) for council in COUNCILS.values())
