"""Mail over real SMTP: each mail its own outcome, whatever the relay does."""

from __future__ import annotations

import socket
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from owl.delivery.providers import Result
from owl.delivery.smtp.provider import SmtpMail
from tests.delivery.smtp.conftest import CONTENT, Client, mail, mails, results
from tests.delivery.smtp.scripted import Conduct, scripted
from tests.stand_ins import MailSink


def url_of(sink: MailSink) -> str:
    return f"smtp://{sink.host}:{sink.port}"


def test_mails_arrive_whole(mail_sink: MailSink, client: Client) -> None:
    assert results(client(url_of(mail_sink)), mail(1), mail(2)) == [(1, Result.SENT, None), (2, Result.SENT, None)]
    arrived = mail_sink.mails("joan@example.com")
    assert len(arrived) == 2
    assert all(one.content == CONTENT for one in arrived)


def test_a_refused_recipient_does_not_touch_the_others(mail_sink: MailSink, client: Client) -> None:
    mail_sink.refuse("gone@example.com", "550 5.1.1 No such user")
    mail_sink.refuse("full@example.com", "552 5.2.2 Mailbox full")
    mail_sink.refuse("later@example.com", "451 4.7.1 Greylisted")
    told = results(
        client(url_of(mail_sink)),
        mail(1, "gone@example.com"),
        mail(2, "full@example.com"),
        mail(3, "later@example.com"),
        mail(4),
    )
    assert told == [
        (1, Result.PERMANENT, "550 5.1.1"),
        (2, Result.TEMPORARY, "552 5.2.2"),
        (3, Result.TEMPORARY, "451 4.7.1"),
        (4, Result.SENT, None),
    ]


@pytest.mark.parametrize("recipient", ["joan@example.com\r\nRCPT TO:<x@example.com>", "", "@", "joan joan@example.com"])
def test_an_address_that_is_none_reaches_nobody(mail_sink: MailSink, client: Client, recipient: str) -> None:
    (first, then) = results(client(url_of(mail_sink)), mail(1, recipient), mail(2))
    assert first == (1, Result.PERMANENT, "address")
    assert then == (2, Result.SENT, None)
    assert [caught.recipient for caught in mail_sink.mails()] == ["joan@example.com"]


def test_a_relay_that_is_away_leaves_all_for_later_at_once(client: Client) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        away = client(f"smtp://127.0.0.1:{free.getsockname()[1]}", connections=3)
        told = results(away, *mails(500))
    assert told == [(seq, Result.NOT_NOW, "relay") for seq in range(1, 501)]


def test_a_line_that_breaks_after_the_mail_leaves_just_that_one_unsure(client: Client) -> None:
    with scripted(Conduct(answers={b".": None}), Conduct()) as relay:
        assert results(client(relay.url), mail(1), mail(2)) == [(1, Result.UNSURE, "relay"), (2, Result.SENT, None)]


def test_a_relay_that_closes_with_421_is_called_again(client: Client) -> None:
    with scripted(Conduct(answers={b".": b"421 4.3.2 closing\r\n"}), Conduct()) as relay:
        assert results(client(relay.url), mail(1), mail(2)) == [
            (1, Result.TEMPORARY, "421 4.3.2"),
            (2, Result.SENT, None),
        ]


def test_a_relay_without_starttls_is_refused_not_downgraded(mail_sink: MailSink, client: Client) -> None:
    assert results(client(f"{url_of(mail_sink)}?starttls=1"), mail(1)) == [(1, Result.NOT_NOW, "tls")]
    assert mail_sink.mails() == []


def test_a_mail_costs_one_round_trip_where_the_relay_takes_groups(client: Client) -> None:
    with scripted() as relay:
        results(client(relay.url), *mails(10))
    assert len(relay.taken) == 10
    assert relay.talks[0].writes <= 1 + 1 + 10 + 1  # EHLO, the first group, ten contents, QUIT


def test_groups_are_no_longer_than_lines_are_open_and_nothing_is_lost(client: Client) -> None:
    with scripted() as relay:
        groups = list(client(relay.url, connections=4).send_all(mails(100)))
    assert max(map(len, groups)) <= 4
    assert sorted(outcome.seq for group in groups for outcome in group) == list(range(1, 101))
    assert sorted(taken.recipient for taken in relay.taken) == sorted(one.recipient.encode() for one in mails(100))


def test_lines_are_kept_from_one_call_to_the_next(client: Client) -> None:
    with scripted() as relay:
        kept = client(relay.url, connections=2)
        for _ in range(5):
            results(kept, *mails(10))
        assert len(relay.talks) <= 2


def test_a_kept_line_that_the_relay_closed_is_noticed_before_anything_is_at_risk(client: Client) -> None:
    with scripted(Conduct(answers={b".": b"250 taken\r\n421 4.4.2 idle for too long\r\n"}), Conduct()) as relay:
        kept = client(relay.url)
        assert results(kept, mail(1)) == [(1, Result.SENT, None)]
        assert results(kept, mail(2)) == [(2, Result.SENT, None)]
        assert [taken.connection for taken in relay.taken] == [0, 1]


@given(st.lists(st.integers(1, 700), max_size=5), st.integers(1, 4))
@settings(max_examples=25)
def test_wherever_the_relay_hangs_up_nothing_is_lost_or_sent_twice(cuts: list[int], connections: int) -> None:
    conducts = [Conduct(says_at_most=cut) for cut in cuts]
    with scripted(*conducts, Conduct()) as relay:
        cut_off = SmtpMail.parse(relay.url, connections=connections)
        told = results(cut_off, *mails(12))
        cut_off.close()
    assert [seq for seq, _, _ in told] == list(range(1, 13))
    times = Counter(taken.recipient for taken in relay.taken)
    for seq, result, _ in told:
        taken = times[b"p%d@example.com" % seq]
        assert taken == 1 if result is Result.SENT else taken <= (result is Result.UNSURE)
