"""The words on a document in the nine shipped languages: label keys of the format (`labels.total`) to text.

Each language is one JSON file beside this module. A key that a language lacks is not looked up elsewhere: the
template's own default text stands instead.
"""

import json
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

LANGUAGES = ("en", "fr", "es", "de", "nl", "it", "pl", "pt", "ar")
_RETIRED = {"labels.estimateTitle": "labels.quoteTitle"}


def shipped_language(tag: str | None) -> str | None:
    """The shipped language of a locale tag (`de-CH` → `de`), None when its language is not shipped."""
    if not tag:
        return None
    language = tag.strip().lower().replace("_", "-").partition("-")[0]
    return language if language in LANGUAGES else None


def find_label(language: str | None, key: str) -> str | None:
    """The text of a label key in a shipped language, None when there is none."""
    return None if language is None else labels_of(language).get(_RETIRED.get(key, key))


@lru_cache(maxsize=len(LANGUAGES))
def labels_of(language: str) -> Mapping[str, str]:
    """Every label of a shipped language by its key."""
    raw = json.loads(files(__name__).joinpath(f"{language}.json").read_text("utf-8"))
    return dict(_flattened(raw, "labels"))


def _flattened(node: Mapping[str, object], prefix: str) -> list[tuple[str, str]]:
    out: list[tuple[str, str]] = []
    for key, value in node.items():
        if isinstance(value, dict):
            out.extend(_flattened(value, f"{prefix}.{key}"))
        else:
            out.append((f"{prefix}.{key}", str(value)))
    return out
