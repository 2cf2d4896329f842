"""What forms do when something is in the way: wrong values, a session that ended, a second thought."""

from playwright.sync_api import Page, expect

from browser.conftest import PASSWORD, sign_in

ADMIN = "admin@northside-auto.example"


def test_an_ended_session_asks_to_sign_in_and_the_form_goes_through(page: Page) -> None:
    sign_in(page, ADMIN)
    page.goto("/services/new")
    page.get_by_label("Name").fill("Night towing")
    page.get_by_label("Code").fill("TOW-NIGHT")
    page.context.clear_cookies()
    page.get_by_role("button", name="Add service").click()
    dialog = page.get_by_role("dialog", name="Please sign in again")
    expect(dialog).to_contain_text(ADMIN)
    dialog.locator("input[type=password]").fill("not the password")
    dialog.get_by_role("button", name="Sign in", exact=True).click()
    expect(dialog).to_contain_text("The e-mail address or the password is wrong.")
    dialog.locator("input[type=password]").press("Escape")
    expect(dialog).to_be_visible()
    dialog.locator("input[type=password]").fill(PASSWORD)
    dialog.get_by_role("button", name="Sign in", exact=True).click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_have_text("Night towing")
    page.goto("/services?text=TOW-NIGHT")
    expect(page.get_by_role("row").filter(has_text="Night towing")).to_have_count(1)


def test_every_fault_stands_at_its_field_in_the_persons_language(page: Page) -> None:
    sign_in(page, ADMIN)
    page.evaluate("localStorage.setItem('billhead.language', 'de')")
    page.goto("/clients/new")
    page.get_by_label("Name").first.fill("x" * 201)
    page.get_by_label("E-Mail für Rechnungen").fill("nobody")
    page.get_by_role("button", name="Kunden anlegen").click()
    notice = page.get_by_role("alert").first
    expect(notice).to_contain_text("Bitte sehen Sie sich")
    expect(notice).not_to_contain_text("String should")
    expect(page.get_by_text("Das ist zu lang")).to_have_count(1)


def test_a_role_is_changed_only_after_a_second_thought(page: Page) -> None:
    sign_in(page, ADMIN)
    page.goto("/users")
    choice = page.get_by_label("Role of Keiko Tanabe")
    choice.select_option("VIEWER")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Make Keiko Tanabe Viewer?")
    dialog.get_by_role("button", name="Cancel").click()
    expect(choice).to_have_value("CASHIER")
    choice.select_option("VIEWER")
    dialog.get_by_role("button", name="Change the role").click()
    expect(page.get_by_text("The role was changed")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Role of Keiko Tanabe")).to_have_value("VIEWER")


def test_people_fit_on_a_phone(page: Page) -> None:
    sign_in(page, ADMIN)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/users")
    people = page.get_by_role("table", name="People")
    people.get_by_label("Role of Keiko Tanabe").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert people.evaluate("table => table.scrollWidth <= table.parentElement.clientWidth + 1")
    remove = people.get_by_role("button", name="Remove").first.bounding_box()
    assert remove is not None
    assert remove["x"] + remove["width"] <= 390


def test_who_belongs_to_two_businesses_switches_between_them(page: Page) -> None:
    sign_in(page, "books@ledgerbrook.example")
    page.get_by_role("button", name="Switch business").click()
    expect(page.get_by_role("menuitem")).to_have_count(2)
