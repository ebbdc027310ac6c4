"""How the mail relays and Twilio are: asked without sending anything."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import replace

from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.rest import Client

from owl.delivery.smtp.relay import Relay, parse_relays, verifying
from owl.delivery.twilio_line import AnswerLost, KeptLines, NotTaken
from owl.health.findings import State, Verdict, doubtful, fine, worst, wrong
from owl.health.patient import Patient

ANSWER_S = 5


def look_at_relay(patient: Patient) -> Verdict:
    """Whether the relays are there, prove who they are, and let us in. Where one does, mail goes out."""
    verdicts = [greet(relay) for relay in parse_relays(patient.settings.smtp_url.get_secret_value())]
    if all(verdict.state is State.WRONG for verdict in verdicts):
        verdicts.append(wrong("Mail waits.", "None of it is lost."))
    else:
        verdicts = [replace(one, state=State.WARN) if one.state is State.WRONG else one for one in verdicts]
    return worst(verdicts, otherwise=" ".join(one.sentence for one in verdicts))


def greet(relay: Relay) -> Verdict:
    """What the relay says to EHLO, after TLS and AUTH where they are set; no mail is begun."""
    name, context = relay.name, verifying(relay.ca)
    try:
        with _opened(relay, context) as line:
            line.ehlo()
            if relay.starttls:
                line.starttls(context=context)
                line.ehlo()
            if relay.user is not None and relay.password is not None:
                line.login(relay.user, relay.password)
            offered = set(line.esmtp_features)
    except ssl.SSLCertVerificationError as fault:
        return wrong(f"The certificate of {name} is refused: {fault.verify_message}.", "Renew it there.")
    except smtplib.SMTPAuthenticationError as fault:
        return wrong(f"{name} refuses our user and password ({fault.smtp_code}).", "Put OWL_SMTP_URL right.")
    except smtplib.SMTPNotSupportedError:
        return wrong(f"{name} offers no STARTTLS or no AUTH.", "Mend it there, or choose another relay.")
    except (OSError, smtplib.SMTPException) as fault:
        code = getattr(fault, "smtp_code", "")
        return wrong(f"{name} does not let us in{f' ({code})' if code else ''}.", "See whether it runs.")
    if "pipelining" not in offered:
        return doubtful(f"{name} offers no PIPELINING: mail goes out slowly.", "Turn it on there (RFC 2920).")
    return fine(f"{name} lets us in{', encrypted' if relay.tls or relay.starttls else ''}.")


def _opened(relay: Relay, context: ssl.SSLContext) -> smtplib.SMTP:
    if relay.tls:
        return smtplib.SMTP_SSL(relay.host, relay.port, timeout=ANSWER_S, context=context)
    return smtplib.SMTP(relay.host, relay.port, timeout=ANSWER_S)


def look_at_twilio(patient: Patient) -> Verdict:
    """Whether Twilio knows the account, and has not suspended it."""
    settings = patient.settings
    lines = KeptLines(settings.twilio_api_url)
    sid, token = settings.twilio_account_sid, settings.twilio_auth_token.get_secret_value()
    try:
        account = Client(sid, token, http_client=lines).api.v2010.accounts(sid).fetch()
    except TwilioRestException as fault:
        if fault.status in {401, 403, 404}:
            return wrong("It refuses our account.", "Put TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN right. Texts wait.")
        return doubtful(f"It answers {fault.status}.", "See status.twilio.com. Texts wait.")
    except (TwilioException, NotTaken, AnswerLost, OSError):
        return wrong("It does not answer.", "See status.twilio.com, and whether this machine reaches it. Texts wait.")
    finally:
        lines.close()
    status = str(account.status)
    if status != "active":
        return wrong(f"The account is {status}.", "Settle it with Twilio. Texts wait.")
    return fine("It knows the account, which is active.")
