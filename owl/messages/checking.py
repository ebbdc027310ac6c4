"""The checks of a message's words, with the list of sites as it is now."""

from __future__ import annotations

from sqlalchemy.orm import Session

from owl.foundation.errors import BadInput
from owl.messages.allowing_links import allowed_sites
from owl.messages.checks.every_check import faults_in, look_over
from owl.messages.checks.finding import Finding, Words
from owl.messages.draft import Draft


def findings_of(session: Session, words: Words) -> tuple[Finding, ...]:
    """What the checks say, what stops the message first."""
    return look_over(words, allowed_sites(session))


def check_words(session: Session, draft: Draft) -> None:
    """Raises BadInput, with every reason, for words that can't go out."""
    faults = faults_in(draft.words, allowed_sites(session))
    if faults:
        raise BadInput(faults)
