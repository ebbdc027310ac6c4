"""What everybody may read of a neighbourhood's priorities, on pages and as data."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.consultations.priorities.models import Decision, RaisedIssue, WordsTakenOut
from owl.consultations.priorities.queries import published_priorities
from tests import factories
from tests.factories import NOW

HERE = "hitchin-urban"


def test_what_was_signed_last_holds_and_other_rounds_and_places_are_left_out(session: Session) -> None:
    speeding = factories.raised_issue(session)
    first = factories.decision(session, speeding, signed_at=NOW - timedelta(days=5))
    factories.decision(session, speeding, issue="Speeding in all of Oak Street")
    ended = factories.raised_issue(session)
    factories.decision(session, ended, signed_at=NOW - timedelta(days=400))
    factories.decision(session, ended, decision=Decision.ENDED, signed_at=NOW - timedelta(days=300))
    factories.decision(session, decision=Decision.NOT_CHOSEN, signed_at=NOW - timedelta(days=120))
    factories.decision(session, decision=Decision.PASSED_ON, passed_to="Hertfordshire County Council")
    factories.decision(session, factories.raised_issue(session, neighbourhood_id="welwyn-hatfield-south"))
    factories.priority_update(session, speeding)
    factories.priority_update(session, speeding, words="A sign stands there.", done_on=date(2026, 11, 21))

    shown = published_priorities(session, HERE)

    [chosen] = shown.chosen
    assert (chosen.issue, chosen.number, chosen.agreed_at) == ("Speeding in all of Oak Street", 2, first.signed_at)
    assert [update.words for update in chosen.updates] == ["A sign stands there.", "We stopped twelve drivers."]
    assert chosen.owner is not None
    assert chosen.owner.startswith("PC Officer")
    assert [one.passed_to for one in shown.passed_on] == ["Hertfordshire County Council"]
    assert ([one.issue_id for one in shown.ended], shown.not_chosen) == ([ended.id], ())


def test_an_officer_who_has_left_and_words_that_were_taken_out_are_shown_nowhere(
    client: FlaskClient, session: Session
) -> None:
    gone = factories.user(session, areas=[HERE], active=False)
    left = factories.decision(session, owner_id=gone.id)
    named = factories.decision(session, issue="What A. Smith does in Oak Street")
    update = factories.priority_update(session, session.get_one(RaisedIssue, left.issue_id), words="A. Smith")
    for of in ({"decision_id": named.id}, {"update_id": update.id}):
        session.add(WordsTakenOut(**of, because="It named somebody.", taken_out_by_id=left.signer_id, taken_out_at=NOW))
    session.commit()

    [shown] = published_priorities(session, HERE).chosen

    assert (shown.issue_id, shown.owner, shown.updates[0].words) == (left.issue_id, None, "")
    assert "Smith" not in client.get(f"/neighbourhoods/{HERE}/priorities.json").text


def test_the_data_has_the_shape_of_the_police_s_own(client: FlaskClient, session: Session) -> None:
    """As its clients read it: four keys, HTML, and dates by "%Y-%m-%dT%H:%M:%S"."""
    issue = factories.raised_issue(session)
    factories.decision(session, issue, issue="Theft & <b>nuisance</b>", signed_at=NOW + timedelta(days=1))
    factories.priority_update(session, issue, words="Two arrests.\n\nA talk\nat school.")
    factories.decision(session, signed_at=datetime(2026, 6, 30, 23, 30, tzinfo=NOW.tzinfo))  # July in London

    answer = client.get(f"/neighbourhoods/{HERE}/priorities.json")

    assert answer.json == [
        {
            "issue": "<p>Theft &amp; &lt;b&gt;nuisance&lt;/b&gt;</p>",
            "issue-date": "2026-11-23T00:00:00",
            "action": "<p>Two arrests.</p><p>A talk<br>at school.</p>",
            "action-date": "2026-11-20T00:00:00",
        },
        {
            "issue": "<p>Speeding in Oak Street</p>",
            "issue-date": "2026-07-01T00:00:00",
            "action": "<p>Patrol after school.</p>",
            "action-date": "2026-07-01T00:00:00",
        },
    ]
    assert "max-age" in answer.headers["Cache-Control"]
    assert "Set-Cookie" not in answer.headers
    assert client.get("/neighbourhoods/royston/priorities.json").json == []
    assert client.get("/neighbourhoods/atlantis/priorities.json").status_code == 404
