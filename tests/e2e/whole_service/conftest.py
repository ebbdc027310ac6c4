"""The stack that `make run` starts, with website, workers, clock and stand-ins, for whoever comes with a browser."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from config.settings import names
from owl.embedded.caught import Caught
from owl.embedded.home import Home
from owl.embedded.stack import Stack, stack


@pytest.fixture(scope="package")
def running() -> Iterator[Stack]:
    before = dict(os.environ)
    for name in names():
        os.environ.pop(name, None)
    with tempfile.TemporaryDirectory(prefix="owl-e2e-", ignore_cleanup_errors=True) as folder:
        try:
            home = Home(Path(folder))
            with home.held(), stack(home, lambda _: None, households=400, durable=False, web_port=0) as started:
                yield started
        finally:
            os.environ.clear()
            os.environ.update(before)


@pytest.fixture
def caught(running: Stack) -> Iterator[Caught]:
    sinks = Caught(running.home.caught)
    yield sinks
    sinks.close()


@pytest.fixture
def person(browser: Browser, running: Stack) -> Iterator[Callable[..., Page]]:
    """Somebody with a browser of their own."""
    contexts = []

    def come(width: int) -> Page:
        context = browser.new_context(
            base_url=running.settings.public_url, viewport={"width": width, "height": 900}, locale="en-GB"
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        return context.new_page()

    yield come
    for context in contexts:
        context.close()
