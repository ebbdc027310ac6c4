"""The page from which administrators find every other of theirs."""

from __future__ import annotations

import re

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName
from tests import factories
from tests.browser import sign_in


def test_every_page_of_administrators_is_on_the_list_or_below_one_that_is(
    client: FlaskClient, session: Session
) -> None:
    sign_in(client, session, factories.user(session, role=RoleName.ADMINISTRATOR))
    listed = re.findall(r'<dt>\s*<a class="govuk-link" href="([^"]+)"', client.get("/admin").text)
    assert all(client.get(path, follow_redirects=True).status_code == 200 for path in listed)
    pages = {rule.rule.rstrip("/") for rule in client.application.url_map.iter_rules() if "GET" in (rule.methods or ())}
    for page in pages - {"/admin"}:
        if page.startswith("/admin") and "<" not in page:
            near = [
                path for path in listed if page == path or page.startswith(f"{path}/") or path.startswith(f"{page}/")
            ]
            assert near, f"{page} is on no list"
