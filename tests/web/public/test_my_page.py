"""A subscriber's page: opened by a link, changed by its owner, closed for good."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.delivery.models import Delivery
from owl.foundation.clock import utc_now
from owl.foundation.database import Model
from owl.foundation.notices import Channel
from owl.households.choices import Kind
from owl.households.models import ContactPoint, Household, MagicLink, Subscriber, Subscription, SuppressionReason
from owl.households.queries import SubscriberRow, subscriber_row
from owl.replies.answering import answer_reply
from owl.replies.models import Reply
from tests import factories
from tests.households.proofs import EMAIL, MOBILE, sent, word, wrong
from tests.web.public.pages import shows_fault, text

POSTCODE = "SG5 1SD"
LONG = "x" * 5000


@pytest.fixture
def owner(session: Session) -> Subscriber:
    home = factories.household(session, postcode=POSTCODE, neighbourhood_id="hitchin-urban", house="12")
    owner = factories.subscriber(session, home, name="Anna")
    factories.contact_point(session, owner, address=EMAIL)
    return owner


@pytest.fixture
def page(client: FlaskClient, session: Session, owner: Subscriber) -> FlaskClient:
    """A client that has opened the owner's page."""
    client.post("/my", data={"contact": EMAIL})
    client.post(f"/my/open/{word(session, 'token')}")
    return client


@pytest.fixture
def still_november() -> Iterator[time_machine.Coordinates]:
    with time_machine.travel(factories.NOW, tick=False) as traveller:
        yield traveller


def now_chosen(session: Session, owner: Subscriber) -> SubscriberRow:
    session.expire_all()
    return subscriber_row(session, owner.id, now=utc_now())


def saved(client: FlaskClient, path: str, said: str, **data: object) -> str:
    answer = client.post(path, data=data)
    assert (answer.status_code, answer.location) == (303, "/my"), text(answer)
    page = text(client.get("/my"))
    assert said in page
    return page


def test_the_page_asks_where_to_send_a_link(client: FlaskClient) -> None:
    page = client.get("/my")
    assert page.status_code == 200
    assert "Your email address or mobile number" in text(page)


@pytest.mark.parametrize(("typed", "template"), [(f" {EMAIL.upper()} ", "magic_link"), ("07700 900 123", "magic_link")])
def test_a_link_is_sent_to_a_known_address(client: FlaskClient, session: Session, typed: str, template: str) -> None:
    owner = factories.subscriber(session)
    factories.contact_point(session, owner, address=EMAIL)
    factories.contact_point(session, owner, channel=Channel.SMS, address=MOBILE)
    assert client.post("/my", data={"contact": typed}).location == "/my/sent"
    assert [name for name, _, _ in sent(session)] == [template]


def test_the_answer_is_the_same_for_a_known_and_an_unknown_address(client: FlaskClient, owner: Subscriber) -> None:
    answers = []
    for address in (EMAIL, "nobody@example.com"):
        answer = client.post("/my", data={"contact": address}, follow_redirects=True)
        answers.append((answer.status_code, answer.request.path, text(answer)))
        assert "set-cookie" not in answer.headers
    assert answers[0] == answers[1]
    assert EMAIL not in answers[0][2]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Enter your email address or your mobile number."),
        ("Anna", "Enter your email address or your mobile number."),
        ("anna@", "Check the email address"),
        ("anna@example.com\r\nBcc: x@example.com", "Take out the space or line break"),
        ("01727 812345", "This is a landline."),
        ("+33 6 12 34 56 78", "from another country"),
        ("0740881234", "has 11 digits"),
        ("1" * 5000, "has 11 digits"),
        ("👵" * 50, "Enter your email address or your mobile number."),
        ("\u202eanna@", "Check the email address"),
    ],
)
def test_what_is_no_address_is_told_beside_the_field(client: FlaskClient, typed: str, sentence: str) -> None:
    shows_fault(client.post("/my", data={"contact": typed}), "contact", sentence)


