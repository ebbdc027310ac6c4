"""What the questions of a ballot need to be shown: for residents, and for their team before it asks them."""

from __future__ import annotations

from flask import request
from markupsafe import Markup

from owl.consultations.answered_places import districts_of, parts_of
from owl.consultations.asked import Asked
from owl.consultations.questions import QuestionType
from owl.consultations.right_door import PHRASES as TOPICS
from owl.consultations.right_door import doors
from owl.foundation.database import db
from owl.foundation.signed_links import new_token
from owl.messages.markdown import as_html
from owl.replies.danger import PHRASES

FEWEST_LETTERS = 16  # of a form's key; a shorter one is none of ours


def form_key() -> str:
    """The key that this request's form came with, else a new one."""
    key = request.form.get("form_key", "")
    return key if len(key) >= FEWEST_LETTERS and key.isascii() else new_token()[0]


def intro_of(asked: Asked) -> Markup:
    """The introduction as HTML."""
    return Markup(as_html(asked.intro))  # noqa: S704  # as_html lets only its own few elements through


def fields_of(asked: Asked) -> dict[str, object]:
    """What templates/public/consultations/fields.html needs, besides what was typed."""
    session = db.session()
    asks_place = any(question.type is QuestionType.PLACE for question in asked.questions)
    areas = asked.neighbourhood_ids
    return {
        "asked": asked,
        "intro": intro_of(asked),
        "parts": parts_of(session, areas) if asks_place else [],
        "where": {"districts": districts_of(session, areas), "areas": areas} if asks_place else None,
        "doors": [(door, TOPICS[door.topic]) for door in doors(session, areas)],
        "danger": PHRASES,
        "form_key": form_key(),
    }
