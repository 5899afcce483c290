"""Over a limit: cut at once; and no raise for a minute after."""

import pytest

from custom_components.loadstar.engine.control import ControlSettings
from custom_components.loadstar.engine.models import (
    ChargingMode,
    ConnectorStatus,
    DistributionMode,
    ReasonCode,
)
from tests.unit.control.bench import Bench, Currents, charging, target


@pytest.mark.parametrize(
    ("grid", "expected", "urgent"),
    [
        ((24.0, 20.0, 20.0), 16.0, False),
        ((24.3, 20.0, 20.0), 16.0, False),  # noise at the limit
        ((24.8, 20.0, 20.0), 16.0, False),
        ((24.9, 20.0, 20.0), 15.0, True),
        ((26.0, 20.0, 20.0), 14.0, True),
        ((20.0, 20.0, 33.0), 7.0, True),
        ((20.0, 35.0, 20.0), 0.0, True),  # its minimum would be too much
        ((24.9, 33.0, 26.0), 7.0, True),
    ],
)
def test_a_phase_over_its_limit_is_cut_in_the_tick_in_which_it_is_seen(
    grid: Currents, expected: float, *, urgent: bool
) -> None:
    bench = Bench()
    bench.run(20)
    bench.grid = grid
    result = target(bench.step(0.1))
    assert (result.current, result.urgent) == (expected, urgent)


def test_the_reason_says_where_and_by_how_much() -> None:
    bench = Bench()
    bench.run(20)
    bench.grid = (20.0, 30.0, 20.0)
    result = bench.step()
    assert result.overloaded_phases == "B"
    assert target(result).reason.code is ReasonCode.OVERLOAD
    assert target(result).reason.data == {"phase": "B", "current": 6.0}


def test_a_cut_that_is_on_its_way_is_not_repeated() -> None:
    bench = Bench()
    bench.run(20)
    bench.grid = (32.0, 20.0, 20.0)
    assert target(bench.step()).current == 8.0
    assert target(bench.run(18)).current == 8.0


def test_what_adds_up_meanwhile_is_cut_as_well() -> None:
    bench = Bench()
    bench.run(20)
    bench.grid = (27.0, 20.0, 20.0)
    assert target(bench.step()).current == 13.0
    bench.grid = (31.0, 20.0, 20.0)
    assert target(bench.step()).current == 9.0


def test_a_charger_that_does_not_obey_is_cut_on_by_the_meter_alone() -> None:
    bench = Bench()
    bench.run(20)
    bench.grid = (30.0, 20.0, 20.0)
    assert target(bench.step()).current == 10.0
    assert target(bench.run(40)).current == 0.0


def test_a_car_counts_at_what_it_may_draw() -> None:
    bench = Bench(chargers=[charging(currents=(6.0, 6.0, 6.0))], grid=(10.0, 10.0, 10.0))
    bench.run(20)
    bench.grid = (18.0, 10.0, 10.0)  # 12 of the household's, and 16 that the car may take
    bench.report()
    result = target(bench.run(12))
    assert result.current == 12.0


def test_nothing_rises_for_a_minute_after() -> None:
    bench = Bench()
    bench.run(20)
    bench.grid = (26.0, 20.0, 20.0)
    assert target(bench.step()).current == 14.0
    bench.grid = (18.0, 18.0, 18.0)
    bench.chargers = [charging(currents=(14.0, 14.0, 14.0))]
    held = target(bench.run(58))
    assert (held.current, held.reason.code) == (14.0, ReasonCode.OVERLOAD_HOLD)
    assert target(bench.run(4)).current == 16.0


def test_the_last_in_the_order_is_cut_first_and_to_its_minimum() -> None:
    first = charging("first", currents=(8.0, 8.0, 8.0), accepted_current=8.0)
    last = charging("last", currents=(8.0, 8.0, 8.0), accepted_current=8.0)
    bench = Bench(
        chargers=[last, first],
        grid=(24.0, 20.0, 20.0),
        contexts={"first": {"priority": 1}, "last": {"priority": 2}},
        site={"distribution_mode": DistributionMode.SHARED},
    )
    bench.run(4)
    bench.grid = (27.0, 20.0, 20.0)
    result = bench.step()
    assert (target(result, "first").current, target(result, "last").current) == (7.0, 6.0)
    bench.grid = (33.0, 20.0, 20.0)
    result = bench.step()
    assert (target(result, "first").current, target(result, "last").current) == (6.0, 0.0)


def test_chargers_on_other_phases_are_left_alone() -> None:
    alone = charging("alone", currents=(16.0, None, None))
    bench = Bench(
        chargers=[alone],
        grid=(4.0, 20.0, 4.0),
        contexts={"alone": {"phases": 1, "phase_rotation": "B"}},
    )
    bench.run(40)
    bench.grid = (40.0, 20.0, 4.0)
    bench.settings = ControlSettings()
    result = bench.step()
    assert target(result, "alone").current == 16.0
    assert result.overloaded_phases == "A"


def test_the_import_limit_is_a_limit_too() -> None:
    bench = Bench(site={"max_import_power": 230.0 * 60})
    bench.run(20)
    bench.grid = (22.0, 22.0, 22.0)
    result = target(bench.step())
    assert (result.current, result.urgent) == (14.0, True)
    assert result.reason.data == {"limit": "import", "current": 6.0}


