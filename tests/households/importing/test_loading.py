"""A list is loaded: all good rows or none, and again without harm."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName
from owl.foundation.audit import Audit
from owl.foundation.database import Model
from owl.foundation.errors import BadInput, Refused
from owl.foundation.notices import Channel
from owl.households.data_rights import erase_subscriber
from owl.households.leaving import leave
from owl.households.models import Consent, ContactPoint, Household, Subscriber, Subscription, Suppression
from tests import factories
from tests.factories import NOW
from tests.households.importing.lists import ANNA, BEN, HEADER, csv_of, load

MADE = (Subscriber, Household, Subscription, ContactPoint, Consent)


def counts(session: Session) -> list[int]:
    return [session.execute(sa.select(sa.func.count()).select_from(model)).scalar_one() for model in MADE]


def test_each_row_becomes_a_person_at_a_home_with_addresses_and_the_evidence(session: Session) -> None:
    loaded = load(csv_of(ANNA, BEN))

    done = loaded.done
    assert (done.rows, done.refused, done.known, done.people, done.homes, done.addresses) == (2, 0, 0, 2, 2, 3)
    assert loaded.refused == []
    points = session.scalars(sa.select(ContactPoint)).all()
    assert {point.address for point in points} == {"anna@example.com", "+447700900123", "ben@example.com"}
    home = session.scalars(sa.select(Household).where(Household.house_index.is_not(None))).one()
    assert (home.postcode, home.house, home.neighbourhood_id) == ("SG5 1SD", "12", "hitchin-urban")
    given = session.scalars(sa.select(Consent)).all()
    assert {(row.given, row.source, row.at.isoformat()) for row in given} == {
        (True, "import", "2024-05-30T23:00:00+00:00")
    }


def test_the_audit_holds_counts_and_nobodys_address(session: Session) -> None:
    load(csv_of(ANNA))
    act = session.scalars(sa.select(Audit)).one()
    assert (act.act, act.details["rows"], act.details["people"]) == ("import households", 1, 1)
    assert "anna" not in str(act.details).lower()


def test_loading_again_changes_nothing(session: Session) -> None:
    load(csv_of(ANNA, BEN))
    before = counts(session)
    again = load(csv_of(ANNA, BEN))

    assert (again.done.known, again.done.people, again.done.refused) == (2, 0, 0)
    assert counts(session) == before


def test_who_chose_something_since_is_left_as_they_are(session: Session) -> None:
    home = factories.household(session, postcode="AL1 1AG", neighbourhood_id="hitchin-urban")
    owner = factories.subscriber(session, home, kinds=["good_news"], name="Anna B")
    factories.contact_point(session, owner, address="anna@example.com")
    loaded = load(csv_of(ANNA))

    assert (loaded.done.known, loaded.done.addresses) == (1, 0)
    assert session.scalars(sa.select(Subscription.kinds)).all() == [["good_news"]]


def test_refused_rows_come_back_with_number_and_reason_and_load_once_put_right(session: Session) -> None:
    bad = ("AL1", "", "Cid", "cid@example.com", "", "2024-05-31")
    loaded = load(csv_of(ANNA, bad, BEN))

    assert (loaded.done.refused, loaded.done.people) == (1, 2)
    header, line = loaded.refused
    assert header.strip().split(",") == [*HEADER, "refused_row", "refused_because"]
    assert line.startswith("AL1,,Cid,cid@example.com,,2024-05-31,3,")
    assert "only the first half" in line

    put_right = header + line.replace("AL1,", "AL1 1AG,", 1)
    assert (load(put_right).done.people, load(put_right).done.known) == (1, 1)


def test_what_a_spreadsheet_would_run_is_harmless_in_the_file_of_refused_rows(session: Session) -> None:
    loaded = load(csv_of(("SG5 1SD", "", "=1+1", "anna@example.com", "", "2024-05-31")))
    assert ",'=1+1," in loaded.refused[1]


def test_rows_about_one_person_stay_out_together(session: Session) -> None:
    """Or the good one would make them known, and what is put right would be passed over."""
    second_home = ("AL1", "", "", "anna@example.com", "", "2024-05-31")
    loaded = load(csv_of(ANNA, second_home, BEN))

    assert (loaded.done.refused, loaded.done.people) == (2, 1)
    assert "Row 3 is about the same person" in loaded.refused[1]
    whole = loaded.refused[0] + loaded.refused[1] + loaded.refused[2].replace("AL1,", "AL1 1AG,", 1)
    assert (load(whole).done.people, load(whole).done.refused) == (1, 0)
    anna = session.scalars(sa.select(ContactPoint).where(ContactPoint.channel == Channel.SMS)).one()
    homes = sa.select(Subscription.household_id).where(Subscription.subscriber_id == anna.subscriber_id)
    assert len(session.scalars(homes).all()) == 2


def test_an_address_reaches_one_person_alone(session: Session) -> None:
    other = ("SG5 1SD", "12", "Bea", "bea@example.com", "07700 900123", "2024-05-31")
    loaded = load(csv_of(ANNA, other))

    assert (loaded.done.refused, loaded.done.people) == (1, 1)
    assert "mobile: Row 2 has this for somebody else" in loaded.refused[1]


def test_people_of_one_house_share_their_home(session: Session) -> None:
    bea = ("sg5 1sd", "no. 12", "Bea", "bea@example.com", "", "2024-05-31")
    anna = ("SG5 1SD", "No 12", *ANNA[2:])
    done = load(csv_of(anna, bea)).done
    assert (done.people, done.homes) == (2, 1)


def test_references_tie_rows_of_one_person_and_of_one_home(session: Session) -> None:
    header = ("person", "home", *HEADER)
    rows = [
        ("p1", "h1", "SG5 1SD", "", "Anna", "anna@example.com", "", "2024-05-31"),
        ("p1", "h1", "SG5 1SD", "", "Anna", "anna2@example.com", "", "2024-05-31"),
        ("p1", "h2", "AL1 1AG", "", "Anna", "", "", ""),
        ("p2", "h1", "SG5 1SD", "", "Bea", "bea@example.com", "", "2024-05-31"),
        ("p3", "h3", "AL1 1AG", "", "Nobody", "", "", ""),
    ]
    loaded = load(csv_of(*rows, header=header))

    done = loaded.done
    assert (done.people, done.homes, done.addresses, done.refused) == (2, 2, 3, 1)
    assert "No row of this person has an email address" in loaded.refused[1]


@pytest.mark.parametrize("how", ["left", "deleted"])
def test_nobody_who_has_stopped_is_written_to_again(session: Session, how: str) -> None:
    load(csv_of(BEN))
    [owner] = session.scalars(sa.select(Subscriber.id)).all()
    if how == "left":
        leave(owner, now=NOW)
    else:
        erase_subscriber(owner, now=NOW)
    loaded = load(csv_of(BEN))

    assert (loaded.done.people, loaded.done.addresses) == (0, 0)
    assert (loaded.done.known, loaded.done.refused) == ((1, 0) if how == "left" else (0, 1))
    live = sa.select(ContactPoint.id).where(ContactPoint.suppressed_at.is_(None))
    assert session.scalars(live).all() == []


def test_who_had_stopped_elsewhere_comes_as_stopped(session: Session) -> None:
    load(csv_of((*BEN, "2024-06-01"), header=(*HEADER, "email_stopped")))
    point = session.scalars(sa.select(ContactPoint)).one()
    assert (point.suppressed_reason, point.suppressed_at) == ("unsubscribed", NOW.replace(2024, 5, 31, 23, 0))
    assert session.scalars(sa.select(Suppression.reason)).all() == ["unsubscribed"]
    assert session.scalars(sa.select(Consent.given).order_by(Consent.id)).all() == [True, False]


def test_a_new_postcode_is_loaded_where_its_neighbourhood_is_named(session: Session) -> None:
    new = ("AL1 1ZZ", *BEN[1:])
    assert "name its neighbourhood" in load(csv_of(new)).refused[1]
    done = load(csv_of((*new, "Hitchin Urban"), header=(*HEADER, "neighbourhood"))).done
    assert done.people == 1
    assert session.scalars(sa.select(Household.neighbourhood_id)).one() == "hitchin-urban"


def test_nothing_is_half_done_when_the_refused_rows_cannot_be_written(session: Session) -> None:
    def no_room(_: Iterator[str]) -> None:
        raise OSError("no space left on device")

    with pytest.raises(OSError, match="no space"):
        load(csv_of(ANNA, ("AL1", *BEN[1:])), refused=no_room)
    assert counts(session) == [0] * len(MADE)


def test_only_an_administrator_loads_a_list_on_a_page(session: Session) -> None:
    officer, administrator = (factories.user(session, role=role) for role in (RoleName.OFFICER, RoleName.ADMINISTRATOR))
    with pytest.raises(Refused):
        load(csv_of(ANNA), actor_id=officer.id)
    assert load(csv_of(ANNA), actor_id=administrator.id).done.people == 1


def test_a_list_without_rows_loads_nothing(session: Session) -> None:
    assert load(csv_of()).done.rows == 0
    with pytest.raises(BadInput, match="“postcode” is missing"):
        load("email,consent_date\r\n")


def test_a_pause_of_the_list_is_kept_and_a_past_one_is_over(session: Session) -> None:
    header = (*HEADER, "paused_until", "joined")
    load(csv_of((*ANNA, "2027-01-01", "2019-03-01"), (*BEN, "2025-01-01", ""), header=header))
    found = session.scalars(sa.select(Subscriber).order_by(Subscriber.created_at)).all()
    assert [row.paused_until is not None for row in found] == [True, False]
    assert found[1].created_at == NOW
    assert found[0].created_at < NOW - timedelta(days=365)


def test_no_table_shows_an_address_of_the_list(session: Session) -> None:
    load(csv_of(ANNA))
    for name in (*Model.metadata.tables, "import_row", "import_address", "import_point"):
        for row in session.execute(sa.text(f'SELECT t::text FROM "{name}" t')):
            assert "anna@" not in str(row)
            assert "7700900123" not in str(row)
