"""Words of a resident's that should reach a sergeant at once: a list and nothing else, the same each time."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from owl.replies.danger import BETWEEN, LONGEST_READ
from owl.replies.lists import entries
from owl.replies.ticket_models import ListName


def escalating_words(words: str, phrases: Iterable[str]) -> tuple[str, ...]:
    """Those of the phrases that the words hold: whole, in any case, with any signs between."""
    said = f" {BETWEEN.sub(' ', words[:LONGEST_READ].lower()).strip()} "
    return tuple(phrase for phrase in phrases if f" {BETWEEN.sub(' ', phrase.lower()).strip()} " in said)


def escalates(session: Session, words: str) -> bool:
    """Whether the words hold one of those on the list of today."""
    return bool(words_found(session, words))


def words_found(session: Session, *texts: str) -> tuple[str, ...]:
    """Which of today's list the texts hold."""
    phrases = [entry.name for entry in entries(session, ListName.WORDS)]
    return tuple(dict.fromkeys(found for text in texts for found in escalating_words(text, phrases)))
