"""Who may be written to at the bounce domain, and which deliveries that means."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence

from owl.foundation.signed_links import LINK_LENGTH, Purpose

NamedDelivery = Callable[[Purpose, str], tuple[int, int] | None]

RETURN_PATH = "b-"
COMPLAINTS = "complaints"  # registered with providers for their feedback reports
NOTICES = "notices"  # the return path of codes and links: known, so that servers which ask believe in it
RELAY_REFUSED = "550 5.7.1 We take mail for the bounce domain alone"
UNKNOWN = "550 5.1.1 There is no such address"


class Addressees:
    """The addresses of one bounce domain. `named_delivery` reads a token: owl.foundation.current has it."""

    def __init__(self, domain: str, named_delivery: NamedDelivery) -> None:
        self.domain = domain.lower()
        self._named = named_delivery
        letters = rf"[\w-]{{{LINK_LENGTH}}}"
        path = rf"{RETURN_PATH}({letters})@{re.escape(self.domain)}"
        self._in_a_mail = re.compile(rf"(?<![\w-]){path}|/unsubscribe/({letters})(?![\w-])".encode(), re.IGNORECASE)

    def refusal(self, address: str) -> str | None:
        """Why nothing is taken for this address; None where it is."""
        local, _, domain = address.rpartition("@")
        if domain.lower() != self.domain:
            return RELAY_REFUSED
        known = local.lower() in {COMPLAINTS, NOTICES} or self._of_path(local) is not None
        return None if known else UNKNOWN

    def deliveries(self, addresses: Sequence[str], content: bytes) -> Collection[tuple[int, int]] | None:
        """The deliveries that a mail is about; None for a complaint that names none of ours."""
        locals_ = [address.rpartition("@")[0] for address in addresses]
        named = {found for local in locals_ if (found := self._of_path(local))}
        if named or COMPLAINTS not in (local.lower() for local in locals_):
            return named
        return self._in_complaint(content) or None

    def _of_path(self, local: str) -> tuple[int, int] | None:
        if not local.lower().startswith(RETURN_PATH):
            return None
        return self._named(Purpose.RETURN_PATH, local[len(RETURN_PATH) :])

    def _in_complaint(self, content: bytes) -> set[tuple[int, int]]:
        """By the marks of the mail that it returns: its return path or its unsubscribe link, each signed."""
        unfolded = content.replace(b"=\r\n", b"").replace(b"\r\n ", b"")
        for path, link in self._in_a_mail.findall(unfolded):
            purpose, token = (Purpose.RETURN_PATH, path) if path else (Purpose.UNSUBSCRIBE, link)
            if found := self._named(purpose, token.decode()):
                return {found}
        return set()
