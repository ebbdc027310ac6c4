"""What coordinators write to the members of their watch: mails, of kinds that wait for nobody's safety."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.foundation.current import settings
from owl.foundation.errors import BadInput, Conflict, NotFound
from owl.foundation.notices import Channel
from owl.households.choices import Kind
from owl.households.wanting import Topic
from owl.messages.audience import Area, AreaKind, Audience
from owl.messages.counting import Reach, count_reach
from owl.messages.draft import Draft
from owl.messages.models import Message, MessageStatus, Severity
from owl.messages.moving import move
from owl.messages.reach import audience_hash, neighbourhoods_touched
from owl.messages.risk import Risk
from owl.messages.weighing import risks_now
from owl.watches.models import Watch
from owl.watches.vetting import Tier

KINDS = (Kind.EVENT, Kind.PREVENTION_ADVICE, Kind.GOOD_NEWS, Kind.CRIME_ALERT)
ALONE = KINDS[:3]  # what is said of a crime may harm a victim or a trial: the team looks at it first
PRESSED_TWICE = timedelta(minutes=10)
MOST_SHOWN = 20
ONCE_IN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Words:
    """What a coordinator typed."""

    kind: str = ""
    title: str = ""
    body: str = ""
    names_a_person: bool = False


@dataclass(frozen=True, slots=True)
class OwnMessage:
    """A message to members, as its watch sees it."""

    id: int
    title: str
    status: MessageStatus
    at: datetime  # of its approval, or of its asking
    homes: int | None
    returned_reason: str | None


def hand_in(
    session: Session, watch: Watch, tier: Tier, words: Words, *, author_id: int, now: datetime, again: int | None = None
) -> Message:
    """The message to the members, waiting for approval, inside the caller's transaction.

    `again`: of a message of the author's that a supervisor returned. Its `approval_needed_because` is empty where
    the tier lets it go without. The same words a moment later are the same message.
    Raises BadInput with every fault, Conflict, or NotFound for what is not the author's.
    """
    draft = _draft(watch, words, now)
    reach = reach_of_members(session, watch.id, draft.kind, now)
    if not reach.homes:
        raise BadInput({"kind": "No member gets this kind of message. Choose another, or wait until somebody joins."})
    reasons = risks_now(session, draft, homes=reach.homes, now=now)
    if not _goes_alone(session, watch, tier, words, now, again=again):
        reasons = (Risk.COORDINATOR, *reasons)
    values: dict[str, Any] = {
        "kind": draft.kind, "title": draft.title, "body": draft.body, "submitted_at": now, "returned_reason": None,
        "audience_hash": audience_hash(session, draft.audience),
        "approval_needed_because": [risk.value for risk in reasons],
        "neighbourhood_ids": neighbourhoods_touched(session, draft.audience), "names_a_person": words.names_a_person,
    }  # fmt: skip
    mine = (Message.watch_id == watch.id, Message.author_id == author_id)
    if again is not None:
        if not move(session, again, MessageStatus.AWAITING_APPROVAL, *mine, **values):
            raise Conflict("This message does not wait for you any more. Nothing was changed.")
        return session.get_one(Message, again, populate_existing=True)
    same = (Message.title == draft.title, Message.body == draft.body, Message.created_at > now - PRESSED_TWICE)
    if session.scalar(sa.select(Message.id).where(*mine, *same).limit(1)) is not None:
        raise Conflict("You have sent these words a moment ago. They were not sent again.")
    message = Message(
        severity=draft.severity, status=MessageStatus.AWAITING_APPROVAL, audience=draft.audience.to_json(),
        watch_id=watch.id, author_id=author_id, created_at=now, **values,
    )  # fmt: skip
    session.add(message)
    session.flush()
    return message


def reach_of_members(session: Session, watch_id: int, kind: Kind, now: datetime) -> Reach:
    """How many a mail of this kind to the members would reach."""
    return count_reach(session, audience_of(watch_id), Topic(kind), now)


def audience_of(watch_id: int) -> Audience:
    """The members of a watch, by mail."""
    return Audience.of([Area(AreaKind.WATCH, str(watch_id))], channels=[Channel.EMAIL])


def messages_of_watch(session: Session, watch_id: int) -> list[OwnMessage]:
    """The newest messages that its coordinators wrote."""
    found = session.execute(
        sa.select(
            Message.id, Message.title, Message.status, sa.func.coalesce(Message.approved_at, Message.submitted_at),
            Message.homes, Message.returned_reason,
        )
        .where(Message.watch_id == watch_id)
        .order_by(Message.id.desc())
        .limit(MOST_SHOWN)
    )  # fmt: skip
    return [OwnMessage(*row) for row in found]


def returned_to(session: Session, watch_id: int, message_id: int, *, author_id: int) -> Message:
    """The coordinator's own message that came back. Raises NotFound."""
    mine = (Message.watch_id == watch_id, Message.author_id == author_id, Message.status == MessageStatus.RETURNED)
    message = session.scalar(sa.select(Message).where(Message.id == message_id, *mine))
    if message is None:
        raise NotFound("There is no such message of yours that came back.")
    return message


def _goes_alone(session: Session, watch: Watch, tier: Tier, words: Words, now: datetime, *, again: int | None) -> bool:
    if tier < Tier.WRITES or words.kind not in ALONE or again is not None:
        return False
    lately = (Message.watch_id == watch.id, Message.submitted_at > now - ONCE_IN)
    return session.scalar(sa.select(Message.id).where(*lately).limit(1)) is None


def _draft(watch: Watch, words: Words, now: datetime) -> Draft:
    """What was typed, fit to be sent. Raises BadInput."""
    faults: dict[str, str] = {}
    kind = Kind(words.kind) if words.kind in KINDS else Kind.EVENT
    if words.kind not in KINDS:
        faults["kind"] = "Choose what the message is about."
    draft = Draft(kind, Severity.ROUTINE, words.title, words.body, "", audience_of(watch.id), valid_until=None)
    draft = replace(draft, names_a_person=words.names_a_person).tidied()
    try:
        draft.check_ready(public_url=settings().public_url, now=now)
    except BadInput as error:
        faults |= error.fields
    if faults:
        raise BadInput(faults)
    return draft
