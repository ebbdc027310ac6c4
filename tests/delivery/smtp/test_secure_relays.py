"""TLS and signing in, at aiosmtpd's server and, where it can be started, at Postfix: never less than was asked for."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from owl.delivery.providers import Result
from tests.delivery.smtp.certificates import Certificates, make_certificates
from tests.delivery.smtp.conftest import CONTENT, Client, mail, mails, results
from tests.delivery.smtp.postfix import postfix, postfix_is_here
from tests.delivery.smtp.relays import LARGEST, SecureRelay, aiosmtpd_relay
from tests.delivery.smtp.scripted import Conduct, scripted

SERVERS = ["aiosmtpd", *(["Postfix"] if postfix_is_here() else [])]  # `make test` installs it where it may
GIVE_UP_S = 20.0


class Arrivals:
    """What has come through the relay."""

    def __init__(self, contents: Callable[[], list[bytes]]) -> None:
        self._contents = contents

    def wait_for(self, number: int) -> list[bytes]:
        give_up_at = time.monotonic() + GIVE_UP_S
        while len(self._contents()) < number and time.monotonic() < give_up_at:
            time.sleep(0.05)
        return self._contents()


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module", params=SERVERS)
def server(request: pytest.FixtureRequest, certificates: Certificates) -> Iterator[tuple[SecureRelay, Arrivals]]:
    with ExitStack() as stack:
        if request.param == "aiosmtpd":
            kept: list[bytes] = []
            relay = stack.enter_context(aiosmtpd_relay(certificates, kept, mechanisms=["PLAIN", "LOGIN"]))
            yield relay, Arrivals(lambda: kept)
        else:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="owl-postfix-")))
            folder.chmod(0o755)  # Postfix's own account goes in and out
            beyond = stack.enter_context(scripted())
            arrived = Arrivals(lambda: [taken.content for taken in beyond.taken])
            mechanisms = ["PLAIN", "LOGIN"]
            yield (
                stack.enter_context(postfix(folder, certificates, next_port=beyond.port, mechanisms=mechanisms)),
                arrived,
            )


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_mails_go_in_secret_and_signed_in_and_arrive_whole(
    server: tuple[SecureRelay, Arrivals], client: Client, scheme: str
) -> None:
    relay, arrived = server
    before = len(arrived.wait_for(0))
    told = results(client(relay.url(scheme), connections=3), *mails(10))
    assert told == [(seq, Result.SENT, None) for seq in range(1, 11)]
    contents = arrived.wait_for(before + 10)
    assert len(contents) == before + 10
    assert all(content.endswith(CONTENT.partition(b"\r\n\r\n")[2]) for content in contents)


def test_each_refusal_is_kept_with_its_code(server: tuple[SecureRelay, Arrivals], client: Client) -> None:
    large = mail(3, content=CONTENT + b"x" * LARGEST + b"\r\n")
    told = results(client(server[0].url()), mail(1, "gone@example.com"), mail(2, "later@example.com"), large, mail(4))
    assert told == [
        (1, Result.PERMANENT, "550 5.1.1"),
        (2, Result.TEMPORARY, "451 4.7.1"),
        (3, Result.PERMANENT, "552 5.3.4"),
        (4, Result.SENT, None),
    ]


def test_a_wrong_password_is_nobodys_fault_but_ours(server: tuple[SecureRelay, Arrivals], client: Client) -> None:
    told = results(client(server[0].url(password="wrong"), connections=2), *mails(3))
    assert told == [(seq, Result.NOT_NOW, "535 5.7.8") for seq in (1, 2, 3)]


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_relay_that_nobody_vouches_for_gets_nothing(
    server: tuple[SecureRelay, Arrivals], client: Client, certificates: Certificates, scheme: str
) -> None:
    relay, _ = server
    for url in (relay.url(scheme, ca=certificates.stranger), relay.url(scheme, host="localhost")):
        assert results(client(url), mail(1)) == [(1, Result.NOT_NOW, "tls")]


def test_login_will_do_where_plain_is_not_offered(certificates: Certificates, client: Client) -> None:
    kept: list[bytes] = []
    with aiosmtpd_relay(certificates, kept, mechanisms=["LOGIN"]) as relay:
        assert results(client(relay.url()), *mails(2)) == [(1, Result.SENT, None), (2, Result.SENT, None)]
        assert results(client(relay.url(password="wrong")), mail(1)) == [(1, Result.NOT_NOW, "535 5.7.8")]
    assert len(kept) == 2


def test_a_relay_that_offers_no_way_to_sign_in_gets_nothing(client: Client) -> None:
    with scripted() as relay:
        url = relay.url.replace("//", "//owl:password@")
        assert results(client(url), mail(1)) == [(1, Result.NOT_NOW, "auth")]
    assert relay.taken == []


@pytest.mark.parametrize(
    ("starttls", "fault"),
    [
        (b"220 go\r\n250 slipped in by somebody on the way\r\n", "tls"),
        (b"220 go\r\n25", "tls"),
        (b"454 4.7.0 not now\r\n", "454 4.7.0"),
        (None, "relay"),
    ],
)
def test_a_relay_that_does_not_turn_to_tls_as_it_should_gets_nothing(
    client: Client, starttls: bytes | None, fault: str
) -> None:
    ehlo = b"250-relay.example.com\r\n250 STARTTLS\r\n"
    with scripted(Conduct(answers={b"EHLO": ehlo, b"STAR": starttls})) as relay:
        assert results(client(f"{relay.url}?starttls=1"), mail(1)) == [(1, Result.NOT_NOW, fault)]
    assert [words[:4] for words in relay.talks[0].heard] == [b"EHLO", b"STAR"]
