"""The page where administrators add partners and end partnerships."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName
from owl.households.partners import open_partners, tick_partners
from tests import factories
from tests.browser import sign_in
from tests.factories import NOW

PAGE = "/admin/partners"


def test_an_administrator_adds_a_partner_and_ends_the_partnership(client: FlaskClient, session: Session) -> None:
    sign_in(client, session, factories.user(session, role=RoleName.ADMINISTRATOR))
    assert "No partners yet" in client.get(PAGE).text
    typed = {"name": "Fire & rescue", "purpose": "How to keep your home safe from fire"}
    assert client.post(PAGE, data=typed).location == PAGE
    [partner] = open_partners(session)
    tick_partners(session, factories.subscriber(session).id, [partner.id], source="my page", now=NOW)
    session.commit()

    page = client.get(PAGE).text
    assert "Fire &amp; rescue" in page
    assert "1 resident wants its messages." in " ".join(page.split())
    assert client.post(f"{PAGE}/{partner.id}/end").location == PAGE
    assert open_partners(session) == []
    assert client.post(f"{PAGE}/{partner.id}/end").status_code == 404  # pressed twice, or the back button


def test_what_was_typed_is_kept_where_something_is_missing_or_known(client: FlaskClient, session: Session) -> None:
    sign_in(client, session, factories.user(session, role=RoleName.ADMINISTRATOR))
    known = factories.partner(session)
    for typed in ({"name": "", "purpose": "How to cook"}, {"name": known.name, "purpose": "How to cook"}):
        answer = client.post(PAGE, data=typed)
        assert answer.status_code in {400, 409, 422}
        assert 'value="How to cook"' in answer.text
        assert "govuk-error-summary" in answer.text
