"""Prices that integrations answer with are asked for as they have to be, and read."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, ServiceCall, SupportsResponse
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockModule,
    mock_integration,
)
import voluptuous as vol

from custom_components.loadstar.engine.prices import normalise
from custom_components.loadstar.planning_wiring import SourceRef
from custom_components.loadstar.sources.prices.registry import SOURCES, detect_all, price_source
from custom_components.loadstar.sources.types import Prices, SourceError
from tests.integration.sources.prices import samples
from tests.integration.sources.prices.samples import ANSWERS, Format

# Thursday, ten in Stockholm
NOW = datetime(2026, 1, 15, 9, tzinfo=UTC)
START = datetime(2026, 1, 14, 23, tzinfo=UTC)
END = START + timedelta(days=3)
FORMATS = [pytest.param(one, id=one.kind) for one in ANSWERS]
SERVICES = {
    "nordpool_core": "get_prices_for_date",
    "tibber": "get_prices",
    "amber": "get_forecasts",
    "energyzero": "get_energy_prices",
    "easyenergy": "get_energy_usage_prices",
    "omie": "get_prices_for_date",
    "green_planet": "get_prices",
}
BY_DAY = ("nordpool_core", "energyzero", "easyenergy", "omie")
DAILY = [pytest.param(one, id=one.kind) for one in ANSWERS if one.kind in BY_DAY]


@pytest.fixture(autouse=True)
async def stockholm(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    freezer.move_to(NOW)
    await hass.config.async_set_time_zone("Europe/Stockholm")


def serve(
    hass: HomeAssistant,
    form: Format,
    answer: Callable[[ServiceCall], Any] | None = None,
    service: str | None = None,
) -> list[dict[str, Any]]:
    """Register an action; return what it is asked."""
    asked: list[dict[str, Any]] = []

    async def handle(call: ServiceCall) -> Any:
        asked.append(dict(call.data))
        return (answer or _by_day(form))(call)

    hass.services.async_register(
        form.domain,
        service or SERVICES[form.kind],
        handle,
        supports_response=SupportsResponse.ONLY,
    )
    return asked


def _by_day(form: Format) -> Callable[[ServiceCall], Mapping[str, Any]]:
    def answer(call: ServiceCall) -> Mapping[str, Any]:
        day = call.data.get("date") or call.data.get("start") or "2026-01-15"
        return form.write(samples.day(2026, 1, int(str(day)[8:10])))

    return answer if form.kind in BY_DAY else lambda _call: form.write(samples.day(2026, 1, 15))


def entry_of(
    hass: HomeAssistant, form: Format, data: Mapping[str, Any] | None = None
) -> MockConfigEntry:
    """Add a loaded entry of an integration that is not really there."""
    mock_integration(hass, MockModule(form.domain))
    entry = MockConfigEntry(
        domain=form.domain,
        title="Power",
        data=dict(form.entry_data if data is None else data),
        state=ConfigEntryState.LOADED,
    )
    entry.add_to_hass(hass)
    return entry


async def fetch(hass: HomeAssistant, ref: SourceRef) -> Prices:
    return await price_source(ref.kind).async_fetch(hass, ref, START, END)


@pytest.mark.parametrize("form", FORMATS)
async def test_an_action_is_found_and_its_answer_read(hass: HomeAssistant, form: Format) -> None:
    serve(hass, form)
    entry = entry_of(hass, form)
    candidates = detect_all(hass)
    assert {one.ref.kind for one in candidates} == {form.kind}
    assert {one.ref.entry_id for one in candidates} == {entry.entry_id}
    assert all(one.name.startswith("Power") for one in candidates)
    prices = await fetch(hass, candidates[0].ref)
    periods, warnings = normalise(prices.prices)
    days = 2 if form.kind in BY_DAY else 1
    expected = [*samples.day(2026, 1, 15), *samples.day(2026, 1, 16)][: 24 * days]
    assert [one.start for one in periods] == [one.start for one in expected]
    assert [one.price_per_kwh for one in periods] == [pytest.approx(one.price) for one in expected]
    assert prices.currency == form.currency
    assert (prices.warnings, warnings) == ((), ())
    assert list(SOURCES[form.kind].watched(hass, candidates[0].ref)) == []


@pytest.mark.parametrize("form", FORMATS)
async def test_an_integration_that_is_not_loaded_offers_nothing(
    hass: HomeAssistant, form: Format
) -> None:
    entry = entry_of(hass, form)
    assert detect_all(hass) == []
    serve(hass, form)
    entry.mock_state(hass, ConfigEntryState.NOT_LOADED)
    assert detect_all(hass) == []


async def test_the_candidates_of_an_entry_are_what_it_can_be_asked(hass: HomeAssistant) -> None:
    for form in ANSWERS:
        serve(hass, form)
        entry_of(hass, form)
    names = {(one.ref.kind, one.name): dict(one.ref.options) for one in detect_all(hass)}
    assert names == {
        ("nordpool_core", "Power SE3"): {"area": "SE3"},
        ("tibber", "Power"): {},
        ("amber", "Power general"): {"channel_type": "general"},
        ("amber", "Power feed_in"): {"channel_type": "feed_in"},
        ("energyzero", "Power market"): {"price_type": "market", "incl_vat": False},
        ("energyzero", "Power all in"): {"price_type": "all_in", "incl_vat": True},
        ("easyenergy", "Power market"): {
            "service": "get_energy_usage_prices",
            "price_type": "market",
            "incl_vat": False,
        },
        ("easyenergy", "Power invoice"): {
            "service": "get_energy_usage_prices",
            "price_type": "invoice",
            "incl_vat": True,
        },
        ("easyenergy", "Power return"): {"service": "get_energy_return_prices"},
        ("omie", "Power ES"): {"country": "es"},
        ("omie", "Power PT"): {"country": "pt"},
        ("green_planet", "Power"): {},
    }


async def test_an_entry_of_the_community_s_nord_pool_is_not_taken_for_ours(
    hass: HomeAssistant,
) -> None:
    form = ANSWERS[0]
    serve(hass, form)
    entry_of(hass, form, {"region": "SE3"})
    assert detect_all(hass) == []


@pytest.mark.parametrize(
    ("kind", "options", "service", "asked"),
    [
        pytest.param(
            "nordpool_core",
            {"area": "SE3"},
            None,
            [
                {"config_entry": "it", "date": "2026-01-15", "areas": ["SE3"]},
                {"config_entry": "it", "date": "2026-01-16", "areas": ["SE3"]},
            ],
            id="nord pool, one area",
        ),
        pytest.param(
            "nordpool_core",
            {},
            None,
            [
                {"config_entry": "it", "date": "2026-01-15"},
                {"config_entry": "it", "date": "2026-01-16"},
            ],
            id="nord pool, the entry's areas",
        ),
        pytest.param(
            "tibber",
            {},
            None,
            [{"start": "2026-01-14T23:00:00+00:00", "end": "2026-01-17T23:00:00+00:00"}],
            id="tibber, beyond tonight",
        ),
        pytest.param(
            "amber",
            {"channel_type": "feed_in"},
            None,
            [{"config_entry_id": "it", "channel_type": "feed_in"}],
            id="amber, feeding in",
        ),
        pytest.param(
            "energyzero",
            {"interval": "quarter"},
            None,
            [
                {
                    "config_entry": "it",
                    "start": f"2026-01-{day}",
                    "end": f"2026-01-{day}",
                    "incl_vat": False,
                    "price_type": "market",
                    "interval": "quarter",
                }
                for day in (15, 16)
            ],
            id="energyzero, a day at a time",
        ),
        pytest.param(
            "easyenergy",
            {},
            None,
            [
                {
                    "config_entry": "it",
                    "granularity": "hour",
                    "incl_vat": False,
                    "price_type": "market",
                    "start": f"2026-01-{day}",
                    "end": f"2026-01-{day}",
                }
                for day in (15, 16)
            ],
            id="easyenergy, used",
        ),
        pytest.param(
            "easyenergy",
            {"service": "get_energy_return_prices"},
            "get_energy_return_prices",
            [
                {
                    "config_entry": "it",
                    "granularity": "hour",
                    "start": f"2026-01-{day}",
                    "end": f"2026-01-{day}",
                }
                for day in (15, 16)
            ],
            id="easyenergy, returned",
        ),
        pytest.param(
            "omie",
            {"country": "es"},
            None,
            [
                {"date": "2026-01-15", "countries": ["es"]},
                {"date": "2026-01-16", "countries": ["es"]},
            ],
            id="omie, one country",
        ),
        pytest.param(
            "omie", {}, None, [{"date": "2026-01-15"}, {"date": "2026-01-16"}], id="omie, both"
        ),
        pytest.param(
            "green_planet",
            {},
            None,
            [{"config_entry_id": "it", "hours": 24}],
            id="green planet, as much as there is",
        ),
    ],
)
async def test_an_action_is_asked_for_what_it_gives(
    hass: HomeAssistant,
    kind: str,
    options: Mapping[str, Any],
    service: str | None,
    asked: list[Mapping[str, Any]],
) -> None:
    (form,) = [one for one in ANSWERS if one.kind == kind]
    heard = serve(hass, form, service=service)
    entry = MockConfigEntry(domain=form.domain, entry_id="it", data=dict(form.entry_data))
    entry.add_to_hass(hass)
    await fetch(hass, SourceRef(kind=kind, entry_id="it", options=options))
    assert heard == asked


@pytest.mark.parametrize(
    ("form", "watched"),
    [pytest.param(form, form.kind in ("amber", "green_planet"), id=form.kind) for form in ANSWERS],
)
async def test_sensors_are_followed_where_asking_costs_nothing(
    hass: HomeAssistant, form: Format, *, watched: bool
) -> None:
    entry = entry_of(hass, form)
    registry = er.async_get(hass)
    for domain in ("sensor", "binary_sensor"):
        registry.async_get_or_create(
            domain, form.domain, "1", suggested_object_id="price", config_entry=entry
        )
    source = SOURCES[form.kind]
    ref = SourceRef(kind=form.kind, entry_id=entry.entry_id)
    assert list(source.watched(hass, ref)) == (["sensor.price"] if watched else [])
    assert list(source.watched(hass, SourceRef(kind=form.kind))) == []


async def test_a_market_s_day_is_not_the_local_one(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await hass.config.async_set_time_zone("Europe/Helsinki")
    freezer.move_to("2026-01-14T22:30:00+00:00")  # half past midnight in Helsinki
    form = ANSWERS[0]
    asked = serve(hass, form)
    entry = entry_of(hass, form)
    start = datetime(2026, 1, 14, 22, tzinfo=UTC)
    ref = SourceRef(kind=form.kind, entry_id=entry.entry_id)
    await SOURCES[form.kind].async_fetch(hass, ref, start, start + timedelta(days=3))
    assert [one["date"] for one in asked] == ["2026-01-14", "2026-01-15"]


def refuse(error: Exception, day: str = "") -> Callable[[ServiceCall], Any]:
    """Return an answer that fails, for one day alone if it is given."""

    def answer(call: ServiceCall) -> Any:
        asked = str(call.data.get("date") or call.data.get("start") or "")
        if day in asked:
            raise error
        (form,) = [one for one in ANSWERS if one.domain == call.domain]
        return _by_day(form)(call)

    return answer


@pytest.mark.parametrize("form", DAILY)
async def test_a_tomorrow_that_is_refused_is_normal(hass: HomeAssistant, form: Format) -> None:
    serve(hass, form, refuse(ServiceValidationError("no data"), "2026-01-16"))
    prices = await fetch(hass, SourceRef(kind=form.kind, entry_id=entry_of(hass, form).entry_id))
    assert len(prices.prices) == 24
    assert prices.warnings == ()


@pytest.mark.parametrize("form", DAILY)
async def test_a_today_that_is_refused_is_named(hass: HomeAssistant, form: Format) -> None:
    serve(hass, form, refuse(ServiceValidationError("no data"), "2026-01-15"))
    prices = await fetch(hass, SourceRef(kind=form.kind, entry_id=entry_of(hass, form).entry_id))
    assert len(prices.prices) == 24
    assert [(one.code, one.data) for one in prices.warnings] == [
        ("price_source_failed", {"source": form.domain, "error": "no data"})
    ]


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (HomeAssistantError("down"), "down"),
        (ServiceValidationError("not so"), "not so"),
        (vol.Invalid("unknown area"), "unknown area"),
        (aiohttp.ClientError(), "ClientError"),
        (TimeoutError(), "TimeoutError"),
        (KeyError("forecasts"), "'forecasts'"),
        (AttributeError("runtime_data"), "runtime_data"),
    ],
)
async def test_an_integration_that_fails_is_named_with_what_it_said(
    hass: HomeAssistant, error: Exception, text: str
) -> None:
    form = ANSWERS[0]
    serve(hass, form, refuse(error))
    with pytest.raises(SourceError) as refused:
        await fetch(hass, SourceRef(kind=form.kind, entry_id=entry_of(hass, form).entry_id))
    assert refused.value.warning.code == "price_source_failed"
    assert refused.value.warning.data == {"source": form.domain, "error": text}


@pytest.mark.parametrize("form", FORMATS)
async def test_an_integration_that_has_been_removed_is_missing(
    hass: HomeAssistant, form: Format
) -> None:
    for entry_id in ("gone", entry_of(hass, form).entry_id):  # the entry, then the action
        with pytest.raises(SourceError) as refused:
            await fetch(hass, SourceRef(kind=form.kind, entry_id=entry_id))
        assert refused.value.warning.code == "price_source_missing"
        assert refused.value.warning.data == {"source": form.domain}


async def test_an_answer_of_nothing_is_no_list(hass: HomeAssistant) -> None:
    form = ANSWERS[2]
    serve(hass, form, lambda _call: {})
    with pytest.raises(SourceError, match="price_no_list"):
        await fetch(hass, SourceRef(kind=form.kind, entry_id=entry_of(hass, form).entry_id))
