"""People who sign in, what they may do and where, and the team of each neighbourhood."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from flask_security import AsaList, RoleMixin, UserMixin
from sqlalchemy import CheckConstraint, ForeignKey, Index, or_
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship

from owl.foundation.database import Choice, EncryptedText, Model
from owl.geography.models import Neighbourhood


class RoleName(StrEnum):
    """What somebody is employed as here."""

    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    INSPECTOR = "inspector"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"

    @property
    def label(self) -> str:
        """For the screen."""
        return self.value.capitalize()

    @property
    def purpose(self) -> str:
        """What its holder does here."""
        return {
            "officer": "Writes messages and answers replies in their areas",
            "supervisor": "As an officer, and approves messages of others",
            "inspector": "As a supervisor, and looks at what was sent in an emergency",
            "coordinator": "Runs a watch; sees nothing of any team",
            "administrator": "Changes users and settings; sees and stops everything, writes nothing",
        }[self.value]


class UserRole(Model):
    """A role that a user holds."""

    __tablename__ = "user_role"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    role_id: Mapped[int] = mapped_column(ForeignKey("role.id"), primary_key=True)


class Role(Model, RoleMixin):
    """A named set of permissions (owl.accounts.permissions says which)."""

    __tablename__ = "role"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    description: Mapped[str | None]


class UserArea(Model):
    """Where a user may read, write and approve: one neighbourhood, or a district's all."""

    __tablename__ = "user_area"
    __table_args__ = (
        CheckConstraint("num_nonnulls(neighbourhood_id, district_code) = 1", name="one_area"),
        Index(None, "user_id"),  # the areas of who signs in
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    neighbourhood_id: Mapped[str | None] = mapped_column(ForeignKey("neighbourhood.id"))
    district_code: Mapped[str | None] = mapped_column(ForeignKey("district.code"))


class User(Model, UserMixin):
    """Somebody who signs in: a password, a second step, roles and areas."""

    __tablename__ = "user"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)  # a work address, not a resident's
    name: Mapped[str]
    rank: Mapped[str | None]  # "PC", "PCSO", "Sergeant", shown with the name
    password: Mapped[str | None]
    active: Mapped[bool]
    fs_uniquifier: Mapped[str] = mapped_column(unique=True)  # changing it ends every session
    confirmed_at: Mapped[datetime | None]
    last_login_at: Mapped[datetime | None]  # type: ignore[assignment]
    current_login_at: Mapped[datetime | None]  # type: ignore[assignment]
    login_count: Mapped[int | None]  # type: ignore[assignment]
    failed_sign_ins: Mapped[int] = mapped_column(default=0)  # wrong passwords in a row
    locked_until: Mapped[datetime | None]
    failed_second_steps: Mapped[int] = mapped_column(default=0)  # wrong codes in a row
    second_step_locked_until: Mapped[datetime | None]
    tf_primary_method: Mapped[str | None]
    tf_totp_secret: Mapped[str | None] = mapped_column(EncryptedText("user.tf_totp_secret"))
    tf_last_counter: Mapped[int | None]  # the half minute of the code used last: none works twice (RFC 6238, 5.2)
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(AsaList()))  # blind indexes
    training: Mapped[bool] = mapped_column(default=False)  # what they write reaches the guest list and nobody else
    created_at: Mapped[datetime]

    roles: Mapped[list[Role]] = relationship(secondary="user_role", lazy="selectin")  # type: ignore[assignment]
    areas: Mapped[list[UserArea]] = relationship(lazy="selectin", cascade="all, delete-orphan")
    # What the areas hold. Read once in a transaction, as one page asks up to eight times.
    neighbourhoods: Mapped[list[Neighbourhood]] = relationship(
        secondary="user_area",
        secondaryjoin=lambda: or_(
            UserArea.neighbourhood_id == Neighbourhood.id, UserArea.district_code == Neighbourhood.district_code
        ),
        viewonly=True,
    )


class UserSession(Model):
    """One signed-in browser. Deleting the row signs it out, whatever its cookie says."""

    __tablename__ = "user_session"

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)  # of the token in the cookie
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)  # "my sessions"
    started_at: Mapped[datetime]
    browser: Mapped[str]  # in plain words: "Firefox on Windows"


class Team(Model):
    """A Safer Neighbourhood Team: one for each neighbourhood."""

    __tablename__ = "team"

    id: Mapped[int] = mapped_column(primary_key=True)
    neighbourhood_id: Mapped[str] = mapped_column(ForeignKey("neighbourhood.id", ondelete="CASCADE"), unique=True)
    name: Mapped[str]
    email: Mapped[str]  # the team's public address
    texts_monthly_pounds: Mapped[int | None]  # what texts to its neighbourhood alone may cost; None: no such ceiling


class Limit(StrEnum):
    """One number of the house."""

    APPROVAL_ABOVE_HOMES = "approval_above_homes"
    TYPE_COUNT_ABOVE_HOMES = "type_count_above_homes"
    NIGHT_FROM = "night_from"
    NIGHT_UNTIL = "night_until"
    TEXTS_DAILY_POUNDS = "texts_daily_pounds"
    WEEKLY_ALLOWANCE = "weekly_allowance"
    BALLOTS_OF_ONE_ADDRESS = "ballots_of_one_address"
    BALLOTS_OF_ALL = "ballots_of_all"


class HouseLimit(Model):
    """A limit that an administrator has set."""

    __tablename__ = "house_limit"

    limit: Mapped[Limit] = mapped_column(Choice(Limit), primary_key=True)
    value: Mapped[int]
