"""A local service that behaves like Twilio's Messages API, for the real `twilio` client.

https://www.twilio.com/docs/messaging/api/message-resource
"""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from aiohttp import web

from owl.embedded.caught import Caught, Text
from owl.embedded.twilio_answers import VERSION, error, fault_of_form, is_between, text_as_json
from owl.embedded.twilio_callbacks import Callbacks
from owl.embedded.twilio_moods import Mood
from owl.embedded.twilio_numbers import CONDUCTS, MISBEHAVING, Conduct
from owl.foundation.clock import utc_now

SENDER = "+447700900000"  # what the messaging service picks to send from
SLOW = "slow"  # a conduct: the receipt comes late
STOP_WORDS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"})
START_WORDS = frozenset({"START", "YES", "UNSTOP"})
MOST_LISTED = 1000  # as Twilio's PageSize


@dataclass(frozen=True)
class Account:
    """Whose API it is."""

    sid: str
    token: str

    def opens(self, header: str) -> bool:
        """Whether an Authorization header is this account's."""
        expected = "Basic " + b64encode(f"{self.sid}:{self.token}".encode()).decode()
        return hmac.compare_digest(header.encode(), expected.encode())


class TwilioStandIn:
    """Accepts texts, keeps them, and calls back as Twilio does."""

    def __init__(self, caught: Caught, account: Account, callbacks: Callbacks, *, inbound_url: str) -> None:
        self.caught = caught
        self.account = account
        self.callbacks = callbacks
        self.inbound_url = inbound_url
        self.tried: set[str] = set()  # numbers refused once
        self.mood = Mood()

    def application(self) -> web.Application:
        """Its routes."""
        app = web.Application(client_max_size=64 * 1024, middlewares=[self._check_account])
        messages = f"/{VERSION}/Accounts/{{account}}/Messages"
        app.add_routes(
            [
                web.get(f"/{VERSION}/Accounts/{{account}}.json", self.show_account),
                web.post(f"{messages}.json", self.create),
                web.get(f"{messages}.json", self.list),
                web.get(f"{messages}/{{sid}}.json", self.fetch),
                web.post("/stand-in/inbound", self.play_resident),
            ]
        )
        return app

    @web.middleware
    async def _check_account(self, request: web.Request, handler: Any) -> web.StreamResponse:
        if self.mood.is_locked or not self.account.opens(request.headers.get("Authorization", "")):
            return error(20003, "Authenticate", 401)
        if request.match_info.get("account", self.account.sid) != self.account.sid:
            return error(20404, "The requested resource was not found", 404)
        response: web.StreamResponse = await handler(request)
        return response

    async def show_account(self, _: web.Request) -> web.Response:
        """The account, which is in good standing."""
        return web.json_response({"sid": self.account.sid, "status": "active", "type": "Full"})

    async def create(self, request: web.Request) -> web.Response:
        """Accept one text, or say why not."""
        if (outburst := self.mood.outburst()) is not None:
            return outburst
        form = {name: str(value) for name, value in (await request.post()).items()}
        to = form.get("To", "")
        fault = fault_of_form(form) or self._refusal(to)
        if fault:
            return error(fault.code, fault.message, fault.status)
        sid, now = f"SM{uuid4().hex}", utc_now()
        status = "accepted" if "MessagingServiceSid" in form else "queued"
        sender = form.get("From", SENDER)
        body = form["Body"]
        self.caught.keep_text(sid=sid, sender=sender, recipient=to, body=body, status=status, inbound=False, at=now)
        self._report_later(sid, sender, form)
        if self.mood.loses_answer() and request.transport is not None:
            request.transport.abort()
        text = Text(0, sid, now, sender, to, body, status, None, inbound=False)
        return web.json_response(self._shown(text, service=form.get("MessagingServiceSid")), status=201)

    async def list(self, request: web.Request) -> web.Response:
        """Texts newest first, by To, From and DateSent (with > and <)."""
        asked = request.query
        found = [
            text
            for text in self.caught.texts(asked.get("To"), limit=MOST_LISTED)
            if asked.get("To") in {None, text.recipient}
            and asked.get("From") in {None, text.sender}
            and is_between(text.at, asked)
        ][: int(asked.get("PageSize", 50))]
        return web.json_response(
            {
                "messages": [self._shown(text) for text in found],
                "page": 0, "page_size": len(found), "start": 0, "end": max(0, len(found) - 1),
                "uri": request.path_qs, "first_page_uri": request.path_qs,
                "next_page_uri": None, "previous_page_uri": None,
            }
        )  # fmt: skip

    async def fetch(self, request: web.Request) -> web.Response:
        """One text by its SID."""
        text = self.caught.text(request.match_info["sid"])
        if text is None:
            return error(20404, "The requested resource was not found", 404)
        return web.json_response(self._shown(text))

    async def play_resident(self, request: web.Request) -> web.Response:
        """Send OWL what a resident texts: From and Body. Answers with the status of OWL's webhook."""
        form = await request.post()
        status = await self.text_from_resident(str(form["From"]), str(form["Body"]))
        return web.json_response({"status": status})

    async def text_from_resident(self, number: str, body: str) -> int:
        """Keep a resident's text and post it to OWL's webhook, whose status it gives."""
        word = body.strip().upper()
        opt_out = {}
        if word in STOP_WORDS:
            self.caught.set_conduct(number, "21610")  # Twilio itself refuses the number from now on
            opt_out = {"OptOutType": "STOP"}
        elif word in START_WORDS:
            self.caught.set_conduct(number, None)
            opt_out = {"OptOutType": "START"}
        sid = f"SM{uuid4().hex}"
        self.caught.keep_text(
            sid=sid, sender=number, recipient=SENDER, body=body, status="received", inbound=True, at=utc_now()
        )
        return await self.callbacks.call(
            self.inbound_url,
            {
                "MessageSid": sid, "SmsSid": sid, "SmsMessageSid": sid, "AccountSid": self.account.sid,
                "From": number, "To": SENDER, "Body": body, "NumMedia": "0", "NumSegments": "1",
                "ApiVersion": VERSION, "SmsStatus": "received", **opt_out,
            },
        )  # fmt: skip

    def _refusal(self, to: str) -> Conduct | None:
        conduct = self._conduct(to)
        if conduct is None or conduct.status == 0:
            return None
        if conduct.once and to in self.tried:
            return None
        self.tried.add(to)
        return conduct

    def _conduct(self, to: str) -> Conduct | None:
        code = self.caught.conduct(to) or str(MISBEHAVING.get(to, ""))
        return CONDUCTS.get(int(code)) if code.isdecimal() else None

    def _report_later(self, sid: str, sender: str, form: Mapping[str, str]) -> None:
        to = form["To"]
        conduct = self._conduct(to)
        fault = conduct.code if conduct and conduct.status == 0 else None
        about = {
            "AccountSid": self.account.sid, "ApiVersion": VERSION, "MessageSid": sid, "SmsSid": sid,
            "From": sender, "To": to,
        }  # fmt: skip
        if "MessagingServiceSid" in form:
            about["MessagingServiceSid"] = form["MessagingServiceSid"]
        self.callbacks.report(form.get("StatusCallback"), about, fault=fault, is_slow=self.caught.conduct(to) == SLOW)

    def _shown(self, text: Text, *, service: str | None = None) -> dict[str, Any]:
        return text_as_json(text, account=self.account.sid, service=service)
