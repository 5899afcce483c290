"""Chargers that come, go, start, stop and are taken over."""

from dataclasses import replace
from typing import Any

import pytest

from custom_components.loadstar.engine.models import (
    ChargingMode,
    ConnectorStatus,
    Reason,
    ReasonCode,
)
from tests.unit.control.bench import Bench, charging, target

NOTHING = (0.0, 0.0, 0.0)
WAITING = charging(
    status=ConnectorStatus.PREPARING, currents=NOTHING, session=None, accepted_current=None
)


def test_a_restart_does_not_interrupt_a_car() -> None:
    assert target(Bench().step()).current == 16.0


def test_a_restart_finds_a_charger_at_its_fallback_where_nothing_was_accepted() -> None:
    bench = Bench(chargers=[charging(accepted_current=None, currents=(6.0, 6.0, 6.0))])
    bench.grid = (10.0, 10.0, 10.0)
    first = target(bench.step())
    assert first.current == 6.0
    assert target(bench.run(12)).current > 6.0


def test_a_restart_finds_a_car_at_what_it_draws_where_nothing_is_known_to_be_accepted() -> None:
    bench = Bench(chargers=[charging(accepted_current=None, currents=(11.8, 12.1, 11.9))])
    assert target(bench.step()).current == 13.0


@pytest.mark.parametrize("fallback", [0.0, 6.0])
@pytest.mark.parametrize("lowest", [6.0, 8.0])
def test_a_restart_does_not_pause_a_car_of_which_nothing_is_known_yet(
    fallback: float, lowest: float
) -> None:
    silent = charging(
        accepted_current=None,
        currents=(None, None, None),
        measured_at=None,
        fallback_current=fallback,
    )
    bench = Bench(chargers=[silent], contexts={"garage": {"min_current": lowest}})
    assert [target(bench.step()).current >= 6.0 for _ in range(4)] == [True] * 4


@pytest.mark.parametrize("status", [ConnectorStatus.CHARGING, ConnectorStatus.SUSPENDED_EV])
def test_a_restart_takes_a_car_below_its_minimum_up_to_it(status: ConnectorStatus) -> None:
    six = charging(currents=(6.0,) * 3, accepted_current=6.0, status=status)
    bench = Bench(chargers=[six], contexts={"garage": {"min_current": 8.0}})
    seen = [target(bench.live(2, 4.0)).current for _ in range(5)]
    assert min(seen) == 6.0
    assert seen[-1] >= 8.0


def test_a_restart_counts_a_car_on_the_phases_that_it_draws_on() -> None:
    bench = Bench(
        chargers=[charging(currents=(16.0, 0.0, 0.0), accepted_current=16.0)],
        grid=(20.0, 22.0, 22.0),
    )
    result = bench.step()
    assert (target(result).current, result.masks["garage"]) == (16.0, "A")


def test_a_set_point_that_has_run_out_counts_as_the_fallback() -> None:
    bench = Bench(chargers=[charging(fallback_due=10.0, currents=(6.0, 6.0, 6.0))])
    bench.grid = (10.0, 10.0, 10.0)
    assert target(bench.step()).current == 6.0


def test_a_start_waits_a_minute_and_says_so() -> None:
    bench = Bench(chargers=[WAITING], grid=(4.0, 4.0, 4.0))
    first = target(bench.step())
    assert first.reason == Reason(ReasonCode.WAITING_FOR_START, {"seconds": 60.0})
    assert not first.start_wanted
    assert target(bench.run(58)).reason == Reason(ReasonCode.WAITING_FOR_START, {"seconds": 2.0})
    started = target(bench.step())
    assert (started.current, started.start_wanted) == (6.0, True)


def test_a_start_that_has_been_asked_for_is_no_new_session() -> None:
    bench = Bench(chargers=[WAITING], grid=(4.0, 4.0, 4.0))
    bench.run(64)
    bench.chargers = [charging(currents=NOTHING, accepted_current=6.0)]
    result = target(bench.run(20))
    assert result.current > 6.0
    assert not result.start_wanted


