"""The test inside the real control cycle: its guards stay, and a lying meter is found out."""

from dataclasses import dataclass, replace
from typing import override

import pytest

from custom_components.loadstar.engine.commissioning import (
    ChargerPlan,
    CommissioningRun,
    FindingCode,
    Note,
    SitePlan,
    SiteReport,
    Verdict,
)
from custom_components.loadstar.engine.control import ControlResult, SiteReadings
from custom_components.loadstar.engine.models import ChargingMode
from custom_components.loadstar.engine.simulation import HouseState
from tests.unit.commissioning.bench import car
from tests.unit.control.plant import BREAKER, Home, Point

WARM_S = 150


@dataclass(kw_only=True)
class Commissioned(Home):
    """A home under control whose chargers are tested."""

    signs: tuple[float, float, float] = (1.0, 1.0, 1.0)
    entities: tuple[int, int, int] = (0, 1, 2)  # the true phase behind the meter's A, B, C

    @override
    def __post_init__(self) -> None:
        """Build the home; nothing is tested yet."""
        super().__post_init__()
        self.tester: CommissioningRun | None = None
        self._last: SiteReadings | None = None

    def commission(self) -> SiteReport:
        """Charge for a while, then test the first charger and return what was found."""
        self.run(WARM_S)
        self.tester = CommissioningRun(
            SitePlan(phases=3, voltage=230.0), [ChargerPlan(charger_id=self.points[0].charger_id)]
        )
        while not self.tester.is_over:
            self.run(2)
            assert self.now < 2000, self.tester.progress
        return self.tester.report()

    @override
    def readings(self, state: HouseState) -> SiteReadings:
        """Return what is measured by a meter that may be wired wrong, and what is ordered."""
        found = super().readings(state)
        a, b, c = (
            None if (value := found.grid.values[entity]) is None else sign * value
            for sign, entity in zip(self.signs, self.entities, strict=True)
        )
        self._last = replace(
            found,
            grid=replace(found.grid, values=(a, b, c)),
            ordered={} if self.tester is None else self.tester.ordered,
        )
        return self._last

    @override
    def _control(self, state: HouseState) -> ControlResult:
        result = super()._control(state)
        if self.tester is not None and self._last is not None:
            self.tester.observe(self._last, result)
        return result


@pytest.mark.parametrize("phases", [1, 3])
@pytest.mark.parametrize("mode", [ChargingMode.STANDARD, ChargingMode.ECO])
def test_a_home_as_configured_passes(phases: int, mode: ChargingMode) -> None:
    home = Commissioned(points=(Point(car=car(phases)),), mode=mode)
    assert home.commission().verdict is Verdict.PASSED


@pytest.mark.parametrize("noise_a", [0.0, 0.2])
@pytest.mark.parametrize(
    ("wrong", "phases", "code"),
    [
        ({"signs": (-1.0, -1.0, -1.0)}, 1, FindingCode.METER_INVERTED),
        ({"signs": (-1.0, -1.0, -1.0)}, 3, FindingCode.METER_INVERTED),
        ({"signs": (1.0, -1.0, 1.0)}, 3, FindingCode.PHASE_INVERTED),
        ({"entities": (1, 0, 2)}, 1, FindingCode.PHASE_ORDER),
        ({"entities": (2, 0, 1)}, 2, FindingCode.PHASE_ORDER),
    ],
)
def test_what_makes_control_doubt_the_meter_is_found_out(
    wrong: dict[str, tuple[float, float, float]], phases: int, code: FindingCode, noise_a: float
) -> None:
    home = Commissioned(
        points=(Point(car=car(phases)),),
        noise_a=noise_a,
        **wrong,  # type: ignore[arg-type]  # a table of fields
    )
    assert [finding.code for finding in home.commission().findings] == [code]


def test_another_charger_that_charges_is_held_and_disturbs_nobody() -> None:
    points = (Point(), Point(charger_id="carport", car=car(1)))
    assert Commissioned(points=points, base_load_w=(230.0,) * 3).commission().verdict is (
        Verdict.PASSED
    )


def test_no_phase_goes_over_its_breaker_for_a_test() -> None:
    home = Commissioned(base_load_w=(230.0 * 16, 920.0, 920.0))
    report = home.commission()
    assert (report.verdict, report.chargers[0].note) == (Verdict.INCONCLUSIVE, Note.NO_ROOM)
    assert max(row.grid[0] for row in home.rows[WARM_S:]) <= BREAKER
