"""An administrator loads a list of households and takes everybody along, in a browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName
from owl.foundation.clock import utc_now
from owl.households.importing.uploads import load_waiting_lists
from tests import factories
from tests.e2e.conftest import NewPage, assert_accessible, screenshot
from tests.e2e.signed_in import sign_in_page
from tests.households.importing.lists import ANNA, csv_of
from tests.households.importing.test_uploads import BAD

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize(("width", "scripts"), [(390, False), (1280, True)], ids=["phone, no scripts", "desk"])
def test_a_list_is_loaded_and_what_was_refused_is_put_right(
    new_page: NewPage, app: Flask, committed: Session, tmp_path: Path, width: int, scripts: bool
) -> None:
    path = tmp_path / "households.csv"
    path.write_text(csv_of(ANNA, BAD), encoding="utf-8")
    page = new_page(width=width, scripts=scripts)
    sign_in_page(page, app, committed, factories.user(committed, role=RoleName.ADMINISTRATOR))

    page.goto("/admin/households/")
    page.get_by_label("Your list").set_input_files(path)
    page.get_by_role("button", name="Check and load the list").click()
    expect(page.get_by_text("Being loaded: 0 rows are checked.")).to_be_visible()
    with app.app_context():
        load_waiting_lists(allow_drama=True, now=utc_now())
    page.get_by_role("button", name="Look again").click()
    expect(page.get_by_text("Put the refused rows right")).to_be_visible()
    page.get_by_role("button", name="Save the refused rows").focus()
    expect(page.get_by_role("button", name="Save the refused rows")).to_be_focused()
    if scripts:
        places = {"list": page.url, "lists": "/admin/households/", "export": "/admin/households/export"}
        for name, place in places.items():
            page.goto(place)
            assert_accessible(page)
            screenshot(page, f"admin-{name}")
