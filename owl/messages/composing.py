"""Composing: drafts, and asking a supervisor to approve one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.models import User
from owl.accounts.permissions import Permission, require
from owl.accounts.training import in_training
from owl.foundation.audit import record_act
from owl.foundation.clock import LONDON
from owl.foundation.current import settings
from owl.foundation.database import transaction
from owl.foundation.errors import BadInput, Conflict, NotFound
from owl.households.choices import CHOICES
from owl.households.partners import check_partner
from owl.messages.audience import Audience, EmptyAudience
from owl.messages.checking import check_words
from owl.messages.counting import count_reach
from owl.messages.draft import Draft
from owl.messages.editing import Editor, note_saved, saved_last
from owl.messages.invited_to import check_invitation, check_kind, invites_to
from owl.messages.kinds import check_may_write
from owl.messages.life_cycle import EDITABLE
from owl.messages.models import Message, MessageStatus
from owl.messages.moving import change, move
from owl.messages.queries import may_write_on
from owl.messages.reach import audience_hash, check_known, neighbourhoods_touched
from owl.messages.text_ceilings import check_text_ceiling
from owl.messages.training import keep_apart
from owl.messages.translations import as_kept
from owl.messages.weighing import risks_now


class NoSuchDraft(NotFound):
    """There is no such draft, or none that this user may write on."""

    def __init__(self) -> None:
        super().__init__("There is no such draft, or it is not in your areas.")


class EditedMeanwhile(Conflict):
    """The draft was saved elsewhere since this page was opened."""

    def __init__(self, colleague: Editor | None = None) -> None:
        """`colleague`: who saved it; None: the same user, in another window."""
        who = "This message was saved in another window"
        if colleague is not None and colleague.saved_at is not None:
            who = f"{colleague.name} saved this message at {colleague.saved_at.astimezone(LONDON):%H:%M},"
        super().__init__(
            f"{who} after you opened this page. "
            "What you typed is still here and was not saved; compare the two before you save again."
        )


class NotADraft(Conflict):
    """The message has left the desk where it was written."""

    def __init__(self, status: MessageStatus) -> None:
        super().__init__(f"This message can't be changed any more. It stands at: {status.label.lower()}.")


def create_draft(draft: Draft, *, author_id: int, now: datetime) -> int:
    """The id of a new draft.

    Raises BadInput for what can't be kept, UnknownArea, and Refused outside the author's areas.
    """
    draft = _keepable(draft)
    check_kind(draft.kind, draft.consultation_id)
    with transaction() as session:
        check_partner(session, draft.partner_id)
        touched = _own_areas(session, draft.audience, author_id)
        message = Message(author_id=author_id, created_at=now, neighbourhood_ids=touched, **_columns(draft))
        message.consultation_id = draft.consultation_id
        message.training = in_training(session, author_id)
        session.add(message)
        session.flush()
        note_saved(session, message.id, user_id=author_id, now=now)
        _record(session, "create draft", message.id, author_id, now)
        return message.id


def save_draft(message_id: int, draft: Draft, *, user_id: int, version: int, now: datetime) -> None:
    """Keep what its author or a colleague wrote, over the version that the writer was shown.

    Raises NotFound, EditedMeanwhile, NotADraft, and what create_draft raises; then nothing is saved.
    """
    draft = _keepable(draft)
    with transaction() as session:
        check_partner(session, draft.partner_id)
        check_kind(draft.kind, invites_to(session, message_id))
        touched = _own_areas(session, draft.audience, user_id)
        mine = (
            may_write_on(session, user_id),
            Message.version == version,
            Message.status.in_(EDITABLE),
            Message.follows_id.is_(None),
        )
        seen_by = touched or Message.neighbourhood_ids  # without areas it stays with those who had it
        _keep_apart(session, message_id, user_id)
        if not change(session, message_id, *mine, neighbourhood_ids=seen_by, **_columns(draft)):
            raise _why_not(session, message_id, user_id)
        note_saved(session, message_id, user_id=user_id, now=now)
        _record(session, "save draft", message_id, user_id, now)


def submit_message(message_id: int, *, user_id: int, version: int, now: datetime) -> None:
    """Ask for approval of the draft as it was shown: everything about it is checked, its audience is hashed.

    Raises NotFound, EditedMeanwhile, NotADraft, BadInput with every fault, EmptyAudience also
    where nobody can be reached, UnknownArea, and Refused outside the author's areas.
    """
    with transaction() as session:
        hand_in(session, message_id, user_id=user_id, version=version, now=now)


def hand_in(session: Session, message_id: int, *, user_id: int, version: int, now: datetime) -> Message:
    """The message, which waits for approval now, inside the caller's transaction. Raises what submit_message does."""
    mine = (may_write_on(session, user_id), Message.follows_id.is_(None))
    message = session.scalar(sa.select(Message).where(Message.id == message_id, *mine))
    if message is None:
        raise NoSuchDraft
    _keep_apart(session, message_id, user_id)
    draft = Draft.of(message)
    draft.check_ready(public_url=settings().public_url, now=now)
    check_words(session, draft)
    check_partner(session, draft.partner_id)
    touched = neighbourhoods_touched(session, draft.audience)
    check_may_write(session, require(session, user_id, Permission.COMPOSE, touched), draft.kind)
    check_invitation(session, message, touched, now=now)
    reach = count_reach(session, draft.audience, draft.topic, now)
    if not reach.homes:
        raise EmptyAudience({"include": "Nobody in these areas gets this kind of message. Choose other areas."})
    check_text_ceiling(session, draft, touched, texts=reach.texts, now=now)
    risks = risks_now(session, draft, homes=reach.homes, now=now, message=message)
    values = {
        "audience_hash": audience_hash(session, draft.audience),
        "neighbourhood_ids": touched,
        "sms_text": draft.sms_text if draft.by_text else None,
        "translations": as_kept(draft.translations, with_text=draft.by_text),
        "submitted_at": now,
        "returned_reason": None,
        "approval_needed_because": [risk.value for risk in risks],
    }
    if not move(session, message_id, MessageStatus.AWAITING_APPROVAL, *mine, Message.version == version, **values):
        raise _why_not(session, message_id, user_id)
    note_saved(session, message_id, user_id=user_id, now=now)
    _record(session, "ask for approval", message_id, user_id, now, homes=reach.homes)
    session.refresh(message)
    return message


