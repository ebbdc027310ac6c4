"""Texts through Twilio's own client to a server that behaves like Twilio, and to some that don't."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from owl.delivery.providers import Outcome, OutgoingSms, Result
from owl.delivery.twilio import LINES, TwilioTexts
from owl.delivery.twilio_patience import seconds_of
from tests.factories import NOW
from tests.stand_ins import ACCOUNT, StandIn


def texts_to(url: str, token: str = ACCOUNT.token, slow_down: Callable[[float], object] = float) -> TwilioTexts:
    service = "MG" + "0" * 32
    texts = TwilioTexts(
        account_sid=ACCOUNT.sid, auth_token=token, messaging_service_sid=service, api_url=url, slow_down=slow_down
    )
    opened.append(texts)
    return texts


opened: list[TwilioTexts] = []


@pytest.fixture(autouse=True)
def close_what_was_opened() -> Iterator[None]:
    yield
    while opened:
        opened.pop().close()


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
    told = by_seq(texts_to(twilio_stand_in.url, token="wrong").send_all([text(seq) for seq in range(1, 200)]))
    assert {(outcome.result, outcome.fault) for outcome in told.values()} == {(Result.NOT_NOW, "20003")}


def test_what_cannot_be_looked_up_stays_unsure(twilio_stand_in: StandIn) -> None:
    told = by_seq(texts_to(twilio_stand_in.url, token="wrong").look_up([text(1), text(2)]))
    assert {outcome.result for outcome in told.values()} == {Result.UNSURE}


def test_groups_are_no_longer_than_there_are_lines_and_nothing_is_begun_while_one_is_held(
    twilio_stand_in: StandIn,
) -> None:
    sent = 0
    for group in texts_to(twilio_stand_in.url).send_all([text(seq) for seq in range(1, 101)]):
        sent += len(group)
        assert len(group) <= LINES
        time.sleep(0.05)  # time in which a careless provider would go on
        assert len(twilio_stand_in.texts()) <= sent + LINES
    assert sent == 100


def test_a_text_knows_its_segments_though_a_messaging_service_does_not(twilio_stand_in: StandIn) -> None:
    long = OutgoingSms(1, "+447700900123", "x" * 161)
    assert by_seq(texts_to(twilio_stand_in.url).send_all([long]))[1].segments == 2


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
def answering(*answers: bytes) -> Iterator[str]:
    """A server that takes one request for each answer and then closes."""
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(5)

    def serve() -> None:
        for answer in answers:
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


def response(status: str, body: str, header: str = "Connection: close") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n{header}\r\n\r\n{body}".encode()


TAKEN = response("201 Created", '{"sid": "SM1", "num_segments": "0"}')
BUSY = ("429 Too Many Requests", '{"code": 20429, "message": "slow down"}')


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        (b"", Result.UNSURE),  # taken, perhaps; the answer was lost
        (response(*BUSY, "Retry-After: 3600"), Result.NOT_NOW),
        (response("500 Internal Server Error", "<html>oops</html>"), Result.UNSURE),
        (response("502 Bad Gateway", ""), Result.UNSURE),
        (response("201 Created", "not json"), Result.UNSURE),
        (response("201 Created", "[]"), Result.UNSURE),
        (response("201 Created", "{}"), Result.UNSURE),
        (response("201 Created", '{"sid": "SM1", "num_segments": "many"}'), Result.SENT),
        (response("503 Service Unavailable", "null"), Result.UNSURE),
        (b"HTTP/1.1 201 Created\r\nContent-Length: 900\r\n\r\n{", Result.UNSURE),
        (b"220 mail.example.com ESMTP\r\n", Result.UNSURE),
        (response("400 Bad Request", '{"code": 21610, "message": "unsubscribed"}'), Result.PERMANENT),
        (response("400 Bad Request", '{"code": 99999, "message": "new"}'), Result.TEMPORARY),
        (response("400 Bad Request", '{"code": 21408, "message": "country"}'), Result.TEMPORARY),
        (response("400 Bad Request", '{"code": 21606, "message": "from"}'), Result.NOT_NOW),
        (response("401 Unauthorized", '{"code": 20003, "message": "auth"}'), Result.NOT_NOW),
        (response("403 Forbidden", "<html>"), Result.NOT_NOW),
    ],
)
def test_a_strange_answer_is_classed_and_never_raised(answer: bytes, result: Result) -> None:
    with answering(answer) as url:
        assert by_seq(texts_to(url).send_all([text(1)]))[1].result is result


@pytest.mark.parametrize("header", ["Retry-After: 0", "X-Nothing: 0"])
def test_a_busy_twilio_is_waited_for_and_asked_again(header: str) -> None:
    slowed: list[float] = []
    with answering(response(*BUSY, header), response(*BUSY, header), TAKEN) as url:
        assert by_seq(texts_to(url, slow_down=slowed.append).send_all([text(1)]))[1].result is Result.SENT
    assert bool(slowed) is header.startswith("X")  # every worker is told


def test_a_line_that_the_other_end_has_closed_is_opened_again() -> None:
    quiet = TAKEN.replace(b"Connection: close\r\n", b"")
    with answering(quiet, quiet) as url:
        texts = texts_to(url)
        assert by_seq(texts.send_all([text(1)]))[1].result is Result.SENT
        time.sleep(0.1)
        [one] = by_seq(texts.send_all([text(2)])).values()
        # Unsure, if it was written to a line that was closed behind our back; sent, if that was noticed before.
        if one.result is Result.UNSURE:
            [one] = by_seq(texts.send_all([text(3)])).values()
        assert one.result is Result.SENT


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("7", 7.0),
        (" 0 ", 0.0),
        ("Sun, 22 Nov 2026 14:05:30 GMT", 30.0),
        ("Sun, 22 Nov 2026 14:00:00 GMT", 0.0),
        ("soon", None),
        ("-5", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(said: str | None, seconds: float | None) -> None:
    assert seconds_of(said, now=NOW) == seconds


def test_a_secure_server_is_reached_through_the_proxy_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bytes] = []
    proxy = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        line, _ = proxy.accept()
        with line:
            asked.append(line.recv(65_536))
            line.sendall(b"HTTP/1.1 403 Forbidden\r\n\r\n")

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{proxy.getsockname()[1]}")
    told = by_seq(texts_to("https://api.twilio.com").send_all([text(1)]))
    thread.join(5)
    proxy.close()
    assert asked[0].startswith(b"CONNECT api.twilio.com:443")
    assert told[1].result is Result.TEMPORARY
