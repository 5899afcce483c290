"""What a plan is made from: one frozen value, kept so that a what-if can be asked of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from ..config import Overlays
from ..devices import (
    Battery,
    Car,
    DeferrableLoad,
    Grid,
    ManualBlock,
    PeakTariff,
    WaterHeater,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotData:
    """What is expected of one slot; energies in kWh over the slot.

    Slots are 15 min; the first may begin in the middle of one, the last may end there.
    """

    start: datetime
    hours: float
    import_price_per_kwh: float
    export_price_per_kwh: float
    pv_kwh: float  # P50
    load_kwh: float  # P50 of the household, without managed devices
    price_is_estimated: bool = False
    pv_p10_kwh: float | None = None
    pv_p90_kwh: float | None = None
    load_p10_kwh: float | None = None
    load_p90_kwh: float | None = None

    @property
    def end(self) -> datetime:
        """Return when the slot ends."""
        return self.start + timedelta(hours=self.hours)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOutlook:
    """A whole local day's energies in kWh and its mean temperature; None where unknown."""

    day: date
    pv_kwh: float | None = None
    pv_p10_kwh: float | None = None
    load_kwh: float | None = None
    load_p90_kwh: float | None = None
    temperature_c: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What the strategy looks at beside prices and forecasts."""

    vacation: bool = False
    storm_warning: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanWarning:
    """Something about the input that was left out or replaced, and why."""

    code: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviousPlan:
    """What the last plan meant to do, to stay with it where that costs nothing.

    By slot start, then by device: battery kWh (charge positive), and kWh of the rest.
    """

    energy_kwh: Mapping[datetime, Mapping[str, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannerInput:
    """Everything that is known when a plan is made; ``time_zone`` names local days."""

    now: datetime
    time_zone: str
    currency: str
    slots: tuple[SlotData, ...]
    grid: Grid
    batteries: tuple[Battery, ...] = ()
    cars: tuple[Car, ...] = ()
    water_heaters: tuple[WaterHeater, ...] = ()
    deferrables: tuple[DeferrableLoad, ...] = ()
    peak_tariff: PeakTariff | None = None
    outlook: tuple[DayOutlook, ...] = ()  # days after tomorrow
    circumstances: Circumstances = field(default_factory=Circumstances)
    manual: tuple[ManualBlock, ...] = ()
    previous: PreviousPlan | None = None
    buffer_soc_percent: float | None = None  # the dynamic buffer's, where it is in force
    overlays: Overlays = field(default_factory=Overlays)
    warnings: tuple[PlanWarning, ...] = ()
