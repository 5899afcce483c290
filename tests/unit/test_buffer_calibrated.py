"""The calibrated formula: what the house needed until power was cheap or the sun shone."""

import numpy as np
import pytest

from custom_components.loadstar.engine.buffer import BufferReason, NeedHistory, reserve_kwh
from custom_components.loadstar.engine.buffer.calibrated import (
    NO_HISTORY,
    SLOT_S,
    FloatArray,
    calibrated_target,
)

DAY = 96
MIDNIGHT_S = 1_782_864_000


def history(
    days: int = 30,
    *,
    load_kwh: float | FloatArray = 0.1,
    pv_kwh: float | FloatArray = 0.0,
    price_per_kwh: float | FloatArray = 0.3,
) -> NeedHistory:
    """Return days that are all alike; arrays are of one day."""

    def repeated(values: float | FloatArray) -> FloatArray:
        return np.tile(np.broadcast_to(np.asarray(values, np.float64), DAY), days)

    return NeedHistory(
        start_s=MIDNIGHT_S + SLOT_S * np.arange(days * DAY),
        load_kwh=repeated(load_kwh),
        pv_kwh=repeated(pv_kwh),
        price_per_kwh=repeated(price_per_kwh),
    )


def between(first_hour: float, last_hour: float, inside: float, outside: float) -> FloatArray:
    hours = np.arange(DAY) / 4
    return np.where((hours >= first_hour) & (hours < last_hour), inside, outside)


# The first morning and the last evening are without their nights.
CLOSE = 0.05

SUNNY = history(pv_kwh=between(8, 18, 1.0, 0.0))  # 14 h of dark at 0.1 kWh per slot


def without(given: NeedHistory, gone: slice) -> NeedHistory:
    keep = np.ones(given.start_s.size, np.bool_)
    keep[gone] = False
    return NeedHistory(
        start_s=given.start_s[keep],
        load_kwh=given.load_kwh[keep],
        pv_kwh=given.pv_kwh[keep],
        price_per_kwh=given.price_per_kwh[keep],
    )


def test_with_a_flat_tariff_only_the_sun_relieves() -> None:
    # from 18:00 it takes 5.6 kWh, and less from every later slot on
    found = reserve_kwh(SUNNY)
    assert found == pytest.approx(np.quantile(np.arange(1, 57) * 0.1, 0.9), abs=CLOSE)


def test_cheap_hours_relieve_too() -> None:
    priced = history(
        pv_kwh=between(8, 18, 1.0, 0.0), price_per_kwh=between(2, 5, 0.1, 0.4)
    )  # 18:00 to 02:00 and 05:00 to 08:00
    runs = np.concatenate([np.arange(1, 33), np.arange(1, 13)]) * 0.1
    assert reserve_kwh(priced) == pytest.approx(np.quantile(runs, 0.9), abs=CLOSE)


def test_the_cheapest_fifth_of_a_day_is_cheap() -> None:
    hours = np.arange(DAY) // 4
    sun = between(8, 18, 1.0, 0.0)
    graded = np.where((hours >= 0) & (hours < 4), 0.1 + hours / 100, 0.4)
    found = reserve_kwh(history(pv_kwh=sun, price_per_kwh=graded))
    assert found == reserve_kwh(history(pv_kwh=sun, price_per_kwh=between(0, 4, 0.1, 0.4)))
    assert found != reserve_kwh(history(pv_kwh=sun, price_per_kwh=between(0, 2, 0.1, 0.4)))


def test_what_the_sun_gives_beside_counts() -> None:
    """Some sun that is not enough leaves less to be given."""
    dim = history(pv_kwh=between(8, 18, 1.0, 0.06))
    assert reserve_kwh(dim) == pytest.approx(0.4 * (reserve_kwh(SUNNY) or 0))


def test_a_house_that_needs_nothing_needs_no_reserve() -> None:
    assert reserve_kwh(history(load_kwh=0.0, pv_kwh=0.5)) == 0.0


