"""What a price is counted in, judged by the unit that comes with it."""

from dataclasses import dataclass
from typing import Final

from ..types import SourceError

_PER_KWH: Final = {"wh": 1000.0, "kwh": 1.0, "mwh": 0.001}
_CENT: Final = 0.01
_CURRENCY: Final[dict[str, str | None]] = {
    "€": "EUR",
    "£": "GBP",
    "zł": "PLN",
    "kč": "CZK",
    "ft": "HUF",
    "lei": "RON",
    "₴": "UAH",
    "kr": None,  # of several countries
    "kr.": None,
    "$": None,
}
_MINOR: Final[dict[str, str | None]] = {
    "c": None,
    "ct": None,
    "cent": None,
    "cents": None,
    "¢": None,
    "c€": "EUR",
    "€ct": "EUR",
    "ct€": "EUR",
    "eurocent": "EUR",
    "snt": "EUR",
    "öre": "SEK",
    "øre": None,  # of Norway or Denmark
    "p": "GBP",
    "pence": "GBP",
    "gr": "PLN",
}


@dataclass(frozen=True, slots=True)
class Unit:
    """What a source's price times ``factor`` is: ``currency`` per kWh."""

    factor: float = 1.0
    currency: str | None = None


def read_unit(text: object, source: str) -> Unit:
    """Return what a unit such as ``öre/kWh`` or ``EUR/MWh`` means, or refuse it."""
    money, slash, energy = str(text or "").partition("/")
    factor = _PER_KWH.get(energy.strip().lower())
    money = money.strip()
    if slash and factor is not None:
        if money.lower() in _MINOR:
            return Unit(factor * _CENT, _MINOR[money.lower()])
        if money.lower() in _CURRENCY:
            return Unit(factor, _CURRENCY[money.lower()])
        if is_currency(money):
            return Unit(factor, money)
    raise SourceError("price_unit", source=source, unit=str(text or ""))


def read_parts(energy: object, *, cents: object, currency: object, source: str) -> Unit:
    """Return the unit of a source that says what it is in parts: kWh, in cents, SEK."""
    factor = _PER_KWH.get(str(energy).strip().lower())
    if factor is None:
        raise SourceError("price_unit", source=source, unit=str(energy or ""))
    code = currency if isinstance(currency, str) and is_currency(currency) else None
    return Unit(factor * _CENT if cents is True else factor, code)


def is_currency(text: str) -> bool:
    """Say whether ``text`` looks like an ISO 4217 code."""
    return len(text) == 3 and text.isascii() and text.isalpha() and text.isupper()  # noqa: PLR2004
