"""Whatever is fed in: no NaN, no error, no target over the maximum, and the careful reading."""

import math
import random
from typing import Any

import pytest

from custom_components.loadstar.engine.distribution import calculate_all_charger_targets
from custom_components.loadstar.engine.models import (
    ChargerContext,
    ChargingMode,
    DistributionMode,
    SiteContext,
)
from tests.unit.distribution.random_sites import random_site

NAN, INF = math.nan, math.inf
BAD = (NAN, INF, -INF, -5.0, -1e300, 1e300, 0.0)
SITE_NUMBERS = [
    "voltage",
    "main_breaker_rating",
    "phase_a_consumption",
    "phase_b_consumption",
    "phase_c_consumption",
    "solar_production_total",
    "battery_soc",
    "battery_soc_min",
    "battery_soc_target",
    "battery_power",
    "battery_max_charge_power",
    "battery_max_discharge_power",
    "battery_commanded_power",
    "max_import_power",
    "excess_export_threshold",
    "planned_export_power",
    "inverter_max_power",
    "inverter_max_power_per_phase",
    "max_unbalance",
]
CHARGER_NUMBERS = ["min_current", "max_current", "planned_current", "ceiling"]


@pytest.mark.parametrize("first", range(0, 600, 100))
def test_no_number_breaks_a_target(first: int) -> None:
    for seed in range(first, first + 100):
        rng = random.Random(seed)
        site = random_site(seed)
        for name in rng.sample(SITE_NUMBERS, rng.randint(1, 6)):
            setattr(site, name, rng.choice(BAD))
        if rng.random() < 0.3:
            site.solar_production_phases = (rng.choice(BAD), rng.choice(BAD), 500.0)
        for charger in site.chargers:
            if rng.random() < 0.4:
                setattr(charger, rng.choice(CHARGER_NUMBERS), rng.choice(BAD))
            charger.phases = rng.choice((charger.phases, 0, -1, 7))
            charger.phase_rotation = rng.choice((charger.phase_rotation, "", "xyz", "cba", "AAA"))
        for circuit in site.circuits:
            circuit.limit = rng.choice((circuit.limit, *BAD))
            circuit.phase_a_consumption = rng.choice(BAD)
        site.num_phases = rng.choice((site.num_phases, 0, 2, 9))
        site.inverter_phases = rng.choice(("", "?", "ABC"))
        calculate_all_charger_targets(site)
        for charger in site.chargers:
            assert_sound(charger, seed)


def assert_sound(charger: ChargerContext, seed: int) -> None:
    target = charger.target_current
    assert math.isfinite(target), seed
    assert charger.reason is not None
    assert all(
        isinstance(value, str) or math.isfinite(value) for value in charger.reason.data.values()
    ), (seed, charger.reason)
    if target:
        assert charger.min_current <= target <= charger.max_current, seed
        assert charger.ceiling is None or target <= charger.ceiling, seed


def target(mode: ChargingMode = ChargingMode.STANDARD, **changes: Any) -> float:
    """Return the target of one charger on one phase: breaker 25, house 4, sun 10."""
    fields: dict[str, Any] = {
        "voltage": 230,
        "num_phases": 1,
        "main_breaker_rating": 25,
        "phase_a_consumption": 4,
        "solar_production_total": 2300,
        "charging_mode": mode,
        "chargers": [ChargerContext(charger_id="1", max_current=40)],
    }
    site = SiteContext(**fields | changes)
    calculate_all_charger_targets(site)
    return site.chargers[0].target_current


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, 31),
        ({"phase_a_consumption": NAN}, 10),  # a full phase, and the sun
        ({"phase_a_consumption": INF}, 10),
        ({"phase_a_consumption": -INF}, 10),
        ({"phase_a_consumption": None}, 10),
        ({"phase_a_consumption": -3}, 35),
        ({"solar_production_total": NAN}, 21),
        ({"solar_production_total": INF}, 21),
        ({"solar_production_total": -50}, 21),
        ({"main_breaker_rating": NAN}, 6),
        ({"main_breaker_rating": -1}, 6),
        ({"voltage": NAN}, 0),
        ({"voltage": 0}, 0),
        ({"voltage": -230}, 0),
        ({"voltage": 23_000}, 0),
        ({"max_import_power": NAN}, 6),
        ({"max_import_power": -100}, 6),
        ({"inverter_max_power": NAN}, 21),
        ({"battery_power": NAN, "battery_max_charge_power": 690}, 28),
        ({"battery_power": INF, "battery_max_charge_power": 690}, 28),
        ({"battery_power": -INF, "battery_max_charge_power": 690}, 28),
        ({"battery_power": NAN, "battery_max_charge_power": NAN}, 0),
        ({"battery_soc": NAN, "battery_max_discharge_power": 2300}, 31),
        ({"battery_soc": 90, "battery_max_discharge_power": 2300}, 40),
        ({"battery_soc": 90, "battery_soc_min": NAN, "battery_max_discharge_power": 2300}, 31),
        ({"battery_soc": 900, "battery_max_discharge_power": 2300}, 31),
    ],
)
def test_a_number_that_cannot_be_believed_is_read_with_care(
    changes: dict[str, Any], expected: float
) -> None:
    assert target(**changes) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("threshold", "expected"), [(NAN, 0), (INF, 0), (-100, 6), (0, 6), (1e300, 0)]
)
def test_an_export_threshold_that_is_no_number_is_never_reached(
    threshold: float, expected: float
) -> None:
    assert target(ChargingMode.EXCESS, excess_export_threshold=threshold) == expected


def test_a_soc_that_cannot_be_believed_lets_the_battery_go_first() -> None:
    assert target(ChargingMode.SOLAR, battery_soc=NAN, battery_max_charge_power=0) == 6
    assert target(ChargingMode.SOLAR, battery_soc=NAN, battery_max_charge_power=230) == 0
    assert target(ChargingMode.ECO, battery_soc=NAN) == 6
    assert target(ChargingMode.SOLAR, battery_soc=50, battery_max_charge_power=NAN) == 0


@pytest.mark.parametrize("mode", list(DistributionMode))
@pytest.mark.parametrize(
    "changes",
    [
        {"min_current": NAN},
        {"min_current": -1},
        {"max_current": NAN},
        {"max_current": INF},
        {"max_current": -1},
        {"max_current": 5},
        {"ceiling": NAN},
        {"ceiling": -1},
    ],
)
def test_a_charger_whose_own_limits_cannot_be_met_gets_nothing(
    mode: DistributionMode, changes: dict[str, float]
) -> None:
    charger = ChargerContext(charger_id="1")
    for name, value in changes.items():
        setattr(charger, name, value)
    other = ChargerContext(charger_id="2")
    site = SiteContext(
        voltage=230,
        num_phases=3,
        main_breaker_rating=20,
        distribution_mode=mode,
        chargers=[charger, other],
    )
    calculate_all_charger_targets(site)
    assert (charger.target_current, other.target_current) == (0, 16)
