"""What the local stack serves: OWL and the sandbox."""

from __future__ import annotations

from config.settings import read_settings
from owl.app import create_app

app = create_app(read_settings())
