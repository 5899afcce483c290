"""The benchmark of forecasts adds errors up, and trains on nothing that is still to come."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
import math

from loadstar_engine.forecast.types import HourlySeries
import numpy as np
import pytest

from benchmarks.forecasting.history import History, Span, before
from benchmarks.forecasting.months import Month, together
from benchmarks.forecasting.report import rows, table, trust_table, trusts
from benchmarks.forecasting.scores import Said, Score
from benchmarks.forecasting.walk import judge_day

ALL = np.array([True, True, True])


def test_errors_are_shares_of_the_energy_by_hour_and_by_day() -> None:
    score = Score()
    truth = np.array([1.0, 2.0, 1.0])
    score.add(truth, Said(kwh=np.array([2.0, 1.0, 2.0])), ALL)
    assert score.hourly_wape == pytest.approx(3 / 4)
    assert score.daily_wape == pytest.approx(1 / 4)
    assert score.hourly_coverage is None
    assert score.daily_coverage is None
    assert (score + score).hourly_wape == pytest.approx(3 / 4)


def test_nothing_is_said_of_no_energy() -> None:
    score = Score()
    score.add(np.zeros(3), Said(kwh=np.ones(3)), ALL)
    assert (score.hourly_wape, score.daily_wape) == (None, None)


def test_coverage_counts_known_quantiles_of_hours_that_mean_something() -> None:
    said = Said(
        kwh=np.ones(4),
        p10_kwh=np.array([0.5, 1.5, 0.0, math.nan]),
        p90_kwh=np.array([1.5, 2.0, 2.0, 2.0]),
        day=(3.0, 4.0),
    )
    score = Score()
    score.add(np.ones(4), said, np.array([True, True, False, True]))
    assert (score.hours, score.hours_inside) == (2, 1)
    assert (score.days, score.days_inside) == (1, 1)


@pytest.mark.parametrize(
    ("minute", "hours"),
    [
        pytest.param(0, 3, id="an hour that just ended is over"),
        pytest.param(59, 3, id="the one that runs is not"),
    ],
)
def test_only_hours_that_are_over_are_known(minute: int, hours: int) -> None:
    start = datetime(2026, 5, 1, tzinfo=UTC)
    starts = int(start.timestamp()) + 3600 * np.arange(6)
    series = HourlySeries(start_s=starts, values=np.arange(6, dtype=np.float64))
    now = start + timedelta(hours=3, minutes=minute)
    assert before(series, now).start_s.tolist() == starts[:hours].tolist()
    assert before(series, now, 2).values.tolist() == [1.0, 2.0]


@cache
def history() -> History:
    """Return a few days of May with two weeks before them."""
    return History(Span(first_day=date(2026, 5, 4), days=3, warm_up_days=16).simulate())


def test_models_are_those_of_four_oclock() -> None:
    day = date(2026, 5, 5)
    at_four = history().local(day, 4)
    model = history().pv_model(at_four)
    assert history().pv_model(history().local(day, 23)) is model
    assert history().pv_model(at_four - timedelta(minutes=1)) is not model
    assert history().load_model(at_four) is history().load_model(history().local(day, 23))


def test_an_hourly_forecast_has_the_energy_of_its_slots() -> None:
    now = history().local(date(2026, 5, 5), 10) + timedelta(minutes=15)
    periods = history().source_pv(now)
    issued = history().year.issued(now.timestamp())
    assert periods[0].start == now
    assert periods[0].end - now == timedelta(minutes=45)
    energy = sum(it.mean_kw * ((it.end - it.start) / timedelta(hours=1)) for it in periods)
    assert energy == pytest.approx(float(issued.pv_kwh.sum()))
    assert all(
        it.p10_kw is not None and it.p90_kw is not None and it.p10_kw <= it.mean_kw <= it.p90_kw
        for it in periods
    )


def test_a_day_is_foreseen_in_the_evening_before_and_at_noon() -> None:
    judged = list(judge_day(history(), date(2026, 5, 5)))
    hours = {(it.quantity, it.truth.size) for it in judged}
    assert hours == {
        ("PV a day ahead", 24),
        ("load a day ahead", 24),
        ("PV from noon on", 12),
        ("load from noon on", 12),
    }
    assert all(it.said.kwh.shape == it.truth.shape for it in judged)
    naive = next(it for it in judged if it.forecaster == "as yesterday" and it.truth.size == 24)
    day_before = next(judge_day(history(), date(2026, 5, 4)))
    assert naive.said.kwh.tolist() == day_before.truth.tolist()


def test_months_are_told_together_and_each() -> None:
    scores = {("PV a day ahead", "source"): Score(4.0, 2.0, 1.0)}
    months = [
        Month(
            month=month,
            scores=scores,
            confidences=[0.5, 0.7],
            labels=["over", "over"],
            load_models=["learned", "naive"],
        )
        for month in (3, 4)
    ]
    assert together(months)["PV a day ahead", "source"].energy == 8.0
    everything, march, april = rows(months)
    assert (everything.month, march.month, april.month) == ("all", "03", "04")
    assert everything.hourly_wape == 50.0
    trust = trusts(months)[0]
    assert (trust.least, trust.mean, trust.most) == (0.5, 0.6, 0.7)
    assert trust.labels == {"over": 2}
    assert len(table(rows(months)).splitlines()) == 4
    assert len(trust_table(trusts(months)).splitlines()) == 3
