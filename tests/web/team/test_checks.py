"""The checks beside the composer: seen while writing; what stops a message does so at sending, with nothing lost."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.messages.composing import create_draft
from owl.messages.models import Message, MessageStatus
from tests import factories
from tests.accounts.places import HITCHIN
from tests.browser import sign_in
from tests.factories import NOW
from tests.messages.drafts import draft, resident
from tests.web.team.test_composing import TYPED

TRICK = "Mrs Taylor was robbed. See https://www.police.uk@evil.com/ and <b>lock up</b>."


def test_an_officer_is_told_while_writing_and_stopped_only_when_sending(client: FlaskClient, session: Session) -> None:
    author = factories.user(session, areas=[HITCHIN])
    resident(session)
    sign_in(client, session, author)
    told = " ".join(client.post("/team/messages/count", data=TYPED | {"body": TRICK}).text.split())
    for said in ("hides where it leads", "“&lt;b&gt;”", "Stops the message.", "beside “robbed”", "When it happened"):
        assert said in told
    message_id = create_draft(draft(body=TRICK), author_id=author.id, now=NOW)
    page = f"/team/messages/{message_id}/edit"

    answer = client.post(page, data=TYPED | {"body": TRICK, "act": "send", "version": "1"})
    assert answer.status_code == 400
    assert "hides where it leads" in answer.text
    assert "Mrs Taylor was robbed." in answer.text
    session.expire_all()
    assert session.get_one(Message, message_id).status is MessageStatus.DRAFT
