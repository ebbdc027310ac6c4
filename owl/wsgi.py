"""What a web server loads: `gunicorn owl.wsgi:app`."""

from __future__ import annotations

from config.settings import read_settings
from owl.app import create_app

app = create_app(read_settings())
