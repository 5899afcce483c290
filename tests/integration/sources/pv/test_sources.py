"""Forecasts are found and read in Home Assistant as other integrations leave them there."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, ServiceCall, SupportsResponse
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import entity_registry as er
from probatio import Required, Schema
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockModule,
    mock_integration,
    mock_platform,
)

from custom_components.loadstar.planning_wiring import SourceRef
from custom_components.loadstar.sources.pv import asking
from custom_components.loadstar.sources.pv.registry import PV_SOURCES, detect_all, ref_of_entry
from custom_components.loadstar.sources.types import PvForecast, SourceError

START = datetime(2026, 6, 21, 8, tzinfo=UTC)
NOT_LOADED = "not loaded"
END = START + timedelta(days=2)


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def solcast_rows(*kilowatts: float | None, minutes: int = 30) -> list[dict[str, Any]]:
    """Return Solcast's rows as its entities hold them."""
    return [
        {
            "period_start": at(minutes * n),
            "pv_estimate10": None if kw is None else kw / 2,
            "pv_estimate": kw,
            "pv_estimate90": None if kw is None else kw * 2,
        }
        for n, kw in enumerate(kilowatts)
    ]


def add_entry(hass: HomeAssistant, domain: str, title: str = "Roof") -> str:
    """Add an integration's entry that is in use."""
    mock_integration(hass, MockModule(domain))
    entry = MockConfigEntry(domain=domain, title=title, state=ConfigEntryState.LOADED)
    entry.add_to_hass(hass)
    return str(entry.entry_id)


def add_sensor(hass: HomeAssistant, entry_id: str, name: str, attributes: Mapping[str, Any]) -> str:
    """Add an entity of an entry with a state."""
    entity = er.async_get(hass).async_get_or_create(
        "sensor",
        "test",
        f"{entry_id}_{name}",
        suggested_object_id=name,
        config_entry=hass.config_entries.async_get_entry(entry_id),
    )
    hass.states.async_set(entity.entity_id, "5", attributes)
    return entity.entity_id


async def fetch(hass: HomeAssistant, ref: SourceRef) -> PvForecast:
    return await PV_SOURCES[ref.kind].async_fetch(hass, ref, START, END)


async def refusal(hass: HomeAssistant, ref: SourceRef) -> tuple[str, Mapping[str, Any]]:
    """Return why a source gives nothing."""
    with pytest.raises(SourceError) as refused:
        await fetch(hass, ref)
    return refused.value.warning.code, refused.value.warning.data


def powers(forecast: PvForecast) -> list[tuple[float, float]]:
    """Return minutes after the start, and kW."""
    return [
        ((item.start - START).total_seconds() / 60, round(item.mean_kw, 6))
        for item in forecast.periods
    ]


# Solcast


async def test_solcasts_days_are_read_together_with_their_spread(hass: HomeAssistant) -> None:
    entry_id = add_entry(hass, "solcast_solar")
    rows = solcast_rows(1, 2, 3, 4)
    today = add_sensor(hass, entry_id, "forecast_today", {"detailedForecast": rows[:2]})
    tomorrow = add_sensor(hass, entry_id, "forecast_tomorrow", {"detailedForecast": rows[2:]})
    add_sensor(hass, entry_id, "api_used", {})
    ref = SourceRef(kind="solcast", entry_id=entry_id)
    forecast = await fetch(hass, ref)
    assert powers(forecast) == [(0, 1), (30, 2), (60, 3), (90, 4)]
    assert (forecast.periods[1].p10_kw, forecast.periods[1].p90_kw) == (1, 4)
    assert PV_SOURCES["solcast"].watched(hass, ref) == [today, tomorrow]


async def test_solcasts_half_hours_go_before_its_hours_but_either_will_do(
    hass: HomeAssistant,
) -> None:
    entry_id = add_entry(hass, "solcast_solar")
    hours = solcast_rows(7, 8, minutes=60)
    add_sensor(
        hass,
        entry_id,
        "forecast_today",
        {"detailedForecast": solcast_rows(1, 2), "detailedHourly": hours},
    )
    ref = SourceRef(kind="solcast", entry_id=entry_id)
    assert powers(await fetch(hass, ref)) == [(0, 1), (30, 2)]
    add_sensor(hass, entry_id, "forecast_today", {"detailedHourly": hours})
    assert powers(await fetch(hass, ref)) == [(0, 7), (60, 8)]
    add_sensor(hass, entry_id, "forecast_tomorrow", {"detailedForecast": [], "detailedHourly": 5})
    assert powers(await fetch(hass, ref)) == [(0, 7), (60, 8)]


