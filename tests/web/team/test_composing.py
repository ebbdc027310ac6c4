"""The composer as an officer uses it: nothing typed is lost, nothing forged gets through."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from config.settings import Settings
from owl.accounts.models import RoleName, User
from owl.foundation.clock import utc_now
from owl.foundation.notices import Channel, Notice
from owl.messages.audience import Area, AreaKind, Audience
from owl.messages.composing import create_draft, save_draft, submit_message
from owl.messages.counting import Reach
from owl.messages.editing import note_open
from owl.messages.models import Message, MessageStatus
from owl.web.team.live_summary import shown_summary
from tests import factories
from tests.accounts.places import HATFIELD, HITCHIN, LETCHWORTH
from tests.browser import sign_in
from tests.factories import NOW
from tests.messages.drafts import HITCHIN_AREA, draft, resident, submitted

NEW = "/team/messages/new"
TYPED = {
    "kind": "crime_alert",
    "severity": "routine",
    "title": "Shed break-ins in Walsworth",
    "body": "Three sheds were broken into.",
    "sms_text": "",
    "include": [f"neighbourhood:{HITCHIN}"],
    "channels": ["email"],
    "version": "0",
    "act": "save",
}


@pytest.fixture
def author(client: FlaskClient, session: Session) -> User:
    resident(session)
    factories.limits(session, approval_above_homes=0)
    user = factories.user(session, areas=[HITCHIN, LETCHWORTH])
    sign_in(client, session, user)
    return user


def post(client: FlaskClient, path: str = NEW, **changed: Any) -> TestResponse:
    return client.post(path, data={**TYPED, **changed})


def messages(session: Session) -> list[Message]:
    return list(session.scalars(sa.select(Message).order_by(Message.id).execution_options(populate_existing=True)))


@pytest.mark.parametrize("path", [NEW, "/team/messages", "/team/messages/1", "/team/messages/1/preview"])
def test_who_is_not_signed_in_is_asked_to(client: FlaskClient, session: Session, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 303
    assert "/team/sign-in" in answer.location


def test_the_page_offers_the_users_own_areas_and_no_others(client: FlaskClient, author: User) -> None:
    page = client.get(NEW).text
    assert f'value="neighbourhood:{HITCHIN}"' in page
    assert HATFIELD not in page
    assert "county:" not in page
    assert "Postcode sectors" in page


def test_a_draft_is_saved_and_comes_back_as_it_was_typed(client: FlaskClient, author: User, session: Session) -> None:
    typed = {
        "body": "  <b>**One**</b>\r\n\r\ntwo 🦉 שלום",
        "valid_day": "24",
        "valid_month": "12",
        "valid_year": "2026",
        "valid_time": "18:00",
    }
    answer = post(client, **typed, exclude=["sector:SG5 1"])
    [message] = messages(session)
    assert answer.location == f"/team/messages/{message.id}/edit"
    assert message.valid_until is not None
    assert message.valid_until.isoformat() == "2026-12-24T18:00:00+00:00"
    page = client.get(answer.location).text
    assert "&lt;b&gt;**One**&lt;/b&gt;\n\ntwo 🦉 שלום" in page
    assert all(f'value="{typed}"' in page for typed in ("24", "12", "2026", "18:00"))
    assert page.count("checked") == 5  # the area, what is left out, how it was chosen, the urgency, the channel


def test_a_message_is_written_previewed_approved_and_verified_in_two_languages(
    client: FlaskClient, author: User, session: Session
) -> None:
    polish = {"title_pl": "Włamania do szop", "body_pl": "Sprawdź **zamki**.", "sms_text_pl": "Sprawdź zamki. " * 4}
    by_text = {"channels": ["email", "sms"], "sms_text": "Check your locks."}
    page = " ".join(post(client, "/team/messages/count", **polish, **by_text).text.split())
    assert "The text in Polish is <strong>" in page
    assert post(client, act="send", **polish | {"body_pl": ""}).status_code == 400
    [message] = messages(session)
    saved = post(client, f"/team/messages/{message.id}/edit", version=str(message.version), **polish, **by_text)
    assert 'value="Włamania do szop"' in client.get(saved.location).text
    preview = client.get(f"/team/messages/{message.id}/preview?language=pl").text
    assert "Odpisz" in preview
    assert "Sprawdź zamki." in preview
    assert "<strong>zamki</strong>" in client.get(f"/team/messages/{message.id}/preview/mail?language=pl").text
    [message] = messages(session)
    submit_message(message.id, user_id=author.id, version=message.version, now=utc_now())
    assert "<strong>zamki</strong>" in client.get(f"/team/messages/{message.id}").text
    message.status, message.approved_at = MessageStatus.SENT, utc_now()
    session.commit()
    client.set_cookie("owl_language", "pl")
    found = client.get("/verify", query_string={"code": message.code}).text
    assert found.index("Włamania do szop") < found.index(TYPED["title"])


def test_summer_time_is_understood(client: FlaskClient, author: User, session: Session) -> None:
    post(client, valid_day="24", valid_month="06", valid_year="2027", valid_time="18.00")
    [message] = messages(session)
    assert message.valid_until is not None
    assert message.valid_until.isoformat() == "2027-06-24T17:00:00+00:00"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"title": "Sheds\r\nBcc: all@example.com"}, "title"),
        ({"title": "a" * 5_000}, "title"),
        ({"body": "b" * 100_000}, "body"),
        ({"body": "nul\x1b"}, "body"),
        ({"sms_text": "turned \u202e round"}, "sms_text"),
        ({"kind": "spam"}, "kind"),
        ({"kind": ""}, "kind"),
        ({"severity": "panic"}, "severity"),
        ({"channels": ["pigeon"]}, "channels"),
        ({"include": ["ward:E05999999"]}, "include"),
        ({"include": ["everybody"]}, "include"),
        ({"include": ["county:england"]}, "include"),
        ({"exclude": ["polygon:x"]}, "exclude"),
        ({"valid_day": "31", "valid_month": "2", "valid_year": "2027", "valid_time": "10:00"}, "valid_until"),
        ({"valid_time": "10:00"}, "valid_until"),
    ],
)
@pytest.mark.parametrize("act", ["save", "preview", "send"])
def test_what_can_not_be_used_is_told_beside_its_field_and_nothing_typed_is_lost(
    client: FlaskClient, author: User, session: Session, changed: dict[str, Any], field: str, act: str
) -> None:
    answer = post(client, act=act, **changed)
    assert answer.status_code == 400
    assert "<title>Error: " in answer.text
    assert f'href="#{field}"' in answer.text
    assert f'id="{field}"' in answer.text
    assert TYPED["body"] in answer.text or "b" * 100_000 in answer.text or "nul" in answer.text
    for text in changed.values():
        assert isinstance(text, list) or len(text) < 10 or text.split("\r")[0] in answer.text
    assert messages(session) == []


@pytest.mark.parametrize("area", [f"neighbourhood:{HATFIELD}", "county:hertfordshire", "district:E07000099"])
def test_an_area_of_others_is_refused_whatever_button_is_pressed(
    client: FlaskClient, author: User, session: Session, area: str
) -> None:
    for act in ("save", "send", "preview"):
        assert post(client, act=act, include=[area]).status_code == 403
    assert messages(session) == []


def test_extra_fields_of_a_forged_form_are_ignored(client: FlaskClient, author: User, session: Session) -> None:
    post(client, author_id="1", status="sent", approver_id="1", targeted="9", neighbourhood_ids=HATFIELD)
    [message] = messages(session)
    assert (message.author_id, message.status, message.targeted) == (author.id, MessageStatus.DRAFT, None)
    assert message.neighbourhood_ids == [HITCHIN]


def test_sending_for_approval_from_a_new_page_takes_one_press(
    client: FlaskClient, author: User, session: Session
) -> None:
    answer = post(client, act="send")
    [message] = messages(session)
    assert answer.location == f"/team/messages/{message.id}"
    assert message.status is MessageStatus.AWAITING_APPROVAL


def test_a_form_without_an_area_is_refused_but_its_words_are_kept(
    client: FlaskClient, author: User, session: Session
) -> None:
    answer = post(client, act="send", include=[])
    [message] = messages(session)
    assert answer.status_code == 400
    assert "Choose at least one area to include." in answer.text
    assert f'action="/team/messages/{message.id}/edit"' in answer.text
    assert message.status is MessageStatus.DRAFT
    again = post(client, f"/team/messages/{message.id}/edit", act="send", version=str(message.version))
    assert again.status_code == 303
    assert messages(session)[0].status is MessageStatus.AWAITING_APPROVAL


def test_a_second_window_keeps_what_was_typed_and_may_then_overwrite_knowingly(
    client: FlaskClient, author: User, session: Session
) -> None:
    message_id = create_draft(draft(), author_id=author.id, now=NOW)
    path = f"/team/messages/{message_id}/edit"
    post(client, path, title="From the phone", version="1")
    answer = post(client, path, title="From the desk", version="1")
    assert answer.status_code == 409
    assert "another window" in answer.text
    assert 'value="From the desk"' in answer.text
    assert 'name="version" value="2"' in answer.text
    assert messages(session)[0].title == "From the phone"
    assert post(client, path, title="From the desk", version="2").status_code == 303
    assert messages(session)[0].title == "From the desk"


def test_words_typed_after_it_was_sent_for_approval_become_a_new_draft(
    client: FlaskClient, author: User, session: Session
) -> None:
    message = submitted(session, author.id)
    answer = post(client, f"/team/messages/{message.id}/edit", title="Late idea", version=str(message.version))
    assert answer.status_code == 409
    assert 'value="Late idea"' in answer.text
    assert f'action="{NEW}"' in answer.text
    assert client.get(f"/team/messages/{message.id}/edit").status_code == 404


def test_counting_shows_homes_texts_and_cost_and_saves_nothing(
    client: FlaskClient, author: User, session: Session
) -> None:
    home = factories.household(session, neighbourhood_id=HITCHIN)
    factories.contact_point(session, factories.subscriber(session, home), channel=Channel.SMS)
    shown = {"channels": ["email", "sms"], "sms_text": "Sheds \u2018open\u2019 " + "a" * 100, "act": "count"}
    for path in (NEW, "/team/messages/count"):
        answer = post(client, path, **shown)
        assert answer.status_code == 200
        page = " ".join(answer.text.split())
        assert "This reaches <strong>2 homes</strong>" in page
        assert "£0.16" in page  # one text of four segments at 4p
        assert "Use plain characters instead" in page
    assert messages(session) == []


def test_many_texts_show_how_long_they_take(session: Session, author: User, settings: Settings) -> None:
    shown = draft(audience=draft().audience.of(draft().audience.include, channels=list(Channel)), sms_text="Lock up.")
    [few, many] = (
        shown_summary(session, shown, Reach(1, 1, texts), "", settings=settings, now=NOW) for texts in (1, 170_000)
    )
    assert few.minutes == 0
    assert many.minutes == round(170_000 * many.wording.length.segments / settings.sms_rate / 60)


def test_plain_characters_are_put_in_on_request(client: FlaskClient, author: User, session: Session) -> None:
    page = post(client, act="plain", sms_text="Sheds \u2018open\u2019 \u2013 look").text
    assert "Sheds &#39;open&#39; - look" in page
    assert messages(session) == []


def test_the_count_tells_nothing_of_areas_of_others(client: FlaskClient, author: User, session: Session) -> None:
    resident(session, HATFIELD)
    page = post(client, "/team/messages/count", include=[f"neighbourhood:{HATFIELD}"]).text
    assert "This reaches" not in page
    assert "outside your own areas" in page


@pytest.mark.parametrize("role", [RoleName.ADMINISTRATOR])
def test_who_may_not_compose_is_refused(client: FlaskClient, session: Session, role: RoleName) -> None:
    sign_in(client, session, factories.user(session, role=role))
    for path in (NEW, "/team/messages/count"):
        assert post(client, path).status_code == 403
    assert client.get(NEW).status_code == 403


def test_an_area_that_is_no_longer_offered_stays_in_sight(client: FlaskClient, author: User, session: Session) -> None:
    message_id = create_draft(draft(), author_id=author.id, now=NOW)
    session.execute(
        sa.update(Message).values(
            audience={"include": [f"neighbourhood:{HITCHIN}"], "exclude": ["ward:E05999999"], "channels": ["email"]}
        )
    )
    page = client.get(f"/team/messages/{message_id}/edit").text
    assert "no longer known" in page
    assert 'value="ward:E05999999"' in page


def test_the_preview_shows_mail_text_and_segments(client: FlaskClient, author: User, session: Session) -> None:
    words = {"body": "**Lock** up.", "channels": ["email", "sms"], "sms_text": "Lock up."}
    answer = post(client, act="preview", **words)
    [message] = messages(session)
    page = client.get(answer.location).text
    assert "Lock up." in page
    assert f"OWL Police {message.code}: Lock up." in page
    assert "1 text is billed" in page
    mail = client.get(f"/team/messages/{message.id}/preview/mail")
    assert "<strong>Lock</strong> up." in mail.text
    assert "sandbox" in mail.headers["Content-Security-Policy"]
    assert "default-src 'none'" in mail.headers["Content-Security-Policy"]


def test_a_test_goes_to_oneself_and_nobody_else(client: FlaskClient, author: User, session: Session) -> None:
    post(client, channels=["email", "sms"], sms_text="Lock up.")
    [message] = messages(session)
    path = f"/team/messages/{message.id}/test"
    assert client.post(path, data={"mobile": "01462 000000"}).status_code == 400
    assert client.post(path, data={"mobile": "07700 900123"}).status_code == 303
    notices = session.scalars(sa.select(Notice).order_by(Notice.id)).all()
    assert [notice.address for notice in notices] == [author.email, "+447700900123"]
    assert f"OWL Police {message.code}: Lock up." in json.loads(notices[1].words or "")["text"]


def test_a_draft_outside_ones_areas_or_without_any_is_not_there(
    client: FlaskClient, author: User, session: Session
) -> None:
    other = factories.user(session, areas=[HITCHIN, HATFIELD])
    hatfield = Area(AreaKind.NEIGHBOURHOOD, HATFIELD)
    for audience in (Audience.of([HITCHIN_AREA, hatfield]), Audience.of([])):
        message_id = create_draft(draft(audience=audience), author_id=other.id, now=NOW)
        for path in ("", "/edit", "/preview", "/preview/mail", "/ledger"):
            assert client.get(f"/team/messages/{message_id}{path}").status_code == 404
        for path in ("/edit", "/test", "/cancel"):
            assert post(client, f"/team/messages/{message_id}{path}", version="1").status_code == 404
    assert session.scalar(sa.select(sa.func.count()).select_from(Notice)) == 0


def test_a_colleagues_draft_is_listed_edited_and_compared_where_both_saved(
    client: FlaskClient, author: User, session: Session
) -> None:
    colleague = factories.user(session, areas=[HITCHIN], name="Jo Hill", rank="PC")
    message_id = create_draft(draft(), author_id=colleague.id, now=NOW)
    note_open(message_id, user_id=colleague.id, now=utc_now())
    page = client.get("/team/messages?tab=drafts").text
    assert f"/team/messages/{message_id}" in page
    assert "<strong>PC Jo Hill</strong> has it open" in " ".join(page.split())
    path = f"/team/messages/{message_id}/edit"
    assert client.get(path).status_code == 200
    save_draft(message_id, draft(body="Jo's words."), user_id=colleague.id, version=1, now=NOW)
    answer = post(client, path, body="Mine.", version="1")
    assert answer.status_code == 409
    assert "PC Jo Hill saved this message at 14:05" in answer.text
    assert "Jo&#39;s words." in answer.text
    assert ">\nMine.<" in answer.text or ">Mine.<" in answer.text
    assert post(client, path, body="Both.", version="2").status_code == 303


@pytest.mark.parametrize("number", ["0", "99999999999999999999", "-1", "x", "1.5"])
def test_a_number_that_is_none_is_not_found(client: FlaskClient, author: User, number: str) -> None:
    assert client.get(f"/team/messages/{number}").status_code == 404
