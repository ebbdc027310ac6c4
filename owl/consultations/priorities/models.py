"""What becomes of each issue raised in a neighbourhood: decided, signed, done something about. See docs/adr/0053."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, SmallInteger
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from owl.foundation.database import Choice, Model
from owl.foundation.languages import gettext, mark


class Decision(StrEnum):
    """What the team made of an issue."""

    CHOSEN = "chosen"
    NOT_CHOSEN = "not_chosen"
    PASSED_ON = "passed_on"
    ENDED = "ended"  # was chosen, and is worked on no more

    @property
    def label(self) -> str:
        """For the screen."""
        return gettext(LABELS[self])


LABELS = {
    Decision.CHOSEN: mark("Chosen"),
    Decision.NOT_CHOSEN: mark("Not chosen"),
    Decision.PASSED_ON: mark("Passed on"),
    Decision.ENDED: mark("Ended"),
}


class RaisedIssue(Model):
    """Something that residents want their team to work on. What was decided of it lies in the tables below."""

    __tablename__ = "raised_issue"
    __table_args__ = (
        Index(None, "neighbourhood_id"),  # all of a neighbourhood, for its page
        # An answer of a consultation is raised once in each of its neighbourhoods, however often it is asked for.
        Index(None, "consultation_id", "raised_in", "answer", unique=True),
        CheckConstraint("num_nonnulls(consultation_id, answer) <> 1", name="an_answer_has_its_consultation"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    neighbourhood_id: Mapped[str] = mapped_column(ForeignKey("neighbourhood.id"))
    consultation_id: Mapped[int | None] = mapped_column(ForeignKey("consultation.id"))  # None: typed by the team
    answer: Mapped[str | None]  # which one: question and option, "q1.a"
    raised_in: Mapped[str | None]  # the neighbourhood that chose it; it may be no more
    raised_at: Mapped[datetime]


class Decided:
    """The words of a decision, drafted or signed."""

    issue: Mapped[str]  # in one line, as residents would say it
    decision: Mapped[Decision | None] = mapped_column(Choice(Decision))
    reason: Mapped[str] = mapped_column(default="")
    evidence: Mapped[str] = mapped_column(default="")
    action: Mapped[str] = mapped_column(default="")  # what the team will do; of a chosen one
    passed_to: Mapped[str | None]  # the body's name
    passed_to_address: Mapped[str | None]  # its page for residents
    until: Mapped[date | None]  # when the team decides anew; of a chosen one
    writer_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))  # whoever wrote words of it: none of them signs

    @declared_attr
    def owner_id(cls) -> Mapped[int | None]:  # noqa: N805  # SQLAlchemy calls it with the class
        """The officer who answers for it."""
        return mapped_column(ForeignKey("user.id"))


class DecisionDraft(Decided, Model):
    """What is being decided of an issue, or changed about it, until an inspector signs: then it is deleted."""

    __tablename__ = "decision_draft"

    issue_id: Mapped[int] = mapped_column(ForeignKey("raised_issue.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int] = mapped_column(
        default=1
    )  # counts saves: nobody overwrites, or signs, what they have not seen
    asked_at: Mapped[datetime | None]  # when somebody asked for a signature; None: still being written
    returned_because: Mapped[str | None]  # by an inspector
    changed_at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # SQLAlchemy reads a plain dict


class SignedDecision(Decided, Model):
    """What was decided of an issue, and signed. Written once (a trigger holds it): a change is one more row."""

    __tablename__ = "signed_decision"
    __table_args__ = (
        Index(None, "issue_id", "number", unique=True),  # the last one holds
        CheckConstraint("signer_id <> ALL (writer_ids)", name="four_eyes"),
        CheckConstraint("decision <> 'chosen' OR num_nulls(owner_id, until) = 0", name="chosen_whole"),
        CheckConstraint("(decision = 'passed_on') = (passed_to IS NOT NULL)", name="passed_on_to_somebody"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("raised_issue.id"))
    number: Mapped[int] = mapped_column(SmallInteger)  # from 1
    decision: Mapped[Decision] = mapped_column(Choice(Decision))
    signer_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    signed_at: Mapped[datetime]


class PriorityUpdate(Model):
    """What the team did about an issue: the "we did" after "you said". Written once."""

    __tablename__ = "priority_update"
    __table_args__ = (Index(None, "issue_id"),)  # what was done about each

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("raised_issue.id"))
    words: Mapped[str]
    done_on: Mapped[date]
    writer_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    written_at: Mapped[datetime]


class PriorityCheck(Model):
    """That a team looked at its priorities half-way and stands by them. Written once."""

    __tablename__ = "priority_check"
    __table_args__ = (Index(None, "neighbourhood_id"),)  # when it looked

    id: Mapped[int] = mapped_column(primary_key=True)
    neighbourhood_id: Mapped[str]  # it may be no more: what was looked at there stays written down
    checker_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    checked_at: Mapped[datetime]


class WordsTakenOut(Model):
    """Words of a decision or an update that must not be read by everybody, for instance a name. Written once."""

    __tablename__ = "words_taken_out"
    __table_args__ = (
        CheckConstraint("num_nonnulls(decision_id, update_id) = 1", name="of_one"),
        Index(None, "decision_id", unique=True),
        Index(None, "update_id", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("signed_decision.id"))
    update_id: Mapped[int | None] = mapped_column(ForeignKey("priority_update.id"))
    because: Mapped[str]  # shown in their place
    taken_out_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    taken_out_at: Mapped[datetime]


class Freshness(Model):
    """When what a neighbourhood shows was last signed or looked at, and who was told that it grows old."""

    __tablename__ = "priority_freshness"
    __table_args__ = (Index(None, "fresh_at"),)  # what the clock looks for

    neighbourhood_id: Mapped[str] = mapped_column(ForeignKey("neighbourhood.id", ondelete="CASCADE"), primary_key=True)
    fresh_at: Mapped[datetime]
    check_told_at: Mapped[datetime | None]
    alarm_told_at: Mapped[datetime | None]
