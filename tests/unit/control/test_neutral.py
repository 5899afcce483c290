"""The neutral."""

from hypothesis import given
from hypothesis import strategies as st
import pytest

from custom_components.loadstar.engine.control.neutral import highest_on, neutral_current
from custom_components.loadstar.engine.models import (
    ConnectorStatus,
    PhaseTriple,
    Reason,
    ReasonCode,
)
from tests.unit.control.bench import Bench, charging, target

amperes = st.floats(-60, 60)


@pytest.mark.parametrize(
    ("currents", "expected"),
    [
        ((16.0, 16.0, 16.0), 0.0),
        ((16.0, 0.0, 0.0), 16.0),
        ((16.0, 16.0, 0.0), 16.0),
        ((20.0, -10.0, -10.0), 30.0),
    ],
)
def test_its_current_follows_from_the_phases(currents: PhaseTriple, expected: float) -> None:
    assert neutral_current(currents) == pytest.approx(expected)


@given(st.tuples(amperes, amperes, amperes), st.floats(0, 40), st.sampled_from("ABC"))
def test_the_highest_current_of_a_phase_stands_at_the_limit_or_nearest_to_it(
    currents: PhaseTriple, limit: float, phase: str
) -> None:
    index = "ABC".index(phase)

    def neutral_with(current: float) -> float:
        a, b, c = (current if i == index else currents[i] for i in range(3))
        return neutral_current((a, b, c))

    highest = highest_on(phase, currents, limit)
    lowest_possible = neutral_with(sum(currents[i] for i in range(3) if i != index) / 2)
    assert neutral_with(highest) == pytest.approx(max(limit, lowest_possible), abs=1e-5)
    assert neutral_with(highest + 1.0) > neutral_with(highest)


def test_a_start_that_the_neutral_does_not_bear_says_so() -> None:
    waiting = charging(status=ConnectorStatus.PREPARING, session=None, currents=(0.0, 0.0, 0.0))
    bench = Bench(
        chargers=[waiting],
        contexts={"garage": {"phases": 1, "phase_rotation": "A"}},
        grid=(0.0, -22.0, -22.0),
    )
    held = target(bench.run(90))
    assert (held.current, held.reason) == (
        0.0,
        Reason(ReasonCode.NEUTRAL, {"target": 16.0, "left": 2.0}),
    )
    bench.grid = (0.0, -12.0, -12.0)
    assert target(bench.run(10)).reason.code is not ReasonCode.NEUTRAL
