"""One batch from claim to record: render, hand over, write down, as three separate steps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

import structlog

from owl.accounts.models import User
from owl.delivery.claiming import Claim, claim_batch
from owl.delivery.providers import Outcome, Result, mail_provider, sms_provider
from owl.delivery.recording import LeaseLost, finish_attempt, record_outcomes
from owl.delivery.rendering import Renderer, render_mails
from owl.delivery.smtp.commands import NOT_AN_ADDRESS
from owl.delivery.tallying import tally
from owl.foundation.database import db
from owl.foundation.notices import Channel

log = structlog.get_logger()


def send_batch(message_id: int, no: int, *, worker: str, clock: Callable[[], datetime]) -> None:
    """Send what is still to be sent of the batch. Running it twice is harmless: the second finds nothing."""
    claim = claim_batch(message_id, no, worker=worker, now=clock())
    if claim is None:
        return
    renderer = Renderer(claim.message, sender=_sender(claim))
    db.session.remove()  # no session is open while a provider is called
    hand_over = _mails if claim.channel is Channel.EMAIL else _texts
    try:
        for outcomes in hand_over(claim, renderer, clock):
            record_outcomes(claim, outcomes, now=clock())
            tally(claim, outcomes, now=clock())
    except LeaseLost:
        log.warning("lease lost; another worker goes on", message=message_id, batch=no)
        return
    finish_attempt(claim, now=clock())


def _mails(claim: Claim, renderer: Renderer, clock: Callable[[], datetime]) -> Iterator[list[Outcome]]:
    mails, unusable = render_mails(renderer, claim.recipients, now=clock())
    yield [Outcome(seq, Result.PERMANENT, fault=NOT_AN_ADDRESS) for seq in unusable]
    yield from mail_provider().send_all(mails)


def _texts(claim: Claim, renderer: Renderer, _: Callable[[], datetime]) -> Iterator[list[Outcome]]:
    provider = sms_provider()
    unsure = [renderer.text(recipient) for recipient in claim.recipients if recipient.unsure]
    fresh = [renderer.text(recipient) for recipient in claim.recipients if not recipient.unsure]
    yield from provider.look_up(unsure)
    yield from provider.send_all(fresh)


def _sender(claim: Claim) -> str:
    author = db.session.get_one(User, claim.message.author_id)
    return f"{author.rank} {author.name}" if author.rank else author.name
