"""Optimized lets as many run as can, and lowers nobody more than that needs."""

from itertools import combinations
import time
from typing import Any

import pytest

from custom_components.loadstar.engine.distribution import calculate_all_charger_targets
from custom_components.loadstar.engine.models import (
    ChargerContext,
    ChargingMode,
    ConnectorStatus,
    DistributionMode,
    ReasonCode,
    SiteContext,
)
from tests.unit.distribution import feeds, oracle
from tests.unit.distribution.random_sites import Kind, random_site

CABLES_ONLY = Kind(
    distribution_modes=(DistributionMode.OPTIMIZED,),
    charging_modes=(ChargingMode.STANDARD, ChargingMode.ECO),
    sleepers=False,
    chargers=(2, 6),
)


def runnable(site: SiteContext, chargers: tuple[ChargerContext, ...]) -> bool:
    """Return whether the minimums of these chargers fit together."""
    currents = {charger.charger_id: 0.0 for charger in site.chargers}
    currents |= {charger.charger_id: charger.min_current for charger in chargers}
    drawn = oracle.sum_of((each.min_current, oracle.physical(site, each)) for each in chargers)
    feed = oracle.physical_feed(site)
    return (
        feeds.most_beyond(feed, [0.0, 0.0, 0.0], dict(enumerate(drawn))) >= 1 - 1e-9
        and oracle.import_room(site, drawn) >= -1e-9
        and all(
            min(oracle.circuit_room(site, circuit.circuit_id, currents)) >= -1e-9
            for circuit in site.circuits
        )
        and (
            site.max_unbalance is None
            or site.num_phases == 1
            or oracle.tilt(site, currents) <= site.max_unbalance
        )
    )


def score(chargers: tuple[ChargerContext, ...]) -> tuple[int, int]:
    running = [each.connector_status is ConnectorStatus.CHARGING for each in chargers]
    return len(chargers), sum(running)


@pytest.mark.parametrize("first", range(0, 200, 50))
def test_the_largest_set_runs(first: int) -> None:
    for seed in range(first, first + 50):
        site = random_site(seed, CABLES_ONLY)
        site.allow_grid_charging = True
        calculate_all_charger_targets(site)
        chargers = [
            each
            for each in oracle.in_order(site)
            if min(each.max_current, each.ceiling or 99.0) >= each.min_current
        ]
        able = [each for each in chargers if runnable(site, (each,))]
        sets = [
            chosen
            for size in range(1, len(able) + 1)
            for chosen in combinations(able, size)
            if chosen[0] is able[0] and runnable(site, chosen)
        ]
        given = tuple(each for each in chargers if each.target_current)
        if not able:
            assert given == (), seed
            continue
        assert given in sets, seed
        assert score(given) == max(map(score, sets)), seed


def site_of(chargers: list[ChargerContext], breaker: float) -> SiteContext:
    return SiteContext(
        voltage=230,
        num_phases=3,
        main_breaker_rating=breaker,
        distribution_mode=DistributionMode.OPTIMIZED,
        chargers=chargers,
    )


def targets(site: SiteContext) -> list[float]:
    calculate_all_charger_targets(site)
    return [charger.target_current for charger in site.chargers]


def test_the_first_is_lowered_only_as_far_as_the_later_minimums_need() -> None:
    chargers = [ChargerContext(charger_id=name) for name in "123"]
    assert targets(site_of(chargers, 25)) == pytest.approx([13, 6, 6])


def test_two_small_ones_run_rather_than_a_second_large_one() -> None:
    chargers = [
        ChargerContext(charger_id="1", phases=1),
        ChargerContext(charger_id="2", phases=3, min_current=8),
        ChargerContext(charger_id="3", phases=1, phase_rotation="B"),
        ChargerContext(charger_id="4", phases=1, phase_rotation="C"),
    ]
    site = site_of(chargers, 13)
    assert targets(site) == pytest.approx([13, 0, 13, 13])
    reason = site.chargers[1].reason
    assert reason is not None
    assert reason.code is ReasonCode.NOT_ENOUGH_CURRENT


def test_of_two_equal_sets_the_running_one_stays() -> None:
    waiting = ConnectorStatus.SUSPENDED_EVSE
    chargers = [
        ChargerContext(charger_id="1"),
        ChargerContext(charger_id="2", connector_status=waiting),
        ChargerContext(charger_id="3"),
    ]
    assert targets(site_of(chargers, 13)) == pytest.approx([7, 0, 6])


def test_a_charger_on_another_phase_can_mend_the_unbalance() -> None:
    chargers = [ChargerContext(charger_id=f"a{n}", phases=1, max_current=6) for n in range(3)]
    chargers += [
        ChargerContext(charger_id=f"{name}", phases=1, max_current=6, phase_rotation=name)
        for name in "BC"
    ]
    site = site_of(chargers, 40)
    site.max_unbalance = 16
    assert targets(site) == pytest.approx([6, 6, 6, 6, 6])


def test_guaranteed_current_is_part_of_the_set_and_takes_its_sun() -> None:
    chargers = [
        ChargerContext(charger_id="1", phases=1, phase_rotation="A"),
        ChargerContext(charger_id="2", phases=1, charging_mode=ChargingMode.STANDARD),
        ChargerContext(charger_id="3", phases=1, phase_rotation="B"),
        ChargerContext(charger_id="4", phases=1, phase_rotation="C"),
    ]
    site = site_of(chargers, 25)
    site.charging_mode = ChargingMode.SOLAR
    site.solar_production_total = 230 * 20
    site.inverter_supports_asymmetric = True
    # the guaranteed one comes first in order, so it is one of the set
    assert targets(site) == pytest.approx([6, 16, 6, 0])


def many(count: int, breaker: float, **changes: Any) -> SiteContext:
    chargers = [ChargerContext(charger_id=f"{n:02}", **changes) for n in range(count)]
    return site_of(chargers, breaker)


def test_beyond_twelve_running_ones_come_before_waiting_ones() -> None:
    site = many(13, 32, connector_status=ConnectorStatus.SUSPENDED_EVSE)
    for charger in site.chargers[6:9]:
        charger.connector_status = ConnectorStatus.CHARGING
    given = targets(site)
    running = [index for index, current in enumerate(given) if current]
    assert running == [0, 1, 6, 7, 8]
    assert given[0] == pytest.approx(8)


def test_beyond_twelve_all_run_where_all_fit() -> None:
    assert all(targets(many(40, 300)))


def test_twelve_different_chargers_take_milliseconds() -> None:
    site = many(12, 40)
    for index, charger in enumerate(site.chargers):
        charger.min_current = 5.0 + index / 7
        charger.phases = 1 + index % 3
        charger.phase_rotation = ("ABC", "BCA", "CAB")[index % 3]
    start = time.perf_counter()
    targets(site)
    assert time.perf_counter() - start < 0.25
