"""The format of purchase order numbers: a regular expression that somebody typed, matched in linear time.

RE2 never backtracks, so neither a hostile expression nor a hostile number takes long; an expression that would need
much memory is refused when it is compiled (https://github.com/google/re2/wiki/Syntax).
"""

from functools import lru_cache

import re2

MAX_FORMAT_LENGTH = 200
MAX_PO_LENGTH = 60
_MAX_BYTES = 1 << 18


def find_format_fault(pattern: str) -> str | None:
    """What keeps a regular expression from being used, in words that end a sentence; None when nothing does."""
    if len(pattern) > MAX_FORMAT_LENGTH:
        return f"has more than {MAX_FORMAT_LENGTH} characters"
    try:
        _compiled(pattern)
    except re2.error as error:
        return f"is no regular expression that can be used here: {_words(error)}"
    return None


def matches_format(pattern: str, value: str) -> bool:
    """Whether the whole of `value` (at most `MAX_PO_LENGTH` characters) has the format that was saved before."""
    return len(value) <= MAX_PO_LENGTH and _compiled(pattern).fullmatch(value) is not None


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> "re2._Regexp":
    options = re2.Options()
    options.max_mem = _MAX_BYTES
    options.log_errors = False
    return re2.compile(pattern, options)


def _words(error: Exception) -> str:
    said = error.args[0] if error.args else b""
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
