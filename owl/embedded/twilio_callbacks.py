"""What Twilio says later: signed status callbacks, and residents' texts, posted to OWL."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import aiohttp
from twilio.request_validator import RequestValidator

from owl.embedded.caught import Caught

AT_ONCE = 12  # callbacks under way together
TRIES = 6
FIRST_PAUSE_S = 0.25  # doubles after each try
SLOW_S = 30.0

Post = Callable[[str, Mapping[str, str], str], Awaitable[int]]  # (url, params, signature) -> HTTP status


@dataclass
class Callbacks:
    """Posts to OWL, at most AT_ONCE together, again where OWL is out of reach."""

    caught: Caught
    token: str
    post: Post
    _places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    _under_way: set[asyncio.Task[None]] = field(default_factory=set)

    def report(self, url: str | None, about: Mapping[str, str], *, fault: int | None, is_slow: bool) -> None:
        """Say `sent`, then `delivered` or, with a fault, `undelivered`; without URL only write it down."""
        task = asyncio.get_running_loop().create_task(self._report(url, dict(about), fault, is_slow=is_slow))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def call(self, url: str, params: Mapping[str, str]) -> int:
        """Post once, signed; the HTTP status of the answer, 0 where there was none."""
        # https://www.twilio.com/docs/usage/security#validating-requests
        signature = RequestValidator(self.token).compute_signature(url, dict(params))
        try:
            return await self.post(url, params, signature)
        except (aiohttp.ClientError, TimeoutError):
            return 0

    async def finish(self, within_s: float) -> None:
        """Wait for what is under way, then give up on the rest."""
        if self._under_way:
            _, late = await asyncio.wait(self._under_way, timeout=within_s)
            for task in late:
                task.cancel()

    async def _report(self, url: str | None, about: dict[str, str], fault: int | None, *, is_slow: bool) -> None:
        if is_slow:
            await asyncio.sleep(SLOW_S)
        async with self._places:
            for status in ("sent", "undelivered" if fault else "delivered"):
                code = fault if status == "undelivered" else None
                self.caught.move_text(about["MessageSid"], status=status, fault=code)
                if url:
                    said = {"MessageStatus": status, "SmsStatus": status}
                    await self._insist(url, about | said | ({"ErrorCode": str(code)} if code else {}))

    async def _insist(self, url: str, params: Mapping[str, str]) -> None:
        pause_s = FIRST_PAUSE_S
        for _ in range(TRIES):
            if 0 < await self.call(url, params) < 500:
                return
            await asyncio.sleep(pause_s)
            pause_s *= 2


class LoopbackPost:
    """Posts forms with kept connections, to this machine only: the stand-in must never call a stranger."""

    def __init__(self) -> None:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=AT_ONCE), timeout=aiohttp.ClientTimeout(total=15)
        )

    async def __call__(self, url: str, params: Mapping[str, str], signature: str) -> int:
        """Post one form; the HTTP status of the answer."""
        if urlsplit(url).hostname not in {"127.0.0.1", "::1", "localhost"}:
            return 403
        async with self._session.post(url, data=params, headers={"X-Twilio-Signature": signature}) as answer:
            await answer.read()
            return answer.status

    async def close(self) -> None:
        """Let go of the connections."""
        await self._session.close()
