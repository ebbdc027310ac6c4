"""`owl messages`: what is going out, and how to stop it, as a named user with that user's permissions."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import click

from owl.accounts.users import user_with_email
from owl.cli.surroundings import application
from owl.delivery.cancelling import cancel_message
from owl.delivery.models import DeliveryStatus as S
from owl.delivery.pausing import pause_message, resume_message
from owl.delivery.queries import ledger
from owl.delivery.standing_down import prefilled, stand_down
from owl.delivery.starting import send_anyway
from owl.foundation.clock import show_time, utc_now
from owl.foundation.database import db
from owl.messages.models import Message
from owl.messages.queries import Tab, message_for, messages_in

Act = Callable[..., None]
MESSAGE = click.argument("message_id", type=click.IntRange(1, 2**31 - 1))
AS = click.option("--as", "email", required=True, help="The work address of the user who does it.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
YES = click.option("--yes", is_flag=True, help="Don't ask again.")


@click.group()
def messages() -> None:
    """List messages; pause, resume, cancel or stand one down; send a late one anyway."""


@messages.command("list")
@click.option("--tab", type=click.Choice([tab.value for tab in Tab]), default=Tab.GOING_OUT.value, show_default=True)
@click.option("--page", type=click.IntRange(1, 10_000), default=1)
@AS
@JSON
def list_(tab: str, page: int, email: str, as_json: bool) -> None:
    """The messages that the user may see, newest first."""
    with application():
        found = messages_in(db.session(), Tab(tab), user_id=_user(email), page=page)
    if as_json:
        rows = [
            {"id": row.id, "status": row.status, "title": row.title, "targeted": row.targeted} for row in found.rows
        ]
        click.echo(json.dumps({"messages": rows, "has_next": found.has_next}))
        return
    for row in found.rows:
        click.echo(f"{row.id:>8}  {row.status.label:<18} {row.targeted or 0:>9,}  {row.title}")


@messages.command()
@MESSAGE
@AS
@JSON
def show(message_id: int, email: str, as_json: bool) -> None:
    """Where one message stands, and its ledger."""
    with application():
        _say(message_for(db.session(), message_id, user_id=_user(email)), as_json)


@messages.command()
@MESSAGE
@AS
@JSON
def pause(message_id: int, email: str, as_json: bool) -> None:
    """Hand over nothing more until somebody resumes it."""
    _do(pause_message, message_id, email, as_json)


@messages.command()
@MESSAGE
@AS
@JSON
def resume(message_id: int, email: str, as_json: bool) -> None:
    """Let a paused message go on."""
    _do(resume_message, message_id, email, as_json)


@messages.command("send-anyway")
@MESSAGE
@AS
@JSON
def send_anyway_(message_id: int, email: str, as_json: bool) -> None:
    """Send a message that missed its time."""
    _do(send_anyway, message_id, email, as_json)


@messages.command()
@MESSAGE
@AS
@JSON
@YES
def cancel(message_id: int, email: str, as_json: bool, yes: bool) -> None:
    """Cancel for good all that has not gone out."""
    _do(cancel_message, message_id, email, as_json, asks=not yes)


@messages.command("stand-down")
@MESSAGE
@AS
@click.option("--title", help="Its title; one that names the message, if left out.")
@click.option("--words", help="What is over, and what people may do now.")
@JSON
@YES
def stand_down_(message_id: int, *, email: str, title: str | None, words: str | None, as_json: bool, yes: bool) -> None:
    """Stop the message for good, and ask for approval of a stand-down to those whom it reached."""
    with application():
        user_id = _user(email)
        message = message_for(db.session(), message_id, user_id=user_id)
        if not yes:
            _ask(message)
        usual_title, usual_words = prefilled(message)
        written = stand_down(
            message_id, author_id=user_id, title=title or usual_title, words=words or usual_words,
            version=message.version, now=utc_now(),
        )  # fmt: skip
        _say(message_for(db.session(), written, user_id=user_id), as_json)


def _do(act: Act, message_id: int, email: str, as_json: bool, *, asks: bool = False) -> None:
    with application():
        user_id = _user(email)
        message = message_for(db.session(), message_id, user_id=user_id)
        if asks:
            _ask(message)
        act(message_id, user_id=user_id, version=message.version, now=utc_now())
        db.session.expire_all()
        _say(message_for(db.session(), message_id, user_id=user_id), as_json)


def _ask(message: Message) -> None:
    """Go on only if whoever is asked says yes, knowing how many have gone."""
    count = ledger(db.session(), message.id)
    gone, left = count.count(S.SENT, S.DELIVERED), count.count(S.QUEUED, S.HELD, S.HELD_FOR_DIGEST, S.SENDING)
    click.echo(f"{message.title}: {gone:,} have gone, {left:,} are left and would never go out.", err=True)
    click.confirm("Stop it for good?", abort=True, err=True)


def _say(message: Message, as_json: bool) -> None:
    count = ledger(db.session(), message.id)
    if as_json:
        figures: dict[str, Any] = {
            "id": message.id, "status": message.status, "title": message.title, "because": message.stopped_because,
            "send_at": message.send_at and message.send_at.isoformat(), "follows": message.follows_id,
            "targeted": count.targeted, "ledger_holds": count.holds,
        }  # fmt: skip
        click.echo(json.dumps(figures | {status.value: number for status, number in count.rows}))
        return
    click.echo(f"{message.id}  {message.status.label}  {message.title}")
    if message.send_at:
        click.echo(f"to go out {show_time(message.send_at)}")
    if message.stopped_because:
        click.echo(message.stopped_because)
    for status, number in count.rows:
        if number:
            click.echo(f"{status.label:>12}  {number:>9,}")


def _user(email: str) -> int:
    return user_with_email(db.session(), email).id
