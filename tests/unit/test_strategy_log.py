"""The strategy log says a thing once for as long as it stays so."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from custom_components.loadstar.engine.planner.output.types import StrategyEvent
from custom_components.loadstar.planning.strategy_log import MAX_EVENTS, StrategyLog

START = datetime(2026, 11, 20, tzinfo=UTC)


def event(rule: str, minutes: float = 0, **data: Any) -> StrategyEvent:
    """Return an event some time after the start."""
    return StrategyEvent(at=START + timedelta(minutes=minutes), rule=rule, data=data)


def test_a_rule_that_goes_on_is_logged_once() -> None:
    log = StrategyLog()
    assert log.add([event("vacation")]) == [event("vacation")]
    assert log.add([event("vacation", 15)]) == []
    assert list(log.events) == [event("vacation")]


def test_a_rule_that_comes_again_is_logged_again() -> None:
    log = StrategyLog()
    log.add([event("vacation")])
    log.add([])
    assert log.add([event("vacation", 30)]) == [event("vacation", 30)]
    assert len(log.events) == 2


@pytest.mark.parametrize(
    ("before", "after", "is_news"),
    [
        ({"spread": 0.20}, {"spread": 0.22}, False),
        ({"spread": 0.20}, {"spread": 0.30}, True),
        ({"limit": "import"}, {"limit": "peak"}, True),
        ({"spread": 0.20}, {"spread": 0.20, "limit": 1.0}, True),
        ({"spread": 0.0}, {"spread": 0.0}, False),
    ],
)
def test_figures_are_news_when_they_have_moved_far(
    before: dict[str, Any], after: dict[str, Any], *, is_news: bool
) -> None:
    log = StrategyLog()
    log.add([event("wide_spread", **before)])
    assert bool(log.add([event("wide_spread", 15, **after)])) is is_news


def test_small_steps_add_up_to_news() -> None:
    log = StrategyLog()
    log.add([event("wide_spread", spread=0.20)])
    assert [len(log.add([event("wide_spread", spread=s)])) for s in (0.22, 0.24, 0.26)] == [0, 0, 1]


def test_after_a_restart_it_goes_on() -> None:
    log = StrategyLog()
    log.restore([event("vacation")])
    assert log.add([event("vacation", 15)]) == []


def test_only_the_newest_are_kept() -> None:
    log = StrategyLog()
    for index in range(MAX_EVENTS + 10):
        log.add([event(f"rule {index}")])
    assert len(log.events) == MAX_EVENTS
    assert log.events[-1].rule == f"rule {MAX_EVENTS + 9}"
