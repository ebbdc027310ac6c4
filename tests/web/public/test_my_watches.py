"""A resident joins and leaves the watches around their homes, on their own page."""

from __future__ import annotations

import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.households.models import Subscriber
from owl.watches.models import WatchMember
from tests import factories
from tests.web.public.my_page import POSTCODE, now_chosen

HERE = "hitchin-urban"


def test_a_watch_is_joined_changed_and_left(page: FlaskClient, session: Session, owner: Subscriber) -> None:
    client, [home] = page, now_chosen(session, owner).homes
    watch = factories.watch(session, neighbourhood_id=HERE, codes=[POSTCODE], name="Oak <b> Street")
    factories.watch(session, neighbourhood_id=HERE, codes=["SG5 1AB"], name="Elm Street")
    assert "/my/watches" in client.get("/my").text
    shown = client.get("/my/watches").text
    assert "Join Oak &lt;b&gt; Street" in shown
    assert "Elm Street" not in shown

    path = f"/my/watches/{watch.id}/{home.subscription_id}"
    client.post(f"{path}/join", data={"paper": "yes"})
    assert session.scalars(sa.select(WatchMember.paper_if_unreached)).all() == [True]
    client.post(f"{path}/join", data={})
    assert session.scalars(sa.select(WatchMember.paper_if_unreached)).all() == [False]
    assert "You are in it since" in client.get("/my/watches").text
    for _ in range(2):
        assert client.post(f"{path}/leave").status_code == 303
    assert session.scalars(sa.select(WatchMember.watch_id)).all() == []


def test_nobody_joins_with_the_home_of_somebody_else(page: FlaskClient, session: Session) -> None:
    client = page
    other = factories.subscriber(session)
    number = session.scalar(sa.text("SELECT id FROM subscription WHERE subscriber_id = :who"), {"who": other.id})
    watch = factories.watch(session)
    assert client.post(f"/my/watches/{watch.id}/{number}/join").status_code == 404
    assert client.post(f"/my/watches/{watch.id}/{number}/leave").status_code == 303