async def test_a_solcast_without_lists_is_asked(hass: HomeAssistant) -> None:
    entry_id = add_entry(hass, "solcast_solar")
    add_sensor(hass, entry_id, "forecast_today", {})
    asked: list[Mapping[str, Any]] = []

    async def answer(call: ServiceCall) -> Any:
        asked.append(call.data)
        return {"data": solcast_rows(1, None, 3)}

    hass.services.async_register(
        "solcast_solar", "query_forecast_data", answer, supports_response=SupportsResponse.ONLY
    )
    forecast = await fetch(hass, SourceRef(kind="solcast", entry_id=entry_id))
    assert powers(forecast) == [(0, 1), (60, 3)]
    assert [warning.code for warning in forecast.warnings] == ["pv_not_a_number"]
    assert asked == [{"start_date_time": START.isoformat(), "end_date_time": END.isoformat()}]


async def test_a_solcast_with_neither_lists_nor_an_action_says_what_is_missing(
    hass: HomeAssistant,
) -> None:
    entry_id = add_entry(hass, "solcast_solar")
    code, data = await refusal(hass, SourceRef(kind="solcast", entry_id=entry_id))
    assert code == "pv_attribute_missing"
    assert data == {"source": "Roof", "attribute": "detailedForecast"}


# Forecast.Solar


def answer_with(hass: HomeAssistant, domain: str, action: str, answer: Callable[[], Any]) -> None:
    async def handle(_call: ServiceCall) -> Any:
        return answer()

    hass.services.async_register(domain, action, handle, supports_response=SupportsResponse.ONLY)


async def test_forecast_solar_gives_energies_of_irregular_lengths(hass: HomeAssistant) -> None:
    entry_id = add_entry(hass, "forecast_solar")
    answer_with(
        hass,
        "forecast_solar",
        "get_forecast",
        lambda: {
            "watts": {at(12).isoformat(): 9999},
            "wh_period": {at(12).isoformat(): 400, at(60).isoformat(): 1000},
        },
    )
    ref = SourceRef(kind="forecast_solar", entry_id=entry_id)
    forecast = await fetch(hass, ref)
    assert powers(forecast) == [(12, 0.5), (60, 1.25)]
    assert forecast.periods[0].p10_kw is None
    assert PV_SOURCES["forecast_solar"].watched(hass, ref) == ()


def refuse() -> Any:
    """Answer as an integration that cannot."""
    raise ServiceValidationError(NOT_LOADED)


@pytest.mark.parametrize(
    ("kind", "domain", "action"),
    [
        ("forecast_solar", "forecast_solar", "get_forecast"),
        ("solcast", "solcast_solar", "query_forecast_data"),
    ],
)
async def test_what_an_action_refuses_is_said(
    hass: HomeAssistant, kind: str, domain: str, action: str
) -> None:
    entry_id = add_entry(hass, domain)
    answer_with(hass, domain, action, refuse)
    code, data = await refusal(hass, SourceRef(kind=kind, entry_id=entry_id))
    assert (code, data) == ("pv_refused", {"source": "Roof", "error": NOT_LOADED})


async def test_an_action_that_takes_other_data_is_said(hass: HomeAssistant) -> None:
    entry_id = add_entry(hass, "forecast_solar")
    hass.services.async_register(
        "forecast_solar",
        "get_forecast",
        lambda _call: None,
        schema=Schema({Required("plane"): str}),
        supports_response=SupportsResponse.ONLY,
    )
    code, data = await refusal(hass, SourceRef(kind="forecast_solar", entry_id=entry_id))
    assert code == "pv_refused"
    assert data["error"]


@pytest.mark.parametrize("answer", [{}, {"wh_period": {}}, {"wh_period": None}, {"data": None}])
@pytest.mark.parametrize(
    ("kind", "domain", "action"),
    [
        ("forecast_solar", "forecast_solar", "get_forecast"),
        ("solcast", "solcast_solar", "query_forecast_data"),
    ],
)
async def test_an_answer_without_anything_is_empty(
    hass: HomeAssistant, kind: str, domain: str, action: str, answer: Any
) -> None:
    entry_id = add_entry(hass, domain)
    answer_with(hass, domain, action, lambda: answer)
    code, _ = await refusal(hass, SourceRef(kind=kind, entry_id=entry_id))
    assert code == "pv_empty"


async def test_a_forecast_solar_that_is_not_set_up_is_gone(hass: HomeAssistant) -> None:
    entry_id = add_entry(hass, "forecast_solar")
    code, _ = await refusal(hass, SourceRef(kind="forecast_solar", entry_id=entry_id))
    assert code == "pv_source_gone"


# Open-Meteo Solar


