"""A site plans from what Home Assistant knows, keeps the plan, and says so when it cannot."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import Event, HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.loadstar.const import DOMAIN
from custom_components.loadstar.engine.planner.devices import ManualAction, ManualBlock
from custom_components.loadstar.engine.planner.output.types import SlotAction
from custom_components.loadstar.engine.planner.what_if import Overrides
from custom_components.loadstar.models import PlannerMode
from custom_components.loadstar.planning import Planning, PlanningError, Problem
from tests.integration.common import CHARGING, Home, running

NOW = datetime(2026, 11, 20, 12, 4, tzinfo=UTC)
PRICES = {
    "import_source": {
        "kind": "list_attribute",
        "entity_id": "sensor.prices",
        "attribute": "prices",
        "options": {"start_key": "start", "end_key": "end", "price_key": "price"},
    },
    "export_price": "fixed",
    "export_fixed": 0.05,
}
ENGINE = "custom_components.loadstar.planning.planning.generate_schedule"


def publish_prices(hass: HomeAssistant, days: int = 2, night: float = 0.10) -> None:
    """Show prices from the day's start: cheap until 06:00 UTC, dear afterwards."""
    start = NOW.replace(hour=0, minute=0)
    hours = [start + timedelta(hours=hour) for hour in range(24 * days)]
    rows = [
        {
            "start": hour.isoformat(),
            "end": (hour + timedelta(hours=1)).isoformat(),
            "price": night if hour.hour < 6 else 0.40,
        }
        for hour in hours
    ]
    hass.states.async_set(
        "sensor.prices", "0.4", {"unit_of_measurement": "EUR/kWh", "prices": rows}
    )


@pytest.fixture(autouse=True)
async def _europe(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    enable_custom_integrations: None,  # noqa: ARG001  Loadstar is one
) -> AsyncIterator[None]:
    """Live in Berlin at noon."""
    freezer.move_to(NOW)
    await hass.config.async_set_time_zone("Europe/Berlin")
    yield
    dt_util.set_default_time_zone(UTC)


def planning_of(home: Home) -> Planning:
    """Return the plans of a running site."""
    return home.coordinator.planning


async def pass_time(home: Home, freezer: FrozenDateTimeFactory, **length: float) -> None:
    """Let time pass, and everything that is due happen."""
    freezer.tick(timedelta(**length))
    async_fire_time_changed(home.hass, dt_util.utcnow())
    await home.hass.async_block_till_done(wait_background_tasks=True)


def issues(hass: HomeAssistant) -> set[str]:
    """Return the keys of the repair issues about plans."""
    return {
        str(issue.translation_key)
        for (domain, issue_id), issue in ir.async_get(hass).issues.items()
        if domain == DOMAIN and issue_id.startswith("plan_")
    }


def heard(hass: HomeAssistant, event: str) -> list[Event[Any]]:
    """Return what is fired from now on."""
    events: list[Event[Any]] = []
    hass.bus.async_listen(f"{DOMAIN}_{event}", events.append)
    return events


async def test_a_site_with_prices_has_a_plan_soon_after_its_start(hass: HomeAssistant) -> None:
    publish_prices(hass)
    updated = heard(hass, "plan_updated")
    async with running(hass, **PRICES) as home:
        await hass.async_block_till_done(wait_background_tasks=True)
        shown = home.coordinator.data.plan
        assert shown.created_at == NOW
        assert (shown.import_price, shown.export_price) == pytest.approx((0.40, 0.05))
        assert shown.status == "optimal"
        assert updated
        assert updated[-1].data["config_entry_id"] == "home"


async def test_it_charges_at_night_and_serves_the_day_with_it(hass: HomeAssistant) -> None:
    publish_prices(hass)
    async with running(hass, **PRICES) as home:
        schedule = await planning_of(home).async_plan()
        night = [slot for slot in schedule.slots if slot.import_price_per_kwh < 0.2]
        day = [slot for slot in schedule.slots if slot.import_price_per_kwh > 0.2]
        assert sum(slot.battery_charge_kw for slot in night) > 0
        assert sum(slot.battery_charge_kw for slot in day) == pytest.approx(0.0, abs=1e-6)
        assert SlotAction.CHARGE_FROM_GRID in {slot.action for slot in night}
        assert schedule.saving is not None
        assert schedule.saving > 0