def test_a_circuit_is_cut_by_its_own_meter() -> None:
    bench = Bench(
        circuits=[{"circuit_id": "shed", "limit": 20.0}],
        contexts={"garage": {"circuit": "shed"}},
        circuit_currents={"shed": (17.0, 17.0, 17.0)},
    )
    assert target(bench.run(20)).current == 16.0
    bench.circuit_currents = {"shed": (22.0, 17.0, 17.0)}
    result = target(bench.step())
    assert (result.current, result.urgent) == (14.0, True)


def test_a_circuit_and_the_site_may_be_metered_at_different_times() -> None:
    bench = Bench(
        circuits=[{"circuit_id": "shed", "limit": 15.0}],
        contexts={"garage": {"circuit": "shed", "max_current": 16.0}},
        chargers=[charging(currents=(6.0, 6.0, 6.0), accepted_current=6.0)],
        grid=(6.0, 6.0, 6.0),
        circuit_currents={"shed": (6.0, 6.0, 6.0)},
    )
    while target(bench.run(2)).current < 11.0:
        pass
    bench.grid_silent = True
    bench.circuit_currents = {"shed": (11.0, 11.0, 11.0)}
    result = target(bench.step())
    assert (result.current, result.urgent) == (11.0, False)


def test_a_car_that_stops_by_itself_is_no_household_that_begins() -> None:
    bench = Bench()
    assert target(bench.run(20)).current == 16.0
    bench.grid_silent = True  # until its next value, which comes later than the charger's
    bench.chargers = [charging(currents=(0.0, 0.0, 0.0), measured_at=bench.now + 1.0)]
    result = target(bench.step())
    assert (result.current, result.urgent) == (16.0, False)
    bench.grid_silent = False
    bench.grid = (4.0, 4.0, 4.0)
    assert target(bench.step()).current == 16.0


def test_a_cut_that_a_charger_reports_before_the_meter_shows_it_is_not_repeated() -> None:
    bench = Bench()
    bench.run(20)
    bench.grid = (31.0, 20.0, 20.0)
    assert target(bench.step()).current == 9.0
    bench.grid_silent = True
    bench.chargers = [charging(currents=(9.0, 9.0, 9.0), measured_at=bench.now + 1.0)]
    assert target(bench.step()).current == 9.0


def test_a_circuit_without_a_meter_counts_what_is_stated() -> None:
    bench = Bench(
        circuits=[
            {"circuit_id": "house", "limit": 30.0},
            {"circuit_id": "shed", "limit": 20.0, "parent": "house", "phase_a_consumption": 9.0},
        ],
        contexts={"garage": {"circuit": "shed"}},
        grid=(4.0, 4.0, 4.0),
        chargers=[charging(currents=(0.0, 0.0, 0.0))],
    )
    result = target(bench.step())
    assert (result.current, result.urgent) == (11.0, True)


def test_the_sun_charger_is_held_at_its_minimum_where_that_fits() -> None:
    bench = Bench(site={"charging_mode": ChargingMode.SOLAR}, pv_w=13800.0, grid=(0.0, 0.0, 0.0))
    bench.run(20)
    bench.grid = (30.0, 0.0, 0.0)
    assert target(bench.step()).current == 10.0


def test_a_stop_for_safety_pauses_a_sun_charger() -> None:
    bench = Bench(site={"charging_mode": ChargingMode.SOLAR}, pv_w=13800.0, grid=(0.0, 0.0, 0.0))
    bench.run(20)
    bench.grid = (40.0, 0.0, 0.0)
    assert target(bench.step()).current == 0.0
    bench.grid = (-16.0, -16.0, -16.0)
    bench.chargers = [charging(currents=(0.0, 0.0, 0.0), status=ConnectorStatus.SUSPENDED_EVSE)]
    result = target(bench.run(150))
    assert (result.current, result.reason.code) == (0.0, ReasonCode.PAUSED)
    assert target(bench.run(40)).current >= 6.0


def test_the_neutral_is_guarded() -> None:
    alone = charging("alone", currents=(16.0, None, None))
    bench = Bench(
        chargers=[alone, charging("garage", currents=(6.0, 6.0, 6.0), accepted_current=6.0)],
        grid=(16.0, -8.0, -8.0),
        pv_w=3 * 230.0 * 14,
        contexts={
            "alone": {"phases": 1, "phase_rotation": "A"},
            "garage": {"max_current": 6.0},
        },
    )
    bench.run(4)
    bench.grid = (22.0, -8.0, -8.0)
    result = bench.step()
    cut = target(result, "alone")
    assert (cut.current, cut.urgent, cut.reason.code) == (10.0, True, ReasonCode.NEUTRAL)
    assert target(result, "garage").current >= 6.0
    bench.grid = (16.0, -8.0, -8.0)
    bench.chargers[0] = charging("alone", currents=(10.0, None, None))
    assert target(bench.run(50), "alone").current == 10.0


def test_the_neutral_guard_can_be_switched_off() -> None:
    bench = Bench(
        chargers=[charging("alone", currents=(16.0, None, None))],
        grid=(22.0, -8.0, -8.0),
        contexts={"alone": {"phases": 1, "phase_rotation": "A"}},
        settings=ControlSettings(neutral_guard=False),
    )
    assert target(bench.run(4), "alone").current == 16.0
