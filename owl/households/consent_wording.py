"""The words that people agree to, by version: the evidence of a consent names one of them.

A version is never edited once somebody has agreed to it; new words get a new version, and each language has versions
of its own, which is why they don't stand in the catalogues (UK GDPR, article 7(1): the controller must be able to
show what was agreed to).
"""

from __future__ import annotations

from collections.abc import Collection

from owl.foundation.languages import Language
from owl.foundation.notices import Channel

CURRENT = {Language.ENGLISH: "2026-11", Language.POLISH: "2026-11-pl", Language.ROMANIAN: "2026-11-ro"}
WORDS = {
    "2026-11": (
        "I agree that Hertfordshire Constabulary may send me the kinds of message I chose, {by}."
        " I can change my choices or stop all messages at any time, with one press."
    ),
    "2026-11-text": (
        "By YES you agree that Hertfordshire Constabulary may text you crime alerts, witness appeals and"
        " missing person appeals. Text STOP to end it."
    ),
    "2026-11-pl": (
        "Zgadzam się, aby policja Hertfordshire Constabulary wysyłała mi wiadomości, które wybrałem(-am), {by}."
        " W każdej chwili mogę zmienić wybór albo zatrzymać wszystkie wiadomości jednym naciśnięciem."
    ),
    "2026-11-ro": (
        "Sunt de acord ca poliția Hertfordshire Constabulary să îmi trimită mesajele pe care le-am ales, {by}."
        " Oricând pot să schimb ce am ales sau să opresc toate mesajele, printr-o singură apăsare."
    ),
}
BY = {
    Language.ENGLISH: ("by email", "by text", "by email and by text"),
    Language.POLISH: ("e-mailem", "SMS-em", "e-mailem i SMS-em"),
    Language.ROMANIAN: ("prin e-mail", "prin SMS", "prin e-mail și prin SMS"),
}


# Of every version that there ever was; the others are English.
LANGUAGES = {"2026-11-pl": Language.POLISH, "2026-11-ro": Language.ROMANIAN}


def language_of(version: str) -> Language:
    """The language in which somebody agreed; English for any version that is not ours."""
    return LANGUAGES.get(version, Language.ENGLISH)


def consent_words(version: str, channels: Collection[Channel]) -> str:
    """The sentence as it was shown to somebody with these channels."""
    by_mail, by_text, by_both = BY[language_of(version)]
    both = {Channel.EMAIL, Channel.SMS} <= set(channels)
    return WORDS[version].format(by=by_both if both else by_mail if Channel.EMAIL in channels else by_text)
