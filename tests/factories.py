"""One valid row of each kind; a test states only the fields that it is about.

Each ends in a commit, which in a rolled-back test is a savepoint.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from flask_security import hash_password
from rq.job import JobStatus
from rq.registry import FailedJobRegistry
from rq.results import Result
from sqlalchemy.orm import Session

from owl.accounts.models import HouseLimit, Limit, Role, RoleName, Team, User, UserArea
from owl.accounts.officer_models import TeamOfficer
from owl.accounts.page_models import TeamMeeting
from owl.accounts.second_steps import METHOD, new_secret
from owl.consultations.priorities.models import Decision, PriorityUpdate, RaisedIssue, SignedDecision
from owl.delivery.models import Delivery, DeliveryStatus
from owl.foundation.database import contact_keys
from owl.foundation.jobs import Job, Queue, QueuedJob, on_queue, put_on_queues
from owl.foundation.jobs import connection as redis_connection
from owl.foundation.notices import Channel
from owl.foundation.signed_links import new_token
from owl.geography.models import District, Neighbourhood
from owl.geography.set_models import GeographySet
from owl.households.choices import CHOICES, Kind
from owl.households.guest_models import TrainingGuest
from owl.households.importing.models import HouseholdList, ListPart, ListStatus
from owl.households.models import ContactPoint, Household, Joining, Subscriber, Subscription
from owl.households.partner_models import Partner
from owl.households.relocations import Relocations
from owl.messages.models import FollowUp, Message, MessageStatus, Severity
from owl.messages.picture_models import MessagePicture
from owl.messages.recurring_models import Every, RecurringDraft
from owl.messages.template_models import MessageTemplate
from owl.replies.clock import ANSWERED_WITHIN
from owl.replies.models import Reply
from owl.watches.models import Watch, WatchArea, WatchCoordinator, WatchHome, WatchKind, WatchMember
from owl.watches.vetting import Standing, Tier, Vetting

NOW = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)  # a Sunday
FOREVER = datetime(9999, 12, 31, tzinfo=UTC)  # for pages, which ask the clock
GREY = bytes.fromhex("ffd8ffd9")  # the shortest JPEG: nobody looks at it
PASSWORD = "orchard kettle drum"  # of every user
numbers = itertools.count(1)


def neighbourhood_id(session: Session, place: int = 0) -> str:
    """The id of one of the county's neighbourhoods, in the order of the alphabet."""
    found = session.scalar(sa.select(Neighbourhood.id).order_by(Neighbourhood.id).offset(place).limit(1))
    if found is None:
        code, name = f"E0700000{place}", f"a-neighbourhood-{place}"
        session.add(District(code=code, name=f"District {place}"))
        session.flush()
        session.add(
            Neighbourhood(id=name, name=name, district_code=code, name_is_attested=False, label_at="(-0.2,51.8)")
        )
        session.commit()
        found = name
    return found


def user(
    session: Session,
    *,
    role: RoleName = RoleName.OFFICER,
    areas: Sequence[str] = (),
    second_step: bool = True,
    **fields: Any,
) -> User:
    """Somebody who signs in with PASSWORD. `areas`: neighbourhood ids and district codes."""
    number = next(numbers)
    row = User(
        **{
            "email": f"officer{number}@police.example.com",
            "name": f"Officer {number}",
            "rank": "PC",
            "password": _hashed(PASSWORD),
            "active": True,
            "fs_uniquifier": f"user-{number}",
            "created_at": NOW,
            "tf_primary_method": METHOD if second_step else None,
            "tf_totp_secret": new_secret() if second_step else None,
        }
        | fields
    )
    districts = set(session.scalars(sa.select(District.code)))
    row.roles = list(session.scalars(sa.select(Role).where(Role.name == role.value)))
    row.areas = [
        UserArea(district_code=area) if area in districts else UserArea(neighbourhood_id=area) for area in areas
    ]
    session.add(row)
    session.commit()
    return row


def limits(session: Session, **values: int) -> None:
    """The numbers that an administrator has set, by the names of `Limit` in small letters."""
    for name, value in values.items():
        session.merge(HouseLimit(limit=Limit(name), value=value))
    session.commit()


def guest(session: Session, address: str = "guest@police.example.com", **fields: Any) -> TrainingGuest:
    """An address of the guest list."""
    channel = Channel.EMAIL if "@" in address else Channel.SMS
    index = contact_keys().blind_index(address, context=channel.value)
    row = TrainingGuest(**{"channel": channel, "address": address, "address_index": index, "added_at": NOW} | fields)
    session.add(row)
    session.commit()
    return row


