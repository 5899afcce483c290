"""The forms of prices."""

from collections.abc import Sequence
from typing import Any, Final

from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import ObjectSelector
from probatio import Marker, Optional, Required, Schema

from ..const import (
    CONF_EXPORT_FACTOR,
    CONF_EXPORT_FEE,
    CONF_EXPORT_FIXED,
    CONF_EXPORT_PRICE,
    CONF_EXPORT_TARIFF,
    CONF_EXPORT_TAX,
    CONF_EXPORT_VAT,
    CONF_IMPORT_FACTOR,
    CONF_IMPORT_FEE,
    CONF_IMPORT_FIXED,
    CONF_IMPORT_TARIFF,
    CONF_IMPORT_TAX,
    CONF_IMPORT_VAT,
)
from ..engine.prices.types import ExportPrice
from .fields import choice, money, number
from .peak_tariff import SECTION_PEAK, peak_schema
from .source_choice import Option, source_choice

FIELD_IMPORT: Final = "import_price"
FIELD_FORECAST: Final = "price_forecast"
FIELD_EXPORT_FROM: Final = "export_from"
SECTION_GRID_FEES: Final = "grid_fees"
SECTION_MORE: Final = "more"
SECTION_TERMS: Final = "export_terms"
_PRICE_SOURCE: Final = "price_source"


def prices_schema(options: Sequence[Option], chosen: str, currency: str) -> Schema:
    """Return the form of where import prices come from, and of peaks."""
    return Schema(
        {
            Required(FIELD_IMPORT, default=chosen): source_choice(_PRICE_SOURCE, options),
            Optional(SECTION_PEAK): section(peak_schema(currency), {"collapsed": True}),
        }
    )


def import_schema(
    options: Sequence[Option], tariff: ObjectSelector, unit: str, *, fixed: bool
) -> Schema:
    """Return the form of what is paid beside, or instead of, a source's price.

    ``options`` are sources of a price forecast, which a fixed price does not need.
    """
    fields: dict[Marker, Any] = {}
    kinds = [ExportPrice.FIXED, ExportPrice.SAME, ExportPrice.SOURCE]
    if fixed:
        fields[Required(CONF_IMPORT_FIXED)] = money(CONF_IMPORT_FIXED, unit)
    else:
        kinds.insert(2, ExportPrice.SPOT)
    fields |= {
        Required(CONF_IMPORT_FEE, default=0): money(CONF_IMPORT_FEE, unit),
        Required(CONF_IMPORT_TAX, default=0): money(CONF_IMPORT_TAX, unit),
        Required(CONF_IMPORT_VAT, default=0): number(CONF_IMPORT_VAT),
        Required(CONF_EXPORT_PRICE, default=ExportPrice.FIXED): choice(CONF_EXPORT_PRICE, kinds),
    }
    grid_fees = {Optional(CONF_IMPORT_TARIFF): tariff}
    fields[Optional(SECTION_GRID_FEES)] = section(Schema(grid_fees), {"collapsed": True})
    if not fixed:
        more = {
            Required(CONF_IMPORT_FACTOR, default=1): number(CONF_IMPORT_FACTOR),
            Required(FIELD_FORECAST, default=options[-1].value): source_choice(
                _PRICE_SOURCE, options
            ),
        }
        fields[Optional(SECTION_MORE)] = section(Schema(more), {"collapsed": True})
    return Schema(fields)


def export_schema(
    options: Sequence[Option], tariff: ObjectSelector, unit: str, kind: ExportPrice
) -> Schema:
    """Return the form of what exported energy earns; ``options`` are sources of its price."""
    fields: dict[Marker, Any] = {}
    if kind is ExportPrice.FIXED:
        fields[Required(CONF_EXPORT_FIXED, default=0)] = money(CONF_EXPORT_FIXED, unit)
    if kind is ExportPrice.SOURCE:
        first = options[0].value
        fields[Required(FIELD_EXPORT_FROM, default=first)] = source_choice(_PRICE_SOURCE, options)
    terms = {
        Required(CONF_EXPORT_FACTOR, default=1): number(CONF_EXPORT_FACTOR),
        Required(CONF_EXPORT_FEE, default=0): money(CONF_EXPORT_FEE, unit),
        Required(CONF_EXPORT_TAX, default=0): money(CONF_EXPORT_TAX, unit),
        Required(CONF_EXPORT_VAT, default=0): number(CONF_EXPORT_VAT),
        Optional(CONF_EXPORT_TARIFF): tariff,
    }
    fields[Optional(SECTION_TERMS)] = section(Schema(terms), {"collapsed": True})
    return Schema(fields)
