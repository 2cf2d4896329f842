"""From a finished work order to a void invoice, as a service advisor sees it, in a real browser."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from browser.conftest import sign_in


def test_a_service_advisor_bills_a_finished_work_order(page: Page, tmp_path: Path) -> None:
    sign_in(page, "advisor@northside-auto.example")
    page.get_by_role("link", name="Work orders").first.click()
    page.get_by_role("row").filter(has_text="Grace Whitaker").get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("WO-1042")
    page.get_by_role("button", name="Create draft invoice").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Draft")
    expect(page.get_by_text("One thing keeps this invoice from being issued")).to_be_visible()
    expect(page.get_by_text("The client has no billing e-mail address.")).to_be_visible()
    expect(page.get_by_role("button", name="Issue", exact=True)).to_have_count(0)

    page.get_by_role("link", name="Open the client").click()
    page.get_by_label("Billing e-mail").fill("grace.whitaker@example.com")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name="Save")).to_have_count(0)

    page.get_by_role("link", name="Work orders").first.click()
    page.get_by_role("row").filter(has_text="WO-1042").get_by_role("link").first.click()
    page.get_by_role("main").get_by_role("link", name=re.compile("draft", re.IGNORECASE)).click()
    page.get_by_role("button", name="Issue", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Issue").click()

    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text(re.compile(r"INV-\d{6}"))
    number = heading.inner_text()
    expect(page.get_by_text("Traceability")).to_be_visible()
    expect(page.get_by_text("Billable scope snapshot")).to_be_visible()
    picture = page.get_by_role("img", name=re.compile("page 1", re.IGNORECASE)).first
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.naturalWidth > 300 && image.complete")

    with page.expect_download() as download:
        page.get_by_role("button", name="Download PDF").click()
    saved = tmp_path / "invoice.pdf"
    download.value.save_as(saved)
    assert saved.read_bytes().startswith(b"%PDF-")
    assert number in download.value.suggested_filename

    page.get_by_role("button", name="Void").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Reason").fill("Billed to the wrong client")
    dialog.get_by_role("button", name="Void invoice").click()
    expect(page.get_by_text("Billed to the wrong client")).to_be_visible()
    expect(page.get_by_role("button", name="Void")).to_have_count(0)
    expect(heading).to_have_text(number)


def test_a_wrong_password_is_told_in_place(page: Page) -> None:
    page.goto("/")
    page.get_by_label("E-mail").fill("advisor@northside-auto.example")
    page.locator("input[type=password]").fill("not the password")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("The e-mail address or the password is wrong.")).to_be_visible()


def test_what_a_role_may_not_do_is_not_offered(page: Page) -> None:
    sign_in(page, "cashier@northside-auto.example")
    expect(page.get_by_role("link", name="API tokens")).to_have_count(0)
    page.get_by_role("link", name="Work orders").first.click()
    page.get_by_role("row").filter(has_text="WO-1041").get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("WO-1041")
    expect(page.get_by_role("button", name="Create draft invoice")).to_have_count(0)


def test_everything_can_be_reached_with_the_keyboard(page: Page) -> None:
    page.goto("/")
    page.get_by_label("E-mail").focus()
    page.keyboard.type("advisor@northside-auto.example")
    page.keyboard.press("Tab")
    page.keyboard.type("billhead-demo")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Invoices").first.wait_for()
    reached = set()
    for _ in range(30):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.innerText || document.activeElement.ariaLabel || ''"))
    assert {"Invoices", "Work orders", "Clients"} <= {words.strip() for words in reached}
