"""A site plans from what Home Assistant knows, keeps the plan, and says so when it cannot."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
import json
from typing import Any
from unittest.mock import AsyncMock, patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigSubentryDataWithId
from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE
from homeassistant.core import CoreState, Event, HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.loadstar.const import DOMAIN
from custom_components.loadstar.engine.planner.devices import ManualAction, ManualBlock
from custom_components.loadstar.engine.planner.output.types import SlotAction
from custom_components.loadstar.engine.planner.solver.types import SolveStatus
from custom_components.loadstar.engine.planner.what_if import Overrides
from custom_components.loadstar.models import PlannerMode
from custom_components.loadstar.planning import Planning, PlanningError, Problem
from custom_components.loadstar.planning.store import Kept, PlanStore
from custom_components.loadstar.sources.history.asking import HistoryError
from custom_components.loadstar.sources.history.types import History
from tests.integration.common import CHARGING, EVERYTHING, Home, running
from tests.integration.plans import CAR, HEATER

NOW = datetime(2026, 11, 20, 12, 4, tzinfo=UTC)
PRICES: dict[str, Any] = {
    "import_source": {
        "kind": "list_attribute",
        "entity_id": "sensor.prices",
        "attribute": "prices",
        "options": {"start_key": "start", "end_key": "end", "price_key": "price"},
    },
    "export_price": "fixed",
    "export_fixed": 0.05,
}
SPEAKING_CAR = ConfigSubentryDataWithId(
    {
        **CAR,
        "subentry_id": "red",
        "title": "Red car",
        "data": {"capacity": 60, "charger": "carport", "soc": "sensor.car_soc"},
    }
)
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


def is_stale(home: Home) -> bool:
    """Whether the plan that is shown is too old."""
    return home.coordinator.data.plan.stale


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


def shown_problem(home: Home) -> str | None:
    """Return what is shown to keep plans from being made."""
    return home.coordinator.data.plan.problem


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
        day = [slot for slot in schedule.slots if slot.import_price_per_kwh > 0.39]
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


async def test_prices_that_are_on_their_way_while_all_starts_are_not_in_the_log(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, caplog: pytest.LogCaptureFixture
) -> None:
    hass.set_state(CoreState.not_running)
    async with running(hass, **PRICES) as home:
        await hass.async_block_till_done(wait_background_tasks=True)
        assert "no new plan" not in caplog.text
        hass.set_state(CoreState.running)
        for _ in range(4):
            await pass_time(home, freezer, minutes=5)
        assert caplog.text.count("no new plan (prices_missing)") == 1
        publish_prices(hass)
        for _ in range(4):
            await pass_time(home, freezer, minutes=5)
        assert caplog.text.count("plans are made again") == 1


async def test_a_recorder_that_fails_does_not_keep_plans_from_being_made(
    hass: HomeAssistant,
) -> None:
    publish_prices(hass)
    gone = HistoryError("server has gone away")
    with patch("custom_components.loadstar.planning.gather.async_read_history", side_effect=gone):
        async with running(hass, **PRICES) as home:
            assert (await planning_of(home).async_plan()).created_at == NOW


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


async def test_a_solver_that_fails_leaves_the_last_plan_and_is_told_after_a_while(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    publish_prices(hass)
    async with running(hass, **PRICES) as home:
        good = await planning_of(home).async_plan()
        failed = replace(good, status=SolveStatus.FAILED)
        with patch(ENGINE, return_value=failed):
            with pytest.raises(PlanningError) as caught:
                await planning_of(home).async_plan()
            assert caught.value.problem is Problem.SOLVER_FAILED
            assert planning_of(home).schedule is good
            assert shown_problem(home) == "solver_failed"
            assert "solver_unavailable" not in issues(hass)
            for _ in range(3):
                await pass_time(home, freezer, minutes=5)
            assert "solver_unavailable" in issues(hass)
        await planning_of(home).async_plan()
        assert shown_problem(home) is None
        assert "solver_unavailable" not in issues(hass)


async def test_a_plan_that_nobody_renews_is_stale_after_two_hours(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, caplog: pytest.LogCaptureFixture
) -> None:
    publish_prices(hass)
    async with running(hass, **PRICES) as home:
        await planning_of(home).async_plan()
        with patch(ENGINE, side_effect=ZeroDivisionError):
            for _ in range(7):
                await pass_time(home, freezer, minutes=15, seconds=30)
            assert not is_stale(home)
            for _ in range(2):
                await pass_time(home, freezer, minutes=15, seconds=30)
            assert is_stale(home)
            assert {"plan_stale", "solver_unavailable"} <= issues(hass)
        await pass_time(home, freezer, minutes=15, seconds=30)
        assert not is_stale(home)
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
        earlier = planning_of(home).schedule
        assert earlier is not None
        assert not any(slot.chargers for slot in earlier.slots)
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


async def test_an_issue_from_before_a_reload_is_taken_back_after_it(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    async with running(hass, **PRICES) as home:
        for _ in range(4):
            await pass_time(home, freezer, minutes=5)
        assert "prices_missing" in issues(hass)
        publish_prices(hass)
        assert await hass.config_entries.async_reload(home.entry.entry_id)
        await hass.async_block_till_done(wait_background_tasks=True)
        assert home.coordinator.data.plan.created_at is not None
        assert "prices_missing" not in issues(hass)


async def test_what_was_wrong_with_the_input_of_plans_is_no_issue_while_they_are_off(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    publish_prices(hass)
    async with running(hass, **PRICES) as home:
        for _ in range(3):
            await pass_time(home, freezer, minutes=10)
        assert issues(hass) == {"forecast_missing"}
        await home.coordinator.settings.async_update_site(planner_mode=PlannerMode.OFF)
        await hass.async_block_till_done(wait_background_tasks=True)
        assert issues(hass) == set()


async def test_an_order_that_cannot_be_followed_now_is_said_and_is_no_issue(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    publish_prices(hass)
    order = ManualBlock(
        block_id="weekend",
        start=NOW + timedelta(days=3),
        end=NOW + timedelta(days=3, hours=1),
        action=ManualAction.HOLD,
    )
    gone = replace(
        order, block_id="guest", start=NOW, device_id="garage", action=ManualAction.CHARGE
    )
    async with running(hass, **PRICES) as home:
        await planning_of(home).async_set_manual(order)
        await planning_of(home).async_set_manual(gone)
        for _ in range(3):
            await pass_time(home, freezer, minutes=10)
        schedule = planning_of(home).schedule
        assert schedule is not None
        assert {"manual_outside_horizon", "manual_unknown_device"} <= {
            warning.code for warning in schedule.warnings
        }
        assert "plan_input" not in issues(hass)


async def test_a_car_that_was_never_to_say_its_charge_is_no_issue(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    publish_prices(hass)
    async with running(hass, (*EVERYTHING, CAR, SPEAKING_CAR), **PRICES) as home:
        home.garage.say(CHARGING)
        home.carport.say(CHARGING)
        await home.decide()
        for _ in range(3):
            await pass_time(home, freezer, minutes=10)
        issue = ir.async_get(hass).async_get_issue(DOMAIN, "plan_input_home")
        assert issue is not None
        assert issue.translation_placeholders is not None
        assert "Red car" in issue.translation_placeholders["details"]
        assert "Blue car" not in issue.translation_placeholders["details"]


async def test_a_plan_from_before_a_long_pause_is_stale_at_once_but_no_issue_yet(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    publish_prices(hass)
    async with running(hass, **PRICES) as home:
        await planning_of(home).async_plan()
        assert await hass.config_entries.async_unload(home.entry.entry_id)
        freezer.tick(timedelta(hours=5))
        with patch(ENGINE, side_effect=ZeroDivisionError):
            assert await hass.config_entries.async_setup(home.entry.entry_id)
            await hass.async_block_till_done(wait_background_tasks=True)
            assert home.coordinator.data.plan.stale
            assert issues(hass) == set()


async def test_what_is_kept_while_it_is_written_is_written_too(
    hass: HomeAssistant, hass_storage: dict[str, Any]
) -> None:
    store = PlanStore(hass, "home")
    orders = tuple(
        ManualBlock(
            block_id=name, start=NOW, end=NOW + timedelta(hours=1), action=ManualAction.HOLD
        )
        for name in ("first", "second")
    )
    store.keep(Kept(manual=orders[:1]))
    writing = hass.async_create_task(store.async_flush())
    await asyncio.sleep(0)
    store.keep(Kept(manual=orders))
    await writing
    assert len(hass_storage["loadstar.home.plan"]["data"]["manual"]) == 1
    hass.bus.async_fire(EVENT_HOMEASSISTANT_FINAL_WRITE)
    await hass.async_block_till_done()
    assert len(hass_storage["loadstar.home.plan"]["data"]["manual"]) == 2


async def test_what_actions_answer_is_plain_json(hass: HomeAssistant) -> None:
    publish_prices(hass)
    async with running(hass, (*EVERYTHING, CAR, HEATER), **PRICES) as home:
        home.garage.say(CHARGING)
        await home.decide()
        for action in ("plan", "get_plan", "simulate"):
            answer = await hass.services.async_call(
                DOMAIN, action, blocking=True, return_response=True
            )
            assert json.loads(json.dumps(answer, allow_nan=False)) == answer


async def test_what_export_has_earned_stands_in_where_its_price_is_unknown(
    hass: HomeAssistant,
) -> None:
    publish_prices(hass)
    means = {(weekday, hour): 0.07 for weekday in range(7) for hour in range(24)}
    by_source = PRICES | {
        "export_price": "source",
        "export_source": {**PRICES["import_source"], "entity_id": "sensor.nowhere"},
    }
    history = AsyncMock(return_value=History(weekday_export_prices=means))
    with patch("custom_components.loadstar.planning.gather.async_read_history", history):
        async with running(hass, **by_source) as home:
            schedule = await planning_of(home).async_plan()
            assert schedule.slots[0].export_price_per_kwh == pytest.approx(0.07)


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
