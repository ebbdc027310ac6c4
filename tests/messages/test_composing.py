"""From first words to a supervisor's desk, and what is refused on the way."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName, User
from owl.foundation.audit import Audit
from owl.foundation.errors import BadInput, NotFound, Refused
from owl.foundation.notices import Channel
from owl.messages.audience import COUNTY_CODE, Area, AreaKind, Audience, BrokenAudience, EmptyAudience
from owl.messages.composing import EditedMeanwhile, NotADraft, cancel_draft, create_draft, save_draft, submit_message
from owl.messages.editing import note_open, writing_now
from owl.messages.models import Message, MessageEditor, MessageStatus
from owl.messages.reach import UnknownArea, audience_hash
from tests import factories
from tests.accounts.places import HATFIELD, HITCHIN, LETCHWORTH, NORTH_HERTS
from tests.factories import NOW
from tests.messages.drafts import HITCHIN_AREA, READY, draft, resident, submitted

HATFIELD_AREA = Area(AreaKind.NEIGHBOURHOOD, HATFIELD)
COUNTY = Area(AreaKind.COUNTY, COUNTY_CODE)
FORGED = Area(AreaKind.WARD, "E05999999")


@pytest.fixture
def author_id(session: Session) -> int:
    resident(session)
    return factories.user(session, areas=[HITCHIN, LETCHWORTH]).id


def acts(session: Session) -> list[str]:
    return list(session.scalars(sa.select(Audit.act).where(Audit.subject == "message").order_by(Audit.id)))


def test_a_draft_keeps_what_was_written_and_nothing_is_sent(session: Session, author_id: int) -> None:
    message_id = create_draft(draft(body="One\r\ntwo "), author_id=author_id, now=NOW)
    message = session.get_one(Message, message_id)
    assert (message.status, message.title, message.body) == (MessageStatus.DRAFT, READY.title, "One\ntwo")
    assert message.neighbourhood_ids == [HITCHIN]
    assert message.targeted is None


def test_words_can_come_before_areas(session: Session, author_id: int) -> None:
    message_id = create_draft(draft(title="", audience=Audience.of([])), author_id=author_id, now=NOW)
    assert session.get_one(Message, message_id).neighbourhood_ids == []


@pytest.mark.parametrize(
    ("audience", "refusal"),
    [
        (Audience.of([FORGED]), UnknownArea),
        (Audience.of([], [FORGED]), UnknownArea),
        (Audience.of([HATFIELD_AREA]), Refused),
        (Audience.of([HITCHIN_AREA, HATFIELD_AREA]), Refused),
        (Audience.of([COUNTY]), Refused),
        (Audience.of([Area(AreaKind.DISTRICT, NORTH_HERTS)]), Refused),
        (Audience.of([COUNTY], [HATFIELD_AREA]), Refused),
    ],
)
def test_areas_that_are_forged_or_not_the_authors_are_refused(
    session: Session, author_id: int, audience: Audience, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        create_draft(draft(audience=audience), author_id=author_id, now=NOW)
    message_id = create_draft(draft(), author_id=author_id, now=NOW)
    with pytest.raises(refusal):
        save_draft(message_id, draft(title="New", audience=audience), user_id=author_id, version=1, now=NOW)
    assert session.scalars(sa.select(Message.title)).all() == [READY.title]


def test_leaving_out_areas_of_others_is_no_trespass(session: Session, author_id: int) -> None:
    message_id = create_draft(
        draft(audience=Audience.of([HITCHIN_AREA], [HATFIELD_AREA])), author_id=author_id, now=NOW
    )
    assert session.get_one(Message, message_id).neighbourhood_ids == [HITCHIN]


def test_two_windows_cannot_overwrite_each_other(session: Session, author_id: int) -> None:
    message_id = create_draft(draft(), author_id=author_id, now=NOW)
    save_draft(message_id, draft(title="From the phone"), user_id=author_id, version=1, now=NOW)
    with pytest.raises(EditedMeanwhile, match="was not saved"):
        save_draft(message_id, draft(title="From the desk"), user_id=author_id, version=1, now=NOW)
    save_draft(message_id, draft(title="From the desk"), user_id=author_id, version=2, now=NOW)
    assert session.get_one(Message, message_id).title == "From the desk"


def test_a_colleague_writes_on_a_draft_and_both_are_its_editors(session: Session, author_id: int) -> None:
    colleague = factories.user(session, areas=[HITCHIN], name="Jo Hill", rank="PC")
    message_id = create_draft(draft(), author_id=author_id, now=NOW)
    without_areas = draft(title="Jo's", audience=Audience.of([]))
    save_draft(message_id, without_areas, user_id=colleague.id, version=1, now=NOW + timedelta(minutes=1))
    with pytest.raises(EditedMeanwhile, match=r"PC Jo Hill saved this message at 14:06"):
        save_draft(message_id, draft(title="The author's"), user_id=author_id, version=1, now=NOW)
    save_draft(message_id, draft(), user_id=colleague.id, version=2, now=NOW)  # it stayed with the team
    submit_message(message_id, user_id=colleague.id, version=3, now=NOW)
    assert session.get_one(Message, message_id).author_id == author_id
    wrote = session.scalars(sa.select(MessageEditor.user_id).where(MessageEditor.saved_at.is_not(None)))
    assert set(wrote) == {author_id, colleague.id}


def test_who_may_not_write_for_all_its_areas_edits_sends_or_cancels_no_draft(session: Session, author_id: int) -> None:
    both = Audience.of([HITCHIN_AREA, Area(AreaKind.NEIGHBOURHOOD, LETCHWORTH)])
    other_id = factories.user(session, role=RoleName.SUPERVISOR, areas=[HITCHIN]).id
    message_id = create_draft(draft(audience=both), author_id=author_id, now=NOW)
    for act in (
        lambda: save_draft(message_id, draft(title="Mine"), user_id=other_id, version=1, now=NOW),
        lambda: submit_message(message_id, user_id=other_id, version=1, now=NOW),
        lambda: cancel_draft(message_id, user_id=other_id, now=NOW),
        lambda: note_open(message_id, user_id=other_id, now=NOW),
    ):
        with pytest.raises(NotFound):
            act()
    assert session.get_one(Message, message_id).status is MessageStatus.DRAFT


def test_who_has_a_draft_open_is_known_to_colleagues_for_a_minute(session: Session, author_id: int) -> None:
    colleague = factories.user(session, areas=[HITCHIN], name="Jo Hill", rank="PC").id
    message_id = create_draft(draft(), author_id=author_id, now=NOW - timedelta(hours=1))
    assert note_open(message_id, user_id=colleague, now=NOW) == []
    assert [editor.name for editor in note_open(message_id, user_id=author_id, now=NOW)] == ["PC Jo Hill"]
    assert writing_now(session, [message_id], now=NOW + timedelta(seconds=59)).keys() == {message_id}
    assert writing_now(session, [message_id], now=NOW + timedelta(seconds=60)) == {}


@pytest.mark.parametrize("role", [RoleName.ADMINISTRATOR])
def test_who_speaks_for_no_team_composes_nothing(session: Session, role: RoleName) -> None:
    with pytest.raises(Refused):
        create_draft(draft(), author_id=factories.user(session, role=role).id, now=NOW)


def test_submitting_asks_for_approval_and_remembers_the_audience(session: Session, author_id: int) -> None:
    message = submitted(session, author_id, sms_text="Not sent as a text")
    assert message.status is MessageStatus.AWAITING_APPROVAL
    assert message.audience_hash == audience_hash(session, READY.audience)
    assert message.submitted_at == NOW
    assert message.sms_text is None
    assert acts(session) == ["create draft", "ask for approval"]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"title": ""}, "title"),
        ({"body": " "}, "body"),
        ({"valid_until": NOW}, "valid_until"),
        ({"audience": Audience.of([])}, "include"),
        ({"audience": Audience.of([HITCHIN_AREA], channels=[])}, "channels"),
        ({"audience": Audience.of([HITCHIN_AREA], channels=[Channel.SMS])}, "sms_text"),
        ({"audience": Audience.of([HITCHIN_AREA], [HITCHIN_AREA])}, "exclude"),
        ({"audience": Audience.of([Area(AreaKind.NEIGHBOURHOOD, LETCHWORTH)])}, "include"),  # nobody lives there
    ],
)
def test_what_is_not_ready_stays_a_draft_with_a_sentence_beside_its_field(
    session: Session, author_id: int, changed: dict[str, Any], field: str
) -> None:
    message_id = create_draft(draft(**changed), author_id=author_id, now=NOW)
    with pytest.raises(BadInput) as refusal:
        submit_message(message_id, user_id=author_id, version=1, now=NOW)
    assert list(refusal.value.fields) == [field]
    assert session.get_one(Message, message_id).status is MessageStatus.DRAFT


def test_an_audience_that_was_tampered_with_in_the_database_is_refused(session: Session, author_id: int) -> None:
    message_id = create_draft(draft(), author_id=author_id, now=NOW)
    message = session.get_one(Message, message_id)
    for audience, refusal in (
        ({}, BrokenAudience),
        ({"include": ["county"], "exclude": [], "channels": ["email"]}, BrokenAudience),
        ({"include": [str(FORGED)], "exclude": [], "channels": ["email"]}, UnknownArea),
        ({"include": [], "exclude": [], "channels": ["email"]}, EmptyAudience),
    ):
        message.audience = audience
        session.commit()
        with pytest.raises((refusal, BadInput)):
            submit_message(message_id, user_id=author_id, version=message.version, now=NOW)
    session.refresh(message)
    assert message.status is MessageStatus.DRAFT


def test_rights_that_were_taken_away_since_the_draft_stop_it(session: Session, author_id: int) -> None:
    message_id = create_draft(draft(), author_id=author_id, now=NOW)
    author = session.get_one(User, author_id)
    author.areas = author.areas[1:]
    session.commit()
    with pytest.raises(Refused):
        submit_message(message_id, user_id=author_id, version=1, now=NOW)


def test_what_waits_for_approval_is_no_longer_edited_but_can_be_cancelled(session: Session, author_id: int) -> None:
    message = submitted(session, author_id)
    with pytest.raises(NotADraft, match="awaiting approval"):
        save_draft(message.id, draft(title="Late idea"), user_id=author_id, version=message.version, now=NOW)
    with pytest.raises(NotADraft):
        submit_message(message.id, user_id=author_id, version=message.version, now=NOW)
    cancel_draft(message.id, user_id=author_id, now=NOW)
    assert session.get_one(Message, message.id).status is MessageStatus.CANCELLED
    with pytest.raises(NotADraft):
        cancel_draft(message.id, user_id=author_id, now=NOW)


def test_the_button_pressed_twice_asks_once(session: Session, author_id: int) -> None:
    message_id = create_draft(draft(), author_id=author_id, now=NOW)
    submit_message(message_id, user_id=author_id, version=1, now=NOW)
    with pytest.raises(NotADraft):
        submit_message(message_id, user_id=author_id, version=1, now=NOW)
    assert acts(session).count("ask for approval") == 1
