"""Numbers that misbehave at the Twilio stand-in, all of them Ofcom's drama numbers, and what each does.

Every other number works. The sandbox can make any number misbehave in the same ways.
Codes: https://www.twilio.com/docs/api/errors
"""

from __future__ import annotations

from dataclasses import dataclass

DRAMA = "+447700900"  # and three digits: https://www.ofcom.org.uk/phones-and-broadband/phone-numbers/numbers-for-drama


@dataclass(frozen=True)
class Conduct:
    """How a number misbehaves: refused when it is sent to, or accepted and failing later."""

    code: int
    message: str
    status: int = 400  # of HTTP; 0: accepted, and the receipt says `undelivered`
    once: bool = False  # the second try works


CONDUCTS: dict[int, Conduct] = {
    conduct.code: conduct
    for conduct in (
        Conduct(21211, "The 'To' number is not a valid phone number."),
        Conduct(21610, "Attempt to send to unsubscribed recipient"),
        Conduct(21614, "'To' number is not a valid mobile number"),
        Conduct(20429, "Too Many Requests", status=429, once=True),
        Conduct(20500, "An internal server error has occurred", status=500, once=True),
        Conduct(30003, "Unreachable destination handset", status=0),
        Conduct(30005, "Unknown destination handset", status=0),
        Conduct(30006, "Landline or unreachable carrier", status=0),
        Conduct(30007, "Message filtered", status=0),
    )
}

MISBEHAVING: dict[str, int] = {
    f"{DRAMA}990": 21211,
    f"{DRAMA}991": 21610,
    f"{DRAMA}992": 21614,
    f"{DRAMA}993": 20429,
    f"{DRAMA}994": 20500,
    f"{DRAMA}995": 30003,
    f"{DRAMA}996": 30005,
    f"{DRAMA}997": 30006,
    f"{DRAMA}998": 30007,
}
