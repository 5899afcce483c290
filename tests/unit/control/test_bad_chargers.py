"""A home whose chargers do not do what they are told."""

from dataclasses import replace
from typing import Any

import pytest

from custom_components.loadstar.engine.control import FallbackProof
from custom_components.loadstar.engine.models import (
    ChargingMode,
    ConnectorStatus,
    DistributionMode,
    ReasonCode,
    Remedy,
    SiteContext,
)
from custom_components.loadstar.engine.simulation import CarConfig, PvConfig, StepLoad
from tests.unit.control.bench import Bench, charging, target
from tests.unit.control.plant import BREAKER, VOLTAGE, Home, Obeys, Point, Row, longest_over

BIG = CarConfig(capacity_kwh=1000.0)
HOUR = 3600


def household(amperes: float) -> tuple[float, float, float]:
    return (amperes * VOLTAGE,) * 3


def remedies(rows: list[Row], charger_id: str) -> list[Remedy]:
    """Return what was done about a charger, one after the other."""
    seen: list[Remedy] = []
    for row in rows:
        for it in row.result.targets if row.result else ():
            if it.charger_id == charger_id and (not seen or seen[-1] is not it.remedy):
                seen.append(it.remedy)
    return seen


def six_at_most(site: SiteContext) -> None:
    """Let the failed charger have 6 A at most."""
    for charger in site.chargers:
        if charger.charger_id == "failed":
            charger.max_current = 6.0


def two(bad: Obeys) -> Home:
    points = (
        Point(charger_id="bad", obeys=bad, car=BIG),
        Point(charger_id="good", car=BIG, priority=2),
    )
    return Home(points=points, base_load_w=household(6.0))


@pytest.mark.parametrize(
    ("bad", "expected", "left_for_the_good_one"),
    [
        (
            Obeys.PAUSES,
            [Remedy.NONE, Remedy.PAUSE, Remedy.NONE, Remedy.PAUSE],
            16.0,
        ),
        (Obeys.STOPS, [Remedy.NONE, Remedy.PAUSE, Remedy.END_SESSION, Remedy.PAUSE], 16.0),
        (
            Obeys.NOTHING,
            [Remedy.NONE, Remedy.PAUSE, Remedy.END_SESSION, Remedy.OUT_OF_SERVICE],
            0.0,
        ),
    ],
)
def test_what_is_done_about_a_charger_that_does_not_obey(
    bad: Obeys, expected: list[Remedy], left_for_the_good_one: float
) -> None:
    home = two(bad)
    rows = home.run(HOUR)
    assert remedies(rows, "bad") == expected
    assert remedies(rows, "good") == [Remedy.NONE]
    assert longest_over(rows, BREAKER) <= 15  # others make room at once
    assert rows[-1].set_points["good"] == left_for_the_good_one
    result = rows[-1].result
    assert result is not None
    assert result.targets[0].reason.code is ReasonCode.DISOBEDIENT


@pytest.mark.parametrize("report_s", [5, 10])
def test_a_charger_that_ignores_a_cut_is_paused_in_time_where_nobody_can_make_room(
    report_s: int,
) -> None:
    kettle = StepLoad(name="kettle", phases="A", on_power_w=3000.0, start_s=301.0, end_s=2000.0)
    bad = Point(charger_id="bad", obeys=Obeys.PAUSES, car=BIG, report_s=report_s)
    home = Home(points=(bad,), loads=(kettle,), base_load_w=household(4.0))
    rows = home.run(1200)
    assert longest_over(rows, BREAKER) <= 30 + report_s + 2 + 6  # its own and its car's delay


@pytest.mark.parametrize("mode", list(ChargingMode))
@pytest.mark.parametrize("reaction_s", [1.0, 10.0])
def test_chargers_that_obey_are_never_accused(mode: ChargingMode, reaction_s: float) -> None:
    points = (
        Point(car=BIG, reaction_s=reaction_s, report_age_s=10),
        Point(charger_id="drive", car=BIG, report_s=5, rotation="BCA", step_a=0.1),
    )
    home = Home(
        points=points,
        pv=PvConfig(peak_w=12_000.0, cloudiness=0.9, noise=0.1, shift_s=12 * 3600.0),
        loads=(StepLoad(name="oven", phases="AB", on_power_w=6000.0, start_s=400, end_s=700),),
        mode=mode,
        noise_a=0.3,
        seed=7,
    )
    rows = home.run(1200)
    assert remedies(rows, "garage") == remedies(rows, "drive") == [Remedy.NONE]
    assert not any(row.result.frozen for row in rows if row.result)


