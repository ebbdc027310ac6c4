"""Every page, opened by everybody: for whom it opens, what it carries, that it runs and changes nothing.

One walk for all of it: opening the pages is what takes the time. Who may press what: test_every_route.py.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from owl.accounts.models import User
from owl.foundation.audit import Audit
from owl.foundation.database import Model, db
from owl.households.models import ContactPoint, Household, Subscriber
from owl.messages.models import Message
from owl.replies.models import Reply
from owl.web.caching.policy import FOR_ALL
from tests.conftest import GEOGRAPHY
from tests.house.routes.letters import OPEN, is_recorded, letter
from tests.house.routes.table import WHO
from tests.house.test_hostile_input import XSS, assert_harmless
from tests.house.world import PERSONS, World

EVERY = ("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "Permissions-Policy")
PERSONAL = ("/my", "/join", "/team", "/r/", "/unsubscribe")
NOBODY = "'none'"
# Previews, which stand in frames of our own page.
FRAMED = dict.fromkeys(
    (
        "team_trying.preview_mail",
        "team_previewing.show_page",
        "team_previewing.show_poster",
        "team_asking_preview.page",
    ),
    "'self'",
)


def test_every_page_opens_for_whom_it_should_is_safe_and_changes_no_row(world: World, session: Session) -> None:
    write_hostile_words(session)
    for_all: dict[str, bytes] = {}
    shown = 0
    for person in PERSONS:
        before = contents()
        for rule in pages(world):  # each in a new browser: some pages forget who is signed in
            what, answer = f"{person}: GET {rule.rule}", world.client(person).get(world.path(rule))
            found, expected = letter(answer, rule.rule, person), WHO.get(rule.endpoint, OPEN)[PERSONS.index(person)]
            assert found == expected, f"{what}: {answer.status_code} {answer.location or ''}, not {expected!r}"
            if person in world.users and found == "-" and is_recorded(rule):
                assert last_act(world.users[person]) == f"refused: {rule.endpoint}", what
            assert_harmless(answer, what)
            assert_strict(answer, rule)
            if may_be_kept(answer, rule):
                same = b"" if answer.mimetype == "application/pdf" else answer.data  # it says when it was drawn
                assert for_all.setdefault(rule.rule, same) == same, f"{rule.rule} knows who asked: {what}"
            shown += "alert(1)" in answer.text if answer.mimetype == "text/html" else 0
        assert contents() == before, f"{person} changed something by looking"
    assert len(for_all) > 20
    assert shown > 10, "what was stored must be on some pages for this test to mean anything"
    assert all(act.startswith("refused: ") for act in session.scalars(sa.select(Audit.act)))


def test_asking_about_a_page_changes_no_row(world: World) -> None:
    before = contents()
    for person, method in (("resident", "HEAD"), ("supervisor", "HEAD"), ("anonymous", "OPTIONS")):
        for rule in world.app.url_map.iter_rules():
            if method in (rule.methods or ()):
                answer = world.client(person).open(world.path(rule), method=method)
                assert answer.status_code < 500, f"{method} {rule.rule} answered {answer.status_code}"
    assert contents() == before


def pages(world: World) -> list[Rule]:
    return [rule for rule in world.app.url_map.iter_rules() if "GET" in (rule.methods or ())]


def contents() -> dict[str, str]:
    """A hash of every table that people fill; the audit, which refusals go into, is looked at apart."""
    return {
        name: db.session.scalar(sa.text(f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM \"{name}\" t"))
        or ""
        for name in Model.metadata.tables
        if name not in (*GEOGRAPHY, "audit")
    }


def last_act(user_id: int) -> str | None:
    return db.session.scalar(sa.select(Audit.act).where(Audit.actor_id == user_id).order_by(Audit.id.desc()).limit(1))


def write_hostile_words(session: Session) -> None:
    """Whatever people can write is markup that would run."""
    for rows, names in (
        (session.query(Message).all(), ("title", "body", "sms_text", "returned_reason")),
        (session.query(Reply).all(), ("words",)),
        (session.query(User).all(), ("name", "rank")),
        (session.query(Subscriber).all(), ("name",)),
        (session.query(Household).all(), ("house",)),
    ):
        for row in rows:
            for name in names:
                setattr(row, name, XSS)
    assert session.query(ContactPoint).count()
    session.commit()


def assert_strict(answer: TestResponse, rule: Rule) -> None:
    missing = [name for name in EVERY if name not in answer.headers]
    assert not missing, f"{rule.rule} has no {missing}"
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'unsafe" not in policy
    assert f"frame-ancestors {FRAMED.get(rule.endpoint, NOBODY)}" in policy
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    if rule.rule.startswith(PERSONAL):
        assert answer.headers["Cache-Control"] == "no-store", rule.rule


def may_be_kept(answer: TestResponse, rule: Rule) -> bool:
    """Whether caches may keep the answer, which must then be for all."""
    if "public" not in answer.headers["Cache-Control"]:
        assert answer.headers["Cache-Control"].startswith(("no-store", "private")), rule.rule
        return False
    assert rule.endpoint in FOR_ALL, f"{rule.rule} may be kept by caches: is it the same for all?"
    assert "Set-Cookie" not in answer.headers, rule.rule
    return True
