"""Standing down: telling exactly those whom a message reached that it is over."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from owl.accounts.permissions import Permission, require
from owl.delivery.cancelling import CANCELLABLE, stop_for_good
from owl.delivery.digests.waiting import let_go_of
from owl.delivery.follow_up_drafts import Words, ask_again, draft_after, title_after, write, wrote_about
from owl.delivery.reached import reached_anybody
from owl.delivery.settling import settle_cancelled
from owl.foundation.audit import record_act
from owl.foundation.database import transaction
from owl.foundation.errors import BadInput, Conflict
from owl.messages.draft import Draft
from owl.messages.models import FollowUp, Message, MessageStatus
from owl.messages.moving import move_all
from owl.messages.queries import message_for, stand_down_of


class NothingToStandDown(Conflict):
    """Nobody has got the message, or it is a stand-down itself."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)


class StoodDown(Conflict):
    """Somebody has written a stand-down of this message already."""

    def __init__(self) -> None:
        super().__init__("There is a stand-down of this message already, so nothing was written.")


def prefilled(message: Message) -> tuple[str, str]:
    """(title, words) to begin a stand-down with."""
    words = f"{wrote_about(message)} This is over. You need do nothing more. Thank you."
    return title_after(message, FollowUp.STAND_DOWN), words


def stand_down(
    message_id: int, *, author_id: int, title: str, words: str, version: int | None = None, now: datetime
) -> int:
    """The id of a stand-down that waits for approval. The message stops for good at once, approved or not.

    It will go to those whom the message reached, ahead of everything else. A stand-down that came back to
    its author is asked for again with the new words. `version` is of the message as the author saw it.
    Raises NotFound, Refused, BadInput for `title` or `words`, NothingToStandDown, StoodDown or MovedMeanwhile.
    """
    with transaction() as session:
        message = message_for(session, message_id, user_id=author_id)
        require(session, author_id, Permission.COMPOSE, message.neighbourhood_ids)
        _check(session, message, now)
        draft = _draft(message, title, words, now)
        _end_updates(session, message_id, author_id=author_id, now=now)
        if message.status in CANCELLABLE:
            stop_for_good(session, message_id, user_id=author_id, version=version, now=now)
        written = _write(session, message, draft, author_id=author_id, now=now)
        record_act(
            session, "ask for stand-down", actor_id=author_id, subject="message", subject_id=written, now=now,
            of=message_id,
        )  # fmt: skip
    settle_cancelled(now=now)
    let_go_of(message_id, now=now)
    return written


def _check(session: Session, message: Message, now: datetime) -> None:
    if message.follow_up is not None:
        raise NothingToStandDown("This follows an earlier message itself. Stand that one down, or write a new message.")
    if message.approved_at is None or not reached_anybody(session, message.id, now):
        raise NothingToStandDown("Nobody has got this message, so there is nothing to stand down.")


def _draft(message: Message, title: str, words: str, now: datetime) -> Draft:
    """What is to be approved. Raises BadInput for `title` or `words`."""
    try:
        return draft_after(message, FollowUp.STAND_DOWN, Words(title, words, urgent=True), now)
    except BadInput as error:
        raise BadInput({"title" if field == "title" else "words": why for field, why in error.fields.items()}) from None


def _write(session: Session, message: Message, draft: Draft, *, author_id: int, now: datetime) -> int:
    """The id of the stand-down: a new one, or the author's own that came back."""
    there = stand_down_of(session, message.id)
    if there is not None:
        if not ask_again(session, there, draft, author_id=author_id, now=now):
            raise StoodDown
        return there.id
    written = write(session, message, FollowUp.STAND_DOWN, draft, author_id=author_id, now=now)
    if written is None:
        raise StoodDown
    return written


def _end_updates(session: Session, message_id: int, *, author_id: int, now: datetime) -> None:
    """Stop the message's updates, wherever they are: after word that it is over, none may arrive."""
    of_it = (Message.follows_id == message_id, Message.follow_up == FollowUp.UPDATE)
    stopped = {"finished_at": now, "stopped_because": "The message was stood down, so this update does not go out."}
    for ended in move_all(session, MessageStatus.CANCELLED, *of_it, **stopped):
        record_act(session, "cancel message", actor_id=author_id, subject="message", subject_id=ended, now=now)
