"""Small differences and the charger's steps."""

from hypothesis import given
from hypothesis import strategies as st
import pytest

from custom_components.loadstar.engine.control import ControlSettings
from custom_components.loadstar.engine.control.deadband import round_down, round_up, settle

SETTINGS = ControlSettings()


@pytest.mark.parametrize(
    ("current", "step", "down", "up"),
    [
        (6.0, 1.0, 6.0, 6.0),
        (6.99, 1.0, 6.0, 7.0),
        (6.3, 0.1, 6.3, 6.3),
        (0.3 * 3 * 10, 0.1, 9.0, 9.0),
        (15.9999999, 1.0, 16.0, 16.0),
    ],
)
def test_steps_are_exact(current: float, step: float, down: float, up: float) -> None:
    assert (round_down(current, step), round_up(current, step)) == (down, up)


@pytest.mark.parametrize(
    ("wanted", "now", "step", "expected"),
    [
        (10.0, 10.0, 1.0, 10.0),
        (9.51, 10.0, 1.0, 10.0),
        (9.5, 10.0, 1.0, 9.0),
        (9.4, 10.0, 0.1, 9.4),
        (9.6, 10.0, 0.1, 10.0),
        (11.1, 10.0, 1.0, 10.0),
        (11.2, 10.0, 1.0, 11.0),
        (10.6, 10.0, 0.1, 10.0),
        (10.71, 10.0, 0.1, 10.5),
        (16.0, 15.0, 1.0, 16.0),
        (16.0, 15.7, 0.1, 16.0),  # at the top nothing flickers
        (8.9, 10.0, 1.0, 8.0),
    ],
)
def test_only_what_is_worth_it_changes_the_set_point(
    wanted: float, now: float, step: float, expected: float
) -> None:
    assert settle(wanted, now, step, 16.0, SETTINGS) == expected


@given(
    share=st.floats(6.5, 15.5),
    noise=st.lists(st.floats(-0.3, 0.3), min_size=10, max_size=40),
    step=st.sampled_from([1.0, 0.1]),
)
def test_noise_never_turns_a_set_point_back(share: float, noise: list[float], step: float) -> None:
    now, changes = round_down(share, step), []
    for error in noise:
        new = settle(share + error, now, step, 16.0, SETTINGS)
        if new != now:
            changes.append(new > now)
        now = new
    assert len(set(changes)) <= 1


@given(wanted=st.floats(0, 16), now=st.floats(6, 16), step=st.sampled_from([1.0, 0.1]))
def test_it_never_rises_above_the_share(wanted: float, now: float, step: float) -> None:
    now = round_down(now, step)
    assert settle(wanted, now, step, 16.0, SETTINGS) <= max(now, wanted + 1e-5)
