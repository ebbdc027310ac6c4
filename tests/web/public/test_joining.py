from __future__ import annotations

import html
import json
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from owl.foundation.clock import utc_now
from owl.foundation.notices import Channel, Notice
from owl.households.consent import WORDING
from owl.households.models import Consent, ContactPoint, Household, Joining, Subscriber, Subscription
from tests import factories

CONTACT = {"email": "jo@example.com", "mobile": "", "name": "", "house": ""}


def text(answer: TestResponse) -> str:
    """What a reader sees, more or less."""
    body = re.sub(r"<(script|style|head).*?</\1>", " ", answer.text, flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", body)).split())


def leads_to(answer: TestResponse, path: str) -> None:
    assert (answer.status_code, answer.location) == (303, path), text(answer)


def answer_all(client: FlaskClient, **contact: str) -> None:
    leads_to(client.post("/join/where", data={"postcode": "sg51sd"}), "/join/contact")
    leads_to(client.post("/join/contact", data=CONTACT | contact), "/join/kinds")
    leads_to(client.post("/join/kinds", data={"kinds": ["crime_alert", "event"]}), "/join/consent")
    leads_to(client.post("/join/consent", data={"agree": WORDING}), "/join/check")


def shown(client: FlaskClient) -> str:
    found = re.search(r'name="shown"\s+value="(\w+)"', client.get("/join/check").text)
    assert found
    return found[1]


def finish(client: FlaskClient) -> TestResponse:
    return client.post("/join/check", data={"shown": shown(client)})


def word(session: Session, template: str, name: str) -> str:
    notice = session.scalars(select(Notice).where(Notice.template == template).order_by(Notice.id.desc())).first()
    assert notice is not None
    assert notice.words is not None
    return str(json.loads(notice.words)[name])


def test_a_postcode_shows_its_neighbourhood_and_team(client: FlaskClient) -> None:
    page = client.get("/join/where?postcode= sg5 1sd")
    assert page.status_code == 200
    assert "You are in Hitchin Urban" in text(page)
    assert "Your team is the Hitchin Urban Safer Neighbourhood Team" in text(page)


def test_what_is_not_a_postcode_is_told_beside_the_field_and_stays(client: FlaskClient) -> None:
    page = client.get("/join/where?postcode=Hitchin<b>")
    assert page.status_code == 400
    assert "<title>Error: Where is your home?" in page.text
    assert 'href="#postcode"' in page.text
    assert text(page).count("Enter a full UK postcode, like AL1 1AG.") == 2
    assert 'value="Hitchin&lt;b&gt;"' in page.text


def test_a_postcode_outside_is_told_apart(client: FlaskClient) -> None:
    page = client.get("/join/where?postcode=sg8 6dn")
    assert "SG8 6DN is outside Hertfordshire" in text(page)
    assert "police.uk" in text(page)
    assert "<select" not in page.text


def test_a_postcode_that_is_not_known_yet_offers_the_neighbourhoods_by_district(client: FlaskClient) -> None:
    page = client.get("/join/where?postcode=al1 1zz")
    assert "We do not know AL1 1ZZ yet" in text(page)
    assert page.text.count("<optgroup") == 10
    assert page.text.count("<option") == 34
    assert "Error" not in text(page)


def test_a_neighbourhood_chosen_by_hand_is_kept(client: FlaskClient, session: Session) -> None:
    leads_to(client.post("/join/where", data={"postcode": "AL1 1ZZ", "neighbourhood": "harpenden"}), "/join/contact")
    leads_to(client.post("/join/contact", data=CONTACT), "/join/kinds")
    leads_to(client.post("/join/kinds", data={"kinds": ["event"]}), "/join/consent")
    leads_to(client.post("/join/consent", data={"agree": WORDING}), "/join/check")
    assert "Harpenden, St Albans" in text(client.get("/join/check"))


@pytest.mark.parametrize("chosen", ["", "atlantis"])
def test_a_choice_that_is_none_asks_again(client: FlaskClient, chosen: str) -> None:
    page = client.post("/join/where", data={"postcode": "AL1 1ZZ", "neighbourhood": chosen})
    assert page.status_code == 400
    assert 'href="#neighbourhood"' in page.text
    assert "Choose your neighbourhood from the list." in text(page)


def test_a_hand_can_not_place_a_home_outside(client: FlaskClient, session: Session) -> None:
    page = client.post("/join/where", data={"postcode": "M1 1AE", "neighbourhood": "harpenden"})
    assert "M1 1AE is outside Hertfordshire" in text(page)
    assert session.scalar(select(func.count(Joining.id))) == 0


def test_looking_changes_nothing(client: FlaskClient, session: Session) -> None:
    for path in ("", "/where", "/where?postcode=SG5 1SD", "/contact", "/kinds", "/consent", "/check", "/code", "/done"):
        client.get(f"/join{path}")
    assert session.scalar(select(func.count(Joining.id))) == 0


def test_joining_by_email_takes_a_link_and_a_press(client: FlaskClient, session: Session) -> None:
    answer_all(client, name="Jo Bloggs", house="12")
    leads_to(finish(client), "/join/done")
    assert "Press the link in our mail" in text(client.get("/join/done"))
    link = f"/join/prove/{word(session, 'prove_email', 'token')}"

    for _ in range(2):  # a mail scanner looks, and looks again
        assert "Confirm my address" in text(client.get(link))
    assert session.scalar(select(func.count(Subscriber.id))) == 0

    leads_to(client.post(link), "/join/joined/hitchin-urban")
    assert "You have joined Hitchin Urban, North Herts" in text(client.get("/join/joined/hitchin-urban"))
    assert session.scalars(select(Subscriber.name)).all() == ["Jo Bloggs"]
    home = session.scalars(select(Household)).one()
    assert (home.postcode, home.house, home.neighbourhood_id) == ("SG5 1SD", "12", "hitchin-urban")
    assert home.ward_code is not None
    assert session.scalars(select(Subscription.kinds)).all() == [["crime_alert", "event"]]
    evidence = session.scalars(select(Consent)).one()
    assert (evidence.wording, evidence.source, evidence.given) == (WORDING, "web form", True)


def test_a_link_works_on_another_device_and_a_second_press_says_the_same(
    client: FlaskClient, session: Session, app: object
) -> None:
    answer_all(client)
    finish(client)
    link = f"/join/prove/{word(session, 'prove_email', 'token')}"
    phone = client.application.test_client()
    leads_to(phone.post(link), "/join/joined/hitchin-urban")
    leads_to(phone.post(link), "/join/joined/hitchin-urban")
    assert session.scalar(select(func.count(Subscriber.id))) == 1


def test_a_damaged_link_says_so_kindly(client: FlaskClient, session: Session) -> None:
    answer_all(client)
    finish(client)
    link = f"/join/prove/{word(session, 'prove_email', 'token')[:-1]}"
    for answer in (client.get(link), client.post(link)):
        assert answer.status_code == 410
        assert "This link does not work any more" in text(answer)
        assert "/join/where" in answer.text


def test_joining_by_text_takes_the_code(client: FlaskClient, session: Session) -> None:
    answer_all(client, email="", mobile="07700 900123")
    leads_to(finish(client), "/join/code")
    assert "07700 900123" in text(client.get("/join/code"))
    code = word(session, "prove_mobile", "code")

    wrong = client.post("/join/code", data={"code": f"{(int(code) + 1) % 10**6:06}"})
    assert wrong.status_code == 400
    assert 'href="#code"' in wrong.text
    assert "You have 4 tries left" in text(wrong)

    leads_to(client.post("/join/code", data={"code": f" {code[:3]} {code[3:]}"}), "/join/joined/hitchin-urban")
    assert session.scalars(select(ContactPoint.address)).all() == ["+447700900123"]


def test_five_wrong_codes_are_enough_and_a_new_one_can_be_had(client: FlaskClient, session: Session) -> None:
    answer_all(client, email="", mobile="07700 900123")
    finish(client)
    code = word(session, "prove_mobile", "code")
    for _ in range(5):
        page = client.post("/join/code", data={"code": f"{(int(code) + 1) % 10**6:06}"})
    assert "Ask for a new one" in text(page)
    assert "Ask for a new one" in text(client.post("/join/code", data={"code": code}))
    leads_to(client.post("/join/again", data={"channel": "sms"}), "/join/code")
    leads_to(
        client.post("/join/code", data={"code": word(session, "prove_mobile", "code")}), "/join/joined/hitchin-urban"
    )


def test_with_both_addresses_the_end_says_what_is_still_to_do(client: FlaskClient, session: Session) -> None:
    answer_all(client, mobile="07700 900123")
    leads_to(finish(client), "/join/code")
    client.post("/join/code", data={"code": word(session, "prove_mobile", "code")})
    assert "To get mails too, press the link" in text(client.get("/join/joined/hitchin-urban"))
    client.post(f"/join/prove/{word(session, 'prove_email', 'token')}")
    assert "To get mails too" not in text(client.get("/join/joined/hitchin-urban"))
    assert session.scalar(select(func.count(Subscriber.id))) == 1
    assert session.scalar(select(func.count(ContactPoint.id))) == 2


def without_tokens(page: TestResponse) -> str:
    return re.sub(r'name="csrf_token"\s+value="[^"]*"', "", page.text)


@pytest.mark.parametrize(
    ("channel", "contact", "address"),
    [
        (Channel.EMAIL, {"email": "jo@example.com"}, "jo@example.com"),
        (Channel.SMS, {"email": "", "mobile": "07700 900123"}, "+447700900123"),
    ],
)
def test_a_known_address_gets_the_same_pages_and_its_owner_a_notice(
    client: FlaskClient, session: Session, channel: Channel, contact: dict[str, str], address: str
) -> None:
    def join() -> tuple[int, str, str, str]:
        browser = client.application.test_client()
        answer_all(browser, **contact)
        answer = finish(browser)
        assert answer.location is not None
        page = without_tokens(browser.get(answer.location))
        wrong = browser.post("/join/code", data={"code": "12345"}) if channel is Channel.SMS else None
        return answer.status_code, answer.location, page, without_tokens(wrong) if wrong else ""

    as_a_stranger = join()
    factories.contact_point(session, channel=channel, address=address)
    assert join() == as_a_stranger
    assert session.scalars(select(Notice.template).order_by(Notice.id)).all()[-1] == "already_known"


def test_what_was_typed_stays_and_each_fault_is_linked(client: FlaskClient) -> None:
    client.post("/join/where", data={"postcode": "SG5 1SD"})
    typed = {"email": "jo@@example.com", "mobile": "01438 757000", "name": "n" * 5000, "house": "1\r\nBcc: x"}
    page = client.post("/join/contact", data=typed)
    assert page.status_code == 400
    assert "<title>Error: How can we reach you?" in page.text
    for field in ("email", "mobile", "name", "house"):
        assert f'href="#{field}"' in page.text
        assert f'id="{field}-error"' in page.text
    assert 'value="jo@@example.com"' in page.text
    assert 'value="01438 757000"' in page.text
    assert "n" * 5000 in page.text
    assert "This is a landline" in text(page)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"email": "", "mobile": ""}, "Enter an email address, a mobile number, or both."),
        ({"mobile": "+33 6 12 34 56 78"}, "from another country"),
        ({"mobile": "07700 9O0123"}, "Take out letters"),
        ({"name": "Jo\r\nBcc: everybody@example.com"}, "Write your name on one line"),
        ({"email": "jo@example.com\r\nBcc: x@example.com"}, "email address"),
    ],
)
def test_bad_contact_details_are_refused_with_what_to_do(
    client: FlaskClient, typed: dict[str, str], sentence: str
) -> None:
    client.post("/join/where", data={"postcode": "SG5 1SD"})
    page = client.post("/join/contact", data=CONTACT | typed)
    assert page.status_code == 400
    assert sentence in text(page)


