"""What a provider's code means: a sentence for the team, and whether the address is to be left alone.

Twilio: https://www.twilio.com/docs/api/errors. Mail: RFC 3463, enhanced status codes.
"""

from __future__ import annotations

from owl.households.models import SuppressionReason as Reason

SENTENCES = {
    "21211": "The number does not exist",
    "21217": "The number does not exist",
    "21610": "This person has stopped texts",
    "21614": "The number is not a mobile",
    "21617": "The text is too long",
    "30003": "The phone was switched off or out of reach",
    "30004": "The phone network blocked the text",
    "30005": "The number does not exist",
    "30006": "The number is a landline or can't be reached",
    "30007": "The phone network took the text for spam",
    "30008": "The phone network gave no reason",
    "5.1.1": "The mailbox does not exist",
    "5.1.2": "The mail domain does not exist",
    "5.1.10": "The mail domain takes no mail",
    "5.2.1": "The mailbox is closed",
    "5.2.2": "The mailbox is full",
    "5.7.1": "The mail provider refused the message",
    "address": "The address can't be written to",
    "smtputf8": "The mail provider can't take addresses in this script",
    "timeout": "The provider did not answer in time",
    "relay": "The provider could not be reached",
    "lost": "The provider has no trace of it",
}
UNKNOWN = "The provider could not deliver it"

# Codes about the address or the person's wish, never about us: nothing is to be sent there again.
SUPPRESSING = {
    "21610": Reason.STOPPED,
    "21211": Reason.NO_SUCH_NUMBER,
    "21217": Reason.NO_SUCH_NUMBER,
    "21614": Reason.NO_SUCH_NUMBER,
    "30005": Reason.NO_SUCH_NUMBER,
    "5.1.1": Reason.BOUNCED,
    "5.1.2": Reason.BOUNCED,
    "5.1.6": Reason.BOUNCED,
    "5.1.10": Reason.BOUNCED,
}


def sentence_of(fault: str | None) -> str:
    """What went wrong, in plain words."""
    return next((SENTENCES[part] for part in reversed((fault or "").split()) if part in SENTENCES), UNKNOWN)


def suppression_for(fault: str | None) -> Reason | None:
    """Why nothing is to be sent there again; None where the fault is not about the address."""
    return next((SUPPRESSING[part] for part in (fault or "").split() if part in SUPPRESSING), None)
