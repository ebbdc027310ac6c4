"""The application: the one place that joins its parts and names a vendor."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import redis
from flask import Flask

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
from owl.web.caching.door import open_door
from owl.web.caching.policy import say_how_long
from owl.web.caching.shelf import Shelf
from owl.web.errors import show_errors
from owl.web.hooks.receipts import ReceiptDoor
from owl.web.json_bodies import BoundedJson
from owl.web.limits import limit_requests
from owl.web.parts import PARTS
from owl.web.request_log import log_requests
from owl.web.safety import exempt_from_tokens, make_safe
from owl.web.speaking import speak_languages
from owl.web.templating import QuickEnvironment, prepare_templates

ROOT = Path(__file__).parent.parent
LARGEST_REQUEST = 1024 * 1024  # bytes
CONNECT_S = 10  # a database that is silent must not hold a page up for minutes


def create_app(settings: Settings) -> Flask:
    """OWL, ready to serve pages or run jobs."""
    app = Flask("owl", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "owl/static"))
    app.jinja_environment = QuickEnvironment
    app.url_map.converters["int"] = RowId
    app.json_provider_class = BoundedJson  # which Flask-Security makes its own of
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