@pytest.mark.parametrize(
    "name", ["\U0001f989 Owl", "שרה כהן", "<script>alert(1)</script>", "{{ 7 * 7 }}", "O’Brien & Söhne"]
)
def test_any_name_is_shown_as_it_is(client: FlaskClient, name: str) -> None:
    answer_all(client, name=name)
    page = client.get("/join/check")
    assert html.escape(name, quote=False) in page.text.replace("&#39;", "'")
    assert "<script>alert" not in page.text


def test_nothing_is_ticked_beforehand(client: FlaskClient) -> None:
    client.post("/join/where", data={"postcode": "SG5 1SD"})
    client.post("/join/contact", data=CONTACT)
    assert not re.search(r"\bchecked\b", client.get("/join/kinds").text)
    client.post("/join/kinds", data={"kinds": "event"})
    assert not re.search(r"\bchecked\b", client.get("/join/consent").text)


def test_without_a_kind_or_a_tick_the_question_is_asked_again(client: FlaskClient) -> None:
    client.post("/join/where", data={"postcode": "SG5 1SD"})
    client.post("/join/contact", data=CONTACT)
    page = client.post("/join/kinds", data={})
    assert (page.status_code, 'href="#kinds"' in page.text) == (400, True)
    client.post("/join/kinds", data={"kinds": "event"})
    page = client.post("/join/consent", data={})
    assert (page.status_code, 'href="#agree"' in page.text) == (400, True)
    assert "Tick the box if you agree" in text(page)


