"""Order of texts for people: the Unicode Collation Algorithm with the CLDR root tailoring, by ICU.

Case-insensitive first, lower before upper, accents after base letters, punctuation before digits before letters.
"""

from functools import lru_cache
from threading import local

import icu


class _Collators(local):
    """One collator per thread: ICU objects are not to be shared while in use."""

    def __init__(self) -> None:
        self.root = icu.Collator.createInstance(icu.Locale.getRoot())


_per_thread = _Collators()


@lru_cache(maxsize=4096)
def sort_key(text: str) -> bytes:
    """A key whose byte order is the collation order. Two different texts may have the same key."""
    return bytes(_per_thread.root.getSortKey(text))
