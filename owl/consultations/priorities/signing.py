"""An inspector's signature: without it nothing is shown, and nobody signs their own words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.deciders import addresses_of_deciders
from owl.accounts.models import User
from owl.accounts.permissions import Permission
from owl.consultations.priorities.acting import ChangedMeanwhile, may_act, record
from owl.consultations.priorities.models import DecisionDraft, RaisedIssue, SignedDecision
from owl.consultations.priorities.renewing import renew
from owl.consultations.priorities.wording import clean_words
from owl.foundation.database import transaction
from owl.foundation.errors import Conflict, Refused
from owl.foundation.notices import Channel, send_notice
from owl.geography.models import Neighbourhood

KEPT = (
    "issue", "decision", "reason", "evidence", "action", "passed_to", "passed_to_address", "until", "owner_id",
    "writer_ids",
)  # fmt: skip


class OwnWords(Refused):
    """Whoever wrote on a decision does not sign it."""

    def __init__(self) -> None:
        super().__init__("You wrote some of these decisions, so another inspector must sign them.")


class Undecided(Conflict):
    """Every issue gets its answer before any is shown."""


def ask_for_signature(neighbourhood_id: str, *, actor_id: int, now: datetime) -> int:
    """Ask the inspectors of the neighbourhood to sign all that is drafted there; how many decisions.

    Raises Refused, or Undecided where there is nothing to sign, something is not decided, or an owner has left.
    """
    with transaction() as session:
        may_act(session, actor_id, Permission.CONSULT, neighbourhood_id)
        drafts = _drafts(session, neighbourhood_id)
        _check_whole(session, drafts)
        new = [draft for draft in drafts if draft.asked_at is None]
        for draft in new:
            draft.asked_at, draft.returned_because = now, None
        if new:
            _tell_inspectors(session, neighbourhood_id, len(drafts), now)
        record(session, "ask for signature", actor_id, now, issue_id=None, neighbourhood=neighbourhood_id)
        return len(drafts)


def sign_decisions(neighbourhood_id: str, shown: Mapping[int, int], *, inspector_id: int, now: datetime) -> int:
    """Sign what waits there, as it was shown: it is what holds, and what everybody reads. How many decisions.

    `shown`: the versions by issue. Raises Refused, OwnWords, Undecided, or ChangedMeanwhile; then nothing is signed.
    """
    with transaction() as session:
        may_act(session, inspector_id, Permission.SIGN, neighbourhood_id)
        drafts = [draft for draft in _drafts(session, neighbourhood_id) if draft.asked_at is not None]
        if not drafts or {draft.issue_id: draft.version for draft in drafts} != dict(shown):
            raise ChangedMeanwhile
        if any(inspector_id in draft.writer_ids for draft in drafts):
            raise OwnWords
        _check_whole(session, drafts)
        before = _numbers(session, [draft.issue_id for draft in drafts])
        for draft in drafts:
            words = {name: getattr(draft, name) for name in KEPT}
            number = before.get(draft.issue_id, 0) + 1
            session.add(
                SignedDecision(issue_id=draft.issue_id, number=number, signer_id=inspector_id, signed_at=now, **words)
            )
            session.delete(draft)
            record(session, "sign decision", inspector_id, now, issue_id=draft.issue_id, number=number)
        session.flush()
        renew(session, neighbourhood_id, now)
        return len(drafts)


def return_decisions(neighbourhood_id: str, *, reason: str, inspector_id: int, now: datetime) -> None:
    """Give what waits there back to its writers, with the reason, which they get by mail.

    Raises BadInput for "reason", Refused, or ChangedMeanwhile where nothing waits any more.
    """
    reason = clean_words(reason, "reason", missing="Say what has to change.")
    with transaction() as session:
        may_act(session, inspector_id, Permission.SIGN, neighbourhood_id)
        drafts = [draft for draft in _drafts(session, neighbourhood_id) if draft.asked_at is not None]
        if not drafts:
            raise ChangedMeanwhile
        for draft in drafts:
            draft.asked_at, draft.returned_because = None, reason
        writers = {writer for draft in drafts for writer in draft.writer_ids}
        name = session.get_one(Neighbourhood, neighbourhood_id).name
        for address in session.scalars(sa.select(User.email).where(User.id.in_(writers), User.active)):
            send_notice(
                session, "priorities_returned", channel=Channel.EMAIL, address=address, now=now,
                neighbourhood=name, neighbourhood_id=neighbourhood_id,
            )  # fmt: skip
        record(session, "return decisions", inspector_id, now, issue_id=None, neighbourhood=neighbourhood_id)


def _drafts(session: Session, neighbourhood_id: str) -> list[DecisionDraft]:
    """All of the neighbourhood, held until the end of the transaction."""
    asked = (
        sa.select(DecisionDraft)
        .join(RaisedIssue, RaisedIssue.id == DecisionDraft.issue_id)
        .where(RaisedIssue.neighbourhood_id == neighbourhood_id)
        .order_by(RaisedIssue.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return list(session.scalars(asked))


def _check_whole(session: Session, drafts: Iterable[DecisionDraft]) -> None:
    drafts = list(drafts)
    if not drafts:
        raise Undecided("There is nothing to sign. Write down what your team decided first.")
    undecided = [draft.issue for draft in drafts if draft.decision is None]
    if undecided:
        raise Undecided(f"Decide about every issue first. Not decided yet: {'; '.join(undecided)}.")
    owners = {draft.owner_id for draft in drafts if draft.owner_id}
    there = set(session.scalars(sa.select(User.id).where(User.id.in_(owners), User.active)))
    left = [draft.issue for draft in drafts if draft.owner_id and draft.owner_id not in there]
    if left:
        raise Undecided(f"The officer who answers for it has left. Choose another: {'; '.join(left)}.")


def _numbers(session: Session, issue_ids: list[int]) -> dict[int, int]:
    asked = sa.select(SignedDecision.issue_id, sa.func.max(SignedDecision.number))
    found = session.execute(asked.where(SignedDecision.issue_id.in_(issue_ids)).group_by(SignedDecision.issue_id))
    return {row[0]: row[1] for row in found}


def _tell_inspectors(session: Session, neighbourhood_id: str, count: int, now: datetime) -> None:
    name = session.get_one(Neighbourhood, neighbourhood_id).name
    known = addresses_of_deciders(session, Permission.SIGN, [neighbourhood_id], now)
    for address in sorted(known.get(neighbourhood_id, ())):
        send_notice(
            session, "priorities_to_sign", channel=Channel.EMAIL, address=address, now=now, count=count,
            neighbourhood=name, neighbourhood_id=neighbourhood_id,
        )  # fmt: skip
