"""Which site phases a car uses."""

from dataclasses import replace

import pytest

from custom_components.loadstar.engine.control import ChargerReading, ControlSettings
from custom_components.loadstar.engine.control.clock import Tick
from custom_components.loadstar.engine.control.phases import (
    PhasesInUse,
    at_site,
    site_phases,
    wired_phases,
)
from custom_components.loadstar.engine.models import (
    ChargerContext,
    ConnectorStatus,
    PhaseTriple,
)
from tests.unit.control.bench import Bench, charging, target

SETTINGS = ControlSettings()


def seen(draw: PhaseTriple, seconds: int) -> PhasesInUse:
    phases = PhasesInUse()
    for second in range(seconds // 2):
        phases.observe(draw, Tick(2.0 * second, 2.0, jumped=False), SETTINGS)
    return phases


@pytest.mark.parametrize(
    ("rotation", "phases", "num_phases", "expected"),
    [
        ("ABC", 3, 3, "ABC"),
        ("BCA", 3, 3, "BCA"),
        ("BCA", 1, 3, "B"),
        ("C", 1, 3, "C"),
        ("BCA", 3, 1, "A"),
        ("B", 1, 1, "A"),  # a site has but the phases that it has
        ("ABC", 3, 2, "AB"),
    ],
)
def test_wired_phases_follow_the_rotation(
    rotation: str, phases: int, num_phases: int, expected: str
) -> None:
    charger = ChargerContext(charger_id="x", phase_rotation=rotation, phases=phases)
    assert wired_phases(charger, site_phases(num_phases)) == expected


def test_terminals_are_read_as_site_phases() -> None:
    charger = ChargerContext(charger_id="x", phase_rotation="BCA")
    assert at_site(charger, (1.0, 2.0, 3.0)) == (3.0, 1.0, 2.0)
    alone = ChargerContext(charger_id="x", phase_rotation="C", phases=1)
    assert at_site(alone, (7.0, 0.0, 0.0)) == (0.0, 0.0, 7.0)


@pytest.mark.parametrize(
    ("draw", "seconds", "active", "physical"),
    [
        ((0.0, 0.0, 0.0), 60, "ABC", "ABC"),
        ((0.0, 9.0, 0.0), 8, "ABC", "ABC"),
        ((0.0, 9.0, 0.0), 10, "B", "ABC"),
        ((0.0, 9.0, 0.0), 28, "B", "ABC"),
        ((0.0, 9.0, 0.0), 30, "B", "B"),
        ((9.0, 9.0, 0.9), 30, "AB", "AB"),
    ],
)
def test_a_session_shows_its_phases_after_ten_and_proves_them_after_thirty_seconds(
    draw: PhaseTriple, seconds: int, active: str, physical: str
) -> None:
    charger = ChargerContext(charger_id="x", phase_rotation="BCA")
    phases = seen(draw, seconds)
    assert phases.active(charger, "BCA") == active
    assert phases.physical(charger, "BCA", SETTINGS) == physical


def test_until_then_the_configured_car_counts() -> None:
    charger = ChargerContext(charger_id="x", phase_rotation="BCA", car_phases=1)
    assert PhasesInUse().active(charger, "BCA") == "B"
    assert PhasesInUse().physical(charger, "BCA", SETTINGS) == "ABC"


def drawing(a: float, b: float, c: float) -> ChargerReading:
    return charging(currents=(a, b, c), accepted_current=10.0)


def test_a_car_that_takes_a_second_phase_later_is_counted_on_it() -> None:
    bench = Bench(chargers=[drawing(10.0, 0.0, 0.0)], grid=(14.0, 4.0, 4.0))
    bench.contexts = {"garage": {"max_current": 10.0}}
    assert bench.run(60).masks["garage"] == "A"
    bench.chargers = [drawing(10.0, 10.0, 0.0)]
    bench.grid = (14.0, 14.0, 4.0)
    assert bench.run(6).masks["garage"] == "A"
    assert bench.run(20).masks["garage"] == "AB"


def test_the_next_car_is_counted_on_all_phases_again() -> None:
    bench = Bench(chargers=[drawing(10.0, 0.0, 0.0)], grid=(14.0, 4.0, 4.0))
    assert bench.run(60).masks["garage"] == "A"
    bench.chargers = [
        replace(
            bench.chargers[0],
            status=ConnectorStatus.AVAILABLE,
            session=None,
            currents=(0.0, 0.0, 0.0),
        )
    ]
    assert bench.run(10).masks["garage"] == "ABC"


def test_until_it_is_measured_a_car_has_room_on_all_phases() -> None:
    # 20 A on B leave nothing; the car would use A alone
    bench = Bench(
        chargers=[charging(currents=(0.0, 0.0, 0.0), accepted_current=0.0)],
        contexts={"garage": {"car_phases": 1}},
        grid=(4.0, 20.0, 4.0),
    )
    assert target(bench.run(120)).current == 0.0


@pytest.mark.parametrize(
    ("measured_at", "currents"),
    [
        pytest.param(None, (None, None, None), id="never measured"),
        pytest.param(1020.0, (3.0, 3.0, 3.0), id="not any more"),
    ],
)
def test_a_charger_whose_values_stop_counts_at_its_set_point(
    measured_at: float | None, currents: tuple[float | None, float | None, float | None]
) -> None:
    silent = charging("silent", accepted_current=10.0, currents=(3.0,) * 3)
    bench = Bench(
        chargers=[charging(currents=(6.0, 6.0, 6.0), accepted_current=6.0), silent],
        contexts={"silent": {"max_current": 10.0, "priority": 0}, "garage": {"max_current": 6.0}},
        grid=(13.0, 13.0, 13.0),
    )
    bench.run(30)
    bench.contexts["garage"] = {}
    for _ in range(100):
        bench.report()
        bench.chargers[1] = replace(silent, measured_at=measured_at, currents=currents)
        result = bench.step()
    # 24 less 4 of the household's and 10 of the other's, and a step's hysteresis
    assert target(result).current == 9.0
    assert target(result, "silent").current == 10.0


def test_a_household_that_changes_beside_a_charger_that_never_measures_is_seen() -> None:
    blind = charging(accepted_current=6.0, measured_at=None, currents=(None, None, None))
    bench = Bench(chargers=[blind], contexts={"garage": {"max_current": 6.0}})
    bench.grid = (10.0, 10.0, 10.0)
    assert bench.run(20).household_a == pytest.approx((4.0, 4.0, 4.0))
    bench.grid = (14.0, 14.0, 14.0)
    assert bench.run(20).household_a == pytest.approx((8.0, 8.0, 8.0))
    bench.grid = (7.0, 7.0, 7.0)
    assert bench.run(20).household_a == pytest.approx((7.0, 7.0, 7.0))
