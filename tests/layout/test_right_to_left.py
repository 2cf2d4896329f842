"""Documents in Arabic: sides, digits, numbers and Latin words in right-to-left text, marks over letters."""

from io import BytesIO

import pytest
from PIL import Image

from billhead import layout
from billhead.layout.composition.expressions import END_OF_ISOLATE, ISOLATE
from billhead.layout.document import Text
from billhead.layout.frames import Pages, TextLine
from billhead.layout.standard import standard_template
from layout.builders import a_column, a_field, a_table, a_template, a_text, literal, node_of, shown, text_of
from layout.golden.documents import ARABIC, a_receipt, an_invoice, an_order_record
from layout.trees import a_document
from layout.trees import a_text as a_paragraph

PHONE = "+965 2222 0142"


def line_of(pages: Pages, text: str) -> TextLine:
    return next(item for page in pages.pages for item in page.items if isinstance(item, TextLine) and item.text == text)


def test_texts_in_latin_stand_at_the_right_too() -> None:
    document = layout.compose(standard_template("order-record"), an_order_record(ARABIC), locale="ar")
    pages = layout.lay_out(document)
    right = document.page.width - document.page.margin_right
    for text in ("Powered by Billhead", ARABIC.email, ARABIC.business, "Microsoft 365 Business Premium"):
        line = line_of(pages, text)
        assert line.x + line.width == pytest.approx(right, abs=0.1), text


def test_explicit_alignment_stays() -> None:
    left = a_text(literal("Left"), style={"inline": {"textAlign": "left"}})
    document = layout.compose(a_template(left), {}, locale="ar")
    assert line_of(layout.lay_out(document), "Left").x == document.page.margin_left


@pytest.mark.parametrize("text", [PHONE, "(02) 555-0142", "-12.50", "2025-03-31", "5 / 7"])
def test_groups_of_digits_keep_their_places(text: str) -> None:
    pages = layout.lay_out(layout.compose(a_template(a_text(literal(text))), {}, locale="ar"))
    assert "".join(word.text for word in line_of(pages, text).words) == text


def test_a_phone_number_is_marked_left_to_right_in_html() -> None:
    html = layout.render_html(layout.compose(standard_template("standard-receipt"), a_receipt(ARABIC), locale="ar"))
    assert '<html lang="ar" dir="rtl">' in html
    assert html.split(PHONE)[0].rsplit("<", 1)[1].startswith('p dir="ltr"')


def test_latin_words_in_slots_are_kept_apart() -> None:
    document = layout.compose(standard_template("order-record"), an_order_record(ARABIC), locale="ar")
    words = text_of(document, "payment-line")
    assert words == f"الدفع: {ISOLATE}بطاقة KNET{END_OF_ISOLATE} • {ISOLATE}Paid{END_OF_ISOLATE}"
    assert text_of(document, "invoice-number") == "#INV-2025-0007"
    english = layout.compose(standard_template("order-record"), an_order_record(ARABIC), locale="en")
    assert ISOLATE not in text_of(english, "payment-line")


@pytest.mark.parametrize(
    ("locale", "amount", "day"),
    [
        ("ar-KW", "٣٬٩٥٥٫٢٩٧", "٣١"),
        ("ar-EG", "٣٬٩٥٥٫٢٩٧", "٣١"),
        ("ar-AE", "3,955.297", "31"),
        ("ar", "3,955.297", "31"),
    ],
)
def test_digits_are_those_of_the_country(locale: str, amount: str, day: str) -> None:
    texts = shown(standard_template("standard-detailed"), an_invoice(ARABIC), locale=locale)  # type: ignore[arg-type]
    assert any(amount in text for text in texts)
    assert day in texts[texts.index("تاريخ الإصدار: ") + 1].replace("\u200f", "")


def test_labels_and_marks_are_arabic() -> None:
    document = layout.compose(standard_template("standard-detailed"), an_invoice(ARABIC), locale="ar", marks=("DRAFT",))
    assert (document.direction, document.watermark) == ("rtl", "مسودة")
    assert {"فاتورة", "الوصف", "الكمية", "المجموع الفرعي", "الإجمالي"} <= set(document.text_runs())
    title = node_of(document, "document-title")
    assert isinstance(title, Text)
    assert (title.role, title.level) == ("heading", 1)


def test_truth_is_told_in_words() -> None:
    columns = [a_column("optional", format="yes-no"), a_column("name", id="n", format="yes-no")]
    template = a_template(a_table("rows", *columns), collections={"rows": "rows"}, version=2)
    rows = [{"optional": True, "name": "x"}, {"optional": False, "name": None}]
    assert shown(template, {"rows": rows}, locale="ar") == ["نعم", "x", "لا"]
    assert shown(template, {"rows": rows}, locale="fr") == ["Oui", "x", "Non"]
    field = a_template(a_field("v", format="yes-no"), values={"v": "v"}, version=2)
    assert shown(field, {"v": True}, locale="de") == ["Ja"]


@pytest.mark.parametrize("word", ["يومًا", "خلال 30 يومًا", "مُدَرِّس", "٣١\u200f/٣", "١٢٫٥ د.ك.\u200f"])
def test_ink_of_the_picture_lies_where_the_frames_say(word: str) -> None:
    """A mark that is moved over its letter must not move what follows it."""
    pages = layout.lay_out(a_document(a_paragraph(word), direction="rtl"))
    line = line_of(pages, word)
    [picture] = layout.render_png(pages, dpi=384)
    ink = Image.open(BytesIO(picture)).convert("L").point(lambda shade: 255 * (shade < 128)).getbbox()
    assert ink is not None
    assert line.x - 0.5 <= ink[0] / 4 <= line.x + 2.5
    assert line.x + line.width - 2.5 <= ink[2] / 4 <= line.x + line.width + 0.5