def test_looking_at_a_link_opens_nothing_and_pressing_opens_the_page(
    client: FlaskClient, session: Session, owner: Subscriber
) -> None:
    client.post("/my", data={"contact": EMAIL})
    path = f"/my/open/{word(session, 'token')}"
    for method in ("GET", "HEAD", "OPTIONS", "GET"):
        assert client.open(path, method=method).status_code == 200
    assert session.scalars(sa.select(MagicLink.used_at)).all() == [None]
    assert "Your email address or mobile number" in text(client.get("/my"))

    assert client.post(path).location == "/my"

    assert "Hello, Anna" in text(client.get("/my"))
    again = client.post(path)
    assert again.status_code == 410
    assert "does not work any more" in text(again)
    assert client.get(path).status_code == 410


@pytest.mark.parametrize("token", ["x", "0" * 32, "a" * 5000, "\u200f", "..%2f..%2fetc"])
def test_a_damaged_link_gets_a_kind_page(client: FlaskClient, token: str) -> None:
    for answer in (client.get(f"/my/open/{token}"), client.post(f"/my/open/{token}")):
        assert answer.status_code in {404, 410}
    assert client.get(f"/my/prove/{'0' * 32}").status_code == 410
    assert client.post(f"/my/prove/{'0' * 32}").status_code == 410


def test_opening_the_page_leaves_nothing_of_the_session_before(
    client: FlaskClient, session: Session, owner: Subscriber
) -> None:
    with client.session_transaction() as before:
        before["joining"] = "something"
    client.post("/my", data={"contact": EMAIL})
    client.post(f"/my/open/{word(session, 'token')}")
    with client.session_transaction() as after:
        assert set(after) <= {"my", "csrf_token"}


def test_the_page_shows_what_its_owner_gets_and_how(page: FlaskClient) -> None:
    shown = text(page.get("/my"))
    for part in ("12, SG5 1SD, Hitchin Urban", "Crime alert Witness appeal", EMAIL, "Pause my messages", "Leave OWL"):
        assert part in shown
    assert page.get("/my").headers["Cache-Control"] == "no-store"


def test_the_page_closes_after_half_an_hour(
    still_november: time_machine.Coordinates, page: FlaskClient, session: Session
) -> None:
    still_november.shift(timedelta(minutes=29))
    assert "Hello, Anna" in text(page.get("/my"))
    still_november.shift(timedelta(minutes=2))
    closed = page.get("/my/pause", follow_redirects=True)
    assert "Ask for a new link" in text(closed)
    assert "Anna" not in text(closed)


def test_who_finishes_leaves_nothing_behind_even_for_a_copied_cookie(page: FlaskClient, app: Flask) -> None:
    cookie = page.get_cookie("owl")
    assert cookie is not None
    assert page.post("/my/finish").location == "/my"
    assert "Your page is closed" in text(page.get("/my"))
    copied = app.test_client()
    copied.set_cookie("owl", cookie.value)
    assert "Anna" not in text(copied.get("/my"))


PATHS = [
    "/my/homes/{home}",
    "/my/homes/{home}/remove",
    "/my/kinds/{home}",
    "/my/pause",
    "/my/resume",
    "/my/add/email",
    "/my/add/mobile",
    "/my/sent-link",
    "/my/code",
    "/my/code/again",
    "/my/remove/{point}",
    "/my/restart/{point}",
    "/my/leave",
    "/my/data",
    "/my/delete",
]


def dump(session: Session) -> list[str]:
    names = [name for name in Model.metadata.tables if name not in {"postcode", "ward", "district", "neighbourhood"}]
    return [str(session.execute(sa.text(f'SELECT t::text FROM "{name}" t ORDER BY 1')).all()) for name in names]