def test_a_change_leads_back_to_the_check(client: FlaskClient) -> None:
    answer_all(client)
    leads_to(client.post("/join/kinds", data={"kinds": "event"}), "/join/check")
    leads_to(client.post("/join/where", data={"postcode": "AL1 1AG"}), "/join/check")
    leads_to(client.post("/join/contact", data=CONTACT | {"mobile": "07700900123"}), "/join/consent")
    assert 'value="07700 900123"' in client.get("/join/contact").text


def test_fields_that_nobody_asked_for_are_ignored(client: FlaskClient, session: Session) -> None:
    client.post("/join/where", data={"postcode": "SG5 1SD", "ward_code": "E1", "neighbourhood_id": "harpenden"})
    extra = {
        "wording": "2026-11",
        "kinds": "event",
        "subscriber_id": "1",
        "consented_at": "2020-01-01",
        "role": "admin",
    }
    leads_to(client.post("/join/contact", data=CONTACT | extra), "/join/kinds")
    joining = session.scalars(select(Joining)).one()
    read = json.loads(joining.answers)
    assert (read["kinds"], read["wording"], read["neighbourhood_id"]) == ([], None, "hitchin-urban")
    assert (joining.subscriber_id, joining.consented_at) == (None, None)


def test_joining_twice_sends_once(client: FlaskClient, session: Session) -> None:
    answer_all(client)
    form = {"shown": shown(client)}
    leads_to(client.post("/join/check", data=form), "/join/done")
    leads_to(client.post("/join/check", data=form), "/join/done")
    assert session.scalar(select(func.count(Notice.id))) == 1


