"""What mail systems say in English when they refuse a mail. `;` parts phrases, `*` stands for the rest of a word."""

from __future__ import annotations

from owl.delivery.bounces.saying import Saying

ENGLISH: dict[Saying, str] = {
    Saying.PASSING: """
        host not found try again; temporary lookup failure; greylist*; graylist*; grey list*
    """,
    Saying.FULL: """
        mailbox full; mailbox is full; mailbox was full; mailbox has exceeded; mailbox over quota; mailbox quota;
        inbox is full; inbox full; mailfolder is full; mail box is full; mailbox size limit; account is full;
        account full; over quota; overquota; quota exceeded; exceeded quota; exceed quota; exceeds quota;
        exceeded the quota; exceeded its quota; exceeded his quota; exceeded their quota;
        exceeded storage allocation; exceeded storage; disk quota; storage quota; quota limit; quota violation;
        over its quota; over their quota; over his quota; over the quota; exceeds the quota;
        out of storage space; not enough storage; out of disk space; mailbox exceeds; exceeded the space;
        exceeded the maximum space; full mailbox; mailbox capacity; user has too many messages on the server;
        too many messages in mailbox; too many messages in the mailbox; storage limit; message store is full;
        maximum mailbox size; mailboxfull; quotaexceeded; no space left for this user; space shortage;
        insufficient quota; overdrawn; space not enough; reached disk quota; mail quota; enough space;
        exceeding their quota
    """,
    Saying.NO_MAILBOX: """
        user unknown; unknown user; users unknown; user is unknown; user not known; unknown recipient;
        recipient unknown; recipient is unknown; unknown local part; unknown local-part; unknown mailbox;
        mailbox unknown; unknown address; address unknown; unknown email address; unknown e-mail address;
        unknown or illegal alias; unknown account; unknown username; unknown in local recipient table;
        unknown in virtual mailbox table; unknown in virtual alias table; unknown in relay recipient table;
        unknown virtual user; unknown user account; unknown to address; no such user; no such mailbox;
        no such recipient; no such address; no such person; no such account; no such local user;
        no such email address; no such name; no such alias; no such customer; no such id; no such local mailbox;
        no mailbox; no mailbox here; no mailbox by that name; no mailbox by that name is currently available;
        no mail box; no user by that name; no account by that name; no account; no local mailbox; nosuchuser;
        there is no one at this address; there is no user; no longer exists; no longer exist;
        no longer available; no longer valid; no longer in use; no longer active; no longer on server;
        no longer an active; no longer have an account; no longer has an account; no longer accepts mail;
        no longer accepting mail; no longer a valid; is no longer used; not a valid mailbox; not a valid user;
        not a valid recipient; not a valid address; not a valid email address; not valid recipient;
        not a known user; not a local user; not a local address; not a registered user;
        not a registered gateway user; not a user here; not known at this site; not known here;
        not known at this domain; not an active address; not in my validrcptto list; not in our directory;
        not listed in domino directory; not listed in name address book; not listed in public name address book;
        not listed in; not found in address book; not have an account; not our customer; doesn't have an account;
        doesn't have a; does not have an account; don't have an account; does not exist; doesn't exist;
        do not exist; don't exist; did not exist; not exist; nonexistent; non-existent; non existent; not exists;
        not exsist; has been deleted; was deleted; account deleted; account closed; account has been closed;
        account is closed; account cancelled; account canceled; has been cancelled; has been terminated;
        user not found; user was not found; users were not found; recipient not found; recipnotfound;
        recipient was not found; mailbox not found; mailbox was not found; address not found; account not found;
        person not found; alias not found; email address not found; address was not found; address wasn't found;
        could not be found; couldn't be found; can't be found; mailbox not present; mailbox not available;
        mailbox not here; not found in directory; wasn't found at; invalid recipient; invalid recipients;
        invalid user; invalid mailbox; invalid mailbox path; invalid address; invalid email address;
        recipient address invalid; address invalid; invalid final delivery userid; recipient invalid;
        invalid rcpt; illegal user; bad address; bad recipient; bad destination mailbox address;
        bad destination email address; bad-recipient; badrcptto; addressee unknown; incorrect address;
        wrong address; not a mailbox; user doesn't exist here; unroutable address; unrouteable address;
        unrouteable to; undeliverable address; unable to find recipient; unable to deliver to this user;
        can't find user; cannot find user; can't accept user; cannot find your intended recipient;
        name in address not recognised; name not recognised; name is not recognized; name is not recognised;
        name not recognized; ambiguous address; ambiguous recipient; moved, no forwarding address; has moved;
        user has moved; missing home directory; user unlisted; mailbox nonexistent;
        recipient address rejected access denied; recipient no longer; has left the company;
        address is incorrect; address may be misspelled; address is wrong; has been disabled permanently;
        permanently disabled; recipient not exist; recipient does not; deactivated; de-activated; not registered;
        email account that you tried to reach; user mailbox not found; not local mailbox; no email address;
        envelope recipient has been denied; inactive recipient; is not our user; recipient list is empty;
        no valid recipients; discontinued; mailbox unavailable or access denied; did not match;
        did not exactly match; no matches to nameserver query; final email delivery point; not unique;
        no matching
    """,
    Saying.OURS: """
        spam; spam-like; spam-id;
        spammer; spammers; spamming; unsolicited; uce; ube; junk; junk mail; bulk; bulk mail; phishing;
        virus; viruses; virus-infected; infected; malware; banned; banned content; prohibited; forbidden; spf;
        dkim; dmarc; arc; domainkeys; sender policy framework; openspf; blacklist*; black list; block list;
        blocklist*; blocked; blocking; blocks; rbl; dnsbl; rblsmtpd; spamhaus*; spamcop*; barracuda*; sorbs*;
        proofpoint; surbl; uribl; listed at; listed by; listed in bl; listed on; reputation; senderscore;
        senderbase; policy; policies; for policy reasons; policy reasons; content rejected; content filter*;
        content restriction*; content refused; message content; objectionable; inappropriate;
        unacceptable content; rejected by content; message rejected; message was rejected; message refused;
        mail refused; mail rejected; rejected as; rejected for; rejected due; rejected because; header checks;
        body checks; message looks like; looks like spam; considered spam; not authorized; not authorised;
        unauthorized; unauthorised; not permitted; not allowed; authentication required; authenticate;
        authentication; relaying; relaying denied; relay access denied; relay denied; relay not permitted;
        unable to relay; not a relay; rcpthosts; we do not relay; access denied; denied by; sender rejected;
        sender denied; sender refused; sender address rejected; sender verify failed; sender domain; bad sender;
        your domain; your ip; your isp; sending ip; sending mta; client host; helo; ehlo; ptr; reverse dns; rdns;
        no reverse; generic hostname; dynamic ip; dial-up; open relay; open proxy; rate limit*;
        too many recipients; too many messages from; rate that prevents; excessive; message too large;
        message is too large; too large; too big; size limit; exceeds size; exceeds the size; message size;
        maximum message size; exceeds maximum; larger than; attachment; attachments; executable; embedded images;
        suspicious; suspicion; offensive; fraud; dangerous; does not meet; mail filter; filtered; filter;
        pre-approved; requires confirmation; abuse; abusive; poor; restricted; restriction; restrictions;
        complaint; complaints; bare lf; bare newline*; malformed message; malformed header; malformed mail;
        line too long; missing invalid header; 8-bit; base64 decoding; sender base; not accepted from;
        denied access; only accepts mail from; does not accept mail from; not accept mail from; whitelist*;
        white list; unauthenticated; dmarc policy; administrative prohibition; administratively; security;
        not accepting mail from; resent-from field; to fields are not accepted; without to
    """,
    Saying.NO_HOST: """
        host unknown; unknown host; host not found; host or domain name not found; domain not found;
        domain name not found; domain is not found; no such domain; unknown domain; domain unknown;
        domain does not exist; domain doesn't exist; no such host; name or service not known;
        bad destination host; bad destination system; bad destination domain; bad domain; invalid domain;
        unrouteable domain; unrouteable mail domain; unroutable domain; unrouteable mail; nullmx; null mx;
        no mail hosts; domain not known; couldn't find any host; couldn't find a mail exchanger;
        cannot find a mail exchanger; mx records point to non-existent hosts; no mx record; no mx;
        no mail exchanger; nonexistent domain; non-existent domain; nonexistent host; recipient domain not found;
        illegal host; illegal domain; does not like recipient's domain; illegal host/domain name found;
        server for domain does not exist; name server host not found; host/domain name; host name lookup failure;
        domain must resolve; does not resolve; domain has expired
    """,
    Saying.REFUSED: """
        mailbox unavailable; recipient rejected; recipient refused; recipient denied; recipient not ok;
        address rejected; user rejected; rcpt rejected; account unavailable; account not available;
        account is unavailable; delivery error dd; user not local; mailbox is unavailable;
        recipient address rejected; recipient not accepted; not a valid; destination server rejected recipients;
        rejected recipients
    """,
    Saying.CLOSED: """
        account disabled; mailbox disabled; account is disabled; mailbox is disabled; account has been disabled;
        mailbox has been disabled; user disabled; user is disabled; account suspended; user suspended;
        has been suspended; is suspended; account inactive; inactive account; account is inactive;
        user is inactive; user inactive; mailbox inactive; mailbox is inactive; inactive user; inactive mailbox;
        account locked; locked; not accepting messages; not accepting mail; not accepting any mail;
        not activated; not active; not currently accepting; not receiving mail; disabled; suspended; expired;
        frozen
    """,
    Saying.LATER: """
        name server reply; try again; try later; later; again later; temporar*; timed out; timeout; time out;
        time-out; retry; retries; deferred; defer; connection refused; connection reset; connection dropped;
        connection lost; lost connection; unreachable; too many hops; hop count; loop; loops; looping;
        not responding; no answer; no route; busy; out of memory; insufficient system; insufficient resources;
        system resources; disk full; disk is full; service unavailable; service not available; not available;
        could not connect; unable to connect; can't connect; couldn't connect; connection failed; network; down;
        days; hours; queue; too long; delivery time; server error; internal error; system error; i/o error;
        local error
    """,
}