async def test_open_meteos_days_are_read_together(hass: HomeAssistant) -> None:
    entry_id = add_entry(hass, "open_meteo_solar_forecast")
    today = add_sensor(
        hass,
        entry_id,
        "energy_production_today",
        {"wh_period": {at(0).isoformat(): 1000, at(60).isoformat(): 500}, "watts": {}},
    )
    tomorrow = add_sensor(
        hass, entry_id, "energy_production_tomorrow", {"wh_period": {at(1440).isoformat(): 250}}
    )
    add_sensor(hass, entry_id, "power_production_now", {})
    ref = SourceRef(kind="open_meteo_solar", entry_id=entry_id)
    assert powers(await fetch(hass, ref)) == [(0, 1), (60, 0.5), (1440, 0.25)]
    assert PV_SOURCES["open_meteo_solar"].watched(hass, ref) == [today, tomorrow]


@pytest.mark.parametrize("attributes", [{}, {"wh_period": {}}, {"wh_period": "none"}])
async def test_an_open_meteo_without_a_forecast_says_what_is_missing(
    hass: HomeAssistant, attributes: Mapping[str, Any]
) -> None:
    entry_id = add_entry(hass, "open_meteo_solar_forecast")
    add_sensor(hass, entry_id, "energy_production_today", attributes)
    code, data = await refusal(hass, SourceRef(kind="open_meteo_solar", entry_id=entry_id))
    assert (code, data["attribute"]) == ("pv_attribute_missing", "wh_period")


# Energy platforms

type Answer = Callable[[], Any]


def add_platform(hass: HomeAssistant, domain: str, answer: Answer) -> str:
    """Add an integration with a forecast for the energy dashboard."""

    class Platform:
        @staticmethod
        async def async_get_solar_forecast(_hass: HomeAssistant, _entry_id: str) -> Any:
            return answer()

    entry_id = add_entry(hass, domain)
    mock_platform(hass, f"{domain}.energy", Platform)
    hass.config.components.add(domain)
    return entry_id


async def test_an_energy_platform_is_read_as_half_hours_without_nights(
    hass: HomeAssistant,
) -> None:
    hours = {at(0).isoformat(): 500, at(30).isoformat(): 250, at(1200).isoformat(): 100}
    entry_id = add_platform(hass, "sunny", lambda: {"wh_hours": hours})
    ref = SourceRef(kind="energy_platform", entry_id=entry_id)
    forecast = await fetch(hass, ref)
    assert powers(forecast) == [(0, 1), (30, 0.5), (1200, 0.2)]
    assert {item.end - item.start for item in forecast.periods} == {timedelta(minutes=30)}
    assert PV_SOURCES["energy_platform"].watched(hass, ref) == ()


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (lambda: None, "pv_empty"),
        (dict, "pv_empty"),
        (lambda: {"wh_hours": {}}, "pv_empty"),
        (refuse, "pv_refused"),
        (lambda: dict[str, str]()["data"], "pv_refused"),
        (lambda: object.data, "pv_refused"),  # type: ignore[attr-defined]  # a usual fault
    ],
)
async def test_the_faults_of_an_energy_platform_are_its_own(
    hass: HomeAssistant, answer: Answer, code: str
) -> None:
    entry_id = add_platform(hass, "sunny", answer)
    said, _ = await refusal(hass, SourceRef(kind="energy_platform", entry_id=entry_id))
    assert said == code


