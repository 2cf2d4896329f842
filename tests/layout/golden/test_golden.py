"""Standard templates in English, German and Arabic, as pictures: what was reviewed by eye is what is drawn."""

from pathlib import Path

import pytest
from PIL import Image

from billhead.layout.standard import StandardTemplate
from layout.golden.documents import CASES
from layout.golden.pictures import FOLDER, differing, drawn, stored

MOST_DIFFERING = 0.0001
"""A word more or less is about three times as much."""


@pytest.mark.parametrize(("standard", "language"), CASES, ids=lambda part: getattr(part, "code", part))
def test_pages_look_as_reviewed(standard: StandardTemplate, language: str, tmp_path: Path) -> None:
    shown, kept = drawn(standard, language), stored(standard, language)
    for name, picture in shown.items():
        picture.save(tmp_path / name)
    assert shown.keys() == kept.keys(), tmp_path
    for name, picture in shown.items():
        share = differing(picture, kept[name])
        assert share <= MOST_DIFFERING, f"{tmp_path / name}: {share:.4%} of the dots differ"


def test_every_picture_belongs_to_a_case() -> None:
    known = {f"{standard.code}.{language}" for standard, language in CASES}
    assert {path.name.rpartition("-")[0] for path in FOLDER.iterdir()} == known
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 3_000_000


def test_a_changed_word_is_seen() -> None:
    standard = CASES[0][0]
    name, page = next(iter(stored(standard, "en").items()))
    words = page.convert("RGB")
    words.paste((255, 255, 255), (20, 60, 110, 74))
    assert differing(words, page) > MOST_DIFFERING, name
    assert differing(Image.new("RGB", (10, 10)), page) == 1
    assert differing(page, page) == 0
