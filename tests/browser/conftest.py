"""A real server with the demo businesses, and a real browser, for stories told in the console."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

import chromium
from billhead.entrypoints.assembly import open_runtime
from billhead.entrypoints.demo import seed
from billhead.storage.schema import migrate
from billhead.storage.settings import Settings
from processes import billhead_environment, free_port, running, wait_until_ready

PASSWORD = "billhead-demo"


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server with the demo businesses on SQLite."""
    folder = tmp_path_factory.mktemp("demo")
    settings = Settings(data_dir=folder)
    migrate(settings.resolved_database_url)
    with open_runtime(settings) as runtime:
        list(seed(runtime))
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    environment = billhead_environment("", folder)
    del environment["BILLHEAD_DATABASE_URL"]
    with running(environment, "serve", "--port", str(port)):
        wait_until_ready(base)
        yield base


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all stories."""
    with sync_playwright() as playwright:
        browser = chromium.find().launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, demo: str) -> Iterator[Page]:
    """A page of a fresh browser context; a script error on it fails the test."""
    context = browser.new_context(base_url=demo, viewport={"width": 1280, "height": 900}, locale="en-US")
    context.set_default_timeout(20_000)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []


def sign_in(page: Page, email: str) -> None:
    """Sign in with the demo password."""
    page.goto("/")
    page.get_by_label("E-mail").fill(email)
    page.locator("input[type=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Invoices").first.wait_for()


AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
