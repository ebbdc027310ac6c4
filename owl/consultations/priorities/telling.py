"""Who was asked hears what came of it: words for the follow-up of an invitation. Nobody knows who asked for what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from owl.consultations.consultation_models import Consultation
from owl.consultations.priorities.models import Decision, RaisedIssue, SignedDecision
from owl.consultations.priorities.queries import Priority, decided_among
from owl.delivery.follow_up_drafts import Words
from owl.foundation.current import settings
from owl.geography.models import Neighbourhood
from owl.messages.allowing_links import allowed_sites
from owl.messages.checks.links import Link, fault_of
from owl.messages.models import FollowUp, Message, MessageStatus

HEADINGS = (
    (Decision.CHOSEN, "We work on"),
    (Decision.PASSED_ON, "We passed on"),
    (Decision.NOT_CHOSEN, "We do not work on now"),
)
BREAK = "\n\n"
MOST_LISTED = 6  # of each: the page has them all


@dataclass(frozen=True, slots=True)
class ToTell:
    """A consultation of which decisions are signed, and the invitation whose homes can be told."""

    title: str
    message_id: int
    told: bool  # a follow-up says what happened, or waits for approval


def to_tell(session: Session, neighbourhood_id: str) -> list[ToTell]:
    """What was asked in the neighbourhood and is decided there, the newest first."""
    signed = sa.exists().where(SignedDecision.issue_id == RaisedIssue.id)
    decided = sa.select(RaisedIssue.consultation_id).where(RaisedIssue.neighbourhood_id == neighbourhood_id, signed)
    later = aliased(Message)
    told = sa.exists().where(
        later.follows_id == sa.func.min(Message.id),
        later.follow_up == FollowUp.OUTCOME,
        later.status != MessageStatus.CANCELLED,
    )
    found = session.execute(
        sa.select(Consultation.title, sa.func.min(Message.id), told)
        .join(Message, Message.consultation_id == Consultation.id)
        .where(Consultation.id.in_(decided), Message.approved_at.is_not(None), Message.follows_id.is_(None))
        .group_by(Consultation.id)
        .order_by(Consultation.id.desc())
    )
    return [ToTell(*row) for row in found]


def what_was_decided(session: Session, message: Message) -> Words | None:
    """What the homes that this message invited are told; None where it invited to nothing, or nothing is signed."""
    if message.consultation_id is None:
        return None
    consultation = session.get_one(Consultation, message.consultation_id)
    asked = sa.select(Neighbourhood.id, Neighbourhood.name).where(Neighbourhood.id.in_(consultation.neighbourhood_ids))
    by_place: dict[str, list[Priority]] = defaultdict(list)
    for one in decided_among(session, consultation.neighbourhood_ids):
        if one.taken_out_because is None:
            by_place[one.neighbourhood_id].append(one)
    parts, sites = [], allowed_sites(session)
    for neighbourhood_id, name in session.execute(asked.order_by(Neighbourhood.name)):
        if priorities := by_place.get(neighbourhood_id):
            page = f"{settings().public_url}/neighbourhoods/{neighbourhood_id}/priorities"
            heading = f"## {name}\n\n" if len(consultation.neighbourhood_ids) > 1 else ""
            parts.append(f"{heading}{_listed(priorities)}\n\n{_where(page, name, sites)}")
    if not parts:
        return None
    thanks = f"We asked what your team should work on: “{consultation.title}”. Thank you to all who answered."
    short = f"You said, we decided. {parts[-1].rpartition(BREAK)[2]}"
    return Words("You said, we decided", BREAK.join([thanks, *parts]), short)


def _where(page: str, name: str, sites: Collection[str]) -> str:
    """Where more stands; as a link where the house lets links to itself go out."""
    if fault_of(Link(page, page), sites) is None:
        return f"Why, and what we did: {page}"
    return f"Why, and what we did, is on OWL’s page of {name}."


def _listed(priorities: list[Priority]) -> str:
    by: dict[Decision, list[Priority]] = defaultdict(list)
    for one in priorities:
        by[one.decision].append(one)
    return BREAK.join(
        f"**{heading}:**\n\n" + "\n".join(f"- {line}" for line in _lines(by[decision]))
        for decision, heading in HEADINGS
        if by[decision]
    )


def _lines(priorities: list[Priority]) -> list[str]:
    """The newest; how many more there are, where that is not all."""
    more = len(priorities) - MOST_LISTED
    return [_line(one) for one in priorities[-MOST_LISTED:]] + ([f"and {more} more"] if more > 0 else [])


def _line(one: Priority) -> str:
    if one.decision is Decision.PASSED_ON:
        return f"{one.issue} (to {one.passed_to})"
    return f"{one.issue}. {one.action}".replace("\n", " ") if one.decision is Decision.CHOSEN else one.issue
