"""The pages for what is repeated, and the calendar."""

from __future__ import annotations

from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.foundation.clock import LONDON, utc_now
from tests import factories
from tests.accounts.places import HITCHIN
from tests.browser import sign_in


def test_a_meeting_is_repeated_shown_in_the_calendar_and_ended(client: FlaskClient, session: Session) -> None:
    officer = factories.user(session, areas=[HITCHIN])
    sign_in(client, session, officer)
    message = factories.message(
        session, author_id=officer.id, neighbourhood_ids=[HITCHIN], title="Beat meeting on {date}"
    )
    path = f"/team/messages/{message.id}/repeat"
    assert "Repeat it" in client.get(f"/team/messages/{message.id}").text
    day = (utc_now() + timedelta(days=40)).astimezone(LONDON)
    first = {"first_day": str(day.day), "first_month": str(day.month), "first_year": str(day.year)}
    typed = {"every": "week", "days_before": "3", "sends_at": "18:00", **first, "first_time": "19:00"}
    wrong = ({"every": ""}, {"days_before": "x"}, {"sends_at": "03:00"}, {"first_time": ""}, {"first_year": "2020"})
    for changed in wrong:
        answer = client.post(path, data=typed | changed)
        assert (answer.status_code, "<title>Error: " in answer.text) == (400, True)
    assert client.post(path, data=typed).location == "/team/repeated"
    page = client.get("/team/repeated").text
    assert "Beat meeting on {date}" in page
    month = client.get(f"/team/calendar?month={day - timedelta(days=3):%Y-%m}").text
    assert "Repeated: its draft comes a week before" in month
    assert client.get("/team/calendar?month=nonsense").status_code == 200
    [end] = [part.split('"')[0] for part in page.split('action="')[1:] if part.startswith("/team/repeated/")]
    client.post(end)
    assert "Nothing is repeated" in client.get("/team/repeated").text