def cancel_draft(message_id: int, *, user_id: int, now: datetime) -> None:
    """Put a message away before it is approved. Raises NotFound or NotADraft."""
    with transaction() as session:
        before_approval = Message.status.in_([*EDITABLE, MessageStatus.AWAITING_APPROVAL])
        mine = (may_write_on(session, user_id), before_approval)
        if not move(session, message_id, MessageStatus.CANCELLED, *mine):
            raise _why_not(session, message_id, user_id)
        _record(session, "cancel draft", message_id, user_id, now)


def _keep_apart(session: Session, message_id: int, user_id: int) -> None:
    """Raises OnlyPractising; it never makes a real draft one of training, or the other way round."""
    message, user = session.get(Message, message_id), session.get(User, user_id)
    if message is not None and user is not None:
        keep_apart(user, message)


def _keepable(draft: Draft) -> Draft:
    """The draft, tidied. Raises BadInput."""
    draft = draft.tidied()
    draft.check_shape()
    if draft.kind not in CHOICES:
        raise BadInput({"kind": "Choose what the message is about."})
    return draft


def _own_areas(session: Session, audience: Audience, user_id: int) -> list[str]:
    """The neighbourhoods that a draft touches, all of them the writer's; none where its areas are still open."""
    require(session, user_id, Permission.COMPOSE)
    check_known(session, (*audience.include, *audience.exclude))
    try:
        touched = neighbourhoods_touched(session, audience)
    except EmptyAudience:
        return []
    require(session, user_id, Permission.COMPOSE, touched)
    return touched


def _columns(draft: Draft) -> dict[str, Any]:
    return {
        "kind": draft.kind,
        "severity": draft.severity,
        "title": draft.title,
        "body": draft.body,
        "sms_text": draft.sms_text or None,
        "audience": draft.audience.to_json(),
        "valid_until": draft.valid_until,
        "send_at": draft.send_at,
        "partner_id": draft.partner_id,
        "names_a_person": draft.names_a_person,
        "translations": as_kept(draft.translations),
    }


def _why_not(session: Session, message_id: int, user_id: int) -> Conflict | NotFound:
    status = session.scalar(sa.select(Message.status).where(Message.id == message_id, may_write_on(session, user_id)))
    if status is None:
        return NoSuchDraft()
    if status not in EDITABLE:
        return NotADraft(status)
    last = saved_last(session, message_id)
    return EditedMeanwhile(last[1] if last and last[0] != user_id else None)


def _record(session: Session, act: str, message_id: int, actor_id: int, now: datetime, **details: int) -> None:
    record_act(session, act, actor_id=actor_id, subject="message", subject_id=message_id, now=now, **details)
