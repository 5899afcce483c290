"""One look at the site, reduced to what the test compares."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
import math
import statistics

from ..control.types import ChargerReading, PhaseReading, PowerReading, SiteReadings
from .types import TOTAL_LINE, SitePlan

IN_USE_A = 1.0
_ABSURD_A = 500.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What meter, inverter and one charger said at ``now``; lines as the meter has them."""

    now: float
    lines: tuple[str, ...]
    grid: tuple[float, ...] | None  # A, None: not to be believed
    grid_at: float | None
    inverter: tuple[float, ...]  # A of PV and battery towards the house
    inverter_at: float | None  # of the older of the two; None: the site has neither
    inverter_known: bool
    drawn: tuple[float | None, float | None, float | None]  # A at L1, L2, L3
    drawn_at: float | None
    accepted: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """How the site stood while a charger was held at one current: medians of its samples."""

    at: float  # when the set-point had been accepted
    ordered: float
    lines: tuple[str, ...]
    grid: tuple[float, ...]
    inverter: tuple[float, ...]
    inverter_trusted: bool  # heard after the step, so that a change would have shown
    drawn: tuple[float | None, float | None, float | None]
    spread: tuple[float, ...]  # how far its first half is from its second, per line


def take_sample(site: SitePlan, readings: SiteReadings, charger: ChargerReading) -> Sample:
    """Return what matters of ``readings`` for the test of ``charger``."""
    lines = meter_lines(site, readings.grid)
    sources = [it for it in (readings.pv, readings.battery) if it is not None]
    battery = readings.battery
    power = _watts(readings.pv) - _watts(battery)
    return Sample(
        now=readings.now,
        lines=lines,
        grid=_grid(readings.grid, len(lines)),
        grid_at=readings.grid.at,
        inverter=_inverter(site, power, lines),
        inverter_at=min((it.at or -math.inf for it in sources), default=None),
        inverter_known=battery is None or battery.value is not None,
        drawn=_drawn(charger),
        drawn_at=charger.measured_at,
        accepted=charger.accepted_current,
    )


def meter_lines(site: SitePlan, grid: PhaseReading) -> tuple[str, ...]:
    """Return what the grid meter tells apart."""
    if site.phases == 1:
        return ("A",)
    return (TOTAL_LINE,) if grid.total_only else ("A", "B", "C")


def terminals_in_use(drawn: Iterable[float | None]) -> str:
    """Return the terminals that draw: "1", "12", "123"."""
    return "".join(
        str(number)
        for number, value in enumerate(drawn, start=1)
        if value is not None and value > IN_USE_A
    )


def make_level(samples: Sequence[Sample], *, at: float, ordered: float, settled_at: float) -> Level:
    """Return the level that ``samples``, at least one and all with a grid, were taken at.

    PV and battery are believed where they were heard after ``settled_at``.
    """
    grids = [sample.grid for sample in samples if sample.grid is not None]
    half = (len(grids) + 1) // 2
    last = samples[-1]
    return Level(
        at=at,
        ordered=ordered,
        lines=last.lines,
        grid=_medians(grids),
        inverter=_medians([sample.inverter for sample in samples]),
        inverter_trusted=heard_inverter(last, settled_at),
        drawn=last.drawn,
        spread=tuple(
            abs(late - early)
            for early, late in zip(_medians(grids[:half]), _medians(grids[-half:]), strict=True)
        ),
    )


def _medians(rows: Sequence[tuple[float, ...]]) -> tuple[float, ...]:
    return tuple(statistics.median(values) for values in zip(*rows, strict=True))


def heard_inverter(sample: Sample, since: float) -> bool:
    """Whether PV and battery, where there are any, have reported after ``since``."""
    if not sample.inverter_known:
        return False
    return sample.inverter_at is None or sample.inverter_at > since


def _grid(reading: PhaseReading, count: int) -> tuple[float, ...] | None:
    values = reading.values[:count]
    known = tuple(value for value in values if value is not None and abs(value) <= _ABSURD_A)
    return known if len(known) == count else None


def _drawn(charger: ChargerReading) -> tuple[float | None, float | None, float | None]:
    first, second, third = (
        value if value is not None and -IN_USE_A <= value <= _ABSURD_A else None
        for value in charger.currents
    )
    return (first, second, third)


def _watts(reading: PowerReading | None) -> float:
    if reading is None or reading.value is None or not math.isfinite(reading.value):
        return 0.0
    return reading.value


def _inverter(site: SitePlan, power_w: float, lines: tuple[str, ...]) -> tuple[float, ...]:
    current = power_w / site.voltage
    if len(lines) == 1:
        return (current,)
    share = current / len(site.inverter_phases)
    return tuple(share if line in site.inverter_phases else 0.0 for line in lines)
