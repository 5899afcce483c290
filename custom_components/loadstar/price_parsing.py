"""Prices, tariffs and their sources, parsed from a site's entry."""

from collections.abc import Iterable, Mapping
from datetime import time
from typing import Any

from .const import (
    CONF_EXPORT_FACTOR,
    CONF_EXPORT_FEE,
    CONF_EXPORT_FIXED,
    CONF_EXPORT_PRICE,
    CONF_EXPORT_SOURCE,
    CONF_EXPORT_TARIFF,
    CONF_EXPORT_TAX,
    CONF_EXPORT_VAT,
    CONF_FORECAST_SOURCE,
    CONF_IMPORT_FACTOR,
    CONF_IMPORT_FEE,
    CONF_IMPORT_FIXED,
    CONF_IMPORT_SOURCE,
    CONF_IMPORT_TARIFF,
    CONF_IMPORT_TAX,
    CONF_IMPORT_VAT,
    CONF_PEAK_COUNT,
    CONF_PEAK_FEE,
    CONF_PEAK_FROM,
    CONF_PEAK_MONTHS,
    CONF_PEAK_UNTIL,
    CONF_PEAK_WEEKDAYS,
    CONF_PEAK_WINDOW,
    MONTHS,
    SOURCE_ATTRIBUTE,
    SOURCE_ENTITY,
    SOURCE_ENTRY,
    SOURCE_KIND,
    SOURCE_OPTIONS,
    SOURCE_TEMPLATE,
    TARIFF_FEE,
    TARIFF_FROM,
    TARIFF_MONTHS,
    TARIFF_UNTIL,
    TARIFF_WEEKDAYS,
    WEEKDAYS,
)
from .engine.prices.types import ExportPrice, GridTariff, PriceFormula
from .planning_wiring import PeakTariffConfig, PriceConfig, SourceRef


def parse_prices(data: Mapping[str, Any]) -> PriceConfig:
    """Return what a kWh costs and earns; a site without prices has neither source nor price."""
    export = ExportPrice(data.get(CONF_EXPORT_PRICE, ExportPrice.FIXED))
    fixed = float(data.get(CONF_EXPORT_FIXED, 0.0)) if export is ExportPrice.FIXED else None
    return PriceConfig(
        source=parse_source(data.get(CONF_IMPORT_SOURCE)),
        formula=PriceFormula(
            factor=float(data.get(CONF_IMPORT_FACTOR, 1.0)),
            fee_per_kwh=float(data.get(CONF_IMPORT_FEE, 0.0)),
            tax_per_kwh=float(data.get(CONF_IMPORT_TAX, 0.0)),
            vat_percent=float(data.get(CONF_IMPORT_VAT, 0.0)),
            grid=parse_tariffs(data.get(CONF_IMPORT_TARIFF, ())),
            fixed_per_kwh=data.get(CONF_IMPORT_FIXED),
        ),
        export=export,
        export_source=parse_source(data.get(CONF_EXPORT_SOURCE)),
        export_formula=PriceFormula(
            factor=float(data.get(CONF_EXPORT_FACTOR, 1.0)),
            fee_per_kwh=float(data.get(CONF_EXPORT_FEE, 0.0)),
            tax_per_kwh=float(data.get(CONF_EXPORT_TAX, 0.0)),
            vat_percent=float(data.get(CONF_EXPORT_VAT, 0.0)),
            grid=parse_tariffs(data.get(CONF_EXPORT_TARIFF, ())),
            fixed_per_kwh=fixed,
        ),
        forecast=parse_source(data.get(CONF_FORECAST_SOURCE)),
    )


def parse_peak_tariff(data: Mapping[str, Any]) -> PeakTariffConfig | None:
    """Return the fee on peaks, if there is one."""
    fee = data.get(CONF_PEAK_FEE)
    if not fee:
        return None
    return PeakTariffConfig(
        fee_per_kw=float(fee),
        window_minutes=int(data.get(CONF_PEAK_WINDOW, 60)),
        peaks_counted=int(data.get(CONF_PEAK_COUNT, 1)),
        months=_months(data.get(CONF_PEAK_MONTHS)),
        weekdays=_weekdays(data.get(CONF_PEAK_WEEKDAYS)),
        from_hour=int(data.get(CONF_PEAK_FROM, 0)),
        until_hour=int(data.get(CONF_PEAK_UNTIL, 24)),
    )


def parse_source(data: Mapping[str, Any] | None) -> SourceRef | None:
    """Return a source as stored, if there is one."""
    if not data:
        return None
    return SourceRef(
        kind=data[SOURCE_KIND],
        entity_id=data.get(SOURCE_ENTITY),
        entry_id=data.get(SOURCE_ENTRY),
        attribute=data.get(SOURCE_ATTRIBUTE),
        template=data.get(SOURCE_TEMPLATE),
        options=dict(data.get(SOURCE_OPTIONS, {})),
    )


def parse_tariffs(rules: Iterable[Mapping[str, Any]]) -> tuple[GridTariff, ...]:
    """Return a grid operator's fees in their order; what a rule leaves out is always."""
    return tuple(
        GridTariff(
            fee_per_kwh=float(rule[TARIFF_FEE]),
            from_time=time.fromisoformat(rule.get(TARIFF_FROM, "00:00")),
            until=time.fromisoformat(rule.get(TARIFF_UNTIL, "00:00")),
            months=_months(rule.get(TARIFF_MONTHS)),
            weekdays=_weekdays(rule.get(TARIFF_WEEKDAYS)),
        )
        for rule in rules
    )


def _months(chosen: Iterable[str] | None) -> frozenset[int]:
    return frozenset(int(month) for month in chosen or MONTHS)


def _weekdays(chosen: Iterable[str] | None) -> frozenset[int]:
    return frozenset(WEEKDAYS.index(day) for day in chosen or WEEKDAYS)
