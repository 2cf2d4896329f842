"""The collector is paused while a document is made, so nothing of a document may need it."""

import gc
from datetime import UTC, datetime

import pytest

from billhead import layout
from billhead.layout.garbage import collector_paused
from billhead.layout.standard import STANDARD_TEMPLATES, StandardTemplate, standard_template
from layout.builders import an_invoice
from layout.documents import a_quote, a_receipt, an_order_record

CREATED = datetime(2025, 3, 5, tzinfo=UTC)
DATA = {
    "invoice": an_invoice(60, located=True, recurring=True),
    "quote": a_quote(),
    "receipt": a_receipt(),
    "order-record": an_order_record(),
}


def _make(code: str, data: object, locale: str) -> None:
    layout.render_pdf(layout.compose(standard_template(code), data, locale), created_at=CREATED)


@pytest.mark.parametrize("locale", ["en", "ar"])
@pytest.mark.parametrize("standard", STANDARD_TEMPLATES, ids=lambda standard: standard.code)
def test_a_document_leaves_no_cycles(standard: StandardTemplate, locale: str) -> None:
    code, data = standard.code, DATA[standard.kind]
    _make(code, data, locale)
    gc.collect()
    gc.disable()
    try:
        _make(code, data, locale)
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_the_pause_ends_as_it_began() -> None:
    assert gc.isenabled()
    with collector_paused():
        assert not gc.isenabled()
        with collector_paused():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(ValueError, match="inside"), collector_paused():
        raise ValueError("inside")
    assert gc.isenabled()
