"""A charger that cannot be heard."""

from dataclasses import replace

import pytest

from custom_components.loadstar.engine.models import ReasonCode
from tests.unit.control.bench import Bench, charging, target


class TestSilentCharger:
    """Its draw stands in the household; what it may add is kept."""

    def bench(self, drawn: float) -> Bench:
        """Return a site where one of two chargers is about to fall silent."""
        silent = charging(
            "silent", currents=(drawn,) * 3, accepted_current=10.0, fallback_due=1200.0
        )
        garage = charging(currents=(6.0, 6.0, 6.0), accepted_current=6.0)
        bench = Bench(
            chargers=[garage, silent],
            grid=(6.0 + drawn,) * 3,
            contexts={"silent": {"priority": 0, "max_current": 10.0}},
        )
        bench.run(20)
        bench.chargers[1] = replace(bench.chargers[1], connected=False)
        return bench

    def test_its_set_point_is_kept_until_it_must_have_run_out(self) -> None:
        bench = self.bench(drawn=0.0)
        assert 13.0 <= target(bench.run(60)).current <= 24.0 - 10.0
        assert bench.now < 1200.0

    def test_then_its_fallback_is_kept(self) -> None:
        bench = self.bench(drawn=0.0)
        bench.now = 1190.0
        bench.grid = (6.0, 6.0, 6.0)
        result = bench.run(120)
        assert target(result).current == 16.0
        assert target(result, "silent").reason.code is ReasonCode.OFFLINE

    def test_what_it_drew_more_since_its_last_report_is_not_counted_twice(self) -> None:
        bench = self.bench(drawn=6.0)
        bench.chargers[1] = replace(bench.chargers[1], connected=True)
        bench.contexts["garage"] = {"max_current": 6.0}
        bench.run(30)
        bench.grid = (16.0, 16.0, 16.0)
        bench.step()
        bench.chargers[1] = replace(bench.chargers[1], connected=False)
        bench.contexts["garage"] = {}
        assert target(bench.run(60)).current >= 13.0

    def test_what_it_draws_is_its_circuits_household(self) -> None:
        bench = self.bench(drawn=10.0)
        bench.circuits = [{"circuit_id": "shed", "limit": 19.0}]
        bench.contexts = {"garage": {"circuit": "shed"}, "silent": {"circuit": "shed"}}
        bench.circuit_currents = {"shed": (16.0, 16.0, 16.0)}
        bench.chargers[1] = replace(bench.chargers[1], connected=True)
        bench.run(30)
        bench.chargers[1] = replace(bench.chargers[1], connected=False)
        assert target(bench.run(60)).current == 9.0

    def test_what_it_draws_is_not_counted_twice(self) -> None:
        bench = self.bench(drawn=10.0)
        result = bench.run(20)
        assert result.household_a == pytest.approx((10.0, 10.0, 10.0))
        assert 13.0 <= target(bench.run(60)).current <= 14.0