@pytest.mark.parametrize("path", PATHS)
def test_without_an_open_page_nothing_is_shown_or_changed(
    client: FlaskClient, session: Session, owner: Subscriber, path: str
) -> None:
    chosen = now_chosen(session, owner)
    path = path.format(home=chosen.homes[0].subscription_id, point=chosen.contact_points[0].id)
    before = dump(session)
    for method in ("GET", "POST"):
        answer = client.open(path, method=method, data={"sure": "yes"} if method == "POST" else None)
        assert (answer.status_code, answer.location) == (303, "/my") or answer.status_code == 405
        assert EMAIL not in answer.text
    assert dump(session) == before


@pytest.mark.parametrize("path", PATHS)
def test_looking_changes_nothing(page: FlaskClient, session: Session, owner: Subscriber, path: str) -> None:
    chosen = now_chosen(session, owner)
    path = path.format(home=chosen.homes[0].subscription_id, point=chosen.contact_points[0].id)
    before = dump(session)
    for method in ("GET", "HEAD", "OPTIONS"):
        assert page.open(path, method=method).status_code in {200, 405}
    session.expire_all()
    assert dump(session) == before


def test_another_subscribers_page_is_out_of_reach(page: FlaskClient, session: Session) -> None:
    other = factories.contact_point(session, address="ben@example.com")
    home = session.scalars(sa.select(Subscription.id).where(Subscription.subscriber_id == other.subscriber_id)).one()
    before = dump(session)
    for path in PATHS:
        if "{" in path:
            for method in ("GET", "POST"):
                answer = page.open(path.format(home=home, point=other.id), method=method)
                assert answer.status_code in {404, 405}
                assert "ben@" not in answer.text
    assert dump(session) == before


def test_an_address_in_the_form_names_no_other_subscriber(page: FlaskClient, session: Session) -> None:
    other = factories.contact_point(session)
    page.post("/my/leave", data={"subscriber_id": other.subscriber_id, "id": other.id})
    session.expire_all()
    assert session.get_one(ContactPoint, other.id).suppressed_at is None


def test_a_move_to_another_postcode(page: FlaskClient, session: Session, owner: Subscriber) -> None:
    home = now_chosen(session, owner).homes[0]
    saved(
        page, f"/my/homes/{home.subscription_id}", "Saved. Your home is now at AL1 1AG", postcode="al11ag", house="3 b"
    )
    moved = now_chosen(session, owner).homes[0]
    assert (moved.postcode, moved.house, moved.kinds) == ("AL1 1AG", "3 b", home.kinds)
    assert moved.neighbourhood_id.startswith("st-albans")
    assert len(session.scalars(sa.select(Household)).all()) == 2


@pytest.mark.parametrize(
    ("postcode", "house", "field", "sentence"),
    [
        ("", "", "postcode", "Enter your postcode"),
        ("Hitchin", "", "postcode", "Enter a full UK postcode"),
        (LONG, "", "postcode", "Enter a full UK postcode"),
        ("SG8 6DN", "", "postcode", "is outside Hertfordshire"),
        ("AL1 1AG", LONG, "house", "Shorten your house name or number"),
        ("AL1 1AG", "3\r\nX: y", "house", "on one line"),
    ],
)
def test_a_move_that_can_not_be_keeps_what_was_typed(
    page: FlaskClient, session: Session, owner: Subscriber, postcode: str, house: str, field: str, sentence: str
) -> None:
    home = now_chosen(session, owner).homes[0]
    answer = page.post(f"/my/homes/{home.subscription_id}", data={"postcode": postcode, "house": house})
    shows_fault(answer, field, sentence)
    if "\n" not in house:
        assert f'value="{postcode}"' in answer.text or not postcode
    assert now_chosen(session, owner).homes[0] == home


