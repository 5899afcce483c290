"""What planning needs to know of a site: prices, tariffs, weather, vehicles, PV and loads."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import Any

from .engine.prices.types import ExportPrice, PriceFormula


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRef:
    """A source of prices or of a PV forecast, as chosen in a flow.

    ``kind`` is the name of a file under ``sources/prices`` or ``sources/pv``. Which
    of the others is set depends on it: an entity, an integration's config entry, a
    list attribute's name, a template, and what else the source asks for.
    """

    kind: str
    entity_id: str | None = None
    entry_id: str | None = None
    attribute: str | None = None
    template: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceConfig:
    """What a kWh costs and earns; without sources both are fixed."""

    source: SourceRef | None = None  # of import
    formula: PriceFormula = field(default_factory=PriceFormula)
    export: ExportPrice = ExportPrice.FIXED
    export_source: SourceRef | None = None
    export_formula: PriceFormula = field(default_factory=lambda: PriceFormula(fixed_per_kwh=0.0))
    forecast: SourceRef | None = None  # of import prices beyond the known ones


@dataclass(frozen=True, slots=True, kw_only=True)
class PeakTariffConfig:
    """A monthly fee on peaks; see ``engine.planner.devices.PeakTariff``."""

    fee_per_kw: float
    window_minutes: int = 60
    peaks_counted: int = 1
    months: frozenset[int] = frozenset(range(1, 13))
    weekdays: frozenset[int] = frozenset(range(7))
    from_hour: int = 0
    until_hour: int = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class OutdoorConfig:
    """Entities that know how cold it is, for a household that heats."""

    temperature: str | None = None  # sensor: what it was
    weather: str | None = None  # weather entity: what it will be


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleConfig:
    """A vehicle; ``charger`` is the subentry of its usual charger."""

    subentry_id: str
    name: str
    capacity_kwh: float
    soc: str | None = None  # entity
    charger: str | None = None
    phases: int | None = None  # None: the charger's
    efficiency: float = 0.9
    usual_departure: time | None = None  # first value of a setting


@dataclass(frozen=True, slots=True, kw_only=True)
class PvArrayConfig:
    """A PV array and where its forecast comes from."""

    subentry_id: str
    name: str
    peak_kw: float
    forecast: SourceRef | None = None  # None: from the energy dashboard
    tilt_deg: float | None = None
    azimuth_deg: float | None = None  # 180 is south


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadConfig:
    """A water heater or a deferrable load."""

    subentry_id: str
    name: str
    kind: str  # LOAD_WATER_HEATER or LOAD_DEFERRABLE
    power_kw: float
    phases: str = "A"  # site phases
    switch: str | None = None
    power: str | None = None  # entity that measures it
    # of a water heater
    energy_kwh_per_day: float = 0.0
    block_minutes: int = 60
    continuous: bool = False
    longest_gap_h: float | None = None
    allowed: tuple[tuple[time, time], ...] = ()
    # of a deferrable load, every day
    duration_minutes: int = 0
    earliest: time = time(0)
    latest_end: time = time(0)  # 00:00 is the end of the day


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanningConfig:
    """All of it; ``SiteConfig.planning``."""

    prices: PriceConfig = field(default_factory=PriceConfig)
    peak_tariff: PeakTariffConfig | None = None
    outdoor: OutdoorConfig = field(default_factory=OutdoorConfig)
    vehicles: Mapping[str, VehicleConfig] = field(default_factory=dict)
    pv_arrays: Mapping[str, PvArrayConfig] = field(default_factory=dict)
    loads: Mapping[str, LoadConfig] = field(default_factory=dict)

    @property
    def has_prices(self) -> bool:
        """Whether there is any price to plan by."""
        return self.prices.source is not None or self.prices.formula.fixed_per_kwh is not None
