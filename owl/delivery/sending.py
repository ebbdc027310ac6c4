"""One job: take the next of a batch, render, hand over, write down, until the batch or the job's time ends."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from owl.accounts.models import User
from owl.delivery.claiming import Claim, Part, Recipient, claim_batch, claim_next
from owl.delivery.digests.contents import items_in, rhythm_of
from owl.delivery.digests.rendering import DigestRenderer
from owl.delivery.finishing import finish_attempt
from owl.delivery.pacing import Pacer, pacer_of
from owl.delivery.pauses import REFUSED_PAUSE
from owl.delivery.providers import Outcome, Result, mail_provider, sms_provider
from owl.delivery.recording import LeaseLost, record_outcomes
from owl.delivery.rendering import Renderer, render_mails
from owl.delivery.shifts import Shift
from owl.delivery.smtp.commands import NOT_AN_ADDRESS
from owl.delivery.spending import texts_wait_until
from owl.delivery.strides import Stride, stride_of
from owl.delivery.tallying import tally
from owl.foundation.database import db
from owl.foundation.jobs import Queue
from owl.foundation.notices import Channel
from owl.households.choices import Kind
from owl.households.partners import partner_name
from owl.messages.pictures import pictures_of
from owl.messages.queries import followed_code
from owl.watches.queries import full_name

LOST = "lost"  # the provider's, of a text that it has no trace of
RENEW_EVERY_S = 5.0  # while a provider keeps us waiting

log = structlog.get_logger()


def send_batch(
    message_id: int, no: int, *, worker: str, clock: Callable[[], datetime], shift: Shift | None = None
) -> None:
    """Send what is due of the batch, as far as the shift goes. Running it twice is harmless."""
    shift = shift or Shift()
    claim = shift.outlast(lambda: claim_batch(message_id, no, worker=worker, now=clock()))
    if claim is None:
        return
    sending = _Sending(claim, shift, clock)
    try:
        sending.go_through()
    except LeaseLost:
        log.warning("lease lost; another worker goes on", message=message_id, batch=no)
        return
    shift.outlast(lambda: finish_attempt(claim, now=clock(), not_before=sending.not_before))


@dataclass
class _Sending:
    """The work on one claim."""

    claim: Claim
    shift: Shift
    clock: Callable[[], datetime]
    not_before: datetime | None = None  # when the rest may be tried, where the provider refuses us
    _pacer: Pacer = field(init=False)
    _stride: Stride = field(init=False)
    _renderer: Renderer = field(init=False)
    _renewed_at: float = field(init=False, default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self._pacer, self._stride = pacer_of(self.claim.channel), stride_of(self.claim.channel)
        self._renderer = self.shift.outlast(lambda: _renderer(self.claim))

    def go_through(self) -> None:
        """Part by part, until there is none, the job is over, or nothing more is to go out. Raises LeaseLost."""
        seq, goes_on = self.claim.first_seq, True
        while goes_on and seq <= self.claim.last_seq and not self.shift.is_over:
            part = self._next_part(seq)
            if part is None:
                break
            goes_on = self._hand_over(part)
            seq = part.next_seq

    def _next_part(self, seq: int) -> Part | None:
        """Those for whom there are tokens; None where there are none in this shift."""
        if self.claim.channel is Channel.SMS and not self._validity_is_over:
            self.not_before = self.shift.outlast(lambda: texts_wait_until(now=self.clock()))
            if self.not_before is not None:  # the day's texts have cost enough
                return None
        wanted = 1 if self.claim.careful else min(self.claim.last_seq - seq + 1, self._stride.size)
        granted = wanted
        if not self._validity_is_over:  # what only expires needs no token
            urgent = self.claim.lane in {Queue.URGENT, Queue.URGENT_TEXTS}
            granted = self._pacer.take(wanted, urgent=urgent, is_over=lambda: self.shift.is_over)
        if not granted:
            if self._pacer.closed_for:
                self.not_before = self.clock() + timedelta(seconds=self._pacer.closed_for)
            return None
        part = self.shift.outlast(lambda: claim_next(self.claim, from_seq=seq, limit=granted, now=self.clock()))
        self._pacer.put_back(granted - len(part.recipients))
        return part

    def _hand_over(self, part: Part) -> bool:
        """Whether the message still goes out."""
        began, goes_on = time.monotonic(), True
        unanswered = {recipient.seq for recipient in part.recipients}
        groups = self._groups(part)
        for group in groups:
            if group or time.monotonic() - self._renewed_at > RENEW_EVERY_S:
                goes_on = self._record(group)
            unanswered.difference_update(outcome.seq for outcome in group)
            if self.shift.must_leave:  # what is on its way is unsure, and looked up by whoever comes next
                groups.close()
                return False
        if unanswered:
            self._record([Outcome(seq, Result.UNSURE, fault=LOST) for seq in unanswered])
        self._stride.learn(len(part.recipients), time.monotonic() - began)
        return goes_on and self.not_before is None

    def _record(self, group: list[Outcome]) -> bool:
        if any(outcome.result is Result.NOT_NOW for outcome in group) and self.not_before is None:
            log.error("the provider takes nothing from us; its messages wait", channel=self.claim.channel.value)
            self._pacer.slow_down(REFUSED_PAUSE.total_seconds())
            self.not_before = self.clock() + REFUSED_PAUSE
        goes_on = self.shift.outlast(lambda: record_outcomes(self.claim, group, now=self.clock()))
        self._renewed_at = time.monotonic()
        tally(self.claim, group, now=self.clock())
        return goes_on

    def _groups(self, part: Part) -> Generator[list[Outcome], None, None]:
        yield [Outcome(seq, Result.PERMANENT, fault=NOT_AN_ADDRESS) for seq in part.unreadable]
        if self.claim.channel is Channel.EMAIL:
            yield from self._mails(part.recipients)
        else:
            yield from self._texts(part.recipients)

    def _mails(self, recipients: list[Recipient]) -> Iterator[list[Outcome]]:
        mails, unusable = render_mails(self._renderer, recipients, now=self.clock())
        yield [Outcome(seq, Result.PERMANENT, fault=NOT_AN_ADDRESS) for seq in unusable]
        yield from mail_provider().send_all(mails)

    def _texts(self, recipients: Iterable[Recipient]) -> Iterator[list[Outcome]]:
        """What an earlier worker may have sent is looked up first, and sent only if the provider has no trace."""
        texts = {recipient.seq: self._renderer.text(recipient) for recipient in recipients}
        unsure = {recipient.seq for recipient in recipients if recipient.unsure}
        if unsure:
            for group in sms_provider().look_up([texts[seq] for seq in unsure]):
                unsure.difference_update(outcome.seq for outcome in group if outcome.fault == LOST)
                yield [_as_looked_up(outcome) for outcome in group if outcome.fault != LOST]
        yield from sms_provider().send_all([text for seq, text in texts.items() if seq not in unsure])

    @property
    def _validity_is_over(self) -> bool:
        until = self.claim.message.valid_until
        return until is not None and until <= self.clock()


def _as_looked_up(outcome: Outcome) -> Outcome:
    """Where the look-up itself failed we are as unsure as before."""
    return outcome if outcome.result is Result.SENT else replace(outcome, result=Result.UNSURE)


def _renderer(claim: Claim) -> Renderer:
    message, session = claim.message, db.session()
    try:
        if message.kind is Kind.DIGEST:
            return DigestRenderer(message, items=items_in(session, message.id), rhythm=rhythm_of(session, message.id))
        author = session.get_one(User, message.author_id)
        name = f"{author.rank} {author.name}" if author.rank else author.name
        if message.watch_id is not None:
            name = f"{name} ({full_name(session, message.watch_id)})"
        follows, partner = followed_code(session, message), partner_name(session, message.partner_id)
        pictures = pictures_of(session, message.id)
        return Renderer(message, sender=name, follows=follows, partner=partner, pictures=pictures)
    finally:
        db.session.remove()  # no session is open while a provider is called
