"""Reports written for people alone: whether a mail is one, and the part of its text that says why."""

from __future__ import annotations

from email.message import Message

from owl.delivery.bounces.any_of import any_of
from owl.delivery.bounces.mail_text import header

MAIL_SYSTEMS = any_of(
    r"""
    mailer[-_ .]?da?emon; mailer[-_ ]?deamon; post ?master; mail[-_ ]?admin; mail[ -]?delivery; mmdf; mailer@;
    mail[-_ ]?system; e?mail[-_]?(?:error|return|bounce); bounces?@; microsoft ?exchange; system administrator;
    internet mail; mail router; delivery[-_ ](?:agent|subsystem|failure|notif)
    """
)
FAILURE = any_of(
    r"""
    undeliver;
    (?:delivery|mail|message)[ -](?:status|notification|fail|error|problem|has failed|incomplete|returned);
    delivery (?:\w+ )?(?:fail|error|report); failure (?:notice|report|delivery|notification); notification d';
    rejected (?:mail|message); returned (?:mail|to sender|e-?mail|message); return(?:ed|ing) (?:mail|message|to);
    fail(?:ed|ure) (?:mail|delivery|to deliver); non[- ]?(?:delivery|delivered|remis|recapit);
    not (?:be )?delivered; (?:could not|couldn't|can ?not|unable to) (?:be )?(?:deliver|send); user unknown;
    unknown (?:user|recipient|address); nondeliver; bounce; invalid (?:recipient|address); mail rejected;
    unzustellbar; zustell(?:ung|fehler); nicht zugestellt; fehlgeschlagen; r[ée]ception impossible; non remis;
    [ée]chec; impossible de; devuelto; no se (?:pudo|ha podido); no entreg; error de entrega; onbestelbaar;
    niet (?:af)?ge?lever; mislukt; mancata consegna; impossibile; falha; n[ãa]o (?:foi )?entreg; niedor[ęe]cz;
    nie (?:mo[żz]na|zosta); недостав; не доставлен; возврат; 配信; 配送; 不達; 届き; 送信できません; エラー;
    退信; 投递; 傳送; 반송
    """
)
# Where the report ends and what it returns begins.
ORIGINAL = any_of(
    r"""
    ^.{0,80}--.{0,80}(?:below this line is (?:a copy|the)|copy of (?:the|your) (?:message|mail)|original message).*$;
    ^.{0,80}--.{0,80}(?:unsent|undelivered|returned) (?:message|mail|text).*$;
    ^.{0,80}--.{0,80}(?:message (?:text )?follows|message header|mail follows|body of).*$;
    ^.{0,80}(?:below this line is a copy of|this is a copy of the).*$;
    ^.{0,80}the (?:first \d+ lines|text|header)s? of (?:the|your) (?:original )?(?:message|mail).*$;
    ^.{0,80}original (?:message|mail)(?: headers?)? (?:is |was )?(?:follows|below|attached|included|as follows).*$;
    ^.{0,80}your (?:original )?message (?:follows|reads|was:).*$;
    ^.{0,80}(?:unsent message (?:below|follows)|(?:returned message|message text|message headers?) follows?).*$;
    ^.{0,80}(?:ursprüngliche nachricht|message d'origine|mensaje original|oorspronkelijk bericht).*$;
    ^[ \t>]{0,20}(?:received|return-path|x-originating-ip|mime-version|message-id|dkim-signature)[ \t]{0,20}:.*$
    """
)
DELAYED = any_of(
    r"""
    delivery (?:of your message )?(?:has been |is )?delayed; (?:has|have) not yet been delivered;
    delivery attempts will continue; will (?:continue to|keep) (?:try|be retr|attempt); will be retried;
    this is a warning message only; warning: (?:could not send|message); do not need to resend;
    wird weiter(?:hin)? versucht; verzögert; not yet delivered; you do not need to; retry(?:ing)? (?:for|until);
    delayed mail; message delayed; delay notification
    """
)
GAVE_UP = any_of("giving up; gave up; given up; permanent; fatal; returned to sender")
BEGINNING = 600  # characters
LONGEST_REASON = 4000


def is_from_mail_system(mail: Message) -> bool:
    """Whether a mail server speaks, and no person."""
    if mail.get("X-Failed-Recipients") is not None:  # Exim, Gmail
        return True
    sender = header(mail, "From") or header(mail, "Sender")
    return not sender.strip("<> ") or bool(MAIL_SYSTEMS.search(sender))


def tells_of_failure(mail: Message, reason: str, *, no_sender: bool) -> bool:
    """Whether a delivery failed, by its subject, or by its words where nobody may answer (RFC 5321, 4.5.5)."""
    by_words = no_sender or header(mail, "Return-Path") == "<>"
    return bool(FAILURE.search(header(mail, "Subject")) or (by_words and FAILURE.search(reason[:BEGINNING])))


def reason(text: str) -> str:
    """What the report itself says, without the mail that it returns."""
    found = ORIGINAL.search(text, 1)
    while found and not text[: found.start()].strip():
        found = ORIGINAL.search(text, found.end())
    return text[: found.start() if found else LONGEST_REASON][:LONGEST_REASON]


def is_delay(subject: str, reason: str) -> bool:
    """Whether the mail is still being tried."""
    return bool(DELAYED.search(subject)) or bool(DELAYED.search(reason) and not GAVE_UP.search(reason))
