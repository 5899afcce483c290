"""A car that does not want to charge, and those that could use what is kept for it."""

from dataclasses import replace

import pytest

from custom_components.loadstar.engine.control import ControlSettings
from custom_components.loadstar.engine.control.suspended import Offer, Sleep, Suspended
from custom_components.loadstar.engine.models import ConnectorStatus, ReasonCode
from tests.unit.control.bench import Bench, charging, target

SETTINGS = ControlSettings()
MINUTE = 60.0
SLEEPS = ConnectorStatus.SUSPENDED_EV
PAUSED = ConnectorStatus.SUSPENDED_EVSE
CHARGES = ConnectorStatus.CHARGING


class Night:
    """A car that is offered something, in steps of 2 s."""

    def __init__(self) -> None:
        self.suspended = Suspended()
        self.time = 0.0

    def pass_by(
        self,
        seconds: float,
        *,
        status: ConnectorStatus = SLEEPS,
        drawn: float | None = 0.0,
        short: bool = False,
    ) -> Sleep:
        for _ in range(round(seconds / 2)):
            self.time += 2.0
            stands = self.suspended.sleep is not Sleep.YIELDING
            offer = Offer(stands=stands, status=status, drawn=drawn, others_short=short)
            self.suspended.observe(offer, self.time, SETTINGS)
        return self.suspended.sleep


def yielding() -> Night:
    night = Night()
    assert night.pass_by(MINUTE) is Sleep.AWAKE
    assert night.pass_by(2) is Sleep.ASLEEP
    assert night.pass_by(29 * MINUTE, short=True) is Sleep.ASLEEP
    assert night.pass_by(2 * MINUTE, short=True, status=SLEEPS) is Sleep.YIELDING
    return night


def test_it_is_kept_its_minimum_for_half_an_hour() -> None:
    yielding()


def test_it_is_kept_its_minimum_without_end_where_nobody_is_short() -> None:
    night = Night()
    assert night.pass_by(6 * 3600) is Sleep.ASLEEP


def test_every_half_hour_it_is_probed_for_a_minute() -> None:
    night = yielding()
    assert night.pass_by(28 * MINUTE, status=PAUSED) is Sleep.YIELDING
    for _ in range(3):
        night.pass_by(2 * MINUTE, status=PAUSED, short=True)
        assert night.suspended.sleep in {Sleep.PROBED, Sleep.YIELDING}
        assert night.pass_by(28 * MINUTE, status=PAUSED, short=True) is Sleep.YIELDING


def test_it_keeps_its_minimum_after_a_probe_where_nobody_is_short_any_more() -> None:
    night = yielding()
    night.pass_by(29 * MINUTE, status=PAUSED)
    assert night.pass_by(3 * MINUTE) is Sleep.ASLEEP


@pytest.mark.parametrize(
    ("status", "drawn", "awake"),
    [(CHARGES, 6.0, True), (CHARGES, None, True), (CHARGES, 0.0, False), (SLEEPS, None, False)],
)
def test_a_probe_wakes_a_car_that_draws(
    status: ConnectorStatus, drawn: float | None, *, awake: bool
) -> None:
    night = yielding()
    night.pass_by(29 * MINUTE, status=PAUSED)
    while night.suspended.sleep is Sleep.YIELDING:
        night.pass_by(2, status=PAUSED)
    night.pass_by(4, status=status, drawn=drawn)
    assert (night.suspended.sleep is Sleep.AWAKE) is awake


def test_a_car_that_draws_while_it_is_told_nothing_is_awake() -> None:
    assert yielding().pass_by(2, status=CHARGES, drawn=6.0) is Sleep.AWAKE


class TestBesideOthers:
    """One car sleeps behind a breaker that is too small for both."""

    def home(self, **contexts: dict[str, object]) -> Bench:
        sleeper = charging("sleeper", status=SLEEPS, currents=(0.0,) * 3, accepted_current=6.0)
        bench = Bench(
            chargers=[sleeper, charging("other", accepted_current=6.0, currents=(6.0,) * 3)],
            contexts={"sleeper": {"priority": 0}, "other": {}} | contexts,
        )
        self.wakes = False
        return bench

    def live(self, bench: Bench, seconds: float, household: float = 8.0) -> dict[str, float]:
        """Live on, the sleeper's status following what it is told."""
        current: dict[str, float] = {}
        for _ in range(round(seconds / 2)):
            result = bench.live(2, household, self.draw)
            current = {it.charger_id: it.current for it in result.targets}
            status = SLEEPS if current["sleeper"] > 0 else PAUSED
            bench.chargers[0] = replace(bench.chargers[0], status=status)
        return current

    def draw(self, charger_id: str, set_point: float) -> float:
        return set_point if self.wakes or charger_id == "other" else 0.0

    def test_the_other_gets_what_the_sleeper_does_not_take(self) -> None:
        bench = self.home()
        assert self.live(bench, 25 * MINUTE) == {"sleeper": 6.0, "other": 10.0}
        assert self.live(bench, 10 * MINUTE) == {"sleeper": 0.0, "other": 16.0}
        reason = target(bench.step(), "sleeper").reason
        assert reason.code is ReasonCode.CAR_ASLEEP
        assert 0.0 < float(reason.data["seconds"]) <= 30 * MINUTE

    def test_the_sleeper_is_offered_its_minimum_again_and_wakes(self) -> None:
        bench = self.home()
        self.live(bench, 35 * MINUTE)
        offered = [self.live(bench, 10)["sleeper"] for _ in range(6 * 30)]
        assert 5 <= sum(current == 6.0 for current in offered) <= 9  # for a minute
        self.live(bench, 26 * MINUTE)
        self.wakes = True
        assert self.live(bench, 6 * MINUTE)["sleeper"] > 6.0

    def test_nobody_short_means_that_it_keeps_its_minimum(self) -> None:
        bench = self.home(other={"max_current": 10.0})
        assert self.live(bench, 60 * MINUTE) == {"sleeper": 6.0, "other": 10.0}

    def test_one_that_is_short_on_other_wires_does_not_wake_it(self) -> None:
        bench = self.home(
            sleeper={"phases": 1, "phase_rotation": "A", "priority": 0},
            other={"phases": 1, "phase_rotation": "B"},
        )
        bench.chargers[1] = replace(bench.chargers[1], currents=(6.0, 0.0, 0.0))
        for _ in range(round(40 * MINUTE / 2)):
            bench.report()
            bench.grid = (8.0, 18.0, 8.0)
            result = bench.step()
        assert target(result, "sleeper").current == 6.0

    def test_one_that_is_short_behind_its_own_circuit_does_not_wake_it(self) -> None:
        bench = self.home(sleeper={"priority": 0}, other={"circuit": "shed"})
        bench.circuits = [{"circuit_id": "shed", "limit": 8.5}]
        assert self.live(bench, 60 * MINUTE) == {"sleeper": 6.0, "other": 8.0}
