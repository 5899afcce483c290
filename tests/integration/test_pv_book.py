"""A home's forecast is the sum of its arrays, asked for when there is something new."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.energy.data import async_get_manager
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockModule,
    mock_integration,
    mock_platform,
)

from custom_components.loadstar.const import DOMAIN
from custom_components.loadstar.engine.planner.inputs.types import PlanWarning
from custom_components.loadstar.planning.faults import PlanFaults
from custom_components.loadstar.planning_wiring import PvArrayConfig, SourceRef
from custom_components.loadstar.pv_book import PvBook
from custom_components.loadstar.sources.types import PvForecast
from tests.integration.wiring import site

NOW = datetime(2026, 6, 21, 8, tzinfo=dt_util.UTC)


@pytest.fixture(autouse=True)
def _now(freezer: FrozenDateTimeFactory) -> None:
    freezer.move_to(NOW)


class News:
    """Count what a book tells."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> None:
        self.count += 1


def array(key: str, ref: SourceRef | None) -> PvArrayConfig:
    return PvArrayConfig(subentry_id=key, name=key.title(), peak_kw=5, forecast=ref)


def listed(key: str) -> PvArrayConfig:
    """Return an array with a sensor of its name."""
    ref = SourceRef(
        kind="list_attribute",
        entity_id=f"sensor.{key}",
        attribute="forecast",
        options={"unit": "kW"},
    )
    return array(key, ref)


def book(hass: HomeAssistant, *arrays: PvArrayConfig, news: News | None = None) -> PvBook:
    return PvBook(hass, {item.subentry_id: item for item in arrays}, news or News(), has_pv=True)


def tell(
    hass: HomeAssistant, key: str, *kilowatts: float, state: str = "1", other: str = "old"
) -> None:
    """Let a sensor have hours from now on."""
    rows = [{"start": NOW + timedelta(hours=n), "value": kw} for n, kw in enumerate(kilowatts)]
    hass.states.async_set(f"sensor.{key}", state, {"forecast": rows, "other": other})


async def ask(book: PvBook, hours: float = 48) -> PvForecast:
    now = dt_util.utcnow()
    forecast = await book.async_forecast(now, now + timedelta(hours=hours))
    assert forecast is not None
    return forecast


def powers(forecast: PvForecast) -> list[float]:
    return [item.mean_kw for item in forecast.periods]


def codes(forecast: PvForecast) -> list[str]:
    return [warning.code for warning in forecast.warnings]


async def test_a_home_without_pv_has_no_forecast_and_misses_none(hass: HomeAssistant) -> None:
    none = PvBook(hass, {}, News(), has_pv=False)
    assert await none.async_forecast(NOW, NOW + timedelta(hours=48)) is None


async def test_arrays_are_summed(hass: HomeAssistant) -> None:
    tell(hass, "east", 3, 2, 1)
    tell(hass, "west", 1, 1, 4)
    forecast = await ask(book(hass, listed("east"), listed("west")))
    assert powers(forecast) == [4, 3, 5]
    assert forecast.warnings == ()


async def test_only_what_is_asked_for_is_told(hass: HomeAssistant) -> None:
    tell(hass, "east", 3, 2, 1)
    assert powers(await ask(book(hass, listed("east")), hours=2)) == [3, 2]


async def test_a_forecast_is_kept_until_its_source_changes(hass: HomeAssistant) -> None:
    tell(hass, "east", 3, 2)
    news = News()
    kept = book(hass, listed("east"), news=news)
    await ask(kept)
    tell(hass, "east", 3, 2, state="2", other="new")  # its list is the same
    await hass.async_block_till_done()
    assert news.count == 0
    tell(hass, "east", 9, 8)
    await hass.async_block_till_done()
    assert news.count == 1
    assert powers(await ask(kept)) == [9, 8]


async def test_the_sensors_of_an_integration_tell_by_any_of_their_lists(
    hass: HomeAssistant,
) -> None:
    entry = MockConfigEntry(domain="solcast_solar", title="Solcast")
    entry.add_to_hass(hass)
    entity = er.async_get(hass).async_get_or_create(
        "sensor", "solcast_solar", "today", config_entry=entry
    )
    row = {"period_start": NOW, "pv_estimate": 1.5}
    hass.states.async_set(entity.entity_id, "5", {"detailedHourly": [row]})
    news = News()
    ref = SourceRef(kind="solcast", entry_id=entry.entry_id)
    kept = book(hass, array("roof", ref), news=news)
    assert powers(await ask(kept)) == [1.5]
    hass.states.async_set(entity.entity_id, "6", {"detailedHourly": [row]})
    await hass.async_block_till_done()
    assert news.count == 0
    row = {**row, "pv_estimate": 2.5}
    hass.states.async_set(entity.entity_id, "6", {"detailedHourly": [row]})
    await hass.async_block_till_done()
    assert news.count == 1
    assert powers(await ask(kept)) == [2.5]