class TestFallbackThatFailed:
    """It obeys while it is told, but may jump to its maximum."""

    def failed(self, **changes: Any) -> Point:
        return replace(Point(charger_id="failed", proof=FallbackProof.FAILED, car=BIG), **changes)

    def test_alone_it_charges_with_what_is_free(self) -> None:
        rows = Home(points=(self.failed(),), base_load_w=household(10.0)).run(300)
        assert rows[-1].set_points == {"failed": 13.0}

    @pytest.mark.parametrize("distribution", list(DistributionMode))
    @pytest.mark.parametrize("priority", [1, 3])
    def test_others_never_get_what_it_could_jump_to(
        self, distribution: DistributionMode, priority: int
    ) -> None:
        points = (
            self.failed(priority=priority),
            Point(charger_id="good", car=BIG, priority=2),
        )
        home = Home(points=points, base_load_w=household(1.0), distribution=distribution)
        rows = home.run(300)
        assert max(row.set_points["good"] for row in rows) == 7.0 - 1.0
        assert rows[-1].set_points["failed"] == 16.0

    def test_others_stop_where_its_maximum_leaves_them_nothing(self) -> None:
        points = (self.failed(priority=2), Point(charger_id="good", car=BIG))
        rows = Home(points=points, base_load_w=household(6.0)).run(600)
        assert rows[-1].set_points == {"failed": 16.0, "good": 0.0}

    @pytest.mark.parametrize("mode", [ChargingMode.SOLAR, ChargingMode.ECO])
    def test_the_sun_that_it_does_not_take_is_for_others(self, mode: ChargingMode) -> None:
        points = (
            self.failed(car=CarConfig(capacity_kwh=1000.0, max_current_a=6.0)),
            Point(charger_id="good", car=BIG, priority=2),
        )
        home = Home(
            points=points,
            mode=mode,
            breaker=63.0,
            pv=PvConfig(peak_w=16_000.0, cloudiness=0.0, shift_s=12 * 3600.0),
            base_load_w=household(1.0),
            adjust=six_at_most,
        )
        # 14.5 A of sun, less the household's and what the failed one takes, not 16 A
        assert home.run(600)[-1].set_points["good"] == 7.0

    def test_two_of_them_do_not_starve_each_other(self) -> None:
        points = (self.failed(), self.failed(charger_id="other", priority=2))
        rows = Home(points=points, base_load_w=household(4.0)).run(300)
        assert rows[-1].set_points == {"failed": 14.0, "other": 6.0}

    def test_one_that_waits_does_not_keep_another_from_charging(self) -> None:
        failed = charging(
            "failed",
            currents=(12.0,) * 3,
            accepted_current=12.0,
            fallback_proof=FallbackProof.FAILED,
        )
        waits = replace(failed, charger_id="waits", status=ConnectorStatus.PREPARING, session=None)
        waits = replace(waits, currents=(0.0,) * 3, accepted_current=None)
        bench = Bench(chargers=[failed, waits], contexts={"waits": {"priority": 2}})
        assert target(bench.live(40, 4.0), "failed").current >= 12.0

    def test_silent_it_is_kept_its_maximum(self) -> None:
        points = (
            self.failed(silent_s=(200.0, 1800.0)),
            Point(charger_id="good", car=BIG, priority=2),
        )
        home = Home(points=points, base_load_w=household(4.0), breaker=32.0)
        rows = home.run(700)
        assert rows[-1].set_points["good"] == 31.0 - 4.0 - 16.0 - 1.0
        assert longest_over(rows, 32.0) == 0


