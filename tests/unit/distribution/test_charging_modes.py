"""Each charging mode beside every state of the battery, and without one."""

from typing import Any

import pytest

from custom_components.loadstar.engine.distribution import calculate_all_charger_targets
from custom_components.loadstar.engine.models import (
    BatteryCommand,
    ChargerContext,
    ChargingMode,
    Reason,
    ReasonCode,
    SiteContext,
)

STANDARD, ECO, SOLAR = ChargingMode.STANDARD, ChargingMode.ECO, ChargingMode.SOLAR
EXCESS, PLANNED = ChargingMode.EXCESS, ChargingMode.PLANNED
BELOW_MIN, BELOW_TARGET, AT_TARGET, ABOVE_TARGET = 10.0, 50.0, 80.0, 90.0
A = 690.0  # W of one ampere on three phases


def one_charger(mode: ChargingMode, **changes: Any) -> SiteContext:
    """Return a site with 10 A of sun on each phase after the house, and 20 A of breaker."""
    charger = {key: changes.pop(key) for key in list(changes) if key in ChargerContext.__slots__}
    fields: dict[str, Any] = {
        "voltage": 230,
        "num_phases": 3,
        "main_breaker_rating": 20,
        "phase_a_consumption": 2,
        "phase_b_consumption": 2,
        "phase_c_consumption": 2,
        "solar_production_total": 12 * A,
        "charging_mode": mode,
        "chargers": [ChargerContext(charger_id="1", max_current=40, **charger)],
    }
    return SiteContext(**fields | changes)


def outcome(site: SiteContext) -> tuple[float, Reason]:
    calculate_all_charger_targets(site)
    charger = site.chargers[0]
    assert charger.reason is not None
    return charger.target_current, charger.reason


def battery(soc: float) -> dict[str, Any]:
    """Return a battery that takes up to 3 A and gives up to 4 A per phase."""
    return {
        "battery_soc": soc,
        "battery_soc_min": 20,
        "battery_soc_target": 80,
        "battery_max_charge_power": 3 * A,
        "battery_max_discharge_power": 4 * A,
    }


@pytest.mark.parametrize(
    ("mode", "soc", "expected"),
    [
        # breaker 20 less house 2 plus sun 12, and 4 of the battery while it is above its minimum
        (STANDARD, None, 30),
        (STANDARD, BELOW_MIN, 30),
        (STANDARD, 20.0, 30),
        (STANDARD, BELOW_TARGET, 34),
        (STANDARD, AT_TARGET, 34),
        (STANDARD, ABOVE_TARGET, 34),
        (ECO, None, 10),
        (ECO, BELOW_MIN, 6),
        (ECO, BELOW_TARGET, 6),
        (ECO, AT_TARGET, 10),
        (ECO, ABOVE_TARGET, 14),
        (SOLAR, None, 10),
        (SOLAR, BELOW_MIN, 0),
        (SOLAR, 20.0, 7),
        (SOLAR, BELOW_TARGET, 7),
        (SOLAR, AT_TARGET, 10),
        (SOLAR, ABOVE_TARGET, 14),
        (EXCESS, None, 10),
        (EXCESS, BELOW_MIN, 10),
        (EXCESS, BELOW_TARGET, 10),
        (EXCESS, ABOVE_TARGET, 10),
    ],
)
def test_what_a_mode_gives_beside_a_battery(
    mode: ChargingMode, soc: float | None, expected: float
) -> None:
    site = one_charger(mode, **({} if soc is None else battery(soc)))
    assert outcome(site)[0] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("changes", "expected", "code"),
    [
        ({"planned_current": 11}, 11, ReasonCode.PLANNED),
        ({"planned_current": 50}, 30, ReasonCode.LIMITED_BY_PHASE),
        ({"planned_current": 50, "ceiling": 12}, 12, ReasonCode.FULL),
        ({"planned_current": 4}, 0, ReasonCode.PLANNED_PAUSE),
        ({"planned_current": 0}, 0, ReasonCode.PLANNED_PAUSE),
        ({"planned_current": 0, "planned_surplus": True}, 10, ReasonCode.EXCESS_SHARE),
        (
            {"planned_current": 0, "planned_surplus": True, "planned_export_power": 3 * A},
            7,
            ReasonCode.EXCESS_SHARE,
        ),
        (
            {"planned_current": 0, "planned_surplus": True, "battery_power": 2 * A},
            8,
            ReasonCode.EXCESS_SHARE,
        ),
        (
            {"planned_current": 0, "planned_surplus": True, "planned_export_power": 5 * A},
            0,
            ReasonCode.NOT_ENOUGH_EXCESS,
        ),
        ({"has_goal": True}, 30, ReasonCode.LIMITED_BY_PHASE),
        ({}, 10, ReasonCode.SOLAR_SHARE),
    ],
)
def test_planned_follows_its_slot(
    changes: dict[str, Any], expected: float, code: ReasonCode
) -> None:
    current, reason = outcome(one_charger(PLANNED, **changes))
    assert current == pytest.approx(expected)
    assert reason.code is code


