"""What a message would reach and cost if it went out now, for the author to see while composing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from owl.accounts.permissions import Permission, require
from owl.foundation.languages import Language
from owl.messages.counting import Reach, count_reach
from owl.messages.draft import Draft
from owl.messages.reach import neighbourhoods_touched
from owl.messages.sms_text import TextLength, cheaper_text, foreign_characters
from owl.messages.translations import Translation
from owl.messages.word_rules import measure_framed


@dataclass(frozen=True, slots=True)
class Wording:
    """The text message as it is billed, and how it could cost less."""

    length: TextLength
    costly: tuple[str, ...]  # characters that halve what fits
    cheaper: str | None  # the same words in plain characters, where that saves something


def wording_of(words: str, *, public_url: str) -> Wording:
    """How the words go out as a text."""
    return Wording(measure_framed(words, public_url=public_url), tuple(foreign_characters(words)), cheaper_text(words))


def text_lengths(translations: Iterable[Translation], *, public_url: str) -> dict[Language, TextLength]:
    """How the text goes out in each of the languages in which there is one."""
    return {
        words.language: measure_framed(words.sms_text, public_url=public_url, language=words.language)
        for words in translations
        if words.sms_text
    }


def reach_of(session: Session, draft: Draft, *, user_id: int, now: datetime) -> Reach:
    """How many the draft reaches now. Raises EmptyAudience, UnknownArea, and Refused outside the user's areas."""
    require(session, user_id, Permission.COMPOSE, neighbourhoods_touched(session, draft.audience))
    return count_reach(session, draft.audience, draft.topic, now)


def cost_pence(texts: int, segments: int, *, price_pence: float) -> float:
    """What the texts cost, in pence: each segment is billed for each of them."""
    return texts * segments * price_pence


def minutes_of(texts: int, segments: int, *, segments_a_second: float) -> int:
    """How long the texts take to go out, at the rate that the provider takes them."""
    return round(texts * segments / segments_a_second / 60)
