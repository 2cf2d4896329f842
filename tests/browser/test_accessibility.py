"""axe finds nothing on any page, light and dark, in English and German."""

import json

import pytest
from playwright.sync_api import Page

from browser.conftest import AXE, sign_in

PAGES = (
    "/", "/invoices", "/work-orders", "/clients", "/clients/new", "/services", "/services/new", "/tax-regions",
    "/tax-regions/new", "/fee-rules", "/fee-rules/new", "/number-series", "/settings", "/users", "/tokens",
)  # fmt: skip


def violations(page: Page) -> list[str]:
    """What axe objects to on this page as it stands."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("async () => (await axe.run(document, {resultTypes: ['violations']})).violations")
    return [f"{v['id']}: {[n['target'] for n in v['nodes']][:3]}" for v in json.loads(json.dumps(found))]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_accessible(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
    page.goto("/")
    page.get_by_label("E-mail").wait_for()
    found = {"sign in": violations(page)}
    sign_in(page, "admin@northside-auto.example")
    for path in PAGES:
        page.goto(path)
        page.get_by_role("heading", level=1).wait_for()
        page.wait_for_load_state("networkidle")
        found[path] = violations(page)
    for list_path in ("/invoices", "/work-orders", "/clients"):
        page.goto(list_path)
        page.get_by_role("row").nth(1).get_by_role("link").first.click()
        page.wait_for_load_state("networkidle")
        found[f"{list_path} detail"] = violations(page)
    assert {path: problems for path, problems in found.items() if problems} == {}
