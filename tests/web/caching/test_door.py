"""The public site from what is kept: made once, the same for everybody, and there while nothing else works."""

from __future__ import annotations

from datetime import timedelta

import time_machine
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName
from owl.households.choices import Kind
from owl.web.public.remembering import CHOICE, NEIGHBOURHOOD
from tests import factories
from tests.browser import sign_in
from tests.factories import NOW
from tests.web.caching.conftest import HERE, House


def later(**delta: float) -> time_machine.travel:
    return time_machine.travel(NOW + timedelta(**delta), tick=False)


def test_a_page_is_made_once_and_then_told_to_be_the_same(house: House) -> None:
    assert house.how() == "fwd=miss; stored"
    made = house.get(Accept_Encoding="gzip")
    assert made.headers["Cache-Status"] == "owl; hit"
    assert made.headers["Content-Encoding"] == "gzip"
    assert "stale-while-revalidate=" in made.headers["Cache-Control"]
    assert "stale-if-error=" in made.headers["Cache-Control"]
    assert {"accept-language", "cookie", "accept-encoding"} <= set(made.vary.as_set())
    for known in (
        {"If_None_Match": made.headers["ETag"]},
        {"If_None_Match": f'"other", {made.headers["ETag"]}'},
        {"If_None_Match": made.headers["ETag"].removeprefix("W/")},  # as proxies that zip send it back
        {"If_Modified_Since": made.headers["Last-Modified"]},
    ):
        again = house.get(**known)
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == made.headers["ETag"]
    assert house.get(If_None_Match='"other"', If_Modified_Since=made.headers["Last-Modified"]).status_code == 200
    for accepted, zipped in (
        ("*;q=0, gzip;q=0", 0),
        ("br, gzip; q=0.000", 0),
        ("br;q=1, GZIP; q=0.5", 1),
        ("gzipped", 0),
    ):
        assert ("Content-Encoding" in house.get(Accept_Encoding=accepted).headers) == bool(zipped), accepted
    head = house.app.test_client().head(HERE)
    assert (head.data, head.content_length) == (b"", len(house.get().data))
    with later(seconds=11):
        assert house.how() == "fwd=miss; stored"
        assert house.get().headers["Last-Modified"] == made.headers["Last-Modified"]  # nothing has changed


def test_a_page_is_the_same_for_all_who_read_its_language(house: House, session: Session) -> None:
    officer = house.app.test_client()
    sign_in(officer, session, factories.user(session, role=RoleName.INSPECTOR, areas=["hitchin-urban"]))
    first = officer.get(HERE, headers={"Referer": "http://elsewhere.example/", "Authorization": "Bearer x"})
    assert first.headers["Cache-Status"] == "owl; fwd=miss; stored"
    assert first.data == house.get().data
    same = (f"{HERE}?utm_source=them", f"{HERE}?language=xx", f"{HERE}?fbclid=1")
    assert [house.how(path) for path in same] == ["hit"] * 3
    assert house.how(Accept_Language="de, en;q=0.5") == "hit"
    assert house.how("/", Accept_Language="de, pl;q=0.9, en;q=0.5") == "fwd=miss; stored"
    polish = house.get("/", cookies={"owl_language": "pl"})
    assert (polish.headers["Cache-Status"], polish.headers["Content-Language"]) == ("owl; hit", "pl")
    assert house.get("/").headers["Content-Language"] == "en-GB"
    assert "Cookie choice" in house.get().text
    assert "Cookie choice" not in house.get(cookies={CHOICE: "yes"}).text
    assert house.how(f"{HERE}?made=up") == "fwd=bypass"


def test_the_first_page_of_somebodys_own_place_is_kept_by_nobody(house: House) -> None:
    mine = house.get("/", cookies={CHOICE: "yes", NEIGHBOURHOOD: "hitchin-urban"})
    assert "Hitchin Urban" in mine.text
    assert mine.headers["Cache-Control"] == "no-store"
    assert "Hitchin Urban" not in house.get("/", cookies={CHOICE: "yes"}).text


def test_another_host_and_another_method_get_nothing_of_it(house: House) -> None:
    house.how()
    assert house.app.test_client().get(HERE, base_url="http://evil.example").status_code == 400
    assert house.app.test_client().post(HERE).status_code == 405
    assert house.get("/neighbourhoods/%ff").status_code == 404


def test_what_a_team_changes_shows_at_once(house: House, session: Session) -> None:
    assert [house.how(), house.how()] == ["fwd=miss; stored", "hit"]
    assert house.app.test_client().post("/team/sign-in", data={"email": "a@b.example"}).status_code < 500
    assert house.how() == "hit"  # strangers can't make us busy
    officer = house.app.test_client()
    sign_in(officer, session, factories.user(session, areas=["hitchin-urban"]))
    saved = officer.post("/team/messages/new", data={"kind": "good_news", "severity": "routine", "title": "A draft"})
    assert saved.status_code < 400
    assert house.how() == "fwd=miss; stored"


def test_the_site_is_there_while_its_database_is_not(house: House, session: Session) -> None:
    news = factories.message(session, kind=Kind.GOOD_NEWS, neighbourhood_ids=["hitchin-urban"])
    words = f"/messages/{news.code}"
    seen = (HERE, "/", "/neighbourhoods", "/feeds/county.atom", words)
    assert {house.how(path) for path in seen} == {"fwd=miss; stored"}
    house.restart()
    house.database_is(there=False)
    with later(minutes=50):
        assert house.get("/neighbourhoods/hitchin-rural").status_code >= 500  # nobody has ever asked for it
        assert [house.how(path).partition("=")[0] for path in seen] == ["hit; detail"] * len(seen)
        polish = house.get(cookies={CHOICE: "yes"}, Accept_Language="pl")
        assert (polish.status_code, polish.headers.get("Content-Language")) == (
            200,
            house.get().headers.get("Content-Language"),
        )
    with later(days=6):
        assert house.get().status_code == 200
        assert house.get(words).status_code >= 500  # we can't ask whether its words still stand
    with later(days=8):
        assert house.get().status_code >= 500
        house.database_is(there=True)
        assert house.how() == "fwd=miss; stored"


def test_what_is_for_a_street_is_kept_by_nobody(house: House, session: Session) -> None:
    street = {"audience": {"include": ["postcode:SG5 1AA"], "exclude": [], "channels": ["email"]}}
    message = factories.message(session, neighbourhood_ids=["hitchin-urban"], **street)
    shown = factories.picture(session, message.id)
    for path in (f"/messages/{message.code}", f"/messages/{message.code}/poster", "/messages/BB-0000-B"):
        answer = house.get(path)
        assert answer.headers["Cache-Control"] == "no-store", path
        assert "Cache-Status" not in answer.headers
    assert house.get(f"/pictures/{shown.name}.jpg").cache_control.private


def test_a_page_that_is_gone_is_forgotten(house: House, session: Session) -> None:
    news = factories.message(session, kind=Kind.GOOD_NEWS, neighbourhood_ids=["hitchin-urban"])
    assert house.how(f"/messages/{news.code}") == "fwd=miss; stored"
    news.training = True
    session.commit()
    with later(seconds=11):
        assert house.get(f"/messages/{news.code}").status_code == 404
        house.database_is(there=False)
        assert house.get(f"/messages/{news.code}").status_code >= 500
