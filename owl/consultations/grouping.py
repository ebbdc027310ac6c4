"""What remarks are about, known by plain phrases that everybody may read: the same words always make the same group."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from owl.consultations.right_door import PHRASES as DOOR_PHRASES
from owl.consultations.right_door import Topic
from owl.consultations.small_groups import FEWEST
from owl.foundation.languages import gettext, mark
from owl.replies.danger import BETWEEN


class Theme(StrEnum):
    """A group of remarks, in the order that decides between two of which a remark has as many phrases."""

    SPEEDING = "speeding"
    BURGLARY = "burglary"
    CARS = "cars"
    DRUGS = "drugs"
    BIKES = "bikes"
    GATHERING = "gathering"
    SAFETY = "safety"
    SCAMS = "scams"
    SHOPS = "shops"
    POLICE = "police"
    PARKING = "parking"
    LIGHTING = "lighting"
    BINS = "bins"
    NOISE = "noise"
    ROADS = "roads"
    OTHER = "other"

    @property
    def label(self) -> str:
        """As everybody reads it, in the language that is spoken now."""
        return gettext(LABELS[self])


LABELS: Mapping[Theme, str] = {
    Theme.SPEEDING: mark("Speed and bad driving"),
    Theme.BURGLARY: mark("Break-ins"),
    Theme.CARS: mark("Theft of cars and bikes"),
    Theme.DRUGS: mark("Drugs"),
    Theme.BIKES: mark("Loud motorbikes and e-scooters"),
    Theme.GATHERING: mark("Groups, damage and drinking in the street"),
    Theme.SAFETY: mark("Feeling safe outside"),
    Theme.SCAMS: mark("Scams and callers at the door"),
    Theme.SHOPS: mark("Theft from shops"),
    Theme.POLICE: mark("Seeing the police"),
    Theme.PARKING: mark("Parking"),
    Theme.LIGHTING: mark("Street lights"),
    Theme.BINS: mark("Bins, litter and dumped rubbish"),
    Theme.NOISE: mark("Noise"),
    Theme.ROADS: mark("Roads and pavements"),
    Theme.OTHER: mark("Something else"),
}
# Whole words, in any case and with any signs between them; then those of our other languages.
PHRASES: Mapping[Theme, tuple[str, ...]] = {
    Theme.SPEEDING: (
        "speed", "speeding", "speeds", "speeders", "fast", "too fast", "racing", "race", "boy racers", "20 mph",
        "30 mph", "40 mph", "20mph", "30mph", "40mph", "speed camera", "dangerous driving", "phone while driving",
        "drivers", "driving", "overtaking", "red light", "za szybko", "prędkość", "viteză", "viteza",
    ),
    Theme.BURGLARY: (
        "burglary", "burglaries", "burglar", "burglars", "burgled", "break in", "break ins", "broken into",
        "broke into", "intruder", "intruders", "shed", "sheds", "garage", "włamanie", "włamania", "spargere",
        "spargeri",
    ),
    Theme.CARS: (
        "car theft", "car thefts", "stolen car", "stolen cars", "car stolen", "cars stolen", "van stolen", "catalytic",
        "catalytic converter", "catalytic converters", "keyless", "bike theft", "bike stolen", "bikes stolen",
        "stolen bike", "stolen bikes", "tools stolen", "number plate", "number plates", "kradzież samochodu",
        "mașină furată",
    ),
    Theme.DRUGS: (
        "drug", "drugs", "dealer", "dealers", "dealing", "cannabis", "weed", "cocaine", "nitrous oxide", "canisters",
        "county lines", "narkotyki", "droguri",
    ),
    Theme.BIKES: (
        "motorbike", "motorbikes", "moped", "mopeds", "scooter", "scooters", "e scooter", "e scooters", "escooter",
        "escooters", "quad bike", "quad bikes", "e bike", "e bikes", "off road", "hulajnoga", "hulajnogi", "trotinetă",
        "trotinete",
    ),
    Theme.GATHERING: (
        "anti social", "antisocial", "anti social behaviour", "asb", "gang", "gangs", "youths", "teenagers", "yobs",
        "hanging around", "loitering", "vandalism", "vandalised", "graffiti", "smashed", "drunk", "drunks", "drinking",
        "drinkers", "fireworks", "wandalizm", "pijani", "bețivi",
    ),
    Theme.SAFETY: (
        "safe", "unsafe", "feel safe", "scared", "afraid", "frightened", "knife", "knives", "robbery", "robbed",
        "mugged", "mugging", "muggings", "assault", "assaulted", "harassed", "harassment", "followed", "women",
        "girls", "alone at night", "bezpieczeństwo", "boję", "siguranță", "frică",
    ),
    Theme.SCAMS: (
        "scam", "scams", "scammer", "scammers", "fraud", "cold caller", "cold callers", "doorstep", "rogue trader",
        "rogue traders", "oszustwo", "oszuści", "înșelătorie",
    ),
    Theme.SHOPS: (
        "shoplifting", "shoplifter", "shoplifters", "shop theft", "stealing from shops", "retail crime",
        "kradzież w sklepie", "furt din magazin",
    ),
    Theme.POLICE: (
        "more police", "police presence", "see the police", "see police", "patrol", "patrols", "patrolling", "bobbies",
        "bobby", "on the beat", "pcso", "pcsos", "visible", "police station", "101", "patrole", "patrule",
    ),
    **{Theme(topic.value): DOOR_PHRASES[topic] for topic in Topic},
}  # fmt: skip


def theme_of(words: str) -> Theme:
    """The theme of which the words hold the most phrases; OTHER where they hold none."""
    plain = f" {BETWEEN.sub(' ', words.lower()).strip()} "
    found = {theme: sum(plain.count(f" {phrase} ") for phrase in phrases) for theme, phrases in PHRASES.items()}
    most = max(found.values())
    return next(theme for theme in Theme if found.get(theme) == most) if most else Theme.OTHER


def told_themes(counts: Mapping[Theme, int]) -> dict[Theme, int]:
    """Remarks by theme, most first, those of fewer than five under OTHER, which is last.

    Would OTHER be too few, the smallest theme goes there too. Fewer than five remarks have no theme that is told.
    """
    told = {theme: count for theme, count in counts.items() if theme is not Theme.OTHER and count >= FEWEST}
    ordered = sorted(told, key=lambda theme: (-told[theme], theme))
    whole = sum(counts.values())
    while ordered and 0 < whole - sum(told[theme] for theme in ordered) < FEWEST:
        ordered.pop()
    rest = whole - sum(told[theme] for theme in ordered)
    return {theme: told[theme] for theme in ordered} | ({Theme.OTHER: rest} if rest >= FEWEST else {})
