"""What the planner weighs against what."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


class PlanKind(StrEnum):
    """Which plan is made."""

    FULL = "full"
    BASELINE = "baseline"  # without learning's overlays and without strategy


# The S-index' sigma by risk appetite 1 (careful) to 5 (bold).
SIGMA_BY_RISK_APPETITE: Final = {1: 1.28, 2: 0.67, 3: 0.0, 4: -0.25, 5: -0.67}


@dataclass(frozen=True, slots=True, kw_only=True)
class StrategyConfig:
    """Weights of the strategy; see ``docs/planning.md``."""

    risk_appetite: int = 3
    base_factor: float = 1.05  # expected load of the first day, times this
    pv_deficit_weight: float = 0.3
    temperature_weight: float = 0.2
    mild_c: float = 20.0
    freezing_c: float = -15.0
    min_s_index: float = 0.8
    max_s_index: float = 1.5
    target_soc_scaling: float = 50.0  # percent of SoC for each 1.0 of the S-index above 1
    vacation_load_factor: float = 0.5
    vacation_import_limit_kw: float | None = None
    # spreads of import prices (P80 - P20, of flat ones P95 - P5) as parts of the median price
    wide_spread_of_median: float = 0.4
    wide_spread_threshold_factor: float = 0.5  # on the export threshold
    flat_spread_of_median: float = 0.1
    flat_wear_factor: float = 1.5
    # a need between these parts of the month's peak and the whole of it
    near_peak_share: float = 0.9
    under_peak_share: float = 0.98
    negative_price_water_factor: float = 1.5  # of a day's heat, at most


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlays:
    """What learning found beside the user's settings; None or 1: as they are."""

    base_factor: float | None = None
    pv_factor: float = 1.0  # planned PV, as a part of what is expected
    wear_cost_per_kwh: float | None = None
    capacity_kwh: Mapping[str, float] = field(default_factory=dict)  # by battery


@dataclass(frozen=True, slots=True, kw_only=True)
class SolverConfig:
    """How well and how long the solver works."""

    relative_gap: float = 0.001
    gap_of_median_price: float = 0.05  # in money: this part of a median kWh's price
    time_limit_s: float = 20.0
    threads: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannerConfig:
    """All that a user can tune about plans. Money is in the home's currency."""

    wear_cost_per_kwh: float = 0.03  # of battery energy cycled, half on each side
    export_threshold_per_kwh: float = 0.0  # what battery export has to earn beyond the rest
    ramp_cost_per_kw: float = 0.0005
    car_start_cost: float = 0.01
    churn_cost_per_kwh: float = 0.0005
    strategy: StrategyConfig = field(default_factory=StrategyConfig)
    solver: SolverConfig = field(default_factory=SolverConfig)
