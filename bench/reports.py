"""Reports such as a storm brings, each returning a mail of ours."""

from __future__ import annotations

MAIL = "".join(f"{name}: {'x' * 60}\r\n" for name in ("Received", "From", "To", "Subject", "Message-ID")) + "\r\n"
BODY = ("Three sheds were broken into on Saturday night. Please check your locks.\r\n" * 40) + "\r\n"
HARD = ("5.1.1", "550 5.1.1 <anna@example.com>: Recipient address rejected: User unknown")
FULL = ("5.2.2", "552 5.2.2 The mailbox is over quota")
SPAM = ("5.7.1", "554 5.7.1 Message rejected: listed in a block list")
STATUSES = (HARD, HARD, HARD, HARD, HARD, FULL, FULL, SPAM)
# What must have become of the delivery and the address, by seq modulo all.
EXPECTED = [{"failed": 1, "bounced": int(status is HARD), "complained": 0} for status in STATUSES]
EXPECTED += [{"failed": 0, "bounced": 0, "complained": 0}, {"failed": 0, "bounced": 0, "complained": 1}]


def report(seq: int) -> bytes:
    """The report that this delivery brings: a bounce of some kind, an answer of a machine, or a complaint."""
    kind = seq % len(EXPECTED)
    if kind == len(STATUSES):
        head = f"From: anna@example.com\r\nMessage-ID: <{seq}@example.com>\r\nSubject: Out of office\r\n"
        return f"{head}Auto-Submitted: auto-replied\r\n\r\nI am away ({seq}).\r\n".encode()
    if kind > len(STATUSES):
        part = "message/feedback-report\r\n\r\nFeedback-Type: abuse\r\nUser-Agent: Bench/1\r\nVersion: 1\r\n"
        return _multipart(seq, "feedback-report", part)
    status, words = STATUSES[kind]
    return _multipart(
        seq,
        "delivery-status",
        "message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.com\r\n\r\n"
        "Final-Recipient: rfc822; anna@example.com\r\nAction: failed\r\n"
        f"Status: {status}\r\nDiagnostic-Code: smtp; {words}\r\n",
    )


def _multipart(seq: int, kind: str, part: str) -> bytes:
    return (
        f"From: MAILER-DAEMON@mx.example.com\r\nMessage-ID: <{seq}@mx.example.com>\r\n"
        f"Subject: Undelivered Mail Returned to Sender\r\nMIME-Version: 1.0\r\n"
        f"Content-Type: multipart/report; report-type={kind}; boundary=b{seq}\r\n\r\n"
        f"--b{seq}\r\nContent-Type: text/plain\r\n\r\nYour message could not be delivered.\r\n"
        f"--b{seq}\r\nContent-Type: {part}\r\n"
        f"--b{seq}\r\nContent-Type: message/rfc822\r\n\r\n{MAIL}{BODY}--b{seq}--\r\n"
    ).encode()
