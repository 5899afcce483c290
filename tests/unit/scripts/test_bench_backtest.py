"""The backtest tells a plan no more than a home can know, and adds up what its days cost."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from loadstar_engine.prices.types import PricePeriod
import pytest

from benchmarks.backtesting.home import PLANT, Home
from benchmarks.backtesting.knowledge import Knowledge
from benchmarks.backtesting.ledger import Ledger
from benchmarks.backtesting.physics import Flows
from benchmarks.backtesting.prices import SLOT, PriceList
from benchmarks.backtesting.report import rows, table
from benchmarks.backtesting.strategies import (
    NO_CONTROL,
    PERFECT,
    STRATEGIES,
    Control,
    Expected,
    Reserve,
    Strategy,
)
from benchmarks.backtesting.stretches import stretches
from benchmarks.forecasting.history import History, Span

BERLIN = ZoneInfo("Europe/Berlin")
FIRST = datetime(2026, 3, 1, 23, tzinfo=UTC)  # midnight between Sunday and Monday in Berlin


def price_list(days: int = 35) -> PriceList:
    """Return prices that say which slot they are of."""
    starts = [FIRST + index * SLOT for index in range(days * 96)]
    prices = [PricePeriod(start, start + SLOT, index) for index, start in enumerate(starts)]
    return PriceList(
        prices, [PricePeriod(p.start, p.end, -p.price_per_kwh) for p in prices], BERLIN
    )


@pytest.mark.parametrize(
    ("hour", "known_h"),
    [
        pytest.param(0, 24, id="at midnight the day that begins"),
        pytest.param(12, 12, id="at noon what is left of it"),
        pytest.param(13, 35, id="from 13:00 on tomorrow too"),
        pytest.param(23, 25, id="and late in the evening"),
    ],
)
def test_tomorrows_prices_are_known_from_one_oclock_on(hour: int, known_h: int) -> None:
    now = FIRST + timedelta(days=7, hours=hour)
    prices = price_list().at(now)
    known = [period for period in prices.imports if not period.estimated]
    assert known[0].price_per_kwh == (7 * 24 + hour) * 4
    assert known[-1].end - now == timedelta(hours=known_h)
    assert prices.imports[-1].end - now == timedelta(hours=48)
    assert [period.price_per_kwh for period in prices.exports[: len(known)]] == [
        -period.price_per_kwh for period in known
    ]


def test_what_is_not_known_is_what_that_weekday_has_cost_before() -> None:
    now = FIRST + timedelta(days=14)
    prices = price_list().at(now)
    guessed = {period.start: period for period in prices.imports if period.estimated}
    tomorrow = now + timedelta(days=1)  # a Tuesday, of which two have been
    first = [(1 + 7 * week) * 96 + quarter for week in range(2) for quarter in range(4)]
    assert guessed[tomorrow].price_per_kwh == pytest.approx(sum(first) / len(first))


def test_when_clocks_change_the_known_day_ends_at_midnight_all_the_same() -> None:
    saturday = datetime(2026, 3, 28, 14, tzinfo=BERLIN).astimezone(UTC)
    known = [period for period in price_list().at(saturday).imports if not period.estimated]
    assert known[-1].end == datetime(2026, 3, 30, tzinfo=BERLIN)
    assert known[-1].end - saturday == timedelta(hours=33)


@pytest.mark.parametrize(
    ("days", "parts"),
    [
        (1, [(0, 1)]),
        (4, [(0, 4)]),
        (6, [(0, 4), (183, 2)]),
        (28, [(0, 4), (52, 4), (104, 4), (156, 4), (208, 4), (260, 4), (312, 4)]),
    ],
)
def test_days_are_spread_over_the_year(days: int, parts: list[tuple[int, int]]) -> None:
    assert stretches(days) == parts


def test_stretches_neither_overlap_nor_leave_the_year() -> None:
    for days in range(1, 366):
        lived = [first + day for first, length in stretches(days) for day in range(length)]
        assert lived == sorted(set(lived))
        assert len(lived) == days
        assert lived[-1] < 365


def test_a_ledger_books_grid_and_wear_and_adds_up() -> None:
    ledger = Ledger(days=1.0, left=0.5)
    ledger.book(
        Flows(
            import_kwh=2.0,
            export_kwh=1.0,
            charge_kwh=3.0,
            discharge_kwh=1.0,
            curtailed_kwh=0.25,
            content_kwh=5.0,
        ),
        (0.3, 0.1),
        0.04,
    )
    assert (ledger.bought, ledger.sold, ledger.wear) == pytest.approx((0.6, 0.1, 0.08))
    assert ledger.cost == pytest.approx(0.6 - 0.1 + 0.08 - 0.5)
    assert ledger.cycled_kwh == pytest.approx(2.0)
    both = ledger + ledger
    assert (both.days, both.cost) == pytest.approx((2.0, 2 * ledger.cost))


def test_regret_is_of_what_the_home_without_control_pays() -> None:
    ledgers = {
        NO_CONTROL.name: Ledger(days=2.0, bought=10.0, sold=1.0),
        "some": Ledger(days=2.0, bought=6.0, plans=4, planned_h=48.0, reserve_percent_h=960.0),
        PERFECT.name: Ledger(days=2.0, bought=5.0),
    }
    none, some, best = rows(ledgers, PLANT)
    assert (none.cost, none.share_percent, none.reserve_percent) == (4.5, 0.0, None)
    assert (some.regret, some.regret_percent, some.share_percent) == (0.5, 10.0, 75.0)
    assert some.reserve_percent == 20.0
    assert (best.regret, best.share_percent) == (0.0, 100.0)
    assert len(table([none, some, best]).splitlines()) == 4


def test_all_strategies_are_there_once() -> None:
    assert len({strategy.name for strategy in STRATEGIES}) == len(STRATEGIES)
    assert {strategy.reserve for strategy in STRATEGIES} == set(Reserve)
    assert {strategy.control for strategy in STRATEGIES} == set(Control)


@cache
def knowledge() -> Knowledge:
    """Return a few days of January with five weeks before them."""
    span = Span(first_day=date(2026, 1, 19), days=3, warm_up_days=36)
    return Knowledge(History(span.simulate()))


@pytest.mark.parametrize("strategy", STRATEGIES, ids=lambda it: it.name.strip())
def test_a_plan_is_told_48_hours_and_nothing_of_the_future_but_by_foresight(
    strategy: Strategy,
) -> None:
    history = knowledge().history
    now = history.local(date(2026, 1, 20), 15)
    known = knowledge().at(now, strategy)
    assert known.prices.imports[-1].end - now == timedelta(hours=48)
    assert known.pv[0].start <= now
    assert known.pv[-1].end >= now + timedelta(hours=48)
    guesses = any(period.estimated for period in known.prices.imports)
    assert guesses is not strategy.prices_known
    first = history.slot(now)
    true_pv, true_load = float(history.year.pv_kwh[first]), float(history.year.load_kwh[first])
    assert (known.pv[0].mean_kw == pytest.approx(4 * true_pv)) is (strategy.pv is Expected.TRUTH)
    load_kwh = known.load.expected(now, 0.25).p50
    assert (load_kwh == pytest.approx(true_load)) is (strategy.load is Expected.TRUTH)


def lived(strategy: Strategy, hours: int) -> Ledger:
    """Live through the first hours of a day."""
    history = knowledge().history
    return Home(strategy, knowledge()).live(
        history.slot(history.local(date(2026, 1, 20), 1)), 4 * hours, 4
    )


def test_at_night_foresight_keeps_for_the_morning_what_an_inverter_spends() -> None:
    inverter = next(it for it in STRATEGIES if it.control is Control.INVERTER)
    none, inverter_alone, perfect = (
        lived(strategy, 4) for strategy in (NO_CONTROL, inverter, PERFECT)
    )
    assert perfect.cost < min(none.cost, inverter_alone.cost)
    assert inverter_alone.left < perfect.left
    assert (perfect.plans, perfect.failed, none.plans) == (4, 0, 0)
    assert none.cycled_kwh == 0.0
    assert none.left == 0.0


@pytest.mark.parametrize("reserve", [Reserve.DYNAMIC, Reserve.CALIBRATED])
def test_a_reserve_is_kept_and_counted(reserve: Reserve) -> None:
    strategy = next(it for it in STRATEGIES if it.reserve is reserve)
    ledger = lived(strategy, 2)
    assert 20.0 <= ledger.reserve_percent_h / ledger.planned_h <= 30.0
    assert ledger.planned_h == 2.0
    assert ledger.under_reserve_h <= 2.0
