"""Following up: telling exactly those whom a message reached that there is more to say, or what happened in the end."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from owl.accounts.permissions import Permission, require
from owl.delivery.follow_up_drafts import Words, ask_again, draft_after, title_after, write, wrote_about
from owl.delivery.reached import reached_anybody
from owl.foundation.audit import record_act
from owl.foundation.database import transaction
from owl.foundation.errors import Conflict, NotFound
from owl.messages.models import FollowUp, Message, MessageStatus
from owl.messages.queries import message_for, stand_down_of

THANKS = "Thank you for looking out."


class NothingToFollow(Conflict):
    """Nobody has got the message, it is over, or it follows another itself."""


class AlreadyTold(Conflict):
    """Somebody has written what happened already."""

    def __init__(self) -> None:
        super().__init__("Somebody has written what happened already, so nothing was written.")


class Reworded(Conflict):
    """The follow-up has been changed since its author saw it, or waits for a decision."""

    def __init__(self) -> None:
        super().__init__("This was changed after you opened it, so nothing was saved. Look at it again.")


def prefilled(message: Message, which: FollowUp, *, happened: str = "") -> Words:
    """The words to begin a follow-up with. `happened`: sentences that say what came of it."""
    body = f"{wrote_about(message)} " + (f"{happened} {THANKS}".strip() if which is FollowUp.OUTCOME else "")
    return Words(title_after(message, which), body.strip())


def follow_up(message_id: int, which: FollowUp, *, author_id: int, words: Words, now: datetime) -> int:
    """The id of an update or of what happened, which waits for approval: to whom the message reached, as it did.

    Raises NotFound, Refused, BadInput for `title`, `words` or `sms_text`, NothingToFollow or AlreadyTold.
    """
    with transaction() as session:
        message = message_for(session, message_id, user_id=author_id)
        require(session, author_id, Permission.COMPOSE, message.neighbourhood_ids)
        check_may_follow(session, message, which, now)
        draft = draft_after(message, which, words, now)
        written = write(session, message, which, draft, author_id=author_id, now=now)
        if written is None:
            raise AlreadyTold
        record_act(
            session, f"ask for {which.value}", actor_id=author_id, subject="message", subject_id=written, now=now,
            of=message_id,
        )  # fmt: skip
    return written


def reword(follow_up_id: int, *, author_id: int, words: Words, version: int, now: datetime) -> None:
    """Ask again for approval of the author's own update or outcome that came back, with other words.

    Raises NotFound, Refused, BadInput as follow_up does, NothingToFollow or Reworded.
    """
    with transaction() as session:
        ours, message = returned(session, follow_up_id, author_id=author_id)
        require(session, author_id, Permission.COMPOSE, message.neighbourhood_ids)
        which = FollowUp(ours.kind)
        check_may_follow(session, message, which, now)
        draft = draft_after(message, which, words, now)
        if not ask_again(session, ours, draft, Message.version == version, author_id=author_id, now=now):
            raise Reworded
        record_act(
            session, f"ask for {which.value}", actor_id=author_id, subject="message", subject_id=follow_up_id, now=now,
            of=message.id,
        )  # fmt: skip


def returned(session: Session, follow_up_id: int, *, author_id: int) -> tuple[Message, Message]:
    """The author's own update or outcome that came back, and the message before it. Raises NotFound."""
    ours = message_for(session, follow_up_id, user_id=author_id)
    message = session.get(Message, ours.follows_id) if ours.follows_id else None
    is_ours = ours.author_id == author_id and ours.status is MessageStatus.RETURNED
    if message is None or not is_ours or ours.follow_up is FollowUp.STAND_DOWN:
        raise NotFound("There is nothing of yours here that came back.")
    return ours, message


def check_may_follow(session: Session, message: Message, which: FollowUp, now: datetime) -> None:
    """Raises NothingToFollow."""
    if message.follow_up is not None or message.author_id is None:
        raise NothingToFollow("This follows an earlier message itself. Write about that one instead.")
    if message.approved_at is None or not reached_anybody(session, message.id, now):
        raise NothingToFollow("Nobody has got this message yet, so there is nobody to tell more.")
    if which is FollowUp.UPDATE and stand_down_of(session, message.id) is not None:
        raise NothingToFollow("This message was stood down, so there is nothing to update. Say what happened instead.")
