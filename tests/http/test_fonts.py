"""Fonts of a business over HTTP: checked, used by its templates, kept for what was issued, seen by no other."""

import base64
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import obstore
import pikepdf
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from starlette.testclient import TestClient

from app import Office, drafted, issued
from billhead.access.permissions import Role
from billhead.storage.clock import FixedClock

Json = dict[str, Any]
FONTS = Path(__file__).parents[1] / "layout" / "fonts"
THAI = (FONTS / "NotoSansThai-subset.ttf").read_bytes()
JAPANESE = (FONTS / "NotoSansCJKjp-subset.otf").read_bytes()


def in_base64(data: bytes) -> Json:
    return {"file": base64.b64encode(data).decode()}


def uploaded(client: TestClient, data: bytes = THAI) -> Json:
    answer = client.post("/billing/fonts", json=in_base64(data))
    assert answer.status_code == 201, answer.text
    body: Json = answer.json()
    return body


def a_template(words: str, family: str) -> Json:
    """A template that prints these words in this family."""
    style = {"inline": {"fontFamily": family}}
    node = {"id": "words", "type": "text", "content": {"type": "literal", "value": words}, "style": style}
    return {
        "kind": "invoice-template-ast",
        "version": 1,
        "layout": {"id": "root", "type": "document", "children": [node]},
    }


def made_default(client: TestClient, template: Json) -> None:
    """Print every invoice with this template."""
    body = {"name": "House", "kind": "invoice", "template": template}
    template_id = client.post("/billing/templates", json=body).json()["templateId"]
    assert client.post(f"/billing/templates/{template_id}/default").status_code == 200


