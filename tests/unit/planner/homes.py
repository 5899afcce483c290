"""Random homes for the planner, each made of one seed so that a failure can be seen again."""

import random

import numpy as np

from custom_components.loadstar.engine.planner.solver.types import (
    FloatArray,
    KeplerGrid,
    KeplerInput,
    KeplerPeak,
    PeakWindow,
)
from tests.unit.planner.home_devices import VOLT, battery, car, deferrable, water
from tests.unit.planner.kinds import ANYTHING, Kind


def random_home(seed: int, kind: Kind = ANYTHING) -> KeplerInput:
    """Return a home that is often scarce in one way or another."""
    rng = random.Random(seed)
    count = rng.choice(kind.slots)
    hours = _hours(rng, count, uneven=kind.uneven)
    grid = _grid(rng, count, kind)
    import_price, export_price = _prices(rng, count)
    heated = kind.water and rng.random() < 0.4
    return KeplerInput(
        hours=hours,
        import_price=import_price,
        export_price=export_price,
        pv_kwh=_pv(rng, hours),
        load_kwh=hours * np.array([rng.uniform(0.1, 1.5) for _ in range(count)]),
        grid=grid,
        batteries=tuple(battery(rng, n, count, kind) for n in range(rng.choice(kind.batteries))),
        cars=tuple(car(rng, n, hours, grid, kind) for n in range(rng.choice(kind.cars))),
        water_heaters=(water(rng, hours, grid, kind),) if heated else (),
        deferrables=(
            (deferrable(rng, count, grid),) if kind.deferrables and rng.random() < 0.25 else ()
        ),
        peaks=_peaks(rng, hours) if kind.peaks and rng.random() < 0.4 else (),
        least_export_kwh=(
            _least_export(rng, count) if kind.orders and rng.random() < 0.05 else None
        ),
    )


def _hours(rng: random.Random, count: int, *, uneven: bool) -> FloatArray:
    hours = np.full(count, 0.25)
    if uneven and rng.random() < 0.4:
        hours[0] = rng.choice((0.05, 0.1, 0.2))
        hours[-1] = rng.choice((0.1, 0.25))
    return hours


def _prices(rng: random.Random, count: int) -> tuple[FloatArray, FloatArray]:
    style = rng.choice(("day", "day", "day", "negative", "flat"))
    if style == "flat":
        spot = np.full(count, rng.choice((0.0, 0.2)))
    else:
        low = -0.3 if style == "negative" else 0.02
        spot = np.array([rng.uniform(low, 0.35) for _ in range(count)])
    export = rng.choice(("same", "less", "less", "fixed", "more"))
    if export == "same":
        return spot, spot.copy()
    if export == "less":
        return spot + rng.choice((0.05, 0.15)), spot - 0.01
    if export == "fixed":
        return spot, np.full(count, 0.07)
    return spot, spot + np.array([rng.choice((0.0, 0.0, 0.05)) for _ in range(count)])


def _pv(rng: random.Random, hours: FloatArray) -> FloatArray:
    peak_kw = rng.choice((0.0, 3.0, 8.0, 15.0))
    noon = rng.uniform(0, hours.size)
    width = max(4.0, hours.size / 4)
    shape: FloatArray = np.maximum(0.0, 1 - ((np.arange(hours.size) - noon) / width) ** 2)
    return peak_kw * shape * hours


def _grid(rng: random.Random, count: int, kind: Kind) -> KeplerGrid:
    phases = rng.choice((1, 3, 3)) if kind.three_phases else 1
    breaker_a = rng.choice((10.0, 16.0, 25.0, 35.0)) if kind.tight else 200.0
    shares = (1.0,) if phases == 1 else rng.choice(((1 / 3,) * 3, (0.5, 0.3, 0.2)))
    inverter = (1.0,) if phases == 1 else rng.choice(((1 / 3,) * 3, (1.0, 0.0, 0.0)))
    import_limit = export_limit = inverter_max = None
    if kind.tight:
        if rng.random() < 0.3:
            import_limit = np.array([rng.choice((2.0, 4.0, 8.0)) for _ in range(count)])
        export_limit = rng.choice((None, None, 0.0, 2.0))
        inverter_max = rng.choice((None, None, 5.0))
    return KeplerGrid(
        phases=phases,
        phase_limit_kw=breaker_a * VOLT,
        load_shares=shares,
        inverter_shares=inverter,
        import_limit_kw=import_limit,
        export_limit_kw=export_limit,
        inverter_max_kw=inverter_max,
        phase_netting=phases == 1 or rng.random() < 0.6,
        circuits={"garage": 12 * VOLT} if kind.tight else {"garage": 150 * VOLT},
    )


def _least_export(rng: random.Random, count: int) -> FloatArray:
    least = np.full(count, np.nan)
    first = rng.randrange(count)
    least[first : first + 3] = rng.choice((0.2, 1.0))
    return least


def _peaks(rng: random.Random, hours: FloatArray) -> tuple[KeplerPeak, ...]:
    """Return a tariff of one month, or of two where the month ends within the plan."""
    count = hours.size
    months = [(0, count)]
    if rng.random() < 0.2:
        months = [(0, count // 2), (count // 2, count)]
    width = rng.choice((1, 4))  # of 15 or 60 min
    fee, counted = rng.choice((0.5, 3.0)), rng.choice((1, 1, 2, 3))
    return tuple(
        _month(rng, first, end, width=width, fee=fee, counted=counted) for first, end in months
    )


def _month(
    rng: random.Random, first: int, end: int, *, width: int, fee: float, counted: int
) -> KeplerPeak:
    days = 1 if end - first < 16 else rng.choice((1, 2, 3))
    windows = [
        PeakWindow(
            slots=tuple(range(start, min(start + width, end))),
            hours=width * 0.25,
            day=(start - first) * days // (end - first),
            metered_kwh=rng.choice((0.0, 0.5)) if start == 0 and width > 1 else 0.0,
        )
        for start in range(first, end, width)
        if rng.random() < 0.9
    ]
    return KeplerPeak(
        fee_per_kw=fee,
        peaks_counted=counted,
        past_kw=tuple(rng.uniform(0, 6) for _ in range(rng.choice((0, 0, 2, 5))))
        if not first
        else (),
        so_far_kw=(rng.choice((0.0, 2.0)) if not first else 0.0, *(0.0,) * (days - 1)),
        windows=tuple(windows),
        base_kw=rng.choice((0.0, 0.0, 2.5)),
    )
