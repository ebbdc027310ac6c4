"""A subscriber's page changes nothing when it is looked at, and never anybody else's."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.foundation.database import Model
from owl.households.models import ContactPoint, Subscriber, Subscription
from tests import factories
from tests.households.proofs import EMAIL
from tests.web.public.my_page import now_chosen

PATHS = [
    "/my/homes/{home}",
    "/my/homes/{home}/remove",
    "/my/homes/{home}/invite",
    "/my/homes/{home}/invite/end",
    "/my/homes/add",
    "/my/homes/invited/made-up",
    "/my/choices/{home}",
    "/my/fewer",
    "/my/pause",
    "/my/resume",
    "/my/add/email",
    "/my/add/mobile",
    "/my/sent-link",
    "/my/code",
    "/my/code/again",
    "/my/remove/{point}",
    "/my/restart/{point}",
    "/my/leave",
    "/my/data",
    "/my/delete",
]


def dump(session: Session) -> list[str]:
    names = [name for name in Model.metadata.tables if name not in {"postcode", "ward", "district", "neighbourhood"}]
    return [str(session.execute(sa.text(f'SELECT t::text FROM "{name}" t ORDER BY 1')).all()) for name in names]


@pytest.mark.parametrize("path", PATHS)
def test_without_an_open_page_nothing_is_shown_or_changed(
    client: FlaskClient, session: Session, owner: Subscriber, path: str
) -> None:
    chosen = now_chosen(session, owner)
    path = path.format(home=chosen.homes[0].subscription_id, point=chosen.contact_points[0].id)
    before = dump(session)
    for method in ("GET", "POST"):
        answer = client.open(path, method=method, data={"sure": "yes"} if method == "POST" else None)
        assert (answer.status_code, answer.location) == (303, "/my") or answer.status_code == 405
        assert EMAIL not in answer.text
    assert dump(session) == before


@pytest.mark.parametrize("path", PATHS)
def test_looking_changes_nothing(page: FlaskClient, session: Session, owner: Subscriber, path: str) -> None:
    chosen = now_chosen(session, owner)
    path = path.format(home=chosen.homes[0].subscription_id, point=chosen.contact_points[0].id)
    before = dump(session)
    for method in ("GET", "HEAD", "OPTIONS"):
        assert page.open(path, method=method).status_code in {200, 405}
    session.expire_all()
    assert dump(session) == before


def test_another_subscribers_page_is_out_of_reach(page: FlaskClient, session: Session) -> None:
    other = factories.contact_point(session, address="ben@example.com")
    home = session.scalars(sa.select(Subscription.id).where(Subscription.subscriber_id == other.subscriber_id)).one()
    before = dump(session)
    for path in PATHS:
        if "{" in path:
            for method in ("GET", "POST"):
                answer = page.open(path.format(home=home, point=other.id), method=method)
                assert answer.status_code in {404, 405}
                assert "ben@" not in answer.text
    assert dump(session) == before


def test_an_address_in_the_form_names_no_other_subscriber(page: FlaskClient, session: Session) -> None:
    other = factories.contact_point(session)
    page.post("/my/leave", data={"subscriber_id": other.subscriber_id, "id": other.id})
    session.expire_all()
    assert session.get_one(ContactPoint, other.id).suppressed_at is None
