"""Prices that stand in the attributes of entities are found and read."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.loadstar.engine.prices import normalise
from custom_components.loadstar.planning_wiring import SourceRef
from custom_components.loadstar.sources.prices.registry import (
    SOURCES,
    detect_all,
    price_source,
)
from custom_components.loadstar.sources.types import Prices, SourceError
from tests.integration.sources.prices import samples
from tests.integration.sources.prices.samples import ATTRIBUTES, Format

START = datetime(2026, 1, 14, 23, tzinfo=UTC)
END = datetime(2026, 1, 17, 23, tzinfo=UTC)
FORMATS = [pytest.param(one, id=one.kind) for one in ATTRIBUTES]


@pytest.fixture(autouse=True)
async def stockholm(hass: HomeAssistant) -> None:
    await hass.config.async_set_time_zone("Europe/Stockholm")


async def fetch(hass: HomeAssistant, ref: SourceRef) -> Prices:
    return await price_source(ref.kind).async_fetch(hass, ref, START, END)


def add(hass: HomeAssistant, form: Format, state: str = "0.1", **changes: Any) -> SourceRef:
    """Add an entity with a day's prices."""
    entity_id = f"{form.domain}.{form.entity}"
    hass.states.async_set(
        entity_id, state, {**form.write(samples.day(2026, 1, 15)), **changes}, force_update=True
    )
    return SourceRef(kind=form.kind, entity_id=entity_id)


@pytest.mark.parametrize("form", FORMATS)
async def test_an_entity_is_found_as_what_it_is_and_read(hass: HomeAssistant, form: Format) -> None:
    ref = add(hass, form, friendly_name="Price")
    assert [(one.ref, one.name) for one in detect_all(hass)] == [(ref, "Price")]
    prices = await fetch(hass, ref)
    periods, warnings = normalise(prices.prices)
    assert [one.start for one in periods] == [one.start for one in samples.day(2026, 1, 15)]
    assert prices.currency == form.currency
    assert warnings == ()
    assert ref.entity_id in SOURCES[form.kind].watched(hass, ref)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    ("state", "code"),
    [(STATE_UNAVAILABLE, "price_source_unavailable"), (None, "price_source_missing")],
)
async def test_an_entity_that_is_gone_says_so(
    hass: HomeAssistant, form: Format, state: str | None, code: str
) -> None:
    ref = SourceRef(kind=form.kind, entity_id="sensor.price")
    if state is not None:
        hass.states.async_set("sensor.price", state)
    with pytest.raises(SourceError) as refused:
        await fetch(hass, ref)
    assert refused.value.warning.code == code
    assert refused.value.warning.data == {"source": "sensor.price"}
    assert detect_all(hass) == []


@pytest.mark.parametrize("form", FORMATS)
async def test_an_entity_that_has_lost_its_list_says_so(hass: HomeAssistant, form: Format) -> None:
    hass.states.async_set("sensor.price", STATE_UNKNOWN)
    with pytest.raises(SourceError, match="price_no_list"):
        await fetch(hass, SourceRef(kind=form.kind, entity_id="sensor.price"))


@pytest.mark.parametrize("kind", [form.kind for form in ATTRIBUTES])
async def test_a_reference_without_an_entity_reads_nothing(hass: HomeAssistant, kind: str) -> None:
    ref = SourceRef(kind=kind)
    assert list(SOURCES[kind].watched(hass, ref)) == []
    with pytest.raises(SourceError, match="price_source_missing"):
        await fetch(hass, ref)


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("entsoe", {"unit_of_measurement": "%"}),
        ("epex_spot", {"unit_of_measurement": None}),
        ("frank_energie", {"unit_of_measurement": "€/m³"}),  # gas has the same list
        ("stromligning", {"unit_of_measurement": "kr"}),
        ("nordpool_hacs", {"unit": "m³", "unit_of_measurement": None}),
        ("energi_data_service", {"unit": None}),
    ],
)
async def test_a_foreign_unit_is_neither_offered_nor_read(
    hass: HomeAssistant, kind: str, changes: Mapping[str, Any]
) -> None:
    (form,) = [one for one in ATTRIBUTES if one.kind == kind]
    ref = add(hass, form, **changes)
    assert detect_all(hass) == []
    with pytest.raises(SourceError, match="price_unit"):
        await fetch(hass, ref)


