"""Priorities on their pages, without JavaScript: from an issue to what residents read, and its history."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName, User
from owl.consultations.priorities.models import DecisionDraft, RaisedIssue, SignedDecision
from owl.foundation.clock import london_day, utc_now
from tests import factories
from tests.browser import sign_in

HERE = "hitchin-urban"
BOARD, PUBLIC = f"/team/priorities/{HERE}", f"/neighbourhoods/{HERE}/priorities"


def person(session: Session, role: RoleName = RoleName.OFFICER, **fields: str) -> User:
    return factories.user(session, role=role, areas=[HERE], **fields)


def form(owner: User, **change: str) -> dict[str, str]:
    until = (london_day(utc_now()) + timedelta(days=120)).isoformat()
    return {
        "issue": "Speeding in Oak Street", "decision": "chosen", "reason": "Most homes asked.", "version": "0",
        "evidence": "62 of 90 homes", "action": "Stop drivers after school.", "owner": str(owner.id), "until": until,
    } | change  # fmt: skip


def test_an_issue_becomes_a_priority_that_residents_read_with_what_was_done(
    client: FlaskClient, session: Session
) -> None:
    amy, kim = person(session, name="Amy Field"), person(session, RoleName.INSPECTOR, name="Kim Ash")
    sign_in(client, session, amy)
    assert "Nothing published" in client.get("/team/priorities").text
    wrong = client.post(f"{BOARD}/new", data=form(amy, reason=""))
    assert wrong.status_code == 400
    assert "62 of 90 homes" in wrong.text  # nothing that was typed is lost
    client.post(f"{BOARD}/new", data=form(amy))
    assert client.get(f"{BOARD}/sign").status_code == 403
    client.post(f"{BOARD}/ask")
    assert "Waiting for an inspector" in client.get(BOARD).text
    assert "Oak Street" not in client.get(PUBLIC).text

    sign_in(client, session, kim)
    page = client.get(f"{BOARD}/sign").text
    shown = re.findall(r'name="issue" value="([\d:]+)"', page)
    assert "Written by PC Amy Field" in page
    assert client.post(f"{BOARD}/sign", data={"issue": "1:99"}).location.endswith("/sign")
    client.post(f"{BOARD}/return", data={"reason": "Say how often."})
    assert "Say how often." in client.get(BOARD).text
    session.execute(sa.update(DecisionDraft).values(asked_at=utc_now()))
    shown = re.findall(r'name="issue" value="([\d:]+)"', client.get(f"{BOARD}/sign").text)
    client.post(f"{BOARD}/sign", data={"issue": shown})
    public = client.get(PUBLIC).text
    assert "Stop drivers after school." in public
    assert "Ask PC Amy Field about it." in public

    sign_in(client, session, amy)
    issue = session.scalars(sa.select(RaisedIssue.id)).one()
    update = {"words": "We stopped twelve drivers.", "done_on": london_day(utc_now()).isoformat()}
    assert client.post(f"/team/priorities/issues/{issue}/updates", data=update | {"done_on": ""}).status_code == 400
    client.post(f"/team/priorities/issues/{issue}/updates", data=update)
    assert "twelve drivers" in client.get(PUBLIC).text
    assert client.post(f"{BOARD}/check", data={f"words-{issue}": ""}).location == BOARD
    assert client.post(f"{BOARD}/check", data={"words-7": "x"}).status_code == 409

    change = form(amy, action="Put up a sign.", version="0")
    client.post(f"/team/priorities/issues/{issue}/edit", data=change)
    stale = client.post(f"/team/priorities/issues/{issue}/edit", data=change)
    assert stale.status_code == 409
    assert "What you typed is still here" in stale.text
    assert "Put up a sign." in client.get(f"/team/priorities/issues/{issue}").text
    client.post(f"/team/priorities/issues/{issue}/throw-away", data={"version": "1"})
    assert "Put up a sign." not in client.get(f"/team/priorities/issues/{issue}").text


def test_what_was_decided_before_stays_to_be_read_but_for_words_that_were_taken_out(
    client: FlaskClient, session: Session
) -> None:
    issue = factories.raised_issue(session)
    factories.decision(session, issue, reason="A. Smith asked for it.")
    factories.decision(session, issue, reason="Most homes asked for it.")
    assert "A. Smith" in client.get(PUBLIC).text
    sign_in(client, session, person(session, RoleName.INSPECTOR))
    take_out, page = f"/team/priorities/issues/{issue.id}/take-out", f"/team/priorities/issues/{issue.id}"
    for data in ({}, {"which": "decision:1"}, {"which": "decision:9", "because": "A name."}):
        assert client.post(take_out, data=data).status_code in {400, 404}
    client.post(take_out, data={"which": "decision:1", "because": "It named somebody."})
    for address in (PUBLIC, page):
        assert "A. Smith" not in client.get(address).text
        assert "It named somebody." in client.get(address).text
    assert session.scalar(sa.select(sa.func.count()).select_from(SignedDecision)) == 2


@pytest.mark.parametrize("address", [BOARD, f"{BOARD}/new", f"{BOARD}/check"])
def test_a_team_sees_no_board_of_another(client: FlaskClient, session: Session, address: str) -> None:
    sign_in(client, session, factories.user(session, areas=["welwyn-hatfield-south"]))
    assert client.get(address).status_code == 404
    assert "Hitchin" not in client.get("/team/priorities").text


def test_residents_read_it_in_their_language(client: FlaskClient, session: Session) -> None:
    factories.decision(session)
    assert "Czym zajmuje się" in client.get(f"{PUBLIC}?language=pl").text
    assert client.get("/neighbourhoods/atlantis/priorities").status_code == 404
