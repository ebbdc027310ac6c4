"""The composer's part "where": places that are in no list, added with a script or without."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_security import current_user
from werkzeug.datastructures import MultiDict

from owl.accounts.permissions import Permission, areas_of
from owl.foundation.clock import utc_now
from owl.foundation.database import db
from owl.foundation.errors import BadInput, NotFound
from owl.geography.queries import neighbourhoods
from owl.messages.area_choices import area_choices, area_names
from owl.messages.audience import MOST_AREAS, MOST_SHAPES, SHAPES, Area, AreaKind, Audience, BrokenAudience
from owl.messages.counting import homes_by_ward
from owl.messages.placing import Placed, place
from owl.messages.typed_place import TypedPlace
from owl.web.access import permission_required
from owl.web.team.area_lists import ShownList, shown_lists
from owl.web.team.sheet import Sheet

bp = Blueprint("team_placing", __name__, url_prefix="/team/messages")

INCLUDE, LEAVE_OUT = "include_place", "leave_out_place"
ACTS = frozenset({INCLUDE, LEAVE_OUT})
LIST = "list:"  # and a kind of area, whose list is to be shown whole
NOT_TYPED = TypedPlace()


@dataclass(frozen=True, slots=True)
class Chosen:
    """An area that is chosen and in no list of the user's."""

    value: str
    name: str
    may_include: bool


@dataclass(frozen=True, slots=True)
class Where:
    """What the part shows."""

    lists: list[ShownList]
    chosen: list[Chosen]
    strays: list[str]  # chosen, and no area that the user could have chosen
    typed: TypedPlace = NOT_TYPED
    errors: dict[str, str] = field(default_factory=dict)
    note: str = ""


def where_of(
    sheet: Sheet, typed: TypedPlace = NOT_TYPED, errors: dict[str, str] | None = None, note: str = ""
) -> Where:
    """The part as the sheet has it."""
    session = db.session()
    choices = area_choices(session, areas_of(session, current_user.id))
    offered = {row.value for listed in choices for _, rows in listed.groups for row in rows}
    others = sorted((sheet.include | sheet.exclude) - offered)
    areas = [area for value in others[:MOST_AREAS] if (area := _parsed(value)) and _is_place(area, sheet)]
    if sum(area.kind in SHAPES for area in areas) > MOST_SHAPES * 2:  # nobody's work, and each asks for its name
        areas = []
    lists = shown_lists(choices, sheet.include | sheet.exclude, asked_for=_asked_for())
    strays = sorted(set(others) - set(map(str, areas)))
    names = area_names(session, areas)
    chosen = [
        Chosen(str(area), name, may_include=area.kind in SHAPES or area.kind is AreaKind.POSTCODE)
        for area, name in zip(areas, names, strict=True)
    ]
    return Where(lists, chosen, strays, typed, errors or {}, note)


def add_place(sheet: Sheet, act: str, form: MultiDict[str, str]) -> tuple[Sheet, Where]:
    """The sheet with the place that was typed, or as it was, with what is wrong."""
    typed = typed_place(form)
    try:
        placed = place(db.session(), typed, user_id=current_user.id, leave_out=act == LEAVE_OUT, now=utc_now())
        added = _with(sheet, placed, leave_out=act == LEAVE_OUT)
    except BadInput as error:
        return sheet, where_of(sheet, typed, error.fields)
    return added, where_of(added, TypedPlace(place_how=typed.place_how), note=_note(placed))


def typed_place(form: MultiDict[str, str]) -> TypedPlace:
    """What was typed."""
    names = ("place_how", "circle_point", "circle_metres", "nearest_point", "nearest_homes", "postcodes", "corners")
    return TypedPlace(**{name: form.get(name, "") for name in names})


@bp.post("/place")
@permission_required(Permission.COMPOSE)
def add() -> ResponseReturnValue:
    """The part that lists places, with one more, for the script. Keeps nothing."""
    act = request.form.get("act", "")
    sheet, where = add_place(Sheet.typed(request.form), act if act in ACTS else INCLUDE, request.form)
    return render_template("team/messages/compose_places.html", sheet=sheet, where=where, errors=where.errors)


@bp.get("/areas/<listed>")
@permission_required(Permission.COMPOSE)
def show_list(listed: str) -> ResponseReturnValue:
    """One list of areas, whole, for the script that opens it."""
    session = db.session()
    choices = [each for each in area_choices(session, areas_of(session, current_user.id)) if each.kind.value == listed]
    if not choices:
        raise NotFound("You have no such areas.")
    lists = shown_lists(choices, (), asked_for={listed})
    return render_template("team/messages/areas.html", lists=lists, sheet=Sheet())


@bp.get("/homes-by-ward")
@permission_required(Permission.COMPOSE)
def homes() -> ResponseReturnValue:
    """What the map begins with: the user's areas, the districts around them, and homes by ward."""
    session = db.session()
    own = areas_of(session, current_user.id)
    districts = sorted({row.district_code for row in neighbourhoods(session) if row.id in own})
    return {"own": sorted(own), "districts": districts, "homes": homes_by_ward(session, sorted(own), utc_now())}


def _asked_for() -> set[str]:
    """The kinds of which the list was asked for, now or before."""
    act = request.form.get("act", "")
    return {*request.form.getlist("listed"), *([act.removeprefix(LIST)] if act.startswith(LIST) else ())}


def _with(sheet: Sheet, placed: Placed, *, leave_out: bool) -> Sheet:
    """What was added last is what is meant: it goes from the other side."""
    new, beyond = set(map(str, placed.areas)), {str(area) for area, _ in placed.beyond}
    include = sheet.include - new if leave_out else sheet.include | new
    exclude = sheet.exclude | new if leave_out else (sheet.exclude - new) | beyond
    inside, outside = ([area for area in map(_parsed, side) if area] for side in (include, exclude))
    try:
        Audience.of(inside, outside)
    except BrokenAudience as error:
        raise BadInput({"place_how": error.sentence}) from None
    return replace(sheet, include=frozenset(include), exclude=frozenset(exclude))


def _note(placed: Placed) -> str:
    if not placed.beyond:
        return ""
    names = ", ".join(name for _, name in placed.beyond)
    return f"It reaches beyond your areas. What lies in {names} is left out."


def _is_place(area: Area, sheet: Sheet) -> bool:
    """Whether it could have been chosen though it is in no list: by typing it, or because a place reaches into it."""
    others = area.kind is AreaKind.NEIGHBOURHOOD and str(area) not in sheet.include
    return area.kind in SHAPES or area.kind is AreaKind.POSTCODE or others


def _parsed(value: str) -> Area | None:
    try:
        return Area.parse(value)
    except BrokenAudience:
        return None