async def test_an_energy_platform_that_never_answers_does_not_hold_a_plan(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Platform:
        @staticmethod
        async def async_get_solar_forecast(_hass: HomeAssistant, _entry_id: str) -> Any:
            await asyncio.Event().wait()

    monkeypatch.setattr(asking, "PATIENCE_S", 0.0)
    entry_id = add_entry(hass, "sunny")
    mock_platform(hass, "sunny.energy", Platform)
    hass.config.components.add("sunny")
    code, _ = await refusal(hass, SourceRef(kind="energy_platform", entry_id=entry_id))
    assert code == "pv_refused"


async def test_an_integration_without_an_energy_platform_is_gone(hass: HomeAssistant) -> None:
    entry_id = add_entry(hass, "cloudy")
    code, _ = await refusal(hass, SourceRef(kind="energy_platform", entry_id=entry_id))
    assert code == "pv_source_gone"


# Lists and templates

LIST = SourceRef(kind="list_attribute", entity_id="sensor.sun", attribute="forecast")


@pytest.mark.parametrize(
    ("attributes", "options"),
    [
        ({"unit_of_measurement": "W"}, {}),
        ({"unit_of_measurement": "kWh"}, {"unit": "W"}),
        ({}, {"unit": "W"}),
    ],
)
async def test_a_lists_unit_is_the_chosen_one_or_the_sensors(
    hass: HomeAssistant, attributes: dict[str, str], options: dict[str, str]
) -> None:
    rows = [{"start": at(60 * n).isoformat(), "value": 500 * n} for n in range(3)]
    hass.states.async_set("sensor.sun", "5", {**attributes, "forecast": rows})
    ref = SourceRef(
        kind="list_attribute", entity_id="sensor.sun", attribute="forecast", options=options
    )
    assert powers(await fetch(hass, ref)) == [(0, 0), (60, 0.5), (120, 1)]
    assert PV_SOURCES["list_attribute"].watched(hass, ref) == ("sensor.sun",)


@pytest.mark.parametrize(
    ("attributes", "code"),
    [
        (None, "pv_source_gone"),
        ({}, "pv_attribute_missing"),
        ({"forecast": None}, "pv_attribute_missing"),
        ({"forecast": []}, "pv_shape"),
        ({"forecast": [1, 2]}, "pv_shape"),
        ({"forecast": "[]"}, "pv_shape"),
        ({"forecast": [{"start": START.isoformat(), "value": 1}]}, "pv_unit"),
    ],
)
async def test_a_list_that_cannot_be_read_says_why(
    hass: HomeAssistant, attributes: dict[str, Any] | None, code: str
) -> None:
    if attributes is not None:
        hass.states.async_set("sensor.sun", "5", attributes)
    said, _ = await refusal(hass, LIST)
    assert said == code


def template(text: str, **options: str) -> SourceRef:
    return SourceRef(kind="template", template=text, options=options)


async def test_a_template_yields_a_list_and_is_read_again_when_its_entities_change(
    hass: HomeAssistant,
) -> None:
    hass.states.async_set("sensor.sun", "1.5")
    ref = template("{{ [{'start': '2026-06-21 08:00+00', 'kw': states('sensor.sun') | float}] }}")
    assert powers(await fetch(hass, ref)) == [(0, 1.5)]
    assert PV_SOURCES["template"].watched(hass, ref) == ["sensor.sun"]


@pytest.mark.parametrize(
    ("ref", "code"),
    [
        (template("{{ 5 / 0 }}"), "pv_template"),
        (template("{{ [ }}"), "pv_template"),
        (template("cloudy"), "pv_shape"),
        (template(""), "pv_shape"),
        (template("{{ {'2026-06-21 08:00+00': 5} }}"), "pv_unit"),
    ],
)
async def test_a_template_that_yields_no_forecast_says_why(
    hass: HomeAssistant, ref: SourceRef, code: str
) -> None:
    said, _ = await refusal(hass, ref)
    assert said == code
    assert PV_SOURCES["template"].watched(hass, ref) == []


# All of them


async def test_everything_that_could_be_read_is_found_once_under_its_best_kind(
    hass: HomeAssistant,
) -> None:
    solcast = add_platform(hass, "solcast_solar", lambda: None)
    plane = add_platform(hass, "forecast_solar", lambda: None)
    weather = add_entry(hass, "open_meteo_solar_forecast")
    other = add_platform(hass, "sunny", lambda: None)
    add_platform(hass, "loadstar", lambda: None)
    add_entry(hass, "cloudy")
    rows = [{"start": START.isoformat(), "value": 1}]
    hass.states.async_set("sensor.sun", "5", {"unit_of_measurement": "kW", "forecast": rows})
    hass.states.async_set("sensor.map", "5", {"unit_of_measurement": "Wh", "by": {"2026-1": 1}})
    hass.states.async_set("sensor.named", "5", {"rows": [{"start": "t", "kwh": 1}]})
    hass.states.async_set("sensor.price", "5", {"unit_of_measurement": "EUR/kWh", "list": rows})
    hass.states.async_set("sensor.other", "5", {"unit_of_measurement": "kW", "list": [1, 2]})
    found = detect_all(hass)
    assert [(item.ref.kind, item.ref.entry_id or item.ref.entity_id) for item in found] == [
        ("solcast", solcast),
        ("forecast_solar", plane),
        ("open_meteo_solar", weather),
        ("energy_platform", other),
        ("list_attribute", "sensor.sun"),
        ("list_attribute", "sensor.map"),
        ("list_attribute", "sensor.named"),
    ]
    assert {item.name for item in found[:4]} == {"Roof"}
    assert found[4].name == "sun: forecast"
    assert found[4].ref.attribute == "forecast"


async def test_an_entrys_best_source_goes_by_its_integration(hass: HomeAssistant) -> None:
    solcast, other = add_entry(hass, "solcast_solar"), add_entry(hass, "sunny")
    assert ref_of_entry(hass, solcast).kind == "solcast"
    assert ref_of_entry(hass, other) == SourceRef(kind="energy_platform", entry_id=other)
    assert ref_of_entry(hass, "gone").kind == "energy_platform"


@pytest.mark.parametrize(
    "kind", ["solcast", "open_meteo_solar", "energy_platform", "forecast_solar"]
)
async def test_a_source_whose_entry_was_removed_is_gone(hass: HomeAssistant, kind: str) -> None:
    code, _ = await refusal(hass, SourceRef(kind=kind, entry_id="removed"))
    assert code == "pv_source_gone"
