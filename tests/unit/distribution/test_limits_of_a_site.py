"""Circuits, import limit, unbalance and the neighbours that a charger shares with."""

import pytest

from custom_components.loadstar.engine.models import (
    ChargingMode,
    Circuit,
    ConnectorStatus,
    DistributionMode,
    Reason,
    ReasonCode,
)
from tests.unit.distribution.builders import HOUSE, SUN, charger, reason, site_of, targets


def test_the_import_limit_bounds_the_sum() -> None:
    site = site_of(charger(), **HOUSE, max_import_power=230 * 45)
    assert targets(site) == pytest.approx([9])
    assert reason(site) == Reason(
        ReasonCode.LIMITED_BY_IMPORT, {"import_limit_w": 230 * 45, "left": 9}
    )
    site.max_import_power = 230 * 30
    assert targets(site) == [0]
    assert reason(site).data["limited_by"] == "limited_by_import"


def test_a_circuit_that_is_full_leaves_the_rest_to_others() -> None:
    garage = Circuit(circuit_id="garage", limit=16, phase_b_consumption=3)
    site = site_of(
        charger("1", circuit="garage"),
        charger("2", priority=2),
        main_breaker_rating=40,
        circuits=[garage],
    )
    assert targets(site) == [13, 27]
    assert reason(site) == Reason(
        ReasonCode.LIMITED_BY_CIRCUIT,
        {"circuit": "garage", "limit": 16, "phase": "B", "left": 13},
    )


@pytest.mark.parametrize(
    ("circuits", "expected"),
    [
        # the outer circuit binds what the inner ones could
        ([("in", 16, "out"), ("other", 16, "out"), ("out", 20, None)], [14, 6]),
        ([("in", 10, "out"), ("other", 16, "out"), ("out", 20, None)], [10, 10]),
        # a parent that is not there sets no limit
        ([("in", 10, "nowhere"), ("other", 32, None)], [10, 15]),
        # a ring ends where it would begin again
        ([("in", 12, "other"), ("other", 18, "in")], [6, 6]),
        # of two with one name the lower counts
        ([("in", 16, None), ("in", 9, None), ("in", 12, None), ("other", 32, None)], [9, 16]),
        # a limit that is no number is none
        ([("in", float("nan"), None), ("other", 32, None)], [0, 25]),
        ([], [19, 6]),
    ],
)
def test_circuits_are_a_tree(
    circuits: list[tuple[str, float, str | None]], expected: list[float]
) -> None:
    site = site_of(
        charger("1", circuit="in", min_current=4),
        charger("2", circuit="other", priority=2),
        circuits=[Circuit(circuit_id=a, limit=b, parent=c) for a, b, c in circuits],
    )
    assert targets(site) == expected


@pytest.mark.parametrize(("own", "expected"), [(0, 9), (5, 9), (12, 4)])
def test_a_circuit_bears_what_its_own_meter_or_its_children_say(
    own: float, expected: float
) -> None:
    site = site_of(
        charger(circuit="in", min_current=4),
        circuits=[
            Circuit(circuit_id="out", limit=16, phase_c_consumption=own),
            Circuit(circuit_id="in", limit=32, parent="out", phase_c_consumption=4),
            Circuit(circuit_id="side", limit=32, parent="out", phase_c_consumption=3),
        ],
    )
    assert targets(site) == [expected]


def test_unbalance_bounds_one_and_two_phase_chargers() -> None:
    site = site_of(charger(phases=1), main_breaker_rating=40, max_unbalance=20)
    assert targets(site) == [20]
    assert reason(site) == Reason(
        ReasonCode.LIMITED_BY_UNBALANCE, {"limit": 20, "phase": "A", "left": 20}
    )
    site = site_of(charger(phases=2), main_breaker_rating=40, max_unbalance=20)
    assert targets(site) == [20]
    site = site_of(charger(phases=3), main_breaker_rating=40, max_unbalance=20)
    assert targets(site) == [32]


def test_a_later_charger_never_rises_to_let_an_earlier_one() -> None:
    chargers = [
        charger(name, phases=1, phase_rotation=name, priority=number)
        for number, name in enumerate("ABC")
    ]
    site = site_of(*chargers, main_breaker_rating=40, max_unbalance=16)
    # all start at 6, so the first may rise to 22; the others then have the same floor
    assert targets(site) == [22, 22, 32]
    site.distribution_mode = DistributionMode.SHARED
    assert targets(site) == [32, 32, 32]
    chargers[2].ceiling = 8
    assert targets(site) == [24, 24, 8]


