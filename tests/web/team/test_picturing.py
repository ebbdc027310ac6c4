"""Pictures beside the composer, and the ways to look at a message before it goes out."""

from __future__ import annotations

import io

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName
from owl.foundation.pictures import HEAVIEST_FILE
from owl.messages.composing import create_draft
from owl.messages.models import MessageStatus
from owl.messages.pictures import pictures_of
from tests import factories
from tests.accounts.places import HITCHIN
from tests.browser import sign_in
from tests.factories import NOW
from tests.foundation.test_pictures import bomb, picture
from tests.messages.drafts import draft
from tests.web.team.test_composing import TYPED

FORM = "multipart/form-data; boundary=cut"


def form(picture: bytes) -> bytes:
    """As a browser sends it; the test client would leave a file behind for one so large."""
    head = b'--cut\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
    return head % (b"alt", b"", b"A white van") + head % (b"picture", b'; filename="van.jpg"', picture) + b"--cut--\r\n"


@pytest.fixture
def message_id(client: FlaskClient, session: Session) -> int:
    author = factories.user(session, areas=[HITCHIN])
    sign_in(client, session, author)
    return create_draft(draft(), author_id=author.id, now=NOW)


def test_an_officer_adds_a_picture_looks_at_it_everywhere_and_takes_it_out(
    client: FlaskClient, session: Session, message_id: int
) -> None:
    page = f"/team/messages/{message_id}/pictures"
    saved = client.post(f"/team/messages/{message_id}/edit", data=TYPED | {"version": "1", "act": "pictures"})
    assert saved.location == page
    assert "No pictures yet" in client.get(page).text
    sent = {"picture": (io.BytesIO(picture()), "van.jpg"), "alt": "A white van"}
    assert client.post(page, data=sent).location == page
    [shown] = pictures_of(session, message_id)
    address = f'src="/pictures/{shown.name}.jpg"'
    preview = f"/team/messages/{message_id}/preview"
    for path in (page, f"{preview}/mail?scheme=dark", f"{preview}/page", f"{preview}/poster"):
        assert address in client.get(path).text
    assert client.post(f"{page}/{shown.id}/take-out").location == page
    assert pictures_of(session, message_id) == ()


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (bytes(HEAVIEST_FILE + 10_000_000), "30 MB"),
        (b"MZ\x90 not a picture", "not a picture"),
        (bomb(60_000, 60_000), "too many"),
    ],
    ids=["30 MB", "a program", "a bomb"],
)
def test_a_file_that_is_refused_says_why_and_loses_no_word(
    client: FlaskClient, session: Session, message_id: int, given: bytes, why: str
) -> None:
    answer = client.post(f"/team/messages/{message_id}/pictures", data=form(given), content_type=FORM)
    assert (answer.status_code, why in answer.text, ">A white van</textarea>" in answer.text) == (400, True, True)
    assert pictures_of(session, message_id) == ()


def test_each_look_has_a_frame_of_our_own_pages_only(client: FlaskClient, message_id: int) -> None:
    preview = f"/team/messages/{message_id}/preview"
    looks = {
        "phone": "mail?language=en&amp;scheme=light",
        "dark": "mail?language=en&amp;scheme=dark",
        "page": "page",
        "poster": "poster",
        "x": "mail?language=en&amp;scheme=light",
    }
    for look, frame in looks.items():
        assert f'src="{preview}/{frame}' in client.get(f"{preview}?as={look}").text
    for path in ("mail", "page", "poster"):
        headers = client.get(f"{preview}/{path}").headers
        assert headers["X-Frame-Options"] == "SAMEORIGIN"
        assert "frame-ancestors 'self'" in headers["Content-Security-Policy"]
    assert "color-scheme: dark" in client.get(f"{preview}/mail?scheme=dark").text


def test_who_approves_sees_the_pictures_and_what_the_checks_say(client: FlaskClient, session: Session) -> None:
    waits = factories.message(
        session,
        status=MessageStatus.AWAITING_APPROVAL,
        approved_at=None,
        audience_hash=b"",
        neighbourhood_ids=[HITCHIN],
        body="Mrs Taylor was robbed.",
    )
    shown = factories.picture(session, waits.id)
    sign_in(client, session, factories.user(session, role=RoleName.SUPERVISOR, areas=[HITCHIN]))
    page = client.get(f"/team/messages/{waits.id}").text
    assert f'src="/pictures/{shown.name}.jpg"' in page
    assert "beside “robbed”" in page
