"""What is taken in at return paths: for whom, and what is answered to the mail itself."""

from __future__ import annotations

from aiosmtpd.smtp import SMTP, Envelope, Session

from owl.delivery.bounces.addressees import Addressees
from owl.delivery.bounces.keeping import Keeper, NotKept
from owl.delivery.bounces.mail_text import Unreadable
from owl.delivery.bounces.reading import read_report
from owl.delivery.bounces.storing import Said

MOST_RECIPIENTS = 20  # a report has one
TAKEN = "250 2.0.0 Thank you"
UNREADABLE = "554 5.6.0 This is not a mail that can be read"
NOT_OURS = "550 5.7.1 This names no mail of ours"
NOT_KEPT = "451 4.3.0 It could not be stored; please try again"


class Intake:
    """aiosmtpd's hooks: they refuse early, and accept only what is on disk."""

    def __init__(self, addressees: Addressees, keeper: Keeper) -> None:
        self.addressees = addressees
        self.keeper = keeper

    async def handle_EHLO(  # noqa: N802  # aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """What it can do: also RFC 2920, since its answers come in order however much is sent at once."""
        session.host_name = hostname
        return [*responses[:-1], "250-PIPELINING", "250-ENHANCEDSTATUSCODES", responses[-1]]

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Accept a return path that we signed; the MAC is checked before a byte of the mail is sent."""
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients in one mail"
        refusal = self.addressees.refusal(address)
        if refusal is None:
            envelope.rcpt_tos.append(address)
        return refusal or "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Read the mail, store what it says, and then say so."""
        content = envelope.original_content or b""
        named = self.addressees.deliveries(envelope.rcpt_tos, content)
        if named is None:
            return NOT_OURS
        if not named:  # a notice came back: the person sees that nothing came, and we keep nothing
            return TAKEN
        try:
            report = read_report(content, no_sender=not (envelope.mail_from or "").strip("<>"))
            await self.keeper.keep([Said.of(delivery, report, content) for delivery in named])
        except Unreadable:
            return UNREADABLE
        except NotKept:
            return NOT_KEPT
        return TAKEN
