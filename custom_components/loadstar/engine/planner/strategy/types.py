"""What strategy and scheduling decide before the solver weighs money."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..inputs.types import PlanWarning
from ..output.types import StrategyEvent
from ..solver.types import (
    BoolArray,
    FloatArray,
    KeplerDeferrable,
    KeplerGoal,
    KeplerPeak,
    KeplerWater,
    Orders,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Posture:
    """What is in force after the rules of the strategy have looked at the circumstances.

    Starts as the user's settings; each rule returns one with its change. Powers are kW,
    money per kWh. ``import_limit_kw`` is per slot, infinite where there is none.
    """

    export_threshold_per_kwh: float
    wear_cost_per_kwh: float
    import_limit_kw: FloatArray
    load_factor: float = 1.0  # on the whole horizon
    least_target_soc_percent: float = 0.0
    water_on_legionella_day_only: bool = False
    water_factor_at_negative_prices: float = 0.0  # of a day's heat; 0: no more than needed


@dataclass(frozen=True, slots=True, kw_only=True)
class CarPlanning:
    """A car in the solver's terms: where it is there, what it has room for and is to take."""

    present: BoolArray
    room_kwh: float
    goals: tuple[KeplerGoal, ...] = ()
    surplus_worth_per_kwh: float = 0.0
    soc_percent: float | None = None  # as planned with, where the capacity is known


@dataclass(frozen=True, slots=True, kw_only=True)
class ManualOrders:
    """The user's orders by device, in the solver's terms.

    ``open_ended`` are the devices that were ordered "as much as can be": what they do
    not reach of it is no breach.
    """

    orders: Mapping[str, Orders] = field(default_factory=dict)
    least_export_kwh: FloatArray | None = None
    open_ended: frozenset[str] = frozenset()  # "" is export


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """Everything that is decided before the solver runs; arrays are of shape (T,).

    ``s_index`` and ``target_soc_percent`` (of all batteries together) are None in a
    baseline. Mappings are by device; who is not in ``terminal_value`` has none.
    """

    posture: Posture
    planned_load_kwh: FloatArray  # inflated, scaled
    planned_pv_kwh: FloatArray
    s_index: float | None = None
    target_soc_percent: float | None = None
    targets_soc_percent: Mapping[str, float] = field(default_factory=dict)  # by battery
    terminal_value: Mapping[str, tuple[tuple[float, float], ...]] = field(default_factory=dict)
    cars: Mapping[str, CarPlanning] = field(default_factory=dict)
    water_heaters: tuple[KeplerWater, ...] = ()  # without orders
    deferrables: tuple[KeplerDeferrable, ...] = ()  # without orders
    peaks: tuple[KeplerPeak, ...] = ()
    manual: ManualOrders = field(default_factory=ManualOrders)
    events: tuple[StrategyEvent, ...] = ()
    warnings: tuple[PlanWarning, ...] = ()
