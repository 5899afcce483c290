"""From a source's price to what is paid, by the local clock."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
import pytest

from custom_components.loadstar.engine.prices import ExportBasis, apply, exported, flat
from custom_components.loadstar.engine.prices.tariffs import grid_fee
from custom_components.loadstar.engine.prices.types import (
    ExportPrice,
    GridTariff,
    PriceFormula,
    PricePeriod,
)

BERLIN = ZoneInfo("Europe/Berlin")
DAY = GridTariff(fee_per_kwh=0.10, from_time=time(6), until=time(22))
NIGHT = GridTariff(fee_per_kwh=0.04, from_time=time(22), until=time(6))


def local(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=BERLIN).astimezone(UTC)


def local_parts(periods: Sequence[PricePeriod]) -> list[tuple[str, str, float]]:
    """Return periods by the clock of Berlin."""
    return [
        (
            period.start.astimezone(BERLIN).strftime("%d %H:%M"),
            period.end.astimezone(BERLIN).strftime("%d %H:%M"),
            round(period.price_per_kwh, 6),
        )
        for period in periods
    ]


@pytest.mark.parametrize(
    ("formula", "paid"),
    [
        pytest.param(PriceFormula(), 0.20, id="nothing is added"),
        pytest.param(PriceFormula(factor=1.1), 0.22, id="a supplier's share"),
        pytest.param(PriceFormula(fee_per_kwh=0.02, tax_per_kwh=0.03), 0.25, id="fee and tax"),
        pytest.param(PriceFormula(vat_percent=25), 0.25, id="VAT"),
        pytest.param(PriceFormula(grid=(GridTariff(fee_per_kwh=0.05),)), 0.25, id="grid, always"),
        pytest.param(
            PriceFormula(
                factor=0.5,
                fee_per_kwh=0.01,
                tax_per_kwh=0.04,
                vat_percent=20,
                grid=(GridTariff(fee_per_kwh=0.05),),
            ),
            0.24,
            id="(0.20·0.5 + 0.01 + 0.04 + 0.05)·1.2",
        ),
        pytest.param(
            PriceFormula(fixed_per_kwh=0.30, tax_per_kwh=0.05), 0.35, id="a fixed price and tax"
        ),
        pytest.param(PriceFormula(fixed_per_kwh=0.0), 0.0, id="a fixed price of nothing"),
    ],
)
def test_what_is_paid_follows_the_formula(formula: PriceFormula, paid: float) -> None:
    hour = PricePeriod(local(2026, 1, 15, 12), local(2026, 1, 15, 13), 0.20)
    (period,) = apply(formula, [hour], BERLIN)
    assert period.price_per_kwh == pytest.approx(paid)
    assert (period.start, period.end) == (hour.start, hour.end)


def test_a_negative_price_is_factored_and_taxed_too() -> None:
    hour = PricePeriod(local(2026, 1, 15, 12), local(2026, 1, 15, 13), -0.10)
    (period,) = apply(PriceFormula(factor=1.5, tax_per_kwh=0.05, vat_percent=10), [hour], BERLIN)
    assert period.price_per_kwh == pytest.approx(-0.11)


def test_nothing_costs_nothing() -> None:
    assert apply(PriceFormula(grid=(DAY,)), [], BERLIN) == ()


def test_a_period_is_cut_where_the_fee_changes_within_it() -> None:
    whole = flat(local(2026, 1, 15), local(2026, 1, 16))
    assert local_parts(apply(PriceFormula(grid=(DAY, NIGHT)), whole, BERLIN)) == [
        ("15 00:00", "15 06:00", 0.04),
        ("15 06:00", "15 22:00", 0.10),
        ("15 22:00", "16 00:00", 0.04),
    ]


def test_a_period_in_which_nothing_changes_stays_whole() -> None:
    hours = [
        PricePeriod(local(2026, 1, 15, hour), local(2026, 1, 15, hour + 1), 0.2)
        for hour in range(23)
    ]
    assert len(apply(PriceFormula(grid=(DAY, NIGHT)), hours, BERLIN)) == 23


def test_an_estimate_stays_one() -> None:
    hour = PricePeriod(local(2026, 1, 15, 5), local(2026, 1, 15, 7), 0.2, estimated=True)
    assert [part.estimated for part in apply(PriceFormula(grid=(DAY,)), [hour], BERLIN)] == [
        True,
        True,
    ]


@pytest.mark.parametrize(
    ("tariff", "moment", "applies"),
    [
        pytest.param(DAY, (2026, 1, 15, 6), True, id="it begins on the minute"),
        pytest.param(DAY, (2026, 1, 15, 5, 59), False, id="not before"),
        pytest.param(DAY, (2026, 1, 15, 22), False, id="it ends on the minute"),
        pytest.param(NIGHT, (2026, 1, 15, 23, 30), True, id="over midnight, before it"),
        pytest.param(NIGHT, (2026, 1, 15, 5, 59), True, id="over midnight, after it"),
        pytest.param(NIGHT, (2026, 1, 15, 6), False, id="over midnight, by day"),
        pytest.param(
            GridTariff(fee_per_kwh=1, from_time=time(18)),
            (2026, 1, 15, 23, 59),
            True,
            id="until the end of the day",
        ),
        pytest.param(
            GridTariff(fee_per_kwh=1, from_time=time(18)),
            (2026, 1, 15, 0),
            False,
            id="until the end of the day, and no longer",
        ),
        pytest.param(
            GridTariff(fee_per_kwh=1, from_time=time(7), until=time(7)),
            (2026, 1, 15, 3),
            True,
            id="from seven to seven is always",
        ),
        pytest.param(
            GridTariff(fee_per_kwh=1, months=frozenset({12, 1, 2})),
            (2026, 2, 28, 23),
            True,
            id="in winter",
        ),
        pytest.param(
            GridTariff(fee_per_kwh=1, months=frozenset({12, 1, 2})),
            (2026, 3, 1, 0),
            False,
            id="not in spring",
        ),
        pytest.param(
            GridTariff(fee_per_kwh=1, weekdays=frozenset(range(5))),
            (2026, 1, 16, 23),
            True,
            id="on Friday",
        ),
        pytest.param(
            GridTariff(fee_per_kwh=1, weekdays=frozenset(range(5))),
            (2026, 1, 17, 0),
            False,
            id="not on Saturday",
        ),
        pytest.param(
            GridTariff(fee_per_kwh=1, from_time=time(22), until=time(6), weekdays=frozenset({4})),
            (2026, 1, 17, 1),
            False,
            id="Friday's night ends with Friday",
        ),
    ],
)
def test_a_fee_goes_by_local_time_month_and_weekday(
    tariff: GridTariff, moment: tuple[int, ...], *, applies: bool
) -> None:
    assert (grid_fee([tariff], local(*moment), BERLIN) > 0) is applies


def test_the_first_fee_that_applies_counts() -> None:
    weekend = GridTariff(fee_per_kwh=0.01, weekdays=frozenset({5, 6}))
    formula = PriceFormula(grid=(weekend, DAY))
    friday_to_sunday = flat(local(2026, 1, 16, 20), local(2026, 1, 17, 12))
    assert local_parts(apply(formula, friday_to_sunday, BERLIN)) == [
        ("16 20:00", "16 22:00", 0.10),
        ("16 22:00", "17 00:00", 0.0),  # where none applies, it is free
        ("17 00:00", "17 12:00", 0.01),
    ]


def test_a_night_s_fee_ends_at_midnight_with_its_day() -> None:
    fridays = GridTariff(
        fee_per_kwh=0.07, from_time=time(22), until=time(6), weekdays=frozenset({4})
    )
    night = flat(local(2026, 1, 16, 21), local(2026, 1, 17, 7))
    assert local_parts(apply(PriceFormula(grid=(fridays,)), night, BERLIN)) == [
        ("16 21:00", "16 22:00", 0.0),
        ("16 22:00", "17 00:00", 0.07),
        ("17 00:00", "17 07:00", 0.0),
    ]


def test_a_fee_changes_with_the_month() -> None:
    winter = GridTariff(fee_per_kwh=0.09, months=frozenset({11, 12, 1, 2, 3}))
    parts = apply(PriceFormula(grid=(winter,)), flat(local(2026, 3, 31), local(2026, 4, 2)), BERLIN)
    assert local_parts(parts) == [("31 00:00", "01 00:00", 0.09), ("01 00:00", "02 00:00", 0.0)]


EARLY = GridTariff(fee_per_kwh=0.5, from_time=time(2, 30), until=time(4))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param(
            (2026, 3, 29),
            # 02:30 does not come: the clock jumps from 02:00 to 03:00
            [("29 00:00", "29 03:00", 0.0), ("29 03:00", "29 04:00", 0.5)],
            id="spring",
        ),
        pytest.param(
            (2026, 10, 25),
            # 02:30 comes twice, and 02:00 in between
            [
                ("25 00:00", "25 02:30", 0.0),
                ("25 02:30", "25 02:00", 0.5),
                ("25 02:00", "25 02:30", 0.0),
                ("25 02:30", "25 04:00", 0.5),
            ],
            id="autumn",
        ),
    ],
)
def test_a_fee_follows_the_clock_on_the_days_on_which_it_changes(
    day: tuple[int, int, int], expected: list[tuple[str, str, float]]
) -> None:
    whole = flat(local(*day), local(*day, 4))
    assert local_parts(apply(PriceFormula(grid=(EARLY,)), whole, BERLIN)) == expected


tariffs = st.builds(
    GridTariff,
    fee_per_kwh=st.sampled_from([0.1, 0.2, 0.3]),
    from_time=st.times().map(lambda moment: moment.replace(second=0, microsecond=0)),
    until=st.times().map(lambda moment: moment.replace(second=0, microsecond=0)),
    weekdays=st.frozensets(st.integers(0, 6)),
    months=st.frozensets(st.sampled_from([2, 3, 4, 10, 11])),
)


@given(
    st.lists(tariffs, max_size=3),
    st.sampled_from([local(2026, 3, 28), local(2026, 10, 24), local(2026, 10, 31)]),
    st.data(),
)
def test_every_minute_costs_its_own_fee(
    grid: list[GridTariff], start: datetime, data: st.DataObject
) -> None:
    end = start + timedelta(hours=48)
    parts = apply(PriceFormula(grid=tuple(grid)), flat(start, end), BERLIN)
    assert parts[0].start == start
    assert parts[-1].end == end
    minute = start + timedelta(minutes=data.draw(st.integers(0, 48 * 60 - 1)))
    (part,) = [part for part in parts if part.start <= minute < part.end]
    assert part.price_per_kwh == grid_fee(grid, minute, BERLIN)


HOUR = (local(2026, 1, 15, 12), local(2026, 1, 15, 13))
BASIS = ExportBasis(
    imported=(PricePeriod(*HOUR, 0.30),),
    spot=(PricePeriod(*HOUR, 0.10),),
    source=(PricePeriod(*HOUR, 0.07),),
    always=flat(*HOUR),
)


@pytest.mark.parametrize(
    ("kind", "formula", "earned"),
    [
        pytest.param(ExportPrice.SAME, PriceFormula(fee_per_kwh=9), 0.30, id="as import costs"),
        pytest.param(ExportPrice.SPOT, PriceFormula(fee_per_kwh=-0.02), 0.08, id="spot less a fee"),
        pytest.param(ExportPrice.SOURCE, PriceFormula(factor=2), 0.14, id="a source of its own"),
        pytest.param(ExportPrice.FIXED, PriceFormula(fixed_per_kwh=0.08), 0.08, id="fixed"),
        pytest.param(ExportPrice.SPOT, PriceFormula(fixed_per_kwh=0.05), 0.05, id="fixed instead"),
        pytest.param(ExportPrice.FIXED, PriceFormula(), 0.0, id="fixed, at nothing"),
    ],
)
def test_export_earns_what_its_kind_says(
    kind: ExportPrice, formula: PriceFormula, earned: float
) -> None:
    (period,) = exported(kind, formula, BASIS, BERLIN)
    assert period.price_per_kwh == pytest.approx(earned)
    assert (period.start, period.end) == HOUR


def test_there_is_no_price_for_no_time() -> None:
    assert flat(HOUR[1], HOUR[0]) == ()
    assert flat(HOUR[0], HOUR[0]) == ()
