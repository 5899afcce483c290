"""From a source's own rows to periods of mean power: every check that all sources share."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from itertools import pairwise
import math
from typing import Final

from homeassistant.const import UnitOfEnergy, UnitOfPower
from homeassistant.util import dt as dt_util
from homeassistant.util.unit_conversion import EnergyConverter, PowerConverter

from ...engine.planner.inputs.pv import EnergyPeriod
from ...engine.planner.inputs.types import PlanWarning
from ..types import PvForecast, SourceError

# Forecasts come by the hour or finer; a longer way to the next one is a night, or a
# hole, unless the source keeps to it.
_USUAL: Final = timedelta(hours=1)
_HOUR: Final = timedelta(hours=1)
_LONGEST: Final = timedelta(hours=3)
_YEARS: Final = range(2000, 2200)
MAX_PV_KW: Final = 1000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RawPv:
    """One row as the source has it: nothing of it is checked yet."""

    start: object
    value: object
    end: object = None
    p10: object = None
    p90: object = None


@dataclass(slots=True)
class Findings:
    """What was left out of a forecast: how often, and where first."""

    source: str
    _first: dict[str, tuple[int, str]] = field(default_factory=dict)

    def add(self, code: str, at: object) -> None:
        """Count one more of a kind."""
        count, first = self._first.get(code, (0, str(at)))
        self._first[code] = (count + 1, first)

    @property
    def warnings(self) -> tuple[PlanWarning, ...]:
        """One warning for each kind."""
        return tuple(
            PlanWarning(code=code, data={"source": self.source, "count": count, "at": first})
            for code, (count, first) in self._first.items()
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Timed:
    start: datetime
    end: datetime
    row: RawPv


@dataclass(frozen=True, slots=True)
class _Scale:
    """What makes kW, or kWh, of a unit."""

    factor: float
    is_energy: bool

    @classmethod
    def of(cls, unit: str) -> _Scale:
        if unit in PowerConverter.VALID_UNITS:
            return cls(PowerConverter.convert(1.0, unit, UnitOfPower.KILO_WATT), is_energy=False)
        factor = EnergyConverter.convert(1.0, unit, UnitOfEnergy.KILO_WATT_HOUR)
        return cls(factor, is_energy=True)

    def mean_kw(self, value: object, hours: float) -> float | None:
        """Return the mean power over a period, None of what is no number."""
        number = read_number(value)
        if number is None:
            return None
        return number * self.factor / hours if self.is_energy else number * self.factor


@dataclass(frozen=True, slots=True)
class Window:
    """What is asked for; ``zone`` is that of time stamps without an offset."""

    start: datetime
    end: datetime
    zone: tzinfo = field(default_factory=dt_util.get_default_time_zone)


def is_unit(unit: object) -> bool:
    """Whether ``unit`` is one of power or energy, which is all that a forecast may be in."""
    return unit in PowerConverter.VALID_UNITS or unit in EnergyConverter.VALID_UNITS


def normalise(rows: Sequence[RawPv], unit: str | None, source: str, window: Window) -> PvForecast:
    """Return the periods in the window, in order; raise SourceError if there are none.

    ``unit`` is one of power (a mean over the period) or of energy. What cannot be used
    is left out and named in the warnings.
    """
    if unit is None or not is_unit(unit):
        raise SourceError("pv_unit", source=source, unit=str(unit))
    if not rows:
        raise SourceError("pv_empty", source=source)
    findings = Findings(source)
    timed = _in_order(rows, window.zone, findings)
    wanted = [item for item in timed if item.end > window.start and item.start < window.end]
    if timed and not wanted:
        first, last = timed[0].start.isoformat(), timed[-1].end.isoformat()
        raise SourceError("pv_wrong_day", source=source, first=first, last=last)
    scale = _Scale.of(unit)
    periods = tuple(
        period for item in wanted if (period := _period(item, scale, findings)) is not None
    )
    if not periods:
        raise SourceError("pv_nothing_usable", source=source)
    return PvForecast(periods=periods, warnings=findings.warnings)


def read_time(value: object, zone: tzinfo, after: datetime | None = None) -> datetime | None:
    """Return a time stamp in UTC, or None; ``after`` is the one before it in the list.

    It tells the hour that comes twice from its repetition where no offset is given.
    """
    parsed = _parsed(value)
    if parsed is None or parsed.year not in _YEARS:
        return None
    if parsed.tzinfo is not None:
        return parsed.astimezone(dt_util.UTC)
    local = parsed.replace(tzinfo=zone).astimezone(dt_util.UTC)
    if after is not None and local <= after:
        return parsed.replace(tzinfo=zone, fold=1).astimezone(dt_util.UTC)
    return local


def _parsed(value: object) -> datetime | None:
    if isinstance(value, datetime):
        return value
    try:
        return dt_util.parse_datetime(value) if isinstance(value, str) else None
    except ValueError:  # of the form of a time stamp, but none, as of a 13th month
        return None


def read_number(value: object) -> float | None:
    """Return a finite number, also from text, or None."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except ValueError, OverflowError:
        return None
    return number if math.isfinite(number) else None


def _in_order(rows: Sequence[RawPv], zone: tzinfo, findings: Findings) -> list[_Timed]:
    """Return rows with both ends, none overlapping the next."""
    starts: dict[datetime, RawPv] = {}
    last: datetime | None = None
    for row in rows:
        begin = read_time(row.start, zone, last)
        if begin is None:
            findings.add("pv_bad_time", row.start)
            continue
        last = begin
        if begin in starts and read_number(starts[begin].value) != read_number(row.value):
            findings.add("pv_overlap", begin.isoformat())
        starts.setdefault(begin, row)
    times = sorted(starts)
    gaps = [later - earlier for earlier, later in pairwise(times)]
    timed = []
    for index, begin in enumerate(times):
        finish = read_time(starts[begin].end, zone, begin) or begin + _length(gaps, index)
        if index < len(gaps) and finish > times[index + 1]:
            findings.add("pv_overlap", begin.isoformat())
            finish = times[index + 1]
        if finish <= begin:
            findings.add("pv_bad_time", begin.isoformat())
            continue
        timed.append(_Timed(start=begin, end=finish, row=starts[begin]))
    return timed


def _length(gaps: Sequence[timedelta], index: int) -> timedelta:
    """Return how long the period with a number lasts: until the next one, but not over night."""
    own = gaps[index] if index < len(gaps) else None
    neighbours = [gaps[n] for n in (index - 1, index + 1) if 0 <= n < len(gaps)]
    if own is not None and (own <= _USUAL or (own <= _LONGEST and own in neighbours)):
        return own
    if index and gaps[index - 1] <= _LONGEST:
        return gaps[index - 1]
    return min((gap for gap in gaps if gap <= _USUAL), default=_USUAL)


def _period(item: _Timed, scale: _Scale, findings: Findings) -> EnergyPeriod | None:
    hours = (item.end - item.start) / _HOUR
    at = item.start.isoformat()
    mean = scale.mean_kw(item.row.value, hours)
    if mean is None:
        findings.add("pv_not_a_number", at)
        return None
    if mean < 0:
        findings.add("pv_negative", at)
        return None
    if mean > MAX_PV_KW:
        findings.add("pv_absurd", at)
        return None
    low, high = scale.mean_kw(item.row.p10, hours), scale.mean_kw(item.row.p90, hours)
    if not (0 <= (0 if low is None else low) <= mean <= (mean if high is None else high)):
        findings.add("pv_spread", at)
        low = high = None
    return EnergyPeriod(item.start, item.end, mean, low, high)