def test_a_new_postcode_is_placed_by_hand(page: FlaskClient, session: Session, owner: Subscriber) -> None:
    path = f"/my/homes/{now_chosen(session, owner).homes[0].subscription_id}"
    asked = page.post(path, data={"postcode": "AL1 1ZZ", "house": ""})
    assert asked.status_code == 400
    assert "<select" in asked.text
    none = page.post(path, data={"postcode": "AL1 1ZZ", "house": "", "neighbourhood": ""})
    assert (none.status_code, 'href="#neighbourhood"' in none.text) == (400, True)

    saved(
        page,
        path,
        "Your home is now at AL1 1ZZ",
        postcode="AL1 1ZZ",
        house="",
        neighbourhood="st-albans-south-east-and-london-colney",
    )

    assert now_chosen(session, owner).homes[0].neighbourhood_id == "st-albans-south-east-and-london-colney"


def test_one_of_two_homes_is_given_up(page: FlaskClient, session: Session, owner: Subscriber) -> None:
    first = now_chosen(session, owner).homes[0].subscription_id
    assert "Stop messages for" not in text(page.get(f"/my/homes/{first}"))
    assert "your only home here" in saved(page, f"/my/homes/{first}/remove", "leave OWL")
    second = factories.household(session, postcode="AL1 1AG")
    session.add(Subscription(subscriber_id=owner.id, household_id=second.id, kinds=["event"], created_at=utc_now()))
    session.commit()
    assert f"Stop messages for {POSTCODE}" in text(page.get(f"/my/homes/{first}"))
    saved(page, f"/my/homes/{first}/remove", f"We send you nothing more for {POSTCODE}.")
    assert [home.postcode for home in now_chosen(session, owner).homes] == ["AL1 1AG"]


def test_kinds_are_changed(page: FlaskClient, session: Session, owner: Subscriber) -> None:
    home = now_chosen(session, owner).homes[0]
    saved(page, f"/my/kinds/{home.subscription_id}", "You get: crime alert, event.", kinds=["event", "crime_alert"])
    assert now_chosen(session, owner).homes[0].kinds == (Kind.CRIME_ALERT, Kind.EVENT)
    for kinds in ([], ["nothing"], ["event", LONG]):
        answer = page.post(f"/my/kinds/{home.subscription_id}", data={"kinds": kinds})
        shows_fault(answer, "kinds", "Choose at least one kind")
    assert now_chosen(session, owner).homes[0].kinds == (Kind.CRIME_ALERT, Kind.EVENT)


def test_a_pause_and_its_end(
    still_november: time_machine.Coordinates, page: FlaskClient, session: Session, owner: Subscriber
) -> None:
    day = {"until-day": "1", "until-month": "12", "until-year": "2026"}
    shown = saved(page, "/my/pause", "We send you nothing before Tuesday 1 December 2026.", **day)
    assert "Paused. You get messages again from Tuesday 1 December 2026" in shown
    assert "Get messages again now" in text(page.get("/my/pause"))
    assert "Paused" not in saved(page, "/my/resume", "You get messages again from now on.")
    assert now_chosen(session, owner).paused_until is None


def test_a_day_that_can_not_be_is_told_beside_the_field_and_stays(page: FlaskClient) -> None:
    answer = page.post("/my/pause", data={"until-day": "31", "until-month": "2", "until-year": "<b>"})
    shows_fault(answer, "until", "Enter a day, a month and a year in figures")
    assert 'value="31"' in answer.text
    assert 'value="&lt;b&gt;"' in answer.text


def test_an_email_address_is_added_by_its_link(page: FlaskClient, session: Session, owner: Subscriber) -> None:
    assert page.post("/my/add/email", data={"email": "anna2@example.com"}).location == "/my/sent-link"
    assert "anna2@example.com" in text(page.get("/my/sent-link"))
    path = f"/{word(session, 'path')}/{word(session, 'token')}"
    assert page.get(path).status_code == 200
    assert len(now_chosen(session, owner).contact_points) == 1

    saved(page, path, "Saved. You get messages there from now on.")

    assert [point.address for point in now_chosen(session, owner).contact_points] == [EMAIL, "anna2@example.com"]
    assert page.post(path).status_code == 303
    assert [(name, to) for name, to, _ in sent(session)][-1] == ("address_added", EMAIL)


