"""Kinds as administrators set them: who writes one, and how it usually goes out."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName
from owl.foundation.audit import Audit
from owl.foundation.errors import BadInput, Refused
from owl.households.choices import CHOICES, Kind
from owl.messages.composing import create_draft, submit_message
from owl.messages.kinds import KindRow, kind_row, kind_rows, save_kind
from owl.messages.models import MessageStatus, Severity
from tests import factories
from tests.accounts.places import HITCHIN
from tests.browser import sign_in
from tests.factories import NOW
from tests.messages.drafts import draft, resident, submitted

APPEAL = KindRow(
    Kind.WITNESS_APPEAL, "Appeal", frozenset({"inspector"}), Severity.URGENT, ("email", "sms"), valid_days=7
)


def test_a_kind_nobody_set_is_written_by_all_who_write(session: Session) -> None:
    rows = kind_rows(session)
    assert [row.kind for row in rows] == list(CHOICES)
    assert {row.roles for row in rows} == {frozenset({"officer", "supervisor", "inspector"})}


@pytest.mark.parametrize(
    ("field", "value"),
    [("label", " "), ("label", "x" * 61), ("roles", frozenset()), ("roles", frozenset({"coordinator"})),
     ("channels", ()), ("channels", ("letter",)), ("valid_days", 0), ("valid_days", 367)],
)  # fmt: skip
def test_what_cannot_be_is_refused_by_field(session: Session, field: str, value: object) -> None:
    chief = factories.user(session, role=RoleName.ADMINISTRATOR)
    with pytest.raises(BadInput) as refused:
        save_kind(replace(APPEAL, **{field: value}), actor_id=chief.id, now=NOW)  # type: ignore[arg-type]
    assert set(refused.value.fields) == {field}


def test_only_its_roles_send_a_kind_and_a_draft_of_it_is_kept(session: Session) -> None:
    chief, officer = factories.user(session, role=RoleName.ADMINISTRATOR), factories.user(session, areas=[HITCHIN])
    inspector = factories.user(session, role=RoleName.INSPECTOR, areas=[HITCHIN])
    resident(session)
    with pytest.raises(Refused):
        save_kind(APPEAL, actor_id=officer.id, now=NOW)
    save_kind(APPEAL, actor_id=chief.id, now=NOW)
    assert session.scalar(sa.select(Audit.act).where(Audit.actor_id == chief.id)) == "set kind"
    session.expire_all()
    assert kind_row(session, Kind.WITNESS_APPEAL) == APPEAL
    kept = create_draft(draft(kind=Kind.WITNESS_APPEAL), author_id=officer.id, now=NOW)
    with pytest.raises(BadInput, match="inspectors") as refused:
        submit_message(kept, user_id=officer.id, version=1, now=NOW)
    assert set(refused.value.fields) == {"kind"}
    submit_message(kept, user_id=inspector.id, version=1, now=NOW)
    assert submitted(session, officer.id).status is MessageStatus.AWAITING_APPROVAL, "other kinds are as they were"


def test_the_composer_offers_what_its_author_may_write_and_fills_in_the_usual(
    client: FlaskClient, session: Session
) -> None:
    chief = factories.user(session, role=RoleName.ADMINISTRATOR)
    sign_in(client, session, factories.user(session, areas=[HITCHIN]))
    save_kind(APPEAL, actor_id=chief.id, now=NOW)
    save_kind(replace(APPEAL, kind=Kind.EVENT, roles=frozenset({"officer"})), actor_id=chief.id, now=NOW)
    page = client.get("/team/messages/new").text
    assert 'value="witness_appeal"' not in page
    assert 'value="event"' in page
    filled = client.post("/team/messages/new", data={"act": "usual", "kind": "event", "body": "Come."}).text
    assert "Come." in filled
    for box in ('value="urgent" checked', 'name="channels" type="checkbox" value="sms" checked'):
        assert box in filled


def test_an_administrator_sets_a_kind_on_its_page(client: FlaskClient, session: Session) -> None:
    sign_in(client, session, factories.user(session, role=RoleName.ADMINISTRATOR))
    typed = {"label": "Appeal", "roles": ["inspector"], "severity": "urgent", "channels": ["email", "sms"]}
    wrong = client.post("/admin/kinds/witness_appeal", data=typed | {"valid_days": "soon"})
    assert wrong.status_code == 400
    assert 'value="soon"' in wrong.text
    assert client.post("/admin/kinds/witness_appeal", data=typed | {"valid_days": "7"}).status_code == 303
    assert "Sent by inspectors" in client.get("/admin/kinds").text
    assert client.get("/admin/kinds/digest").status_code == 404
