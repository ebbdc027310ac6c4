"""Texts through Twilio's own client to a server that behaves like Twilio, and to some that don't."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from owl.delivery.providers import Outcome, OutgoingSms, Result
from owl.delivery.twilio import TwilioTexts
from tests.stand_ins import ACCOUNT, StandIn


def texts_to(url: str, token: str = ACCOUNT.token) -> TwilioTexts:
    service = "MG" + "0" * 32
    return TwilioTexts(account_sid=ACCOUNT.sid, auth_token=token, messaging_service_sid=service, api_url=url)


def text(seq: int, number: str = "+447700900123") -> OutgoingSms:
    return OutgoingSms(seq, number, f"Sheds {seq}", "http://localhost:5000/hooks/twilio/status/x")


def by_seq(groups: Iterator[list[Outcome]]) -> dict[int, Outcome]:
    return {outcome.seq: outcome for group in groups for outcome in group}


def test_many_texts_go_out_and_each_has_its_reference(twilio_stand_in: StandIn) -> None:
    told = by_seq(texts_to(twilio_stand_in.url).send_all([text(seq) for seq in range(1, 41)]))
    assert {outcome.result for outcome in told.values()} == {Result.SENT}
    assert len({outcome.reference for outcome in told.values()}) == 40
    assert len(twilio_stand_in.texts()) == 40


def test_a_refused_number_fails_for_good_and_the_rest_is_sent(twilio_stand_in: StandIn) -> None:
    twilio_stand_in.refuse("+447700900001", 21211)
    told = by_seq(texts_to(twilio_stand_in.url).send_all([text(1, "+447700900001"), text(2)]))
    assert (told[1].result, told[1].fault) == (Result.PERMANENT, "21211")
    assert told[2].result is Result.SENT


def test_a_wrong_token_is_our_fault_and_burns_nobody(twilio_stand_in: StandIn) -> None:
    told = by_seq(texts_to(twilio_stand_in.url, token="wrong").send_all([text(1)]))
    assert told[1].result is Result.TEMPORARY


def test_a_text_that_twilio_has_is_found_and_one_that_it_has_not_is_free_to_send(twilio_stand_in: StandIn) -> None:
    texts = texts_to(twilio_stand_in.url)
    list(texts.send_all([text(1)]))
    told = by_seq(texts.look_up([text(1), text(2)]))
    assert told[1].result is Result.SENT
    assert told[1].reference
    assert told[2].result is Result.TEMPORARY


def test_no_texts_are_no_calls() -> None:
    assert list(texts_to("http://127.0.0.1:1").send_all([])) == []


def test_a_server_that_is_away_took_nothing() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        told = by_seq(texts_to(f"http://127.0.0.1:{free.getsockname()[1]}").send_all([text(1)]))
    assert told[1].result is Result.TEMPORARY


@contextmanager
def answering(answer: bytes) -> Iterator[str]:
    """A server that takes one request, answers so and closes."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        line, _ = server.accept()
        with line:
            line.recv(65_536)
            line.sendall(answer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
    finally:
        thread.join(5)
        server.close()


def response(status: str, body: str) -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}".encode()


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        (b"", Result.UNSURE),  # taken, perhaps; the answer was lost
        (response("429 Too Many Requests", '{"code": 20429, "message": "slow down"}'), Result.TEMPORARY),
        (response("500 Internal Server Error", "<html>oops</html>"), Result.UNSURE),
        (response("502 Bad Gateway", ""), Result.UNSURE),
        (response("201 Created", "not json"), Result.UNSURE),
        (response("400 Bad Request", '{"code": 21610, "message": "unsubscribed"}'), Result.PERMANENT),
        (response("400 Bad Request", '{"code": 99999, "message": "new"}'), Result.TEMPORARY),
        (response("401 Unauthorized", '{"code": 20003, "message": "auth"}'), Result.TEMPORARY),
    ],
)
def test_a_strange_answer_is_classed_and_never_raised(answer: bytes, result: Result) -> None:
    with answering(answer) as url:
        assert by_seq(texts_to(url).send_all([text(1)]))[1].result is result
