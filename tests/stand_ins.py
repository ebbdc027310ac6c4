"""The stand-ins for tests: real sockets on a thread of their own, and what they caught."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from owl.embedded.caught import Caught, Mail, Text
from owl.embedded.stand_ins import Serving, serve_stand_ins
from owl.embedded.twilio_moods import Mood
from owl.embedded.twilio_stand_in import Account, TwilioStandIn

ACCOUNT = Account("AC" + "0" * 32, "a token that only the tests and the stand-in know")


@dataclass
class Callback:
    """What Twilio would have posted: give it to `client.post(path, data=params, headers=…)` in any order."""

    url: str
    params: dict[str, str]
    headers: dict[str, str]


@dataclass
class MailSink:
    """The mail sink: where it listens, what it caught, and how to make an address misbehave."""

    host: str
    port: int
    caught: Caught

    def mails(self, address: str | None = None) -> list[Mail]:
        """What arrived, oldest first."""
        return self.caught.mails(address, limit=100_000)[::-1]

    def refuse(self, address: str, answer: str = "550 5.1.1 No such user") -> None:
        """Answer so whenever a mail is for this address, for instance "451 4.7.1 Try later"."""
        self.caught.set_conduct(address, answer)

    def accept(self, address: str) -> None:
        """Behave again."""
        self.caught.set_conduct(address, None)


@dataclass
class StandIn:
    """The Twilio stand-in: where it listens, what it caught, and the callbacks, kept instead of posted."""

    url: str
    caught: Caught
    twilio: TwilioStandIn
    callbacks: list[Callback] = field(default_factory=list)

    @property
    def mood(self) -> Mood:
        """How it misbehaves as a whole."""
        return self.twilio.mood

    def texts(self, number: str | None = None) -> list[Text]:
        """What OWL sent, oldest first."""
        return [text for text in self.caught.texts(number, limit=100_000)[::-1] if not text.inbound]

    def refuse(self, number: str, code: int = 21211) -> None:
        """Answer with this code of owl.embedded.twilio_numbers, at once or in the receipt."""
        self.caught.set_conduct(number, str(code))

    def accept(self, number: str) -> None:
        """Behave again."""
        self.caught.set_conduct(number, None)


@dataclass
class Both:
    """Both stand-ins of one test process."""

    serving: Serving
    callbacks: list[Callback]
    loop: asyncio.AbstractEventLoop

    def forget(self) -> None:
        """Begin again with nothing caught, nothing on its way and everybody well-behaved."""
        finishing = self.serving.twilio.callbacks.finish(within_s=1)
        asyncio.run_coroutine_threadsafe(finishing, self.loop).result(timeout=5)
        self.serving.caught.forget()
        self.serving.twilio.tried.clear()
        self.serving.twilio.mood = Mood()
        self.callbacks.clear()

    @property
    def mail_sink(self) -> MailSink:
        return MailSink("127.0.0.1", self.serving.smtp_port, self.serving.caught)

    @property
    def twilio(self) -> StandIn:
        return StandIn(
            f"http://127.0.0.1:{self.serving.twilio_port}", self.serving.caught, self.serving.twilio, self.callbacks
        )


@contextmanager
def stand_ins(file: Path, *, public_url: str) -> Iterator[Both]:
    """Both, served on a thread of their own."""
    callbacks: list[Callback] = []
    ready: list[Serving] = []
    is_ready, leave = threading.Event(), asyncio.Event()

    async def keep(url: str, params: Mapping[str, str], signature: str) -> int:
        callbacks.append(Callback(url, dict(params), {"X-Twilio-Signature": signature}))
        return 200

    async def serve() -> None:
        async with serve_stand_ins(file, ACCOUNT, keep, inbound_url=f"{public_url}/hooks/twilio/inbound") as serving:
            ready.append(serving)
            is_ready.set()
            await leave.wait()

    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), daemon=True)
    thread.start()
    assert is_ready.wait(10)
    try:
        yield Both(ready[0], callbacks, loop)
    finally:
        loop.call_soon_threadsafe(leave.set)
        thread.join(10)
        loop.close()
