"""What goes in and out of the API. The description that others read is made of these."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    WithJsonSchema,
)

from owl.foundation.notices import Channel
from owl.households.choices import CHOICES, Kind
from owl.messages.audience import MOST_AREAS, AreaKind
from owl.messages.models import Severity
from owl.messages.queries import Tab
from owl.messages.word_rules import LONGEST_BODY, LONGEST_TEXT, LONGEST_TITLE
from owl.replies.words import LONGEST as LONGEST_REPLY

LARGEST_ID = 2**31 - 1
LONGEST_AREA = 3_000  # a polygon with a hundred corners
LAST_PAGE = 10_000
YEARS = range(2000, 2200)  # what can be turned into any other time of the world


def _may_be_chosen(kind: Kind) -> Kind:
    if kind not in CHOICES:
        raise ValueError("Choose one of the kinds that residents tick")
    return kind


def _in_our_time(moment: datetime) -> datetime:
    if moment.year not in YEARS:
        raise ValueError("Choose a moment of our time")
    return moment


def _is_number(number: object) -> object:
    if isinstance(number, (str, bool)):
        raise ValueError("Send a number, without quotes")
    return number


ChosenKind = Annotated[
    Kind, AfterValidator(_may_be_chosen), WithJsonSchema({"type": "string", "enum": [kind.value for kind in CHOICES]})
]
AREA = f"^({'|'.join(kind.value for kind in AreaKind)}):.+$"
AreaText = Annotated[
    str,
    Field(
        max_length=LONGEST_AREA, pattern=AREA, description="KIND:CODE, as /areas lists it", examples=["ward:E05004691"]
    ),
]
Areas = Annotated[list[AreaText], Field(max_length=MOST_AREAS)]
Moment = Annotated[AwareDatetime, AfterValidator(_in_our_time)]
RowNumber = Annotated[int, Field(ge=1, le=LARGEST_ID)]
Id = Annotated[RowNumber, BeforeValidator(_is_number, json_schema_input_type=RowNumber)]
PageNumber = Annotated[int, Field(ge=1, le=LAST_PAGE)]


class Shape(BaseModel):
    """Nothing is guessed: an unknown name or a number in quotes is refused."""

    model_config = ConfigDict(extra="forbid")


class Problem(BaseModel):
    """What went wrong (RFC 9457), in a sentence that says what to do."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    fields: dict[str, str] = Field(default={}, description="what can't be used, by the name of the field")


class OnceHeaders(BaseModel):
    """What keeps a request that is sent twice from being done twice."""

    idempotency_key: Annotated[
        str, Field(alias="Idempotency-Key", pattern="^[!-~]{1,100}$", description="a new one for each new request")
    ]


class AreaOut(BaseModel):
    """One area that the key may write to, or leave out."""

    area: str
    kind: str
    name: str
    group: str
    is_own: bool = Field(description="false: reaches beyond the key's areas, so it can only be left out")


class AreasOut(BaseModel):
    """All areas of the key."""

    areas: list[AreaOut]


class AudienceIn(Shape):
    """Who a message is for, and what it is about."""

    kind: ChosenKind
    severity: Severity = Severity.ROUTINE
    include: Areas
    exclude: Areas = []
    channels: Annotated[list[Channel], Field(max_length=2)] = [Channel.EMAIL]
    partner_id: Id | None = None


class CountOut(BaseModel):
    """How many it would reach now."""

    homes: int
    mails: int
    texts: int


class DraftIn(AudienceIn):
    """A draft. Anything may be empty until it is sent for approval."""

    title: Annotated[str, Field(max_length=LONGEST_TITLE)] = ""
    body: Annotated[str, Field(max_length=LONGEST_BODY, description="a little Markdown")] = ""
    sms_text: Annotated[str, Field(max_length=LONGEST_TEXT)] = ""
    include: Areas = []
    valid_until: Moment | None = None
    send_at: Annotated[Moment | None, Field(description="none: at its approval")] = None
    names_a_person: StrictBool = False


class DraftChange(DraftIn):
    """A draft in place of an earlier one."""

    version: Annotated[Id, Field(description="that you read; it must not have changed since")]


class Submission(Shape):
    """Which version is to be approved."""

    version: Id


class MessageOut(BaseModel):
    """A message as it stands."""

    id: int
    code: str
    kind: str
    severity: str
    status: str
    version: int
    title: str
    body: str
    sms_text: str
    include: list[str]
    exclude: list[str]
    channels: list[str]
    partner_id: int | None
    homes: int | None
    targeted: int | None
    returned_reason: str | None
    created_at: datetime
    submitted_at: datetime | None
    approved_at: datetime | None
    send_at: datetime | None
    finished_at: datetime | None
    valid_until: datetime | None


class MessageLine(BaseModel):
    """A message in a list."""

    id: int
    title: str
    kind: str
    severity: str
    status: str
    version: int
    homes: int | None
    targeted: int | None
    created_at: datetime
    approved_at: datetime | None


class MessagesQuery(Shape):
    """Which messages."""

    tab: Tab = Tab.SENT
    page: PageNumber = 1


class MessagesOut(BaseModel):
    """One page, newest first."""

    messages: list[MessageLine]
    page: int
    has_next: bool


class FaultOut(BaseModel):
    """Why deliveries failed, and how many."""

    reason: str
    deliveries: int


class LedgerOut(BaseModel):
    """The count of a message's deliveries by state; it always adds up to `targeted`."""

    targeted: int
    states: dict[str, int]
    holds: bool
    faults: list[FaultOut]


class RepliesQuery(Shape):
    """Which replies."""

    after: Annotated[int, Field(ge=0, le=LARGEST_ID, description="the id of the last one that you have")] = 0
    limit: Annotated[int, Field(ge=1, le=100)] = 50


class ReplyOut(BaseModel):
    """What a resident wrote back."""

    id: int
    reference: str
    message_id: int
    neighbourhood: str
    words: str
    anonymous: bool
    answerable: bool = Field(description="false: anonymous, or its writer has stopped all messages")
    received_at: datetime
    due_at: datetime | None
    answered_at: datetime | None


class RepliesOut(BaseModel):
    """Replies in the order in which they came."""

    replies: list[ReplyOut]
    has_more: bool


class AnswerIn(Shape):
    """What the team writes back."""

    words: Annotated[str, Field(min_length=1, max_length=LONGEST_REPLY)]
