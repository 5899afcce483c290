"""Which site phases a car uses."""

import pytest

from custom_components.loadstar.engine.control import ControlSettings
from custom_components.loadstar.engine.control.clock import Tick
from custom_components.loadstar.engine.control.phases import (
    PhasesInUse,
    at_site,
    site_phases,
    wired_phases,
)
from custom_components.loadstar.engine.models import ChargerContext, PhaseTriple

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
