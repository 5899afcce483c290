"""The schedule: what is planned per slot, why, and what it is worth."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from ..inputs.types import PlanWarning
from ..solver.types import SolveStatus


class SlotAction(StrEnum):
    """What the batteries and the house do in a slot."""

    CHARGE_FROM_GRID = "charge_from_grid"
    CHARGE_FROM_PV = "charge_from_pv"
    HOLD = "hold"  # content is kept for later although it could serve
    DISCHARGE = "discharge"
    EXPORT = "export"  # from a battery
    IDLE = "idle"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanReason:
    """Why a slot is as it is: a code of ``output/reasons.py`` and the figures of its sentence."""

    code: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargerSlot:
    """What a charger is to give in a slot; ``surplus``: beyond it, what would be exported."""

    power_kw: float
    current_a: float
    surplus: bool = False
    phases: str = ""  # where one of several was chosen


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotPlan:
    """One slot of a schedule; powers are means over the slot."""

    start: datetime
    end: datetime
    import_price_per_kwh: float
    export_price_per_kwh: float
    price_is_estimated: bool
    load_kwh: float  # P50
    planned_load_kwh: float  # as planned with, inflated
    pv_kwh: float
    planned_pv_kwh: float
    curtailed_kw: float
    battery_charge_kw: float
    battery_discharge_kw: float
    projected_soc_percent: float | None  # at the end, of all batteries together
    soc_target_percent: float | None
    import_kw: float
    export_kw: float
    chargers: Mapping[str, ChargerSlot]  # by charger
    water_heater_kw: float
    loads: Mapping[str, float]  # kW by load, water heaters among them
    batteries: Mapping[str, float]  # kW by battery, charge positive
    action: SlotAction
    reason: PlanReason
    is_manual: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceOutcome:
    """What the plan gives a device, and by when it is done."""

    device_id: str
    name: str
    energy_kwh: float
    cost: float  # its energy at the prices of its slots
    finish: datetime | None = None  # a car's goal is met, else the last energy taken
    missing_kwh: float = 0.0  # of its goal
    reason: PlanReason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StrategyEvent:
    """A rule of the strategy that changed something, for the log."""

    at: datetime
    rule: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A plan for the coming two days. Money is in ``currency``."""

    created_at: datetime
    kind: str  # of plan: full or baseline
    currency: str
    status: SolveStatus
    solve_time_ms: float
    gap: float | None
    objective: Mapping[str, float]  # by term
    cost: float  # money, terminal value included
    reference_cost: float | None  # of the same days without a plan
    s_index: float | None
    target_soc_percent: float | None
    slots: tuple[SlotPlan, ...]
    devices: tuple[DeviceOutcome, ...] = ()
    warnings: tuple[PlanWarning, ...] = ()  # of the input, and each limit that had to give
    strategy: tuple[StrategyEvent, ...] = ()
    peak_kw: float | None = None  # what this month will be charged for
    times_ms: Mapping[str, float] = field(default_factory=dict)  # by stage

    @property
    def saving(self) -> float | None:
        """Return what the plan saves against doing nothing clever."""
        return None if self.reference_cost is None else self.reference_cost - self.cost

    def slot_at(self, instant: datetime) -> SlotPlan | None:
        """Return the slot that runs at ``instant``, or None outside the schedule."""
        return next((slot for slot in self.slots if slot.start <= instant < slot.end), None)
