"""Homes, the people in them, how they are reached and what they agreed to."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from owl.foundation.database import Choice, EncryptedText, Model
from owl.foundation.languages import Language, gettext
from owl.foundation.notices import Channel
from owl.households.choices import HowFar, Rhythm
from owl.households.ties import Tie


class SuppressionReason(StrEnum):
    """Why a contact point is not to be used."""

    UNSUBSCRIBED = "unsubscribed"  # one press in a mail
    STOPPED = "stopped"  # STOP by text
    BOUNCED = "bounced"  # there is no such mailbox
    COMPLAINED = "complained"  # marked as spam
    NO_SUCH_NUMBER = "no_such_number"

    @property
    def label(self) -> str:
        """As the owner of the address reads it."""
        return {
            "unsubscribed": gettext("Stopped"),
            "stopped": gettext("Stopped by text"),
            "bounced": gettext("Mails do not arrive"),
            "complained": gettext("Marked as spam"),
            "no_such_number": gettext("Texts do not arrive"),
        }[self.value]

    @property
    def remedy(self) -> str:
        """What the owner can do to get messages there again."""
        return {
            "unsubscribed": gettext("Press “Start again”."),
            "stopped": gettext("Text START to the number our texts come from."),
        }.get(self.value, gettext("Add the address again, so that we can check it."))


class Household(Model):
    """A home at a postcode, placed in its neighbourhood when somebody joined there."""

    __tablename__ = "household"
    __table_args__ = (
        UniqueConstraint("postcode", "house_index"),  # the second person of a home finds the first
        Index(None, "neighbourhood_id"),  # audiences
        Index(None, "ward_code"),
        Index(None, "sector"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    postcode: Mapped[str]  # no foreign key: a new one may not be in our file yet
    sector: Mapped[str] = mapped_column(Computed("left(postcode, -2)", persisted=True))
    neighbourhood_id: Mapped[str] = mapped_column(ForeignKey("neighbourhood.id"))
    ward_code: Mapped[str | None] = mapped_column(ForeignKey("ward.code"))  # None: chosen by hand
    house: Mapped[str | None] = mapped_column(EncryptedText("household.house"))
    house_index: Mapped[bytes | None]  # blind index of the house, to find the same home again
    on_paper: Mapped[bool] = mapped_column(default=False, server_default="false")  # by a watch: its house is kept
    created_at: Mapped[datetime]


class Subscriber(Model):
    """A person who asked for messages. No password: a link to a contact point opens their page."""

    __tablename__ = "subscriber"
    __table_args__ = (
        Index(None, "paused_until", postgresql_where="paused_until IS NOT NULL"),  # few pause
        CheckConstraint("(quiet_from IS NULL) = (quiet_until IS NULL)", name="quiet_hours_whole"),
        CheckConstraint(
            "quiet_from BETWEEN 0 AND 23 AND quiet_until BETWEEN 0 AND 23 AND quiet_from <> quiet_until",
            name="quiet_hours_of_a_day",
        ),
        CheckConstraint("weekly_allowance >= 0", name="allowance_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column(EncryptedText("subscriber.name"))
    paused_until: Mapped[datetime | None]
    quiet_from: Mapped[int | None] = mapped_column(SmallInteger)  # hour of London from which nothing routine comes
    quiet_until: Mapped[int | None] = mapped_column(SmallInteger)  # hour at which it comes again
    rhythm: Mapped[Rhythm] = mapped_column(Choice(Rhythm), default=Rhythm.AT_ONCE, server_default="at_once")
    weekly_allowance: Mapped[int | None] = mapped_column(SmallInteger)  # routine messages; None: the house's default
    language: Mapped[Language] = mapped_column(Choice(Language), default=Language.ENGLISH, server_default="en")
    large_text: Mapped[bool] = mapped_column(default=False, server_default="false")  # in mails
    created_at: Mapped[datetime]


class Subscription(Model):
    """A subscriber's tie to a household, with its choices."""

    __tablename__ = "subscription"
    __table_args__ = (
        UniqueConstraint("subscriber_id", "household_id"),
        Index(None, "household_id"),  # audiences come from the household's side
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscriber.id", ondelete="CASCADE"))
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"))
    tie: Mapped[Tie] = mapped_column(Choice(Tie), default=Tie.OWN, server_default="own")
    kinds: Mapped[list[str]]  # of owl.households.choices.Kind
    not_by_mail: Mapped[list[str]] = mapped_column(default=list, server_default="{}")  # kinds among them
    not_by_text: Mapped[list[str]] = mapped_column(default=list, server_default="{}")
    texts_only_urgent: Mapped[bool] = mapped_column(default=False, server_default="false")
    only_urgent: Mapped[bool] = mapped_column(default=False, server_default="false")  # nothing routine at all
    how_far: Mapped[HowFar] = mapped_column(Choice(HowFar), default=HowFar.DISTRICT, server_default="district")
    created_at: Mapped[datetime]
    chosen_at: Mapped[datetime | None]  # when any of these choices was last changed; None: never, since it was made


class ContactPoint(Model):
    """One verified email address or mobile number.

    The row stays when its owner leaves, without address or owner, because deliveries count it.
    """

    __tablename__ = "contact_point"
    __table_args__ = (
        CheckConstraint("(address_encrypted IS NULL) = (address_index IS NULL)", name="erased_whole"),
        Index(None, "subscriber_id"),  # what reaches a subscriber
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subscriber_id: Mapped[int | None] = mapped_column(ForeignKey("subscriber.id", ondelete="SET NULL"))
    channel: Mapped[Channel] = mapped_column(Choice(Channel))
    address: Mapped[str | None] = mapped_column(
        "address_encrypted", EncryptedText("contact_point.address")
    )  # email as typed, mobile in E.164
    address_index: Mapped[bytes | None] = mapped_column(unique=True)
    verified_at: Mapped[datetime]
    suppressed_at: Mapped[datetime | None]
    suppressed_reason: Mapped[SuppressionReason | None] = mapped_column(Choice(SuppressionReason))


class Suppression(Model):
    """An address that must not be written to, known by its blind index alone; outlives its owner's data."""

    __tablename__ = "suppression"

    address_index: Mapped[bytes] = mapped_column(primary_key=True)
    reason: Mapped[SuppressionReason] = mapped_column(Choice(SuppressionReason))
    since: Mapped[datetime]


class Consent(Model):
    """Evidence of what somebody agreed to or took back. Written once, never changed (a trigger holds it)."""

    __tablename__ = "consent"
    __table_args__ = (Index(None, "address_index"),)  # the evidence for one address

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    address_index: Mapped[bytes]
    channel: Mapped[Channel] = mapped_column(Choice(Channel))
    given: Mapped[bool]
    wording: Mapped[str]  # version of the words shown, for instance "2026-11"
    source: Mapped[str]  # "web form", "unsubscribe link", "text STOP", "import"


class Joining(Model):
    """A sign-up on its way: what was typed, sealed, until an address is proved or two days have passed."""

    __tablename__ = "joining"
    __table_args__ = (Index(None, "expires_at"),)  # the clock clears what nobody finished

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)  # of the token in the visitor's session
    answers: Mapped[str] = mapped_column(EncryptedText("joining.answers"))  # JSON
    consented_at: Mapped[datetime | None]
    subscriber_id: Mapped[int | None] = mapped_column(ForeignKey("subscriber.id", ondelete="CASCADE"))
    expires_at: Mapped[datetime]


class Proof(Model):
    """An address waiting to be proved: by a link that is pressed (email) or a code that is typed (mobile)."""

    __tablename__ = "proof"
    __table_args__ = (
        CheckConstraint("num_nonnulls(joining_id, subscriber_id) = 1", name="for_one_purpose"),
        Index(None, "address_index", "created_at"),  # how many messages one address was sent today
        Index(None, "joining_id"),
        Index(None, "subscriber_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    joining_id: Mapped[int | None] = mapped_column(ForeignKey("joining.id", ondelete="CASCADE"))
    subscriber_id: Mapped[int | None] = mapped_column(ForeignKey("subscriber.id", ondelete="CASCADE"))
    channel: Mapped[Channel] = mapped_column(Choice(Channel))
    address: Mapped[str] = mapped_column("address_encrypted", EncryptedText("proof.address"))
    address_index: Mapped[bytes]
    secret_hash: Mapped[bytes | None] = mapped_column(
        unique=True
    )  # of the link's token, or of id and code; None: for an address that is known, or was written to enough today
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class MagicLink(Model):
    """Opens a subscriber's page once, within half an hour."""

    __tablename__ = "magic_link"

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscriber.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]  # when the page was opened, which stays open for half an hour
    finished_at: Mapped[datetime | None]  # when its owner closed the page
