"""Every format is read for what it says, and nothing else is taken for it."""

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
import math
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from custom_components.loadstar.engine.prices import normalise
from custom_components.loadstar.engine.prices.types import RawPrice
from custom_components.loadstar.sources.prices import (
    amber,
    easyenergy,
    energi_data_service,
    energyzero,
    entsoe,
    epex_spot,
    frank_energie,
    green_planet,
    nordpool_core,
    nordpool_hacs,
    octopus,
    omie,
    stromligning,
    tibber,
)
from custom_components.loadstar.sources.prices.attributes import AttributeSource
from custom_components.loadstar.sources.prices.reading import read_price
from custom_components.loadstar.sources.prices.registry import SOURCES
from custom_components.loadstar.sources.prices.responses import ActionSource
from custom_components.loadstar.sources.prices.scaling import scaled
from custom_components.loadstar.sources.prices.units import Unit
from custom_components.loadstar.sources.types import SourceError
from tests.integration.sources.prices import samples
from tests.integration.sources.prices.samples import ANSWERS, ATTRIBUTES, STOCKHOLM, Format

CET = ZoneInfo("Europe/Berlin")
BOTH = [pytest.param(one, id=one.kind) for one in (*ATTRIBUTES, *ANSWERS)]


def read(kind: str, data: Mapping[str, Any], zone: tzinfo = STOCKHOLM) -> tuple[RawPrice, ...]:
    """Return what a source makes of data, in currency per kWh."""
    source = SOURCES[kind]
    if isinstance(source, AttributeSource):
        assert source.fits(data)
        return scaled(source.extract(data, zone), source.unit(data, kind))
    assert isinstance(source, ActionSource)
    return scaled(source.extract(data, {}, zone), source.unit)


@pytest.mark.parametrize("form", BOTH)
@pytest.mark.parametrize("minutes", [15, 30, 60])
@pytest.mark.parametrize(
    "date",
    [pytest.param((2026, 3, 29), id="spring"), pytest.param((2026, 10, 25), id="autumn")],
)
def test_a_day_is_read_as_it_was_written(
    form: Format, date: tuple[int, int, int], minutes: int
) -> None:
    hours = samples.day(*date, minutes=minutes)
    periods, warnings = normalise(read(form.kind, form.write(hours)))
    assert [(one.start, one.end) for one in periods] == [(one.start, one.end) for one in hours]
    assert [one.price_per_kwh for one in periods] == [pytest.approx(one.price) for one in hours]
    assert warnings == ()


def _changed(form: Format, key: str, value: object) -> dict[str, Any]:
    """Return a written day whose third row holds something else under ``key``."""
    data = dict(form.write(samples.day(2026, 1, 15)))
    if form.kind == "tibber":
        data["prices"]["Vitahuset"][2][key] = value
    else:
        data[form.rows][2][key] = value
    return data


PRICE_KEYS = {
    "nordpool_hacs": "value",
    "octopus": "value_inc_vat",
    "epex_spot": "price_per_kwh",
    "amber": "per_kwh",
}
NO_ROWS: list[object] = [None, [], "soon", {}, [1, 2], [{"some": "thing"}], [{}], 5, [None]]
BAD_ROWS: list[object] = [None, 5, {}, "x"]
START_KEYS = {
    "entsoe": "time",
    "tibber": "start_time",
    "amber": "start_time",
    "epex_spot": "start_time",
    "energi_data_service": "hour",
    "frank_energie": "from",
    "easyenergy": "timestamp",
}


@pytest.mark.parametrize("form", BOTH)
@pytest.mark.parametrize(
    ("prices", "codes"),
    [
        ((None,), ["price_gap"]),
        ((math.nan, "n/a", True, [0.1], {}), ["price_not_a_number", "price_gap"]),
    ],
    ids=["not known", "no number"],
)
def test_one_bad_price_costs_one_price(
    form: Format, prices: tuple[object, ...], codes: list[str]
) -> None:
    for price in prices:
        data = _changed(form, PRICE_KEYS.get(form.kind, "price"), price)
        periods, warnings = normalise(read(form.kind, data))
        assert len(periods) == 23
        assert [one.code for one in warnings] == codes


