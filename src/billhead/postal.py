"""Postal addresses and how the lines on an envelope run in different countries."""

from dataclasses import dataclass
from functools import cache, lru_cache

import icu

_POSTCODE_LAST = frozenset(
    {"AE", "AS", "AU", "BD", "BR", "CA", "CL", "CO", "EG", "GU", "HK", "ID", "IN", "JP", "KE", "KR", "LK", "MP", "MX",
     "MY", "NG", "NZ", "PH", "PK", "PR", "SA", "SG", "TH", "TW", "US", "VE", "VI", "ZA"}
)  # fmt: skip
_POSTCODE_ON_ITS_OWN_LINE = frozenset({"FK", "GB", "GG", "GI", "IE", "IM", "JE", "MT"})


@dataclass(frozen=True, slots=True)
class PostalAddress:
    """An address as entered (EN 16931 BG-8); `country` is ISO 3166-1 alpha-2, `region` a state or province."""

    street_lines: tuple[str, ...]
    city: str
    region: str | None
    postal_code: str | None
    country: str

    def lines(self, *, home_country: str | None = None, locale: str = "en") -> tuple[str, ...]:
        """The lines to print, last the country's name in `locale` unless it is `home_country`."""
        country = () if self.country == home_country else (country_name(self.country, locale),)
        return (*self.street_lines, *self._locality(), *country)

    def _locality(self) -> tuple[str, ...]:
        if self.country in _POSTCODE_ON_ITS_OWN_LINE:
            return tuple(part for part in (self.city, self.region, self.postal_code) if part)
        if self.country in _POSTCODE_LAST:
            state = " ".join(part for part in (self.region, self.postal_code) if part)
            return (f"{self.city}, {state}" if state else self.city,)
        town = f"{self.postal_code} {self.city}" if self.postal_code else self.city
        return (town, self.region) if self.region else (town,)


@cache
def countries() -> frozenset[str]:
    """Every ISO 3166-1 alpha-2 code."""
    return frozenset(icu.Locale.getISOCountries())


@lru_cache(maxsize=1024)
def country_name(country: str, locale: str) -> str:
    """The country's name in a language: ("DE", "fr") → `Allemagne`."""
    return str(icu.Locale("", country).getDisplayCountry(icu.Locale(locale.replace("-", "_"))))


def address_document(address: PostalAddress) -> dict[str, object]:
    """An address as it is stored and frozen."""
    return {
        "lines": list(address.street_lines), "city": address.city, "region": address.region,
        "postalCode": address.postal_code, "country": address.country,
    }  # fmt: skip


def read_address(document: object) -> PostalAddress:
    """The address behind a stored document."""
    assert isinstance(document, dict)
    return PostalAddress(
        tuple(document["lines"]), document["city"], document["region"], document["postalCode"], document["country"]
    )
