"""Reports written for people alone: whether a mail is one, and the part of its text that says why."""

from __future__ import annotations

import re
from email.message import Message

from owl.delivery.bounces.mail_text import header

MAIL_SYSTEMS = re.compile(
    r"mailer[-_ .]?da?emon|mailer[-_ ]?deamon|post ?master|mail[-_ ]?admin|mail[ -]?delivery|mmdf|mailer@|mail[-_ ]?system|"
    r"e?mail[-_]?(?:error|return|bounce)|bounces?@|microsoft ?exchange|system administrator|internet mail|mail router|"
    r"delivery[-_ ](?:agent|subsystem|failure|notif)",
    re.IGNORECASE,
)
FAILURE = re.compile(
    r"undeliver|(?:delivery|mail|message)[ -](?:status|notification|fail|error|problem|has failed|incomplete|returned)|"
    r"delivery (?:\w+ )?(?:fail|error|report)|failure (?:notice|report|delivery|notification)|notification d'|"
    r"returned (?:mail|to sender|e-?mail|message)|return(?:ed|ing) (?:mail|message|to)|fail(?:ed|ure) (?:mail|delivery|to deliver)|"
    r"non[- ]?(?:delivery|delivered|remis|recapit)|not (?:be )?delivered|(?:could not|couldn't|can ?not|unable to) (?:be )?(?:deliver|send)|"
    r"user unknown|unknown (?:user|recipient|address)|nondeliver|bounce|invalid (?:recipient|address)|mail rejected|"
    r"unzustellbar|zustell(?:ung|fehler)|nicht zugestellt|fehlgeschlagen|r[ée]ception impossible|non remis|"
    r"[ée]chec|impossible de|devuelto|no se (?:pudo|ha podido)|no entreg|error de entrega|onbestelbaar|niet (?:af)?ge?lever|"
    r"mislukt|mancata consegna|impossibile|falha|n[ãa]o (?:foi )?entreg|niedor[ęe]cz|nie (?:mo[żz]na|zosta)|"
    r"недостав|не доставлен|возврат|配信|配送|不達|届き|送信できません|エラー|退信|投递|傳送|반송",
    re.IGNORECASE,
)
# Where the report ends and what it returns begins.
ORIGINAL = re.compile(
    r"^[ \t>*=-]*(?:"
    r"-{2,}.*(?:below this line is (?:a copy|the)|copy of (?:the|your) (?:message|mail)|original message|message (?:text )?follows|"
    r"unsent message|undelivered message|returned (?:message|mail|text)|message header|mail follows|body of).*|"
    r".*(?:below this line is a copy of|this is a copy of the|the (?:first \d+ lines|text|header)s? of (?:the|your) (?:original )?(?:message|mail)|"
    r"original (?:message|mail|headers?)(?: headers?)? (?:follows|(?:is|was) (?:below|attached|included|as follows)|below|attached|text)|your (?:original )?message (?:follows|reads|was:)|"
    r"unsent message (?:below|follows)|message headers? follow|returned message follows|message text follows|"
    r"ursprüngliche nachricht|message d'origine|mensaje original|oorspronkelijk bericht).*|"
    r"(?:received|return-path|x-originating-ip|mime-version|message-id|dkim-signature)[ \t]*:.*)$",
    re.IGNORECASE | re.MULTILINE,
)
DELAYED = re.compile(
    r"delivery (?:of your message )?(?:has been |is )?delayed|(?:has|have) not (?:yet )?been delivered(?! to)|"
    r"delivery attempts will continue|will (?:continue to|keep) (?:try|be retr|attempt)|will be retried|this is a warning message only|"
    r"warning: (?:could not send|message)|do not need to resend|wird weiter(?:hin)? versucht|verzögert|not yet delivered|"
    r"you do not need to|retry(?:ing)? (?:for|until)|delayed mail|message delayed|delay notification",
    re.IGNORECASE,
)
GAVE_UP = re.compile(r"giving up|gave up|permanent|final|fatal|failed|too long|not be delivered|could not be|returned", re.IGNORECASE)
LONGEST_REASON = 4000


def is_from_mail_system(mail: Message) -> bool:
    """Whether a mail server speaks, and no person."""
    if mail.get("X-Failed-Recipients") is not None:  # Exim, Gmail
        return True
    return bool(MAIL_SYSTEMS.search(header(mail, "From") or header(mail, "Sender")))


def tells_of_failure(mail: Message) -> bool:
    """Whether the subject is that of a delivery that failed."""
    return bool(FAILURE.search(header(mail, "Subject")))


def reason(text: str) -> str:
    """What the report itself says, without the mail that it returns."""
    found = ORIGINAL.search(text, 1)
    while found and not text[: found.start()].strip():
        found = ORIGINAL.search(text, found.end())
    return text[: found.start() if found else LONGEST_REASON][:LONGEST_REASON]


def is_delay(subject: str, reason: str) -> bool:
    """Whether the mail is still being tried."""
    return bool(DELAYED.search(subject)) or bool(DELAYED.search(reason) and not GAVE_UP.search(reason))
