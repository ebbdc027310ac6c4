"""The one screen: everything is chosen there, saved with one press, or kept as it was typed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.delivery.models import DeliveryStatus
from owl.foundation.clock import utc_now
from owl.foundation.notices import Channel
from owl.households.choices import HowFar, Rhythm
from owl.households.models import Subscriber, Subscription
from owl.households.partner_models import Partner, PartnerTick
from owl.messages.models import Severity
from tests import factories
from tests.web.public.my_page import CHOICES_FORM, POSTCODE, saved
from tests.web.public.pages import shows_fault, text

LONG = "9" * 5000


@pytest.fixture
def path(session: Session, owner: Subscriber) -> str:
    return f"/my/choices/{session.scalars(sa.select(Subscription.id)).one()}"


def tie(session: Session) -> Subscription:
    session.expire_all()
    return session.scalars(sa.select(Subscription)).one()


def person(session: Session) -> Subscriber:
    session.expire_all()
    return session.scalars(sa.select(Subscriber)).one()


def partner(session: Session, name: str = "Hertfordshire Fire and Rescue") -> Partner:
    row = Partner(name=name, purpose="How to keep your home safe from fire", created_at=utc_now())
    session.add(row)
    session.commit()
    return row


def test_everything_is_saved_with_one_press(
    still_november: time_machine.Coordinates, page: FlaskClient, session: Session, owner: Subscriber, path: str
) -> None:
    fire = partner(session)
    factories.contact_point(session, owner, channel=Channel.SMS)
    form = CHOICES_FORM | {
        "mail": ["crime_alert", "event"], "text": ["crime_alert"], "serious": "urgent", "how_far": "street",
        "texts_only_urgent": "yes", "rhythm": "weekly", "allowance": "3", "quiet_from": "21", "quiet_until": "8",
        "partners": [str(fire.id)], "until-day": "1", "until-month": "12", "until-year": "2026",
    }  # fmt: skip

    mine_now = saved(page, path, "Saved. All of your choices count from now on.", **form)

    assert "Messages come once a week, in one mail each Monday. From 21:00 to 08:00 only urgent ones come." in mine_now
    home, mine = tie(session), person(session)
    assert (home.kinds, home.not_by_mail, home.not_by_text) == (["crime_alert", "event"], [], ["event"])
    assert (home.how_far, home.only_urgent, home.texts_only_urgent) == (HowFar.STREET, True, True)
    assert (mine.rhythm, mine.weekly_allowance) == (Rhythm.WEEKLY, 3)
    assert (mine.quiet_from, mine.quiet_until) == (21, 8)
    assert mine.paused_until == datetime(2026, 12, 1, tzinfo=UTC)
    tick = session.scalars(sa.select(PartnerTick)).one()
    assert (tick.partner_id, tick.source, tick.ticked_at) == (fire.id, "my page", factories.NOW)

    shown = page.get(path)
    assert "You ticked it on Sunday 22 November 2026." in text(shown)
    saved(page, path, "Saved.", **CHOICES_FORM | {"text": []})
    assert person(session).paused_until is None
    assert person(session).quiet_from is None
    assert session.scalars(sa.select(PartnerTick.taken_back_at)).one() == factories.NOW


def test_what_was_saved_stands_in_the_form_and_saving_it_again_changes_nothing(
    page: FlaskClient, session: Session, path: str
) -> None:
    saved(page, path, "Saved.", **CHOICES_FORM | {"mail": ["event"], "rhythm": "daily", "allowance": "4"})
    shown = page.get(path).text
    for ticked in ('value="event"', 'value="daily"', 'value="district"', 'value="all"'):
        line = next(found for found in shown.split("<input") if ticked in found)
        assert "checked" in line.split(">")[0], ticked
    assert '<option value="4" selected>' in shown
    before = tie(session).chosen_at
    saved(page, path, "Saved.", **CHOICES_FORM | {"mail": ["event"], "rhythm": "daily", "allowance": "4"})
    assert tie(session).chosen_at == before


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"mail": []}, "kinds", "Choose at least one kind"),
        ({"mail": ["event", "nothing"]}, "kinds", "Choose at least one kind"),
        ({"mail": ["digest"]}, "kinds", "Choose at least one kind"),
        ({"how_far": "the world"}, "how_far", "Choose one of these."),
        ({"serious": ""}, "serious", "Choose one of these."),
        ({"rhythm": "hourly"}, "rhythm", "Choose one of these."),
        ({"allowance": "-1"}, "allowance", "Choose one of these."),
        ({"allowance": LONG}, "allowance", "Choose one of these."),
        ({"quiet_from": "21"}, "quiet_from", "Choose both hours"),
        ({"quiet_from": "8", "quiet_until": "8"}, "quiet_from", "Choose two different hours."),
        ({"quiet_from": "24", "quiet_until": "8"}, "quiet_from", "Choose one of these."),
        ({"until-day": "31", "until-month": "2", "until-year": "2027"}, "until", "There is no such day."),
        ({"until-year": "2020"}, "until", "Enter a day, a month and a year in figures"),
    ],
)
def test_what_can_not_be_is_told_beside_its_field_and_nothing_is_saved(
    page: FlaskClient, session: Session, path: str, changed: dict[str, Any], field: str, sentence: str
) -> None:
    typed = CHOICES_FORM | {"rhythm": "weekly"} | changed
    answer = page.post(path, data=typed)
    shows_fault(answer, field, sentence)
    assert person(session).rhythm is Rhythm.AT_ONCE
    if field != "rhythm":
        line = next(found for found in answer.text.split("<input") if 'value="weekly"' in found)
        assert "checked" in line.split(">")[0]


def test_every_fault_is_told_at_once(page: FlaskClient, path: str) -> None:
    answer = page.post(path, data={})
    for field in ("kinds", "serious", "how_far", "rhythm"):
        assert f'href="#{field}"' in answer.text


def test_a_partner_that_is_not_on_the_list_any_more_saves_nothing(
    page: FlaskClient, session: Session, path: str
) -> None:
    partner(session).ended_at = utc_now()
    partner(session, "Neighbourhood Watch")
    session.commit()
    gone = session.scalars(sa.select(Partner.id).where(Partner.ended_at.is_not(None))).one()
    answer = page.post(path, data=CHOICES_FORM | {"rhythm": "daily", "partners": [str(gone)]})
    shows_fault(answer, "partners", "One of the partners is not on the list any more.")
    assert person(session).rhythm is Rhythm.AT_ONCE


def test_a_channel_that_was_not_asked_about_keeps_its_choices(page: FlaskClient, session: Session, path: str) -> None:
    tie(session).not_by_text = ["event", "good_news"]
    session.commit()
    saved(page, path, "Saved.", **CHOICES_FORM | {"mail": ["event", "crime_alert"]})
    assert tie(session).not_by_text == ["event"]


def test_of_two_tabs_the_last_press_counts_and_both_say_so(page: FlaskClient, session: Session, path: str) -> None:
    for rhythm in ("daily", "weekly"):
        saved(page, path, "Saved.", **CHOICES_FORM | {"rhythm": rhythm})
    assert person(session).rhythm is Rhythm.WEEKLY


def test_a_second_home_has_a_screen_of_its_own(
    page: FlaskClient, session: Session, owner: Subscriber, path: str
) -> None:
    assert page.get("/my/choices").location == path
    shop = factories.household(session, postcode="AL1 1AG")
    added = Subscription(subscriber_id=owner.id, household_id=shop.id, kinds=["event"], created_at=utc_now())
    session.add(added)
    session.commit()
    shown = text(page.get(path))
    assert POSTCODE in shown
    assert "AL1 1AG" in shown
    assert "counts for all of your homes" in shown
    saved(page, f"/my/choices/{added.id}", "Saved.", **CHOICES_FORM | {"mail": ["good_news"]})
    session.expire_all()
    kinds = session.scalars(sa.select(Subscription.kinds).order_by(Subscription.id)).all()
    assert len(kinds[0]) == len(CHOICES_FORM["mail"])
    assert kinds[1] == ["good_news"]


def test_too_many_is_answered_with_one_press(page: FlaskClient, session: Session, owner: Subscriber) -> None:
    point = factories.contact_point(session, owner, channel=Channel.SMS)
    now = utc_now()
    for severity in (Severity.URGENT, Severity.ROUTINE, Severity.ROUTINE):
        message = factories.message(session, approved_at=now, severity=severity)
        factories.delivery(session, point, of=message)
    old = factories.message(session, approved_at=now.replace(year=now.year - 1))
    factories.delivery(session, point, of=old)
    missed = factories.message(session, approved_at=now)
    factories.delivery(session, point, of=missed, status=DeliveryStatus.SUPPRESSED)

    shown = text(page.get("/my/fewer"))
    assert "You got 3 messages in the last four weeks." in shown
    assert "It would have been one in the last four weeks." in shown
    assert "You got 3 texts in the last four weeks." in shown
    shows_fault(page.post("/my/fewer"), "remedy", "Choose what would help you.")
    saved(page, "/my/fewer", "From now on: One mail a week, with everything in it.", remedy="weekly")
    saved(page, "/my/fewer", "Saved.", remedy="near")
    saved(page, "/my/fewer", "Saved.", remedy="nights")
    assert (person(session).rhythm, tie(session).how_far) == (Rhythm.WEEKLY, HowFar.STREET)
    assert (person(session).quiet_from, person(session).quiet_until) == (21, 8)


@pytest.mark.parametrize(
    ("remedy", "field"), [("urgent", "only_urgent"), ("few_texts", "texts_only_urgent"), ("daily", ""), ("pause", "")]
)
def test_each_way_to_get_fewer_does_what_it_says(
    still_november: time_machine.Coordinates, page: FlaskClient, session: Session, remedy: str, field: str
) -> None:
    saved(page, "/my/fewer", "Saved.", remedy=remedy)
    if field:
        assert getattr(tie(session), field)
    elif remedy == "daily":
        assert person(session).rhythm is Rhythm.DAILY
    else:
        assert person(session).paused_until == datetime(2026, 12, 22, tzinfo=UTC)
