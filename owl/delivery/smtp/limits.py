"""How long a relay may take, and how much it may say.

RFC 5321 (4.5.3.2) allows minutes for each step, meant for strangers across the world. A relay is near and ours: one
that is slower than this is as good as away, and there may be a second.
"""

from __future__ import annotations

CONNECT_S = 10  # TCP tries three times in 7 s
HANDSHAKE_S = 15  # TLS
GREETING_S = 30  # some hold it back for 20 s and more, to see who talks first
COMMAND_S = 30  # relays ask policy servers and other hosts about a recipient
DOT_S = 60  # content is examined before the answer; to give up too soon is to send again what was taken
PROGRESS_S = 30  # for any byte of a body to leave

TIDY_S = 1.0  # for what was told to end
LOOK_EVERY_S = 1.0  # at the time: a group of outcomes is due every two seconds

LONGEST_REPLY_LINE = 4096  # octets; RFC 5321 allows 512, some say more
LONGEST_REPLY = 65_536  # octets of all lines of one reply

# Exim closes a line after 1,000 by its own choice (smtp_accept_max_per_connection); and a balancer in
# front of several relays gets to choose again.
MAILS_A_LINE = 1000
TRIES = 3  # lines that may break under one mail before it is left for later
YOUNG_DEATHS = 3  # lines in a row that end before they took one mail, and the relay counts as away
FIRST_REST_S, LONGEST_REST_S = 1.0, 15.0  # of a relay that fails: soon enough to be back within a minute
RIDE_OUT_S = 5.0  # a restart takes some seconds; to come back with the mails later would take half a minute
