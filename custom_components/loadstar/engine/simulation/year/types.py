"""What a simulated year is made from, and what it gives."""

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import numpy.typing as npt

type IntArray = npt.NDArray[np.int64]
type FloatArray = npt.NDArray[np.float64]

SLOT_S = 900
LONGEST_DAYS = 731
MOST_SURPRISE = 1.25


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelsConfig:
    """A PV system; an azimuth of 180 is south.

    ``shaded_azimuth_deg`` and ``shaded_below_deg`` are a neighbour's trees: between those
    azimuths no direct sun comes from below that height. ``losses`` are a share of the
    energy: wires, dirt, the inverter.
    """

    peak_kw: float = 9.0
    inverter_kw: float = 7.0
    tilt_deg: float = 35.0
    azimuth_deg: float = 180.0
    losses: float = 0.14
    shaded_azimuth_deg: tuple[float, float] = (60.0, 115.0)
    shaded_below_deg: float = 14.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyConfig:
    """A household and its heat pump.

    ``daily_kwh`` is a mean day's energy without heating; ``heat_loss_kw_per_k`` what the
    house loses of heat, 0 for one that is not heated with electricity. ``holidays`` is
    how often a year the family is away.
    """

    daily_kwh: float = 12.0
    heat_loss_kw_per_k: float = 0.14
    hot_water_kwh: float = 2.0  # electricity a day
    holidays: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceConfig:
    """A service that forecasts PV.

    ``bias`` is the share by which it promises too much (0.3: 30 % too much, -0.3: 30 % too
    little), ``drift`` the standard deviation of how that changes over months,
    ``surprise`` scales how wrong its weather is: 1 is usual, 0 knows all but passing clouds,
    1.25 knows nothing three days ahead. It knows of no trees and of no snow.
    """

    bias: float = 0.08
    drift: float = 0.06
    surprise: float = 1.0
    has_quantiles: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class YearConfig:
    """A place, what stands there, and when: ``days`` local days from ``start`` on."""

    start: date
    days: int = 365
    latitude_deg: float = 50.0
    longitude_deg: float = 10.0  # east
    time_zone: str = "Europe/Berlin"
    panels: PanelsConfig = field(default_factory=PanelsConfig)
    family: FamilyConfig = field(default_factory=FamilyConfig)
    source: SourceConfig = field(default_factory=SourceConfig)

    def __post_init__(self) -> None:
        """Refuse what is not a year."""
        if not 1 <= self.days <= LONGEST_DAYS:
            raise ValueError("days")
        if not -65 <= self.latitude_deg <= 65:  # noqa: PLR2004  no day without a sunrise
            raise ValueError("latitude_deg")
        if not self.panels.peak_kw > 0:
            raise ValueError("peak_kw")
        if not self.source.bias > -1:
            raise ValueError("bias")
        if not 0 <= self.source.surprise <= MOST_SURPRISE:
            raise ValueError("surprise")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class IssuedForecast:
    """What the service expects; kWh per slot of 15 min, (M,) each.

    Begins with the slot in which it is asked for. Quantiles are None where it has none.
    """

    issued_s: int  # s since 1970
    start_s: IntArray
    pv_kwh: FloatArray
    p10_kwh: FloatArray | None
    p90_kwh: FloatArray | None
