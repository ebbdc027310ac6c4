"""Email addresses: what mail can be sent to is taken, all else gets a sentence."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from owl.households import email_addresses
from owl.households.email_addresses import NotAnEmailAddress, index_form, parse_email, show_email


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("anna@example.com", "anna@example.com"),
        (" \u200banna@example.com\u200e\n", "anna@example.com"),
        ("Anna.O'Hara+owl@EXAMPLE.com", "Anna.O'Hara+owl@example.com"),
        ("anna@exämple.com", "anna@xn--exmple-cua.com"),
    ],
)
def test_an_address_is_stored_as_typed_with_its_domain_in_ascii(typed: str, stored: str) -> None:
    assert parse_email(typed) == stored


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", email_addresses.EMPTY),
        ("\u200b", email_addresses.EMPTY),
        ("anna", email_addresses.ONE_AT),
        ("anna@@example.com", email_addresses.ONE_AT),
        ("anna@example.com,ben@example.com", email_addresses.ONE_AT),
        ("anna smith@example.com", email_addresses.SPACE),
        ("anna@example.com\r\nBcc: ben@example.com", email_addresses.SPACE),
        ("anna\x00@example.com", email_addresses.SPACE),
        ("Anna <anna@example.com>", email_addresses.ADDRESS_ONLY),
        ('"anna"@example.com', email_addresses.ADDRESS_ONLY),
        ("a" * 5000 + "@example.com", email_addresses.TOO_LONG),
        ("änna@example.com", email_addresses.FOREIGN),
        ("😀@example.com", email_addresses.FOREIGN),
        ("أنا@example.com", email_addresses.FOREIGN),
        ("anna@gmail", email_addresses.WRONG),
        ("anna@localhost", email_addresses.WRONG),
        ("anna@[127.0.0.1]", email_addresses.WRONG),
        ("anna@😀.com", email_addresses.WRONG),
        (".anna@example.com", email_addresses.WRONG),
    ],
)
def test_what_mail_cannot_be_sent_to_is_refused_with_the_reason(typed: str, reason: str) -> None:
    with pytest.raises(NotAnEmailAddress) as refusal:
        parse_email(typed)
    assert refusal.value.fields == {"email": reason}


@given(st.text() | st.emails() | st.from_regex(r"[a-zé@. <>\r\n]{0,20}@[a-zé.]{0,20}", fullmatch=True))
def test_anything_at_all_is_either_safe_in_a_mail_header_or_refused_in_words(typed: str) -> None:
    try:
        address = parse_email(typed)
    except NotAnEmailAddress as error:
        refusal = error.sentence
    else:
        assert address.isascii()
        assert address.isprintable()
        assert not set(address) & set(' <>",')
        assert len(address) <= email_addresses.LONGEST_ADDRESS
        assert parse_email(address) == address
        assert index_form(parse_email(address.upper())) == index_form(address)
        refusal = "."
    assert refusal.endswith(".")


def test_an_international_domain_is_shown_in_its_own_letters() -> None:
    assert show_email("anna@xn--exmple-cua.com") == "anna@exämple.com"


def either(read: Callable[[str], str], typed: str) -> str:
    try:
        return read(typed)
    except NotAnEmailAddress as refusal:
        return refusal.fields["email"]


DOMAINS = [
    "example.com", "example.co.uk", "a-b.org", "-a.org", "a-.org", "a--b.org", "xn--exmple-cua.com", "xn--0.com", "a.b",
    "localhost", "x.test", "x.local", "x.invalid", "1.2.3.4", "a..com", "a.com.", ".com", "x.c0m", "x.123",
    f"{'a' * 63}.com", f"{'a' * 64}.com", ".".join(["a" * 60] * 4),
]  # fmt: skip
LOCALS = ["postmaster", "a" * 64, "a" * 65, "a.-b", "a..b", "a_b", "a-b", "-a", "a.", "0", "Info", "a+b"]


@given(
    st.builds(
        "{}@{}".format,
        st.sampled_from(LOCALS) | st.from_regex(r"[a-z0-9._-]{1,9}", fullmatch=True),
        st.sampled_from(DOMAINS),
    )
    | st.from_regex(r"[a-z0-9._-]{1,9}@[a-z0-9.-]{1,12}", fullmatch=True)
)
def test_the_short_way_agrees_with_the_full_one(typed: str) -> None:
    assert either(parse_email, typed) == either(email_addresses._parse_any, typed)
