"""A list that came through a page: sealed, loaded once by a job, and forgotten but for its refused rows."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName, User
from owl.foundation.database import Model
from owl.foundation.errors import BadInput, Refused
from owl.foundation.jobs import Job, Queue, waiting_on
from owl.households.importing import parts
from owl.households.importing.models import HouseholdList, ListPart, ListStatus
from owl.households.importing.uploads import (
    forget_refused,
    has_refused,
    list_of,
    load_waiting_lists,
    refused_file,
    upload_list,
)
from owl.households.models import Subscriber
from owl.rights.night import delete_what_is_old
from tests import factories
from tests.factories import NOW
from tests.households.importing.lists import ANNA, BEN, csv_of

BAD = ("AL1", "", "Zoë", "zoe@example.com", "", "2024-05-31")


@pytest.fixture
def administrator(session: Session) -> int:
    return factories.user(session, role=RoleName.ADMINISTRATOR).id


def upload(text: str, actor_id: int) -> int:
    return upload_list(io.BytesIO(text.encode()), actor_id=actor_id, now=NOW)


def load() -> int:
    return load_waiting_lists(allow_drama=True, now=NOW)


def pieces(session: Session) -> int:
    return len(session.scalars(sa.select(ListPart.no)).all())


def test_a_list_waits_sealed_and_is_loaded_once(session: Session, administrator: int) -> None:
    list_id = upload(csv_of(ANNA, BEN), administrator)
    assert waiting_on(Queue.OFFICE, Job.LOAD_LISTS) == {()}
    stored = str([session.execute(sa.text(f'SELECT t::text FROM "{name}" t')).all() for name in Model.metadata.tables])
    assert "anna@" not in stored

    assert (load(), load()) == (1, 0)

    session.expire_all()
    found = list_of(session, list_id)
    assert found.counts is not None
    assert (found.status, found.counts["people"], found.finished_at) == (ListStatus.LOADED, 2, NOW)
    assert pieces(session) == 0, "nothing of it is kept"


def test_refused_rows_can_be_fetched_until_they_are_forgotten(session: Session, administrator: int) -> None:
    list_id = upload(csv_of(ANNA, BAD), administrator)
    load()
    file = b"".join(refused_file(list_id)).decode("utf-8-sig")
    assert file.startswith("postcode,")
    assert "Zoë" in file
    assert has_refused(session, list_id)

    forget_refused(list_id, actor_id=administrator)
    assert not has_refused(session, list_id)


def test_refused_rows_are_deleted_after_a_week_by_themselves(session: Session, administrator: int) -> None:
    upload(csv_of(BAD), administrator)
    load()
    for days, left in ((6, 1), (8, 0)):
        delete_what_is_old(now=NOW + timedelta(days=days))
        assert pieces(session) == left


def test_a_file_of_many_pieces_is_read_as_one(
    session: Session, administrator: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "PIECE", 64)
    list_id = upload(csv_of(*[(f"AL1 {number}", *BAD[1:]) for number in range(40)]), administrator)
    load()
    assert list_of(session, list_id).counts["refused"] == 40  # type: ignore[index]
    assert len(b"".join(refused_file(list_id)).splitlines()) == 41
    assert pieces(session) > 10


def test_what_is_no_list_is_refused_at_once_and_not_kept(session: Session, administrator: int) -> None:
    for text, said in (("name,shoe size\r\n", "shoe size"), ("", "empty")):
        with pytest.raises(BadInput, match=said) as fault:
            upload(text, administrator)
        assert list(fault.value.fields) == ["list"]
    assert session.scalars(sa.select(HouseholdList)).all() == []


def test_who_may_not_load_it_any_more_when_its_turn_comes_loads_nothing(session: Session, administrator: int) -> None:
    list_id = upload(csv_of(ANNA), administrator)
    session.get_one(User, administrator).active = False
    session.commit()
    load()
    session.expire_all()
    found = list_of(session, list_id)
    assert (found.status, found.counts) == (ListStatus.FAILED, None)
    assert session.scalars(sa.select(Subscriber)).all() == []
    with pytest.raises(Refused):
        upload(csv_of(ANNA), administrator)
