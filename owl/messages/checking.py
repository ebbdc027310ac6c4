"""The checks of a message's words, with the list of sites as it is now."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from owl.foundation.errors import BadInput
from owl.messages.allowing_links import allowed_sites
from owl.messages.checks.every_check import faults_in, look_over
from owl.messages.checks.finding import Finding, Words
from owl.messages.draft import Draft
from owl.messages.word_rules import field_of


def findings_of(session: Session, words: Words) -> tuple[Finding, ...]:
    """What the checks say, what stops the message first."""
    return look_over(words, allowed_sites(session))


def check_words(session: Session, draft: Draft) -> None:
    """Raises BadInput, with every reason, for words that can't go out."""
    sites, faults = allowed_sites(session), dict[str, str]()
    for written in (draft.english, *draft.translations):
        words = replace(draft.words, title=written.title, body=written.body, sms_text=written.sms_text)
        faults |= {field_of(field, written.language): why for field, why in faults_in(words, sites).items()}
    if faults:
        raise BadInput(faults)