def test_a_session_that_begins_by_itself_is_not_interrupted() -> None:
    bench = Bench(chargers=[WAITING], grid=(4.0, 4.0, 4.0))
    bench.run(10)
    bench.chargers = [charging(currents=(6.0, 6.0, 6.0), accepted_current=None)]
    bench.grid = (10.0, 10.0, 10.0)
    assert target(bench.step()).current >= 6.0


def test_a_new_session_in_the_sun_mode_ends_without_sun() -> None:
    bench = Bench(
        site={"charging_mode": ChargingMode.SOLAR},
        pv_w=0.0,
        chargers=[charging(accepted_current=6.0)],
    )
    assert target(bench.live(10, 4.0)).reason.code is ReasonCode.WAITING_FOR_STOP
    result = target(bench.live(180, 4.0))
    assert (result.current, result.reason.code) == (0.0, ReasonCode.NOT_ENOUGH_SOLAR)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"enabled": False}, ReasonCode.DISABLED),
        ({"soc_limit_reached": True}, ReasonCode.SOC_LIMIT),
        ({"status": ConnectorStatus.FAULTED}, ReasonCode.NOT_CONNECTED),
        ({"status": ConnectorStatus.FINISHING}, ReasonCode.NOT_CONNECTED),
        ({"status": ConnectorStatus.AVAILABLE, "session": None}, ReasonCode.NOT_CONNECTED),
    ],
)
def test_who_takes_no_part_gets_nothing_at_once(changes: dict[str, Any], code: ReasonCode) -> None:
    bench = Bench()
    bench.step()
    bench.chargers = [replace(bench.chargers[0], **changes)]
    result = target(bench.step())
    assert (result.current, result.reason.code) == (0.0, code)


def test_a_charger_that_nobody_reads_is_offline() -> None:
    bench = Bench(chargers=[charging(connected=False, session=None)])
    result = target(bench.step())
    assert (result.current, result.reason.code) == (0.0, ReasonCode.OFFLINE)


def test_a_charger_that_was_removed_is_met_anew() -> None:
    bench = Bench()
    bench.run(10)
    bench.chargers = []
    bench.step()
    bench.chargers = [charging(accepted_current=9.0)]
    assert target(bench.step()).current <= 14.0


def test_a_charger_that_comes_back_is_taken_over() -> None:
    bench = Bench()
    bench.run(10)
    bench.chargers = [charging(connected=False)]
    bench.run(10)
    bench.chargers = [charging(accepted_current=12.0, currents=(12.0, 12.0, 12.0))]
    bench.grid = (16.0, 16.0, 16.0)
    assert target(bench.step()).current <= 17.0


def test_a_car_that_leaves_is_no_overload_on_phases_that_it_never_used() -> None:
    leaving = charging("leaving", currents=(0.0, 16.0, 0.0))
    staying = charging("staying", currents=(7.0, 7.0, 7.0), accepted_current=7.0)
    bench = Bench(
        chargers=[leaving, staying],
        grid=(22.0, 23.0, 8.0),
        contexts={"leaving": {"priority": 1}, "staying": {"priority": 2, "max_current": 7.0}},
    )
    bench.run(40)
    bench.chargers[0] = replace(
        leaving, status=ConnectorStatus.AVAILABLE, session=None, currents=NOTHING
    )
    bench.grid = (22.0, 7.0, 8.0)
    result = bench.step()
    assert (target(result, "leaving").current, target(result, "staying").current) == (0.0, 7.0)


def test_a_charger_that_was_away_for_too_long_comes_back_at_its_fallback() -> None:
    bench = Bench()
    bench.run(10)
    bench.chargers = [charging(connected=False)]
    bench.grid = (4.0, 4.0, 4.0)
    bench.run(140)
    # its values are those from before, and its set-point has run out
    bench.chargers = [charging(accepted_current=None, fallback_current=0.0)]
    result = target(bench.step())
    assert (result.current, result.reason.code) == (0.0, ReasonCode.WAITING_FOR_START)


