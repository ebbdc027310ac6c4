"""How the stand-in insists on telling OWL what became of a text."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from pathlib import Path

import aiohttp
import pytest

from owl.embedded.caught import Caught
from owl.embedded.twilio_callbacks import Callbacks, LoopbackPost
from owl.foundation.clock import utc_now

URL = "http://127.0.0.1:5000/hooks/twilio/status/abc"


@pytest.fixture
def caught(tmp_path: Path) -> Iterator[Caught]:
    caught = Caught(tmp_path / "caught.sqlite")
    caught.keep_text(
        sid="SM1", sender="", recipient="+447700900123", body="x", status="accepted", inbound=False, at=utc_now()
    )
    yield caught
    caught.close()


def report(caught: Caught, answers: list[int | Exception], *, fault: int | None = None, wait_s: float = 5) -> list[str]:
    """The statuses that were posted, while OWL gives these answers and then 204."""
    posted: list[str] = []

    async def post(_: str, params: Mapping[str, str], __: str) -> int:
        posted.append(params["MessageStatus"])
        answer = answers.pop(0) if answers else 204
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def run() -> None:
        callbacks = Callbacks(caught, "token", post)
        callbacks.report(URL, {"MessageSid": "SM1"}, fault=fault, is_slow=wait_s == 0)
        await callbacks.finish(wait_s)

    asyncio.run(run())
    return posted


def test_it_says_sent_and_then_delivered(caught: Caught) -> None:
    assert report(caught, []) == ["sent", "delivered"]


def test_it_tries_again_while_owl_is_out_of_reach_or_broken(caught: Caught) -> None:
    assert report(caught, [500, aiohttp.ClientConnectionError()]) == ["sent", "sent", "sent", "delivered"]


def test_it_does_not_insist_where_it_is_refused(caught: Caught) -> None:
    assert report(caught, [403], fault=30005) == ["sent", "undelivered"]


def test_a_slow_receipt_is_given_up_when_the_stack_stops(caught: Caught) -> None:
    assert report(caught, [], wait_s=0) == []


def test_it_never_posts_beyond_this_machine() -> None:
    async def run() -> int:
        post = LoopbackPost()
        status = await post("http://example.com/hooks", {}, "signature")
        await post.close()
        return status

    assert asyncio.run(run()) == 403
