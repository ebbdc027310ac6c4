"""Reports of our own making, in the shapes that other mail systems write."""

from __future__ import annotations

from textwrap import dedent

RETURNED = """\
From: "Your team (OWL)" <alerts@owl.example.com>
To: anna@example.com
Subject: Shed break-ins in Walsworth

Please check your locks. User unknown is a phrase of ours.
"""


def dsn(
    *,
    status: str = "5.1.1",
    diagnostic: str = "smtp; 550 5.1.1 <anna@example.com>: Recipient address rejected: User unknown",
    action: str = "failed",
    text: str = "Your message could not be delivered.",
    more: str = "",
) -> bytes:
    """As RFC 3464 wants it."""
    return (
        dedent("""\
        Return-Path: <>
        From: MAILER-DAEMON@mx.example.com (Mail Delivery System)
        To: b-token@bounces.owl.example.com
        Subject: Undelivered Mail Returned to Sender
        Message-ID: <report@mx.example.com>
        Auto-Submitted: auto-replied
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status; boundary="=_b"

        --=_b
        Content-Type: text/plain; charset=utf-8

        {text}

        --=_b
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.example.com
        Arrival-Date: Sun, 22 Nov 2026 14:05:00 +0000

        Final-Recipient: rfc822; anna@example.com
        Original-Recipient: rfc822; anna@example.com
        Action: {action}
        Status: {status}
        Diagnostic-Code: {diagnostic}
        {more}
        --=_b
        Content-Type: message/rfc822

        {returned}
        --=_b--
        """)
        .format(status=status, diagnostic=diagnostic, action=action, text=text, more=more, returned=RETURNED)
        .encode()
    )


def plain(
    text: str, *, sender: str = "MAILER-DAEMON@mx.example.com", subject: str = "failure notice", more: str = ""
) -> bytes:
    """A mail for people alone."""
    head = f"From: {sender}\nTo: b-token@bounces.owl.example.com\nSubject: {subject}\n{more}"
    return f"{head}MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{text}\n".encode()


def feedback(kind: str = "abuse", *, original: str = RETURNED) -> bytes:
    """As RFC 5965 wants it."""
    return (
        dedent("""\
        From: feedback@mail.example.net
        To: complaints@bounces.owl.example.com
        Subject: FW: Shed break-ins in Walsworth
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=feedback-report; boundary="=_f"

        --=_f
        Content-Type: text/plain

        This is an email abuse report for a message received on Sun, 22 Nov 2026.

        --=_f
        Content-Type: message/feedback-report

        Feedback-Type: {kind}
        User-Agent: SomeGenerator/1.0
        Version: 1

        --=_f
        Content-Type: message/rfc822

        {original}
        --=_f--
        """)
        .format(kind=kind, original=original)
        .encode()
    )