def test_without_any_relief_nothing_can_be_said() -> None:
    assert reserve_kwh(history()) is None


@pytest.mark.parametrize(("days", "known"), [(0, False), (1, False), (7, False), (8, True)])
def test_it_takes_a_week(days: int, *, known: bool) -> None:
    """The last night's end is not known yet, so a week takes a little more than seven days."""
    given = history(days, pv_kwh=between(8, 18, 1.0, 0.0)) if days else NO_HISTORY
    assert (reserve_kwh(given) is not None) is known


def test_a_gap_does_not_end_a_night() -> None:
    """Slots are missing from 20:00 to 22:00 of every evening: what came before is not known."""
    given = SUNNY
    for day in reversed(range(30)):
        given = without(given, slice(day * DAY + 80, day * DAY + 88))
    after = np.arange(1, 41) * 0.1  # 22:00 to 08:00
    assert reserve_kwh(given) == pytest.approx(np.quantile(after, 0.9), abs=CLOSE)


@pytest.mark.parametrize("name", ["load_kwh", "pv_kwh"])
def test_what_is_not_known_counts_as_a_gap(name: str) -> None:
    values = {
        "load_kwh": SUNNY.load_kwh.copy(),
        "pv_kwh": SUNNY.pv_kwh.copy(),
    }
    values[name].reshape(30, DAY)[:, 80:88] = np.nan
    given = NeedHistory(start_s=SUNNY.start_s, price_per_kwh=SUNNY.price_per_kwh, **values)
    after = np.arange(1, 41) * 0.1
    assert reserve_kwh(given) == pytest.approx(np.quantile(after, 0.9), abs=CLOSE)


def test_unknown_prices_are_not_cheap() -> None:
    unpriced = history(pv_kwh=between(8, 18, 1.0, 0.0), price_per_kwh=np.nan)
    assert reserve_kwh(unpriced) == reserve_kwh(SUNNY)


def test_what_is_unknown_throughout_says_nothing() -> None:
    assert reserve_kwh(history(load_kwh=np.nan, price_per_kwh=np.nan)) is None
    assert history(price_per_kwh=np.nan).median_price_per_kwh is None
    assert history(price_per_kwh=between(0, 6, np.nan, 0.25)).median_price_per_kwh == 0.25


@pytest.mark.parametrize(
    ("base", "reserve", "expected", "reason"),
    [
        (5, 60.0, 10, BufferReason.HARD_FLOOR),
        (20, 60.0, 20, BufferReason.BASE_LOW),
        (50, None, 50, BufferReason.CALIBRATING),
        (50, 0.0, 20, BufferReason.CALIBRATED),
        (50, 27.4, 25, BufferReason.CALIBRATED),
        (50, 27.5, 30, BufferReason.CALIBRATED),
        (50, 80.0, 50, BufferReason.CALIBRATED_BASE),
        (33, 32.0, 30, BufferReason.CALIBRATED),
        (33, 32.6, 33, BufferReason.CALIBRATED_BASE),
    ],
)
def test_it_has_the_floors_and_the_rounding_of_the_other_formula(
    base: float, reserve: float | None, expected: float, reason: BufferReason
) -> None:
    found = calibrated_target(base, reserve)
    assert (found.percent, found.reason) == (expected, reason)
    assert found.data["target"] == expected


@pytest.mark.parametrize(
    ("start_s", "count"),
    [([0, 900], 3), ([900, 0], 2), ([0, 0], 2), ([0, 901], 2)],
)
def test_a_history_out_of_order_is_refused(start_s: list[int], count: int) -> None:
    values = np.zeros(count)
    with pytest.raises(ValueError, match=r"shape|start_s"):
        NeedHistory(start_s=np.array(start_s), load_kwh=values, pv_kwh=values, price_per_kwh=values)