def test_a_mobile_is_added_by_its_code(page: FlaskClient, session: Session, owner: Subscriber) -> None:
    assert page.post("/my/add/mobile", data={"mobile": "07700 900123"}).location == "/my/code"
    assert "07700 900123" in text(page.get("/my/code"))
    code = word(session, "code")
    shows_fault(page.post("/my/code", data={"code": wrong(code)}), "code", "You have 4 tries left.")
    shows_fault(page.post("/my/code", data={"code": "12"}), "code", "Enter the 6 digits")
    assert page.post("/my/code/again").location == "/my/code"
    assert word(session, "code") != code or len(sent(session)) == 3

    saved(page, "/my/code", "Saved. You get messages there from now on.", code=word(session, "code"))

    assert [point.address for point in now_chosen(session, owner).contact_points] == [EMAIL, "07700 900123"]


@pytest.mark.parametrize("known", [True, False])
def test_the_page_never_tells_whether_an_address_is_somebody_elses(
    page: FlaskClient, session: Session, known: bool
) -> None:
    if known:
        factories.contact_point(session, channel=Channel.SMS, address=MOBILE)
    answer = page.post("/my/add/mobile", data={"mobile": "07700 900123"}, follow_redirects=True)
    assert "We have sent a text to 07700 900123." in text(answer)
    shows_fault(page.post("/my/code", data={"code": "000000"}), "code", "You have 4 tries left.")


def test_an_address_of_ones_own_is_not_added_twice(page: FlaskClient) -> None:
    shows_fault(page.post("/my/add/email", data={"email": EMAIL.upper()}), "email", "You get messages here already")
    assert page.get("/my/add/pigeon").status_code == 404


def test_an_address_is_removed_after_a_question_but_never_the_last(
    page: FlaskClient, session: Session, owner: Subscriber
) -> None:
    text_point = factories.contact_point(session, owner, channel=Channel.SMS, address=MOBILE)
    assert "07700 900123" in text(page.get(f"/my/remove/{text_point.id}"))
    shown = saved(page, f"/my/remove/{text_point.id}", "The address is removed")
    assert "07700" not in shown
    last = now_chosen(session, owner).contact_points[0]
    assert EMAIL in saved(page, f"/my/remove/{last.id}", "Add another address first, or leave OWL.")


def test_who_leaves_gets_nothing_more_and_may_start_again(
    page: FlaskClient, session: Session, owner: Subscriber
) -> None:
    assert "Pause for a while" in text(page.get("/my/leave"))
    shown = saved(page, "/my/leave", "You have left. We send you nothing more.")
    assert "You get no messages now." in shown
    assert not now_chosen(session, owner).gets_messages
    point = now_chosen(session, owner).contact_points[0]
    saved(page, f"/my/restart/{point.id}", "Saved. You get messages there again.")
    assert now_chosen(session, owner).gets_messages


def test_texts_that_were_stopped_by_text_start_again_by_text(
    page: FlaskClient, session: Session, owner: Subscriber
) -> None:
    stopped = factories.contact_point(
        session, owner, channel=Channel.SMS, suppressed_at=utc_now(), suppressed_reason=SuppressionReason.STOPPED
    )
    assert "Stopped by text" in saved(
        page, f"/my/restart/{stopped.id}", "Text START to the number our texts come from."
    )


def test_the_data_comes_as_a_file(page: FlaskClient) -> None:
    answer = page.get("/my/data")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="my-owl-data.json"'
    assert answer.headers["Cache-Control"] == "no-store"
    data = json.loads(answer.text)
    assert (data["name"], data["addresses"][0]["address"]) == ("Anna", EMAIL)


