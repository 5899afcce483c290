"""A charger's clock can be put forward and hurried."""

import pytest

from simulated_home.charger import Clock
from simulated_home.charger.clock import from_iso, to_iso


def test_it_follows_its_source_with_an_offset() -> None:
    source = iter((100.0, 100.0, 110.0))
    clock = Clock(lambda: next(source), offset_s=5.0)
    assert clock.now() == 105
    assert clock.now() == 115


def test_it_hurries_and_skips_without_a_jump_back() -> None:
    seconds = [0.0]
    clock = Clock(lambda: seconds[0])
    seconds[0] = 10.0
    clock.set_speed(20.0)
    assert clock.now() == 10
    seconds[0] = 11.0
    assert clock.now() == 30
    clock.skip(100.0)
    clock.set_speed(1.0)
    seconds[0] = 12.0
    assert clock.now() == 131


@pytest.mark.parametrize(
    "text", ["2027-01-15T08:00:00Z", "2027-01-15T09:00:00.000+01:00", "2027-01-15T08:00:00"]
)
def test_it_reads_times_with_and_without_a_zone(text: str) -> None:
    assert to_iso(from_iso(text)) == "2027-01-15T08:00:00.000Z"
