"""A draw over the set-point, and a cut that is still on its way."""

import pytest

from custom_components.loadstar.engine.control import ControlSettings
from custom_components.loadstar.engine.control.overdraw import Overdraw

SETTINGS = ControlSettings()


def watched(
    told: dict[float, float],
    drawn: dict[float, float],
    until: float,
    accepted: float | None = None,
) -> Overdraw:
    """Return what has been watched: set-points and reports by their times."""
    overdraw, set_point = Overdraw(), 0.0
    for second in range(round(until) + 1):
        set_point = told.get(second, set_point)
        overdraw.tell(set_point, accepted, second, SETTINGS)
        if second in drawn:
            overdraw.report(drawn[second], SETTINGS)
    return overdraw


def reports(values: list[float], first: float, every: float = 10.0) -> dict[float, float]:
    return {first + index * every: value for index, value in enumerate(values)}


@pytest.mark.parametrize(
    ("told", "drawn", "until", "persists"),
    [
        pytest.param({0: 6.0}, reports([16.0] * 5, 5), 35, True, id="it ignores the limit"),
        pytest.param({0: 6.0}, reports([16.0] * 4, 5), 34, False, id="not for long enough"),
        pytest.param({0: 6.0}, reports([16.0, 16.0], 25), 90, False, id="two samples are too few"),
        pytest.param({0: 6.0}, reports([16.0] * 3, 25, 30), 90, True, id="slow reports"),
        pytest.param({0: 6.0}, reports([16.0] * 60, 1, 1), 29, False, id="quick reports wait"),
        pytest.param({0: 6.0}, reports([16.0] * 60, 1, 1), 30, True, id="and count"),
        pytest.param({0: 6.0}, reports([7.0] * 9, 5), 90, False, id="1 A is none"),
        pytest.param({0: 6.0}, reports([7.1] * 9, 5), 90, True, id="more is"),
        pytest.param(
            {0: 16.0, 40: 6.0},
            reports([16.0] * 7 + [6.0] * 2, 5),
            86,
            False,
            id="a slow car follows",
        ),
        pytest.param(
            {0: 6.0}, reports([16, 14, 12, 10, 8, 6.5], 25), 90, False, id="a draw that falls"
        ),
        pytest.param(
            {0: 16.0, 10: 14.0, 20: 12.0, 30: 10.0, 40: 8.0},
            reports([16, 16, 15, 13, 11, 9, 8], 5),
            76,
            False,
            id="one cut after the other",
        ),
        pytest.param(
            {0: 6.0}, reports([16, 16, 16, 6.0, 16, 16], 5), 56, False, id="obedience in between"
        ),
        pytest.param({0: 0.0}, reports([2.0] * 6, 5), 56, True, id="0 A is a limit as well"),
    ],
)
def test_what_persists(
    told: dict[float, float], drawn: dict[float, float], until: float, *, persists: bool
) -> None:
    overdraw = watched(told, drawn, until)
    assert overdraw.persists is persists


@pytest.mark.parametrize(("until", "persists"), [(60, False), (66, True)])
def test_a_set_point_that_is_not_taken_is_waited_for_a_minute(
    until: float, *, persists: bool
) -> None:
    overdraw = watched({0: 6.0}, reports([16.0] * 12, 5), until, accepted=16.0)
    assert overdraw.persists is persists


def test_rest_is_three_reports_of_next_to_nothing() -> None:
    assert not watched({0: 0.0}, reports([16.0, 0.4, 0.0], 5), 30).rests
    assert watched({0: 0.0}, reports([16.0, 0.4, 0.0, 1.0], 5), 40).rests
