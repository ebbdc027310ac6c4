"""What a resident filled in on the page of a feedback link: read whole, or refused with every fault at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from owl.foundation.errors import BadInput
from owl.foundation.languages import gettext
from owl.foundation.signed_links import new_token
from owl.replies.models import Rating
from owl.replies.words import clean_words

Form = MultiDict[str, str]


@dataclass(frozen=True, slots=True)
class ReplyForm:
    """A reply in words."""

    words: str
    anonymous: bool
    form_key: str


def read_rating(form: Form) -> Rating:
    """The button that was pressed. Raises BadInput."""
    try:
        return Rating(form.get("rating", ""))
    except ValueError:
        raise BadInput({"useful": gettext("Press one of the three buttons.")}) from None


def read_reply(form: Form) -> ReplyForm:
    """The reply. Raises BadInput; a form without a key counts as a new one."""
    words = form.get("words", "")
    _refuse_faults(
        lambda: clean_words(words, empty=gettext("Write your reply.")),
        lambda: _choice(form, "anonymous", gettext("Choose whether you would like an answer.")),
    )
    return ReplyForm(words, form.get("anonymous") == "yes", form.get("form_key") or new_token()[0])


def _choice(form: Form, field: str, sentence: str) -> None:
    if form.get(field) not in {"yes", "no"}:
        raise BadInput({field: sentence})


def _refuse_faults(*checks: Callable[[], object]) -> None:
    faults: dict[str, str] = {}
    for check in checks:
        try:
            check()
        except BadInput as fault:
            faults |= fault.fields
    if faults:
        raise BadInput(faults)
