"""What the words of a message must be, in any language: to be kept as a draft, and to go out."""

from __future__ import annotations

import unicodedata

from owl.foundation.languages import Language, speaking
from owl.messages.blanks import blanks_in
from owl.messages.mail_weight import HEAVIEST_MAIL, weight_of
from owl.messages.sms_frame import frame_text, sample_link
from owl.messages.sms_text import TextLength, measure
from owl.messages.translations import Translation

LONGEST_TITLE = 120  # characters; mail readers on phones show about 40
LONGEST_BODY = 10_000
LONGEST_TEXT = 1_000  # typed; what is sent is held to segments
MOST_SEGMENTS = 4  # 14 hours for the county at 10 a second are 3; Twilio refuses more than 10
NAMES = {"title": "title", "body": "message", "sms_text": "text message"}
LIMITS = {"title": LONGEST_TITLE, "body": LONGEST_BODY, "sms_text": LONGEST_TEXT}
TOO_HEAVY = (
    "The message makes a mail of {weight} KB, and it may have {most}. Shorten it, or link to a page with the rest."
)
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # can show words in another order


def field_of(name: str, language: Language) -> str:
    """The composer's field: "title", in Polish "title_pl"."""
    return name if language is Language.ENGLISH else f"{name}_{language.value}"


def faults_of_shape(words: Translation) -> dict[str, str]:
    """By field, what can't be kept, even as a draft."""
    faults: dict[str, str] = {}
    for name, text in (("title", words.title), ("body", words.body), ("sms_text", words.sms_text)):
        field, called = field_of(name, words.language), _called(name, words.language)
        if len(text) > LIMITS[name]:
            faults[field] = f"The {called} is {len(text):,} characters long. Use {LIMITS[name]:,} or fewer."
        elif name == "title" and ("\n" in text or "\r" in text):
            faults[field] = f"The {called} must be on one line."
        elif any(map(_is_unseen, text)):
            faults[field] = f"The {called} has hidden characters in it. Delete it and type it again."
    return faults


def faults_of_words(words: Translation, *, by_text: bool, public_url: str) -> dict[str, str]:
    """By field, what keeps the words from going out. A translation is whole, or there is none."""
    faults: dict[str, str] = {}
    if not words.title:
        faults["title"] = "Enter a title. It is what people see first."
    if not words.body:
        faults["body"] = "Write the message."
    elif (weight := weight_of(words.title, words.body)) > HEAVIEST_MAIL:
        faults["body"] = TOO_HEAVY.format(weight=weight // 1000, most=HEAVIEST_MAIL // 1000)
    if by_text:
        faults |= _faults_of_text(words, public_url)
    faults |= _blanks_left(words, by_text=by_text)
    if words.language is not Language.ENGLISH:
        where = words.language.in_english
        return {field_of(name, words.language): f"In {where}: {why}" for name, why in faults.items()}
    return faults


def measure_framed(words: str, *, public_url: str, language: Language = Language.ENGLISH) -> TextLength:
    """The length of the whole text that residents get, as it is billed."""
    with speaking(language):
        return measure(frame_text(words, link=sample_link(public_url)))


def _faults_of_text(words: Translation, public_url: str) -> dict[str, str]:
    if not words.sms_text:
        return {"sms_text": "Write the text message, or leave text messages out."}
    segments = measure_framed(words.sms_text, public_url=public_url, language=words.language).segments
    if segments > MOST_SEGMENTS:
        return {"sms_text": f"The text message needs {segments} texts for each person. Shorten it to {MOST_SEGMENTS}."}
    return {}


def _blanks_left(words: Translation, *, by_text: bool) -> dict[str, str]:
    texts = {"title": words.title, "body": words.body} | ({"sms_text": words.sms_text} if by_text else {})
    left = {name: blanks_in(text) for name, text in texts.items()}
    return {name: f"Fill in {{{blanks[0]}}}, or take it out." for name, blanks in left.items() if blanks}


def _called(name: str, language: Language) -> str:
    return NAMES[name] if language is Language.ENGLISH else f"{NAMES[name]} in {language.in_english}"


def _is_unseen(letter: str) -> bool:
    return letter in TURNING or (letter not in "\n\t" and unicodedata.category(letter) in {"Cc", "Cs"})