def recurring(session: Session, author_id: int, area: str) -> RecurringDraft:
    """A message that is repeated every month."""
    row = RecurringDraft(
        message_id=message(session, author_id=author_id, neighbourhood_ids=[area]).id, author_id=author_id,
        every=Every.MONTH, week=2, next_on=date(2026, 12, 8), clock=time(19), days_before=3, sends_at=time(18),
        created_at=NOW,
    )  # fmt: skip
    session.add(row)
    session.commit()
    return row


def raised_issue(session: Session, **fields: Any) -> RaisedIssue:
    """An issue of which nothing is decided."""
    row = RaisedIssue(**{"neighbourhood_id": "hitchin-urban", "raised_at": NOW} | fields)
    session.add(row)
    session.commit()
    return row


def decision(session: Session, of: RaisedIssue | None = None, **fields: Any) -> SignedDecision:
    """A priority that was signed; with `of`, the next that was decided of an issue."""
    of = of or raised_issue(session)
    before = session.scalar(sa.select(sa.func.max(SignedDecision.number)).where(SignedDecision.issue_id == of.id))
    given = {"decision": Decision.CHOSEN, "number": (before or 0) + 1, "signed_at": NOW} | fields
    if given["decision"] is Decision.CHOSEN:
        given = {"until": date(2027, 3, 22), "action": "Patrol after school."} | given
    given.setdefault("owner_id", user(session, areas=[of.neighbourhood_id]).id)
    given.setdefault("signer_id", user(session, role=RoleName.INSPECTOR, areas=[of.neighbourhood_id]).id)
    words = {"issue": "Speeding in Oak Street", "reason": "Most homes asked for it.", "writer_ids": [given["owner_id"]]}
    row = SignedDecision(issue_id=of.id, **words | given)
    session.add(row)
    session.commit()
    return row


def priority_update(session: Session, of: RaisedIssue, **fields: Any) -> PriorityUpdate:
    """Something that was done about an issue."""
    given = {"words": "We stopped twelve drivers.", "done_on": date(2026, 11, 20), "written_at": NOW} | fields
    given.setdefault("writer_id", user(session, areas=[of.neighbourhood_id]).id)
    row = PriorityUpdate(issue_id=of.id, **given)
    session.add(row)
    session.commit()
    return row


def geography_set(session: Session, **fields: Any) -> GeographySet:
    """A set that moves nobody, and of which nobody has decided."""
    nothing = Relocations([], 0, 0, 0, 0, 0, 0, 0, gone=[], new=[])
    row = GeographySet(
        **{
            "name": "set.zip",
            "digest": b"",
            "content": b"",
            "preview": nothing.to_json(),
            "applied_before": 0,
            "handed_in_at": NOW,
        }
        | fields
    )
    session.add(row)
    session.commit()
    return row


def household(session: Session, **fields: Any) -> Household:
    """A home."""
    fields.setdefault("neighbourhood_id", neighbourhood_id(session))
    row = Household(**{"postcode": "SG5 1AA", "created_at": NOW} | fields)
    session.add(row)
    session.commit()
    return row


def subscriber(session: Session, home: Household | None = None, **fields: Any) -> Subscriber:
    """Somebody who gets messages at a home."""
    home = home or household(session)
    kinds = fields.pop("kinds", [kind.value for kind in CHOICES])
    row = Subscriber(**{"created_at": NOW} | fields)
    session.add(row)
    session.flush()
    session.add(Subscription(subscriber_id=row.id, household_id=home.id, kinds=kinds, created_at=NOW))
    session.commit()
    return row


def contact_point(
    session: Session,
    owner: Subscriber | None = None,
    *,
    channel: Channel = Channel.EMAIL,
    address: str | None = None,
    **fields: Any,
) -> ContactPoint:
    """A verified address."""
    number = next(numbers)
    owner = owner or subscriber(session)
    address = address or (
        f"resident{number}@example.com" if channel is Channel.EMAIL else f"+44770090{number % 1000:04}"
    )
    row = ContactPoint(
        **{
            "subscriber_id": owner.id,
            "channel": channel,
            "address": address,
            "address_index": contact_keys().blind_index(address.lower(), context=channel.value),
            "verified_at": NOW,
        }
        | fields
    )
    session.add(row)
    session.commit()
    return row


def template(session: Session, **fields: Any) -> MessageTemplate:
    """Words that a crime alert begins with, with two blanks."""
    row = MessageTemplate(
        **{
            "kind": Kind.CRIME_ALERT,
            "name": "Break-in",
            "title": "Break-in in {street}",
            "body": "{Day and time}, somebody broke into a shed in {street}. Please check your locks.",
            "sms_text": "Break-in in {street}. Check your locks.",
            "changed_at": NOW,
        }
        | fields
    )
    session.add(row)
    session.commit()
    return row


