"""The page where administrators search the audit."""

from __future__ import annotations

import html
import re

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.accounts.audit_search import ON_A_PAGE
from owl.accounts.models import RoleName
from owl.foundation.audit import record_act
from tests import factories
from tests.browser import sign_in
from tests.factories import NOW

PAGE = "/admin/audit"


def test_an_administrator_searches_turns_pages_and_saves_what_was_found(client: FlaskClient, session: Session) -> None:
    chief = factories.user(session, role=RoleName.ADMINISTRATOR)
    sign_in(client, session, chief)
    for number in range(ON_A_PAGE + 3):
        record_act(session, "count", actor_id=chief.id, subject="sheep", subject_id=number, now=NOW)
    session.commit()
    found = f"{PAGE}?actor={chief.id}&act=count&subject=sheep&since=2026-11-22&until=2026-11-22"

    first = client.get(found).text

    assert first.count("owl-rows__one") == ON_A_PAGE
    [older] = re.findall(r'href="([^"]+before=[^"]+)"', first)
    assert client.get(html.unescape(older)).text.count("owl-rows__one") == 3
    saved = client.post(f"{PAGE}/export", data={"act": "count", "subject_id": "7"})
    assert saved.mimetype == "text/csv"
    assert saved.text.count("sheep") == 1


def test_what_cannot_be_searched_for_is_said_kindly(client: FlaskClient, session: Session) -> None:
    sign_in(client, session, factories.user(session, role=RoleName.ADMINISTRATOR))
    for query in ("since=yesterday", "until=2026-02-30", "since=0001-01-01", "until=9999-12-31"):
        answer = client.get(f"{PAGE}?{query}")
        assert (answer.status_code, "Enter a day like" in answer.text) == (400, True), query
    for query in ("actor=-1&subject_id=9999999999999999999999", "before=999999999", "act=sing&_external=1"):
        assert client.get(f"{PAGE}?{query}").status_code == 200, query
