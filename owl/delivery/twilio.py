"""Texts through Twilio's own client, many in flight."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
from requests.adapters import HTTPAdapter
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from owl.delivery.providers import Outcome, OutgoingSms, Result

IN_FLIGHT = 16
TIMEOUT_S = 10  # the client's own default is to wait for ever
OWN_API = "https://api.twilio.com"

# https://www.twilio.com/docs/api/errors: these are never better on a second try.
# 21211 not a number, 21212/21606 our sender, 21217 no such number, 21408 country not enabled, 21610 opted out,
# 21612 no route, 21614 not a mobile, 21617 too long.
PERMANENT = frozenset({21211, 21217, 21408, 21610, 21612, 21614, 21617})


class TwilioTexts:
    """Twilio, or another server that speaks its protocol."""

    def __init__(self, *, account_sid: str, auth_token: str, messaging_service_sid: str, api_url: str) -> None:
        self._service = messaging_service_sid
        self._client = Client(account_sid, auth_token, http_client=_ClientOfOneServer(api_url))

    def send_all(self, texts: Sequence[OutgoingSms]) -> Iterator[list[Outcome]]:
        """Hand over each text, up to IN_FLIGHT at a time."""
        return self._all(self._send, texts)

    def look_up(self, texts: Sequence[OutgoingSms]) -> Iterator[list[Outcome]]:
        """SENT where Twilio has the very same text to the same number of the last three days."""
        return self._all(self._find, texts)

    def _all(self, ask: Callable[[OutgoingSms], Outcome], texts: Sequence[OutgoingSms]) -> Iterator[list[Outcome]]:
        with ThreadPoolExecutor(max_workers=min(IN_FLIGHT, len(texts) or 1)) as pool:
            for answered in as_completed([pool.submit(_classified, ask, text) for text in texts]):
                yield [answered.result()]

    def _send(self, text: OutgoingSms) -> Outcome:
        wanted = {} if text.receipts_to is None else {"status_callback": text.receipts_to}
        made = self._client.messages.create(
            to=text.recipient, body=text.body, messaging_service_sid=self._service, **wanted
        )
        # A messaging service answers `accepted` with 0 segments: how many is told later.
        segments = int(made.num_segments or 0) or None
        return Outcome(text.seq, Result.SENT, reference=made.sid, segments=segments)

    def _find(self, text: OutgoingSms) -> Outcome:
        since = datetime.now(UTC) - timedelta(days=3)
        for made in self._client.messages.list(to=text.recipient, date_sent_after=since, limit=100):
            if made.body == text.body:
                return Outcome(text.seq, Result.SENT, reference=made.sid)
        return Outcome(text.seq, Result.TEMPORARY, fault="lost")


def _classified(ask: Callable[[OutgoingSms], Outcome], text: OutgoingSms) -> Outcome:
    """The answer; a fault is classified by HTTP status first, then by Twilio's code."""
    try:
        return ask(text)
    except TwilioRestException as error:
        return Outcome(text.seq, _class_of(error.status, error.code), fault=str(error.code or error.status))
    except requests.ConnectTimeout:
        return Outcome(text.seq, Result.TEMPORARY, fault="relay")
    except (requests.Timeout, requests.ConnectionError, requests.exceptions.ChunkedEncodingError) as error:
        refused = "refused" in str(error).lower()  # nothing was listening, so nothing was taken
        return Outcome(text.seq, Result.TEMPORARY if refused else Result.UNSURE, fault="timeout")
    except (TwilioException, requests.RequestException, ValueError):  # an answer that can't be read
        return Outcome(text.seq, Result.UNSURE, fault="unreadable")


def _class_of(status: int, code: int | None) -> Result:
    if status == HTTPStatus.TOO_MANY_REQUESTS:  # never processed, always safe to try again
        return Result.TEMPORARY
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Result.UNSURE
    return Result.PERMANENT if code in PERMANENT else Result.TEMPORARY


class _ClientOfOneServer(TwilioHttpClient):
    """Twilio's client with a time limit, no retries of its own, and the server that is configured."""

    def __init__(self, api_url: str) -> None:
        super().__init__(pool_connections=False, timeout=TIMEOUT_S)
        self._server = urlsplit(api_url)
        adapter = HTTPAdapter(pool_maxsize=IN_FLIGHT, max_retries=0)
        self.session = requests.Session()
        for scheme in ("https://", "http://"):
            self.session.mount(scheme, adapter)

    def request(self, method: str, url: str, *arguments: Any, **named: Any) -> Response:  # type: ignore[override]
        """Make the request, to our server where the client meant Twilio's."""
        if url.startswith(OWN_API):
            url = urlunsplit(urlsplit(url)._replace(scheme=self._server.scheme, netloc=self._server.netloc))
        return super().request(method, url, *arguments, **named)
