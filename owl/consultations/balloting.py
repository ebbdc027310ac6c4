"""What a home answers when its team asks, kept so that it can't be traced to the home.

See docs/adr/0005-ballots.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from owl.consultations.builtin_question import closes_at
from owl.consultations.issues import chosen_issues
from owl.consultations.models import Ballot, TookPart
from owl.foundation.clock import london_day, show_date
from owl.foundation.database import transaction
from owl.foundation.errors import Conflict, Expired, NotFound
from owl.foundation.languages import gettext
from owl.foundation.signed_links import new_token
from owl.households.choices import Kind
from owl.messages.models import Message
from owl.replies.opening import OpenedLink, open_link
from owl.replies.replying import Received, write_reply
from owl.replies.words import clean_words


class AlreadyTookPart(Conflict):
    """Somebody of this home has answered before."""


class ConsultationClosed(Expired):
    """The question has closed."""


def cast_ballot(
    message_id: int, seq: int, issues: Iterable[str], words: str, *, named: bool, now: datetime
) -> Received | None:
    """Record the home's answer. With `named`, the words become a reply that the team can answer.

    Raises BadInput, NotFound, LinkExpired, PersonErased, ConsultationClosed, or AlreadyTookPart: one voice a home.
    """
    chosen = chosen_issues(issues)
    words = clean_words(words)
    with transaction() as session:
        link = open_link(session, message_id, seq, now=now)
        _refuse_when_closed(session, link, now)
        _take_the_homes_voice(session, link)
        # What is said under a name stays out of the ballot: equal words would lead from one to the other.
        session.add(
            Ballot(
                message_id=message_id,
                neighbourhood_id=link.neighbourhood_id,
                issues=[issue.value for issue in chosen],
                words=None if named else words or None,
                day=london_day(now),
            )
        )
        if not (named and words):
            return None
        return write_reply(session, link, words, anonymous=False, form_key=new_token()[0], now=now)


def _refuse_when_closed(session: Session, link: OpenedLink, now: datetime) -> None:
    if link.kind is not Kind.CONSULTATION_INVITATION:
        raise NotFound(gettext("This message asks no question."))
    closed_at = closes_at(session.get_one(Message, link.recipient.message_id))
    if now >= closed_at:
        raise ConsultationClosed(gettext("This question closed on %(closed_at)s.", closed_at=show_date(closed_at)))


def _take_the_homes_voice(session: Session, link: OpenedLink) -> None:
    """Of two people of a home at once, the database lets one through."""
    taken = session.scalar(
        insert(TookPart)
        .values(message_id=link.recipient.message_id, household_id=link.recipient.household_id)
        .on_conflict_do_nothing()
        .returning(TookPart.household_id)
    )
    if taken is None:
        raise AlreadyTookPart(gettext("Your home has already answered this question. Each home has one voice."))
