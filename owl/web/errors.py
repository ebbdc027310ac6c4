"""One place that turns a failure into a page."""

from __future__ import annotations

from flask import Flask, render_template
from flask.typing import ResponseReturnValue

from owl.foundation.errors import OwlError


def show_errors(app: Flask) -> None:
    """Let every OwlError become a page with its sentence and status."""

    @app.errorhandler(OwlError)
    def refuse(error: OwlError) -> ResponseReturnValue:
        return render_template("error.html", sentence=error.sentence), error.status
