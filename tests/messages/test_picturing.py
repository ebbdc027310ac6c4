"""Pictures of a draft: cleaned, described, in mails and on pages, and frozen with the rest of the message."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.delivery.rendering import preview
from owl.foundation.errors import BadInput, NotFound
from owl.households.choices import Kind
from owl.messages.composing import create_draft, submit_message
from owl.messages.models import Message, MessageEditor, MessageStatus
from owl.messages.pictures import picture_content, pictures_of
from owl.messages.picturing import LONGEST_ALT, MOST_PICTURES, add_picture, take_out_picture
from tests import factories
from tests.accounts.places import HATFIELD, HITCHIN
from tests.factories import NOW
from tests.foundation.test_pictures import SECRET, from_a_phone, picture
from tests.messages.drafts import draft, resident


def a_draft(session: Session, **changed: object) -> tuple[int, int]:
    """(id, author's id)."""
    author_id = factories.user(session, areas=[HITCHIN]).id
    return create_draft(draft(**changed), author_id=author_id, now=NOW), author_id


def test_a_picture_goes_with_mail_and_page_described_and_never_with_the_text(session: Session) -> None:
    message_id, author_id = a_draft(session, sms_text="Sheds broken into.")
    add_picture(message_id, from_a_phone(), alt="  A white\nvan & ladder ", user_id=author_id, now=NOW)
    [shown] = pictures_of(session, message_id)
    assert (shown.alt, shown.width, shown.height) == ("A white van & ladder", 300, 400)
    assert SECRET.encode() not in picture_content(session, shown.name)
    seen = preview(session.get_one(Message, message_id), sender="PC Green")
    assert f'/pictures/{shown.name}.jpg" alt="A white van &amp; ladder" width="300"' in seen.html
    assert f"Picture: A white van & ladder\nhttp://localhost:5000/pictures/{shown.name}.jpg" in seen.text
    assert "van" not in (seen.sms or "")


def test_each_fault_is_said_beside_its_field_and_nothing_is_kept(session: Session) -> None:
    message_id, author_id = a_draft(session)
    for given, alt, fields in (
        (b"", "", {"picture", "alt"}),
        (picture(), "", {"alt"}),
        (picture(), "a" * (LONGEST_ALT + 1), {"alt"}),
        (b"no picture", "A van", {"picture"}),
    ):
        with pytest.raises(BadInput) as refusal:
            add_picture(message_id, given, alt=alt, user_id=author_id, now=NOW)
        assert set(refusal.value.fields) == fields
    for _ in range(MOST_PICTURES):
        add_picture(message_id, picture(), alt="A van", user_id=author_id, now=NOW)
    with pytest.raises(BadInput, match="at most"):
        add_picture(message_id, picture(), alt="A van", user_id=author_id, now=NOW)
    assert len(pictures_of(session, message_id)) == MOST_PICTURES


def test_pictures_are_frozen_once_approval_is_asked_for_and_change_the_version_before(session: Session) -> None:
    resident(session)
    message_id, author_id = a_draft(session)
    first = add_picture(message_id, picture(), alt="A van", user_id=author_id, now=NOW)
    second = add_picture(message_id, picture(), alt="A car", user_id=author_id, now=NOW)
    take_out_picture(message_id, second, user_id=author_id, now=NOW)
    with pytest.raises(NotFound):
        take_out_picture(message_id, second, user_id=author_id, now=NOW)
    session.expire_all()
    version = session.get_one(Message, message_id).version
    assert version == 4
    submit_message(message_id, user_id=author_id, version=version, now=NOW)
    for act in (
        lambda: add_picture(message_id, picture(), alt="A van", user_id=author_id, now=NOW),
        lambda: take_out_picture(message_id, first, user_id=author_id, now=NOW),
    ):
        with pytest.raises(NotFound):
            act()
    assert [shown.id for shown in pictures_of(session, message_id)] == [first]


def test_a_colleague_of_the_area_adds_one_and_counts_as_a_writer_and_others_find_no_draft(session: Session) -> None:
    message_id, _ = a_draft(session)
    colleague, stranger = (factories.user(session, areas=[area]).id for area in (HITCHIN, HATFIELD))
    add_picture(message_id, picture(), alt="A van", user_id=colleague, now=NOW)
    wrote = session.scalars(sa.select(MessageEditor.user_id).where(MessageEditor.saved_at.is_not(None))).all()
    assert colleague in wrote
    with pytest.raises(NotFound):
        add_picture(message_id, picture(), alt="A van", user_id=stranger, now=NOW)


def test_the_picture_of_a_missing_person_is_shown_no_more_once_the_search_is_over(session: Session) -> None:
    missing = factories.message(session, kind=Kind.MISSING_PERSON)
    shown = factories.picture(session, missing.id)
    assert picture_content(session, shown.name)
    factories.message(session, kind=Kind.STAND_DOWN, status=MessageStatus.SENDING, follows_id=missing.id)
    with pytest.raises(NotFound, match="search is over"):
        picture_content(session, shown.name)
