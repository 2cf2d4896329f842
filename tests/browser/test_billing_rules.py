"""Two people agree something with the same client at once: the slower one sees both versions and chooses."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from browser.conftest import sign_in
from browser.test_accessibility import violations


@pytest.fixture
def other_page(browser: Browser, demo: str) -> Iterator[Page]:
    """A page of somebody else."""
    context = browser.new_context(base_url=demo, viewport={"width": 1280, "height": 900}, locale="en-US")
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


def open_rules(page: Page, email: str) -> None:
    sign_in(page, email)
    page.get_by_role("link", name="Clients").first.click()
    page.get_by_role("link", name="Commencement Film Rentals").click()
    page.get_by_role("link", name="Billing rules").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Billing rules")


def save(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()
    expect(page.get_by_role("button", name=name)).to_have_count(0)


def test_two_people_change_the_same_rules(page: Page, other_page: Page) -> None:
    open_rules(page, "admin@northside-auto.example")
    expect(page.get_by_text("Nothing was agreed with this client yet")).to_be_visible()
    page.get_by_label("Payment terms").select_option(label="Net 60 days")
    save(page, "Save as agreed")
    expect(page.get_by_role("table", name="History").get_by_role("row")).to_have_count(2)

    open_rules(other_page, "accountant@northside-auto.example")
    expect(other_page.get_by_label("Payment terms")).to_have_value("NET60")
    other_page.get_by_role("switch", name="A purchase order is required").check()
    other_page.get_by_label("Payment terms").select_option(label="Net 15 days")
    save(other_page, "Save")

    page.get_by_label("Payment terms").select_option(label="Custom number of days")
    page.get_by_label("Days until payment is due").fill("45")
    page.get_by_label("Credit limit", exact=True).fill("2,500")
    page.get_by_role("button", name="Save").click()
    both = page.get_by_role("table", name="Somebody else changed this")
    expect(both.get_by_role("row")).to_have_count(5)
    expect(both.get_by_role("row", name="Payment terms").get_by_label("Custom number of days")).to_be_checked()
    expect(both.get_by_role("row", name="A purchase order is required").get_by_label("Yes")).to_be_checked()
    assert violations(page) == []
    both.get_by_role("row", name="Payment terms").get_by_label("Net 15 days").check()
    page.get_by_role("button", name="Use what is chosen").click()
    expect(page.get_by_label("Payment terms")).to_have_value("NET15")
    save(page, "Save")

    history = page.get_by_role("table", name="History").get_by_role("row")
    expect(history).to_have_count(4)
    expect(history.nth(1)).to_contain_text("Credit limit")
    expect(history.nth(1)).to_contain_text("You")
    expect(history.nth(2)).to_contain_text("Martin Oyelaran")
    page.reload()
    expect(page.get_by_role("switch", name="A purchase order is required")).to_be_checked()
    expect(page.get_by_label("Credit limit", exact=True)).to_have_value("2500")
