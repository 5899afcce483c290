"""What the household needs is learnt in every cycle, kept over restarts, and acted on."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from unittest.mock import PropertyMock, patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.loadstar.engine.control.types import (
    ChargerReading,
    ControlResult,
    MeterState,
    PhaseReading,
    SiteReadings,
)
from custom_components.loadstar.engine.household_reserve import BELIEVED_AFTER_S, HouseholdReserve
from custom_components.loadstar.flows.in_force import wiring_of
from custom_components.loadstar.household_reserve import (
    LONGEST_STEP_S,
    SAVE_DELAY_S,
    ReserveKeeper,
    async_remove_reserve,
)
from custom_components.loadstar.ocpp.types import FallbackProof, Problem
from tests.integration.common import CARPORT, CHARGING, GARAGE, Home, running

KEY = "loadstar.home.household_reserve"
DAY_S = 86_400.0
STEP_S = 10.0
FALLBACKS = "fallbacks_home"


def readings(now: float, *chargers: ChargerReading, total_only: bool = False) -> SiteReadings:
    grid = PhaseReading(values=(1.0, 2.0, 3.0), at=now, total_only=total_only)
    return SiteReadings(now=now, grid=grid, chargers=chargers)


def result(
    household: tuple[float | None, float | None, float | None] = (4.0, 5.0, 6.0),
    state: MeterState = MeterState.FRESH,
    **changes: Any,
) -> ControlResult:
    return ControlResult(
        targets=(),
        household_a=household,
        available_a=(None, None, None),
        grid_state=state,
        **changes,
    )


def kept(*, days: float = 10.0, draw: tuple[float, float, float] = (4.0, 5.0, 6.0)) -> Any:
    """Return what is kept of a household that was seen for some days."""
    estimate = HouseholdReserve(3)
    estimate.observe(draw, days * DAY_S)
    return {"version": 1, "minor_version": 1, "key": KEY, "data": estimate.as_dict()}


def issue(home: Home) -> ir.IssueEntry | None:
    return ir.async_get(home.hass).async_get_issue("loadstar", FALLBACKS)


async def loaded(hass: HomeAssistant) -> ReserveKeeper:
    keeper = ReserveKeeper(hass, "home", 3)
    await keeper.async_load()
    return keeper


class TestLearning:
    """What counts as seen."""

    async def test_time_between_cycles_counts(self, hass: HomeAssistant) -> None:
        keeper = await loaded(hass)
        for cycle in range(7):
            keeper.observe(readings(cycle * STEP_S), result())
        assert keeper.observed_days * DAY_S == pytest.approx(6 * STEP_S)
        await keeper.async_save()

    @pytest.mark.parametrize(
        ("then", "what"),
        [
            (result(state=MeterState.AGEING), "a meter that is late"),
            (result(state=MeterState.STALE), "a silent meter"),
            (result(frozen=True), "a meter that does not follow"),
            (result((None, None, None)), "an unknown household"),
        ],
    )
    async def test_what_is_not_measured_does_not(
        self, hass: HomeAssistant, then: ControlResult, what: str
    ) -> None:
        keeper = await loaded(hass)
        keeper.observe(readings(0.0), result())
        keeper.observe(readings(STEP_S), then)
        assert keeper.observed_days == 0.0, what
        await keeper.async_save()

    async def test_a_sum_over_all_phases_says_nothing_of_one(self, hass: HomeAssistant) -> None:
        keeper = await loaded(hass)
        for cycle in range(3):
            keeper.observe(readings(cycle * STEP_S, total_only=True), result())
        assert keeper.observed_days == 0.0

    async def test_on_one_phase_the_sum_is_the_phase(self, hass: HomeAssistant) -> None:
        keeper = ReserveKeeper(hass, "home", 1)
        for cycle in range(3):
            seen = readings(cycle * STEP_S, total_only=True)
            keeper.observe(seen, result((4.0, None, None)))
        assert keeper.observed_days * DAY_S == pytest.approx(2 * STEP_S)
        await keeper.async_save()

    @pytest.mark.parametrize(
        ("charger", "counts"),
        [
            (ChargerReading(charger_id="garage", connected=False, session="7"), False),
            (ChargerReading(charger_id="garage", connected=False), True),
            (ChargerReading(charger_id="garage", connected=True, session="7"), True),
        ],
    )
    async def test_what_a_lost_charger_draws_is_not_the_households(
        self, hass: HomeAssistant, charger: ChargerReading, *, counts: bool
    ) -> None:
        keeper = await loaded(hass)
        keeper.observe(readings(0.0, charger), result())
        keeper.observe(readings(STEP_S, charger), result())
        assert bool(keeper.observed_days) is counts
        await keeper.async_save()

    @pytest.mark.parametrize("gap", [LONGEST_STEP_S + 0.1, 3 * DAY_S, 0.0, -5.0])
    async def test_a_gap_is_no_time_that_was_seen(self, hass: HomeAssistant, gap: float) -> None:
        keeper = await loaded(hass)
        keeper.observe(readings(100.0), result())
        keeper.observe(readings(100.0 + gap), result())
        assert keeper.observed_days == 0.0

    async def test_it_rises_at_once_and_falls_only_when_it_is_worth_it(
        self, hass: HomeAssistant, hass_storage: dict[str, Any]
    ) -> None:
        hass_storage[KEY] = kept(days=8)
        keeper = await loaded(hass)
        assert keeper.reserve == pytest.approx((4.0, 5.0, 6.0))
        now = 0.0
        for _ in range(80):
            now += STEP_S
            keeper.observe(readings(now), result((4.0, 5.3, 9.0)))
        assert keeper.reserve == pytest.approx((4.0, 5.3, 9.0))
        # a quarter of a year of another life
        estimate = keeper._estimate
        estimate.observe((3.0, 5.0, 6.0), 300 * DAY_S)
        keeper.observe(readings(now + STEP_S), result((3.0, 5.0, 6.0)))
        assert keeper.reserve == pytest.approx((3.0, 5.3, 6.0))
        await keeper.async_save()


class TestKeeping:
    """What is written, and how often."""

    async def test_it_is_written_at_most_each_quarter_of_an_hour(
        self, hass: HomeAssistant, hass_storage: dict[str, Any], freezer: FrozenDateTimeFactory
    ) -> None:
        keeper = await loaded(hass)
        for cycle in range(1, 4):
            keeper.observe(readings(cycle * STEP_S), result())
        assert KEY not in hass_storage
        freezer.tick(timedelta(seconds=SAVE_DELAY_S + 1))
        async_fire_time_changed(hass, dt_util.utcnow())
        await hass.async_block_till_done()
        assert hass_storage[KEY]["data"]["A"] == {"40": pytest.approx(2 * STEP_S, abs=0.1)}
        written = hass_storage[KEY]
        keeper.observe(readings(4 * STEP_S), result())
        assert hass_storage[KEY] is written
        await keeper.async_save()
        assert hass_storage[KEY]["data"]["A"] == {"40": pytest.approx(3 * STEP_S, abs=0.1)}

    async def test_what_has_not_changed_is_not_written(
        self, hass: HomeAssistant, hass_storage: dict[str, Any]
    ) -> None:
        await (await loaded(hass)).async_save()
        assert KEY not in hass_storage

    async def test_it_goes_on_after_a_restart(
        self, hass: HomeAssistant, hass_storage: dict[str, Any]
    ) -> None:
        hass_storage[KEY] = kept(days=BELIEVED_AFTER_S / DAY_S - 0.001)
        keeper = await loaded(hass)
        assert keeper.reserve is None
        for cycle in range(11):
            keeper.observe(readings(cycle * STEP_S), result())
        assert keeper.reserve == pytest.approx((4.0, 5.0, 6.0))
        await keeper.async_save()
        assert (await loaded(hass)).reserve == pytest.approx((4.0, 5.0, 6.0))

    @pytest.mark.parametrize("data", [[], "much", {"A": 5}, {"A": {"x": "y"}}, {"D": {}}])
    async def test_what_was_kept_and_makes_no_sense_begins_anew(
        self, hass: HomeAssistant, hass_storage: dict[str, Any], data: Any
    ) -> None:
        hass_storage[KEY] = kept() | {"data": data}
        keeper = await loaded(hass)
        assert (keeper.reserve, keeper.observed_days) == (None, 0.0)

    async def test_it_goes_with_its_site(
        self, hass: HomeAssistant, hass_storage: dict[str, Any]
    ) -> None:
        hass_storage[KEY] = kept()
        await async_remove_reserve(hass, "home")
        assert KEY not in hass_storage


@pytest.fixture
def all_enabled() -> Iterator[None]:
    """Enable also what is disabled by default."""
    enabled = PropertyMock(return_value=True)
    name = "homeassistant.helpers.entity.Entity.entity_registry_enabled_default"
    with patch(name, enabled):
        yield


@pytest.mark.usefixtures("enable_custom_integrations", "all_enabled")
class TestAtASite:
    """What becomes of it."""

    async def test_half_of_the_breaker_is_kept_before_a_week_has_passed(
        self, hass: HomeAssistant, hass_storage: dict[str, Any]
    ) -> None:
        hass_storage[KEY] = kept(days=3)
        async with running(hass) as home:
            assert home.state("sensor", "household_reserve_a") == "12.5"
            assert home.attributes("sensor", "household_reserve_a")["observed_days"] == 3.0
            assert home.coordinator.settings.wiring.reserve is None

    async def test_after_a_week_it_is_what_was_seen(
        self, hass: HomeAssistant, hass_storage: dict[str, Any]
    ) -> None:
        hass_storage[KEY] = kept(draw=(4.0, 5.0, 9.0))
        async with running(hass) as home:
            shown = [home.state("sensor", f"household_reserve_{phase}") for phase in "abc"]
            assert [float(value) for value in shown] == pytest.approx([4.0, 5.0, 9.0])
            assert wiring_of(home.entry).reserve == pytest.approx((4.0, 5.0, 9.0))

    async def test_a_fallback_may_take_what_the_household_leaves(
        self, hass: HomeAssistant, hass_storage: dict[str, Any]
    ) -> None:
        hass_storage[KEY] = kept(draw=(4.0, 5.0, 9.0))
        async with running(hass, (GARAGE, CARPORT)) as home:
            await home.act("number", "set_value", "fallback_current", "garage", value=16)
            with pytest.raises(ServiceValidationError, match="fall back to 22 A"):
                await home.act("number", "set_value", "fallback_current", "carport", value=6)
            await home.act("number", "set_value", "fallback_current", "garage", value=14)
            await home.act("number", "set_value", "fallback_current", "carport", value=6)
            assert issue(home) is None

    async def test_a_household_that_has_grown_is_said_and_changes_no_fallback(
        self, hass: HomeAssistant, hass_storage: dict[str, Any]
    ) -> None:
        hass_storage[KEY] = kept(draw=(4.0, 5.0, 18.0))
        async with running(hass, (GARAGE, CARPORT)) as home:
            said = issue(home)
            assert said is not None
            assert said.translation_key == "fallbacks_over_breaker"
            assert said.translation_placeholders == {
                "site": "Home",
                "phase": "C",
                "fallbacks": "8",
                "reserve": "18",
                "limit": "25",
            }
            assert home.state("number", "fallback_current", "garage") == "8.0"
            await home.act("number", "set_value", "fallback_current", "garage", value=7)
            assert issue(home) is None

    async def test_a_sum_that_is_too_large_already_may_be_made_smaller_step_by_step(
        self, hass: HomeAssistant, hass_storage: dict[str, Any]
    ) -> None:
        hass_storage[KEY] = kept(draw=(4.0, 5.0, 19.0))
        async with running(hass, (GARAGE, CARPORT)) as home:
            await home.act("number", "set_value", "fallback_current", "garage", value=7)
            assert issue(home)
            with pytest.raises(ServiceValidationError):
                await home.act("number", "set_value", "fallback_current", "garage", value=8)
            # the carport hangs on another phase than the one that is over
            await home.act("number", "set_value", "fallback_current", "carport", value=6)

    @pytest.mark.parametrize(
        ("changes", "most"),
        [
            ({"proof": FallbackProof.FAILED}, 16.0),
            ({"problem": Problem.SETPOINT_REJECTED}, 16.0),
            ({"problem": Problem.LIMITS_IGNORED}, 16.0),
            ({"problem": Problem.FALLBACK_REJECTED}, 16.0),
            ({"proof": FallbackProof.UNPROVED}, None),
            ({"proof": FallbackProof.RUNNING}, None),
            ({"problem": Problem.NO_ANSWER}, None),
        ],
    )
    async def test_who_is_not_held_counts_at_its_maximum(
        self, hass: HomeAssistant, changes: dict[str, Any], most: float | None
    ) -> None:
        async with running(hass, (GARAGE, CARPORT)) as home:
            home.garage.say(CHARGING, **changes)
            await home.decide()
            wired = home.coordinator.settings.wiring.chargers["garage"]
            assert wired.unattended_current == most
            said = issue(home)
            assert (said is not None) == (most is not None)
            if said is not None:
                assert said.translation_key == "maximum_over_breaker"

    async def test_a_smaller_maximum_makes_a_failed_charger_fit(self, hass: HomeAssistant) -> None:
        async with running(hass, (GARAGE, CARPORT)) as home:
            home.garage.say(CHARGING, proof=FallbackProof.FAILED)
            await home.decide()
            assert issue(home)
            await home.act("number", "set_value", "max_current", "garage", value=12)
            assert issue(home) is None

    async def test_a_reload_loses_nothing(
        self, hass: HomeAssistant, hass_storage: dict[str, Any]
    ) -> None:
        hass_storage[KEY] = kept()
        async with running(hass) as home:
            await hass.config_entries.async_reload(home.entry.entry_id)
            assert float(home.state("sensor", "household_reserve_c")) == pytest.approx(6.0)
            await hass.config_entries.async_remove(home.entry.entry_id)
        assert KEY not in hass_storage
