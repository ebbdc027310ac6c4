"""What a provider's code means: its class, a sentence for the team, and whether the address is to be left alone.

Twilio: https://www.twilio.com/docs/api/errors. Mail: RFC 3463, enhanced status codes, and RFC 5321 replies.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from owl.households.models import SuppressionReason as Reason


class FaultClass(StrEnum):
    """What is to be done about a fault."""

    OPTED_OUT = "opted out"  # never again on this channel: the person said so
    BAD_ADDRESS = "bad address"  # never again: nobody is there
    TRANSIENT = "transient"  # later
    CONTENT = "content or policy"  # not again, and not the address's fault
    ACCOUNT = "account or configuration"  # ours: nothing goes out until somebody mends it
    UNKNOWN = "unknown"  # later, and not for long


@dataclass(frozen=True, slots=True)
class Known:
    """One code that we know. `suppresses`: nothing is to be sent to the address again."""

    kind: FaultClass
    sentence: str
    suppresses: Reason | None = None


def _known(kind: FaultClass, sentence: str, *codes: str, suppresses: Reason | None = None) -> dict[str, Known]:
    return dict.fromkeys(codes, Known(kind, sentence, suppresses))


_STOPPED, _NOBODY, _BOUNCED = Reason.STOPPED, Reason.NO_SUCH_NUMBER, Reason.BOUNCED
_OUT, _BAD, _LATER = FaultClass.OPTED_OUT, FaultClass.BAD_ADDRESS, FaultClass.TRANSIENT
_WORDS, _OURS = FaultClass.CONTENT, FaultClass.ACCOUNT

TEXTS: dict[str, Known] = {
    **_known(_OUT, "This person has stopped texts", "21610", suppresses=_STOPPED),
    **_known(_BAD, "The number does not exist", "21211", "21217", "30005", suppresses=_NOBODY),
    **_known(_BAD, "The number is not a mobile", "21614", suppresses=_NOBODY),
    # It may be the network's passing fault, so one such receipt suppresses nothing.
    **_known(_BAD, "The number is a landline or can’t be reached", "30006"),
    **_known(_LATER, "The text service was too busy", "20429", "429"),
    **_known(_LATER, "The text service’s queue was full", "21611", "30001"),
    **_known(_LATER, "The phone was switched off or out of reach", "30003"),
    **_known(_LATER, "The phone network gave no reason", "30008"),
    **_known(_LATER, "The phone network did not answer in time", "30410"),
    **_known(_LATER, "The text service broke down", "20500", "20503", "30500"),
    **_known(_WORDS, "The phone network blocked the text", "30004"),
    **_known(_WORDS, "The phone network took the text for spam", "30007"),
    **_known(_WORDS, "The text is too long", "21617", "21605"),
    **_known(_WORDS, "The text is empty", "21602", "21619"),
    **_known(_WORDS, "The text was too old when its turn came", "30036"),
    **_known(_OURS, "The text service refused our key", "20003", "401", "403"),
    **_known(_OURS, "The text service does not know our account", "20404", "404", "20005", "20006"),
    **_known(_OURS, "The text service refused our sender", "21212", "21603", "21606", "21659", "21701", "21703"),
    **_known(_OURS, "The text service may not send to that country for us", "21408"),
    **_known(_OURS, "The text service has no route to that number", "21612"),
    **_known(_OURS, "Our account with the text service is suspended", "30002"),
    **_known(_OURS, "Our sender is not registered with the phone network", "30032", "30034"),
}
MAILS: dict[str, Known] = {
    **_known(_BAD, "The mailbox does not exist", "5.1.1", "5.1.6", suppresses=_BOUNCED),
    **_known(_BAD, "The mail domain does not exist", "5.1.2", "5.4.4", suppresses=_BOUNCED),
    **_known(_BAD, "The mail domain takes no mail", "5.1.10", suppresses=_BOUNCED),
    **_known(_BAD, "The mailbox is closed", "5.2.1"),
    **_known(_BAD, "The address can’t be written to", "address", "5.1.3"),
    **_known(_BAD, "The mail provider can’t take addresses in this script", "smtputf8", "5.6.7"),
    **_known(_LATER, "The mailbox is full", "5.2.2", "4.2.2", "452", "552"),
    **_known(_LATER, "The mail provider asked us to come back later", "421", "450", "451", "4.7.1", "4.7.0"),
    **_known(_WORDS, "The mail is too large", "5.2.3", "5.3.4", "4.3.4"),
    **_known(_WORDS, "The mail provider refused the message", "5.7.0", "5.7.1", "554"),
    **_known(
        _WORDS,
        "The mail provider did not believe that the message is ours",
        *(f"5.7.{last}" for last in (7, *range(20, 31))),
    ),
    **_known(_OURS, "The mail relay refused our password", "5.7.8", "530", "534", "535"),
}
UNSURE = "unsure"  # held by a worker that died, when its message was cancelled
OWN: dict[str, Known] = {
    **_known(FaultClass.UNKNOWN, "Sending it stopped our own program again and again", "crashed"),
    **_known(_OURS, "The mail relay could not be reached in secret, or did not prove who it is", "tls"),
    **_known(_OURS, "The mail relay has no way of signing in that we know", "auth"),
    **_known(_LATER, "The provider did not answer in time", "timeout"),
    **_known(_LATER, "The provider’s answer could not be read", "unreadable"),
    **_known(_LATER, "The provider could not be reached", "relay"),
    **_known(_LATER, "The provider has no trace of it", "lost"),
    **_known(_LATER, "The phone network has not confirmed that it arrived", "unconfirmed"),
    **_known(
        FaultClass.UNKNOWN, "Cancelled before anybody knew whether it had left; a few of these may have arrived", UNSURE
    ),
}
FAULTS = TEXTS | MAILS | OWN
UNKNOWN = Known(FaultClass.UNKNOWN, "The provider could not deliver it")

# A text that is with the phone network, which has not said within three days whether it arrived.
UNCONFIRMED = "unconfirmed"

# One such text is the network's bad day; after so many in a row the number is left alone (a rule of this project).
WEARING = frozenset({"30003", "30004", "30008"})
WORN_OUT_AFTER = 3  # messages in a row


def known(fault: str | None) -> Known:
    """What we know of a fault; of several codes the last counts: "550 5.1.1" is a 5.1.1."""
    return next((FAULTS[part] for part in reversed((fault or "").split()) if part in FAULTS), UNKNOWN)


def sentence_of(fault: str | None) -> str:
    """What went wrong, in plain words."""
    return known(fault).sentence


def suppression_for(fault: str | None) -> Reason | None:
    """Why nothing is to be sent there again; None where the fault is not about the address."""
    return known(fault).suppresses
