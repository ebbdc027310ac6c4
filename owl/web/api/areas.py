"""Areas that a key may write to, and how many live there."""

from __future__ import annotations

from flask import Blueprint

from owl.accounts.permissions import areas_of
from owl.foundation.clock import utc_now
from owl.foundation.database import db
from owl.messages.area_choices import area_choices
from owl.messages.estimate import reach_of
from owl.systems.models import Scope
from owl.web.api.description import Answer, answers, spec
from owl.web.api.door import caller, scope_required
from owl.web.api.reading import draft_of
from owl.web.api.shapes import AreasOut, AudienceIn, CountOut, DraftIn

bp = Blueprint("api_areas", __name__, url_prefix="/api/v1")


@bp.get("/areas")
@scope_required(Scope.AREAS)
@spec.validate(resp=answers(AreasOut), tags=["Areas"])
def index() -> Answer:
    """The areas that the key may include or leave out."""
    listed = area_choices(db.session(), areas_of(db.session(), caller().user_id))
    rows = [
        {"area": str(row.area), "kind": kind.kind.value, "name": row.name, "group": group, "is_own": row.is_own}
        for kind in listed
        for group, choices in kind.groups
        for row in choices
    ]
    return {"areas": rows}


@bp.post("/counts")
@scope_required(Scope.AREAS)
@spec.validate(resp=answers(CountOut), tags=["Areas"])
def count(json: AudienceIn) -> Answer:
    """How many homes, mails and texts a message would reach now. Changes nothing."""
    draft = draft_of(DraftIn(**json.model_dump()))
    reach = reach_of(db.session(), draft, user_id=caller().user_id, now=utc_now())
    return {"homes": reach.homes, "mails": reach.mails, "texts": reach.texts}