def partner(session: Session, **fields: Any) -> Partner:
    """An organisation on whose behalf a team may write."""
    given = {"name": f"Partner {next(numbers)}", "purpose": "What the partner does near you", "created_at": NOW}
    row = Partner(**given | fields)
    session.add(row)
    session.commit()
    return row


def watch(session: Session, *, codes: Sequence[str] = (), **fields: Any) -> Watch:
    """An active watch. `codes`: its area; all of its neighbourhood where none is given."""
    fields.setdefault("neighbourhood_id", neighbourhood_id(session))
    given = {"kind": WatchKind.NEIGHBOURHOOD, "name": f"Oak Street {next(numbers)}", "standing": Standing.ACTIVE}
    row = Watch(**given | {"created_at": NOW} | fields)
    session.add(row)
    session.flush()
    session.add_all(WatchArea(watch_id=row.id, code=code) for code in codes or [row.neighbourhood_id])
    session.commit()
    return row


def coordinator(
    session: Session, of: Watch, *, tier: Tier = Tier.WRITES, vetting: Vetting = Vetting.VETTED, **fields: Any
) -> User:
    """Somebody who runs the watch, vetted for good."""
    row = user(session, role=RoleName.COORDINATOR, **{"rank": None} | fields)
    runs(session, of, row, tier=tier, vetting=vetting)
    return row


def runs(
    session: Session, of: Watch, who: User, *, tier: Tier = Tier.WRITES, vetting: Vetting = Vetting.VETTED
) -> None:
    """The user runs the watch."""
    own = WatchCoordinator(watch_id=of.id, user_id=who.id, vetting=vetting, tier=tier.value, named_at=NOW)
    own.vetted_until = FOREVER
    session.add(own)
    session.commit()


def member(session: Session, of: Watch, who: Subscriber, *, paper: bool = False) -> None:
    """The subscriber belongs to the watch with each of their homes."""
    for number in session.scalars(sa.select(Subscription.id).where(Subscription.subscriber_id == who.id)):
        session.add(WatchMember(watch_id=of.id, subscription_id=number, paper_if_unreached=paper, joined_at=NOW))
    session.commit()


def paper_home(session: Session, of: Watch, **fields: Any) -> Household:
    """A home that asked the watch for paper."""
    row = household(session, **{"neighbourhood_id": of.neighbourhood_id, "on_paper": True} | fields)
    session.add(WatchHome(watch_id=of.id, household_id=row.id, house="12", confirmed_at=NOW))
    session.commit()
    return row


def meeting(session: Session, neighbourhood_id: str, **fields: Any) -> TeamMeeting:
    """A street surgery of its team, two days ahead."""
    team_id = session.scalars(sa.select(Team.id).where(Team.neighbourhood_id == neighbourhood_id)).one()
    begins = fields.get("begins_at", NOW + timedelta(days=2))
    row = TeamMeeting(
        **{
            "team_id": team_id,
            "title": "Street surgery",
            "place": "Market Place",
            "words": "",
            "begins_at": begins,
            "ends_at": begins + timedelta(hours=1),
            "changed_at": NOW,
        }
        | fields
    )
    session.add(row)
    session.commit()
    return row


def message(session: Session, **fields: Any) -> Message:
    """A crime alert that went out an hour ago."""
    if "author_id" not in fields:
        fields["author_id"] = user(session).id
    fields.setdefault("neighbourhood_ids", [neighbourhood_id(session)])
    included = [f"neighbourhood:{code}" for code in sorted(fields["neighbourhood_ids"])]
    if fields.get("kind") in set(FollowUp):
        fields.setdefault("follow_up", FollowUp(fields["kind"]))
    row = Message(
        **{
            "kind": Kind.CRIME_ALERT,
            "severity": Severity.ROUTINE,
            "status": MessageStatus.SENT,
            "title": "Shed break-ins in Walsworth",
            "body": "Three sheds were broken into on Saturday night. Please check your locks.",
            "audience": {"include": included, "exclude": [], "channels": ["email"]},
            "targeted": 1,
            "homes": 1,
            "created_at": NOW - timedelta(hours=3),
            "submitted_at": NOW - timedelta(hours=2),
            "approved_at": NOW - timedelta(hours=1),
            "finished_at": NOW - timedelta(hours=1),
        }
        | fields
    )
    session.add(row)
    session.commit()
    return row


def picture(session: Session, message_id: int, **fields: Any) -> MessagePicture:
    """A grey picture of a message."""
    drawn = {"name": f"picture-{next(numbers)}", "alt": "A white van", "content": GREY, "width": 300, "height": 200}
    row = MessagePicture(**{"message_id": message_id, "added_at": NOW, **drawn} | fields)
    session.add(row)
    session.commit()
    return row