@pytest.mark.parametrize("form", BOTH)
def test_one_bad_time_costs_one_price(form: Format) -> None:
    for start in ("yesterday", None, 7, "", "0001-01-01T00:00:00", "9999-12-31T23:59:59-12:00"):
        data = _changed(form, START_KEYS.get(form.kind, "start"), start)
        periods, warnings = normalise(read(form.kind, data))
        assert len(periods) == 23
        assert [one.code for one in warnings] == ["price_not_a_time", "price_gap"]


@pytest.mark.parametrize("form", ATTRIBUTES, ids=lambda form: form.kind)
def test_attributes_without_a_list_of_its_rows_are_another_format(form: Format) -> None:
    source = SOURCES[form.kind]
    assert isinstance(source, AttributeSource)
    data = form.write(samples.day(2026, 1, 15))
    for rows in NO_ROWS:
        if form.kind == "entsoe":
            data = {**data, "prices_today": rows}
        assert not source.fits({**data, form.rows: rows})
    assert not source.fits({})


@pytest.mark.parametrize("form", ATTRIBUTES, ids=lambda form: form.kind)
def test_one_bad_row_costs_one_price(form: Format) -> None:
    for row in BAD_ROWS:
        data = form.write(samples.day(2026, 1, 15))
        data[form.rows][2] = row
        periods, warnings = normalise(read(form.kind, data))
        assert len(periods) == 23
        assert [one.code for one in warnings] == ["price_not_a_time", "price_gap"]


@pytest.mark.parametrize("form", ATTRIBUTES, ids=lambda form: form.kind)
def test_a_format_is_no_other_one(form: Format) -> None:
    data = form.write(samples.day(2026, 1, 15))
    fitting = [
        kind
        for kind, source in SOURCES.items()
        if isinstance(source, AttributeSource) and source.fits(data)
    ]
    assert fitting == [form.kind]


@pytest.mark.parametrize("form", ANSWERS, ids=lambda form: form.kind)
@pytest.mark.parametrize("rows", [None, "soon", 5, [{"some": "thing"}]])
def test_an_answer_without_its_list_is_refused(form: Format, rows: object) -> None:
    if form.kind == "tibber" and isinstance(rows, list):
        rows = {"Vitahuset": 5}
    if form.kind == "nordpool_core" and isinstance(rows, list):
        rows = 7
    with pytest.raises(SourceError, match="price_no_list"):
        read(form.kind, {form.rows: rows})
    with pytest.raises(SourceError, match="price_no_list"):
        read(form.kind, {})


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2025, 11, day, hour, minute, tzinfo=UTC)


def test_nord_pool_answers_per_mwh() -> None:
    data = {
        "SE3": [
            {
                "start": "2025-11-04T23:00:00+00:00",
                "end": "2025-11-05T00:00:00+00:00",
                "price": 250.73,
            }
        ]
    }
    raw = nordpool_core.extract(data, {}, CET)
    assert raw == (RawPrice(at(4, 23), at(5, 0), 250.73),)
    assert nordpool_core.SOURCE.unit == Unit(0.001, None)


def test_nord_pool_answers_with_nothing_for_a_day_that_is_not_known() -> None:
    assert nordpool_core.extract({"SE3": []}, {"area": "SE3"}, CET) == ()


def test_of_several_areas_one_has_to_be_chosen() -> None:
    row = {"start": "2025-11-04T23:00:00+00:00", "end": "2025-11-05T00:00:00+00:00", "price": 1.0}
    data = {"SE3": [row], "SE4": [{**row, "price": 2.0}]}
    assert nordpool_core.extract(data, {"area": "SE4"}, CET)[0].price == 2.0
    for options in ({}, {"area": "FI"}):
        with pytest.raises(SourceError) as refused:
            nordpool_core.extract(data, options, CET)
        assert refused.value.warning.code == "price_part_unknown"
        assert refused.value.warning.data["parts"] == "SE3, SE4"


