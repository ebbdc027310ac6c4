"""What is said of a mail, at relays that can more or less."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from owl.delivery.providers import OutgoingMail, Result
from owl.delivery.smtp.commands import Abilities, Unsayable, envelope, with_dots
from tests.delivery.smtp.conftest import CONTENT, mail

ALL = Abilities(pipelining=True, eight_bit=True, smtputf8=True, size=True)
NONE = Abilities()


def said(one: OutgoingMail, able: Abilities) -> tuple[str, str]:
    return tuple(command.decode().removesuffix("\r\n") for command in envelope(one, able))  # type: ignore[return-value]


def fault(one: OutgoingMail, able: Abilities) -> str | None:
    with pytest.raises(Unsayable) as refusal:
        envelope(one, able)
    assert refusal.value.outcome.result is Result.PERMANENT
    return refusal.value.outcome.fault


def test_what_a_relay_can_do_is_read_from_its_answer_to_ehlo() -> None:
    lines = (b"relay greets you", b"PIPELINING", b"size 35882577", b"AUTH=LOGIN", b"AUTH PLAIN", b"STARTTLS")
    able = Abilities.parse(b"\n".join(b"250-%b\r" % line for line in lines))
    assert able == Abilities(
        pipelining=True, starttls=True, size=True, largest=35_882_577, auth=frozenset({"PLAIN", "LOGIN"})
    )


@pytest.mark.parametrize("told", [b"250 relay", b"250-relay\n250-\n250 \xff\xfe", b"250-relay\n250 SIZE huge"])
def test_an_odd_answer_to_ehlo_promises_nothing(told: bytes) -> None:
    able = Abilities.parse(told)
    assert (able.pipelining, able.largest, able.auth) == (False, 0, frozenset())


def test_a_plain_mail_needs_no_extension() -> None:
    assert said(mail(1), NONE) == ("MAIL FROM:<b@bounces.example.com>", "RCPT TO:<joan@example.com>")
    assert said(mail(1), ALL)[0] == f"MAIL FROM:<b@bounces.example.com> SIZE={len(CONTENT)}"


def test_a_mail_may_have_no_return_path() -> None:
    assert said(OutgoingMail(1, "", "joan@example.com", CONTENT), NONE)[0] == "MAIL FROM:<>"


def test_a_mail_over_the_limit_is_not_tried() -> None:
    assert fault(mail(1), Abilities(size=True, largest=len(CONTENT) - 1)) == "552 5.3.4"
    assert said(mail(1), Abilities(size=True, largest=len(CONTENT)))


def test_octets_above_127_are_announced_where_that_can_be_done_and_sent_in_any_case() -> None:
    eight = mail(1, content=b"Subject: x\r\n\r\n\xc3\xa9\r\n")
    assert "BODY=8BITMIME" in said(eight, ALL)[0]
    assert "BODY" not in said(eight, NONE)[0]
    assert "SMTPUTF8" not in said(eight, ALL)[0]


def test_a_domain_in_another_script_goes_to_any_relay() -> None:
    for able in (ALL, NONE):
        assert said(mail(1, "joan@bücher.example"), able)[1] == "RCPT TO:<joan@xn--bcher-kva.example>"


def test_a_name_in_another_script_goes_to_relays_that_take_it() -> None:
    told = said(mail(1, "жанна@bücher.example"), ALL)
    assert told[0].endswith(" SMTPUTF8")
    assert told[1] == "RCPT TO:<жанна@xn--bcher-kva.example>"
    assert fault(mail(1, "жанна@example.com"), NONE) == "smtputf8"


def test_headers_in_another_script_are_for_relays_that_take_them() -> None:
    raw = mail(1, content="Subject: Café\r\n\r\nHello\r\n".encode())
    assert said(raw, ALL)[0].endswith(" BODY=8BITMIME SMTPUTF8")
    assert fault(raw, NONE) == "smtputf8"


@pytest.mark.parametrize(
    "recipient",
    [
        "",
        "joan",
        "@example.com",
        "joan@",
        "a b@example.com",
        "a>@example.com",
        "a\r\nDATA@example.com",
        "\udc80@example.com",
        "a" * 65 + "@example.com",
        "a@" + "b" * 300,
        "joan@" + "ä" * 80 + ".example",
        "a@b@c",
    ],
)
def test_what_cannot_stand_on_the_line_is_not_tried(recipient: str) -> None:
    assert fault(mail(1, recipient), ALL) == "address"
    assert fault(OutgoingMail(1, recipient or "@", "joan@example.com", CONTENT), ALL) == "address"


def undotted(wire: bytes) -> bytes:
    """What a relay makes of DATA, by RFC 5321."""
    assert wire.endswith(b"\r\n.\r\n") or wire == b".\r\n"
    return re.sub(rb"(?m)^\.(?=.)", b"", wire[:-3])


@given(st.lists(st.sampled_from([b".", b"..", b"x", b"\r\n", b"", b" ", b"\xff", b".\r\n"])).map(b"".join))
@example(b"")
@example(b".")
@example(b"\r\n.\r\n")
def test_dots_are_doubled_and_come_out_as_they_were(content: bytes) -> None:
    wire = with_dots(content)
    assert wire.find(b"\r\n.\r\n") in {-1, len(wire) - 5}
    whole = content if content.endswith(b"\r\n") or not content else content + b"\r\n"
    if content:
        assert undotted(wire).replace(b"\r", b"") == whole.replace(b"\r", b"")


@given(st.lists(st.sampled_from([b"\r", b"\n", b".", b"x"]), max_size=12).map(b"".join))
def test_no_content_ends_its_mail_early_for_however_kind_a_relay(content: bytes) -> None:
    wire = with_dots(content)[:-5]
    assert not re.search(rb"(?:^|[\r\n])\.(?:[\r\n]|$)", wire)
