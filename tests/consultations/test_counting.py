"""The count: once, after the close, all or nothing; then nobody can open the box again."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.consultations.ballots import cast_for_home, cast_openly
from owl.consultations.box_keys import KeyMissing, has_box_key, read_box_key
from owl.consultations.codes import read_code
from owl.consultations.consultation_models import (
    Consultation,
    ConsultationStatus,
    CountedBallot,
    Remark,
    SealedBallot,
    SigningKey,
    Source,
)
from owl.consultations.counting import count_due
from owl.consultations.keys import empty_box, make_keys, public_keys
from owl.consultations.looking import Found, look_for_ballot
from owl.consultations.open_box import ConsultationClosed
from owl.consultations.sealing import seal
from owl.consultations.working_out import figures_for
from owl.foundation.audit import Audit
from owl.foundation.current import settings
from owl.foundation.errors import BadInput
from owl.geography.queries import wards_in
from tests import factories
from tests.accounts.places import HATFIELD, HITCHIN
from tests.consultations.boxes import answers, invite, open_consultation
from tests.factories import NOW


def cast(session: Session, to: Consultation, homes: int, ward_code: str | None = None, **given: object) -> list[str]:
    return [
        cast_for_home(home.message_id, home.seq, answers(**given), form_key=str(home.seq), now=NOW)
        for home in invite(session, to, homes, ward_code=ward_code)
    ]


def closed(asked: Consultation) -> datetime:
    assert asked.closes_at
    return asked.closes_at


def test_a_box_is_opened_once_after_its_close_and_its_key_destroyed(session: Session) -> None:
    asked = open_consultation(session)
    first, second = (ward.code for ward in wards_in(session, HITCHIN)[:2])
    cast(session, asked, 6, first)
    cast(session, asked, 5, second, q1=["drugs"], q2="Behind the station.", q3={"lat": 51.9501, "lon": -0.2801})
    opened = cast_openly(asked.slug, answers(), form_key="k", now=NOW)

    assert count_due(closed(asked) - timedelta(seconds=1)) == 0
    assert count_due(closed(asked)) == 1
    assert count_due(closed(asked)) == 0

    session.expire_all()
    counted = session.scalars(sa.select(CountedBallot)).all()
    assert Counter((one.source, one.neighbourhood_id, one.ward_code, *one.answers["q1"]) for one in counted) == {
        (Source.INVITED, HITCHIN, first, "burglary"): 6,
        (Source.INVITED, HITCHIN, second, "drugs"): 5,
        (Source.OPEN, None, None, "burglary"): 1,
    }
    assert all(set(one.answers) == {"q1"} for one in counted)
    remarks = session.scalars(sa.select(Remark)).all()
    assert Counter((one.question, one.words, one.neighbourhood_id) for one in remarks) == {
        ("q2", "Behind the station.", HITCHIN): 5,
        ("q3", None, HITCHIN): 5,
    }
    assert [one.place for one in remarks if one.place] == [{"lat": 51.95, "lon": -0.28}] * 5
    assert (asked.status, asked.counted_at) == (ConsultationStatus.COUNTED, closed(asked))
    figures = figures_for(session, asked.id)
    assert figures is not None
    assert figures.ballots == {Source.INVITED: 11, Source.OPEN: None}
    assert not session.scalars(sa.select(SealedBallot)).all()
    assert not session.scalars(sa.select(SigningKey.private_key).where(SigningKey.private_key.is_not(None))).all()
    assert asked.box_key
    with pytest.raises(KeyMissing):
        read_box_key(asked.box_key)
    assert look_for_ballot(session, asked.slug, opened) is Found.COUNTED
    with pytest.raises(ConsultationClosed):
        cast_openly(asked.slug, answers(), form_key="late", now=NOW)


def test_without_its_key_a_box_waits_and_is_counted_once_the_key_is_back(session: Session) -> None:
    asked = open_consultation(session)
    assert asked.box_key
    cast_openly(asked.slug, answers(), form_key="k", now=NOW)
    file = max(settings().ballot_keys.iterdir(), key=lambda one: one.stat().st_mtime_ns)
    assert file.stat().st_mode & 0o777 == 0o600
    away = file.rename(file.with_suffix(".away"))

    assert count_due(closed(asked)) == 0
    away.rename(file)
    assert count_due(closed(asked)) == 1


def test_what_no_browser_of_ours_sealed_is_left_out_and_told(session: Session) -> None:
    asked = open_consultation(session)
    cast_openly(asked.slug, answers(), form_key="k", now=NOW)
    assert asked.box_key
    strange: list[dict[str, Any]] = [
        {},
        {"ward": 7, "place": "", "answers": {}},
        {"ward": "", "place": "", "answers": ["burglary"]},
        {"ward": "", "place": "", "answers": {"q1": ["ufos"]}},
        {"ward": "", "place": "", "answers": {"q1": ["burglary"], "q2": 7}},
        {"ward": "", "place": "", "answers": {"q1": ["burglary"], "other": True}},
    ]
    sealed = [b"y" * 7_000, *(seal(asked.box_key, one, size=500, consultation_id=asked.id) for one in strange)]
    for number, forged in enumerate(sealed):  # by whoever can write to the database: the key that seals is public
        row = {"consultation_id": asked.id, "code_hash": bytes([number]) * 32, "source": Source.OPEN, "sealed": forged}
        session.execute(sa.insert(SealedBallot).values(row))
    session.commit()

    count_due(closed(asked))

    details = session.scalars(sa.select(Audit.details).filter_by(act="count consultation")).one()
    assert details == {"ballots": 1, "unreadable": len(sealed)}


def test_a_withdrawn_box_is_thrown_away_with_its_key(session: Session) -> None:
    asked = open_consultation(session)
    assert asked.box_key
    cast_openly(asked.slug, answers(), form_key="k", now=NOW)
    empty_box(session, asked.id)
    asked.status = ConsultationStatus.WITHDRAWN
    session.commit()

    count_due(NOW)

    assert not session.scalars(sa.select(SealedBallot)).all()
    assert not has_box_key(asked.box_key)


def test_keys_are_made_for_each_ward_and_shown_to_all(session: Session) -> None:
    author = factories.user(session)
    asked = Consultation(
        slug="two-places", title="?", intro="", questions=[], neighbourhood_ids=[HITCHIN, HATFIELD],
        author_id=author.id, created_at=NOW,
    )  # fmt: skip
    session.add(asked)
    session.flush()

    make_keys(session, asked)
    session.commit()

    shown = public_keys(session, asked.id)
    assert asked.box_key
    assert has_box_key(asked.box_key)
    assert {key.ward_code for key in shown} == {
        "", *(ward.code for place in (HITCHIN, HATFIELD) for ward in wards_in(session, place)),
    }  # fmt: skip
    assert len({key.key for key in shown}) == len(shown)


def test_a_code_is_found_however_it_was_copied(session: Session) -> None:
    asked = open_consultation(session)
    code = cast_openly(asked.slug, answers(), form_key="k", now=NOW)

    for typed in (code, code.lower(), code.replace("-", " "), f" {code.replace('O', '0').replace('I', '1')} "):
        assert look_for_ballot(session, asked.slug, typed) is Found.IN_BOX
    assert look_for_ballot(session, asked.slug, "AAAA-" * 5 + "AAAA") is Found.NOWHERE
    for typed in ("", "AAAA", code + "A", "ÄÄÄÄ" * 6, "=" * 24):
        with pytest.raises(BadInput):
            look_for_ballot(session, asked.slug, typed)
    assert read_code("9" * 24) is None
