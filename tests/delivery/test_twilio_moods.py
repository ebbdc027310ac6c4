"""Texts through a Twilio that has a bad day: each goes out once, and none is given up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest

from owl.delivery.providers import Outcome, OutgoingSms, Result
from owl.delivery.twilio import TwilioTexts
from owl.foundation.clock import utc_now
from tests.stand_ins import ACCOUNT, StandIn

COUNT = 60
ROUNDS = 40


@pytest.fixture
def texts(twilio_stand_in: StandIn) -> Iterator[TwilioTexts]:
    provider = TwilioTexts(
        account_sid=ACCOUNT.sid,
        auth_token=ACCOUNT.token,
        messaging_service_sid="MG" + "0" * 32,
        api_url=twilio_stand_in.url,
    )
    with closing(provider):
        yield provider


def written(count: int = COUNT) -> dict[int, OutgoingSms]:
    return {seq: OutgoingSms(seq, f"+4477009001{seq:02}", f"Sheds /r/{seq}") for seq in range(1, count + 1)}


def told(groups: Iterator[list[Outcome]]) -> dict[int, Outcome]:
    return {outcome.seq: outcome for group in groups for outcome in group}


def send_as_batches_do(texts: TwilioTexts, outgoing: dict[int, OutgoingSms]) -> set[Result]:
    """Again and again, what is unsure looked up first, until nothing is left; every result that was told."""
    left, unsure, seen = dict(outgoing), set[int](), set[Result]()
    for _ in range(ROUNDS):
        found = told(texts.look_up([left[seq] for seq in unsure]))
        unsure = {seq for seq, outcome in found.items() if outcome.result is Result.UNSURE}
        done = {seq for seq, outcome in found.items() if outcome.result is Result.SENT}
        fresh = [text for seq, text in left.items() if seq not in done | unsure]
        sent = told(texts.send_all(fresh))
        seen |= {outcome.result for outcome in sent.values()}
        unsure |= {seq for seq, outcome in sent.items() if outcome.result is Result.UNSURE}
        done |= {seq for seq, outcome in sent.items() if outcome.result is Result.SENT}
        left = {seq: text for seq, text in left.items() if seq not in done}
        if not left:
            break
    assert not left
    return seen


def each_arrived_once(twilio_stand_in: StandIn) -> bool:
    bodies = [text.body for text in twilio_stand_in.texts()]
    return len(bodies) == COUNT == len(set(bodies))


def test_an_answer_that_is_lost_is_looked_up_and_nobody_is_texted_twice(
    twilio_stand_in: StandIn, texts: TwilioTexts
) -> None:
    twilio_stand_in.mood.lost = 0.4
    assert Result.UNSURE in send_as_batches_do(texts, written())
    assert each_arrived_once(twilio_stand_in)


@pytest.mark.parametrize("retry_after", ["0", None])
def test_a_storm_of_429_delays_and_loses_nothing(
    twilio_stand_in: StandIn, texts: TwilioTexts, retry_after: str | None
) -> None:
    twilio_stand_in.mood.busy, twilio_stand_in.mood.retry_after = 0.3, retry_after
    assert Result.TEMPORARY not in send_as_batches_do(texts, written())  # a 429 uses up no attempt
    assert each_arrived_once(twilio_stand_in)


def test_a_page_instead_of_an_answer_is_no_answer(twilio_stand_in: StandIn, texts: TwilioTexts) -> None:
    twilio_stand_in.mood.broken = 0.5
    assert Result.UNSURE in send_as_batches_do(texts, written())
    assert each_arrived_once(twilio_stand_in)


def test_a_locked_account_burns_nobody_and_is_asked_only_by_those_under_way(
    twilio_stand_in: StandIn, texts: TwilioTexts
) -> None:
    twilio_stand_in.mood.is_locked = True
    assert {outcome.result for outcome in told(texts.send_all(list(written().values()))).values()} == {Result.NOT_NOW}
    twilio_stand_in.mood.is_locked = False
    assert send_as_batches_do(texts, written()) == {Result.SENT}
    assert each_arrived_once(twilio_stand_in)


def test_what_twilio_has_is_listed_by_date(twilio_stand_in: StandIn, texts: TwilioTexts) -> None:
    sent = told(texts.send_all(list(written(5).values())))
    now = utc_now()
    [page] = texts.sent_between(now - timedelta(minutes=5), now + timedelta(minutes=5))
    assert {text.reference for text in page} == {outcome.reference for outcome in sent.values()}
    assert {text.segments for text in page} == {1}
    assert {text.said for text in page} <= {"accepted", "sent", "delivered"}
    twilio_stand_in.mood.is_locked = True
    assert list(texts.sent_between(now - timedelta(minutes=5), now)) == []
