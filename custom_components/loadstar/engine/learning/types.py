"""Rows of the store: what happened in a slot, and what was expected of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntFlag


class Quality(IntFlag):
    """What is to be known of a row before one learns from it; 0 is a whole, measured slot."""

    GOOD = 0
    PARTIAL = 1  # a part of the slot was not seen
    BACK_FILLED = 2  # from the recorder's statistics
    HOURLY = 4  # a quarter of an hour's mean, not the slot's own figure
    INTEGRATED = 8  # from power, where there is no counter
    IMPLAUSIBLE = 16  # energy in is not energy out


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotObservation:
    """What happened from ``start`` (aware UTC) over 15 min; energies in kWh, None: unknown.

    ``load_kwh`` is the household's without managed chargers and loads.
    """

    start: datetime
    import_kwh: float | None = None
    export_kwh: float | None = None
    import_price_per_kwh: float | None = None
    export_price_per_kwh: float | None = None
    pv_kwh: float | None = None
    load_kwh: float | None = None
    battery_charge_kwh: float | None = None
    battery_discharge_kwh: float | None = None
    soc_start_percent: float | None = None
    soc_end_percent: float | None = None
    water_kwh: float | None = None
    chargers_kwh: Mapping[str, float] = field(default_factory=dict)  # by subentry
    quality: Quality = Quality.GOOD


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotForecast:
    """What was expected at ``issued`` (aware UTC) of the slot at ``start``; kWh over 15 min.

    ``pv_source_kwh`` is the source's own figure, before any correction.
    """

    start: datetime
    issued: datetime
    pv_source_kwh: float | None = None
    pv_p10_kwh: float | None = None
    pv_p50_kwh: float | None = None
    pv_p90_kwh: float | None = None
    load_p10_kwh: float | None = None
    load_p50_kwh: float | None = None
    load_p90_kwh: float | None = None