class TestUnproved:
    """It counts at its set-point, for as long as it is silent."""

    def test_two_of_them_behind_one_breaker_both_come_to_charge(self) -> None:
        points = tuple(
            Point(charger_id=key, proof=FallbackProof.UNPROVED, car=BIG) for key in ("one", "two")
        )
        rows = Home(points=points, base_load_w=household(4.0)).run(300)
        assert rows[-1].set_points == {"one": 14.0, "two": 6.0}

    @pytest.mark.parametrize(
        ("proof", "left"), [(FallbackProof.UNPROVED, 6.0), (FallbackProof.PROVED, 13.0)]
    )
    def test_silent_it_is_kept_its_set_point_without_end(
        self, proof: FallbackProof, left: float
    ) -> None:
        points = (
            Point(charger_id="silent", proof=proof, car=BIG, silent_s=(200.0, 7200.0)),
            Point(charger_id="good", car=BIG, priority=2),
        )
        rows = Home(points=points, base_load_w=household(4.0)).run(900)
        assert rows[-1].set_points["good"] == left


class TestUncontrolled:
    """It takes no set-point in any form."""

    def test_it_is_started_only_where_its_whole_maximum_is_free(self) -> None:
        waiting = charging(
            controlled=False, status=ConnectorStatus.PREPARING, session=None, currents=(0.0,) * 3
        )
        bench = Bench(chargers=[waiting])
        assert not target(bench.live(120, 12.0)).start_wanted
        started = target(bench.live(120, 4.0))
        assert (started.current, started.start_wanted) == (16.0, True)

    def test_it_counts_while_it_is_switched_off_as_well(self) -> None:
        wild = charging("wild", controlled=False, enabled=False)
        good = charging(currents=(0.0,) * 3, accepted_current=0.0)
        bench = Bench(chargers=[wild, good])
        result = bench.live(120, 4.0, lambda key, set_point: 16.0 if key == "wild" else set_point)
        assert target(result).current == 0.0
        assert target(result, "wild").reason.code is ReasonCode.DISABLED

    def test_more_than_its_set_maximum_is_kept_where_it_can_draw_more(self) -> None:
        wild = charging("wild", controlled=False, currents=(6.0,) * 3)
        good = charging(currents=(0.0,) * 3, accepted_current=0.0)
        bench = Bench(
            chargers=[wild, good],
            contexts={"wild": {"rated_current": 32.0}},
            site={"main_breaker_rating": 48.0},
        )
        result = bench.live(120, 4.0, lambda key, it: 6.0 if key == "wild" else it)
        assert target(result).current == 11.0  # 48 less 32 and 4, and a step's hysteresis

    def test_others_are_limited_for_it(self) -> None:
        points = (
            Point(charger_id="wild", controlled=False, car=BIG),
            Point(charger_id="good", car=BIG, priority=0),
        )
        home = Home(points=points, base_load_w=household(4.0), breaker=32.0)
        rows = home.run(600)
        assert rows[-1].set_points == {"wild": 16.0, "good": 10.0}
        assert longest_over(rows, 32.0) == 0

    def test_others_are_limited_for_what_it_may_come_to_draw(self) -> None:
        small = CarConfig(capacity_kwh=1000.0, max_current_a=6.0)
        points = (
            Point(charger_id="wild", controlled=False, car=small),
            Point(charger_id="good", car=BIG),
        )
        home = Home(points=points, base_load_w=household(4.0), breaker=32.0)
        assert home.run(600)[-1].set_points["good"] == 10.0

    def test_others_are_cut_at_once_when_it_starts_by_itself(self) -> None:
        kettle = StepLoad(name="kettle", phases="A", on_power_w=2300.0, start_s=301.0, end_s=900.0)
        points = (
            Point(charger_id="wild", controlled=False, car=BIG),
            Point(charger_id="good", car=BIG),
        )
        home = Home(points=points, base_load_w=household(1.0), breaker=32.0, loads=(kettle,))
        rows = home.run(900)
        assert longest_over(rows, 32.0) <= 10
        assert rows[-1].set_points["good"] == 0.0


def test_whoever_says_that_a_charger_is_mended_is_believed_once() -> None:
    home = Home(points=(Point(obeys=Obeys.NOTHING, car=BIG),), base_load_w=household(4.0))
    assert remedies(home.run(300), "garage")[-1] is Remedy.OUT_OF_SERVICE
    home.controller.pardon("garage")
    home.controller.pardon("gone")
    assert remedies(home.run(20), "garage") == [Remedy.NONE]
    assert remedies(home.run(60), "garage")[1] is Remedy.PAUSE
