"""From a mail at a return path to what it says of the delivery."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message

from owl.delivery.bounces import complaints, plain_reports
from owl.delivery.bounces.automatic_replies import is_automatic_reply, is_challenge
from owl.delivery.bounces.mail_text import header, loose_text, open_mail, parts, text_of
from owl.delivery.bounces.status_reports import Told, status_fields, told_of_each
from owl.delivery.bounces.verdicts import Finding, Verdict, judge

# Where a report names several recipients and none is known to be ours: the mildest counts.
MILDEST = (
    Verdict.DELIVERED,
    Verdict.DELAYED,
    Verdict.SOFT,
    Verdict.OURS,
    Verdict.HARD,
)
LONGEST_DIAGNOSTIC = 300


@dataclass(frozen=True, slots=True)
class Report:
    """What one mail says, for each recipient that it names; and the words of the refusal, as they came."""

    findings: tuple[tuple[tuple[str, ...], Finding], ...]
    words: str = ""

    def finding(self, is_ours: Callable[[str], bool] = lambda _: False) -> Finding:
        """The one about us, where the report names several; else the mildest."""
        ours = [found for names, found in self.findings if any(map(is_ours, names))]
        candidates = ours or [found for _, found in self.findings]
        return min(candidates, key=lambda found: MILDEST.index(found.verdict) if found.verdict in MILDEST else 9)

    @property
    def is_of_several(self) -> bool:
        """Whether it says different things of different recipients."""
        return len({found for _, found in self.findings}) > 1


def read_report(content: bytes, *, no_sender: bool = False) -> Report:
    """What the mail says; `no_sender`: its envelope named none. Raises Unreadable for what is no mail."""
    mail = open_mail(content)
    own = list(parts(mail))
    text = "\n".join(filter(None, (text_of(part) for part in own if _is_reading(part)))) or loose_text(mail)
    kind = complaints.feedback_type(own)
    if kind is not None:
        return _one(Verdict.COMPLAINT if complaints.is_complaint(kind) else Verdict.AUTOMATIC)
    reason = plain_reports.reason(text)
    told = [one for fields in status_fields(own) for one in told_of_each(fields)] or told_of_each(reason)
    if told:
        return _of_status(told, reason)
    if complaints.is_informal_complaint(mail, own, text):
        return _one(Verdict.COMPLAINT)
    return _of_plain(mail, reason, no_sender=no_sender)


def _of_status(told: list[Told], reason: str) -> Report:
    findings = tuple((one.recipients, one.judged(reason)) for one in told)
    return Report(findings, told[0].diagnostic[:LONGEST_DIAGNOSTIC])


def _of_plain(mail: Message, reason: str, *, no_sender: bool) -> Report:
    system = plain_reports.is_from_mail_system(mail)
    failure = plain_reports.tells_of_failure(mail, reason, no_sender=no_sender)
    if is_challenge(reason) or (not (system and failure) and is_automatic_reply(mail, reason)):
        return _one(Verdict.AUTOMATIC)
    if not (system or failure):
        return _one(Verdict.UNCLEAR)
    if plain_reports.is_delay(header(mail, "Subject"), reason):
        return _one(Verdict.DELAYED)
    found = judge(None, f"{header(mail, 'Subject')}\n{reason}")
    return Report((((), found or Finding(Verdict.SOFT)),), reason[:LONGEST_DIAGNOSTIC])


def _is_reading(part: Message) -> bool:
    return part.get_content_maintype() == "text" and part.get_content_type() != "text/rfc822-headers"


def _one(verdict: Verdict) -> Report:
    return Report((((), Finding(verdict)),))
