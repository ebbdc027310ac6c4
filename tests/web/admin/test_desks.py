"""Three small pages of administrators: limits, addresses not written to, queues."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.accounts.limits import limit, listed_limits
from owl.accounts.models import Limit, RoleName
from tests import factories
from tests.browser import sign_in


@pytest.fixture(autouse=True)
def chief(client: FlaskClient, session: Session) -> None:
    sign_in(client, session, factories.user(session, role=RoleName.ADMINISTRATOR))


def test_limits_are_saved_together_and_what_was_typed_wrong_is_kept(client: FlaskClient, session: Session) -> None:
    typed = {row.limit.value: f"{row.value:,}" for row in listed_limits(session)}
    wrong = client.post("/admin/limits", data=typed | {"night_from": "nine", "approval_above_homes": "300"})
    assert (wrong.status_code, 'value="nine"' in wrong.text, 'value="300"' in wrong.text) == (400, True, True)

    assert client.post("/admin/limits", data=typed | {"approval_above_homes": "1,200"}).status_code == 303
    assert limit(session, Limit.APPROVAL_ABOVE_HOMES) == 1_200
    assert 'value="1200"' in client.get("/admin/limits").text


def test_an_address_is_looked_up_stopped_and_found_again_with_nothing_in_the_address_of_the_page(
    client: FlaskClient,
) -> None:
    page, typed = "/admin/suppression", {"address": "anna@example.com"}
    assert "Nobody has joined with it" in client.post(page, data=typed).text
    assert client.post(f"{page}/stop", data=typed).location == page
    assert "Its owner stopped our messages" in client.post(page, data=typed).text
    refused = client.post(f"{page}/mend", data=typed, follow_redirects=True)
    assert "Only they can begin again" in refused.text
    assert client.post(page, data={"address": "anna"}).status_code == 400


def test_a_job_that_broke_is_tried_again_from_the_page(client: FlaskClient) -> None:
    job_id = factories.broken_job()
    page = client.get("/admin/queues").text
    assert "Nobody works on it" in page
    assert "anna" not in page
    for words in ("It is on its queue again", "There is no such job any more"):
        assert words in client.post("/admin/queues/again", data={"job": job_id}, follow_redirects=True).text
    assert "no such job" in client.post("/admin/queues/put-away", follow_redirects=True).text
