"""A simulated year is a year: whole local days, the same for the same seed."""

from dataclasses import replace
from datetime import date, datetime
import time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from hypothesis import given, settings
from hypothesis import strategies as st
from loadstar_engine.simulation.year import (
    SLOT_S,
    FamilyConfig,
    PanelsConfig,
    SourceConfig,
    YearConfig,
    simulate_year,
)
import numpy as np
import pytest

MARCH = YearConfig(start=date(2026, 3, 28), days=3)
SERIES = ("shine", "pv_kwh", "load_kwh", "heat_kwh", "temperature_c", "price_per_kwh")


@pytest.mark.parametrize(
    ("start", "hours"),
    [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 7, 1), 24)],
)
def test_a_day_of_a_clock_change_is_shorter_or_longer(start: date, hours: int) -> None:
    year = simulate_year(replace(MARCH, start=start, days=1), 1)
    assert year.start_s.size == hours * 4
    assert {getattr(year, name).size for name in SERIES} == {hours * 4}


def test_the_wall_clock_jumps_where_clocks_are_changed() -> None:
    year = simulate_year(MARCH, 1)
    night = (year.when.day == 1) & (year.when.hour > 1.5) & (year.when.hour < 3.5)
    assert year.when.hour[night].tolist() == [1.625, 1.875, 3.125, 3.375]


def test_half_an_hours_change_of_clocks_is_one_too() -> None:
    lord_howe = replace(MARCH, time_zone="Australia/Lord_Howe", start=date(2026, 4, 4))
    assert np.bincount(simulate_year(lord_howe, 1).when.day).tolist() == [96, 98, 96]


def test_the_same_seed_lives_the_same_year_and_another_does_not() -> None:
    first, again, other = (simulate_year(MARCH, seed) for seed in (7, 7, 8))
    for name in SERIES:
        assert np.array_equal(getattr(first, name), getattr(again, name))
        assert not np.array_equal(getattr(first, name), getattr(other, name))
    assert np.array_equal(first.day_ahead_pv_kwh(), again.day_ahead_pv_kwh())


def test_what_stands_on_the_roof_changes_neither_weather_nor_family() -> None:
    """A bench compares homes under one sky."""
    small = replace(MARCH, panels=PanelsConfig(peak_kw=4.0), source=SourceConfig(bias=-0.3))
    one, other = simulate_year(MARCH, 3), simulate_year(small, 3)
    for name in ("shine", "load_kwh", "temperature_c"):
        assert np.array_equal(getattr(one, name), getattr(other, name))
    assert other.pv_kwh.sum() < one.pv_kwh.sum()


def test_two_years_take_no_two_seconds() -> None:
    begun = time.process_time()
    simulate_year(YearConfig(start=date(2024, 1, 1), days=731), 1)
    assert time.process_time() - begun < 2.0


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"days": 0}, "days"),
        ({"days": 732}, "days"),
        ({"latitude_deg": 70.0}, "latitude_deg"),
        ({"latitude_deg": float("nan")}, "latitude_deg"),
        ({"source": SourceConfig(bias=-1.0)}, "bias"),
        ({"source": SourceConfig(bias=float("nan"))}, "bias"),
        ({"source": SourceConfig(surprise=-0.1)}, "surprise"),
        ({"source": SourceConfig(surprise=1.3)}, "surprise"),
        ({"panels": PanelsConfig(peak_kw=0.0)}, "peak_kw"),
        ({"panels": PanelsConfig(peak_kw=float("nan"))}, "peak_kw"),
    ],
)
def test_what_is_no_year_is_refused(changes: dict[str, object], field: str) -> None:
    with pytest.raises(ValueError, match=f"^{field}$"):
        replace(MARCH, **changes)  # type: ignore[arg-type]  # what is wrong is the point


def test_a_time_zone_has_to_exist() -> None:
    with pytest.raises(ZoneInfoNotFoundError):
        simulate_year(replace(MARCH, time_zone="Europe/Atlantis"), 1)


@st.composite
def configs(draw: st.DrawFn) -> YearConfig:
    """Build homes anywhere below the polar circles, for a few days."""
    return YearConfig(
        start=draw(st.dates(date(1990, 1, 1), date(2060, 1, 1))),
        days=draw(st.integers(1, 9)),
        latitude_deg=draw(st.floats(-65, 65)),
        longitude_deg=draw(st.floats(-180, 180)),
        time_zone=draw(st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kathmandu", "America/Lima"])),
        panels=PanelsConfig(
            peak_kw=draw(st.floats(0.5, 30)),
            inverter_kw=draw(st.floats(0.5, 30)),
            tilt_deg=draw(st.floats(0, 90)),
            azimuth_deg=draw(st.floats(0, 360)),
        ),
        family=FamilyConfig(
            daily_kwh=draw(st.floats(0, 60)),
            heat_loss_kw_per_k=draw(st.floats(0, 0.5)),
            holidays=draw(st.integers(0, 60)),
        ),
        source=SourceConfig(bias=draw(st.floats(-0.9, 2)), surprise=draw(st.floats(0, 1.25))),
    )


@settings(max_examples=25, deadline=None)
@given(configs(), st.integers(0, 2**31))
def test_every_year_is_possible(config: YearConfig, seed: int) -> None:
    year = simulate_year(config, seed)
    zone = ZoneInfo(config.time_zone)
    first = datetime.fromtimestamp(int(year.start_s[0]), zone)
    after = datetime.fromtimestamp(int(year.start_s[-1]) + SLOT_S, zone)
    assert (first.date(), first.time()) == (config.start, datetime.min.time())
    assert after.time() == datetime.min.time()
    assert (after.date() - config.start).days == config.days
    assert (np.diff(year.start_s) == SLOT_S).all()
    assert all(np.isfinite(getattr(year, name)).all() for name in SERIES)
    assert (year.pv_kwh >= 0).all()
    assert (year.pv_kwh <= config.panels.inverter_kw / 4 + 1e-9).all()
    assert (year.load_kwh >= year.heat_kwh).all()
    assert (year.heat_kwh >= 0).all()
    assert ((year.shine >= 0) & (year.shine <= 1)).all()
    assert (np.abs(year.temperature_c) < 60).all()
    issued = year.issued(float(year.start_s[0]) + 3600)
    assert issued.p10_kwh is not None
    assert issued.p90_kwh is not None
    assert (issued.pv_kwh >= 0).all()
    assert (issued.p10_kwh <= issued.p90_kwh + 1e-12).all()
