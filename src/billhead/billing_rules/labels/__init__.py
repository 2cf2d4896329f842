"""The words for what there is to choose, in every shipped language: one JSON file each, code to label.

A code means the same wherever it stands, so it has one label.
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from billhead.layout.labels import shipped_language

DEFAULT_LANGUAGE = "en"


def shown_language(locale: str) -> str:
    """The shipped language of a locale tag, English when it has none."""
    return shipped_language(locale) or DEFAULT_LANGUAGE


def label_of(language: str, code: str) -> str:
    """The label of an option or reason code in a shipped language."""
    return labels_of(language)[code]


@cache
def labels_of(language: str) -> Mapping[str, str]:
    """Every label of a shipped language by its code."""
    found: dict[str, str] = json.loads(files(__name__).joinpath(f"{language}.json").read_text("utf-8"))
    return found
