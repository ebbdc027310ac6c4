"""What a team's texts may cost in a month."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.accounts.ceilings import set_text_ceiling
from owl.accounts.models import RoleName, Team
from owl.foundation.errors import BadInput, NotFound, Refused
from owl.foundation.notices import Channel
from owl.messages.audience import Audience
from owl.messages.models import Severity
from owl.messages.text_ceilings import check_text_ceiling, spent_pence
from tests import factories
from tests.accounts.places import HATFIELD, HITCHIN
from tests.browser import sign_in
from tests.factories import NOW
from tests.messages.drafts import HITCHIN_AREA, draft

BY_TEXT = draft(
    sms_text="Sheds were broken into. Check your locks.",
    audience=Audience.of([HITCHIN_AREA], channels=Channel),
)
TEXTS = 1_000  # of one segment each: £40 at 4p


def ceiling(session: Session, pounds: str) -> None:
    chief = factories.user(session, role=RoleName.ADMINISTRATOR)
    team_id = session.scalars(sa.select(Team.id).where(Team.neighbourhood_id == HITCHIN)).one()
    set_text_ceiling(team_id, pounds, actor_id=chief.id, now=NOW)


def spend(session: Session, segments: int, **fields: object) -> None:
    given = {"text_segments": segments, "neighbourhood_ids": [HITCHIN], "approved_at": NOW} | fields
    factories.message(session, **given)


def check(session: Session, touched: list[str], **changed: Any) -> None:
    check_text_ceiling(session, replace(BY_TEXT, **changed), touched, texts=TEXTS, now=NOW)


def test_routine_texts_stop_at_the_ceiling_of_the_month_and_urgent_ones_do_not(session: Session) -> None:
    check(session, [HITCHIN])  # there is no ceiling
    ceiling(session, "£1")
    with pytest.raises(BadInput, match="for this month") as refused:
        check(session, [HITCHIN])
    assert set(refused.value.fields) == {"channels"}
    check(session, [HITCHIN], severity=Severity.URGENT)
    check(session, [HITCHIN, HATFIELD])  # what goes to several teams is held by the day's ceiling
    check(session, [HATFIELD])
    ceiling(session, "")
    check(session, [HITCHIN])


def test_what_counts_is_this_month_s_texts_to_this_neighbourhood_alone(session: Session) -> None:
    before = spent_pence(session, HITCHIN, NOW)
    spend(session, 100)
    price = spent_pence(session, HITCHIN, NOW) - before
    assert price > 0
    spend(session, 100, approved_at=NOW - timedelta(days=40))
    spend(session, 100, training=True)
    spend(session, 100, neighbourhood_ids=[HITCHIN, HATFIELD])
    assert spent_pence(session, HITCHIN, NOW) == before + price


def test_only_administrators_set_it_and_only_to_pounds(client: FlaskClient, session: Session) -> None:
    officer, chief = factories.user(session, areas=[HITCHIN]), factories.user(session, role=RoleName.ADMINISTRATOR)
    team_id = session.scalars(sa.select(Team.id).where(Team.neighbourhood_id == HITCHIN)).one()
    with pytest.raises(Refused):
        set_text_ceiling(team_id, "5", actor_id=officer.id, now=NOW)
    with pytest.raises(NotFound):
        set_text_ceiling(10**8, "5", actor_id=chief.id, now=NOW)
    sign_in(client, session, chief)
    for typed in ("-1", "1.50", "lots", "100001", "٣"):
        page = client.post(f"/admin/teams/{team_id}/texts", data={"pounds": typed})
        assert page.status_code == 400
        assert f'value="{typed}"' in page.text
    assert client.post(f"/admin/teams/{team_id}/texts", data={"pounds": "1,200"}).status_code == 303
    assert 'value="1200"' in client.get(f"/admin/teams/{team_id}").text
