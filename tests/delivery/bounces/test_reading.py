"""Reports in the shapes that mail systems write them: what each says of the address."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from owl.delivery.bounces.mail_text import MOST_PARTS, Unreadable, open_mail
from owl.delivery.bounces.reading import read_report
from owl.delivery.bounces.verdicts import Finding, Verdict
from tests.delivery.bounces.samples import RETURNED, dsn, feedback, plain

HARD, SOFT, OURS = Verdict.HARD, Verdict.SOFT, Verdict.OURS


def said(content: bytes) -> tuple[Verdict, str | None]:
    found = read_report(content).finding()
    return found.verdict, found.fault


@pytest.mark.parametrize(
    ("status", "diagnostic", "expected"),
    [
        ("5.1.1", "smtp; 550 5.1.1 User unknown", (HARD, "550 5.1.1")),
        ("5.0.0", "smtp; 550 Requested action not taken: mailbox unavailable", (HARD, "550 5.1.1")),
        ("5.7.1", "smtp; 550 5.7.1 Recipient address rejected: No such user", (HARD, "550 5.1.1")),
        ("5.4.4", "X-Postfix; Host or domain name not found. type=A: Host not found", (HARD, "5.4.4")),
        ("5.1.10", "smtp; 556 5.1.10 Domain has a Null MX record", (HARD, "556 5.1.10")),
        ("5.1.1", "", (HARD, "5.1.1")),
        # What passes is never hard, whatever its words.
        ("4.1.1", "smtp; 450 4.1.1 <anna@example.com>: unverified address: user unknown", (SOFT, "450 4.1.1")),
        ("4.4.7", "smtp; 400 4.4.7 Message expired", (SOFT, "400 4.4.7")),
        ("5.4.4", "X-Postfix; Name service error type=MX: Host not found, try again", (SOFT, "4.0.0")),
        ("5.7.1", "smtp; 550 5.7.1 Greylisted, please come back", (SOFT, "550 4.0.0")),
        # A full mailbox, also as a permanent fault.
        ("5.2.2", "smtp; 552 5.2.2 Mailbox full", (SOFT, "552 5.2.2")),
        ("5.1.1", "smtp; 550 5.1.1 quota exceeded for this user", (SOFT, "550 5.2.2")),
        ("5.2.1", "smtp; 550 5.2.1 The account is disabled", (SOFT, "550 5.2.1")),
        # About us.
        ("5.1.1", "smtp; 550 5.1.1 Blocked: listed at zen.example.net", (OURS, "550 5.7.1")),
        ("5.7.26", "smtp; 550 5.7.26 Unauthenticated email is not accepted", (OURS, "550 5.7.26")),
        ("5.7.23", "smtp; 550 5.7.23 SPF validation failed", (OURS, "550 5.7.23")),
        ("5.7.1", "smtp; 554 5.7.1 Message looks like spam", (OURS, "554 5.7.1")),
        ("5.3.4", "smtp; 552 5.3.4 Message size exceeds fixed limit", (OURS, "552 5.3.4")),
        ("5.7.1", "smtp; 550 5.7.1 delivery not authorized", (OURS, "550 5.7.1")),
        # Nothing that we can read: it did not arrive, and no more is known.
        ("5.0.0", "smtp; 550 Nope", (SOFT, "5.0.0")),
        ("nonsense", "", (SOFT, "nonsense")),
    ],
)
def test_a_status_and_its_words_say_what_became_of_the_address(
    status: str, diagnostic: str, expected: tuple[Verdict, str | None]
) -> None:
    assert said(dsn(status=status, diagnostic=diagnostic)) == expected


@pytest.mark.parametrize(
    ("action", "verdict"),
    [
        ("failed", HARD),
        ("failed (bad address)", HARD),
        ("delayed", Verdict.DELAYED),
        ("delivered", Verdict.DELIVERED),
        ("relayed", Verdict.DELIVERED),
        ("expanded", Verdict.DELIVERED),
    ],
)
def test_only_what_failed_is_a_bounce(action: str, verdict: Verdict) -> None:
    assert said(dsn(action=action))[0] is verdict


def test_a_reason_that_stands_in_the_text_alone_is_found() -> None:
    text = "The following address had a fatal error: anna@example.com\n... User unknown"
    assert said(dsn(status="5.0.0", diagnostic="", text=text)) == (HARD, "5.1.1")


def test_the_mail_that_is_returned_says_nothing_of_the_address() -> None:
    assert said(dsn(status="5.0.0", diagnostic="")) == (SOFT, "5.0.0")  # it holds "User unknown"
    quoted = "I could not deliver your mail.\n\n--- Below this line is a copy of the message.\n\nUser unknown"
    assert said(plain(quoted))[0] is SOFT


@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r"])
def test_any_line_end_will_do(end: bytes) -> None:
    assert said(dsn().replace(b"\n", end)) == (HARD, "550 5.1.1")


def test_blank_lines_and_a_mailbox_line_before_the_mail_do_no_harm() -> None:
    assert said(b"   \r\n\r\nFrom MAILER-DAEMON Sun Nov 22 14:05:00 2026\n" + dsn())[0] is HARD


def test_headers_in_other_scripts_and_charsets_do_no_harm() -> None:
    raw = "Subject: Zustellung fehlgeschlagen: Grüße\nFrom: Postmaster <postmaster@example.com>\n\nBenutzer unbekannt\n"
    assert said(raw.encode("latin-1"))[0] is HARD
    assert said(plain("User unknown", subject="=?no-such-charset?Q?=FF?= =?utf-8?B?broken"))[0] is HARD


TWO = """
Final-Recipient: rfc822; bert@example.com
Action: failed
Status: 4.2.2
Diagnostic-Code: smtp; 452 4.2.2 Mailbox full
"""


def test_of_several_recipients_ours_counts() -> None:
    report = read_report(dsn(more=TWO))
    assert report.is_of_several
    assert report.finding(lambda name: name == "anna@example.com") == Finding(HARD, "550 5.1.1")
    assert report.finding(lambda name: name == "bert@example.com").verdict is SOFT


def test_of_several_recipients_that_are_not_ours_the_mildest_counts() -> None:
    assert read_report(dsn(more=TWO)).finding().verdict is SOFT


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Hi. This is the qmail-send program.\n<anna@example.com>:\nSorry, no mailbox here by that name. (#5.1.1)",
            HARD,
        ),
        ("----- Transcript of session follows -----\n550 anna@example.com... User unknown", HARD),
        ("Your message did not reach:\nanna on Sun\n    The recipient name is not recognized", HARD),
        ("This user doesn't have a example.com account (anna@example.com) [0]", HARD),
        ('unrouteable mail domain "example.com"', HARD),
        ("The account anna is over quota.", SOFT),
        ("all hosts have been failing for a long time", SOFT),
        ("550 5.7.1 Our system has detected that this message is likely unsolicited mail", OURS),
        ("Es konnte nicht zugestellt werden: Empfänger unbekannt", HARD),
        ("Das Postfach des Empfängers ist voll.", SOFT),
        ("Die Adresse existiert nicht.", HARD),
        ("Le destinataire est inconnu : utilisateur inconnu", HARD),
        ("L'adresse de messagerie n'existe pas.", HARD),
        ("La boîte aux lettres est pleine : quota dépassé", SOFT),
        ("El usuario desconocido no existe en este servidor", HARD),
        ("El buzón está lleno", SOFT),
        ("Onbekende gebruiker, het adres bestaat niet", HARD),
        ("Het postvak is vol", SOFT),
        ("宛先のメールアドレスは存在しません。", HARD),
        ("メールボックスがいっぱいです。", SOFT),
        ("迷惑メールとして拒否されました。", OURS),
        ("Пользователь не найден", HARD),
        ("Nie ma takiego użytkownika", HARD),
    ],
)
def test_reports_for_people_are_read_in_the_languages_of_their_postmasters(text: str, expected: Verdict) -> None:
    assert said(plain(text))[0] is expected


def test_a_japanese_report_in_its_own_charset_is_read() -> None:
    body = "宛先のユーザーが不明です".encode("iso-2022-jp")
    head = plain("", more="").replace(b"utf-8", b"iso-2022-jp").rstrip() + b"\n\n"
    assert said(head + body)[0] is HARD


def test_a_report_in_html_alone_is_read() -> None:
    html = "<html><head><style>.spam{}</style></head><body><p>550 5.1.1 User&nbsp;unknown</p></body></html>"
    assert said(plain(html).replace(b"text/plain", b"text/html")) == (HARD, "550 5.1.1")


def test_a_mail_still_being_tried_is_no_bounce() -> None:
    text = "This is a warning message only. Your message has not yet been delivered. It will be retried. User unknown"
    assert said(plain(text, subject="Warning: could not send message for past 4 hours"))[0] is Verdict.DELAYED


@pytest.mark.parametrize(
    ("subject", "text", "more"),
    [
        ("Out of Office: Shed break-ins", "I am away until Monday. The user unknown to me can wait.", ""),
        ("Automatic reply: Shed break-ins", "This mailbox is full of surprises", ""),
        ("Abwesenheitsnotiz", "Ich bin im Urlaub", ""),
        ("Réponse automatique", "Je suis absent", ""),
        ("Fuera de la oficina", "Vuelvo el lunes", ""),
        ("Afwezig", "Ik ben er maandag weer", ""),
        ("自動返信", "不在にしております", ""),
        (
            "Re: Shed break-ins",
            "I no longer work here; this address does not exist any more",
            "Auto-Submitted: auto-replied\n",
        ),
        ("Re: Shed break-ins", "Gone fishing", "Precedence: auto_reply\n"),
        ("Re: Shed break-ins", "Gone fishing", "X-Autoreply: yes\n"),
        ("Please confirm your message", "Click here to prove you are human. Unknown senders are blocked.", ""),
        ("We have received your enquiry", "Your ticket is 7.", ""),
    ],
)
@pytest.mark.parametrize("sender", ["anna@example.com", "Anna <anna@example.com>"])
def test_an_automatic_answer_counts_for_nothing(sender: str, subject: str, text: str, more: str) -> None:
    assert said(plain(text, sender=sender, subject=subject, more=more)) == (Verdict.AUTOMATIC, None)


def test_a_mail_that_nobody_may_answer_is_a_report_by_its_words() -> None:
    mail = plain(
        "Could not be delivered to anna@example.com, as their mailbox is full.", sender="a@b.example", subject="Mail"
    )
    assert read_report(mail).finding().verdict is Verdict.UNCLEAR
    assert read_report(mail, no_sender=True).finding() == Finding(SOFT, "5.2.2")
    assert read_report(b"Return-Path: <>\n" + mail).finding() == Finding(SOFT, "5.2.2")


@pytest.mark.parametrize("text", ["What time is the meeting?", "The user unknown in your story was my cousin."])
def test_a_letter_from_a_person_counts_for_nothing(text: str) -> None:
    assert said(plain(text, sender="anna@example.com", subject="Re: Shed break-ins"))[0] is Verdict.UNCLEAR


@pytest.mark.parametrize("kind", ["abuse", "fraud", "opt-out", "other"])
def test_a_feedback_report_is_a_complaint(kind: str) -> None:
    assert said(feedback(kind))[0] is Verdict.COMPLAINT


@pytest.mark.parametrize("kind", ["auth-failure", "not-spam", "virus"])
def test_a_feedback_report_about_something_else_is_none(kind: str) -> None:
    assert said(feedback(kind))[0] is Verdict.AUTOMATIC


@pytest.mark.parametrize(
    ("sender", "subject", "more"),
    [
        (
            "staff@hotmail.example",
            "complaint about message from 192.0.2.1",
            "X-HmXmrOriginalRecipient: anna@example.com\n",
        ),
        ("feedbackloop@example.net", "Email Feedback Report for IP 192.0.2.1", ""),
        ("abuse@example.net", "Abuse report", ""),
        ("anna@example.net", "complaint about message from 192.0.2.1", ""),
    ],
)
def test_a_complaint_without_parts_for_machines_is_known(sender: str, subject: str, more: str) -> None:
    head = f"From: {sender}\nSubject: {subject}\n{more}MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=c\n\n"
    body = f"--c\nContent-Type: message/rfc822\n\n{RETURNED}\n--c--\n"
    assert said((head + body).encode())[0] is Verdict.COMPLAINT


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    with suppress(Unreadable):
        assert read_report(b"Subject: x\n" + content).finding().verdict


@given(st.integers(0, 900), st.binary(min_size=1, max_size=8))
def test_a_damaged_report_is_read_or_refused(place: int, damage: bytes) -> None:
    whole = dsn()
    for content in (whole[:place] + damage + whole[place + len(damage) :], whole[: place + 1]):
        with suppress(Unreadable):
            assert read_report(content).finding().verdict


def test_a_mail_built_to_exhaust_its_reader_is_refused() -> None:
    deep = b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (no, no) for no in range(MOST_PARTS + 2)
    )
    with pytest.raises(Unreadable):
        open_mail(deep)
