"""What the questions of a ballot need to be shown: for residents, and for their team before it asks them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from time import monotonic

from flask import render_template, request
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from owl.consultations.answered_places import districts_of, parts_of
from owl.consultations.asked import Asked
from owl.consultations.questions import QuestionType
from owl.consultations.right_door import PHRASES as TOPICS
from owl.consultations.right_door import doors
from owl.foundation.current import settings
from owl.foundation.database import db
from owl.foundation.languages import Language, spoken_now
from owl.foundation.signed_links import new_token
from owl.messages.markdown import as_html
from owl.replies.danger import PHRASES

FEWEST_LETTERS = 16  # of a form's key; a shorter one is none of ours
KEPT_S = 10.0  # as pages for all are (docs/adr/0055): names of places and bodies may change


def form_key() -> str:
    """The key that this request's form came with, else a new one."""
    key = request.form.get("form_key", "")
    return key if len(key) >= FEWEST_LETTERS and key.isascii() else new_token()[0]


def intro_of(asked: Asked) -> Markup:
    """The introduction as HTML."""
    return Markup(as_html(asked.intro))  # noqa: S704  # as_html lets only its own few elements through


def fields_of(asked: Asked, errors: Mapping[str, str], *, for_home: bool = False) -> dict[str, object]:
    """What a page with the form needs, besides what was typed. `for_home`: behind the link of an invitation."""
    if errors or request.form:
        fields = _fields(asked, request.form, errors, for_home)
    elif settings().keep_pages:
        fields = _untouched(asked, spoken_now(), for_home, monotonic() // KEPT_S)
    else:
        fields = _fields(asked, MultiDict(), {}, for_home)
    return {
        "asked": asked,
        "intro": intro_of(asked),
        "fields": Markup(fields),  # noqa: S704  # of our own template
        "danger": PHRASES,
        "form_key": form_key(),
    }


# The same for all homes until one of them types: three statements and half the work of the page.
@lru_cache(maxsize=128)
def _untouched(asked: Asked, language: Language, for_home: bool, when: float) -> str:  # noqa: ARG001, FBT001
    return _fields(asked, MultiDict(), {}, for_home)


def _fields(asked: Asked, typed: MultiDict[str, str], errors: Mapping[str, str], for_home: bool) -> str:  # noqa: FBT001
    session = db.session()
    asks_place = any(question.type is QuestionType.PLACE for question in asked.questions)
    areas = asked.neighbourhood_ids
    return render_template(
        "public/consultations/fields.html",
        asked=asked,
        typed=typed,
        errors=errors,
        for_home=for_home,
        parts=parts_of(session, areas) if asks_place else [],
        where={"districts": districts_of(session, areas), "areas": areas} if asks_place else None,
        doors=[(door, TOPICS[door.topic]) for door in doors(session, areas)],
        danger=PHRASES,
    )
