"""For the chargers that run, Priority and Shared give what linear programs give."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from custom_components.loadstar.engine.distribution import calculate_all_charger_targets
from custom_components.loadstar.engine.models import (
    ChargerContext,
    ChargingMode,
    DistributionMode,
    SiteContext,
)
from tests.unit.distribution import feeds, oracle
from tests.unit.distribution.linear_program import INFINITY
from tests.unit.distribution.random_sites import Kind, random_site

STEP = 60
PRIORITY = Kind(
    distribution_modes=(DistributionMode.PRIORITY,),
    charging_modes=(
        ChargingMode.STANDARD,
        ChargingMode.ECO,
        ChargingMode.SOLAR,
        ChargingMode.PLANNED,
    ),
)
ONE_POOL = replace(
    PRIORITY, distribution_modes=(DistributionMode.SHARED,), unbalance=False, sleepers=False
)
GUARANTEED = replace(ONE_POOL, charging_modes=(ChargingMode.STANDARD,))
SUN_ONLY = replace(ONE_POOL, charging_modes=(ChargingMode.ECO, ChargingMode.SOLAR))


def ceiling(site: SiteContext, charger: ChargerContext) -> float:
    """Return the most that a running charger may have whatever the supply."""
    most = min(charger.max_current, charger.ceiling or INFINITY)
    mode = oracle.mode_of(site, charger)
    below_target = site.battery_soc is not None and site.battery_soc < max(
        site.battery_soc_target, site.battery_soc_min
    )
    if charger.suspended or (mode is ChargingMode.ECO and below_target):
        return charger.min_current
    if mode is ChargingMode.PLANNED and charger.planned_current:
        return min(most, charger.planned_current)
    return most


def awake_draw(site: SiteContext, currents: Mapping[str, float]) -> feeds.Draws:
    """Return what chargers take of the sun."""
    return oracle.sum_of(
        (currents[charger.charger_id], oracle.active(site, charger))
        for charger in site.chargers
        if not charger.suspended
    )


def hard_draw(site: SiteContext, currents: Mapping[str, float]) -> feeds.Draws:
    """Return what breakers must bear."""
    return oracle.sum_of(
        (currents[charger.charger_id], oracle.physical(site, charger)) for charger in site.chargers
    )


def unbalanced_room(
    site: SiteContext, charger: ChargerContext, currents: Mapping[str, float]
) -> float:
    """Return how far a one- or two-phase charger may tilt the phases."""
    phases = oracle.physical(site, charger)
    if site.max_unbalance is None or site.num_phases == 1 or len(phases) == 3:
        return INFINITY
    partial = [other for other in site.chargers if len(oracle.physical(site, other)) < 3]
    most = oracle.sum_of(
        (currents[other.charger_id], oracle.physical(site, other)) for other in partial
    )
    least = oracle.sum_of(
        (currents[other.charger_id], oracle.physical(site, other))
        for other in partial
        if not other.suspended
    )
    return min(
        site.max_unbalance - most[high] + least[low]
        for high in phases
        for low in set(feeds.PHASES) - set(phases)
    )


def common_room(
    site: SiteContext, rising: list[ChargerContext], currents: Mapping[str, float]
) -> float:
    """Return by how much chargers can rise together, as far as cables go."""
    drawn = hard_draw(site, currents)
    each = oracle.sum_of((1.0, oracle.physical(site, charger)) for charger in rising)
    rise = dict(enumerate(each))
    room = feeds.most_beyond(oracle.physical_feed(site), drawn, rise)
    room = min(room, oracle.import_room(site, drawn) / sum(each))
    for circuit in site.circuits:
        behind = [
            charger
            for charger in rising
            if circuit.circuit_id in oracle.path(site, charger.circuit)
        ]
        rates = oracle.sum_of((1.0, oracle.physical(site, charger)) for charger in behind)
        left = oracle.circuit_room(site, circuit.circuit_id, currents)
        room = min([room, *(a / rate for a, rate in zip(left, rates, strict=True) if rate)])
    return room


def sun_room(
    site: SiteContext, rising: list[ChargerContext], currents: Mapping[str, float]
) -> float:
    """Return by how much chargers of one kind can rise together, as far as their pool goes."""
    mode = oracle.mode_of(site, rising[0])
    if mode in (ChargingMode.ECO, ChargingMode.SOLAR):
        feed = oracle.solar_feed(site)
    elif mode is ChargingMode.PLANNED and rising[0].planned_current == 0:
        return surplus_room(site, rising[0], currents)
    elif site.allow_grid_charging:
        return INFINITY
    else:
        feed = oracle.own_feed(site)
    each = oracle.sum_of((1.0, oracle.active(site, charger)) for charger in rising)
    return feeds.most_beyond(feed, awake_draw(site, currents), dict(enumerate(each)))


def surplus_room(
    site: SiteContext, charger: ChargerContext, currents: Mapping[str, float]
) -> float:
    """Return what a charger may take beyond the planned export."""
    feed = oracle.export_feed(site)
    rise = dict.fromkeys(oracle.active(site, charger), 1.0)
    beyond = feeds.total_left(feed) - site.planned_export_power / site.voltage
    return feeds.most_beyond(feed, awake_draw(site, currents), rise, total=max(0.0, beyond))


@pytest.mark.parametrize("first", range(0, 480, STEP))
def test_priority_gives_the_rest_in_order(first: int) -> None:
    for seed in range(first, first + STEP):
        site = random_site(seed, PRIORITY)
        calculate_all_charger_targets(site)
        given = {charger.charger_id: charger.target_current for charger in site.chargers}
        currents = {
            charger.charger_id: charger.min_current if charger.target_current else 0.0
            for charger in site.chargers
        }
        for charger in oracle.in_order(site):
            now = currents[charger.charger_id]
            if not now:
                continue
            rise = min(
                ceiling(site, charger) - now,
                common_room(site, [charger], currents),
                unbalanced_room(site, charger, currents),
                sun_room(site, [charger], currents),
            )
            currents[charger.charger_id] += max(0.0, rise)
        assert given == pytest.approx(currents, abs=1e-5), seed


@pytest.mark.parametrize("kind", [GUARANTEED, SUN_ONLY], ids=["cables", "sun"])
@pytest.mark.parametrize("first", range(0, 240, STEP))
def test_shared_fills_up_in_equal_steps(first: int, kind: Kind) -> None:
    for seed in range(first, first + STEP):
        site = random_site(seed, kind)
        calculate_all_charger_targets(site)
        given = {charger.charger_id: charger.target_current for charger in site.chargers}
        currents = {
            charger.charger_id: charger.min_current if charger.target_current else 0.0
            for charger in site.chargers
        }
        rising = [charger for charger in site.chargers if charger.target_current]
        while rising := [charger for charger in rising if can_rise_alone(site, charger, currents)]:
            gaps = [ceiling(site, charger) - currents[charger.charger_id] for charger in rising]
            step = min(*gaps, common_room(site, rising, currents), sun_room(site, rising, currents))
            for charger in rising:
                currents[charger.charger_id] += step
        assert given == pytest.approx(currents, abs=1e-5), seed


def can_rise_alone(
    site: SiteContext, charger: ChargerContext, currents: Mapping[str, float]
) -> bool:
    """Return whether a charger has not yet met its ceiling or a limit."""
    tiny = 1e-6
    return (
        ceiling(site, charger) - currents[charger.charger_id] > tiny
        and common_room(site, [charger], currents) > tiny
        and sun_room(site, [charger], currents) > tiny
    )
