"""What must hold for every site, in every mode."""

import copy
import math
import random

import pytest

from custom_components.loadstar.engine.distribution import calculate_all_charger_targets
from custom_components.loadstar.engine.models import (
    ChargerContext,
    ChargingMode,
    DistributionMode,
    Reason,
    ReasonCode,
    SiteContext,
)
from tests.unit.distribution import feeds, oracle
from tests.unit.distribution.random_sites import Kind, random_site

SITES = 1200
STEP = 200
TOLERANCE = 1e-6

type Result = dict[str, tuple[float, Reason | None]]

batches = pytest.mark.parametrize("first", range(0, SITES, STEP))


def solved(site: SiteContext) -> SiteContext:
    calculate_all_charger_targets(site)
    return site


def result(site: SiteContext) -> Result:
    return {
        charger.charger_id: (charger.target_current, charger.reason) for charger in site.chargers
    }


def currents_of(site: SiteContext) -> dict[str, float]:
    return {charger.charger_id: charger.target_current for charger in site.chargers}


def hard_draw(site: SiteContext) -> feeds.Draws:
    return oracle.sum_of(
        (charger.target_current, oracle.physical(site, charger)) for charger in site.chargers
    )


def sun_draw(site: SiteContext, *modes: ChargingMode, beyond_minimum: bool = False) -> feeds.Draws:
    """Return what awake chargers in some modes draw on the phases of their cars."""
    return oracle.sum_of(
        (
            charger.target_current - (charger.min_current if beyond_minimum else 0.0),
            oracle.active(site, charger),
        )
        for charger in site.chargers
        if oracle.mode_of(site, charger) in modes
        and charger.target_current
        and not charger.suspended
    )


def guaranteed_minimums(site: SiteContext) -> feeds.Draws:
    return oracle.sum_of(
        (charger.min_current, oracle.active(site, charger))
        for charger in site.chargers
        if charger.target_current
        and not charger.suspended
        and oracle.RANKS[oracle.mode_of(site, charger)] <= 1
    )


def added(one: feeds.Draws, other: feeds.Draws) -> feeds.Draws:
    return [a + b for a, b in zip(one, other, strict=True)]


@batches
def test_no_phase_is_given_more_than_breaker_and_inverter_have(first: int) -> None:
    for seed in range(first, first + STEP):
        site = solved(random_site(seed))
        feed = oracle.physical_feed(site)
        idle = feeds.shortfall(feed, [0.0, 0.0, 0.0])
        assert feeds.shortfall(feed, hard_draw(site)) <= idle + TOLERANCE, seed


@batches
def test_no_circuit_is_given_more_than_it_has(first: int) -> None:
    for seed in range(first, first + STEP):
        site = solved(random_site(seed))
        for circuit in site.circuits:
            left = oracle.circuit_room(site, circuit.circuit_id, currents_of(site))
            assert min(left) >= -TOLERANCE, seed


@batches
def test_the_import_limit_holds(first: int) -> None:
    for seed in range(first, first + STEP):
        site = solved(random_site(seed))
        if any(currents_of(site).values()):
            assert oracle.import_room(site, hard_draw(site)) >= -TOLERANCE, seed


@batches
def test_one_and_two_phase_chargers_keep_the_phases_near_each_other(first: int) -> None:
    for seed in range(first, first + STEP):
        site = solved(random_site(seed))
        if site.max_unbalance is not None and site.num_phases == 3:
            assert oracle.tilt(site, currents_of(site)) <= site.max_unbalance + TOLERANCE, seed


@batches
def test_a_target_is_zero_or_between_minimum_and_maximum_and_has_a_reason(first: int) -> None:
    for seed in range(first, first + STEP):
        for charger in solved(random_site(seed)).chargers:
            target = charger.target_current
            most = min(charger.max_current, charger.ceiling or math.inf)
            assert target == 0 or charger.min_current - TOLERANCE <= target <= most, seed
            assert charger.reason is not None
            assert all(
                isinstance(value, str) or math.isfinite(value)
                for value in charger.reason.data.values()
            ), seed


@batches
def test_solar_takes_what_the_sun_leaves_after_guaranteed_minimums(first: int) -> None:
    for seed in range(first, first + STEP):
        site = solved(random_site(seed))
        assert_served_by(
            oracle.solar_feed(site),
            guaranteed_minimums(site),
            sun_draw(site, ChargingMode.SOLAR),
            seed,
        )


@batches
def test_the_minimum_of_excess_is_covered_by_export(first: int) -> None:
    for seed in range(first, first + STEP):
        site = solved(random_site(seed))
        before = added(guaranteed_minimums(site), sun_draw(site, ChargingMode.SOLAR))
        assert_served_by(oracle.export_feed(site), before, excess_minimums(site), seed)