def consultation(session: Session, **fields: Any) -> Message:
    """A question to residents."""
    asked = {"kind": Kind.CONSULTATION_INVITATION, "title": "What should your team concentrate on?"}
    return message(session, **asked | fields)


def delivery(
    session: Session,
    to: ContactPoint | None = None,
    *,
    of: Message | None = None,
    home: Household | None = None,
    **fields: Any,
) -> Delivery:
    """A message that reached a contact point, as the next of its deliveries."""
    home = home or household(session)
    to = to or contact_point(session, subscriber(session, home))
    of = of or message(session)
    last = session.scalar(sa.select(sa.func.max(Delivery.seq)).where(Delivery.message_id == of.id))
    row = Delivery(
        **{
            "message_id": of.id,
            "seq": (last or 0) + 1,
            "contact_point_id": to.id,
            "household_id": home.id,
            "status": DeliveryStatus.DELIVERED,
            "attempts": 1,
            "changed_at": NOW,
        }
        | fields
    )
    session.add(row)
    session.commit()
    return row


@lru_cache
def _hashed(password: str) -> str:
    return hash_password(password)


def reply(session: Session, to: Delivery | None = None, *, anonymous: bool = False, **fields: Any) -> Reply:
    """What a resident wrote back, due in 72 hours."""
    to = to or delivery(session)
    home = session.get(Household, to.household_id)
    received_at = fields.pop("received_at", NOW)
    row = Reply(
        **{
            "message_id": to.message_id,
            "subscriber_id": None if anonymous else session.get_one(ContactPoint, to.contact_point_id).subscriber_id,
            "neighbourhood_id": home.neighbourhood_id if home else neighbourhood_id(session),
            "idempotency_key": f"form-{next(numbers)}",
            "words": "I saw a white van on Saturday night.",
            "received_at": received_at,
            "due_at": None if anonymous else received_at + ANSWERED_WITHIN,
        }
        | fields
    )
    session.add(row)
    session.commit()
    return row


def household_list(session: Session, actor: User) -> HouseholdList:
    """A list that was loaded, with a refused row."""
    counts = dict.fromkeys(("rows", "refused", "known", "people", "homes", "addresses"), 1) | {"encoding": "utf-8-sig"}
    row = HouseholdList(actor_id=actor.id, uploaded_at=NOW, finished_at=NOW, status=ListStatus.LOADED, counts=counts)
    session.add(row)
    session.flush()
    session.add(ListPart(list_id=row.id, is_refused=True, no=0, content="postcode\r\n"))
    session.commit()
    return row


def forget_daily_caps() -> None:
    """Let residents write again, as on the next day."""
    connection = redis_connection()
    for name in connection.scan_iter("owl:replies:*"):
        connection.delete(name)


def officer(session: Session, neighbourhood_id: str = "hitchin-urban", **fields: Any) -> TeamOfficer:
    """A named officer of a team, with a photo."""
    team_id = session.scalar(sa.select(Team.id).where(Team.neighbourhood_id == neighbourhood_id))
    given = {"name": "Amy Field", "rank": "PCSO", "team_id": team_id, "photo": b"a JPEG", "photo_version": "1"}
    row = TeamOfficer(**given | fields)
    session.add(row)
    session.commit()
    return row


def broken_job() -> str:
    """The id of a job that ended in a fault."""
    put_on_queues([QueuedJob(Job.SEND_NOTICE, Queue.NOTICES, (7,))])
    queue = on_queue(Queue.NOTICES)
    job_id = queue.job_ids[-1]
    job = queue.fetch_job(job_id)
    assert job is not None
    queue.remove(job_id)
    job.set_status(JobStatus.FAILED)
    FailedJobRegistry(queue=queue).add(job, ttl=60)
    Result.create_failure(job, 60, "Traceback …\nKeyError: 'anna@example.com'")
    return job_id


def joining(session: Session, **answers: Any) -> Joining:
    """Somebody who has typed all answers and agreed, and has proved nothing yet."""
    given = {
        "postcode": "SG5 1AA",
        "neighbourhood_id": answers.get("neighbourhood_id") or neighbourhood_id(session),
        "ward_code": None,
        "house": None,
        "name": None,
        "email": "anna@example.com",
        "mobile": None,
        "kinds": [kind.value for kind in CHOICES],
        "wording": "2026-11",
    } | answers
    row = Joining(
        token_hash=new_token()[1],
        answers=json.dumps(given),
        consented_at=NOW,
        expires_at=NOW + timedelta(days=2),
    )
    session.add(row)
    session.commit()
    return row