@pytest.mark.parametrize("mode", list(ChargingMode))
def test_nothing_runs_at_night_without_grid_charging(mode: ChargingMode) -> None:
    site = one_charger(
        mode, allow_grid_charging=False, solar_production_total=0, planned_current=10
    )
    assert outcome(site)[0] == 0


@pytest.mark.parametrize(
    ("mode", "soc", "expected"),
    [
        (STANDARD, None, 10),
        (STANDARD, BELOW_TARGET, 14),  # the battery may help, the grid may not
        (STANDARD, BELOW_MIN, 10),
        (ECO, None, 10),
        (ECO, BELOW_MIN, 0),  # as Solar: no minimum is guaranteed
        (ECO, BELOW_TARGET, 7),
        (SOLAR, None, 10),
        (PLANNED, None, 9),
    ],
)
def test_without_grid_charging_sun_and_battery_are_all_there_is(
    mode: ChargingMode, soc: float | None, expected: float
) -> None:
    changes = {} if soc is None else battery(soc)
    site = one_charger(mode, allow_grid_charging=False, planned_current=9, **changes)
    assert outcome(site)[0] == pytest.approx(expected)


@pytest.mark.parametrize("command", list(BatteryCommand))
def test_only_a_battery_that_follows_the_house_is_counted_on(command: BatteryCommand) -> None:
    site = one_charger(STANDARD, battery_command=command, **battery(ABOVE_TARGET))
    assert outcome(site)[0] == pytest.approx(34 if command is BatteryCommand.AUTO else 30)


@pytest.mark.parametrize(
    ("measured", "commanded", "expected"),
    [(0, 0, 30), (3 * A, 0, 27), (3 * A, 5 * A, 25), (5 * A, 3 * A, 25), (-5 * A, 0, 30)],
)
def test_a_charging_battery_is_in_the_way_of_the_cars(
    measured: float, commanded: float, expected: float
) -> None:
    site = one_charger(
        STANDARD,
        battery_command=BatteryCommand.CHARGE,
        battery_power=measured,
        battery_commanded_power=commanded,
        **battery(BELOW_TARGET) | {"battery_max_charge_power": 6 * A},
    )
    assert outcome(site)[0] == pytest.approx(expected)


def test_a_battery_whose_soc_is_not_known_goes_before_the_sun_and_gives_nothing() -> None:
    unknown = battery(0) | {"battery_soc": None}
    assert outcome(one_charger(STANDARD, **unknown))[0] == pytest.approx(30)
    assert outcome(one_charger(SOLAR, **unknown))[0] == pytest.approx(7)
    current, reason = outcome(one_charger(ECO, **unknown))
    assert current == 6
    assert reason == Reason(ReasonCode.BATTERY_BELOW_TARGET, {"target_soc_percent": 80})