async def test_a_source_that_changes_all_the_time_is_told_of_every_five_minutes(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    tell(hass, "east", 1)
    news = News()
    kept = book(hass, listed("east"), news=news)
    await ask(kept)
    for minute in range(11):
        tell(hass, "east", 2 + minute)
        await hass.async_block_till_done()
        freezer.tick(timedelta(minutes=1))
    assert news.count == 3
    assert powers(await ask(kept)) == [12]


async def test_a_clock_that_was_put_back_keeps_no_forecast_away(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    sun = Sun(hass, {0: 1000, 1: 1000, 2: 1000, 3: 1000})
    tell(hass, "east", 1, 1, 1, 1)
    source = array("roof", SourceRef(kind="energy_platform", entry_id=sun.entry_id))
    news = News()
    kept = book(hass, source, listed("east"), news=news)
    freezer.move_to(NOW + timedelta(hours=2))
    await ask(kept)
    tell(hass, "east", 2, 2, 2, 2)
    await hass.async_block_till_done()
    freezer.move_to(NOW)
    tell(hass, "east", 3, 3, 3, 3)
    await hass.async_block_till_done()
    assert news.count == 2
    await ask(kept)
    assert sun.asked == 2


async def test_a_source_that_tells_of_no_change_is_asked_again_after_an_hour(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    sun = Sun(hass, {0: 1000, 1: 1000, 2: 1000})
    kept = book(hass, array("roof", SourceRef(kind="energy_platform", entry_id=sun.entry_id)))
    await ask(kept)
    sun.hours = {0: 1, 1: 5000, 2: 5000}
    freezer.tick(timedelta(minutes=59))
    assert powers(await ask(kept)) == [1, 1, 1]
    freezer.tick(timedelta(minutes=1))
    assert powers(await ask(kept)) == [5, 5]
    assert sun.asked == 2
    kept.stop()  # of what nobody watches
    assert powers(await ask(kept)) == [5, 5]
    assert sun.asked == 3


async def test_a_silent_source_is_named_and_what_it_said_before_still_counts(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    tell(hass, "east", *[1.0] * 40)
    kept = book(hass, listed("east"))
    await ask(kept)
    hass.states.async_set("sensor.east", "unavailable")
    await hass.async_block_till_done()
    for _ in range(2):
        forecast = await ask(kept)
        assert codes(forecast) == ["pv_attribute_missing"]
        assert len(forecast.periods) == 40
    freezer.tick(timedelta(hours=24, seconds=1))
    assert powers(await ask(kept)) == []


async def test_a_forecast_that_is_over_is_no_help_when_its_source_is_silent(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    tell(hass, "east", 1, 2)
    kept = book(hass, listed("east"))
    await ask(kept)
    freezer.tick(timedelta(hours=2))
    forecast = await ask(kept)
    assert (powers(forecast), codes(forecast)) == ([], ["pv_wrong_day"])


async def test_a_source_that_comes_back_is_heard_at_once(hass: HomeAssistant) -> None:
    kept = book(hass, listed("east"))
    assert codes(await ask(kept)) == ["pv_source_gone"]
    tell(hass, "east", 3)
    await hass.async_block_till_done()
    forecast = await ask(kept)
    assert (powers(forecast), codes(forecast)) == ([3], [])


async def test_one_silent_array_does_not_silence_the_other(hass: HomeAssistant) -> None:
    tell(hass, "west", 2)
    forecast = await ask(book(hass, listed("east"), listed("west")))
    assert (powers(forecast), codes(forecast)) == ([2], ["pv_source_gone"])


async def test_an_array_whose_forecast_is_shorter_repeats_its_last_day(
    hass: HomeAssistant,
) -> None:
    tell(hass, "east", *[1.0] * 24)
    tell(hass, "west", *[2.0] * 48)
    forecast = await ask(book(hass, listed("east"), listed("west")))
    assert powers(forecast) == [3] * 48
    (warning,) = forecast.warnings
    assert warning.code == "pv_short"
    assert warning.data["source"] == "sensor.east"


async def test_a_kind_that_is_not_known_any_more_is_named(hass: HomeAssistant) -> None:
    forecast = await ask(book(hass, array("roof", SourceRef(kind="oracle"))))
    assert codes(forecast) == ["pv_source_gone"]


async def test_nobody_is_told_after_the_book_is_closed(hass: HomeAssistant) -> None:
    tell(hass, "east", 3)
    news = News()
    kept = book(hass, listed("east"), news=news)
    await ask(kept)
    kept.stop()
    tell(hass, "east", 4)
    await hass.async_block_till_done()
    assert news.count == 0


async def test_a_template_is_read_again_at_any_change(hass: HomeAssistant) -> None:
    hass.states.async_set("sensor.sun", "1.5")
    text = "{{ [{'start': '2026-06-21 08:00+00', 'kw': states('sensor.sun') | float}] }}"
    kept = book(hass, array("roof", SourceRef(kind="template", template=text)))
    assert powers(await ask(kept)) == [1.5]
    hass.states.async_set("sensor.sun", "2.5")
    await hass.async_block_till_done()
    assert powers(await ask(kept)) == [2.5]


async def test_entities_that_a_source_names_later_are_watched_instead(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    hass.states.async_set("input_text.which", "sensor.one")
    hass.states.async_set("sensor.one", "1")
    hass.states.async_set("sensor.two", "2")
    text = (
        "{{ [{'start': '2026-06-21 08:00+00', 'kw': states(states('input_text.which')) | float}] }}"
    )
    news = News()
    kept = book(hass, array("roof", SourceRef(kind="template", template=text)), news=news)
    await ask(kept)
    hass.states.async_set("input_text.which", "sensor.two")
    await hass.async_block_till_done()
    assert powers(await ask(kept)) == [2]
    freezer.tick(timedelta(minutes=5))
    hass.states.async_set("sensor.one", "9")
    await hass.async_block_till_done()
    assert news.count == 1
    hass.states.async_set("sensor.two", "3")
    await hass.async_block_till_done()
    assert news.count == 2


# The energy dashboard


class Sun:
    """An integration with Wh by hours from now on for the energy dashboard."""

    def __init__(
        self, hass: HomeAssistant, hours: Mapping[int, float], domain: str = "sunny"
    ) -> None:
        self.hours = hours
        self.asked = 0
        sun = self

        class Platform:
            @staticmethod
            async def async_get_solar_forecast(_hass: HomeAssistant, _entry_id: str) -> Any:
                sun.asked += 1
                return {
                    "wh_hours": {
                        (NOW + timedelta(hours=hour)).isoformat(): wh
                        for hour, wh in sun.hours.items()
                    }
                }

        mock_integration(hass, MockModule(domain))
        mock_platform(hass, f"{domain}.energy", Platform)
        hass.config.components.add(domain)
        entry = MockConfigEntry(domain=domain, title="Sunny", state=ConfigEntryState.LOADED)
        entry.add_to_hass(hass)
        self.entry_id = entry.entry_id


async def show(hass: HomeAssistant, *entries: str | None) -> None:
    """Set the dashboard's solar panels up."""
    manager = await async_get_manager(hass)
    manager.data = manager.default_preferences()
    manager.data["energy_sources"] = [
        {
            "type": "solar",
            "stat_energy_from": f"sensor.pv_{number}",
            "config_entry_solar_forecast": None if entry_id is None else [entry_id],
        }
        for number, entry_id in enumerate(entries)
    ]


async def test_arrays_without_a_source_share_the_dashboards_forecast(hass: HomeAssistant) -> None:
    sun = Sun(hass, {0: 1000, 1: 2000})
    await show(hass, sun.entry_id, None, sun.entry_id)
    both = book(hass, array("east", None), array("west", None))
    assert powers(await ask(both)) == [1, 2]


async def test_a_home_with_pv_but_without_arrays_has_the_dashboards_forecast(
    hass: HomeAssistant,
) -> None:
    sun = Sun(hass, {0: 1000})
    await show(hass, sun.entry_id)
    assert powers(await ask(book(hass))) == [1]


async def test_what_an_array_names_itself_is_not_counted_twice(hass: HomeAssistant) -> None:
    east, west = Sun(hass, {0: 1000}), Sun(hass, {0: 2000}, "sunnier")
    await show(hass, east.entry_id, west.entry_id)
    own = array("east", SourceRef(kind="energy_platform", entry_id=east.entry_id))
    assert powers(await ask(book(hass, own, array("west", None)))) == [3]


@pytest.mark.parametrize("shown", [None, ()])
async def test_without_a_forecast_in_the_dashboard_the_arrays_are_named(
    hass: HomeAssistant, shown: tuple[str, ...] | None
) -> None:
    if shown is not None:
        await show(hass, *shown)
    forecast = await ask(book(hass, array("east", None), array("west", None)))
    assert forecast.periods == ()
    (warning,) = forecast.warnings
    assert (warning.code, warning.data) == ("pv_no_source", {"source": "East, West"})


async def test_the_dashboard_may_show_our_own_forecast_without_it_being_corrected_again(
    hass: HomeAssistant,
) -> None:
    ours, sun = Sun(hass, {0: 9000}, DOMAIN), Sun(hass, {0: 1000})
    await show(hass, ours.entry_id, sun.entry_id)
    assert powers(await ask(book(hass))) == [1]
    await show(hass, ours.entry_id)
    assert codes(await ask(book(hass))) == ["pv_no_source"]
    assert ours.asked == 0


# Sources that stop


def days_ahead(days: float) -> Mapping[int, float]:
    """Return hours of the same sun, ever on."""
    return dict.fromkeys(range(int(days * 24) + 48), 1000.0)


def sunny(hass: HomeAssistant, hours: Mapping[int, float]) -> tuple[Sun, PvBook]:
    sun = Sun(hass, hours)
    return sun, book(hass, array("roof", SourceRef(kind="energy_platform", entry_id=sun.entry_id)))


async def test_a_source_that_repeats_itself_for_a_day_has_stopped(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    sun, kept = sunny(hass, days_ahead(4))
    await ask(kept)
    freezer.tick(timedelta(hours=24))
    assert codes(await ask(kept)) == []
    freezer.tick(timedelta(minutes=1))
    for _ in range(2):  # also while nobody asks it
        (warning,) = (await ask(kept)).warnings
        assert warning.code == "pv_stopped"
        assert warning.data == {"source": "Sunny", "at": NOW.isoformat()}
    sun.hours = {**sun.hours, 60: 1001.0}
    freezer.tick(timedelta(hours=1))
    assert codes(await ask(kept)) == []


async def test_a_source_that_adds_days_of_the_same_sun_has_not_stopped(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    sun, kept = sunny(hass, days_ahead(0))
    for day in range(4):
        sun.hours = days_ahead(day)
        assert codes(await ask(kept)) == []
        freezer.tick(timedelta(hours=24))


async def test_a_source_that_fails_for_hours_has_stopped(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    sun, kept = sunny(hass, days_ahead(1))
    await ask(kept)
    sun.hours = {}
    freezer.tick(timedelta(hours=6))
    assert "pv_stopped" not in codes(await ask(kept))
    freezer.tick(timedelta(minutes=1))
    assert "pv_stopped" in codes(await ask(kept))
    sun.hours = days_ahead(2)
    assert codes(await ask(kept)) == []


async def test_a_source_that_never_worked_has_not_stopped(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    _, kept = sunny(hass, {})
    await ask(kept)
    freezer.tick(timedelta(days=3))
    assert "pv_stopped" not in codes(await ask(kept))


async def test_a_source_that_has_stopped_is_an_issue_until_it_goes_on(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    faults = PlanFaults(hass, "home", site(), lambda warning: str(warning.data["source"]))
    stopped = PlanWarning(code="pv_stopped", data={"source": "Sunny"})

    def shown() -> set[str]:
        return {issue_id for domain, issue_id in ir.async_get(hass).issues if domain == DOMAIN}

    faults.look_at_input([stopped])
    assert shown() == set()
    freezer.tick(timedelta(minutes=10))
    faults.look_at_input([stopped])
    assert shown() == {"plan_pv_stopped_home"}
    issue = ir.async_get(hass).async_get_issue(DOMAIN, "plan_pv_stopped_home")
    assert issue is not None
    assert issue.translation_key == "pv_stopped"
    assert issue.translation_placeholders == {"site": "Home", "details": "- Sunny"}
    faults.look_at_input([])
    assert shown() == set()
