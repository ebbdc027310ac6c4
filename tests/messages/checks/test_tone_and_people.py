"""Names, tone, reading age and secrets: said with a reason, and never a wall."""

from __future__ import annotations

import pytest

from owl.households.choices import Kind
from owl.messages.checks.every_check import look_over
from owl.messages.checks.finding import Weight, Words
from owl.messages.checks.people import CONTEMPT, PERSON, VICTIM, people_in, people_named
from owl.messages.checks.reading_age import reading_age_of
from owl.messages.checks.secrets_asked import secrets_asked
from owl.messages.checks.shouting import shouting_in


def of(body: str, kind: Kind = Kind.CRIME_ALERT, title: str = "") -> Words:
    return Words(kind, title, body)


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("Mrs Taylor of Walsworth was robbed.", ["Mrs Taylor"]),
        ("Police named him as Kwame Mensah.", ["Kwame Mensah"]),
        ("Ngozi Okafor, 34, was charged.", ["Ngozi Okafor"]),
        ("Anna Green was last seen at noon. Anna Green wore a coat.", ["Anna Green"]),
        ("PC Anna Green and Sergeant Jo Hill will be there.", []),
        ("A shed in St John Street and one in Thomas Bell Road.", []),
        ("Walsworth Road, 22 November. Hitchin Town (2) won.", []),
        ("Please ring us on 101. Will You help?", []),
    ],
)
def test_names_of_people_are_found_and_those_of_streets_and_officers_are_not(words: str, names: list[str]) -> None:
    assert list(people_named(words)) == names


@pytest.mark.parametrize(
    ("words", "kind", "reason"),
    [
        ("Anna Green, 34, was charged with theft.", Kind.CRIME_ALERT, CONTEMPT),
        ("Mrs Taylor was assaulted in her home.", Kind.WITNESS_APPEAL, VICTIM),
        ("Thanks to Anna Green. A man was charged.", Kind.GOOD_NEWS, PERSON),
        ("Anna Green, 84, was last seen at noon.", Kind.MISSING_PERSON, None),
        ("A woman was assaulted.", Kind.CRIME_ALERT, None),
    ],
)
def test_what_stands_beside_a_name_decides_what_is_said(words: str, kind: Kind, reason: str | None) -> None:
    assert [finding.reason for finding in people_in(of(words, kind))] == ([reason] if reason else [])


@pytest.mark.parametrize(
    ("words", "is_loud"),
    [
        ("BEWARE OF BURGLARS", True),
        ("Please LOCK your DOORS and WINDOWS.", True),
        ("Watch out!!", True),
        ("Call 101, or 999. CCTV helps, says OWL. Call PCSO Hill.", False),
        ("Thank you!", False),
    ],
)
def test_shouting_is_quoted(words: str, is_loud: bool) -> None:
    assert bool(shouting_in(of(words))) is is_loud


def test_hard_words_are_named_and_plain_ones_are_praised() -> None:
    hard = "Perpetrators utilising sophisticated methodologies are targeting residential outbuildings. " * 3
    [finding] = reading_age_of(of(hard))
    assert (finding.weight, "methodologies" in finding.reason) == (Weight.MIND, True)
    [finding] = reading_age_of(
        of("Thieves broke into three sheds on Walsworth Road last night. Please lock yours. " * 3)
    )
    assert finding.weight is Weight.GOOD
    long = "Thieves came at night and took a bike and a saw and a mower and " * 3 + "went off."
    assert "Cut this sentence" in reading_age_of(of(long))[0].reason
    assert reading_age_of(of("Short.")) == []


@pytest.mark.parametrize(
    ("words", "asks"),
    [
        ("Please confirm your bank details.", True),
        ("Reply with your PIN.", True),
        ("Never give your PIN to anybody.", False),
    ],
)
def test_a_message_that_asks_for_secrets_is_noticed(words: str, asks: bool) -> None:
    assert bool(secrets_asked(of(words))) is asks


def test_the_same_words_get_the_same_answer_and_what_stops_them_comes_first() -> None:
    words = of("Anna Green says: see https://example.com. BEWARE OF BURGLARS!!")
    found = look_over(words, frozenset(("gov.uk",)))
    assert found == look_over(words, frozenset(("gov.uk",)))
    assert [one.weight for one in found] == sorted((one.weight for one in found), key=list(Weight).index)
    assert found[0].weight is Weight.STOPS