def test_a_car_that_sleeps_keeps_its_minimum() -> None:
    asleep = charging(currents=NOTHING, status=ConnectorStatus.SUSPENDED_EV)
    bench = Bench(chargers=[asleep], grid=(4.0, 4.0, 4.0))
    assert target(bench.run(58)).current == 16.0
    assert target(bench.run(8)).current == 6.0
    bench.chargers = [charging(currents=(6.0, 6.0, 6.0))]
    bench.grid = (10.0, 10.0, 10.0)
    assert target(bench.run(20)).current > 6.0


def test_shares_are_waited_for_without_taking_from_those_that_charge() -> None:
    bench = Bench(
        chargers=[charging(), replace(WAITING, charger_id="next")],
        contexts={"next": {"priority": 2}},
        site={"main_breaker_rating": 24.0},
    )
    waiting = bench.run(40)
    assert target(waiting).current == 16.0
    assert target(waiting, "next").reason.code is ReasonCode.WAITING_FOR_START


def test_nobody_stops_for_a_charger_that_does_not_start_yet() -> None:
    bench = Bench(
        chargers=[charging(), replace(WAITING, charger_id="first")],
        contexts={"first": {"priority": 0}},
        grid=(30.0, 30.0, 30.0),
        site={"main_breaker_rating": 25.0},
    )
    bench.grid = (14.0 + 6.0,) * 3  # the household leaves enough for one minimum
    bench.chargers[0] = charging(currents=(6.0, 6.0, 6.0), accepted_current=6.0)
    seen = [bench.step() for _ in range(30)]
    assert {target(it).current for it in seen} >= {6.0}
    assert min(target(it).current for it in seen) == 6.0
    assert target(bench.run(14)).current == 0.0
    bench.grid = (14.0, 14.0, 14.0)
    bench.chargers[0] = charging(
        currents=NOTHING, accepted_current=0.0, status=ConnectorStatus.SUSPENDED_EVSE
    )
    result = bench.run(30)
    assert target(result, "first").start_wanted


def test_a_minimum_that_was_raised_and_does_not_fit_ends_the_charging() -> None:
    nine = charging(currents=(9.0, 9.0, 9.0), accepted_current=9.0)
    bench = Bench(chargers=[nine], grid=(23.5, 23.5, 23.5))
    assert target(bench.run(20)).current == 9.0
    bench.contexts = {"garage": {"min_current": 10.0}}
    assert target(bench.run(8)).current == 9.0
    assert target(bench.run(6)).current == 0.0


def test_a_raise_goes_a_few_amperes_at_a_time() -> None:
    bench = Bench(
        chargers=[charging(currents=(6.0, 6.0, 6.0), accepted_current=6.0)], grid=(10.0, 10.0, 10.0)
    )
    seen = [target(bench.step()) for _ in range(8)]
    assert [it.current for it in seen] == [6.0, 11.0, 11.0, 11.0, 16.0, 16.0, 16.0, 16.0]
    assert seen[1].reason == Reason(ReasonCode.RISING, {"target": 16.0})


def test_a_maximum_that_is_lowered_counts_at_once() -> None:
    bench = Bench()
    bench.run(10)
    bench.contexts = {"garage": {"max_current": 15.8}}
    assert target(bench.step()).current == 15.0


def test_a_plan_that_pauses_is_obeyed_without_a_wait() -> None:
    bench = Bench(
        contexts={"garage": {"charging_mode": ChargingMode.PLANNED, "planned_current": 0.0}}
    )
    result = target(bench.run(8))
    assert (result.current, result.reason.code) == (0.0, ReasonCode.PLANNED_PAUSE)


def test_without_grid_charging_a_stop_waits_ten_seconds() -> None:
    bench = Bench(site={"allow_grid_charging": False})
    assert target(bench.run(10)).current == 6.0
    assert target(bench.run(6)).current == 0.0
