"""Every cell of a row is checked, and all that is wrong with a row is said at once."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from owl.foundation.errors import BadInput
from owl.foundation.languages import Language
from owl.foundation.spreadsheets import harmless
from owl.geography.postcode_text import parse_postcode
from owl.geography.queries import Place
from owl.households.choices import CHOICES, HowFar, Rhythm
from owl.households.importing.cells import plain
from owl.households.importing.columns import Column, read_header
from owl.households.importing.rows import BadRow, Row, read_row
from owl.households.models import SuppressionReason
from owl.households.partners import PartnerRow
from tests.factories import NOW

GOOD = {"postcode": "SG5 1SD", "email": "anna@example.com", "consent_date": "2024-05-31"}

COUNCIL = PartnerRow(7, "Council", "News of the council")
TICKED = {"partner": "council", "partner_date": "2024-06-01"}


def somewhere(postcode: str, neighbourhood: str) -> Place:
    return Place(parse_postcode(postcode), None, None, "hitchin-urban", "Hitchin Urban", "E07000099", "North Herts")


def check(**cells: str) -> Row:
    given = {Column(name): cell for name, cell in (GOOD | cells).items()}
    return read_row(given, place_of=somewhere, partners={"council": COUNCIL}, allow_drama=True, now=NOW)


def refused(**cells: str) -> str:
    with pytest.raises(BadRow) as fault:
        check(**cells)
    return str(fault.value)


def test_a_row_of_the_least_gets_everything_at_once() -> None:
    row = check()
    assert row.wishes.kinds == [kind.value for kind in CHOICES]
    assert (row.wishes.how_far, row.habits.rhythm) == (HowFar.DISTRICT, Rhythm.AT_ONCE)
    [address] = row.addresses
    assert (address.wording, address.source, address.stopped_at) == ("not recorded", "import", None)


def test_a_partner_is_ticked_for_what_it_is_for_here() -> None:
    [tick] = {check(**TICKED).tick, check(**TICKED, partner_purpose=COUNCIL.purpose, partner_source="import").tick}
    assert tick is not None
    assert (tick.partner_id, tick.purpose, tick.source) == (7, COUNCIL.purpose, "import")
    assert tick.ticked_at.isoformat() == "2024-05-31T23:00:00+00:00"
    assert check().tick is None


def test_a_list_says_how_somebody_reads() -> None:
    habits = check(language="PL", large_text="yes").habits
    assert (habits.language, habits.large_text) == (Language.POLISH, True)


@pytest.mark.parametrize(
    "date", ["2024-05-31", "31/05/2024", "31.05.2024", "2024-05-31T00:00:00", "2024-05-30T23:00:00Z", "31-5-2024"]
)
def test_a_date_is_taken_in_the_ways_people_write_it(date: str) -> None:
    assert check(consent_date=date).addresses[0].consented_at.isoformat() == "2024-05-30T23:00:00+00:00"


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"consent_date": ""}, "consent_date: Enter when this person agreed"),
        ({"consent_date": "soon"}, "consent_date: Enter a date"),
        ({"consent_date": "43982"}, "consent_date: Enter a date"),
        ({"consent_date": "2024-02-30"}, "consent_date: There is no such day"),
        ({"consent_date": "2027-01-01"}, "consent_date: This date is still to come"),
        ({"consent_date": "1924-05-31"}, "consent_date: This date is before 1990"),
        ({"consent_date": "0001-01-01T00:00:00+12:00"}, "consent_date: Enter a date"),
        ({"postcode": ""}, "postcode: Enter the postcode of the home"),
        ({"postcode": "AL1"}, "postcode: AL1 is only the first half"),
        ({"email": "anna"}, "email: An email address has one @"),
        ({"email": ""}, "email: Enter an email address or a mobile number"),
        ({"mobile": "01632 960123"}, "mobile: Check the number"),
        ({"mobile": "4.47701E+11"}, "mobile: A spreadsheet has rounded this number"),
        ({"language": "fr"}, "language: Enter one of en, pl, ro"),
        (TICKED | {"partner": "Counsel"}, "partner: We don’t know this partner"),
        (TICKED | {"partner": ""}, "partner: This is about a partner"),
        (TICKED | {"partner_date": ""}, "partner_date: Enter when this person ticked"),
        (TICKED | {"partner_purpose": "Adverts"}, "partner_purpose: Here the partner is for something else: “News"),
        ({"name": "=HYPERLINK(1)"}, "name: A cell that begins with “=” is a formula"),
        ({"house": "@SUM(1)"}, "house: A cell that begins with “@” is a formula"),
        ({"name": " =cmd|' /C calc'!A0"}, "name: A cell that begins with “=” is a formula"),
        ({"kinds": "crime alert;gossip"}, "kinds: “gossip” is not a kind of message"),
        ({"rhythm": "hourly"}, "rhythm: Enter one of at_once, daily, weekly"),
        ({"only_urgent": "perhaps"}, "only_urgent: Enter yes or no"),
        ({"quiet_from": "21"}, "quiet_until: Enter two different hours"),
        ({"quiet_from": "24", "quiet_until": "8"}, "quiet_from: Enter a number from 0 to 23"),
        ({"email_stopped": "2024-06-01 bored"}, "email_stopped: Enter a date, and after it"),
        ({"person": "x" * 101}, "person: Shorten this to 100 characters"),
    ],
)
def test_what_is_wrong_is_said_with_its_column(cells: dict[str, str], said: str) -> None:
    assert said in refused(**cells)


def test_all_that_is_wrong_with_a_row_is_said_at_once() -> None:
    told = refused(postcode="AL1", email="anna", consent_date="soon")
    assert [column for column in ("postcode:", "email:", "consent_date:") if column not in told] == []


def test_a_choice_may_be_written_as_people_write() -> None:
    row = check(
        kinds="Crime alert; missing-person", rhythm="At once", how_far="Street", only_urgent="Yes", quiet_from="21",
        quiet_until="8", mobile="+44 (0)7700 900123", email_stopped="2024-06-01 bounced",
    )  # fmt: skip
    assert row.wishes.kinds == ["crime_alert", "missing_person"]
    assert (row.wishes.how_far, row.wishes.only_urgent, row.habits.quiet_from) == (HowFar.STREET, True, 21)
    assert [address.address for address in row.addresses] == ["anna@example.com", "+447700900123"]
    assert [address.stopped_reason for address in row.addresses] == [SuppressionReason.BOUNCED, None]


def test_what_was_made_harmless_is_text() -> None:
    assert check(name="'=1+1").name == "=1+1"
    assert check(house="-12").house == "-12"


def test_a_number_that_lost_its_zero_to_a_spreadsheet_is_known_again() -> None:
    assert check(mobile="7700900123").addresses[1].address == "+447700900123"


@given(st.text(max_size=20))
def test_what_is_made_harmless_comes_back_and_no_spreadsheet_runs_it(cell: str) -> None:
    written = harmless(cell)
    assert written[:1] not in set("=+-@\t\r")
    assert plain(written) == plain(cell)


@given(st.sampled_from(list(Column)), st.text(max_size=60))
def test_no_text_in_any_cell_breaks_it(column: Column, text: str) -> None:
    with suppress(BadRow):
        check(**{column.value: text})


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (["postcode", "email"], "“consent_date” is missing"),
        (["postcode", "consent_date"], "neither a column “email”"),
        (["postcode", "email", "consent_date", "shoe size"], "“shoe size”"),
        (["postcode", "email", "E-mail", "consent_date"], "“email” is there twice"),
    ],
)
def test_a_header_that_would_lose_something_is_refused(header: list[str], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        read_header(header)


def test_a_header_may_be_written_as_people_write() -> None:
    assert read_header(["Post code", " E-Mail ", "Mobile number", "CONSENT-DATE", "refused_row", "", " "]) == [
        Column.POSTCODE, Column.EMAIL, Column.MOBILE, Column.CONSENT_DATE, None,
    ]  # fmt: skip
