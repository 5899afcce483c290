"""Every source's shape gives back the day that was put into it, on any day and in any step."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from custom_components.loadstar.sources.pv import (
    energy_platform,
    forecast_solar,
    open_meteo_solar,
    shapes,
    solcast,
)
from custom_components.loadstar.sources.pv.series import RawPv, Window, normalise

STOCKHOLM = ZoneInfo("Europe/Stockholm")
NONE_AT = 5  # the row whose value is missing

type Truth = list[tuple[datetime, float | None]]  # aware UTC, and kW
type Read = tuple[tuple[RawPv, ...], str | None]


def wh(kilowatts: float | None, minutes: int) -> float | None:
    """Return the energy of a period."""
    return None if kilowatts is None else kilowatts * 1000 * minutes / 60


def iso(instant: datetime) -> str:
    """Return a local time stamp with its offset."""
    return instant.astimezone(STOCKHOLM).isoformat()


def read_solcast(truth: Truth, _minutes: int) -> Read:
    rows: Any = [
        {"period_start": at.astimezone(STOCKHOLM), "pv_estimate": kw, "pv_estimate10": 0.0}
        for at, kw in truth
    ]
    assert solcast.is_solcast(rows)
    return solcast.extract(rows), "kW"


def read_energy_platform(truth: Truth, minutes: int) -> Read:
    answer: Any = {"wh_hours": {iso(at): wh(kw, minutes) for at, kw in truth}}
    assert energy_platform.is_solar_forecast(answer)
    return energy_platform.extract(answer), "Wh"


def read_forecast_solar(truth: Truth, minutes: int) -> Read:
    answer: Any = {"watts": {}, "wh_period": {iso(at): wh(kw, minutes) for at, kw in truth}}
    assert forecast_solar.is_forecast_solar(answer)
    return forecast_solar.extract(answer), "Wh"


def read_open_meteo(truth: Truth, minutes: int) -> Read:
    name = "wh_period_15m" if minutes == 15 else "wh_period"
    answer: Any = {name: {iso(at): wh(kw, minutes) for at, kw in truth}}
    assert open_meteo_solar.is_open_meteo_solar(answer)
    return open_meteo_solar.extract(answer)


def read_list(truth: Truth, _minutes: int) -> Read:
    """Write local time stamps without their offset, so that an hour of autumn comes twice."""
    rows = [
        {"time": at.astimezone(STOCKHOLM).strftime("%Y-%m-%d %H:%M:%S"), "kw": kw}
        for at, kw in truth
    ]
    return shapes.extract(rows, {})


def read_list_with_ends(truth: Truth, minutes: int) -> Read:
    step = timedelta(minutes=minutes)
    rows = [
        {"start": at, "end": at + step, "value": None if kw is None else kw * 1000}
        for at, kw in truth
    ]
    return shapes.extract(rows, {"unit": "W"})


def read_map(truth: Truth, minutes: int) -> Read:
    return shapes.extract({at: wh(kw, minutes) for at, kw in truth}, {"unit": "Wh"})


@pytest.mark.parametrize("days", [1, 2], ids=["tomorrow is missing", "with tomorrow"])
@pytest.mark.parametrize("minutes", [15, 30, 60])
@pytest.mark.parametrize(
    "day",
    [date(2026, 6, 21), date(2026, 3, 29), date(2026, 10, 25)],
    ids=["summer", "23 hours", "25 hours"],
)
@pytest.mark.parametrize(
    "source",
    [
        read_solcast,
        read_energy_platform,
        read_forecast_solar,
        read_open_meteo,
        read_list,
        read_list_with_ends,
        read_map,
    ],
)
def test_a_day_comes_back_as_it_was_put_in(
    source: Callable[[Truth, int], Read], day: date, minutes: int, days: int
) -> None:
    start = datetime.combine(day, time(), STOCKHOLM).astimezone(UTC)
    end = datetime.combine(day + timedelta(days=days), time(), STOCKHOLM).astimezone(UTC)
    step = timedelta(minutes=minutes)
    truth: Truth = [
        (start + n * step, None if n == NONE_AT else n / 16) for n in range((end - start) // step)
    ]
    rows, unit = source(truth, minutes)
    window = Window(start, start + timedelta(days=3), STOCKHOLM)
    forecast = normalise(rows, unit, "roof", window)
    expected = {at: kw for at, kw in truth if kw is not None}
    assert {item.start: item.mean_kw for item in forecast.periods} == pytest.approx(expected)
    assert {item.end - item.start for item in forecast.periods} == {step}
    (warning,) = forecast.warnings
    assert (warning.code, warning.data["count"]) == ("pv_not_a_number", 1)
