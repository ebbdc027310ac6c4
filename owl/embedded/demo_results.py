"""The consultation before, of the demo: asked, answered, counted by the clock, looked at and published."""

from __future__ import annotations

import json
import random
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.consultations.announcing import announce_consultation
from owl.consultations.answered_places import parts_of
from owl.consultations.codes import CODE_BYTES
from owl.consultations.consultation_models import Consultation, RedactionReason, Source
from owl.consultations.counting import count_due
from owl.consultations.open_box import hold_open, put_in_box, read_whole
from owl.consultations.planning_the_year import ready_made
from owl.consultations.publishing import publish_results
from owl.consultations.remark_queries import to_look_at
from owl.consultations.remarks import Looked, look_at_remarks
from owl.consultations.voices import take_voice, ward_to_sign
from owl.consultations.writing import create_consultation
from owl.embedded.demo_users import DemoUser
from owl.foundation.database import db, transaction
from owl.households.models import Household

FILE = Path(__file__).parents[1] / "data" / "demo_voice.json"
OPENED, CLOSED, PUBLISHED = timedelta(days=70), timedelta(days=42), timedelta(days=38)  # ago
TAKE_PART, MOST = 0.45, 90  # of the homes; homes, where there are many
OTHERS = {Source.OPEN: 24, Source.PAPER: 8, Source.DOORSTEP: 6}


@dataclass(frozen=True, slots=True)
class Before:
    """What was asked and published."""

    consultation_id: int
    neighbourhood_id: str


def fullest_neighbourhood(session: Session) -> str | None:
    """The one with most homes; None where there are none."""
    homes = sa.select(Household.neighbourhood_id).group_by(Household.neighbourhood_id)
    return session.scalar(homes.order_by(sa.func.count().desc(), Household.neighbourhood_id).limit(1))


def ask_before(users: Sequence[DemoUser], *, now: datetime) -> Before | None:
    """Ask the neighbourhood with most homes weeks ago, and publish what it said; None where anything was asked yet."""
    where = fullest_neighbourhood(db.session())
    there = db.session().scalar(sa.select(Consultation.id).limit(1))
    db.session.rollback()
    if where is None or there is not None:
        return None
    officer_id, opened, closed = users[0].id, now - OPENED, now - CLOSED
    draft = replace(ready_made({where}), closes_at=closed)
    made = create_consultation(draft, author_id=officer_id, now=opened)
    announce_consultation(made, actor_id=officer_id, version=1, now=opened)
    _answer(made, where, now=opened)
    count_due(closed)
    _look(made, actor_id=officer_id, now=now - PUBLISHED)
    publish_results(made, actor_id=officer_id, now=now - PUBLISHED)
    return Before(made, where)


@cache
def demo_voice() -> Mapping[str, Any]:
    """What residents of the demo say, and what their team makes of it."""
    read: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return read


def _answer(consultation_id: int, where: str, *, now: datetime) -> None:
    """All in one go, which real ballots must never be: the order of their rows would tell whose they are."""
    chance = random.Random(where)  # the same answers for the same neighbourhood
    with transaction() as session:
        consultation = hold_open(session, Consultation.id == consultation_id, now=now)
        wards = [ward.code for ward in parts_of(session, [where])]
        homes = session.scalars(
            sa.select(Household.id).where(Household.neighbourhood_id == where).order_by(Household.id)
        ).all()
        taking_part = chance.sample(homes, min(MOST, int(len(homes) * TAKE_PART)))
        said = _answers(chance, wards)
        for home in taking_part:
            take_voice(session, consultation_id, home, secrets.token_bytes(32))
            ward = ward_to_sign(session, consultation_id, home)
            _cast(session, consultation, next(said), Source.INVITED, ward=ward)
        for source, ballots in OTHERS.items():
            for _ in range(ballots):
                _cast(session, consultation, next(said), source, ward="")


def _cast(
    session: Session, consultation: Consultation, answers: Mapping[str, Any], source: Source, *, ward: str
) -> None:
    code, whole = secrets.token_bytes(CODE_BYTES), read_whole(session, consultation, answers)
    put_in_box(session, consultation, code, whole, source=source, ward_code=ward)


def _answers(chance: random.Random, wards: Sequence[str]) -> Iterator[dict[str, Any]]:
    """One ballot after another. Some issues are likelier than others, and few people write words."""
    likely, voice = demo_voice()["likely"], demo_voice()
    words = [*voice["remarks"], voice["names_somebody"]["words"]]
    chance.shuffle(words)
    while True:
        drawn = dict.fromkeys(chance.choices(list(likely), list(likely.values()), k=chance.choice((1, 2, 3, 3))))
        said: dict[str, Any] = {"q1": list(drawn), "q3": chance.choices(range(1, 6), (8, 20, 32, 28, 12))[0]}
        if chance.random() < 0.5:
            said["q2"] = {"ward": chance.choice(wards)}
        if chance.random() < 0.8:
            stances = (("s1", (25, 55, 20)), ("s2", (20, 60, 20)), ("s3", (40, 30, 30)))
            said["q4"] = {name: chance.choices(("agree", "disagree", "pass"), odds)[0] for name, odds in stances}
        if words and chance.random() < 0.4:
            said["q5"] = words.pop()
        yield said


def _look(consultation_id: int, *, actor_id: int, now: datetime) -> None:
    """An officer reads every remark, and takes out who somebody is."""
    named = demo_voice()["names_somebody"]
    while rows := to_look_at(db.session(), consultation_id):
        looked = {
            row.id: Looked(named["stays"], RedactionReason.NAMES_SOMEBODY)
            if row.words == named["words"]
            else Looked(row.words)
            for row in rows
        }
        db.session.rollback()
        look_at_remarks(consultation_id, looked, actor_id=actor_id, now=now)
    db.session.rollback()
