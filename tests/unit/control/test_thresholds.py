"""SoC thresholds: on 3 % above, off below."""

import pytest

from custom_components.loadstar.engine.control.thresholds import SocThreshold


@pytest.mark.parametrize(
    ("socs", "threshold", "above"),
    [
        ([81.0], 80.0, True),
        ([80.0], 80.0, True),
        ([79.0], 80.0, False),
        ([79.0, 80.0, 82.9], 80.0, False),
        ([79.0, 83.0], 80.0, True),
        ([79.0, 83.0, 80.5, 80.0], 80.0, True),
        ([83.0, 79.9, 80.1], 80.0, False),
        ([97.0, 99.9], 98.0, False),
        ([97.0, 100.0], 98.0, True),
        ([90.0, 100.0], 100.0, True),  # a full battery takes nothing more
    ],
)
def test_it_holds_within_the_hysteresis(
    socs: list[float], threshold: float, *, above: bool
) -> None:
    guard = SocThreshold()
    for soc in socs:
        effective = guard.effective(soc, threshold, 3.0)
    assert (socs[-1] >= effective) is above


def test_another_threshold_counts_at_once() -> None:
    guard = SocThreshold()
    guard.effective(50.0, 20.0, 3.0)
    assert guard.effective(50.0, 60.0, 3.0) == 60.0
    assert guard.effective(50.0, 47.0, 3.0) == 47.0
