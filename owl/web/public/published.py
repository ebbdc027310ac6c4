"""A message on a page of its own, for whoever has its code: to read, to pass on and to pin up. No cookie is set."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from flask import Blueprint, Response, current_app, make_response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound as NoSuchPage

from owl.foundation.clock import utc_now
from owl.foundation.current import settings
from owl.foundation.database import db
from owl.foundation.languages import spoken_now
from owl.messages.codes import LONGEST_TYPED, read_code
from owl.messages.for_all import picture_is_for_all
from owl.messages.pictures import picture_content
from owl.messages.poster import draw_poster
from owl.messages.verifying import Original, UnknownCode, original
from owl.web.limits import GUESS
from owl.web.message_pages import page_of, poster_of

bp = Blueprint("published", __name__)

PICTURE_KEPT = timedelta(hours=1)  # by browsers and caches on the way: of somebody who was found it must go soon


@bp.get("/messages/<code>")
def show(code: str) -> ResponseReturnValue:
    found = _found(code)
    if found is None:
        return render_template("public/verify/unknown.html", code=code), GUESS
    return _kept_by_nobody_unless_for_all(found, page_of(found))


@bp.get("/messages/<code>/poster")
def poster(code: str) -> ResponseReturnValue:
    found = _found(code)
    if found is None or found.is_withheld:
        return render_template("public/verify/unknown.html", code=code), GUESS
    return _kept_by_nobody_unless_for_all(
        found, poster_of(found, address=f"{settings().public_url}/messages/{found.code}")
    )


@bp.get("/messages/<code>/poster.pdf")
def poster_pdf(code: str) -> ResponseReturnValue:
    found = _found(code)
    if found is None or found.is_withheld:
        return render_template("public/verify/unknown.html", code=code), GUESS
    fonts = Path(current_app.static_folder or "") / "vendor"
    pictures = [picture_content(db.session(), each.name) for each in found.pictures]
    address = f"{settings().public_url}/messages/{found.code}"
    response = _kept_by_nobody_unless_for_all(found, draw_poster(found, pictures, address=address, fonts=fonts))
    response.content_type = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="owl-{found.code}.pdf"'
    return response


@bp.get("/pictures/<name>.jpg")
def picture(name: str) -> ResponseReturnValue:
    response = make_response(picture_content(db.session(), name))
    response.content_type = "image/jpeg"
    for_all = picture_is_for_all(db.session(), name)
    who = "public" if for_all else "private"
    response.headers["Cache-Control"] = f"{who}, max-age={int(PICTURE_KEPT.total_seconds())}"
    response.add_etag()
    return response.make_conditional(request)


def _kept_by_nobody_unless_for_all(found: Original, page: str | bytes) -> Response:
    """What is for a street is for whoever has its code: a cache that had it would tell which codes there are."""
    response = make_response(page)
    if not found.is_for_all:
        response.headers["Cache-Control"] = "no-store"
    return response


def _found(typed: str) -> Original | None:
    """The message with this code, but for digests, which have no words of their own, and for training."""
    if len(typed) > LONGEST_TYPED:
        raise NoSuchPage
    code = read_code(typed)
    try:
        found = original(db.session(), code, language=spoken_now(), now=utc_now()) if code else None
    except UnknownCode:
        return None
    return None if found is None or found.is_training or found.kind == "digest" else found
