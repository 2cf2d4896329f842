"""Reading dates from text as templates of the format always did (ECMA-262 date strings, and the looser ones).

Everything without an offset is UTC: there is no server time zone. Results are milliseconds since 1970-01-01 UTC.
"""

import re
from dataclasses import dataclass, field

_ISO = re.compile(
    r"([+-][0-9]{6}|[0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?"
    r"(?:T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]+))?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_TOKEN = re.compile(r"([0-9]+)|([A-Za-z]+)|(.)", re.DOTALL)
_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: index for index, name in enumerate(_MONTH_NAMES, 1)}
_ZONES = {"utc": 0, "gmt": 0, "ut": 0, "z": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6}
_ZONES |= {"pst": -8, "pdt": -7}
_MS_PER_DAY = 86_400_000
_MOST_MS = 8_640_000_000_000_000
_MOST_YEAR = 275_760
_LONGEST_TEXT = 200


def parse_date(text: str) -> int | None:
    """The instant that a text names, None when it names none. Feb 30 rolls over into March."""
    if len(text) > _LONGEST_TEXT:
        return None
    iso = _ISO.fullmatch(text)
    instant = _iso_instant(iso) if iso else None
    return _loose_instant(text) if instant is None else instant


def days_from_civil(year: int, month: int, day: int) -> int:
    """Days from 1970-01-01 in the proleptic Gregorian calendar; `day` may run past the month's end."""
    year -= month <= 2
    era = year // 400
    year_of_era = year - era * 400
    day_of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5
    return era * 146_097 + year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year - 719_468 + day - 1


def _iso_instant(found: re.Match[str]) -> int | None:
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    if year == "-000000":
        return None
    offset = 0
    if zone and zone != "Z":
        digits = zone[1:].replace(":", "")
        offset = (int(digits[:2]) * 60 + int(digits[2:])) * (-1 if zone[0] == "-" else 1)
    ms = int((fraction or "0")[:3].ljust(3, "0"))
    clock = (int(hour or 0), int(minute or 0), int(second or 0), ms)
    return _instant(int(year), int(month or 1), int(day or 1), clock, offset)


def _instant(year: int, month: int, day: int, clock: tuple[int, int, int, int], offset: int) -> int | None:
    hour, minute, second, ms = clock
    midnight = clock == (24, 0, 0, 0)
    if abs(year) > _MOST_YEAR or not 1 <= month <= 12 or not 1 <= day <= 31:
        return None
    if not midnight and (hour > 23 or minute > 59 or second > 59):
        return None
    time = ((hour * 60 + minute - offset) * 60 + second) * 1000 + ms
    instant = days_from_civil(year, month, day) * _MS_PER_DAY + time
    return instant if abs(instant) <= _MOST_MS else None


@dataclass(slots=True)
class _Loose:
    """What has been read of a loose date: day numbers in order, a month's name, clock parts, an offset in minutes."""

    numbers: list[int] = field(default_factory=list)
    month: int | None = None
    clock: list[int] = field(default_factory=list)
    clock_open: bool = False
    half: str | None = None
    sign: int = 0
    offset: int = 0


def _loose_instant(text: str) -> int | None:
    """`Mar 4, 2024`, `12/25/2024`, `4 March 2024 10:30 PM GMT+1`: month before day unless the first is a year."""
    read = _Loose()
    tokens = _TOKEN.findall(re.sub(r"\([^()]*\)", " ", text))
    for index, (number, word, sign) in enumerate(tokens):
        following = tokens[index + 1][2] if index + 1 < len(tokens) else ""
        if number:
            accepted = _read_number(read, int(number[:9]) if len(number) < 10 else 10**9, len(number), following)
        elif word:
            accepted = _read_word(read, word.lower())
        else:
            previous = tokens[index - 1][0] if index else ""
            accepted = _read_sign(read, sign, bool(previous))
        if not accepted:
            return None
    return _assemble(read)


def _read_number(read: _Loose, number: int, digits: int, following: str) -> bool:
    if read.sign:
        read.offset = read.sign * (number // 100 * 60 + number % 100 if digits > 2 else number * 60)
        read.sign = 0
        return following != ":"
    if following == ":" or read.clock_open:
        read.clock.append(number)
        read.clock_open = following in (":", ".") and len(read.clock) < 4
        return len(read.clock) <= 4
    read.numbers.append(number)
    return len(read.numbers) <= 3


def _read_word(read: _Loose, word: str) -> bool:
    if word[:3] in _MONTHS:
        read.month = _MONTHS[word[:3]]
        return True
    if word in ("am", "pm") and read.clock:
        read.half = word
        return True
    if word in _ZONES and (read.numbers or read.clock):
        read.offset = _ZONES[word] * 60
        return True
    return word == "t" or not (read.numbers or read.clock)


def _read_sign(read: _Loose, sign: str, after_number: bool) -> bool:
    if sign in "+-" and read.clock:
        read.sign = -1 if sign == "-" else 1
        return True
    if sign in "+)" or (sign == "-" and not after_number):
        return not read.numbers
    return True


def _assemble(read: _Loose) -> int | None:
    if not read.numbers:
        return None
    first, second, third = (*read.numbers, 1, 1, 1)[:3]
    first_is_day = 1 <= first <= 31
    if read.month is not None:
        year, month, day = (second, read.month, first) if first_is_day else (first, read.month, second)
    elif first_is_day:
        year, month, day = third, first, second
    else:
        year, month, day = first, second, third
    if 0 <= year <= 99:
        year += 2000 if year < 50 else 1900
    hour, minute, second_of_minute, ms = (*read.clock, 0, 0, 0, 0)[:4]
    if read.half is not None:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if read.half == "pm" else 0)
    return _instant(year, month, day, (hour, minute, second_of_minute, ms), read.offset)
