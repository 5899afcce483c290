"""The benchmark of writes counts what a charger is sent, and nothing else."""

from loadstar_engine.models import ChargingMode
import pytest

from benchmarks.closed_loop.home import Home, Scenario
from benchmarks.closed_loop.keeper import Keeper, Writes


def held(*currents: float, life_s: float = 20.0) -> Writes:
    """Hold to one current a second."""
    keeper = Keeper(life_s)
    for now, current in enumerate(currents):
        keeper.hold(current, float(now))
    return keeper.writes


@pytest.mark.parametrize(
    ("currents", "writes"),
    [
        ([8.0], Writes(changes=1)),
        ([8.0, 8.0, 8.0], Writes(changes=1)),
        ([8.0, 9.0, 8.0], Writes(changes=3)),
        ([8.0] * 11, Writes(changes=1, renewals=1)),
        ([8.0] * 31, Writes(changes=1, renewals=3)),
        ([8.0, *[9.0] * 10], Writes(changes=2)),
        ([8.0, *[0.0] * 40], Writes(changes=2)),
        ([0.0] * 40, Writes()),
        ([0.0, 6.0], Writes(changes=1)),
    ],
)
def test_changes_and_renewals_are_counted_and_pauses_are_not(
    currents: list[float], writes: Writes
) -> None:
    assert held(*currents) == writes
    assert held(*currents).total == writes.changes + writes.renewals


def test_a_car_that_may_charge_is_written_twice_a_life() -> None:
    home = Home(
        Scenario(name="night", mode=ChargingMode.STANDARD, start_h=2.0, hours=0.5), 0, 120.0
    )
    home.live()
    assert home.charging_s > 1700
    assert home.keeper.writes.renewals == pytest.approx(30, abs=3)
    assert 1 <= home.keeper.writes.changes <= 3
