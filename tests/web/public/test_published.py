"""A message on a page of its own: for whoever has its code, honest about what became of it, printable."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.households.choices import Kind
from owl.messages.models import FollowUp, Message, MessageStatus
from tests import factories
from tests.factories import NOW
from tests.foundation.test_pictures import picture


def page(client: FlaskClient, message: Message, rest: str = "") -> str:
    answer = client.get(f"/messages/{message.code}{rest}")
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    return " ".join(answer.text.split())


def test_whoever_has_the_code_reads_it_with_its_pictures_and_prints_it(client: FlaskClient, session: Session) -> None:
    message = factories.message(session, body="**Lock** up. <b>x</b>")
    shown = factories.picture(session, message.id)
    for rest in ("", "/poster"):
        text = page(client, message, rest)
        assert "<strong>Lock</strong> up. &lt;b&gt;x&lt;/b&gt;" in text
        assert f'src="/pictures/{shown.name}.jpg" alt="A white van"' in text
        assert "noindex" in text
    assert f'href="/messages/{message.code}/poster.pdf"' in page(client, message)
    assert f"body=http%3A//localhost%3A5000/messages/{message.code}" in page(client, message)
    assert "<svg" in page(client, message, "/poster")
    image = client.get(f"/pictures/{shown.name}.jpg")
    assert (image.content_type, image.cache_control.public) == ("image/jpeg", True)
    assert (
        client.get(f"/pictures/{shown.name}.jpg", headers={"If-None-Match": image.headers["ETag"]}).status_code == 304
    )


def test_a_poster_is_one_sheet_of_a4_however_long_the_words_and_loses_no_picture(
    client: FlaskClient, session: Session
) -> None:
    for body in ("Lock up. 🙂", "## Locks\n\n- one\n- two\n\n" + "Please check every lock twice. " * 400, "x" * 5000):
        message = factories.message(session, title="Sheds " * 20, body=body)
        factories.picture(session, message.id, content=picture())
        answer = client.get(f"/messages/{message.code}/poster.pdf")
        assert (answer.status_code, answer.content_type) == (200, "application/pdf")
        assert (answer.data[:5], answer.data.count(b"/Type /Page\n")) == (b"%PDF-", 1)
        assert b"/Subtype /Image" in answer.data


def test_what_is_for_all_may_be_found_and_what_is_over_says_so_first(client: FlaskClient, session: Session) -> None:
    news = factories.message(session, kind=Kind.GOOD_NEWS)
    assert "noindex" not in page(client, news)
    over = factories.message(session, valid_until=NOW - timedelta(days=400))
    assert "so it is over" in page(client, over)
    update = factories.message(
        session, kind=Kind.UPDATE, follow_up=FollowUp.UPDATE, follows_id=news.id, title="Update: two more sheds"
    )
    assert f'href="/messages/{update.code}"' in page(client, news)


def test_a_missing_person_who_was_found_is_not_shown_any_more(client: FlaskClient, session: Session) -> None:
    missing = factories.message(session, kind=Kind.MISSING_PERSON, title="Have you seen Anna Green?")
    end = factories.message(session, kind=Kind.STAND_DOWN, follows_id=missing.id)
    text = page(client, missing)
    assert "Anna" not in text
    assert f'href="/messages/{end.code}"' in text
    for rest in ("poster", "poster.pdf"):
        assert client.get(f"/messages/{missing.code}/{rest}").status_code == 404


@pytest.mark.parametrize(
    "changed",
    [
        {"approved_at": None, "status": MessageStatus.DRAFT},
        {"training": True},
        {"kind": Kind.DIGEST, "author_id": None},
    ],
)
def test_drafts_training_and_digests_have_no_page(
    client: FlaskClient, session: Session, changed: dict[str, object]
) -> None:
    code = factories.message(session, **changed).code
    for path in (
        f"/messages/{code}",
        f"/messages/{code}/poster",
        "/messages/AB-1234-Z",
        "/messages/1",
        "/pictures/a.jpg",
    ):
        assert client.get(path).status_code == 404
    assert client.get(f"/messages/{'x' * 3_000}").status_code == 404
