"""How Twilio words its answers: a text as JSON, and what is wrong with a request."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from aiohttp import web

from owl.embedded.caught import Text
from owl.embedded.twilio_numbers import CONDUCTS, Conduct
from owl.messages.sms_text import measure

VERSION = "2010-04-01"
LONGEST_TEXT = 1600  # characters


def text_as_json(text: Text, *, account: str, service: str | None = None) -> dict[str, Any]:
    """The text as Twilio shows it. With the service that it was just handed to, much is not known yet."""
    uri = f"/{VERSION}/Accounts/{account}/Messages/{text.sid}"
    date = format_datetime(text.at)
    is_waiting = text.status in {"accepted", "queued"}
    return {
        "sid": text.sid, "account_sid": account, "api_version": VERSION, "uri": f"{uri}.json",
        "body": text.body, "to": text.recipient, "from": None if service else text.sender,
        "messaging_service_sid": service, "status": text.status,
        "direction": "inbound" if text.inbound else "outbound-api",
        "date_created": date, "date_updated": date, "date_sent": None if is_waiting else date,
        "num_segments": "0" if service else str(measure(text.body).segments), "num_media": "0",
        "error_code": text.fault, "error_message": CONDUCTS[text.fault].message if text.fault else None,
        "price": None, "price_unit": "USD", "subresource_uris": {"media": f"{uri}/Media.json"},
    }  # fmt: skip


def fault_of_form(form: Mapping[str, str]) -> Conduct | None:
    """What is wrong with a request to send, before anybody looks at the number."""
    to, body = form.get("To", ""), form.get("Body", "")
    if not to:
        return Conduct(21604, "A 'To' phone number is required.")
    if not body:
        return Conduct(21602, "Message body is required.")
    if len(body) > LONGEST_TEXT:
        return Conduct(21617, "The concatenated message body exceeds the 1600 character limit")
    if "From" not in form and "MessagingServiceSid" not in form:
        return Conduct(21603, "A 'From' phone number is required.")
    if not (to.startswith("+") and to[1:].isdecimal() and 8 <= len(to) <= 16):
        return CONDUCTS[21211]
    return None


def is_between(moment: datetime, asked: Mapping[str, str]) -> bool:
    """Whether the moment lies where DateSent> and DateSent< say."""
    earliest, latest = asked.get("DateSent>"), asked.get("DateSent<")
    return (earliest is None or moment >= _date(earliest)) and (latest is None or moment <= _date(latest))


def _date(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def error(code: int, message: str, status: int) -> web.Response:
    """Twilio's way to refuse."""
    return web.json_response(
        {"code": code, "message": message, "more_info": f"https://www.twilio.com/docs/errors/{code}", "status": status},
        status=status,
    )
