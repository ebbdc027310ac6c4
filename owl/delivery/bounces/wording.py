"""What other mail systems say when they refuse a mail, by meaning, in the languages of their postmasters.

Collected from the servers' own sources and documentation and from reports; docs/adr names what they
were measured on. Whole words count; `*` stands for the rest of a word.
"""

from __future__ import annotations

import re
from enum import StrEnum


class Saying(StrEnum):
    """What a refusal is about."""

    FULL = "full"
    NO_MAILBOX = "no mailbox"
    OURS = "ours"  # our mail, our server, our name
    NO_HOST = "no host"
    REFUSED = "refused"  # words that servers use for a missing mailbox, and for more
    CLOSED = "closed"  # may be opened again
    LATER = "later"


# In the order in which they are believed.
PHRASES: dict[Saying, str] = {
    Saying.FULL: """
        mailbox full; mailbox is full; mailbox was full; mailbox has exceeded; mailbox over quota; mailbox quota; inbox is full;
        inbox full; mailfolder is full; mail box is full; mailbox size limit; account is full; account full; over quota;
        overquota; quota exceeded; exceeded quota; exceed quota; exceeds quota; exceeded the quota; exceeded its quota;
        exceeded his quota; exceeded their quota; exceeded storage allocation; exceeded storage; disk quota; storage quota;
        quota limit; quota violation; over its quota; over their quota; over his quota; over the quota; exceeds the quota;
        out of storage space; not enough storage; out of disk space; mailbox exceeds; exceeded the space;
        exceeded the maximum space; full mailbox; mailbox capacity; user has too many messages on the server;
        too many messages in mailbox; too many messages in the mailbox; storage limit; message store is full; maximum mailbox size;
        mailboxfull; quotaexceeded; no space left for this user; space shortage; insufficient quota; overdrawn;
        postfach voll; postfach ist voll; postfach des empfängers ist voll; mailbox voll; mailbox ist voll; speicherplatz*;
        kontingent überschritten; quota überschritten; überfüllt;
        boîte pleine; boite pleine; boîte aux lettres pleine; boite aux lettres pleine; boîte est pleine; boite est pleine;
        boîte de réception pleine; quota dépassé; quota depasse; espace disque insuffisant;
        buzón lleno; buzon lleno; buzón está lleno; buzon esta lleno; cuota excedida; excedido la cuota; excede la cuota;
        casilla llena; sin espacio;
        postvak vol; postbus vol; postvak is vol; mailbox is vol; quotum overschreden; schijfruimte;
        casella piena; spazio esaurito; caixa cheia; caixa postal cheia; caixa de correio cheia; quota excedida;
        skrzynka pełna; skrzynka jest pełna; przepełnion*; ящик переполнен; переполнен*; превышен* квот*;
        容量を超; 容量オーバー; 容量が一杯; 容量がいっぱい; メールボックスがいっぱい; メールボックスが一杯; 受信箱が満杯; 信箱已满; 邮箱已满; 空间不足
    """,
    Saying.NO_MAILBOX: """
        user unknown; unknown user; users unknown; user is unknown; user not known; unknown recipient; recipient unknown;
        recipient is unknown; unknown local part; unknown local-part; unknown mailbox; mailbox unknown; unknown address;
        address unknown; unknown email address; unknown e-mail address; unknown or illegal alias; unknown account; unknown username;
        unknown in local recipient table; unknown in virtual mailbox table; unknown in virtual alias table;
        unknown in relay recipient table; unknown virtual user; unknown user account; unknown to address;
        no such user; no such mailbox; no such recipient; no such address; no such person; no such account; no such local user;
        no such email address; no such name; no such alias; no such customer; no such id; no such local mailbox;
        no mailbox; no mailbox here; no mailbox by that name; no mailbox by that name is currently available; no mail box;
        no user by that name; no account by that name; no account; no local mailbox; nosuchuser;
        there is no one at this address; there is no user; no longer exists; no longer exist; no longer available;
        no longer valid; no longer in use; no longer active; no longer on server; no longer an active; no longer have an account;
        no longer has an account; no longer accepts mail; no longer accepting mail; no longer a valid; is no longer used;
        not a valid mailbox; not a valid user; not a valid recipient; not a valid address; not a valid email address;
        not valid recipient; not a known user; not a local user; not a local address; not a registered user; not a registered gateway user;
        not a user here; not known at this site; not known here; not known at this domain; not an active address;
        not in my validrcptto list; not in our directory; not listed in domino directory; not listed in name address book;
        not listed in public name address book; not listed in; not found in address book; not have an account; not our customer;
        doesn't have an account; doesn't have a; does not have an account; don't have an account;
        does not exist; doesn't exist; do not exist; don't exist; did not exist; not exist; nonexistent; non-existent;
        non existent; not exists; not exsist; has been deleted; was deleted; account deleted; account closed; account has been closed;
        account is closed; account cancelled; account canceled; has been cancelled; has been terminated;
        user not found; user was not found; users were not found; recipient not found; recipnotfound; recipient was not found;
        mailbox not found; mailbox was not found; address not found; account not found; person not found; alias not found;
        email address not found; address was not found; address wasn't found; could not be found; couldn't be found; can't be found;
        mailbox not present; mailbox not available; mailbox not here; not found in directory; wasn't found at;
        invalid recipient; invalid recipients; invalid user; invalid mailbox; invalid mailbox path; invalid address;
        invalid email address; recipient address invalid; address invalid; invalid final delivery userid; recipient invalid;
        invalid rcpt; illegal user; bad address; bad recipient; bad destination mailbox address; bad destination email address;
        bad-recipient; badrcptto; addressee unknown; incorrect address; wrong address; not a mailbox; user doesn't exist here;
        unroutable address; unrouteable address; unrouteable to; undeliverable address; unable to find recipient; unable to deliver to this user;
        can't find user; cannot find user; can't accept user; cannot find your intended recipient; name in address not recognised;
        name not recognised; name is not recognized; name is not recognised; name not recognized; ambiguous address; ambiguous recipient; moved, no forwarding address; has moved;
        user has moved; missing home directory; user unlisted; mailbox nonexistent; recipient address rejected access denied;
        recipient no longer; has left the company; address is incorrect; address may be misspelled; address is wrong;
        has been disabled permanently; permanently disabled; recipient not exist; recipient does not; deactivated; de-activated;
        not registered; email account that you tried to reach; user mailbox not found; not local mailbox; no email address;
        envelope recipient has been denied; inactive recipient; is not our user; recipient list is empty; no valid recipients;
        benutzer unbekannt; unbekannter benutzer; unbekannter empfänger; empfänger unbekannt; empfänger ist unbekannt;
        adressat unbekannt; adresse unbekannt; existiert nicht; existieren nicht; nicht existent; nicht bekannt; nicht gefunden;
        wurde gelöscht; kein benutzer; kein postfach; kein empfänger; unzustellbare adresse; ungültige adresse; ungültiger empfänger;
        keine mailbox; empfängeradresse ungültig; nicht vorhanden; gibt es nicht;
        utilisateur inconnu; destinataire inconnu; adresse inconnue; inconnu à cette adresse; boîte inconnue; boite inconnue;
        n'existe pas; n'existe plus; inexistant*; adresse invalide; destinataire invalide; introuvable; compte fermé; compte supprimé;
        usuario desconocido; destinatario desconocido; dirección desconocida; direccion desconocida; no existe; no existe el usuario; buzón desconocido;
        usuario no encontrado; dirección inválida; inexistente; cuenta cancelada; no se encuentra; no se ha encontrado; no se encontró;
        gebruiker onbekend; onbekende gebruiker; onbekende ontvanger; ontvanger onbekend; adres onbekend; onbekend adres; bestaat niet;
        bestaat niet meer; niet gevonden; ongeldig adres; niet bekend; is opgeheven;
        utente sconosciuto; destinatario sconosciuto; non esiste; inesistente; indirizzo errato; non trovato; casella inesistente;
        usuário desconhecido; usuario inexistente; destinatário desconhecido; não existe; nao existe; conta cancelada; endereço inválido;
        nieznany użytkownik; użytkownik nieznany; nie ma takiego użytkownika; nie istnieje; nie ma takiego konta; nie ma uzytkownika;
        okänd mottagare; finns inte; ukendt modtager; findes ikke; brukeren finnes ikke; finnes ikke; tuntematon vastaanottaja;
        neznámý uživatel; neexistuje; ismeretlen; nem létezik; kullanıcı bulunamadı; bulunamadı;
        пользователь не найден; не существует; нет такого пользователя; неизвестный пользователь; адрес не найден; получатель не найден; ящик не существует;
        存在しません; 存在しない; 宛先不明; あて先不明; 宛先が見つかりません; 見つかりません; 見つかりませんでした; ユーザー不明; ユーザが不明; ユーザーが不明; 利用者不明; 該当者なし; アドレスが間違;
        用户不存在; 不存在; 收件人不存在; 找不到; 查無此人; 無此帳號; 没有该用户; 존재하지 않; 찾을 수 없
    """,
    Saying.OURS: """
        spam; spammer; spammers; spamming; unsolicited; uce; ube; junk; junk mail; bulk; bulk mail; phishing; virus; viruses;
        virus-infected; infected; malware; banned; banned content; prohibited; forbidden; spf; dkim; dmarc; arc; domainkeys;
        sender policy framework; openspf; blacklist*; black list; block list; blocklist*; blocked; blocking; blocks; rbl; dnsbl; rblsmtpd;
        spamhaus*; spamcop*; barracuda*; sorbs*; proofpoint; surbl; uribl; listed at; listed by; listed in bl; listed on; reputation;
        senderscore; senderbase; policy; policies; for policy reasons; policy reasons; content rejected; content filter*;
        content restriction*; content refused; message content; objectionable; inappropriate; unacceptable content; rejected by content;
        message rejected; message was rejected; message refused; mail refused; mail rejected; rejected as; rejected for; rejected due; rejected because;
        header checks; body checks; message looks like; looks like spam; considered spam; not authorized; not authorised;
        unauthorized; unauthorised; not permitted; not allowed; authentication required; authenticate; authentication; relaying;
        relaying; relaying denied; relay access denied; relay denied; relay not permitted; unable to relay; not a relay; rcpthosts; we do not relay; access denied; denied by; sender rejected; sender denied; sender refused;
        sender address rejected; sender verify failed; sender domain; bad sender; your domain; your ip; your isp;
        sending ip; sending mta; client host; helo; ehlo; ptr; reverse dns; rdns; no reverse; generic hostname; dynamic ip; dial-up;
        open relay; open proxy; rate limit*; too many recipients; too many messages from; too many; rate that prevents; excessive;
        message too large; message is too large; too large; too big; size limit; exceeds size; exceeds the size; message size; maximum message size; exceeds maximum;
        larger than; attachment; attachments; executable; embedded images; suspicious; suspicion; offensive; fraud; dangerous;
        does not meet; from your; mail filter; filtered; filter; pre-approved; requires confirmation; abuse; abusive; poor; restricted; restriction; restrictions; complaint; complaints;
        bare lf; bare newline*; malformed message; malformed header; malformed mail; line too long; missing  invalid header; header; 8-bit; base64 decoding;
        sender base; not accepted from; denied access; only accepts mail from; does not accept mail from; not accept mail from; whitelist*; white list;
        unauthenticated; dmarc policy; administrative prohibition; administratively; security;
        richtlinie; richtlinien; gesperrt; abgelehnt wegen; bloqué*; bloqueado; refusé pour; rechazado por; geblokkeerd; geweigerd; ongewenst;
        indésirable; no deseado; bloccat*; bloqueada; zablokowan*; спам; заблокирован*; 迷惑メール; 受信拒否; 拒否され; 垃圾邮件; 被拒绝
    """,
    Saying.NO_HOST: """
        host unknown; unknown host; host not found; host or domain name not found; domain not found; domain name not found;
        domain is not found; no such domain; unknown domain; domain unknown; domain does not exist; domain doesn't exist; no such host;
        name or service not known; bad destination host; bad destination system; bad destination domain; bad domain; invalid domain;
        unrouteable domain; unrouteable mail domain; unroutable domain; unrouteable mail; nullmx; null mx; no mail hosts; domain not known;
        couldn't find any host; couldn't find a mail exchanger; cannot find a mail exchanger; mx records point to non-existent hosts;
        no mx record; no mx; no mail exchanger; nonexistent domain; non-existent domain; nonexistent host; recipient domain not found;
        illegal host; illegal domain; does not like recipient's domain; illegal host/domain name found; server for domain does not exist;
        name server host not found; host/domain name; host name lookup failure; domain must resolve; does not resolve; domain has expired;
        unbekannte domain; domain existiert nicht; domaine inconnu; dominio desconocido; onbekend domein; dominio inesistente;
        ホスト不明; ドメインが存在
    """,
    Saying.REFUSED: """
        mailbox unavailable; recipient rejected; recipient refused; recipient denied; recipient not ok; address rejected;
        user rejected; rcpt rejected; account unavailable; account not available; account is unavailable; delivery error dd; user not local;
        mailbox is unavailable; recipient address rejected; recipient not accepted; not a valid; destination server rejected recipients; rejected recipients
    """,
    Saying.CLOSED: """
        account disabled; mailbox disabled; account is disabled; mailbox is disabled; account has been disabled; mailbox has been disabled;
        user disabled; user is disabled; account suspended; user suspended; has been suspended; is suspended; account inactive; inactive account;
        account is inactive; user is inactive; user inactive; mailbox inactive; mailbox is inactive; inactive user; inactive mailbox; account locked; locked;
        not accepting messages; not accepting mail; not accepting any mail; not activated; not active; not currently accepting; not receiving mail; disabled; suspended; expired; frozen;
        deaktiviert; stillgelegt; désactivé*; desactivada; suspendida; gedeactiveerd; gedeaktiveerd; zawieszon*; заблокирована
    """,
    Saying.LATER: """
        name server reply; try again; try later; later; again later; temporar*; timed out; timeout; time out; time-out; retry; retries; deferred; defer;
        greylist*; graylist*; greylisted; connection refused; connection reset; connection dropped; connection lost; lost connection; unreachable;
        too many hops; hop count; loop; loops; looping; not responding; no answer; no route; busy; out of memory; insufficient system; insufficient resources;
        system resources; disk full; disk is full; service unavailable; service not available; not available; could not connect; unable to connect; can't connect; couldn't connect;
        connection failed; network; down; days; hours; queue; too long; delivery time; server error; internal error; system error; i/o error; local error;
        später; vorübergehend; plus tard; temporairement; más tarde; temporalmente; probeer het later; tijdelijk; 一時的; しばらく
    """,
}
ADDRESS = re.compile(r"[^\s<>,;:()\"'\[\]]+@[^\s<>,;:()\"'\[\]]+")
NOT_IN_WORDS = re.compile(r"(?:[^\w.@/+-]|_)+")
AT_ITS_END = re.compile(r"[.\-]+(?= )|(?<= )[.\-]+")


def squeezed(text: str) -> str:
    """The text without addresses, in small letters, its words parted by one space, one at each end."""
    bare = NOT_IN_WORDS.sub(" ", ADDRESS.sub(" ", text).casefold())
    return AT_ITS_END.sub("", f" {bare} ")


def heard(text: str) -> Saying | None:
    """What a squeezed text says, as far as its words tell."""
    return next((saying for saying, phrases in _KNOWN.items() if any(phrase in text for phrase in phrases)), None)


def _known(phrase: str) -> str:
    bare = NOT_IN_WORDS.sub(" ", phrase.strip().removesuffix("*").casefold()).strip()
    if bare[0] >= "\u3000":  # Chinese, Japanese and Korean put no spaces between words
        return bare
    return f" {bare}" if phrase.strip().endswith("*") else f" {bare} "


_KNOWN = {
    saying: tuple(dict.fromkeys(_known(phrase) for phrase in phrases.split(";") if phrase.strip()))
    for saying, phrases in PHRASES.items()
}