async def test_an_event_that_has_not_happened_since_the_start_still_has_its_rates(
    hass: HomeAssistant,
) -> None:
    (form,) = [one for one in ATTRIBUTES if one.kind == "octopus"]
    ref = add(hass, form, state=STATE_UNKNOWN)
    assert len((await fetch(hass, ref)).prices) == 24


OCTOPUS = "event.octopus_energy_electricity_serial_mpan"


async def test_octopus_days_are_three_entities(hass: HomeAssistant) -> None:
    for name, day in (("previous", 14), ("current", 15), ("next", 16)):
        hass.states.async_set(
            f"{OCTOPUS}_{name}_day_rates", STATE_UNKNOWN, samples.octopus(samples.day(2026, 1, day))
        )
    ref = SourceRef(kind="octopus", entity_id=f"{OCTOPUS}_current_day_rates")
    hass.states.async_set(
        "event.octopus_energy_gas_serial_mprn_current_day_rates",
        STATE_UNKNOWN,
        samples.octopus(samples.day(2026, 1, 15)),
    )
    assert [one.ref for one in detect_all(hass)] == [ref]
    periods, warnings = normalise((await fetch(hass, ref)).prices)
    assert len(periods) == 72
    assert warnings == ()


async def test_octopus_days_are_found_under_any_name(hass: HomeAssistant) -> None:
    registry = er.async_get(hass)
    for name, object_id in (("current", "power_now"), ("next", "power_next")):
        registry.async_get_or_create(
            "event",
            "octopus_energy",
            f"octopus_energy_electricity_serial_mpan_{name}_day_rates",
            suggested_object_id=object_id,
        )
    hass.states.async_set(
        "event.power_now", STATE_UNKNOWN, samples.octopus(samples.day(2026, 1, 15))
    )
    ref = SourceRef(kind="octopus", entity_id="event.power_now")
    assert [one.ref for one in detect_all(hass)] == [ref]
    assert list(SOURCES["octopus"].watched(hass, ref)) == ["event.power_now", "event.power_next"]


async def test_octopus_rates_without_other_days_are_read_alone(hass: HomeAssistant) -> None:
    hass.states.async_set("event.rates", STATE_UNKNOWN, samples.octopus(samples.day(2026, 1, 15)))
    assert detect_all(hass) == []
    ref = SourceRef(kind="octopus", entity_id="event.rates")
    assert list(SOURCES["octopus"].watched(hass, ref)) == ["event.rates"]
    assert len((await fetch(hass, ref)).prices) == 24


async def test_strom_ligning_has_tomorrow_beside_it(hass: HomeAssistant) -> None:
    entry = MockConfigEntry(domain="stromligning")
    entry.add_to_hass(hass)
    registry = er.async_get(hass)
    for domain, key in (
        ("sensor", "current_price_vat"),
        ("sensor", "tomorrow_lowest_vat"),
        ("binary_sensor", "tomorrow_available_vat"),
        ("binary_sensor", "tomorrow_available_ex_vat"),
        ("binary_sensor", "other_vat"),
    ):
        registry.async_get_or_create(
            domain, "stromligning", f"{key}_1", suggested_object_id=key, config_entry=entry
        )
    hass.states.async_set(
        "sensor.current_price_vat", "0.1", samples.stromligning(samples.day(2026, 1, 15))
    )
    ref = SourceRef(kind="stromligning", entity_id="sensor.current_price_vat")
    watched = ["sensor.current_price_vat", "binary_sensor.tomorrow_available_vat"]
    assert list(SOURCES["stromligning"].watched(hass, ref)) == watched
    assert len((await fetch(hass, ref)).prices) == 24
    tomorrow = dict(samples.stromligning(samples.day(2026, 1, 16)))
    del tomorrow["unit_of_measurement"]
    hass.states.async_set(watched[1], "on", tomorrow)
    assert len((await fetch(hass, ref)).prices) == 48


async def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(SourceError) as refused:
        price_source("tea_leaves")
    assert (refused.value.warning.code, refused.value.warning.data) == (
        "price_source_unknown",
        {"source": "tea_leaves"},
    )