async def test_without_prices_there_is_nothing_to_plan_by(hass: HomeAssistant) -> None:
    async with running(hass) as home:
        await hass.async_block_till_done(wait_background_tasks=True)
        assert home.coordinator.data.plan.created_at is None
        assert issues(hass) == set()
        with pytest.raises(PlanningError) as caught:
            await planning_of(home).async_plan()
        assert caught.value.problem is Problem.PRICES_MISSING


async def test_off_means_no_plans_and_on_again_a_fresh_one(hass: HomeAssistant) -> None:
    publish_prices(hass)
    async with running(hass, **PRICES) as home:
        await home.coordinator.settings.async_update_site(planner_mode=PlannerMode.OFF)
        await hass.async_block_till_done(wait_background_tasks=True)
        assert home.coordinator.data.plan.created_at is None
        with pytest.raises(PlanningError) as caught:
            await planning_of(home).async_plan()
        assert caught.value.problem is Problem.OFF
        await home.coordinator.settings.async_update_site(planner_mode=PlannerMode.SHADOW)
        await hass.async_block_till_done(wait_background_tasks=True)
        assert home.coordinator.data.plan.created_at == NOW


async def test_a_price_source_that_is_gone_is_an_issue_after_ten_minutes(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    errors = heard(hass, "planner_error")
    async with running(hass, **PRICES) as home:
        await hass.async_block_till_done(wait_background_tasks=True)
        assert errors[0].data["problem"] == "prices_missing"
        assert issues(hass) == set(), "integrations start in any order"
        for _ in range(4):
            await pass_time(home, freezer, minutes=5)
        assert "prices_missing" in issues(hass)
        publish_prices(hass)
        for _ in range(4):
            await pass_time(home, freezer, minutes=5)
        assert home.coordinator.data.plan.created_at is not None
        assert "prices_missing" not in issues(hass)


async def test_a_crash_leaves_the_last_plan_and_the_clock_running(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, caplog: pytest.LogCaptureFixture
) -> None:
    publish_prices(hass)
    async with running(hass, **PRICES) as home:
        first = await planning_of(home).async_plan()
        errors = heard(hass, "planner_error")
        with patch(ENGINE, side_effect=ZeroDivisionError), pytest.raises(PlanningError) as caught:
            await planning_of(home).async_plan()
        assert caught.value.problem is Problem.CRASHED
        await hass.async_block_till_done()
        assert errors[0].data["detail"] == "ZeroDivisionError"
        assert planning_of(home).schedule is first
        assert "ZeroDivisionError" in caplog.text
        await pass_time(home, freezer, minutes=2)
        assert planning_of(home).schedule is not first, "tried again within two minutes"
        caplog.clear()


async def test_a_plan_that_nobody_renews_is_stale_after_two_hours(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, caplog: pytest.LogCaptureFixture
) -> None:
    publish_prices(hass)
    async with running(hass, **PRICES) as home:
        await planning_of(home).async_plan()
        with patch(ENGINE, side_effect=ZeroDivisionError):
            for _ in range(7):
                await pass_time(home, freezer, minutes=15, seconds=30)
            assert not home.coordinator.data.plan.stale
            for _ in range(2):
                await pass_time(home, freezer, minutes=15, seconds=30)
            assert home.coordinator.data.plan.stale
            assert {"plan_stale", "solver_unavailable"} <= issues(hass)
        await pass_time(home, freezer, minutes=15, seconds=30)
        assert not home.coordinator.data.plan.stale
        assert not {"plan_stale", "solver_unavailable"} & issues(hass)
        caplog.clear()


async def test_plan_and_orders_survive_a_restart(hass: HomeAssistant) -> None:
    publish_prices(hass)
    block = ManualBlock(
        block_id="mine",
        start=NOW + timedelta(hours=3),
        end=NOW + timedelta(hours=4),
        action=ManualAction.CHARGE,
        power_kw=2.0,
    )
    async with running(hass, **PRICES) as home:
        await planning_of(home).async_set_manual(block)
        before = await planning_of(home).async_plan()
        ordered = before.slot_at(block.start + timedelta(minutes=20))
        assert ordered is not None
        assert ordered.is_manual
        assert ordered.battery_charge_kw == pytest.approx(2.0)
        with patch(ENGINE, side_effect=ZeroDivisionError):
            assert await hass.config_entries.async_reload(home.entry.entry_id)
            assert planning_of(home).schedule == before
            assert planning_of(home).manual == (block,)
            await hass.async_block_till_done(wait_background_tasks=True)
            assert home.coordinator.data.plan.created_at == NOW


async def test_orders_are_replaced_cleared_and_forgotten_when_they_are_over(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    publish_prices(hass)

    def order(block_id: str, hours: float) -> ManualBlock:
        return ManualBlock(
            block_id=block_id,
            start=NOW,
            end=NOW + timedelta(hours=hours),
            action=ManualAction.HOLD,
        )

    async with running(hass, **PRICES) as home:
        planning = planning_of(home)
        for block in (order("a", 1), order("b", 5), order("a", 2), order("c", 5)):
            await planning.async_set_manual(block)
        assert [block.block_id for block in planning.manual] == ["b", "a", "c"]
        assert await planning.async_clear_manual("b") == 1
        assert await planning.async_clear_manual("never") == 0
        await pass_time(home, freezer, hours=3)
        assert [block.block_id for block in planning.manual] == ["c"]
        assert await planning.async_clear_manual(None) == 1
        assert planning.manual == ()


async def test_a_broken_store_is_left_out_and_said(
    hass: HomeAssistant, hass_storage: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    hass_storage["loadstar.home.plan"] = {
        "version": 1,
        "minor_version": 1,
        "key": "loadstar.home.plan",
        "data": {"schedule": {"slots": "none"}, "manual": [{"block_id": 1}]},
    }
    publish_prices(hass)
    async with running(hass, **PRICES) as home:
        assert planning_of(home).manual == ()
        assert "schedule cannot be read" in caplog.text
        await planning_of(home).async_plan()


async def test_a_car_that_comes_is_planned_at_once(hass: HomeAssistant) -> None:
    publish_prices(hass)
    async with running(hass, **PRICES) as home:
        before = await planning_of(home).async_plan()
        await home.coordinator.settings.async_update_goal(
            "garage", energy_kwh=8.0, departure="07:00"
        )
        await hass.async_block_till_done(wait_background_tasks=True)
        assert not any(slot.chargers for slot in planning_of(home).schedule.slots)
        home.garage.say(CHARGING)
        await home.decide()
        await hass.async_block_till_done(wait_background_tasks=True)
        schedule = planning_of(home).schedule
        assert schedule is not None
        assert schedule is not before
        given = sum(
            slot.chargers["garage"].power_kw * (slot.end - slot.start) / timedelta(hours=1)
            for slot in schedule.slots
            if "garage" in slot.chargers
        )
        assert given == pytest.approx(8.0 - 3.2, abs=0.05), "less what the session has had"
        shown = home.coordinator.data.plan.chargers["garage"]
        assert shown.goal_by == datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
        assert shown.missing_kwh == 0


async def test_simulating_nothing_equals_the_plan(hass: HomeAssistant) -> None:
    publish_prices(hass)
    async with running(hass, **PRICES) as home:
        schedule = await planning_of(home).async_plan()
        comparison = await planning_of(home).async_simulate(Overrides())
        assert comparison.cost_then == pytest.approx(comparison.cost_now)
        assert comparison.cost_now == pytest.approx(schedule.cost)
        assert planning_of(home).schedule is schedule


async def test_new_prices_make_a_new_plan(hass: HomeAssistant) -> None:
    publish_prices(hass, days=1)
    async with running(hass, **PRICES) as home:
        before = await planning_of(home).async_plan()
        publish_prices(hass, days=2, night=0.02)
        await hass.async_block_till_done(wait_background_tasks=True)
        after = planning_of(home).schedule
        assert after is not None
        assert after is not before
        assert min(slot.import_price_per_kwh for slot in after.slots) == pytest.approx(0.02)


async def test_removing_a_site_removes_its_plans(
    hass: HomeAssistant, hass_storage: dict[str, Any]
) -> None:
    publish_prices(hass)
    async with running(hass, **PRICES) as home:
        await planning_of(home).async_plan()
        await planning_of(home).async_save()
        assert "loadstar.home.plan" in hass_storage
        await hass.config_entries.async_remove(home.entry.entry_id)
        assert "loadstar.home.plan" not in hass_storage
