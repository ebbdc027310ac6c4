"""The audit is searched, saved, and written once."""

from __future__ import annotations

import csv
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.audit_search import REFUSALS, Wanted, acts_known, export_audit, search_audit, subjects_known
from owl.accounts.models import RoleName, User
from owl.foundation.audit import Audit, record_act
from tests import factories
from tests.factories import NOW


@pytest.fixture
def asha(session: Session) -> User:
    """Who did this and that, among others, an hour apart."""
    user = factories.user(session, name="=Asha Patel", rank=None)
    acts = (
        ("approve message", user.id, "message", 7),
        ("refused: team_messages.show", user.id, "message", 8),
        ("approve message", None, "message", 8),
        ("add user", 10**6, "user", user.id),
    )
    for hours, (act, actor_id, subject, number) in enumerate(acts):
        at = NOW + timedelta(hours=hours)
        record_act(session, act, actor_id=actor_id, subject=subject, subject_id=number, now=at, homes=1204)
    session.commit()
    return user


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(), [3, 2, 1, 0]),
        (Wanted(act="approve message"), [2, 0]),
        (Wanted(act=REFUSALS), [1]),
        (Wanted(actor_id=0), [2]),
        (Wanted(subject="message", subject_id=8), [2, 1]),
        (Wanted(since=NOW + timedelta(hours=1), until=NOW + timedelta(hours=3)), [2, 1]),
        (Wanted(act="approve message", since=NOW + timedelta(hours=1)), [2]),
        (Wanted(act="sing"), []),
    ],
)
def test_it_is_searched_by_who_did_what_to_what_and_when(
    session: Session, asha: User, wanted: Wanted, found: list[int]
) -> None:
    rows = search_audit(session, wanted)
    assert [round((row.at - NOW) / timedelta(hours=1)) for row in rows] == found


def test_it_is_read_page_by_page_and_names_who_did_it(session: Session, asha: User) -> None:
    mine = search_audit(session, Wanted(actor_id=asha.id), limit=1)
    older = search_audit(session, Wanted(actor_id=asha.id), before=mine[0].id)
    assert [row.act for row in (*mine, *older)] == ["refused: team_messages.show", "approve message"]
    assert {row.actor for row in (*mine, *older)} == {"=Asha Patel"}
    assert mine[0].sentence == "homes: 1,204"
    assert acts_known(session) == ["add user", "approve message"]
    assert subjects_known(session) == ["message", "user"]


def test_it_is_saved_whole_that_is_written_down_and_no_spreadsheet_runs_it(session: Session, asha: User) -> None:
    chief = factories.user(session, role=RoleName.ADMINISTRATOR)
    lines = list(csv.DictReader(export_audit(Wanted(), actor_id=chief.id, now=NOW)))
    assert [line["act"] for line in lines] == [
        "add user", "approve message", "refused: team_messages.show", "export audit", "approve message"
    ]  # fmt: skip
    assert lines[-1]["user"] == "'=Asha Patel"
    assert lines[-1]["at (London)"] == "2026-11-22T14:05:00+00:00"


@pytest.mark.parametrize(
    "statement", [sa.update(Audit).values(act="nothing"), sa.delete(Audit), sa.text("TRUNCATE audit")]
)
def test_nobody_can_change_it(session: Session, asha: User, statement: sa.Executable) -> None:
    with pytest.raises(sa.exc.DBAPIError, match="written once"):
        session.execute(statement)
    session.rollback()
