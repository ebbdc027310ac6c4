"""The page where administrators say which sites messages may link to."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName
from owl.foundation.errors import BadInput
from owl.messages.checking import check_words
from tests import factories
from tests.browser import sign_in
from tests.messages.drafts import draft

PAGE = "/admin/links"


def test_a_site_can_be_linked_to_once_it_is_on_the_list_and_until_it_is_taken_off(
    client: FlaskClient, session: Session
) -> None:
    sign_in(client, session, factories.user(session, role=RoleName.ADMINISTRATOR))
    assert "No other sites yet" in client.get(PAGE).text
    linked = draft(body="See https://help.ageuk.org.uk/doors.")
    with pytest.raises(BadInput, match="not on the list"):
        check_words(session, linked)

    typed = {"address": "https://www.AgeUK.org.uk/some/page", "reason": "Age UK"}
    assert client.post(PAGE, data=typed).location == PAGE
    assert "Age UK" in client.get(PAGE).text
    check_words(session, linked)
    assert client.post(f"{PAGE}/remove", data={"host": "ageuk.org.uk"}).location == PAGE
    with pytest.raises(BadInput, match="not on the list"):
        check_words(session, linked)
    client.post(f"{PAGE}/remove", data={"host": "ageuk.org.uk"})
    assert "not on the list" in client.get(PAGE).text


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("", "Enter the name"),
        ("com", "Enter the name"),
        ("https://192.168.0.1/", "Enter the name"),
        ("p\u043elice.com", "Only plain letters"),
        ("xn--plice-6qf.com", "Only plain letters"),
        ("bit.ly", "hides where"),
        ("org.uk", "whole name"),
        ("herts.police.uk", "already"),
    ],
)
def test_what_can_not_be_on_the_list_is_refused_and_what_was_typed_is_kept(
    client: FlaskClient, session: Session, address: str, why: str
) -> None:
    sign_in(client, session, factories.user(session, role=RoleName.ADMINISTRATOR))
    answer = client.post(PAGE, data={"address": address, "reason": "Ours"})
    assert answer.status_code in {400, 409}
    assert why in answer.text
    assert 'value="Ours"' in answer.text