@batches
def test_excess_rises_no_further_than_the_export_over_the_threshold(first: int) -> None:
    for seed in range(first, first + STEP):
        site = solved(random_site(seed))
        feed = oracle.export_feed(site)
        beyond = feeds.total_left(feed) - site.excess_export_threshold / site.voltage
        minimums = excess_minimums(site)
        assert beyond > 0 or not any(minimums), seed
        before = added(guaranteed_minimums(site), sun_draw(site, ChargingMode.SOLAR))
        rise = sun_draw(site, ChargingMode.EXCESS, beyond_minimum=True)
        assert_served_by(feed, added(before, minimums), rise, seed, total=beyond)


def excess_minimums(site: SiteContext) -> feeds.Draws:
    return oracle.sum_of(
        (charger.min_current, oracle.active(site, charger))
        for charger in site.chargers
        if charger.target_current
        and not charger.suspended
        and oracle.mode_of(site, charger) is ChargingMode.EXCESS
    )


def assert_served_by(
    feed: feeds.Feed,
    before: feeds.Draws,
    drawn: feeds.Draws,
    seed: int,
    total: float = math.inf,
) -> None:
    """Hold that a feed serves ``drawn`` in full once it has served what comes before."""
    if any(drawn):
        rise = dict(enumerate(drawn))
        assert feeds.most_beyond(feed, before, rise, total=total) >= 1 - TOLERANCE, seed


@batches
def test_the_order_of_the_list_does_not_matter(first: int) -> None:
    for seed in range(first, first + STEP):
        site = random_site(seed)
        shuffled = copy.deepcopy(site)
        random.Random(seed).shuffle(shuffled.chargers)
        random.Random(seed).shuffle(shuffled.circuits)
        assert result(solved(shuffled)) == result(solved(site)), seed


@batches
def test_a_second_call_changes_nothing(first: int) -> None:
    for seed in range(first, first + STEP):
        site = solved(random_site(seed))
        before = result(site)
        assert result(solved(site)) == before, seed


SERVED_IN_ORDER = Kind(
    distribution_modes=(
        DistributionMode.PRIORITY,
        DistributionMode.STRICT,
        DistributionMode.OPTIMIZED,
    )
)


@batches
def test_more_supply_never_lowers_the_first_in_order(first: int) -> None:
    """Where the same chargers run.

    Shared has no first: a three-phase charger freed on another phase takes its equal part.
    """
    for seed in range(first, first + STEP):
        site = random_site(seed, SERVED_IN_ORDER)
        richer = copy.deepcopy(site)
        give_more(richer, random.Random(seed))
        solved(site)
        solved(richer)
        running = [charger.charger_id for charger in site.chargers if charger.target_current]
        if running == [charger.charger_id for charger in richer.chargers if charger.target_current]:
            for charger in oracle.in_order(site):
                if charger.target_current:
                    more = currents_of(richer)[charger.charger_id]
                    assert more >= charger.target_current - TOLERANCE, seed
                    break


def give_more(site: SiteContext, rng: random.Random) -> None:
    """Add to one kind of supply."""
    match rng.randint(0, 3):
        case 0:
            site.main_breaker_rating += 3
        case 1:
            site.phase_a_consumption = max(0.0, site.phase_a_consumption - 3)
        case 2:
            if site.max_import_power is not None:
                site.max_import_power += 1500
        case _:
            site.solar_production_total += 1500
            if site.solar_production_phases is not None:
                a, b, c = site.solar_production_phases
                site.solar_production_phases = (a + 500, b + 500, c + 500)


@batches
def test_the_limit_that_a_reason_names_has_nothing_left(first: int) -> None:
    """A charger that is held back by a cable could not have a tenth of an ampere more."""
    for seed in range(first, first + STEP):
        site = solved(random_site(seed))
        for charger in site.chargers:
            if charger.target_current and charger.reason is not None:
                assert_binding(site, charger, charger.reason, seed)


def assert_binding(site: SiteContext, charger: ChargerContext, reason: Reason, seed: int) -> None:
    currents = currents_of(site)
    code = str(reason.data.get("limited_by", reason.code))
    phases = ["ABC".index(name) for name in str(reason.data.get("phase", ""))]
    match code:
        case ReasonCode.LIMITED_BY_PHASE:
            rise = dict.fromkeys(phases, 1.0)
            feed = oracle.physical_feed(site)
            assert feeds.most_beyond(feed, hard_draw(site), rise) < 0.1, seed
        case ReasonCode.LIMITED_BY_CIRCUIT:
            left = oracle.circuit_room(site, str(reason.data["circuit"]), currents)
            assert left[phases[0]] < 0.1, seed
        case ReasonCode.LIMITED_BY_IMPORT:
            assert oracle.import_room(site, hard_draw(site)) < 0.1, seed
        case ReasonCode.SOLAR_SHARE if oracle.mode_of(site, charger) is ChargingMode.SOLAR:
            drawn = sun_draw(site, *ChargingMode)
            rise = dict.fromkeys(oracle.active(site, charger), 1.0)
            assert feeds.most_beyond(oracle.solar_feed(site), drawn, rise) < 0.1, seed
        case ReasonCode.FULL:
            assert charger.target_current == min(
                charger.max_current, charger.ceiling or math.inf
            ), seed
        case _:
            pass