def test_of_several_homes_one_has_to_be_chosen() -> None:
    row = {"start_time": "2025-11-05T00:00:00+00:00", "price": 0.36914}
    data = {"prices": {"Home": [row], "Cabin": [{**row, "price": 0.5}]}}
    assert tibber.extract(data, {"home": "Cabin"}, CET) == (RawPrice(at(5, 0), None, 0.5),)
    with pytest.raises(SourceError, match="price_part_unknown"):
        tibber.extract(data, {}, CET)


def test_a_community_nord_pool_sensor_has_tomorrow_once_it_is_known() -> None:
    today, tomorrow = samples.day(2026, 1, 15), samples.day(2026, 1, 16)
    data = {
        **samples.nordpool_hacs(today),
        "raw_tomorrow": samples.nordpool_hacs(tomorrow)["raw_today"],
    }
    periods, warnings = normalise(nordpool_hacs.extract(data, STOCKHOLM))
    assert (periods[0].start, periods[-1].end) == (today[0].start, tomorrow[-1].end)
    assert warnings == ()


def test_a_tomorrow_of_none_is_normal() -> None:
    data = {
        **samples.nordpool_hacs(samples.day(2026, 1, 15)),
        "raw_tomorrow": [
            {**row, "value": None}
            for row in samples.nordpool_hacs(samples.day(2026, 1, 16))["raw_today"]
        ],
    }
    periods, warnings = normalise(nordpool_hacs.extract(data, STOCKHOLM))
    assert len(periods) == 24
    assert warnings == ()


@pytest.mark.parametrize(
    ("changes", "unit"),
    [
        ({}, Unit(1.0, "SEK")),
        ({"price_in_cents": True}, Unit(0.01, "SEK")),
        ({"unit": "MWh"}, Unit(0.001, "SEK")),
        ({"unit": "Wh"}, Unit(1000.0, "SEK")),
        ({"unit": "MWh", "price_in_cents": True}, Unit(0.00001, "SEK")),
        ({"currency": None}, Unit(1.0, None)),
        ({"price_in_cents": "yes"}, Unit(1.0, "SEK")),
    ],
)
def test_a_community_nord_pool_sensor_says_its_unit_in_parts(
    changes: Mapping[str, object], unit: Unit
) -> None:
    data = {**samples.nordpool_hacs(samples.day(2026, 1, 15)), **changes}
    found = nordpool_hacs.unit(data, "sensor.nordpool")
    assert found.factor == pytest.approx(unit.factor)
    assert found.currency == unit.currency


def test_cents_are_hundredths_whatever_the_size_of_the_number() -> None:
    hours = samples.day(2026, 1, 15)
    for written in (
        read("nordpool_hacs", samples.nordpool_hacs(hours, cents=True)),
        read("energi_data_service", samples.energi_data_service(hours, cents=True)),
    ):
        assert [one.price for one in written] == [pytest.approx(one.price) for one in hours]


@pytest.mark.parametrize("energy", [None, "", "m³", "kW"])
def test_a_foreign_energy_is_refused(energy: object) -> None:
    data = {**samples.energi_data_service(samples.day(2026, 1, 15)), "unit": energy}
    with pytest.raises(SourceError, match="price_unit"):
        energi_data_service.unit(data, "sensor.prices")


def test_energi_data_service_has_tomorrow_too() -> None:
    data = {
        **samples.energi_data_service(samples.day(2026, 1, 15, minutes=15)),
        "raw_tomorrow": samples.energi_data_service(samples.day(2026, 1, 16, minutes=15))[
            "raw_today"
        ],
    }
    periods, warnings = normalise(energi_data_service.extract(data, STOCKHOLM))
    assert len(periods) == 192
    assert warnings == ()


