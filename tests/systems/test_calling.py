"""Other systems are told what happened: signed, in their areas alone, and again where they did not listen."""

from __future__ import annotations

import base64
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName
from owl.foundation.database import transaction
from owl.foundation.errors import BadInput
from owl.foundation.events import EventName
from owl.messages.models import MessageStatus
from owl.messages.moving import move
from owl.systems.addresses import is_open_address
from owl.systems.calling import PATIENCE, make_calls, spread_events
from owl.systems.keys import end_key, make_key
from owl.systems.models import ApiKey, Scope, WebhookCall
from owl.systems.webhooks import add_webhook, listed_webhooks
from tests import factories
from tests.accounts.places import HATFIELD, HITCHIN
from tests.factories import NOW


class Listener(ThreadingHTTPServer):
    """A system that is called: what it heard, and how it answers."""

    heard: list[tuple[dict[str, str], bytes]]
    answer: int = 204


@pytest.fixture
def listener() -> Iterator[Listener]:
    class Hears(BaseHTTPRequestHandler):
        server: Listener

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.server.heard.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(self.server.answer)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = Listener(("127.0.0.1", 0), Hears)
    server.heard = []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def administrator(session: Session) -> int:
    return factories.user(session, role=RoleName.ADMINISTRATOR).id


@pytest.fixture
def told(session: Session, listener: Listener, administrator: int) -> Callable[[str], str]:
    """Lets a system with the area be called; the secret of the calls."""

    def let(area: str) -> str:
        make_key(name="Custody", scopes=[Scope.READ_MESSAGES], areas=[area], actor_id=administrator, now=NOW)
        key_id = session.scalars(sa.select(ApiKey.id).order_by(ApiKey.id.desc())).first() or 0
        return add_webhook(
            key_id, url=f"http://127.0.0.1:{listener.server_port}/owl", events=[EventName.MESSAGE_PAUSED],
            actor_id=administrator, allow_local=True, now=NOW,
        )  # fmt: skip

    return let


def pause(session: Session) -> int:
    message = factories.message(session, status=MessageStatus.SENDING, neighbourhood_ids=[HITCHIN], finished_at=None)
    with transaction() as inside:
        assert move(inside, message.id, MessageStatus.PAUSED)
    return message.id


def test_a_system_of_the_area_is_told_once_and_can_check_who_tells_it(
    session: Session, listener: Listener, told: Callable[[str], str]
) -> None:
    secret = told(HITCHIN)
    told(HATFIELD)
    message_id = pause(session)
    assert (spread_events(now=NOW), spread_events(now=NOW)) == (1, 0)
    assert (make_calls(now=NOW, allow_local=True), make_calls(now=NOW, allow_local=True)) == (1, 0)
    [(headers, body)] = listener.heard
    said = json.loads(body)
    assert (said["type"], said["data"]) == ("message.paused", {"message_id": message_id})
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    code = hmac.digest(base64.b64decode(secret.removeprefix("whsec_")), signed, "sha256")
    assert headers["webhook-signature"] == f"v1,{base64.b64encode(code).decode()}"


def test_what_was_not_heard_is_said_again_with_growing_patience_and_then_given_up(
    session: Session, listener: Listener, told: Callable[[str], str]
) -> None:
    told(HITCHIN)
    pause(session)
    spread_events(now=NOW)
    listener.answer, now = 500, NOW
    for patience in (timedelta(0), *PATIENCE):
        assert make_calls(now=now + patience - timedelta(seconds=1), allow_local=True) == 0
        now += patience
        make_calls(now=now, allow_local=True)
    call = session.scalars(sa.select(WebhookCall)).one()
    assert (call.attempts, call.given_up_at, call.fault) == (len(PATIENCE) + 1, now, "answered 500")
    assert len(listener.heard) == len(PATIENCE) + 1
    assert len({headers["webhook-id"] for headers, _ in listener.heard}) == 1
    assert listed_webhooks(session)[0].given_up == 1


def test_a_system_whose_key_has_ended_hears_nothing_more(
    session: Session, listener: Listener, told: Callable[[str], str], administrator: int
) -> None:
    told(HITCHIN)
    pause(session)
    spread_events(now=NOW)
    end_key(session.scalars(sa.select(ApiKey.id)).one(), actor_id=administrator, now=NOW)
    assert make_calls(now=NOW, allow_local=True) == 0
    assert listener.heard == []


def test_behind_our_own_walls_nobody_is_called(
    session: Session, listener: Listener, told: Callable[[str], str]
) -> None:
    told(HITCHIN)
    pause(session)
    spread_events(now=NOW)
    assert make_calls(now=NOW) == 0
    assert listener.heard == []


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/", "https://127.0.0.1/", "https://[::1]/", "https://2130706433/", "https://localhost/",
        "https://0x7f.1/", "https://name:word@example.com/", "https://example.com:22/", "https://example.com/ x",
        "ftp://example.com/", "https://", "javascript:alert(1)", "https://exämple.com/", "https://example.com/#x",
        "https://[::1", "",
    ],
)  # fmt: skip
def test_an_address_that_is_not_on_the_open_internet_is_refused(url: str) -> None:
    assert not is_open_address(url)
    assert is_open_address("https://example.com/owl?x=1")


def test_a_webhook_says_what_is_wrong_with_it(session: Session, administrator: int) -> None:
    with pytest.raises(BadInput) as fault:
        add_webhook(1, url="http://example.com", events=["everything"], actor_id=administrator, now=NOW)
    assert set(fault.value.fields) == {"url", "events"}
    assert session.scalar(sa.select(sa.func.count()).select_from(ApiKey)) == 0
