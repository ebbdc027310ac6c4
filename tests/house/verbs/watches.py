"""The verbs of watches."""

from __future__ import annotations

from sqlalchemy.orm import Session

from owl.accounts.models import RoleName
from owl.watches.keeping import Typed
from owl.watches.vetting import Standing, Vetting
from tests import factories
from tests.accounts.places import HITCHIN
from tests.factories import NOW
from tests.house.verbs.made import watch, with_home
from tests.house.verbs.verb import P, Verb

WATCH = Typed(name="Oak Street", kind="rural", neighbourhood_id=HITCHIN, wards=frozenset([HITCHIN]))


def with_coordinator(session: Session) -> tuple[int, int]:
    of = watch(session)
    return of.id, factories.coordinator(session, of, vetting=Vetting.PROPOSED).id


VERBS: dict[str, Verb] = {
    "watches.coordinating.decide_coordinator": Verb(
        P.VET, True, lambda do, who, it: do(*it, Vetting.CHECKING, actor_id=who, now=NOW), with_coordinator
    ),
    "watches.coordinating.name_coordinator": Verb(
        P.COMPOSE, True, lambda do, who, it: do(it[0], email=it[1], actor_id=who, now=NOW),
        lambda session: (watch(session).id, factories.user(session, role=RoleName.COORDINATOR).email),
    ),
    "watches.keeping.change_watch": Verb(
        P.COMPOSE, True, lambda do, who, it: do(it, WATCH, version=1, actor_id=who, now=NOW),
        lambda session: watch(session, standing=Standing.PROPOSED).id,
    ),
    "watches.keeping.decide_watch": Verb(
        P.VET, True, lambda do, who, it: do(it, Standing.SUSPENDED, actor_id=who, now=NOW),
        lambda session: watch(session).id,
    ),
    "watches.keeping.propose_watch": Verb(P.COMPOSE, True, lambda do, who, it: do(WATCH, actor_id=who, now=NOW)),
    "watches.paper.add_paper_home": Verb(
        P.COMPOSE, True, lambda do, who, it: do(it, postcode="SG5 1SD", house="12", actor_id=who, now=NOW),
        lambda session: watch(session).id,
    ),
    "watches.paper.remove_paper_home": Verb(
        P.COMPOSE, True, lambda do, who, it: do(*it, actor_id=who, now=NOW), with_home
    ),
}  # fmt: skip