def test_an_answer_changed_in_another_tab_is_shown_before_anything_is_sent(
    client: FlaskClient, session: Session
) -> None:
    answer_all(client)
    form = {"shown": shown(client)}
    client.post("/join/contact", data=CONTACT | {"email": "other@example.com"})
    page = client.post("/join/check", data=form)
    assert page.status_code == 409
    assert "Your answers changed in another window" in text(page)
    assert "other@example.com" in text(page)
    assert session.scalar(select(func.count(Notice.id))) == 0


def test_a_finished_joining_is_told_kindly(client: FlaskClient) -> None:
    answer_all(client)
    finish(client)
    for answer in (client.get("/join/contact"), client.post("/join/contact", data=CONTACT), client.get("/join/check")):
        assert answer.status_code == 409
        assert "You have already finished" in text(answer)
        assert "/join/done" in answer.text
    leads_to(client.post("/join/where", data={"postcode": "SG5 1SD"}), "/join/contact")


def test_an_expired_joining_is_told_kindly(client: FlaskClient, session: Session) -> None:
    client.post("/join/where", data={"postcode": "SG5 1SD"})
    session.scalars(select(Joining)).one().expires_at = utc_now()
    session.commit()
    for answer in (client.get("/join/kinds"), client.post("/join/kinds", data={"kinds": "event"})):
        assert answer.status_code == 410
        assert "Please start again" in text(answer)
        assert "/join/where" in answer.text


@pytest.mark.parametrize("path", ["contact", "kinds", "consent", "check", "code", "done"])
def test_a_page_without_a_joining_says_how_to_begin(client: FlaskClient, path: str) -> None:
    assert client.get(f"/join/{path}").status_code == 410


@pytest.mark.parametrize("path", ["code", "done"])
def test_pages_of_the_end_lead_to_the_question_that_is_missing(client: FlaskClient, path: str) -> None:
    client.post("/join/where", data={"postcode": "SG5 1SD"})
    assert client.get(f"/join/{path}", follow_redirects=True).request.path == "/join/contact"


def test_a_page_reached_too_early_leads_to_the_question_that_is_missing(client: FlaskClient) -> None:
    client.post("/join/where", data={"postcode": "SG5 1SD"})
    for path in ("consent", "check"):
        assert client.get(f"/join/{path}").location == "/join/contact"
    leads_to(client.post("/join/check", data={"shown": "x"}), "/join/check")


def test_nothing_that_was_typed_is_in_cookies_or_addresses(client: FlaskClient) -> None:
    answer_all(client, name="Jo Bloggs")
    answer = finish(client)
    with client.session_transaction() as cookie:
        assert set(cookie) <= {"joining", "csrf_token", "_fresh"}
        assert re.fullmatch(r"[\w-]{32}", cookie["joining"])
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_neighbourhood_is_remembered_only_by_those_who_said_yes(client: FlaskClient) -> None:
    client.post("/join/where", data={"postcode": "SG5 1SD"})
    assert client.get_cookie("owl_place") is None
    client.set_cookie("owl_cookies", "yes")
    client.post("/join/where", data={"postcode": "SG5 1SD"})
    kept = client.get_cookie("owl_place")
    assert kept is not None
    assert kept.value == "hitchin-urban"


def test_a_welcome_to_nowhere_is_not_found(client: FlaskClient) -> None:
    assert client.get("/join/joined/atlantis").status_code == 404
