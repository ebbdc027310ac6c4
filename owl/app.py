"""The application: the one place that knows every part and names a vendor."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import redis
from flask import Blueprint, Flask

from config.settings import Settings
from owl.accounts.identity import identify_users
from owl.delivery.pacing import slow_down
from owl.delivery.receipts import ReceiptBook
from owl.delivery.smtp.provider import SmtpMail
from owl.delivery.twilio import TwilioTexts
from owl.foundation.database import db
from owl.foundation.direct import Direct
from owl.foundation.encryption import KeyRing
from owl.foundation.logs import set_up_logs
from owl.foundation.notices import Channel
from owl.web.addresses import RowId
from owl.web.admin import (
    audit,
    geography,
    health,
    households,
    index,
    kinds,
    leaving,
    limits,
    links,
    partners,
    queues,
    reply_lists,
    retention,
    suppression,
    systems,
    teams,
    templates,
    training,
    users,
)
from owl.web.api import areas as api_areas
from owl.web.api import description as api_description
from owl.web.api import messages as api_messages
from owl.web.api import metrics, probes
from owl.web.api import replies as api_replies
from owl.web.caching.door import open_door
from owl.web.caching.policy import say_how_long
from owl.web.caching.shelf import Shelf
from owl.web.errors import show_errors
from owl.web.hooks import twilio as hooks_twilio
from owl.web.hooks.receipts import ReceiptDoor
from owl.web.limits import limit_requests
from owl.web.public import (
    areas,
    ballots,
    boundaries,
    consultations,
    digests,
    feeds,
    invited,
    invited_ballots,
    joining,
    languages,
    leaflets,
    my_addresses,
    my_choices,
    my_choosing,
    my_data,
    my_homes,
    my_invitations,
    my_reading,
    near_watches,
    neighbourhoods,
    open_data,
    own_replies,
    pages,
    preferences,
    priorities,
    proving,
    published,
    replying,
    sitemap,
    unsubscribing,
    verifying,
)
from owl.web.public import results as public_results
from owl.web.request_log import log_requests
from owl.web.safety import exempt_from_tokens, make_safe
from owl.web.speaking import speak_languages
from owl.web.team import (
    afterwards,
    approving,
    asking,
    asking_preview,
    composing,
    consulting,
    consulting_year,
    cover,
    emergencies,
    following_up,
    issues,
    keeping,
    messages,
    my_watches,
    picturing,
    placing,
    previewing,
    profile,
    public_page,
    repeating,
    replies,
    reply,
    reports,
    results,
    right_doors,
    sheets,
    signing_in,
    stopping,
    today,
    trying,
    typing_in,
    watches,
    whereabouts,
)
from owl.web.team import priorities as team_priorities
from owl.web.templating import prepare_templates

ROOT = Path(__file__).parent.parent
LARGEST_REQUEST = 1024 * 1024  # bytes
CONNECT_S = 10  # a database that is silent must not hold a page up for minutes
PARTS: tuple[Blueprint, ...] = (
    afterwards.bp,
    areas.bp,
    boundaries.bp,
    api_areas.bp,
    api_description.bp,
    api_messages.bp,
    api_replies.bp,
    approving.bp,
    asking.bp,
    asking_preview.bp,
    ballots.bp,
    audit.bp,
    composing.bp,
    consultations.bp,
    consulting.bp,
    consulting_year.bp,
    cover.bp,
    digests.bp,
    following_up.bp,
    emergencies.bp,
    feeds.bp,
    geography.bp,
    health.bp,
    households.bp,
    hooks_twilio.bp,
    index.bp,
    kinds.bp,
    invited.bp,
    issues.bp,
    invited_ballots.bp,
    joining.bp,
    keeping.bp,
    languages.bp,
    leaflets.bp,
    limits.bp,
    links.bp,
    leaving.bp,
    messages.bp,
    metrics.bp,
    my_addresses.bp,
    my_choices.bp,
    my_choosing.bp,
    my_data.bp,
    my_reading.bp,
    my_homes.bp,
    my_invitations.bp,
    my_watches.bp,
    near_watches.bp,
    neighbourhoods.bp,
    open_data.bp,
    own_replies.bp,
    pages.bp,
    partners.bp,
    placing.bp,
    preferences.bp,
    priorities.bp,
    team_priorities.bp,
    probes.bp,
    profile.bp,
    picturing.bp,
    previewing.bp,
    proving.bp,
    queues.bp,
    public_page.bp,
    public_results.bp,
    published.bp,
    replies.bp,
    reply.bp,
    reply_lists.bp,
    repeating.bp,
    replying.bp,
    reports.bp,
    results.bp,
    retention.bp,
    sheets.bp,
    signing_in.bp,
    sitemap.bp,
    stopping.bp,
    suppression.bp,
    templates.bp,
    teams.bp,
    systems.bp,
    right_doors.bp,
    today.bp,
    typing_in.bp,
    trying.bp,
    training.bp,
    unsubscribing.bp,
    users.bp,
    verifying.bp,
    watches.bp,
    whereabouts.bp,
)


def create_app(settings: Settings) -> Flask:
    """OWL, ready to serve pages or run jobs."""
    app = Flask("owl", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "owl/static"))
    app.url_map.converters["int"] = RowId
    _configure(app, settings)
    _connect(app, settings)
    set_up_logs(readable=not settings.in_production)
    shelf = Shelf(settings.home / "pages" if settings.keep_pages else None)
    open_door(app, shelf)
    make_safe(app, settings)
    say_how_long(app, shelf)
    log_requests(app, settings)
    identify_users(app)
    speak_languages(app)
    prepare_templates(app, ROOT / "templates")
    show_errors(app)
    for part in PARTS:
        app.register_blueprint(part)
    exempt_from_tokens(app)
    limit_requests(app, settings)
    app.wsgi_app = ReceiptDoor(app, settings, app.wsgi_app)  # type: ignore[method-assign]
    return app


def _configure(app: Flask, settings: Settings) -> None:
    """What Flask and its extensions read."""
    app.config.update(
        SECRET_KEY=settings.secret_keys[0].get_secret_value(),
        MAP_TILES=settings.map_tiles,
        MAP_TILES_CREDIT=settings.map_tiles_credit,
        SECRET_KEY_FALLBACKS=[key.get_secret_value() for key in settings.secret_keys[1:]],
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={
            "pool_pre_ping": True,
            "hide_parameters": True,
            "connect_args": {"connect_timeout": CONNECT_S},
        },
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
    )


def _connect(app: Flask, settings: Settings) -> None:
    """What our own modules find in the application: settings, keys, and the ways out."""
    app.extensions["owl.settings"] = settings
    app.extensions["owl.contact_keys"] = KeyRing.parse(settings.contact_keys.get_secret_value())
    app.extensions["owl.direct"] = Direct(settings.database_url)
    app.extensions["owl.redis"] = redis.Redis.from_url(settings.redis_url)
    app.extensions["owl.mail"] = SmtpMail.parse(
        settings.smtp_url.get_secret_value(), connections=settings.smtp_connections
    )
    app.extensions["owl.sms"] = TwilioTexts(
        account_sid=settings.twilio_account_sid,
        auth_token=settings.twilio_auth_token.get_secret_value(),
        messaging_service_sid=settings.twilio_messaging_service_sid,
        api_url=settings.twilio_api_url,
        slow_down=partial(slow_down, Channel.SMS),
    )
    app.extensions["owl.receipts"] = ReceiptBook(settings.database_url)
    db.init_app(app)
