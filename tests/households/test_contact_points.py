"""Contact points are found by their blind index, whatever the spelling."""

from __future__ import annotations

from sqlalchemy.orm import Session

from owl.foundation.clock import utc_now
from owl.foundation.notices import Channel
from owl.households.contact_points import contact_points_of, find_contact_point, index_of, parse_address
from owl.households.models import ContactPoint, Subscriber


def test_an_address_is_found_again_in_any_spelling(session: Session) -> None:
    owner = Subscriber(created_at=utc_now())
    session.add(owner)
    session.flush()
    for channel, address in ((Channel.EMAIL, "Anna@example.com"), (Channel.SMS, "+447700900123")):
        session.add(
            ContactPoint(
                subscriber_id=owner.id,
                channel=channel,
                address=address,
                address_index=index_of(channel, address),
                verified_at=utc_now(),
            )
        )
    session.flush()

    for channel, typed in ((Channel.EMAIL, "ANNA@Example.COM"), (Channel.SMS, "0044 7700 900 123")):
        found = find_contact_point(session, index_of(channel, parse_address(channel, typed, allow_drama=True)))
        assert found is not None
        assert found.channel is channel
    assert find_contact_point(session, index_of(Channel.EMAIL, "ben@example.com")) is None
    assert [point.address for point in contact_points_of(session, owner.id)] == ["Anna@example.com", "07700 900123"]


def test_the_same_text_as_mail_and_as_number_has_two_indexes(session: Session) -> None:
    assert index_of(Channel.EMAIL, "+447700900123") != index_of(Channel.SMS, "+447700900123")