def fonts_in(pdf: bytes) -> set[str]:
    """The names of the fonts in a PDF, without the tags of their subsets."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        return {str(font.BaseFont).partition("+")[2] for font in opened.pages[0].Resources.Font.values()}


def test_the_life_of_a_font(office: Office) -> None:
    client = office.client()
    font = uploaded(client)
    assert (font["family"], font["weight"], font["italic"], font["characters"]) == ("Noto Sans Thai", 400, False, 27)
    assert font["size"] == len(THAI)
    assert "Open Font License" in font["licence"]
    uploaded(client, JAPANESE)
    assert [one["family"] for one in client.get("/billing/fonts").json()["items"]] == [
        "Noto Sans CJK JP",
        "Noto Sans Thai",
    ]
    assert client.get(f"/billing/fonts/{font['fontId']}").json() == font
    twice = client.post("/billing/fonts", json=in_base64(THAI))
    assert (twice.status_code, twice.json()["errorCode"]) == (409, "FONT_EXISTS")
    assert client.delete(f"/billing/fonts/{font['fontId']}").status_code == 204
    assert client.get(f"/billing/fonts/{font['fontId']}").status_code == 404
    assert client.delete(f"/billing/fonts/{font['fontId']}").status_code == 404
    assert uploaded(client)["fontId"] != font["fontId"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("no base64!", "base64"),
        ("", "file"),
        (base64.b64encode(b"%PDF").decode(), "TrueType"),
        (base64.b64encode(THAI[:900]).decode(), "cut short"),
    ],
)
def test_what_is_no_font_is_refused(office: Office, data: str, words: str) -> None:
    answer = office.client().post("/billing/fonts", json={"file": data})
    assert answer.status_code == 400
    assert words in str(answer.json()["fieldErrors"])
    assert office.client().get("/billing/fonts").json()["items"] == []


def test_too_large_a_font_is_refused_unread(office: Office) -> None:
    limit = office.runtime.settings.max_font_bytes
    answer = office.client().post("/billing/fonts", json=in_base64(bytes(limit + 3)))
    assert (answer.status_code, answer.json()["errorCode"]) == (413, "FONT_TOO_LARGE")


def test_templates_use_it_and_other_businesses_do_not(office: Office, other_office: Office) -> None:
    for client, there in ((office.client(), True), (other_office.client(), False)):
        if there:
            uploaded(client)
        made_default(client, a_template("ใบ plain", "Noto Sans Thai"))
        path = f"/billing/invoices/{drafted(client)['invoiceId']}"
        assert ("NotoSansThai-400" in fonts_in(client.get(f"{path}/pdf").content)) is there
        page = client.get(f"{path}/html").text
        assert ("@font-face{font-family:'Noto Sans Thai'" in page) is there
        preview = client.post(
            "/billing/templates/preview", json={"template": a_template("ใบ", "Noto Sans Thai"), "data": {}}
        ).json()
        assert preview["success"]
        assert ("MISSING_GLYPH" in {one["code"] for one in preview["diagnostics"]}) is not there


def test_it_is_asked_for_characters_that_the_shipped_fonts_lack(office: Office) -> None:
    client = office.client()
    uploaded(client)
    made_default(client, a_template("plain", "Noto Sans"))
    draft = drafted(client)["invoiceId"]
    assert fonts_in(client.get(f"/billing/invoices/{draft}/pdf").content) == {"NotoSans-Regular", "NotoSans-Bold"}
    made_default(client, a_template("ใบ plain", "Noto Sans"))
    assert "NotoSansThai-400" in fonts_in(client.get(f"/billing/invoices/{draft}/pdf").content)


def test_what_was_issued_keeps_its_fonts(office: Office) -> None:
    """It is drawn with the fonts that were there when it was issued, whatever came or went afterwards."""
    client, clock = office.client(), office.runtime.clock
    assert isinstance(clock, FixedClock)
    font = uploaded(client)
    made_default(client, a_template("ใบ", "Noto Sans Thai"))
    path = f"/billing/invoices/{issued(client)['invoiceId']}"
    html = client.get(f"{path}/html").text
    assert "@font-face{font-family:'Noto Sans Thai'" in html
    clock.at += timedelta(minutes=1)
    assert client.delete(f"/billing/fonts/{font['fontId']}").status_code == 204
    clock.at += timedelta(minutes=1)
    assert client.get(f"{path}/html").text == html
    assert "NotoSansThai-400" in fonts_in(client.get(f"{path}/pdf").content)
    uploaded(client, JAPANESE)
    assert client.get(f"{path}/html").text == html
    assert "Noto Sans CJK" not in html


def test_only_who_manages_templates_may(office: Office) -> None:
    font = uploaded(office.client())
    cashier = office.client(Role.CASHIER)
    assert cashier.get("/billing/fonts").status_code == 200
    assert cashier.post("/billing/fonts", json=in_base64(JAPANESE)).status_code == 403
    assert cashier.delete(f"/billing/fonts/{font['fontId']}").status_code == 403


def test_a_row_never_changes(office: Office) -> None:
    uploaded(office.client())
    for statement in ("UPDATE tenant_font SET family = 'x'", "DELETE FROM tenant_font"):
        with (
            pytest.raises(DBAPIError),
            office.runtime.database.tenant(office.tenant_id, write=True) as session,
        ):
            session.execute(text(statement))


def test_a_font_whose_file_is_lost_is_told(office: Office) -> None:
    client = office.client()
    font = uploaded(client)
    copies = office.runtime.settings.data_dir / "font-copies"
    made_default(client, a_template("ใบ", "Noto Sans Thai"))
    path = f"/billing/invoices/{drafted(client)['invoiceId']}/html"
    assert client.get(path).status_code == 200
    (copies / f"{font['sha256']}.font").unlink()
    assert client.get(path).status_code == 200
    (copies / f"{font['sha256']}.font").unlink()
    digest = font["sha256"]
    obstore.delete(office.runtime.blobs._store, f"{digest[:2]}/{digest}")
    answer = client.get(path)
    assert (answer.status_code, answer.json()["errorCode"]) == (409, "FONT_LOST")


@pytest.mark.parametrize("damage", [b"", THAI[:-1], bytes(len(THAI))], ids=["empty", "cut", "other bytes"])
def test_a_damaged_copy_of_a_font_is_made_anew(office: Office, damage: bytes) -> None:
    client = office.client()
    font = uploaded(client)
    copy = office.runtime.settings.data_dir / "font-copies" / f"{font['sha256']}.font"
    made_default(client, a_template("ใบ", "Noto Sans Thai"))
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.write_bytes(damage)
    assert client.get(f"/billing/invoices/{drafted(client)['invoiceId']}/html").status_code == 200
    assert copy.read_bytes() == THAI
    assert [path.name for path in copy.parent.iterdir()] == [copy.name]


@pytest.mark.parametrize(("words", "family", "is_used"), [
    ("plain", "Noto Sans Thai", True),
    ("plain", "Arial, 'noto sans thai'", True),
    ("Noto Sans Thai", "Noto Sans", False),
    ("plain", "Noto Sans Thai Looped", False),
])  # fmt: skip
def test_a_font_is_named_by_a_font_family_alone(office: Office, words: str, family: str, is_used: bool) -> None:
    client = office.client()
    uploaded(client)
    made_default(client, a_template(words, family))
    page = client.get(f"/billing/invoices/{drafted(client)['invoiceId']}/html").text
    assert ("@font-face{font-family:'Noto Sans Thai'" in page) is is_used
