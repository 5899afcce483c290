"""Each integration's own shape is told from others and read."""

from datetime import UTC, datetime
from typing import Any

import pytest

from custom_components.loadstar.sources.pv import (
    energy_platform,
    forecast_solar,
    open_meteo_solar,
    shapes,
    solcast,
)
from custom_components.loadstar.sources.pv.series import RawPv

SOLCAST = {
    "period_start": "2025-04-06T08:00:00+10:00",
    "pv_estimate10": 1.0,
    "pv_estimate": 1.5,
    "pv_estimate90": 2.0,
}
WH = {"2021-06-27T13:00:00+00:00": 12, "2021-06-27T13:48:00+00:00": 30}


@pytest.mark.parametrize(
    ("value", "is_it"),
    [
        ([SOLCAST], True),
        ([{**SOLCAST, "period_start": datetime(2025, 4, 6, 8, tzinfo=UTC)}], True),
        ([], True),
        ([{"period_start": "2025-04-06T08:00:00+10:00"}], False),
        (["2025-04-06T08:00:00+10:00"], False),
        ("[]", False),
        (None, False),
        ({"period_start": 1, "pv_estimate": 2}, False),
    ],
)
def test_a_list_of_solcast_is_known_by_its_keys(value: object, is_it: bool) -> None:  # noqa: FBT001  a table's column
    assert solcast.is_solcast(value) is is_it


def test_solcast_gives_a_mean_and_its_spread() -> None:
    rows: list[Any] = [SOLCAST, {"period_start": "x", "pv_estimate": 3}]
    assert solcast.extract(rows) == (
        RawPv(start="2025-04-06T08:00:00+10:00", value=1.5, p10=1.0, p90=2.0),
        RawPv(start="x", value=3),
    )


@pytest.mark.parametrize(
    ("value", "is_it"),
    [
        ({"wh_hours": WH}, True),
        ({"wh_hours": {}}, False),
        ({"wh_hours": {"today": 5}}, False),
        ({"watts": WH}, False),
        ({"wh_hours": [1, 2]}, False),
        (None, False),
    ],
)
def test_an_energy_platforms_forecast_is_known(value: object, is_it: bool) -> None:  # noqa: FBT001  a table's column
    assert energy_platform.is_solar_forecast(value) is is_it


def test_an_energy_platform_gives_energy_by_start() -> None:
    assert energy_platform.extract({"wh_hours": WH}) == tuple(
        RawPv(start=start, value=value) for start, value in WH.items()
    )


def test_forecast_solar_gives_energies_rather_than_moments() -> None:
    answer: Any = {"watts": {"2021-06-27T13:00:00+00:00": 999}, "wh_period": WH}
    assert forecast_solar.is_forecast_solar(answer)
    assert not forecast_solar.is_forecast_solar({"watts": WH})
    assert [item.value for item in forecast_solar.extract(answer)] == [12, 30]


@pytest.mark.parametrize(
    ("attributes", "values", "unit"),
    [
        ({"wh_period_15m": {"a-1": 1}, "wh_period": {"a-1": 2}, "watts": {"a-1": 3}}, [1], "Wh"),
        ({"wh_period": {"a-1": 2}, "watts": {"a-1": 3}}, [2], "Wh"),
        # moments: from each to the next
        ({"watts": {"a-1": 0, "a-2": 100, "a-3": 300}}, [50, 200, 300], "W"),
        ({"watts": {"a-1": 0, "a-2": None, "a-3": 300}}, [0, None, 300], "W"),
    ],
)
def test_open_meteo_gives_the_best_that_it_has(
    attributes: Any, values: list[float | None], unit: str
) -> None:
    assert open_meteo_solar.is_open_meteo_solar(attributes)
    rows, read_unit = open_meteo_solar.extract(attributes)
    assert [item.value for item in rows] == values
    assert read_unit == unit


def test_other_attributes_are_not_open_meteos() -> None:
    assert not open_meteo_solar.is_open_meteo_solar({"wh_period": "none", "unit": "kWh"})


NOON = datetime(2026, 6, 21, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "options", "row", "unit"),
    [
        ([SOLCAST], {}, RawPv(start=SOLCAST["period_start"], value=1.5, p10=1.0, p90=2.0), "kW"),
        (
            [{"start": NOON, "end": NOON, "value": 5}],
            {},
            RawPv(start=NOON, end=NOON, value=5),
            None,
        ),
        ([{"Time": "t", "Watts": 5}], {}, RawPv(start="t", value=5), "W"),
        ([{"from": "t", "till": "u", "kwh": 5}], {}, RawPv(start="t", end="u", value=5), "kWh"),
        (
            [{"t": "x", "v": 5}],
            {"start_key": "t", "value_key": "v"},
            RawPv(start="x", value=5),
            None,
        ),
        (
            [{"hour": "t", "value": 1, "power": 5, "low": 0}],
            {"value_key": "power", "p10_key": "low", "unit": "kW"},
            RawPv(start="t", value=5, p10=0),
            "kW",
        ),
        ({NOON: 5}, {"unit": "Wh"}, RawPv(start=NOON, value=5), "Wh"),
        ({"2026-06-21T12:00:00": 5}, {}, RawPv(start="2026-06-21T12:00:00", value=5), None),
    ],
)
def test_the_keys_of_any_list_are_found_or_chosen(
    value: object, options: dict[str, str], row: RawPv, unit: str | None
) -> None:
    assert shapes.extract(value, options) == ((row,), unit)


@pytest.mark.parametrize(
    "value",
    [None, "text", 5, [], {}, [1, 2], [{"start": "t"}], [{"value": 1}], {"today": 4}, [[1, 2]]],
)
def test_what_is_no_list_over_time_has_no_rows(value: object) -> None:
    assert shapes.extract(value, {}) == ((), None)


def test_rows_that_lack_a_key_have_nothing_there() -> None:
    rows, _ = shapes.extract([{"start": "t", "value": 1}, {"end": "u"}], {})
    assert rows[1] == RawPv(start=None, end="u", value=None)
