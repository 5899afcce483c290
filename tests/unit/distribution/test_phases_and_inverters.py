"""Which phases a car is counted on, and where the inverter's current goes."""

from typing import Any

import pytest

from custom_components.loadstar.engine.models import (
    ChargingMode,
    DistributionMode,
    Reason,
    ReasonCode,
)
from tests.unit.distribution.builders import HOUSE, SUN, charger, reason, site_of, targets

LEFT = {"A": 23, "B": 20, "C": 14}


@pytest.mark.parametrize(
    ("changes", "phase"),
    [
        ({"phases": 1}, "A"),
        ({"phases": 1, "phase_rotation": "BCA"}, "B"),
        ({"phases": 1, "phase_rotation": "C"}, "C"),
        ({"phases": 3, "phase_rotation": "B"}, "B"),
        ({"phases": 3, "car_phases": 1, "phase_rotation": "CAB"}, "C"),
        ({"phases": 3, "car_phases": 2}, "B"),
        ({"phases": 3, "car_phases": 2, "phase_rotation": "CAB"}, "C"),
        ({"phases": 1, "car_phases": 3}, "A"),
        ({"phases": 3}, "C"),
        ({"phases": 3, "car_phases": 3, "active_phases_mask": "A"}, "A"),
        ({"phases": 3, "active_phases_mask": "ba"}, "B"),
        ({"phases": 1, "active_phases_mask": "?"}, "A"),
        ({"phases": 1, "active_phases_mask": "A", "physical_phases_mask": "ABC"}, "C"),
        ({"phases": 1, "physical_phases_mask": ""}, "A"),
    ],
)
def test_the_fullest_phase_of_the_car_limits_it(changes: dict[str, Any], phase: str) -> None:
    site = site_of(charger(**changes), **HOUSE)
    assert targets(site) == [LEFT[phase]]
    assert reason(site) == Reason(
        ReasonCode.LIMITED_BY_PHASE,
        {"phase": phase, "left": LEFT[phase], "available": LEFT[phase]},
    )


def test_breakers_count_every_phase_of_a_charger_until_its_session_is_measured() -> None:
    """The sun is counted on the car's phases all the same."""
    site = site_of(
        charger(active_phases_mask="A", physical_phases_mask="ABC"),
        **HOUSE,
        solar_production_total=3 * 230 * 12,
        charging_mode=ChargingMode.SOLAR,
    )
    assert targets(site) == pytest.approx([10])
    site.phase_c_consumption = 30
    assert targets(site) == pytest.approx([7])  # of 25 and 12 less 30


def test_a_single_phase_site_knows_phase_a_alone() -> None:
    site = site_of(
        charger(phases=3, phase_rotation="BCA"),
        num_phases=1,
        phase_a_consumption=5,
        phase_b_consumption=99,
        solar_production_total=230 * 4,
        inverter_phases="C",
        max_unbalance=1,
    )
    assert targets(site) == pytest.approx([24])


def test_two_phases_of_a_two_phase_site() -> None:
    site = site_of(charger(phases=3), num_phases=2, phase_c_consumption=99)
    assert targets(site) == [25]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, [0, 10, 10]),
        ({"inverter_phases": "B"}, [0, 30, 0]),
        ({"inverter_phases": "BC"}, [0, 15, 15]),
        ({"inverter_max_power": 230 * 24}, [0, 8, 8]),
        ({"inverter_max_power_per_phase": 230 * 7}, [0, 7, 7]),
        ({"inverter_supports_asymmetric": True}, [20, 0, 0]),
        ({"inverter_supports_asymmetric": True, "inverter_max_power": 230 * 18}, [8, 0, 0]),
        (
            {"inverter_supports_asymmetric": True, "inverter_max_power_per_phase": 230 * 12},
            [0, 12, 8],
        ),
        ({"solar_production_phases": (230 * 18, 230 * 9, 230 * 3)}, [8, 9, 0]),
        (
            {
                "solar_production_phases": (230 * 18, 230 * 9, 230 * 3),
                "inverter_supports_asymmetric": True,
            },
            [8, 9, 0],
        ),
        ({"phase_netting": True}, [20, 0, 0]),
    ],
)
def test_the_inverter_decides_where_the_sun_goes(
    changes: dict[str, Any], expected: list[float]
) -> None:
    chargers = [charger(name, phases=1, phase_rotation=name) for name in "ABC"]
    site = site_of(
        *chargers,
        **SUN | changes,
        phase_a_consumption=10,
        distribution_mode=DistributionMode.STRICT,
    )
    assert targets(site) == pytest.approx(expected)


def test_an_inverter_with_measured_phases_moves_only_the_battery() -> None:
    site = site_of(
        charger(phases=1, phase_rotation="C"),
        solar_production_phases=(2300, 0, 230),
        inverter_supports_asymmetric=True,
        inverter_max_power_per_phase=230 * 5,
        battery_soc=90,
        battery_max_discharge_power=230 * 40,
        charging_mode=ChargingMode.SOLAR,
        inverter_max_power=230 * 30,
    )
    # 1 A of sun on C and up to 4 A of the battery are less than a minimum
    assert targets(site) == [0]
    site.inverter_max_power_per_phase = 230 * 10
    assert targets(site) == pytest.approx([10])


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, 15),
        ({"inverter_supports_asymmetric": True}, 0),  # any phase may have to bear 30 A
        ({"inverter_supports_asymmetric": True, "inverter_max_power_per_phase": 230 * 12}, 13),
        ({"inverter_phases": "BC"}, 10),
        ({"solar_production_phases": (0, 0, 0)}, 15),
        ({"solar_production_phases": (0, 0, 0), "inverter_supports_asymmetric": True}, 0),
    ],
)
def test_a_battery_that_charges_from_the_grid_loads_the_phases(
    changes: dict[str, Any], expected: float
) -> None:
    site = site_of(charger(), battery_soc=15, battery_power=230 * 30, **changes)
    assert targets(site) == pytest.approx([expected])


def test_a_phase_over_its_breaker_takes_nothing_from_the_others() -> None:
    chargers = [charger(name, phases=1, phase_rotation=name) for name in "AB"]
    site = site_of(*chargers, phase_a_consumption=40, phase_b_consumption=5)
    assert targets(site) == [0, 20]
    assert reason(site) == Reason(
        ReasonCode.NOT_ENOUGH_CURRENT,
        {"needed": 6, "limited_by": "limited_by_phase", "phase": "A", "left": 0, "available": 0},
    )


def test_netting_never_widens_a_breaker() -> None:
    site = site_of(charger(min_current=4), **SUN, phase_netting=True, main_breaker_rating=10)
    site.phase_a_consumption = 13
    assert targets(site) == pytest.approx([(30 - 13) / 3])
    site.phase_a_consumption = 17
    assert targets(site) == [0]  # the sum would leave 13 / 3, phase A has 20 less 17
