"""Words that speak of danger: whoever writes them is shown 999 at once. A list and nothing else, the same each time.

A word too many shows three lines too many; a word too few may leave somebody waiting for an answer. The page does the
same in the reader's browser (owl/static/danger.js): what is typed goes nowhere.
"""

from __future__ import annotations

import re

from owl.messages.sms_text import without_marks

BETWEEN = re.compile(r"[^\w]+|_+")
LONGEST_READ = 8000  # characters; a reply has half as many
_ENGLISH = (
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
)  # fmt: skip
# Who is frightened writes in their own language, on a phone often without its marks: both are looked for.
_OTHERS = (
    "pomocy", "na pomoc", "ratunku", "nóż", "noża", "nożem", "maczeta", "siekiera", "pistolet", "broń", "bronią",
    "strzela", "strzały", "strzelają", "bomba", "wybuch", "napad", "napadli", "napadł", "pobił", "pobili", "bije mnie",
    "bije ją", "bije go", "uderzył mnie", "dusi mnie", "dusi ją", "porwał", "porwali", "zgwałcił", "gwałt", "zabić",
    "zabije", "zabił", "zabiję się", "umiera", "nie żyje", "krew", "krwawi", "ranny", "ranna", "nieprzytomny",
    "nieprzytomna", "nie oddycha", "zawał", "tonie", "pożar", "pali się", "samobójstwo", "chcę umrzeć", "grozi mi",
    "grożą mi", "śledzi mnie", "idzie za mną", "włamuje się", "włamują się", "w moim domu", "za drzwiami",
    "boję się", "w niebezpieczeństwie", "niebezpieczeństwo", "zaginęło dziecko", "teraz się dzieje",
    "ajutor", "săriți", "cuțit", "cuțitul", "macetă", "topor", "pistol", "armă", "arma", "împușcă", "împușcături",
    "bombă", "explozie", "atacat", "atacată", "mă bate", "o bate", "îl bate", "m a lovit", "mă lovește", "mă sugrumă",
    "răpit", "răpită", "violat", "violată", "viol", "omoare", "omor", "ucide", "mort", "moartă", "moare", "sânge",
    "sângerează", "rănit", "rănită", "inconștient", "inconștientă", "nu respiră", "infarct", "se îneacă", "incendiu",
    "arde", "sinucidere", "mă sinucid", "vreau să mor", "mă amenință", "mă urmărește", "sparge ușa", "intră în casă",
    "în casa mea", "la ușa mea", "mi e frică", "în pericol", "pericol", "urgență", "copil dispărut", "chiar acum",
)  # fmt: skip
PHRASES = (*_ENGLISH, *dict.fromkeys(form for phrase in _OTHERS for form in (phrase, without_marks(phrase))))
_SOUGHT = re.compile(f" (?:{'|'.join(map(re.escape, PHRASES))}) ")


def speaks_of_danger(words: str) -> bool:
    """Whether the words hold one of the phrases, whole, in any case and with any signs between."""
    return _SOUGHT.search(f" {BETWEEN.sub(' ', words[:LONGEST_READ].lower()).strip()} ") is not None
