"""Who may open what: every route has a row, and every row is tried by eight persons.

One letter for each of: anonymous, resident with an open page, officer of the area, officer of another area,
supervisor of the area, administrator, inspector of the area, coordinator of a watch. "+" opened, "s" sent to
sign in or to ask for a link, "-" refused. A link that works is open to whoever has it.
"""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from owl.foundation.audit import Audit
from owl.foundation.database import db
from tests.house.world import PERSONS, World, undone

OPEN, RESIDENT, USER = "++++++++", "s+ssssss", "ss++++++"
READER = "ss+-+++-"  # of what concerns the area
TEAM = "ss+++++-"  # everybody of any team, and administrators
WRITER = "ss+++-+-"
HERE = "ss+-+-+-"  # who writes for the area
AUTHOR, REVIEWS = "ss+-----", "ss----+-"
DECIDES, ADMIN = "ss--+-+-", "ss---+--"
RUNS = "ss-----+"  # the watch

WHO: dict[str, str] = {
    "static": OPEN,
    "admin_audit.export": ADMIN,
    "admin_audit.show": ADMIN,
    "admin_geography.apply": ADMIN,
    "admin_geography.forget": ADMIN,
    "admin_geography.look": ADMIN,
    "admin_geography.show": ADMIN,
    "admin_geography.take": ADMIN,
    "admin_health.show": ADMIN,
    "admin_households.ask_to_export": ADMIN,
    "admin_households.export": ADMIN,
    "admin_households.forget": ADMIN,
    "admin_households.one": ADMIN,
    "admin_households.refused": ADMIN,
    "admin_households.show": ADMIN,
    "admin_households.upload": ADMIN,
    "admin_index.show": ADMIN,
    "admin_leaving.ask": ADMIN,
    "admin_leaving.leave": ADMIN,
    "admin_limits.save": ADMIN,
    "admin_limits.show": ADMIN,
    "admin_queues.again": ADMIN,
    "admin_queues.put_away": ADMIN,
    "admin_queues.show": ADMIN,
    "admin_suppression.find": ADMIN,
    "admin_suppression.mend": ADMIN,
    "admin_suppression.show": ADMIN,
    "admin_suppression.stop": ADMIN,
    "admin_retention.show": ADMIN,
    "admin_links.add": ADMIN,
    "admin_links.remove": ADMIN,
    "admin_links.show": ADMIN,
    "admin_training.add": ADMIN,
    "admin_training.mark": ADMIN,
    "admin_training.remove": ADMIN,
    "admin_training.show": ADMIN,
    "admin_partners.add": ADMIN,
    "admin_templates.add": ADMIN,
    "admin_templates.begin": ADMIN,
    "admin_templates.change": ADMIN,
    "admin_templates.end": ADMIN,
    "admin_templates.look": ADMIN,
    "admin_templates.show": ADMIN,
    "admin_templates.start": ADMIN,
    "admin_partners.end": ADMIN,
    "admin_partners.show": ADMIN,
    "admin_teams.add": ADMIN,
    "admin_teams.change": ADMIN,
    "admin_teams.edit": ADMIN,
    "admin_teams.index": ADMIN,
    "admin_teams.remove": ADMIN,
    "admin_teams.save": ADMIN,
    "admin_teams.show": ADMIN,
    "admin_users.add": ADMIN,
    "admin_users.find": ADMIN,
    "admin_users.index": ADMIN,
    "admin_users.new": ADMIN,
    "admin_users.rename": ADMIN,
    "admin_users.reset": ADMIN,
    "admin_users.save_access": ADMIN,
    "admin_users.show": ADMIN,
    "admin_systems.add": ADMIN,
    "admin_systems.end": ADMIN,
    "admin_systems.make": ADMIN,
    "admin_systems.show": ADMIN,
    "admin_systems.stop": ADMIN,
    "api_areas.count": "--------",  # for systems with a key
    "api_areas.index": "--------",
    "api_description.show": OPEN,
    "api_messages.cancel": "--------",
    "api_messages.create": "--------",
    "api_messages.index": "--------",
    "api_messages.one": "--------",
    "api_messages.save": "--------",
    "api_messages.show_ledger": "--------",
    "api_messages.submit": "--------",
    "api_replies.answer": "--------",
    "api_replies.index": "--------",
    "api_replies.one": "--------",
    "api_metrics.show": OPEN,  # from this machine, in development
    "api_probes.alive": OPEN,
    "api_probes.ready": OPEN,
    "areas.county": OPEN,
    "areas.district": OPEN,
    "boundaries.district": OPEN,
    "boundaries.districts": OPEN,
    "digests.show": OPEN,
    "feeds.alert": OPEN,
    "feeds.all_": OPEN,
    "feeds.county": OPEN,
    "feeds.district": OPEN,
    "feeds.one": OPEN,
    "hooks_twilio.inbound": "--------",  # Twilio alone, by its signature
    "invited.join": OPEN,
    "invited.look": OPEN,
    "joining.begin": OPEN,
    "joining.check": OPEN,
    "joining.consent": OPEN,
    "joining.contact": OPEN,
    "joining.finish": OPEN,
    "joining.keep_consent": OPEN,
    "joining.keep_contact": OPEN,
    "joining.keep_kinds": OPEN,
    "joining.kinds": OPEN,
    "joining.settle": OPEN,
    "joining.where": OPEN,
    "languages.choose": OPEN,
    "leaflets.show": OPEN,
    "my_addresses.add": RESIDENT,
    "my_addresses.again": RESIDENT,
    "my_addresses.ask_to_remove": RESIDENT,
    "my_addresses.code": RESIDENT,
    "my_addresses.look": OPEN,
    "my_addresses.press": OPEN,
    "my_addresses.remove": RESIDENT,
    "my_addresses.restart": RESIDENT,
    "my_addresses.send_proof": RESIDENT,
    "my_addresses.sent": RESIDENT,
    "my_addresses.try_code": RESIDENT,
    "my_choices.keep_pause": RESIDENT,
    "my_choices.pause": RESIDENT,
    "my_choices.resume": RESIDENT,
    "my_choosing.ask_fewer": RESIDENT,
    "my_choosing.fewer": RESIDENT,
    "my_choosing.first": RESIDENT,
    "my_choosing.save": RESIDENT,
    "my_choosing.show": RESIDENT,
    "my_data.ask_to_delete": RESIDENT,
    "my_data.ask_to_leave": RESIDENT,
    "my_data.delete": RESIDENT,
    "my_data.deleted": OPEN,
    "my_data.download_html": RESIDENT,
    "my_data.download_json": RESIDENT,
    "my_data.show": RESIDENT,
    "my_data.stop_all": RESIDENT,
    "my_homes.add": RESIDENT,
    "my_homes.add_invited": RESIDENT,
    "my_homes.home": RESIDENT,
    "my_homes.move": RESIDENT,
    "my_homes.remove": RESIDENT,
    "my_homes.save_new": RESIDENT,
    "my_invitations.end": RESIDENT,
    "my_invitations.make": RESIDENT,
    "my_invitations.show": RESIDENT,
    "my_reading.ask": RESIDENT,
    "my_reading.keep": RESIDENT,
    "my_watches.join": RESIDENT,
    "my_watches.leave": RESIDENT,
    "my_watches.show": RESIDENT,
    "neighbourhoods.all_": OPEN,
    "neighbourhoods.find": OPEN,
    "neighbourhoods.messages": OPEN,
    "neighbourhoods.one": OPEN,
    "neighbourhoods.photo": OPEN,
    "own_replies.add": OPEN,
    "own_replies.all_": RESIDENT,
    "own_replies.show": OPEN,
    "own_replies.ask": OPEN,
    "own_replies.show_again": OPEN,
    "pages.accessibility": OPEN,
    "pages.choose_cookies": OPEN,
    "pages.cookies": OPEN,
    "pages.help_": OPEN,
    "pages.home": OPEN,
    "pages.privacy": OPEN,
    "preferences.begin": OPEN,
    "preferences.finish": OPEN,
    "preferences.look": OPEN,
    "preferences.send_link": OPEN,
    "preferences.sent": OPEN,
    "preferences.use_link": OPEN,
    "priorities.as_data": OPEN,
    "published.picture": OPEN,
    "published.poster": OPEN,
    "published.show": OPEN,
    "proving.again": OPEN,
    "proving.code": OPEN,
    "proving.done": OPEN,
    "proving.in_use": OPEN,
    "proving.joined": OPEN,
    "proving.press": OPEN,
    "proving.prove": OPEN,
    "proving.try_code": OPEN,
    "replying.ballot": OPEN,
    "replying.rate": OPEN,
    "replying.reply": OPEN,
    "replying.show": OPEN,
    "replying.show_again": OPEN,
    "replying.thanks": OPEN,
    "team_picturing.add": HERE,
    "team_picturing.show": HERE,
    "team_picturing.take_out": HERE,
    "team_previewing.show_page": HERE,
    "team_previewing.show_poster": HERE,
    "team_profile.begin_second_step": USER,
    "team_profile.codes_are_kept": USER,
    "team_profile.leave_elsewhere": USER,
    "team_profile.password": USER,
    "team_profile.profile": USER,
    "team_profile.recovery_codes": USER,
    "team_profile.renew_codes": USER,
    "team_profile.save_password": USER,
    "team_profile.save_second_step": USER,
    "team_profile.second_step": USER,
    "team_profile.set_up": USER,
    "team_profile.show_codes": USER,
    "team_public_page.add": HERE,
    "team_public_page.cancel": HERE,
    "team_public_page.change": HERE,
    "team_public_page.choose": WRITER,
    "team_public_page.edit": HERE,
    "team_public_page.keep_accounts": HERE,
    "team_public_page.show": HERE,
    "unsubscribing.fewer": OPEN,
    "unsubscribing.look": OPEN,
    "unsubscribing.look_again": OPEN,
    "unsubscribing.unsubscribe": OPEN,
    "verifying.check": OPEN,
    "team_approving.approve": DECIDES,
    "team_approving.ask": HERE,
    "team_approving.give_back": DECIDES,
    "team_approving.send": HERE,
    "team_composing.count": WRITER,
    "team_composing.create": WRITER,
    "team_composing.edit": HERE,
    "team_composing.new": WRITER,
    "team_composing.preview": HERE,
    "team_composing.preview_mail": HERE,
    "team_composing.save": "--+-+-+-",  # who is signed out gets the words back
    "team_composing.test": HERE,
    "team_afterwards.ask": HERE,
    "team_afterwards.figures": READER,
    "team_afterwards.record": HERE,
    "team_keeping.keep": HERE,
    "team_keeping.keep_new": WRITER,
    "team_keeping.note": HERE,
    "team_keeping.throw_away": WRITER,
    "team_following_up.ask_again": "ss------",  # nothing of anybody's has come back
    "team_following_up.ask_for_outcome": HERE,
    "team_following_up.ask_for_update": HERE,
    "team_following_up.look_again": "ss------",
    "team_following_up.write_outcome": HERE,
    "team_following_up.write_update": HERE,
    "team_placing.add": WRITER,
    "team_placing.homes": WRITER,
    "team_whereabouts.show": READER,
    "team_emergencies.review": REVIEWS,
    "team_emergencies.send": AUTHOR,
    "team_messages.cancel": HERE,
    "team_messages.index": TEAM,
    "team_messages.show": READER,
    "team_messages.show_ledger": READER,
    "team_stopping.ask_for_stand_down": HERE,
    "team_stopping.ask_to_cancel": READER,
    "team_stopping.cancel": READER,
    "team_stopping.lift": DECIDES,
    "team_stopping.pause": READER,
    "team_stopping.resume": READER,
    "team_stopping.send_late": READER,
    "team_stopping.take_out": READER,
    "team_stopping.write_stand_down": HERE,
    "admin_replies.add": ADMIN,
    "admin_replies.begin": ADMIN,
    "admin_replies.end": ADMIN,
    "admin_replies.show": ADMIN,
    "team_cover.come_back_": "ss------",  # nobody is covered
    "team_cover.leave": WRITER,
    "team_cover.show": WRITER,
    "team_reports.download": TEAM,
    "team_reports.show": TEAM,
    "team_replies.compliance": TEAM,
    "team_repeating.ask": HERE,
    "team_repeating.end": HERE,
    "team_repeating.repeat": HERE,
    "team_repeating.repeated": TEAM,
    "team_repeating.show_calendar": TEAM,
    "team_replies.find": "ss------",  # nothing is found without a reference
    "team_replies.show_inbox": TEAM,
    "team_reply.answer": HERE,
    "team_reply.assign": HERE,
    "team_reply.claim": HERE,
    "team_reply.close": HERE,
    "team_reply.hand_over": HERE,
    "team_reply.merge": HERE,
    "team_reply.note": HERE,
    "team_reply.reopen": HERE,
    "team_reply.show": READER,
    "team_today.today": TEAM,
    "team_watches.change": HERE,
    "team_watches.decide": DECIDES,
    "team_watches.edit": HERE,
    "team_watches.index": TEAM,
    "team_watches.name": HERE,
    "team_watches.new": WRITER,
    "team_watches.propose": WRITER,
    "team_watches.show": READER,
    "team_watches.vet": DECIDES,
    "sheets.show": RUNS,
    "sheets.show_team": HERE,
    "sheets.tick": RUNS,
    "sheets.tick_team": HERE,
    "watches.add_home": RUNS,
    "watches.homes": RUNS,
    "watches.index": RUNS,
    "watches.remove_home": RUNS,
    "watches.send": RUNS,
    "watches.show": RUNS,
    "watches.write": RUNS,
    "team_signing_in.recovery_code": "ssssssss",  # after a password only
    "team_signing_in.second_step": "ssssssss",
    "team_signing_in.send_code": "ssssssss",
    "team_signing_in.send_first_code": "ssssssss",
    "team_signing_in.send_password": OPEN,
    "team_signing_in.send_recovery_code": "ssssssss",
    "team_signing_in.set_up": "ssssssss",
    "team_signing_in.sign_in": OPEN,
    "team_signing_in.sign_out": "ssssssss",
}


