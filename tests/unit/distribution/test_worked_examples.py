"""The worked examples of the design, figure by figure."""

import pytest

from custom_components.loadstar.engine.distribution import calculate_all_charger_targets
from custom_components.loadstar.engine.models import (
    ChargerContext,
    ChargingMode,
    DistributionMode,
    SiteContext,
)


def targets(site: SiteContext) -> list[float]:
    calculate_all_charger_targets(site)
    return [charger.target_current for charger in site.chargers]


def test_1_three_chargers_share_breaker_sun_and_battery_by_priority() -> None:
    site = SiteContext(
        voltage=230,
        num_phases=3,
        main_breaker_rating=25,
        phase_a_consumption=4,
        phase_b_consumption=4,
        phase_c_consumption=4,
        solar_production_total=4140,
        battery_soc=80,
        battery_soc_target=80,
        battery_max_discharge_power=4140,
        chargers=[
            ChargerContext(charger_id="1", priority=1),
            ChargerContext(charger_id="2", priority=2),
            ChargerContext(charger_id="3", priority=3, max_current=8),
        ],
    )
    assert targets(site) == pytest.approx([16, 11, 6])


@pytest.mark.parametrize(
    ("distribution_mode", "expected"),
    [(DistributionMode.PRIORITY, [16, 11]), (DistributionMode.SHARED, [13.5, 13.5])],
)
def test_2_two_chargers_share_the_sun_of_one_phase(
    distribution_mode: DistributionMode, expected: list[float]
) -> None:
    site = SiteContext(
        voltage=230,
        num_phases=1,
        main_breaker_rating=40,
        phase_a_consumption=4,
        solar_production_total=7130,
        charging_mode=ChargingMode.SOLAR,
        distribution_mode=distribution_mode,
        chargers=[
            ChargerContext(charger_id="1", phases=1, priority=1),
            ChargerContext(charger_id="2", phases=1, priority=2),
        ],
    )
    assert targets(site) == pytest.approx(expected)


@pytest.mark.parametrize(("asymmetric", "expected"), [(False, 7), (True, 8)])
def test_3_the_inverter_decides_whether_the_fullest_phase_limits_the_sun(
    *,
    asymmetric: bool,
    expected: float,
) -> None:
    site = SiteContext(
        voltage=230,
        num_phases=3,
        main_breaker_rating=25,
        phase_a_consumption=2,
        phase_b_consumption=3,
        phase_c_consumption=1,
        solar_production_total=6900,
        inverter_supports_asymmetric=asymmetric,
        charging_mode=ChargingMode.SOLAR,
        chargers=[ChargerContext(charger_id="1")],
    )
    assert targets(site) == pytest.approx([expected])


@pytest.mark.parametrize(("asymmetric", "expected"), [(True, [8, 6]), (False, [10, 0])])
def test_4_a_single_phase_car_beside_a_three_phase_car(
    *,
    asymmetric: bool,
    expected: list[float],
) -> None:
    site = SiteContext(
        voltage=230,
        num_phases=3,
        main_breaker_rating=25,
        phase_a_consumption=1,
        phase_b_consumption=1,
        phase_c_consumption=1,
        solar_production_total=7590,
        inverter_supports_asymmetric=asymmetric,
        charging_mode=ChargingMode.SOLAR,
        chargers=[
            ChargerContext(charger_id="1", priority=1),
            ChargerContext(charger_id="2", priority=2, phases=1),
        ],
    )
    assert targets(site) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("threshold", "expected"), [(9000, 5310 / 230 / 3), (13_000, 6), (15_000, 0)]
)
def test_5_excess_waits_for_export_above_the_threshold(threshold: float, expected: float) -> None:
    site = SiteContext(
        voltage=230,
        num_phases=3,
        main_breaker_rating=25,
        phase_a_consumption=1,
        phase_b_consumption=1,
        phase_c_consumption=1,
        solar_production_total=15_000,
        excess_export_threshold=threshold,
        charging_mode=ChargingMode.EXCESS,
        chargers=[ChargerContext(charger_id="1")],
    )
    assert targets(site) == pytest.approx([expected])


@pytest.mark.parametrize(
    ("charging_mode", "expected"), [(ChargingMode.ECO, 6), (ChargingMode.SOLAR, 0)]
)
def test_6_below_its_minimum_the_battery_goes_first(
    charging_mode: ChargingMode, expected: float
) -> None:
    site = SiteContext(
        voltage=230,
        num_phases=3,
        main_breaker_rating=25,
        solar_production_total=9000,
        battery_soc=15,
        battery_soc_min=20,
        charging_mode=charging_mode,
        chargers=[ChargerContext(charger_id="1")],
    )
    assert targets(site) == pytest.approx([expected])


def test_7_a_solar_charger_keeps_its_minimum_beside_a_standard_one() -> None:
    site = SiteContext(
        voltage=230,
        num_phases=3,
        main_breaker_rating=25,
        phase_a_consumption=2,
        phase_b_consumption=2,
        phase_c_consumption=2,
        solar_production_total=14 * 3 * 230,
        chargers=[
            ChargerContext(charger_id="1", priority=1, charging_mode=ChargingMode.SOLAR),
            ChargerContext(charger_id="2", priority=2, charging_mode=ChargingMode.STANDARD),
        ],
    )
    assert targets(site) == pytest.approx([6, 16])
