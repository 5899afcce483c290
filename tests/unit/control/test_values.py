"""What counts as a measured current, and the arithmetic on phases."""

import math

import pytest

from custom_components.loadstar.engine.control import PhaseReading
from custom_components.loadstar.engine.control.triples import (
    add,
    believable_draw,
    on_phases,
    over_phases,
    read_phases,
    scale,
    subtract,
)
from custom_components.loadstar.engine.models import PhaseTriple


@pytest.mark.parametrize(
    ("values", "phases", "expected"),
    [
        ((1.0, -2.0, 3.0), 3, (1.0, -2.0, 3.0)),
        ((1.0, None, None), 1, (1.0, 0.0, 0.0)),
        ((1.0, 2.0, None), 2, (1.0, 2.0, 0.0)),
        ((1.0, 2.0, None), 3, None),
        ((math.nan, 2.0, 3.0), 3, None),
        ((math.inf, 2.0, 3.0), 3, None),
        ((500.0, -500.0, 0.0), 3, (500.0, -500.0, 0.0)),
        ((500.1, 0.0, 0.0), 3, None),
        ((0.0, -500.1, 0.0), 3, None),
    ],
)
def test_a_grid_current_is_believed_up_to_500_a(
    values: tuple[float | None, float | None, float | None],
    phases: int,
    expected: PhaseTriple | None,
) -> None:
    assert read_phases(PhaseReading(values=values, at=0.0), phases) == expected


@pytest.mark.parametrize(
    ("currents", "expected"),
    [
        ((6.0, 6.1, 5.9), (6.0, 6.1, 5.9)),
        ((6.0, None, None), (6.0, 0.0, 0.0)),
        ((None, None, None), None),
        ((-0.3, 0.0, 0.0), (0.0, 0.0, 0.0)),
        ((-3.0, 6.0, 6.0), None),
        ((math.nan, 6.0, 6.0), None),
        ((900.0, 6.0, 6.0), None),
    ],
)
def test_a_charger_draws_and_never_feeds(
    currents: tuple[float | None, float | None, float | None], expected: PhaseTriple | None
) -> None:
    assert believable_draw(currents) == expected


def test_phases_are_added_apart() -> None:
    assert add((1.0, 2.0, 3.0), (1.0, 1.0, 1.0)) == (2.0, 3.0, 4.0)
    assert subtract((1.0, 2.0, 3.0), (1.0, 1.0, 1.0)) == (0.0, 1.0, 2.0)
    assert scale((1.0, 2.0, 3.0), 2.0) == (2.0, 4.0, 6.0)
    assert on_phases("CA", 5.0) == (5.0, 0.0, 5.0)
    assert over_phases((1.0, 2.0, 4.0), "CA") == 5.0