def test_the_minimum_is_the_target_where_it_is_higher() -> None:
    site = one_charger(SOLAR, **battery(85.0) | {"battery_soc_min": 90.0})
    assert outcome(site)[0] == 0
    site = one_charger(SOLAR, **battery(90.0) | {"battery_soc_min": 90.0})
    assert outcome(site)[0] == pytest.approx(10)


@pytest.mark.parametrize(
    ("mode", "changes", "code"),
    [
        (SOLAR, battery(BELOW_MIN), ReasonCode.BATTERY_BELOW_MIN),
        (ECO, battery(BELOW_MIN), ReasonCode.BATTERY_BELOW_MIN),
        (ECO, battery(BELOW_TARGET), ReasonCode.BATTERY_BELOW_TARGET),
        (ECO, {"solar_production_total": 3 * A}, ReasonCode.ECO_MINIMUM),
        (SOLAR, {"solar_production_total": 3 * A}, ReasonCode.NOT_ENOUGH_SOLAR),
        # it is the battery that takes what the car would need
        (
            SOLAR,
            battery(BELOW_TARGET) | {"solar_production_total": 9 * A},
            ReasonCode.BATTERY_BELOW_TARGET,
        ),
        # it is the clouds: also without the battery there is too little
        (
            SOLAR,
            battery(BELOW_TARGET) | {"solar_production_total": 7 * A},
            ReasonCode.NOT_ENOUGH_SOLAR,
        ),
        (EXCESS, {"excess_export_threshold": 11 * A}, ReasonCode.NOT_ENOUGH_EXCESS),
        (EXCESS, {"excess_export_threshold": 5 * A}, ReasonCode.EXCESS_SHARE),
        (EXCESS, {"excess_export_threshold": 1 * A}, ReasonCode.EXCESS_SHARE),
        (EXCESS, {"solar_production_total": 7 * A}, ReasonCode.NOT_ENOUGH_EXCESS),
    ],
)
def test_the_reason_says_what_is_in_the_way(
    mode: ChargingMode, changes: dict[str, Any], code: ReasonCode
) -> None:
    assert outcome(one_charger(mode, **changes))[1].code is code


def test_guaranteed_comes_before_eco_before_solar_before_excess() -> None:
    site = one_charger(STANDARD, main_breaker_rating=8, solar_production_total=12 * A)
    site.chargers = [
        ChargerContext(charger_id=mode, charging_mode=mode, priority=5 - rank, max_current=6)
        for rank, mode in enumerate((EXCESS, SOLAR, ECO, STANDARD))
    ]
    calculate_all_charger_targets(site)
    # 18 A on each phase: three minimums, and no sun is left for the fourth
    assert [charger.target_current for charger in site.chargers] == [0, 0, 6, 6]


def test_within_a_mode_priority_then_id_decide() -> None:
    site = one_charger(STANDARD, solar_production_total=0, main_breaker_rating=14)
    site.chargers = [
        ChargerContext(charger_id="b", priority=1),
        ChargerContext(charger_id="a", priority=2),
        ChargerContext(charger_id="c", priority=1),
    ]
    calculate_all_charger_targets(site)
    assert [charger.target_current for charger in site.chargers] == [6, 0, 6]


def test_excess_starts_a_second_charger_only_on_what_the_first_leaves() -> None:
    site = one_charger(EXCESS, excess_export_threshold=5 * A, main_breaker_rating=63)
    site.solar_production_total = 20 * A
    site.chargers = [ChargerContext(charger_id=name, max_current=16) for name in "12"]
    calculate_all_charger_targets(site)
    # 18 A exported, 13 of them beyond the threshold, 1 of which is left after both minimums
    assert [charger.target_current for charger in site.chargers] == pytest.approx([7, 6])
    site.excess_export_threshold = 13 * A
    calculate_all_charger_targets(site)
    assert [charger.target_current for charger in site.chargers] == pytest.approx([6, 0])
