"""The browser that the browser tests stand on, also where the machine has none of its own."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

import chromium


def test_a_page_is_drawn(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content("<h1>Überweisung שלום</h1>")
    box = page.locator("h1").bounding_box()
    page.close()
    assert box is not None
    assert box["height"] > 20


def test_without_any_browser_the_remedy_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("CHROMIUM", raising=False)
    with pytest.raises(chromium.NoChromium, match=r"\./dev test"):
        chromium.find(search=str(tmp_path), package=tmp_path / "none", cache=tmp_path)


def test_a_wrong_name_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM", "no-such-browser")
    with pytest.raises(chromium.NoChromium, match="no-such-browser"):
        chromium.find()