def test_a_sleeping_car_may_wake_or_not_and_the_phases_stay_near_either_way() -> None:
    asleep = charger("1", phases=1, suspended=True)
    other = charger("2", phases=1, phase_rotation="B", priority=2)
    site = site_of(asleep, other, main_breaker_rating=40, max_unbalance=16)
    assert targets(site) == [6, 16]


def test_equal_steps_stop_at_the_own_limit_of_each() -> None:
    site = site_of(
        charger("1", max_current=9),
        charger("2", circuit="garage"),
        charger("3"),
        charger("4", phases=1, phase_rotation="C"),
        main_breaker_rating=40,
        distribution_mode=DistributionMode.SHARED,
        circuits=[Circuit(circuit_id="garage", limit=10)],
    )
    assert targets(site) == pytest.approx([9, 10, 10.5, 10.5])
    assert reason(site, 2) == Reason(
        ReasonCode.SHARED_WITH_OTHERS,
        {
            "limited_by": "limited_by_phase",
            "phase": "C",
            "left": 10.5,
            "available": 40,
            "others": 1,
        },
    )
    assert reason(site, 0).code is ReasonCode.FULL
    assert reason(site, 1).code is ReasonCode.LIMITED_BY_CIRCUIT


def test_in_equal_steps_guaranteed_current_outlives_the_sun() -> None:
    site = site_of(
        charger("1", charging_mode=ChargingMode.SOLAR, phases=1, phase_rotation="B"),
        charger("2", charging_mode=ChargingMode.STANDARD, phases=1, phase_rotation="A"),
        charger("3", charging_mode=ChargingMode.SOLAR, phases=1, phase_rotation="A"),
        distribution_mode=DistributionMode.SHARED,
        solar_production_total=230 * 3 * 16,
    )
    # on A both rise by 2 until the sun is gone, then the guaranteed one alone up to breaker + sun
    assert targets(site) == pytest.approx([16, 32, 8])


def test_strict_fills_the_first_before_the_next_starts() -> None:
    chargers = [charger(name, priority=number) for number, name in enumerate("123")]
    site = site_of(*chargers, main_breaker_rating=37, distribution_mode=DistributionMode.STRICT)
    assert targets(site) == [32, 0, 0]
    chargers[1].min_current = 4
    assert targets(site) == [32, 5, 0]


def test_a_sleeping_car_keeps_its_minimum_and_leaves_the_sun_to_others() -> None:
    site = site_of(
        charger("1", suspended=True, connector_status=ConnectorStatus.SUSPENDED_EV),
        charger("2", priority=2),
        **SUN,
        main_breaker_rating=8,
    )
    # 10 A of sun; of 8 + 10 A on each phase 6 are kept
    assert targets(site) == pytest.approx([6, 10])
    assert reason(site) == Reason(ReasonCode.CAR_ASLEEP, {"minimum": 6})
    site.chargers[1].charging_mode = ChargingMode.STANDARD
    assert targets(site) == pytest.approx([0, 18])  # the sun went to the guaranteed one first
    site.charging_mode = ChargingMode.ECO
    assert targets(site) == pytest.approx([6, 12])


@pytest.mark.parametrize(
    ("status", "start_wanted", "takes_part"),
    [
        (ConnectorStatus.AVAILABLE, True, False),
        (ConnectorStatus.PREPARING, True, True),
        (ConnectorStatus.PREPARING, False, False),
        (ConnectorStatus.CHARGING, False, True),
        (ConnectorStatus.SUSPENDED_EV, False, True),
        (ConnectorStatus.SUSPENDED_EVSE, False, True),
        (ConnectorStatus.FINISHING, True, False),
        (ConnectorStatus.RESERVED, True, False),
        (ConnectorStatus.UNAVAILABLE, True, False),
        (ConnectorStatus.FAULTED, True, False),
        (ConnectorStatus.UNKNOWN, True, False),
    ],
)
def test_who_takes_part(status: ConnectorStatus, *, start_wanted: bool, takes_part: bool) -> None:
    site = site_of(
        charger("1", connector_status=status, start_wanted=start_wanted, target_current=13),
        charger("2", priority=2),
    )
    assert targets(site) == ([19, 6] if takes_part else [0, 25])
    if not takes_part:
        assert reason(site) == Reason(ReasonCode.NOT_CONNECTED)


def test_a_site_without_chargers_is_fine() -> None:
    assert targets(site_of()) == []


def test_a_ceiling_below_the_minimum_stops_the_charger() -> None:
    site = site_of(charger(ceiling=5))
    assert targets(site) == [0]
    assert reason(site) == Reason(ReasonCode.NOT_ENOUGH_CURRENT, {"needed": 6, "left": 5})
