"""A team's consultations: the list, one of them, and what is done with it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user
from markupsafe import Markup

from owl.accounts.permissions import Permission, areas_of, permissions_of
from owl.consultations.announcing import announce_consultation, withdraw_consultation
from owl.consultations.consultation_models import Consultation
from owl.consultations.consultation_queries import (
    Tab,
    consultations_in,
    invitations_of,
    newer_version_of,
)
from owl.consultations.draft import ConsultationDraft
from owl.consultations.inviting import invitation, invite
from owl.consultations.life_cycle import Phase, phase_of
from owl.consultations.voices import homes_heard
from owl.consultations.writing import begin_new_version
from owl.foundation.clock import utc_now
from owl.foundation.database import db
from owl.foundation.errors import BadInput, Conflict
from owl.geography.queries import neighbourhoods
from owl.messages.counting import count_reach
from owl.messages.markdown import as_html
from owl.web.access import permission_required
from owl.web.addresses import shown_version
from owl.web.team.seen import seen_consultation

bp = Blueprint("team_consultations", __name__, url_prefix="/team/consultations")

ID = "<int:consultation_id>"
LAST_PAGE = 10_000


@bp.get("")
@permission_required(Permission.READ)
def index() -> str:
    session, asked = db.session(), request.args.get("tab", "")
    tab = Tab(asked) if asked in set(Tab) else Tab.OPEN
    number = min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
    return render_template(
        "team/consultations/index.html",
        page=consultations_in(session, tab, user_id=current_user.id, now=utc_now(), page=number),
        tab=tab,
        tabs=list(Tab),
        names=names_of_areas(),
        may_write=_may_write(),
    )


@bp.get(f"/{ID}")
@permission_required(Permission.READ)
def show(consultation_id: int) -> str:
    return _show(seen_consultation(consultation_id), {})


@bp.get(f"/{ID}/announce")
@permission_required(Permission.CONSULT)
def ask_to_announce(consultation_id: int) -> ResponseReturnValue:
    consultation = seen_consultation(consultation_id)
    if phase_of(consultation, utc_now()) is not Phase.DRAFT:
        return _to(consultation_id)
    return _announcing(consultation, {})


@bp.post(f"/{ID}/announce")
@permission_required(Permission.CONSULT)
def announce(consultation_id: int) -> ResponseReturnValue:
    consultation, shown = seen_consultation(consultation_id), shown_version()
    try:
        announce_consultation(consultation_id, actor_id=current_user.id, version=shown, now=utc_now())
    except BadInput as error:
        return _announcing(consultation, error.fields), error.status
    except Conflict as error:
        return _announcing(consultation, {"": error.sentence}), error.status
    flash("Announced. Next, invite the homes.")
    return _to(consultation_id)


@bp.post(f"/{ID}/invite")
@permission_required(Permission.CONSULT)
def send_invitation(consultation_id: int) -> ResponseReturnValue:
    again = request.form.get("again") == "yes"
    try:
        message_id = invite(consultation_id, user_id=current_user.id, again=again, now=utc_now())
    except Conflict as error:
        return _show(seen_consultation(consultation_id), {"": error.sentence}), error.status
    flash("Here is a draft. Look at it, and send it as you send any message.")
    return redirect(url_for("team_composing.edit", message_id=message_id), 303)


@bp.post(f"/{ID}/new-version")
@permission_required(Permission.CONSULT)
def new_version(consultation_id: int) -> ResponseReturnValue:
    try:
        made = begin_new_version(consultation_id, user_id=current_user.id, now=utc_now())
    except Conflict as error:
        return _show(seen_consultation(consultation_id), {"": error.sentence}), error.status
    flash("Change what has to change. The one before stays as it is until you announce this one.")
    return redirect(url_for("team_asking.edit", consultation_id=made), 303)


@bp.post(f"/{ID}/withdraw")
@permission_required(Permission.CONSULT)
def withdraw(consultation_id: int) -> ResponseReturnValue:
    reason = request.form.get("reason", "")
    try:
        withdraw_consultation(consultation_id, actor_id=current_user.id, reason=reason, now=utc_now())
    except BadInput as error:
        return _show(seen_consultation(consultation_id), error.fields, reason=reason), error.status
    except Conflict as error:
        return _show(seen_consultation(consultation_id), {"": error.sentence}, reason=reason), error.status
    flash("Withdrawn. Nobody is asked any more.")
    return _to(consultation_id)


def names_of_areas() -> dict[str, str]:
    """The name of each neighbourhood, by id."""
    return {row.id: row.name for row in neighbourhoods(db.session())}


def _may_write() -> bool:
    return Permission.CONSULT in permissions_of(current_user)


def _show(consultation: Consultation, errors: dict[str, str], *, reason: str = "") -> str:
    session, now = db.session(), utc_now()
    draft = ConsultationDraft.of(consultation)
    own = areas_of(session, current_user.id)
    return render_template(
        "team/consultations/show.html",
        consultation=consultation,
        draft=draft,
        phase=phase_of(consultation, now),
        where=_where(consultation),
        intro=Markup(as_html(draft.intro)),  # noqa: S704  # made safe there
        missing=draft.missing(now=now),
        heard=homes_heard(session, consultation.id),
        invitations=invitations_of(session, consultation.id),
        newer=newer_version_of(session, consultation.id),
        may_write=_may_write() and draft.neighbourhood_ids <= own,
        errors=errors,
        reason=reason,
    )


def _announcing(consultation: Consultation, errors: dict[str, str]) -> str:
    session, now = db.session(), utc_now()
    draft = ConsultationDraft.of(consultation)
    said = invitation(consultation, again=False, now=now)
    replaces = session.get(Consultation, consultation.replaces_id) if consultation.replaces_id else None
    return render_template(
        "team/consultations/announce.html",
        consultation=consultation,
        where=_where(consultation),
        opens_at=max(now, draft.opens_at or now),
        at_once=draft.opens_at is None or draft.opens_at <= now,
        missing=draft.missing(now=now),
        reach=count_reach(session, said.audience, said.topic, now),
        replaces=replaces,
        heard=homes_heard(session, replaces.id) if replaces else 0,
        errors=errors,
    )


def _where(consultation: Consultation) -> list[str]:
    names = names_of_areas()
    return [names.get(area, area) for area in consultation.neighbourhood_ids]


def _to(consultation_id: int) -> ResponseReturnValue:
    return redirect(url_for(".show", consultation_id=consultation_id), 303)
