"""Who may do what: every verb is tried as every role, at home and elsewhere, as the table of permissions says."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName, User
from owl.accounts.permissions import GRANTED
from owl.foundation.database import db
from owl.foundation.errors import NotFound, Refused
from owl.messages.models import Message
from tests import factories
from tests.accounts.places import HATFIELD, HITCHIN
from tests.house.found_verbs import verbs
from tests.house.verbs.others import ELSEWHERE, NOBODYS, OWN
from tests.house.verbs.table import VERBS
from tests.house.verbs.verb import Verb
from tests.house.world import undone

ACTORS = {"actor_id", "author_id", "approver_id", "supervisor_id", "user_id", "coordinator_id", "inspector_id"}
# Not pg_stat_xact_user_tables, which also counts what nobody asks for here, and takes twenty times as long.
WRITTEN = sa.text(
    """
    SELECT coalesce(sum(
        pg_stat_get_xact_tuples_inserted(oid)
        + pg_stat_get_xact_tuples_updated(oid)
        + pg_stat_get_xact_tuples_deleted(oid)
    ), 0)
    FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
    """
)


def test_every_verb_has_a_row_and_every_row_a_verb() -> None:
    found = dict(verbs())
    named = {*VERBS, *OWN, *ELSEWHERE}
    assert named <= set(found), "a row without its verb"
    for place, takes in found.items():
        if place not in named:
            assert not takes & ACTORS, f"{place} takes a user's number: give it a row in tests/house/verbs"
            modules = [place[:at] for at, letter in enumerate(place) if letter == "."]
            assert set(modules) & set(NOBODYS), f"{place} has no row, nor does NOBODYS say who does it"


def test_each_role_may_do_what_the_table_says_and_nothing_else(session: Session) -> None:
    persons = everybody(session)
    wrong = []
    for place, verb in VERBS.items():
        module, _, name = place.rpartition(".")
        do = getattr(import_module(f"owl.{module}"), name)
        with undone():
            it = verb.made(db.session())
            for person, (who, role, is_here) in persons.items():
                everywhere = role is RoleName.ADMINISTRATOR or not verb.here
                may = role is not None and verb.permission in GRANTED[role] and (is_here or everywhere)
                said = outcome(verb, do, who, it)
                if said != ("done" if may else "refused"):
                    wrong.append(f"{place} as {person}: {said}")
    assert not wrong, "\n".join(wrong)


def everybody(session: Session) -> dict[str, tuple[int, RoleName | None, bool]]:
    """Number, role (None: nobody's) and whether HITCHIN is among the areas, of each who tries."""
    made: dict[str, tuple[int, RoleName | None, bool]] = {"nobody": (10**9, None, False)}
    for role in RoleName:
        for area in (HITCHIN, HATFIELD):
            made[f"{role} of {area}"] = (factories.user(session, role=role, areas=[area]).id, role, area == HITCHIN)
    gone = factories.user(session, role=RoleName.INSPECTOR, areas=[HITCHIN], active=False)
    left = factories.user(session, role=RoleName.ADMINISTRATOR, active=False)
    return made | {"inspector who has left": (gone.id, None, True), "administrator who has left": (left.id, None, True)}


def outcome(verb: Verb, do: Any, who: int, it: Any) -> str:
    """Done; refused, with nothing written; or what went wrong. All of it is undone."""
    with undone():
        if verb.by_author and db.session.get(User, who):
            db.session.execute(sa.update(Message).where(Message.id == it).values(author_id=who))
        before = db.session.scalar(WRITTEN)
        try:
            verb.act(do, who, it)
        except (Refused, NotFound):
            return "refused" if db.session.scalar(WRITTEN) == before else "refused after something was written"
        except Exception as error:  # noqa: BLE001  # shown with the others
            return f"{type(error).__name__}: {error}"
        return "done"