# Where an empty form would be sent back before anybody asked whose it is.
FORMS = {
    "team_emergencies.review": {"was_right": "yes", "note": "There was nobody to ask."},
    "team_emergencies.send": {"emergency_reason": "A child is missing near the weir."},
    "team_keeping.keep": {"unsaved": "a-key-drawn-by-a-page", "title": "Shed break-ins"},
    "team_composing.save": {"kind": "crime_alert", "severity": "routine", "title": "Shed break-ins", "version": "1"},
}


def test_every_route_has_a_row_and_every_row_a_route(app: Flask) -> None:
    assert set(WHO) == {rule.endpoint for rule in app.url_map.iter_rules()}


@pytest.mark.parametrize("person", PERSONS)
def test_each_person_opens_what_the_table_says(world: World, person: str) -> None:
    wrong = []
    for rule in world.app.url_map.iter_rules():
        expected = WHO.get(rule.endpoint, OPEN)[PERSONS.index(person)]
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            with undone():
                answer = world.client(person).open(world.path(rule), method=method, data=FORMS.get(rule.endpoint))
                if person in world.users and _letter(answer, rule.rule, person) == "-" and _is_recorded(rule):
                    acts = db.session.scalars(sa.select(Audit.act).where(Audit.actor_id == world.users[person])).all()
                    assert acts == [f"refused: {rule.endpoint}"], f"{method} {rule.rule} left {acts} in the audit"
            if _letter(answer, rule.rule, person) != expected:
                wrong.append(f"{method} {rule.rule}: {answer.status_code} {answer.location or ''}, not {expected!r}")
    assert not wrong, "\n".join([person, *wrong])


def _is_recorded(rule: Rule) -> bool:
    """Whether a refusal is one of the user's: not of a signature, nor of a search that found nothing."""
    return rule.rule.startswith("/team") and rule.endpoint != "team_replies.find"


def _letter(answer: TestResponse, rule: str, person: str) -> str:
    place = (answer.location or "").partition("?")[0]
    asked_for_a_link = place == "/my" and person != "resident" and not rule.endswith("/finish")
    if answer.status_code == 303 and (place == "/team/sign-in" or asked_for_a_link):
        return "s"
    if answer.status_code >= 500:
        return "broken"
    made_up_link = answer.status_code in {404, 410} and "<" in rule and not rule.startswith("/team")
    return "-" if answer.status_code in {401, 403, 404} and not made_up_link else "+"
