"""What is stored of prices, vehicles, PV arrays and loads, as planning reads it."""

from datetime import time
from types import MappingProxyType
from typing import Any

from homeassistant.config_entries import ConfigSubentry
import pytest

from custom_components.loadstar.engine.prices.types import ExportPrice, GridTariff, PriceFormula
from custom_components.loadstar.planning_parsing import parse_planning
from custom_components.loadstar.planning_wiring import (
    LoadConfig,
    PeakTariffConfig,
    PlanningConfig,
    PriceConfig,
    PvArrayConfig,
    SourceRef,
    VehicleConfig,
)
from custom_components.loadstar.price_parsing import parse_prices, parse_source, parse_tariffs


def subentry(kind: str, **data: Any) -> ConfigSubentry:
    """Return a subentry called One with the id ``one``."""
    return ConfigSubentry(
        subentry_id="one",
        subentry_type=kind,
        title="One",
        unique_id=None,
        data=MappingProxyType(data),
    )


def test_an_entry_from_before_planning_has_nothing_to_plan_with() -> None:
    planning = parse_planning({"phases": 3, "main_breaker": 25}, [subentry("circuit", limit=20)])
    assert planning == PlanningConfig()
    assert not planning.has_prices


def test_a_site_without_prices_earns_nothing_by_export() -> None:
    assert parse_prices({}) == PriceConfig()
    assert parse_prices({}).export_formula.fixed_per_kwh == 0.0


def test_a_fixed_price_is_something_to_plan_by_and_a_source_too() -> None:
    assert parse_planning({"import_fixed": 0.2}, []).has_prices
    assert parse_planning({"import_fixed": 0.0}, []).has_prices
    assert parse_planning({"import_source": {"kind": "tibber"}}, []).has_prices
    assert not parse_planning({"forecast_source": {"kind": "tibber"}}, []).has_prices


@pytest.mark.parametrize("export", [ExportPrice.SPOT, ExportPrice.SOURCE, ExportPrice.SAME])
def test_a_fixed_price_of_export_counts_only_where_it_is_fixed(export: ExportPrice) -> None:
    prices = parse_prices({"export_price": export.value, "export_fixed": 0.1, "export_vat": 21})
    assert prices.export is export
    assert prices.export_formula == PriceFormula(vat_percent=21.0)


def test_a_source_needs_no_more_than_its_kind() -> None:
    assert parse_source({"kind": "tibber"}) == SourceRef(kind="tibber")
    assert parse_source(None) is parse_source({}) is None
    full: dict[str, Any] = {
        "kind": "list_attribute",
        "entity_id": "sensor.a",
        "entry_id": "b",
        "attribute": "rows",
        "template": "{{ c }}",
        "options": {"unit": "EUR/kWh"},
    }
    assert parse_source(full) == SourceRef(**full)


@pytest.mark.parametrize(
    ("rule", "tariff"),
    [
        ({"fee": 1}, GridTariff(fee_per_kwh=1.0)),
        (
            {"fee": "0.5", "from": "22:30:00", "until": "06:00:00"},
            GridTariff(fee_per_kwh=0.5, from_time=time(22, 30), until=time(6)),
        ),
        ({"fee": -1, "months": [], "weekdays": []}, GridTariff(fee_per_kwh=-1.0)),
        (
            {"fee": 0, "months": ["3"], "weekdays": ["sat", "sun"]},
            GridTariff(fee_per_kwh=0.0, months=frozenset({3}), weekdays=frozenset({5, 6})),
        ),
    ],
)
def test_a_grid_fee_holds_always_but_where_it_says_otherwise(
    rule: dict[str, Any], tariff: GridTariff
) -> None:
    assert parse_tariffs([rule]) == (tariff,)


@pytest.mark.parametrize("data", [{}, {"peak_fee": 0}, {"peak_window": 15, "peak_count": 3}])
def test_without_a_fee_there_is_no_peak_tariff(data: dict[str, Any]) -> None:
    assert parse_planning(data, []).peak_tariff is None


def test_a_peak_tariff_counts_one_hour_a_month_unless_it_says_otherwise() -> None:
    assert parse_planning({"peak_fee": 7}, []).peak_tariff == PeakTariffConfig(fee_per_kw=7.0)


def test_a_vehicle_needs_a_capacity_alone() -> None:
    planning = parse_planning({}, [subentry("vehicle", capacity=50)])
    assert planning.vehicles == {
        "one": VehicleConfig(subentry_id="one", name="One", capacity_kwh=50.0)
    }


def test_a_vehicle_leaves_at_its_usual_time() -> None:
    planning = parse_planning({}, [subentry("vehicle", capacity=50, departure="06:45:00")])
    assert planning.vehicles["one"].usual_departure == time(6, 45)


def test_a_pv_array_needs_its_peak_power_alone() -> None:
    planning = parse_planning({}, [subentry("pv_array", peak_power=5)])
    assert planning.pv_arrays == {"one": PvArrayConfig(subentry_id="one", name="One", peak_kw=5.0)}


def test_a_load_needs_its_kind_and_power_alone() -> None:
    planning = parse_planning({}, [subentry("load", load_kind="deferrable", rated_power=1)])
    assert planning.loads == {
        "one": LoadConfig(subentry_id="one", name="One", kind="deferrable", power_kw=1.0)
    }


def test_a_water_heater_runs_at_the_allowed_times() -> None:
    data = {
        "load_kind": "water_heater",
        "rated_power": 2,
        "energy_per_day": 6,
        "allowed": [{"from": "22:00:00", "until": "06:00:00"}],
    }
    heater = parse_planning({}, [subentry("load", **data)]).loads["one"]
    assert heater.allowed == ((time(22), time(6)),)
    assert (heater.energy_kwh_per_day, heater.block_minutes) == (6.0, 60)