def test_everything_is_deleted_once_it_was_confirmed(page: FlaskClient, session: Session, owner: Subscriber) -> None:
    shows_fault(page.post("/my/delete"), "sure", "Tick the box")
    assert now_chosen(session, owner).name == "Anna"

    answer = page.post("/my/delete", data={"sure": "yes"})

    assert answer.location == "/my/deleted"
    assert "Everything is deleted" in text(page.get("/my/deleted"))
    session.expire_all()
    assert session.scalars(sa.select(Subscriber)).all() == []
    assert "Your email address or mobile number" in text(page.get("/my"))


def test_replies_go_along_and_are_deleted_with_their_writer(
    page: FlaskClient, session: Session, owner: Subscriber
) -> None:
    point = session.scalars(sa.select(ContactPoint).where(ContactPoint.subscriber_id == owner.id)).one()
    delivery = factories.delivery(session, point)
    reply = factories.reply(session, to=delivery, words="I saw a white van")
    author = factories.user(session, areas=[reply.neighbourhood_id])
    answer_reply(reply.id, "Thank you.", author_id=author.id, now=utc_now())

    told = page.get("/my/data").get_json()["replies"][0]
    assert (told["words"], told["answers"][0]["words"]) == ("I saw a white van", "Thank you.")
    page.post("/my/delete", data={"sure": "yes"})

    session.expire_all()
    assert session.scalars(sa.select(Reply)).all() == []
    assert session.get_one(Delivery, (delivery.message_id, delivery.seq)).contact_point_id == point.id  # still counted


def test_a_name_is_shown_as_it_was_typed_and_as_nothing_else(client: FlaskClient, session: Session) -> None:
    names = [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "{{ 7*7 }}",
        "\u202eevil",
        "👵🏽",
        "N" * 100,
    ]
    for number, name in enumerate(names):
        address = f"n{number}@example.com"
        factories.contact_point(session, factories.subscriber(session, name=name), address=address)
        client.post("/my", data={"contact": address})
        client.post(f"/my/open/{word(session, 'token')}")
        shown = client.get("/my")
        assert f"Hello, {name}" in text(shown) or "<" in name
        assert not re.search(r"<script>alert|<img src=x", shown.text)
        assert "Hello, 49" not in shown.text


def test_a_form_without_its_token_changes_nothing(app: Flask, session: Session, owner: Subscriber) -> None:
    bare = app.test_client(bare=True)
    assert bare.post("/my", data={"contact": EMAIL}).status_code == 400
    assert sent(session) == []


@pytest.mark.parametrize("field", ["contact", "postcode", "house", "kinds", "until-day", "email", "mobile", "code"])
def test_a_hundred_kilobytes_in_a_field_are_answered_quickly(page: FlaskClient, field: str) -> None:
    for path in ("/my", "/my/pause", "/my/add/email", "/my/add/mobile", "/my/code"):
        begun = utc_now()
        assert page.post(path, data={field: "a1@ " * 25_000}).status_code == 400
        assert utc_now() - begun < timedelta(seconds=1)


def test_no_log_shows_an_address_a_name_or_a_link(
    client: FlaskClient,
    session: Session,
    owner: Subscriber,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    client.post("/my", data={"contact": EMAIL})
    token = word(session, "token")
    client.post(f"/my/open/{token}")
    client.post("/my/add/email", data={"email": "anna2@example.com"})
    second = word(session, "token")
    client.post(f"/my/prove/{second}")
    client.post("/my/add/mobile", data={"mobile": "07700 900123"})
    code = word(session, "code")
    client.post("/my/code", data={"code": code})
    client.get("/my/data")
    client.post("/my/delete", data={"sure": "yes"})

    written = caplog.text + "".join(capfd.readouterr())

    assert "/my" in written
    for secret in (EMAIL, "anna2", "7700", "Anna", token, second, code):
        assert secret not in written
