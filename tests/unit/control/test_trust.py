"""A grid meter that does not show what the chargers do."""

from collections.abc import Callable

import pytest

from custom_components.loadstar.engine.control import MeterState
from custom_components.loadstar.engine.control.own_step import Evidence, Look, OwnStep
from custom_components.loadstar.engine.models import ChargingMode, ReasonCode, SiteContext
from custom_components.loadstar.engine.simulation import (
    FAMILY_HOME,
    BatteryConfig,
    CarConfig,
    PvConfig,
    StepLoad,
)
from tests.unit.control.bench import Bench, charging, target
from tests.unit.control.plant import Home, Point, Row, Triple

BIG = CarConfig(capacity_kwh=1000.0)
CAR = Point(car=BIG)
ON_B = Point(car=CarConfig(capacity_kwh=1000.0, phases=1), phases=1, rotation="B")

type Meter = Callable[[Triple, float], Triple]


def frozen_between(first: float, last: float, phases: str = "ABC") -> Meter:
    kept: list[Triple] = []

    def show(grid: Triple, now: float) -> Triple:
        if not first <= now < last:
            return grid
        kept.append(grid)
        a, b, c = (
            kept[0][index] if phase in phases else grid[index] for index, phase in enumerate("ABC")
        )
        return (a, b, c)

    return show


def wrong_sign(grid: Triple, _: float) -> Triple:
    a, b, c = grid
    return (-a, -b, -c)


def wrong_order(grid: Triple, _: float) -> Triple:
    a, b, c = grid
    return (b, c, a)


def alarms(rows: list[Row]) -> list[float]:
    """Return the times at which a meter fell into doubt."""
    states = [(row.time, row.result.frozen) for row in rows if row.result]
    before = [False, *(frozen for _, frozen in states)]
    return [time for (time, now), was in zip(states, before, strict=False) if now and not was]


@pytest.mark.parametrize(
    ("point", "meter"),
    [
        pytest.param(CAR, frozen_between(30, 9999), id="frozen"),
        pytest.param(CAR, frozen_between(30, 9999, "B"), id="frozen on one phase"),
        pytest.param(CAR, lambda grid, _: (grid[0], 0.0, grid[2]), id="a dead sensor"),
        pytest.param(CAR, wrong_sign, id="the wrong sign"),
        pytest.param(ON_B, wrong_order, id="the wrong phase"),
        pytest.param(CAR, lambda *_: (3.0, 3.0, 3.0), id="another house"),
    ],
)
def test_a_meter_that_hides_a_step_is_not_believed(point: Point, meter: Meter) -> None:
    home = Home(points=(point,), meter=meter, noise_a=0.1)
    rows = home.run(300)
    raised = next(row.time for row in rows if row.set_points["garage"] > 6.0)
    assert alarms(rows) == [pytest.approx(raised + 33, abs=12)]
    last = rows[-1]
    assert last.set_points["garage"] == 6.0
    assert last.result is not None
    assert last.result.grid_state is MeterState.STALE
    assert target(last.result).reason.code is ReasonCode.METER_STALE


def test_a_frozen_meter_is_believed_again_once_it_moves() -> None:
    home = Home(points=(CAR,), meter=frozen_between(30, 400), noise_a=0.1)
    rows = home.run(500)
    assert rows[398].set_points["garage"] == 6.0
    assert rows[-1].set_points["garage"] == 16.0
    assert len(alarms(rows)) == 1


def test_a_meter_that_goes_on_denying_is_tried_again_ever_more_seldom() -> None:
    home = Home(points=(ON_B,), meter=wrong_order, noise_a=0.1)
    first, second, *_ = alarms(home.run(5400))
    assert second - first == pytest.approx(2 * 900 + 60, abs=90)


def test_of_a_slow_meter_one_denial_is_no_proof() -> None:
    load = StepLoad(name="sauna", phases="C", on_power_w=6000.0, start_s=600.0, end_s=9999.0)
    home = Home(points=(ON_B,), meter=wrong_order, noise_a=0.1, loads=(load,), grid_period_s=20)
    rows = home.run(900)
    assert rows[598].set_points["garage"] == 16.0
    (alarm,) = alarms(rows)
    assert 630.0 < alarm < 720.0  # at the next step, which the sauna has caused


def test_a_load_that_hides_a_step_by_chance_is_forgiven_at_the_next_one() -> None:
    # goes off exactly as the car begins
    load = StepLoad(name="oven", phases="ABC", on_power_w=3 * 230 * 10.0, start_s=0, end_s=76.0)
    home = Home(points=(CAR,), loads=(load,), grid_period_s=10, base_load_w=(230.0,) * 3)
    rows = home.run(600)
    assert rows[-1].set_points["garage"] == 16.0
    assert rows[-1].result is None or not rows[-1].result.frozen


@pytest.mark.parametrize(
    ("grid", "frozen"),
    [
        pytest.param((10.5, 20.0, 20.0), False, id="one phase hides it, as a kettle can"),
        pytest.param((10.5, 10.5, 10.5), True, id="all three hide it"),
    ],
)
def test_phases_vouch_for_each_other(grid: Triple, *, frozen: bool) -> None:
    bench = Bench(
        chargers=[charging(currents=(6.0, 6.0, 6.0), accepted_current=6.0)], grid=(10.0, 10.0, 10.0)
    )
    bench.run(20)
    bench.chargers = [charging()]
    bench.grid = grid
    assert bench.run(60).frozen is frozen


