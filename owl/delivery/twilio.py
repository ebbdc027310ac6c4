"""Texts through Twilio's own client, many in flight, each answer classed by HTTP status first and then by code."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import partial
from http import HTTPStatus

import structlog
from twilio.base.exceptions import TwilioException
from twilio.base.page import Page
from twilio.rest import Client
from twilio.rest.api.v2010.account.message import MessageInstance

from owl.delivery.faults import FaultClass, known
from owl.delivery.in_flight import InFlight
from owl.delivery.providers import Outcome, OutgoingSms, Result, Sent
from owl.delivery.twilio_line import AnswerLost, KeptLines, NotTaken
from owl.delivery.twilio_patience import Patience
from owl.messages.sms_text import measure

LINES = 16
LISTED = 1000  # texts a page, as many as Twilio gives
MOST_TO_ONE_NUMBER = 200  # texts that a look-up reads; the one it is after is among the newest

BUSY = "20429"
OF_ONE_NUMBER = frozenset({"21408", "21612"})  # ours to mend, but the other numbers work meanwhile
OUTCOME_OF = {
    FaultClass.OPTED_OUT: Result.PERMANENT,
    FaultClass.BAD_ADDRESS: Result.PERMANENT,
    FaultClass.CONTENT: Result.PERMANENT,
    FaultClass.TRANSIENT: Result.TEMPORARY,
    FaultClass.UNKNOWN: Result.TEMPORARY,
    FaultClass.ACCOUNT: Result.NOT_NOW,
}

log = structlog.get_logger()

Ask = Callable[[OutgoingSms], Outcome]


class TwilioTexts:
    """Twilio, or another server that speaks its protocol.

    `slow_down` is told for how many seconds Twilio wants to be left alone, for every worker to know.
    """

    def __init__(
        self,
        *,
        account_sid: str,
        auth_token: str,
        messaging_service_sid: str,
        api_url: str,
        slow_down: Callable[[float], object] = float,
    ) -> None:
        self._service = messaging_service_sid
        self._lines = KeptLines(api_url)
        self._client = Client(account_sid, auth_token, http_client=self._lines)
        self._in_flight: InFlight[OutgoingSms, Outcome] = InFlight(LINES)
        self._slow_down = slow_down

    def send_all(self, texts: Sequence[OutgoingSms]) -> Iterator[list[Outcome]]:
        """Hand over each text, up to LINES at a time. A busy Twilio is waited for, a closed account is left alone."""
        return self._all(self._send, texts, unasked=Result.NOT_NOW)

    def look_up(self, texts: Sequence[OutgoingSms]) -> Iterator[list[Outcome]]:
        """SENT where Twilio has the very same text to the same number, UNSURE where it can't be asked."""
        return self._all(self._find, texts, unasked=Result.UNSURE)

    def sent_between(self, since: datetime, until: datetime) -> Iterator[list[Sent]]:
        """Twilio's list by date of sending, LISTED texts a page. A fault ends it, since the next night asks again."""
        try:
            page: Page | None = self._client.messages.page(
                date_sent_after=since, date_sent_before=until, page_size=LISTED
            )
            while page is not None:
                yield [_sent(text) for text in page]
                page = page.next_page()
        except (NotTaken, AnswerLost, TwilioException, ValueError, TypeError, AttributeError) as error:
            log.warning("Twilio's list could not be read to its end", error=type(error).__name__)

    def close(self) -> None:
        """Let go of threads and lines. Not needed at the end of the process."""
        self._in_flight.close()
        self._lines.close()

    def _all(self, ask: Ask, texts: Sequence[OutgoingSms], *, unasked: Result) -> Iterator[list[Outcome]]:
        patience = Patience()
        for group in self._in_flight.ask_all(partial(self._patiently, ask, patience, unasked), texts):
            if patience.asked_for_s:
                self._slow_down(patience.told())
            yield group

    def _patiently(self, ask: Ask, patience: Patience, unasked: Result, text: OutgoingSms) -> Outcome:
        """The answer to one question, asked again while Twilio is busy."""
        while patience.wait():
            outcome = self._classed(ask, text)
            if outcome.fault == BUSY:
                patience.busy(self._lines.asked_to_wait(), fault=BUSY)
                continue
            if outcome.result is Result.NOT_NOW:
                patience.end(outcome.fault or "")
            return outcome if outcome.result is not Result.NOT_NOW else Outcome(text.seq, unasked, fault=outcome.fault)
        return Outcome(text.seq, unasked, fault=patience.ended_by)

    def _classed(self, ask: Ask, text: OutgoingSms) -> Outcome:
        try:
            return ask(text)
        except NotTaken:
            return Outcome(text.seq, Result.TEMPORARY, fault="relay")
        except AnswerLost:
            return Outcome(text.seq, Result.UNSURE, fault="timeout")
        except TwilioException as error:
            return _refused(text, getattr(error, "status", None), getattr(error, "code", None))
        except (ValueError, TypeError, AttributeError):  # the client fell over what it read
            return Outcome(text.seq, Result.UNSURE, fault="unreadable")

    def _send(self, text: OutgoingSms) -> Outcome:
        wanted = {} if text.receipts_to is None else {"status_callback": text.receipts_to}
        made = self._client.messages.create(
            to=text.recipient, body=text.body, messaging_service_sid=self._service, **wanted
        )
        if not made.sid:
            return Outcome(text.seq, Result.UNSURE, fault="unreadable")
        return Outcome(text.seq, Result.SENT, reference=made.sid, segments=_segments(made.num_segments, text.body))

    def _find(self, text: OutgoingSms) -> Outcome:
        # Not by date: a text that still waits at Twilio has no date of sending. Its body holds a link of its own.
        for made in self._client.messages.list(to=text.recipient, limit=MOST_TO_ONE_NUMBER):
            if made.body == text.body:
                return Outcome(
                    text.seq, Result.SENT, reference=made.sid, segments=_segments(made.num_segments, text.body)
                )
        return Outcome(text.seq, Result.TEMPORARY, fault="lost")


def _sent(text: MessageInstance) -> Sent:
    return Sent(
        reference=str(text.sid),
        said=str(text.status),
        fault=str(text.error_code) if text.error_code else None,
        segments=_number(text.num_segments),
        price=_price(text.price),
        currency=text.price_unit and text.price_unit.upper(),
    )


def _price(said: str | None) -> Decimal | None:
    """Twilio takes away from our balance: "-0.04"."""
    try:
        price = Decimal(said or "").copy_abs()
    except InvalidOperation:
        return None
    return price if price.is_finite() else None


def _segments(told: str | None, body: str) -> int:
    """As billed: a messaging service says 0 until it has chosen its sender, and then our own count stands."""
    return _number(told) or measure(body).segments


def _number(said: str | None) -> int | None:
    text = str(said)
    return int(text) if text.isdecimal() else None


def _refused(text: OutgoingSms, status: int | None, code: int | str | None) -> Outcome:
    """What an answer with an error status means."""
    if status == HTTPStatus.TOO_MANY_REQUESTS:  # never processed, always safe to try again
        return Outcome(text.seq, Result.TEMPORARY, fault=BUSY)
    if status is None or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Outcome(text.seq, Result.UNSURE, fault="unreadable" if status is None else str(code or status))
    fault = str(code or status)
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}:
        return Outcome(text.seq, Result.NOT_NOW, fault=fault)
    if fault in OF_ONE_NUMBER:
        return Outcome(text.seq, Result.TEMPORARY, fault=fault)
    return Outcome(text.seq, OUTCOME_OF[known(fault).kind], fault=fault)
