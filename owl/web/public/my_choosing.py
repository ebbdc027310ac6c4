"""The one screen: what comes for a home, how often, when and from whom, saved in one press."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from owl.accounts.limits import limit
from owl.accounts.models import Limit
from owl.delivery.received import received_by
from owl.foundation.clock import utc_now
from owl.foundation.database import db
from owl.foundation.errors import BadInput
from owl.foundation.languages import gettext
from owl.foundation.notices import Channel
from owl.households.choices import CHOICES
from owl.households.choosing import Chosen, chosen_by, save_choices
from owl.households.fewer import Remedy, get_fewer, read_remedy
from owl.households.partners import ticks_of
from owl.web.public.choices_form import Form, as_typed, read_choices
from owl.web.public.my_session import ask_for_a_link_again, my, owner

bp = Blueprint("my_choosing", __name__, url_prefix="/my")
ask_for_a_link_again(bp)

ALLOWANCES = (1, 2, 3, 5, 7, 10, 15, 20, 50)


@bp.get("/choices")
def first() -> ResponseReturnValue:
    return redirect(url_for(".show", subscription_id=my().homes[0].subscription_id))


@bp.get("/choices/<int:subscription_id>")
def show(subscription_id: int) -> ResponseReturnValue:
    chosen = chosen_by(db.session(), owner(), subscription_id, now=utc_now())
    ticked = [row.partner.id for row in ticks_of(db.session(), owner()) if row.ticked_at is not None]
    return _page(chosen, subscription_id, as_typed(chosen, ticked), {})


@bp.post("/choices/<int:subscription_id>")
def save(subscription_id: int) -> ResponseReturnValue:
    now = utc_now()
    chosen = chosen_by(db.session(), owner(), subscription_id, now=now)
    try:
        home, person = read_choices(request.form, chosen.home.by, now=now)
        save_choices(owner(), subscription_id, home=home, person=person, now=now)
    except BadInput as error:
        return _page(chosen, subscription_id, request.form, error.fields), error.status
    flash(gettext("Saved. All of your choices count from now on."))
    return redirect(url_for("preferences.begin"), 303)


@bp.get("/fewer")
def ask_fewer() -> ResponseReturnValue:
    return _fewer({})


@bp.post("/fewer")
def fewer() -> ResponseReturnValue:
    try:
        remedy = read_remedy(request.form.get("remedy", ""))
    except BadInput as error:
        return _fewer(error.fields), error.status
    get_fewer(owner(), remedy, now=utc_now())
    flash(gettext("Saved. From now on: %(remedy)s.", remedy=remedy.label))
    return redirect(url_for("preferences.begin"), 303)


def _page(chosen: Chosen, subscription_id: int, typed: Form, errors: Mapping[str, str]) -> str:
    return render_template(
        "public/my/choices.html",
        my=chosen.my,
        home=chosen.my.home(subscription_id),
        kinds=CHOICES,
        channels=[channel for channel in Channel if channel in chosen.home.by],
        partners=ticks_of(db.session(), owner()),
        allowances=ALLOWANCES,
        usual=limit(db.session(), Limit.WEEKLY_ALLOWANCE),
        typed=typed,
        errors=errors,
    )


def _fewer(errors: Mapping[str, str]) -> str:
    mine = my()
    has_texts = any(point.channel is Channel.SMS for point in mine.contact_points)
    remedies = [remedy for remedy in Remedy if has_texts or remedy is not Remedy.FEW_TEXTS]
    received = received_by(db.session(), mine.id, now=utc_now())
    return render_template("public/my/fewer.html", remedies=remedies, received=received, errors=errors)