def test_a_meter_that_showed_a_step_before_control_began_is_no_liar() -> None:
    """The chargers' first values are of before their cars began; the meter is ahead of them."""
    bench = Bench(
        chargers=[charging(currents=(0.0, 0.0, 0.0), accepted_current=6.0)], grid=(7.0, 7.0, 7.0)
    )
    bench.run(10)
    bench.chargers = [charging(currents=(6.0, 6.0, 6.0), accepted_current=6.0)]
    assert not bench.run(60).frozen


@pytest.mark.parametrize(
    "adjust",
    [
        pytest.param(lambda _: None, id="symmetric"),
        pytest.param(
            lambda site: setattr(site, "inverter_supports_asymmetric", True), id="asymmetric"
        ),
    ],
)
@pytest.mark.parametrize("pv", [None, PvConfig(cloudiness=0.9, noise=0.05)])
def test_a_battery_that_hides_a_step_from_the_grid_is_no_liar(
    adjust: Callable[[SiteContext], None], pv: PvConfig | None
) -> None:
    home = Home(
        points=(CAR,),
        pv=pv,
        battery=BatteryConfig(soc_percent=60.0, max_discharge_power_w=12_000.0),
        # a meter of whole amperes that stands still while the battery does the work
        meter=lambda grid, _: (round(grid[0]), round(grid[1]), round(grid[2])),
        adjust=adjust,
        start_s=12 * 3600.0,
    )
    rows = home.run(300)
    assert rows[-1].set_points["garage"] == 16.0
    assert alarms(rows) == []


@pytest.mark.parametrize("seed", range(3))
def test_a_busy_home_raises_no_false_alarm(seed: int) -> None:
    home = Home(
        points=(
            CAR,
            Point(charger_id="drive", car=CarConfig(phases=1, capacity_kwh=1000.0), rotation="BCA"),
        ),
        loads=FAMILY_HOME,
        pv=PvConfig(peak_w=11_000.0, cloudiness=0.8, noise=0.05),
        battery=BatteryConfig() if seed else None,
        mode=list(ChargingMode)[seed],
        noise_a=0.3,
        seed=seed,
        grid_period_s=(1, 5, 20)[seed],
        start_s=16 * 3600.0,
    )
    assert alarms(home.run(1800)) == []


class TestSums:
    """A meter of the sum alone."""

    def bench(self) -> Bench:
        bench = Bench(
            chargers=[charging(currents=(6.0, 6.0, 6.0), accepted_current=6.0)],
            contexts={"garage": {"max_current": 12.0}},
            total_only=True,
        )
        bench.grid = (22.0, None, None)
        return bench

    @pytest.mark.parametrize(("shown", "frozen"), [(18.0, False), (0.0, True)])
    def test_shows_steps_as_well(self, shown: float, *, frozen: bool) -> None:
        bench = self.bench()
        bench.site = {"main_breaker_rating": 50.0}
        bench.run(20)
        bench.chargers = [charging(currents=(12.0, 12.0, 12.0), accepted_current=12.0)]
        bench.grid = (22.0 + shown, None, None)
        assert bench.run(60).frozen is frozen


@pytest.mark.parametrize("nothing", [None, float("nan")])
def test_a_meter_that_says_nothing_is_silent_and_no_liar(nothing: float | None) -> None:
    bench = Bench()
    bench.run(60)
    bench.grid = (nothing, nothing, nothing)
    bench.run(20)
    bench.chargers = [charging(currents=(6.0, 6.0, 6.0), accepted_current=6.0)]
    result = bench.run(120)
    assert result.grid_state is MeterState.STALE
    assert not result.frozen


def test_while_the_battery_is_silent_nobody_is_accused() -> None:
    bench = Bench(
        chargers=[charging(currents=(6.0, 6.0, 6.0), accepted_current=6.0)],
        grid=(10.0, 10.0, 10.0),
        battery_w=float("nan"),
    )
    bench.run(30)
    bench.chargers = [charging()]
    assert not bench.run(120).frozen


def look(drawn: float, net: float, reports: int) -> Look:
    return Look(
        raw=(net, 0.0, 0.0),
        net=(net, 0.0, 0.0),
        drawn=(drawn, 0.0, 0.0),
        reports=(reports, reports, reports),
    )


@pytest.mark.parametrize(
    ("drawn", "net", "reports", "evidence"),
    [
        pytest.param([6, 16], [10, 20], 1.0, Evidence.SHOWN, id="shown"),
        pytest.param([6, 16], [10, 14], 1.0, Evidence.DENIED, id="less than half of it"),
        pytest.param([6, 16], [10, 10], 1.0, Evidence.STUCK, id="nothing moved"),
        pytest.param([16, 6], [20, 10], 1.0, Evidence.SHOWN, id="a fall"),
        pytest.param([16, 6], [20, 30], 1.0, Evidence.DENIED, id="the other way"),
        pytest.param([6, 8.9], [10, 10], 1.0, Evidence.NOTHING, id="too small a step"),
        pytest.param([6, 16], [10, 10], 0.0, Evidence.NOTHING, id="no further report"),
        pytest.param([6, 16, 6], [10, 10], 1.0, Evidence.NOTHING, id="gone before it was judged"),
        pytest.param([6, 16, 0], [10, 10], 1.0, Evidence.NOTHING, id="turned round meanwhile"),
    ],
)
def test_what_a_step_says(
    drawn: list[float], net: list[float], reports: float, evidence: Evidence
) -> None:
    first, second, *third = drawn
    own = OwnStep(0.0, look(first, net[0], 0), [])
    said = Evidence.OPEN
    for time in range(2, 400, 2):
        now = third[0] if third and time > 20 else second
        said = own.observe(look(now, net[1], round(time * reports)), time, 3.0, 30.0)
        if said is not Evidence.OPEN:
            break
    assert said is evidence
