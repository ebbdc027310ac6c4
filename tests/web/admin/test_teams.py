"""Teams with named officers: administrators keep them, residents see them, leavers are taken off."""

from __future__ import annotations

import io

from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName
from owl.accounts.officers import officers_of
from owl.accounts.teams import team_of
from owl.handover.leaving import let_go
from tests import factories
from tests.accounts.places import HITCHIN
from tests.browser import sign_in
from tests.factories import NOW

PUBLIC = f"/neighbourhoods/{HITCHIN}"


def photo() -> bytes:
    """A picture with a place in it, as phones write it."""
    exif, file = Image.Exif(), io.BytesIO()
    exif[0x010E] = "taken at home"
    Image.new("RGB", (1600, 1200), "navy").save(file, "JPEG", exif=exif)
    return file.getvalue()


def test_an_officer_is_added_with_a_photo_seen_by_residents_changed_and_taken_off(
    client: FlaskClient, session: Session
) -> None:
    chief = factories.user(session, role=RoleName.ADMINISTRATOR)
    sign_in(client, session, chief)
    amy = factories.user(session, areas=[HITCHIN])
    team = team_of(session, HITCHIN)
    page = f"/admin/teams/{team.id}"
    assert "Nobody yet" in client.get(page).text
    typed = {"name": "Amy Field", "rank": "PCSO", "phone": "101 ext. 1234", "email": "amy@police.example.com"}

    answer = client.post(f"{page}/officers", data=typed | {"user": amy.id, "photo": (io.BytesIO(photo()), "amy.jpg")})

    assert answer.location == page
    [officer] = officers_of(session, team.id)
    seen = client.get(PUBLIC).text
    assert all(words in seen for words in ("Your officers", "PCSO Amy Field", "101 ext. 1234"))
    shown = client.get(f"/neighbourhoods/officers/{officer.id}.jpg")
    assert (shown.mimetype, b"taken at home" in shown.data) == ("image/jpeg", False)
    assert max(Image.open(io.BytesIO(shown.data)).size) == 400

    client.post(f"{page}/officers/{officer.id}", data=typed | {"rank": "Sergeant", "user": amy.id})
    [changed] = officers_of(session, team.id)
    assert (changed.rank, changed.photo_version) == ("Sergeant", officer.photo_version)

    let_go(amy.id, successor_id=None, actor_id=chief.id, now=NOW)
    assert officers_of(session, team.id) == []
    assert "Your officers" not in client.get(PUBLIC).text
    assert client.get(f"/neighbourhoods/officers/{officer.id}.jpg").status_code == 404


def test_what_is_no_photo_name_or_number_is_refused_and_what_was_typed_is_kept(
    client: FlaskClient, session: Session
) -> None:
    sign_in(client, session, factories.user(session, role=RoleName.ADMINISTRATOR))
    team = team_of(session, HITCHIN)
    page = f"/admin/teams/{team.id}"
    for wrong in (
        {"photo": (io.BytesIO(b"<svg onload=alert(1)>"), "x.jpg")},
        {"phone": "call me"},
        {"email": "nobody"},
        {"name": "\u202e"},
    ):
        answer = client.post(f"{page}/officers", data={"name": "Amy Field", "rank": "PCSO"} | wrong)
        assert (answer.status_code, 'value="PCSO"' in answer.text) == (400, True), wrong
    assert officers_of(session, team.id) == []
    assert client.post(page, data={"name": "", "email": "x"}).status_code == 400
    assert client.post(page, data={"name": "Hitchin SNT", "email": "hitchin@example.com"}).status_code == 303
    assert team_of(session, HITCHIN).name == "Hitchin SNT"
