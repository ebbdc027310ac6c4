"""Watches on their pages, without JavaScript: from the proposal to a sheet that is ticked off."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.accounts.models import HouseLimit, Limit, RoleName, User
from owl.delivery.last_mile import paper_ledger
from owl.delivery.last_mile_models import LastMile
from owl.delivery.models import Delivery
from owl.foundation.clock import utc_now
from owl.geography.queries import place_of
from owl.households.models import Household, Subscriber
from owl.messages.models import Message, MessageStatus
from owl.messages.to_members import ONCE_IN
from owl.watches.models import Watch, WatchArea
from owl.watches.vetting import Standing, Tier
from tests import factories
from tests.browser import sign_in

HERE, UNIT = "hitchin-urban", "SG5 1AB"
FORM = {"name": "Oak Street", "kind": "neighbourhood", "neighbourhood": HERE, "codes": UNIT}
WORDS = {"kind": "good_news", "title": "Bike found", "body": "The bike is back. Thank you all.", "act": "send"}


@pytest.fixture
def watch(session: Session) -> Watch:
    return factories.watch(session, neighbourhood_id=HERE, codes=[UNIT], name="Oak Street")


@pytest.fixture
def members(session: Session, watch: Watch) -> list[Subscriber]:
    place = place_of(session, UNIT)
    home = factories.household(session, postcode=UNIT, neighbourhood_id=HERE, ward_code=place.ward_code)
    people = [factories.subscriber(session, home) for _ in range(6)]
    for who in people:
        factories.contact_point(session, who)
        factories.member(session, watch, who)
    return people


def team(session: Session, role: RoleName = RoleName.SUPERVISOR) -> User:
    return factories.user(session, role=role, areas=[HERE])


def by_day(session: Session) -> None:
    """Whatever the hour, no night: the limits of the house make it none."""
    session.add_all(HouseLimit(limit=limit, value=0) for limit in (Limit.NIGHT_FROM, Limit.NIGHT_UNTIL))
    session.commit()


def test_a_watch_is_proposed_begun_and_given_a_coordinator(client: FlaskClient, session: Session) -> None:
    sign_in(client, session, team(session, RoleName.OFFICER))
    assert "Propose a watch" in client.get("/team/watches").text
    wrong = client.post("/team/watches/new", data=FORM | {"codes": "AL1 1AG"})
    assert wrong.status_code == 400
    assert "not in this neighbourhood: AL1 1AG" in wrong.text
    assert 'value="Oak Street"' in wrong.text  # nothing that was typed is lost
    page = client.post("/team/watches/new", data=FORM).location
    assert "Let it begin" not in client.get(page).text
    assert client.post(f"{page}/decide", data={"standing": "active"}).status_code == 403

    anna = factories.user(session, role=RoleName.COORDINATOR, name="Anna")
    assert "No coordinator signs in" in client.post(f"{page}/coordinators", data={"email": "x@example.com"}).text
    client.post(f"{page}/coordinators", data={"email": anna.email})
    sign_in(client, session, team(session))
    client.post(f"{page}/decide", data={"standing": "active"})
    vetting = f"{page}/coordinators/{anna.id}"
    for answer, said in (({"vetting": "nonsense"}, 400), ({"vetting": "vetted", "tier": "3"}, 409),
                         ({"vetting": "checking"}, 303), ({"vetting": "vetted"}, 400),
                         ({"vetting": "vetted", "tier": "2"}, 303)):  # fmt: skip
        assert client.post(vetting, data=answer).status_code == said
    assert "Tier 2" in client.get(page).text

    row = session.scalars(sa.select(Watch)).one()
    change = FORM | {"codes": "", "wards": [HERE], "version": str(row.version)}
    client.post(f"{page}/edit", data=change)
    stale = client.post(f"{page}/edit", data=change | {"name": "Elm Street"})
    assert stale.status_code == 409
    assert "Elm Street" in stale.text
    assert session.scalars(sa.select(WatchArea.code)).all() == [HERE]


def test_a_coordinator_sees_counts_and_nothing_that_says_who(
    client: FlaskClient, session: Session, watch: Watch, members: list[Subscriber]
) -> None:
    anna = factories.coordinator(session, watch, tier=Tier.WRITES)
    sign_in(client, session, anna)
    assert "Oak Street" in client.get("/watches").text
    page = client.get(f"/watches/{watch.id}").text
    assert "6 members" in " ".join(page.split())
    assert not re.search(r"resident\d+@", page)
    factories.watch(session, neighbourhood_id=HERE, name="Elm Street")
    assert "Elm Street" not in client.get("/watches").text
    few = factories.watch(session, neighbourhood_id=HERE)
    factories.runs(session, few, anna, tier=Tier.SEES)
    factories.member(session, few, members[0])
    assert "fewer than 5 members" in " ".join(client.get(f"/watches/{few.id}").text.split())
    assert client.get(f"/watches/{few.id}/write").status_code == 403  # that tier does not write
    for elsewhere in ("/team", "/team/messages", "/team/watches", f"/team/watches/{watch.id}", "/team/messages/new"):
        assert client.get(elsewhere).status_code == 403


def test_what_a_coordinator_may_send_alone_goes_out_and_the_rest_waits_for_the_team(
    client: FlaskClient, session: Session, watch: Watch, members: list[Subscriber]
) -> None:
    by_day(session)
    sign_in(client, session, factories.coordinator(session, watch, tier=Tier.WRITES, name="Anna"))
    write = f"/watches/{watch.id}/write"
    assert "The bike is back" in client.post(write, data=WORDS | {"act": "look"}).text
    missing = client.post(write, data=WORDS | {"kind": "", "title": ""})
    assert missing.status_code == 400
    assert "The bike is back" in missing.text
    assert session.scalar(sa.select(sa.func.count()).select_from(Message)) == 0

    client.post(write, data=WORDS)
    first = session.scalars(sa.select(Message)).one()
    assert (first.status, first.targeted, first.approver_id) == (MessageStatus.SENDING, len(members), None)
    assert session.scalar(sa.select(sa.func.count()).select_from(Delivery)) == len(members)
    assert client.post(write, data=WORDS).status_code == 409  # pressed twice
    client.post(write, data=WORDS | {"title": "A second one today"})
    second = session.scalars(sa.select(Message).where(Message.title == "A second one today")).one()
    assert (second.status, second.approval_needed_because) == (MessageStatus.AWAITING_APPROVAL, ["coordinator"])

    sign_in(client, session, team(session))
    page = client.get(f"/team/messages/{second.id}")
    assert "the coordinator of a watch wrote it" in page.text
    client.post(f"/team/messages/{second.id}/return",
                data={"reason": "Say which bike.", "version": str(second.version)})  # fmt: skip
    session.refresh(second)
    assert second.status is MessageStatus.RETURNED


@pytest.mark.parametrize(
    ("tier", "words"),
    [
        (Tier.ASKS, {}),
        (Tier.WRITES, {"kind": "crime_alert"}),
        (Tier.WRITES, {"names_a_person": "yes"}),
    ],
)
def test_the_team_looks_first_at_what_could_do_harm(
    client: FlaskClient, session: Session, watch: Watch, members: list[Subscriber], tier: Tier, words: dict[str, str]
) -> None:
    by_day(session)
    sign_in(client, session, factories.coordinator(session, watch, tier=tier))
    client.post(f"/watches/{watch.id}/write", data=WORDS | words)
    message = session.scalars(sa.select(Message)).one()
    assert message.status is MessageStatus.AWAITING_APPROVAL
    assert "coordinator" in message.approval_needed_because or words
    assert message.approval_needed_because


def test_a_message_that_came_back_is_changed_and_asked_for_again(
    client: FlaskClient, session: Session, watch: Watch, members: list[Subscriber]
) -> None:
    anna = factories.coordinator(session, watch, tier=Tier.ASKS)
    message = factories.message(
        session, author_id=anna.id, watch_id=watch.id, status=MessageStatus.RETURNED, approved_at=None,
        returned_reason="Say which bike.", neighbourhood_ids=[HERE], finished_at=None,
        audience={"include": [f"watch:{watch.id}"], "exclude": [], "channels": ["email"]},
        created_at=utc_now() - 2 * ONCE_IN,
    )  # fmt: skip
    sign_in(client, session, anna)
    assert "Say which bike." in client.get(f"/watches/{watch.id}").text
    assert message.title in client.get(f"/watches/{watch.id}/write?again={message.id}").text
    answer = client.post(f"/watches/{watch.id}/write", data=WORDS | {"again": str(message.id)})
    assert answer.status_code == 303
    session.refresh(message)
    assert (message.status, message.title) == (MessageStatus.AWAITING_APPROVAL, "Bike found")
    assert client.post(f"/watches/{watch.id}/write", data=WORDS | {"again": str(message.id)}).status_code == 409


def test_homes_on_paper_are_kept_and_a_sheet_is_ticked_off_by_coordinator_and_team(
    client: FlaskClient, session: Session, watch: Watch
) -> None:
    sign_in(client, session, factories.coordinator(session, watch, tier=Tier.SEES))
    homes = f"/watches/{watch.id}/homes"
    assert "Ask them first" in client.post(homes, data={"postcode": UNIT, "house": "12"}).text
    client.post(homes, data={"postcode": UNIT, "house": "Rose <b>Court</b>", "agreed": "yes"})
    assert "Rose &lt;b&gt;Court" in client.get(homes).text
    assert "<b>Court" not in client.get(homes).text

    message = factories.message(session, neighbourhood_ids=[HERE], approved_at=utc_now(), code="7K3M9")
    home = session.scalars(sa.select(Household)).one()
    session.add(LastMile(message_id=message.id, household_id=home.id, watch_id=watch.id, changed_at=utc_now()))
    session.commit()
    sheet = f"/watches/{watch.id}/sheets/{message.id}"
    assert "1 home to go to" in " ".join(client.get(f"/watches/{watch.id}").text.split())
    assert "7K3M9" in client.get(sheet).text
    for forged in ({"home-1x": "brought"}, {f"home-{home.id}": "burnt"}, {"home-²": "brought"}):
        assert client.post(sheet, data=forged).status_code == 303
    assert paper_ledger(session, message.id).waiting == 1
    client.post(sheet, data={f"home-{home.id}": "brought"})
    assert paper_ledger(session, message.id).brought == 1

    sign_in(client, session, team(session, RoleName.OFFICER))
    client.post(f"/team{sheet}", data={f"home-{home.id}": "not_brought"})
    assert "Could not be brought" in client.get(f"/team/messages/{message.id}").text
    assert "1 of 1 homes done" in client.get(f"/team/watches/{watch.id}").text


@pytest.mark.parametrize("standing", [Standing.SUSPENDED, Standing.ENDED])
def test_a_coordinator_can_do_nothing_for_a_watch_that_has_stopped(
    client: FlaskClient, session: Session, watch: Watch, members: list[Subscriber], standing: Standing
) -> None:
    sign_in(client, session, factories.coordinator(session, watch))
    watch.standing = standing
    session.commit()
    for path in ("", "/write", "/homes"):
        assert client.get(f"/watches/{watch.id}{path}").status_code == 403
    assert client.post(f"/watches/{watch.id}/write", data=WORDS).status_code == 403
    assert client.get("/watches").status_code == 200
