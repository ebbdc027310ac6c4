"""The verbs of replies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from owl.replies.lists import Entry
from owl.replies.states import Ending, ReplyState
from owl.replies.ticket_models import ListName
from tests import factories
from tests.accounts.places import HITCHIN
from tests.factories import NOW
from tests.house.verbs.verb import Made, P, Verb, administer, on_message

COUNCIL = "Hertfordshire County Council"


def reply(session: Session) -> int:
    return factories.reply(session, neighbourhood_id=HITCHIN).id


def two_replies(session: Session) -> tuple[int, int]:
    """Of one resident."""
    to = factories.delivery(session)
    first, second = (factories.reply(session, to, neighbourhood_id=HITCHIN).id for _ in range(2))
    return first, second


def answering(act: Callable[[Any, int, Any], object], made: Made = reply) -> Verb:
    """What a team does with a reply of its area."""
    return Verb(P.ANSWER, True, act, made)


VERBS: dict[str, Verb] = {
    "replies.answering.answer_reply": Verb(
        P.ANSWER, True, lambda do, who, it: do(it, "We are looking into it.", author_id=who, now=NOW), reply
    ),
    "replies.answering.hand_over_reply": answering(lambda do, who, it: do(it, COUNCIL, author_id=who, now=NOW)),
    "replies.assigning.assign_reply": answering(lambda do, who, it: do(it, to_id=None, user_id=who, now=NOW)),
    "replies.assigning.claim_reply": answering(on_message),
    "replies.closing.close_reply": answering(lambda do, who, it: do(it, Ending.SPOKEN_TO, user_id=who, now=NOW)),
    "replies.closing.reopen_reply": answering(
        on_message,
        lambda session: factories.reply(session, neighbourhood_id=HITCHIN, state=ReplyState.CLOSED).id,
    ),
    "replies.lists.add_entry": administer(
        lambda do, who, it: do(ListName.WORDS, Entry("crossbow"), actor_id=who, now=NOW)
    ),
    "replies.lists.end_entry": administer(
        lambda do, who, it: do(ListName.BODIES, COUNCIL, actor_id=who, now=NOW)
    ),
    "replies.merging.merge_replies": answering(lambda do, who, it: do(*it, user_id=who, now=NOW), two_replies),
    "replies.noting.add_note": answering(lambda do, who, it: do(it, "Known to us", author_id=who, now=NOW)),
}  # fmt: skip
