"""The pages on which a team keeps its public page."""

from __future__ import annotations

from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.accounts.meetings import meetings_since
from owl.foundation.clock import LONDON, utc_now
from tests import factories
from tests.accounts.places import HATFIELD, HITCHIN
from tests.browser import sign_in

PATH = f"/team/neighbourhood/{HITCHIN}"


def test_an_officer_adds_meetings_changes_one_cancels_one_and_keeps_every_word_that_was_wrong(
    client: FlaskClient, session: Session
) -> None:
    sign_in(client, session, factories.user(session, areas=[HITCHIN]))
    assert client.get("/team/neighbourhood").location == PATH
    day = (utc_now() + timedelta(days=40)).astimezone(LONDON)
    typed = {
        "title": "Street surgery", "place": "Market <Place>", "words": "Bring your bike.", "begins_day": str(day.day),
        "begins_month": str(day.month), "begins_year": str(day.year), "begins_time": "18:00", "ends": "7pm",
        "every": "month", "how_many": "3",
    }  # fmt: skip
    for wrong in ({"title": ""}, {"begins_day": "32"}, {"ends": "later"}, {"how_many": "1000"}, {"every": "hourly"}):
        answer = client.post(f"{PATH}/meetings", data=typed | wrong)
        assert (answer.status_code, "Bring your bike." in answer.text) == (400, True)
    assert client.post(f"{PATH}/meetings", data=typed).location == PATH
    page = client.get(PATH).text
    assert page.count("Market &lt;Place&gt;") == 3

    first, second, third = meetings_since(session, [HITCHIN], since=utc_now())
    assert {one.begins_at.astimezone(LONDON).hour for one in (first, second, third)} == {18}
    path = f"/team/neighbourhood/meetings/{first.id}"
    assert 'value="19:00"' in client.get(path).text
    changed = typed | {"place": "The library", "version": "1"}
    assert client.post(path, data=changed).location == PATH
    answer = client.post(path, data=changed | {"place": "The park"})
    assert (answer.status_code, "The park" in answer.text, "The library" in answer.text) == (409, True, True)
    client.post(f"/team/neighbourhood/meetings/{second.id}/cancel")
    assert client.get(PATH).text.count("Cancelled</strong>") == 1
    assert "It was cancelled on" in client.get(f"/team/neighbourhood/meetings/{second.id}").text


def test_a_team_of_two_neighbourhoods_chooses_one_and_a_wrong_address_is_shown_again(
    client: FlaskClient, session: Session
) -> None:
    sign_in(client, session, factories.user(session, areas=[HITCHIN, HATFIELD]))
    page = client.get("/team/neighbourhood").text
    assert PATH in page
    assert f"/team/neighbourhood/{HATFIELD}" in page
    answer = client.post(f"{PATH}/accounts", data={"facebook": "https://evil.example/facebook.com"})
    assert (answer.status_code, "https://evil.example/facebook.com" in answer.text) == (400, True)
    assert client.post(f"{PATH}/accounts", data={"facebook": "https://www.facebook.com/hitchin"}).status_code == 303
    assert "https://www.facebook.com/hitchin" in client.get(PATH).text
