"""What the local stack serves: OWL and the sandbox."""

from __future__ import annotations

from config.settings import read_settings
from owl.app import create_app
from owl.embedded.sandbox import add_sandbox

app = create_app(read_settings())
add_sandbox(app)
