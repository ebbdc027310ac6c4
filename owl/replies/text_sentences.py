"""What OWL texts back to a resident. Each has to fit two segments with whatever is put in."""

from __future__ import annotations

from datetime import datetime

from owl.foundation.clock import show_time
from owl.foundation.languages import gettext
from owl.messages.sms_text import without_marks


def ask_for_yes(postcode: str, neighbourhood: str, agreed_words: str) -> str:
    """Whether somebody who texted JOIN wants to join, with the words that they agree to."""
    return f"{postcode}, {neighbourhood}. {agreed_words}"


def welcome(postcode: str) -> str:
    """After YES."""
    return gettext(
        "you now get police alerts for %(postcode)s by text. To move, text MOVE and your new postcode."
        " To end texts STOP.",
        postcode=postcode,
    )


def known_already(postcodes: str) -> str:
    """JOIN from a number that gets messages."""
    return gettext(
        "you get alerts already, for %(postcodes)s. To move, text MOVE and your new postcode. To end texts STOP.",
        postcodes=postcodes,
    )


def moved(postcode: str, neighbourhood: str) -> str:
    """After MOVE."""
    return gettext(
        "from now on you get alerts for %(postcode)s, %(neighbourhood)s. Not right? Text MOVE and a postcode.",
        postcode=postcode,
        neighbourhood=neighbourhood,
    )


def several_homes(public_url: str) -> str:
    """MOVE from somebody with more than one home."""
    return gettext("you have more than one home with us. Please change them on your page:") + f" {public_url}/my"


def which_postcode() -> str:
    """JOIN or MOVE with none that we can read."""
    return gettext("please text JOIN and your postcode, like JOIN AL1 1AG. If you get alerts already: MOVE AL1 1AG.")


def not_ours(postcode: str) -> str:
    """A postcode of another force."""
    return gettext("%(postcode)s is outside Hertfordshire, so we can't send you alerts.", postcode=postcode)


def not_known(postcode: str, public_url: str) -> str:
    """A postcode that may be new."""
    sentence = gettext("we don't know %(postcode)s yet. Check it, or choose your area here:", postcode=postcode)
    return f"{sentence} {public_url}"


def join_first() -> str:
    """MOVE or START from a number that we don't know."""
    return gettext("we don't know this number yet. To get police alerts, text JOIN and your postcode.")


def help_for(public_url: str) -> str:
    """HELP, and what we did not understand."""
    sentence = gettext(
        "to get police alerts text JOIN and your postcode. To move, text MOVE and the new one. To end texts STOP."
        " In an emergency call 999, else 101. More:"
    )
    return f"{sentence} {public_url}/help"


def has_your_words(reference: str, due_at: datetime | None) -> str:
    """After words for the team."""
    if due_at is None:
        return gettext("your team has your words, reference %(reference)s.", reference=reference)
    return gettext(
        "thank you. Your team has your words and answers by %(due)s. Reference %(reference)s."
        " In an emergency call 999.",
        due=without_marks(show_time(due_at)),
        reference=reference,
    )


def call_999(reference: str) -> str:
    """After words that speak of danger."""
    return gettext(
        "if somebody is in danger, CALL 999 NOW. Nobody reads this at once."
        " Your team will see your words, reference %(reference)s.",
        reference=reference,
    )
