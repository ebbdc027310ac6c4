"""The lists as they stand in a new house, until an administrator changes them."""

from __future__ import annotations

from collections.abc import Mapping

from owl.replies.ticket_models import ListName

Usual = tuple[str, str, str]  # name, words, address

# Words after which a sergeant should look at once, whatever the clock says. Fewer than those that show 999
# (owl.replies.danger): a sergeant who is called too often stops looking.
WORDS = (
    "knife", "knives", "machete", "gun", "shotgun", "firearm", "stabbed", "acid", "weapon", "bomb",
    "kill", "threatened", "threatens", "threatening", "followed me", "following me", "stalking", "stalker",
    "raped", "sexual assault", "beaten", "hits me", "hurting me", "kidnapped", "slavery", "trafficked",
    "suicide", "suicidal", "end my life", "harm myself", "missing child", "child is missing", "abducted",
    "afraid of him", "afraid of her", "scared of him", "scared of her", "in danger",
    "hate crime", "racist", "homophobic", "complaint", "solicitor", "journalist",
)  # fmt: skip
# Each is the body's own front page for residents.
BODIES: tuple[Usual, ...] = (
    ("Hertfordshire County Council", "Roads, pavements, street lights, speed limits, schools", "https://www.hertfordshire.gov.uk"),
    ("Broxbourne Borough Council", "Fly-tipping, noise, bins, parks, car parks", "https://www.broxbourne.gov.uk"),
    ("Dacorum Borough Council", "Fly-tipping, noise, bins, parks, car parks", "https://www.dacorum.gov.uk"),
    ("East Hertfordshire District Council", "Fly-tipping, noise, bins, parks, car parks", "https://www.eastherts.gov.uk"),
    ("Hertsmere Borough Council", "Fly-tipping, noise, bins, parks, car parks", "https://www.hertsmere.gov.uk"),
    ("North Hertfordshire District Council", "Fly-tipping, noise, bins, parks, car parks", "https://www.north-herts.gov.uk"),
    ("St Albans City and District Council", "Fly-tipping, noise, bins, parks, car parks", "https://www.stalbans.gov.uk"),
    ("Stevenage Borough Council", "Fly-tipping, noise, bins, parks, car parks", "https://www.stevenage.gov.uk"),
    ("Three Rivers District Council", "Fly-tipping, noise, bins, parks, car parks", "https://www.threerivers.gov.uk"),
    ("Watford Borough Council", "Fly-tipping, noise, bins, parks, car parks", "https://www.watford.gov.uk"),
    ("Welwyn Hatfield Borough Council", "Fly-tipping, noise, bins, parks, car parks", "https://www.welhat.gov.uk"),
    ("National Highways", "Motorways and trunk roads", "https://nationalhighways.co.uk"),
    ("Crimestoppers", "What somebody wants to say without giving a name", "https://crimestoppers-uk.org"),
)  # fmt: skip
ANSWERS: tuple[Usual, ...] = (
    (
        "Thank you, we have it",
        (
            "Thank you for telling us. We have passed this to the officers who look into it. If you see it again,"
            " please call 101, or 999 if it is happening now."
        ),
        "",
    ),
    (
        "Please report it as a crime",
        (
            "Thank you for writing. What you describe may be a crime, and this page is not read at once. Please report"
            " it by calling 101, so that it is recorded and looked into. In an emergency call 999."
        ),
        "",
    ),
    (
        "Do you have pictures?",
        (
            "Thank you for telling us. Do you have a doorbell or a dash camera that may have caught it? Please keep"
            " the recording and tell us, so that an officer can arrange to see it."
        ),
        "",
    ),
    (
        "We will look when we patrol",
        "Thank you for telling us. Officers of your team will look out for this when they patrol near you.",
        "",
    ),
)
USUAL: Mapping[ListName, tuple[Usual, ...]] = {
    ListName.WORDS: tuple((word, "", "") for word in WORDS),
    ListName.BODIES: BODIES,
    ListName.ANSWERS: ANSWERS,
}