def test_entso_e_writes_a_space_and_no_end() -> None:
    data = {
        "prices_today": [
            {"time": "2025-11-05 00:00:00+01:00", "price": 0.1},
            {"time": "2025-11-05 01:00:00+01:00", "price": 0.2},
        ],
        "prices_tomorrow": [{"time": "2025-11-06 00:00:00+01:00", "price": 0.3}],
    }
    assert entsoe.is_valid(data)
    assert entsoe.extract(data, CET) == (
        RawPrice(at(4, 23), None, 0.1),
        RawPrice(at(5, 0), None, 0.2),
        RawPrice(at(5, 23), None, 0.3),
    )


def test_octopus_rates_may_be_as_long_as_they_like() -> None:
    data = {
        "rates": [
            {
                "start": "2025-11-05T00:30:00+00:00",
                "end": "2025-11-05T04:30:00+00:00",
                "value_inc_vat": 0.07,
                "is_capped": False,
            }
        ]
    }
    assert octopus.extract(data, CET) == (RawPrice(at(5, 0, 30), at(5, 4, 30), 0.07),)


@pytest.mark.parametrize(
    ("written", "price"),
    [(0.1, 0.1), (1, 1.0), ("0.1", 0.1), (" -0.1 ", -0.1), (Decimal("0.1"), 0.1), (None, None)],
)
def test_a_price_is_any_number_or_the_text_of_one(written: object, price: float | None) -> None:
    assert read_price(written) == price


@pytest.mark.parametrize("written", ["", "0,1", "unknown", "nan", True, [0.1], 10**400])
def test_anything_else_is_no_number(written: object) -> None:
    price = read_price(written)
    assert price is not None
    assert math.isnan(price)


def test_what_amber_pays_for_feeding_in_is_earned() -> None:
    # its own sign is turned round by the action; positive is what a customer gets
    hours = samples.day(2026, 1, 15, minutes=30)
    prices = amber.extract(samples.amber(hours), {"channel_type": "feed_in"}, CET)
    assert [one.price for one in prices] == [one.price for one in hours]


def test_times_without_a_zone_are_local_ones_also_when_the_hour_comes_twice() -> None:
    data = {
        "prices": [
            {"price": index / 10, "start": f"2026-10-25 0{hour}:00:00", "end": None}
            for index, hour in enumerate((1, 2, 2, 3))
        ]
    }
    periods, warnings = normalise(stromligning.extract(data, CET))
    assert [one.start.hour for one in periods] == [23, 0, 1, 2]
    assert warnings == ()


def test_the_rest_of_the_formats_are_read_as_their_makers_document_them() -> None:
    iso, end = "2025-11-05T00:00:00+00:00", "2025-11-05T01:00:00+00:00"
    both = (RawPrice(at(5, 0), at(5, 1), 0.12485),)
    assert (
        epex_spot.extract(
            {"data": [{"start_time": iso, "end_time": end, "price_per_kwh": 0.12485}]}, CET
        )
        == both
    )
    assert (
        frank_energie.extract(
            {"prices": [{"from": at(5, 0), "till": at(5, 1), "price": 0.12485}]}, CET
        )
        == both
    )
    assert (
        omie.extract(
            {"es": [{"start": iso, "end": end, "price": 0.12485}], "pt": []}, {"country": "es"}, CET
        )
        == both
    )
    assert (
        green_planet.extract({"prices": [{"start": iso, "end": end, "price": 0.12485}]}, {}, CET)
        == both
    )
    assert (
        energyzero.extract(
            {
                "prices": [
                    {
                        "timestamp": "2025-11-05 00:00:00+00:00",
                        "start": "2025-11-05 00:00:00+00:00",
                        "end": "2025-11-05 01:00:00+00:00",
                        "price": 0.12485,
                    }
                ]
            },
            {},
            CET,
        )
        == both
    )
    assert easyenergy.extract(
        {"prices": [{"timestamp": "2025-11-05 00:00:00+00:00", "price": 0.12485}]}, {}, CET
    ) == (RawPrice(at(5, 0), None, 0.12485),)
