"""Words that speak of danger: whoever writes them is shown 999 at once. A list and nothing else, the same each time.

A word too many shows three lines too many; a word too few may leave somebody waiting for an answer. The page does the
same in the reader's browser (owl/static/danger.js): what is typed goes nowhere.
"""

from __future__ import annotations

import re

BETWEEN = re.compile(r"[^\w]+|_+")
LONGEST_READ = 8000  # characters; a reply has half as many
PHRASES = (
    "knife", "knives", "machete", "sword", "axe", "gun", "guns", "shotgun", "rifle", "weapon", "weapons", "firearm",
    "shot", "shots", "shooting", "stab", "stabbed", "stabbing", "bomb", "explosion", "grenade", "acid",
    "attack", "attacked", "attacking", "assaulted", "beaten up", "beating me", "beating her", "beating him",
    "hit me", "hits me", "hitting me", "hitting her", "hitting him", "hurt me", "hurts me", "hurting me",
    "strangle", "strangled", "strangling", "choking", "kidnap", "kidnapped", "hostage", "raped", "rape",
    "kill", "kills", "killed", "killing", "murder", "murdered", "dying", "dead", "blood", "bleeding", "injured",
    "unconscious", "not breathing", "overdose", "heart attack", "drowning", "trapped", "on fire", "house fire",
    "suicide", "suicidal", "end my life", "hurt myself", "harm myself", "self harm", "want to die",
    "in danger", "emergency", "999", "help me", "right now", "happening now", "breaking in", "broke in just now",
    "in my house", "in the house", "in my garden", "at my door", "outside my door", "outside my house", "following me",
    "threatened me", "threatens me", "threatening me", "threatening to", "afraid of him", "afraid of her",
    "scared of him", "scared of her", "afraid for my life", "scared for my life", "missing child", "child is missing",
    # In the other languages of our pages.
    "pomocy", "ratunku", "nóż", "noża", "nożem", "broń", "krew", "zabić", "zabije", "pożar", "boję się",
    "ajutor", "cuțit", "cuțitul", "armă", "sânge", "omoare", "incendiu", "mi e frică",
)  # fmt: skip
_SOUGHT = re.compile(f" (?:{'|'.join(map(re.escape, PHRASES))}) ")


def speaks_of_danger(words: str) -> bool:
    """Whether the words hold one of the phrases, whole, in any case and with any signs between."""
    return _SOUGHT.search(f" {BETWEEN.sub(' ', words[:LONGEST_READ].lower()).strip()} ") is not None
