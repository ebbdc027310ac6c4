"""Complaints: feedback reports (RFC 5965), and those of providers that send none of its parts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from email.message import Message

from owl.delivery.bounces.any_of import any_of
from owl.delivery.bounces.mail_text import header, text_of

FEEDBACK = "message/feedback-report"
TYPE = re.compile(r"^feedback-type[ \t]*:[ \t]*([\w-]+)", re.IGNORECASE | re.MULTILINE)
# About us or about nothing: a signature that failed (RFC 6591), a mail that was no spam after all, a dull filter.
NO_COMPLAINT = {"auth-failure", "not-spam", "virus", "dmarc"}
# Who reports what its users press, without a part for machines.
REPORTERS = any_of(
    r"""
    ^staff@(?:hotmail|outlook|live); ^scomp@aol; ^fbl[\w.-]*@; ^feedback-?loop@; ^feedback@arf;
    ^abuse-?reports?@; ^complaints?@; ^spamreports?@; ^arf[\w.-]*@
    """
)
OUTLOOK = "X-HmXmrOriginalRecipient"  # in the mail that Outlook.com's reports carry
CERTAIN = any_of("complaint about message from; e-?mail feedback report; abuse report")
SUBJECTS = any_of(
    r"""
    complaint about message from; e-?mail feedback report; abuse report; spam (?:report|complaint);
    feedback loop; fbl report; email abuse; \[?arf\]? report
    """
)
SAYS = any_of(
    r"""
    this is an? (?:e-?mail )?(?:abuse|spam) report; user (?:has )?(?:marked|reported|complained);
    (?:marked|reported) (?:it |this |the |your )?(?:message |e-?mail )?as (?:spam|junk|unwanted|abuse);
    spam complaint
    """
)
CARRIES_A_MAIL = {"message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"}


def feedback_type(parts: Sequence[Message]) -> str | None:
    """What a feedback report is about ("abuse", "fraud" …); None where there is none."""
    for part in parts:
        if part.get_content_type() == FEEDBACK or "feedback-report" in str(part.get_param("report-type", "")):
            found = TYPE.search(_all_text(part))
            if found:
                return found[1].lower()
            if part.get_content_type() == FEEDBACK:
                return "abuse"
    return None


def is_complaint(kind: str) -> bool:
    """Whether a feedback report of this type says that its reader did not want the mail."""
    return kind not in NO_COMPLAINT


def is_informal_complaint(mail: Message, parts: Sequence[Message], text: str) -> bool:
    """Whether a provider passes a mail back that its user complained of, in words alone."""
    carried = [part for part in parts if part.get_content_type() in CARRIES_A_MAIL]
    if any(one.get(OUTLOOK) is not None for one in (mail, *_inside(carried))):
        return True
    subject = header(mail, "Subject")
    reporter = REPORTERS.search(header(mail, "From").rpartition("<")[2])
    signs = (reporter, SUBJECTS.search(subject), SAYS.search(text[:2000]))
    return bool(carried) and (bool(CERTAIN.search(subject)) or sum(1 for sign in signs if sign) > 1)


def _inside(carried: Sequence[Message]) -> Iterator[Message]:
    for part in carried:
        payload = part.get_payload()
        if isinstance(payload, list):
            yield from (one for one in payload if isinstance(one, Message))


def _all_text(part: Message) -> str:
    payload = part.get_payload()
    if isinstance(payload, list):
        return "\n".join(
            "\n".join(f"{n}: {v}" for n, v in one.items()) + "\n" + text_of(one)
            for one in payload
            if isinstance(one, Message)
        )
    return text_of(part)
