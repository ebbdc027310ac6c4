"""Which relay takes the mail when one is away, and when it is back."""

from __future__ import annotations

import socket
import time

import pytest

from owl.delivery.providers import Result
from owl.delivery.smtp.failover import Standing, choose
from owl.delivery.smtp.limits import FIRST_REST_S, LONGEST_REST_S, YOUNG_DEATHS
from owl.delivery.smtp.relay import Relay
from tests.delivery.smtp.conftest import Client, mail, mails, results
from tests.delivery.smtp.scripted import Conduct, scripted

GIVE_UP_S = 20.0


@pytest.fixture
def pair() -> list[Standing]:
    return [Standing(Relay("one.example.com", 25), 0), Standing(Relay("two.example.com", 25), 1)]


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def test_the_preferred_relay_is_chosen_until_it_fails_and_again_after_a_rest(pair: list[Standing]) -> None:
    first, second = pair
    assert choose(pair, 0.0) is first
    first.failed(0.0)
    assert choose(pair, 0.0) is second
    assert choose(pair, FIRST_REST_S) is first


def test_the_rest_grows_and_has_an_end(pair: list[Standing]) -> None:
    first, now, rests = pair[0], 0.0, []
    for _ in range(40):
        first.failed(now)
        first.failed(now)  # another line that failed at the same time
        rests.append(first.rests_until - now)
        now = first.rests_until
    assert rests[:3] == [FIRST_REST_S, 2 * FIRST_REST_S, 4 * FIRST_REST_S]
    assert rests[-1] == LONGEST_REST_S
    first.worked()
    first.failed(now)
    assert first.rests_until - now == FIRST_REST_S


def test_a_relay_that_works_on_the_lines_it_has_is_not_passed_over(pair: list[Standing]) -> None:
    first, _ = pair
    first.lines = 1
    first.failed(0.0)  # it took no more
    assert choose(pair, 0.0) is None


def test_a_relay_whose_lines_die_before_their_first_mail_counts_as_away(pair: list[Standing]) -> None:
    first, second = pair
    for _ in range(YOUNG_DEATHS):
        assert choose(pair, 0.0) is first
        first.ended(0, 0.0)
    assert choose(pair, 0.0) is second


def test_the_second_relay_takes_over_while_the_first_is_down_and_gives_back(client: Client) -> None:
    port = free_port()
    with scripted() as second:
        both = client(f"smtp://127.0.0.1:{port}", second.url, connections=3)
        assert {result for _, result, _ in results(both, *mails(10))} == {Result.SENT}
        assert len(second.taken) == 10
        with scripted(port=port) as first:
            seq, give_up_at = 10, time.monotonic() + GIVE_UP_S
            while len(first.taken) < 5 and time.monotonic() < give_up_at:
                seq += 1
                assert results(both, mail(seq, f"p{seq}@example.com")) == [(seq, Result.SENT, None)]
                time.sleep(0.05)
            both.close()
            assert len(first.taken) >= 5
            assert all(talk.heard[-1] == b"QUIT" for talk in second.talks)
            assert len(first.taken) + len(second.taken) == seq


def test_a_relay_that_dies_in_the_middle_leaves_its_work_to_the_second(client: Client) -> None:
    dying = Conduct(answers={b".": lambda recipient: None if recipient == b"p20@example.com" else b"250 ok\r\n"})
    refusing = Conduct(greeting=b"554 closed\r\n")
    with scripted(dying, refusing) as first, scripted() as second:
        told = results(client(first.url, second.url), *mails(40))
    assert [result for _, result, _ in told].count(Result.UNSURE) == 1
    assert [result for _, result, _ in told].count(Result.SENT) == 39
    assert len(first.taken) == 20
    assert len(second.taken) == 20


def test_a_relay_that_takes_fewer_lines_than_we_would_open_is_used_on_those(client: Client) -> None:
    full = Conduct(greeting=b"421 4.7.0 too many connections\r\n")
    with scripted(Conduct(), Conduct(), full) as first, scripted() as second:
        told = results(client(first.url, second.url, connections=6), *mails(200))
    assert {result for _, result, _ in told} == {Result.SENT}
    assert len(first.taken) >= 100


@pytest.mark.parametrize(
    ("conduct", "fault"),
    [
        (Conduct(greeting=b"554 5.7.1 go away\r\n"), "554 5.7.1"),
        (Conduct(greeting=b""), None),
        (Conduct(greeting=b"SSH-2.0-OpenSSH_9.2\r\n"), "relay"),
        (Conduct(answers={b"EHLO": None}), "relay"),
        (Conduct(answers={b"EHLO": b"421 4.3.2 busy\r\n"}), "421 4.3.2"),
    ],
)
def test_a_relay_that_takes_nothing_costs_no_mail_an_attempt(
    client: Client, conduct: Conduct, fault: str | None
) -> None:
    if fault is None:
        conduct = Conduct(greeting=b"220 x\r\n", answers={b"EHLO": None})
    with scripted(conduct) as relay:
        told = results(client(relay.url), *mails(30))
    assert told == [(seq, Result.NOT_NOW, fault or "relay") for seq in range(1, 31)]


def test_a_mail_that_breaks_every_line_is_left_for_later_and_the_others_go_out(client: Client) -> None:
    poisoned = Conduct(answers={b"RCPT": lambda line: None if b"p3@" in line else b"250 ok\r\n"})
    with scripted(poisoned) as relay:
        told = results(client(relay.url), *mails(10))
    assert [one for one in told if one[1] is not Result.SENT] == [(3, Result.TEMPORARY, "relay")]
    assert len(relay.taken) == 9


def test_the_restart_of_a_relay_that_worked_is_waited_for(client: Client) -> None:
    dying = Conduct(answers={b".": lambda recipient: None if recipient == b"p5@example.com" else b"250 ok\r\n"})
    starting = Conduct(greeting=b"421 4.3.2 not yet\r\n")
    with scripted(dying, starting, Conduct()) as relay:
        told = results(client(relay.url), *mails(20))
    assert [one for one in told if one[1] is not Result.SENT] == [(5, Result.UNSURE, "relay")]
    assert len(relay.taken) == 20


def test_a_relay_that_does_not_come_back_is_not_waited_for_long(client: Client) -> None:
    dying = Conduct(answers={b".": lambda recipient: None if recipient == b"p5@example.com" else b"250 ok\r\n"})
    with scripted(dying, Conduct(greeting=b"554 closed\r\n")) as relay:
        told = results(client(relay.url), *mails(20))
    assert [result for _, result, _ in told[:5]] == [Result.SENT] * 4 + [Result.UNSURE]
    assert told[6:] == [(seq, Result.NOT_NOW, "554") for seq in range(7, 21)]
    assert told[5][1] is Result.TEMPORARY  # its commands had been said
