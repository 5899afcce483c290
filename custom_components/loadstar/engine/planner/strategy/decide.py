"""The strategy stage: what risk to take, and what is in force."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..config import PlanKind, PlannerConfig
from ..devices import Battery
from ..inputs.sound import sound_batteries
from ..inputs.types import PlannerInput, PlanWarning
from ..output.types import StrategyEvent
from ..scheduling.peak_windows import peak_of_this_month
from ..solver.types import FloatArray
from .overrides import Situation, apply_rules
from .s_index import SIndex, s_index
from .target_soc import target_soc
from .types import Posture

_FIRST_DAY_H = 24.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Strategy:
    """What the strategy decided; see ``Decisions`` for what its parts mean."""

    posture: Posture
    planned_load_kwh: FloatArray
    planned_pv_kwh: FloatArray
    s_index: float | None = None
    target_soc_percent: float | None = None
    targets_soc_percent: Mapping[str, float] = field(default_factory=dict)
    events: tuple[StrategyEvent, ...] = ()
    warnings: tuple[PlanWarning, ...] = ()


def decide(planner_input: PlannerInput, config: PlannerConfig, kind: PlanKind) -> Strategy:
    """Return what is in force; in a baseline the user's settings and the bare expectation."""
    slots = planner_input.slots
    load_kwh = np.array([slot.load_kwh for slot in slots])
    pv_kwh = np.array([slot.pv_kwh for slot in slots])
    posture = Posture(
        export_threshold_per_kwh=config.export_threshold_per_kwh,
        wear_cost_per_kwh=config.wear_cost_per_kwh,
        import_limit_kw=np.full(len(slots), np.inf),
    )
    if kind is PlanKind.BASELINE:
        return Strategy(posture=posture, planned_load_kwh=load_kwh, planned_pv_kwh=pv_kwh)
    load_kwh = _inflated(planner_input, load_kwh, config.strategy.base_factor)
    pv_kwh = pv_kwh * planner_input.overlays.pv_factor
    situation = _situation(planner_input, config, load_kwh, pv_kwh)
    posture, changes = apply_rules(situation, posture)
    risk = s_index(planner_input.outlook, config.strategy)
    batteries, _ = sound_batteries(planner_input)
    target = target_soc(
        batteries,
        s_index=risk.value,
        scaling=config.strategy.target_soc_scaling,
        least_percent=posture.least_target_soc_percent,
        chargeable_kwh=_chargeable_kwh(planner_input, batteries, pv_kwh),
    )
    return Strategy(
        posture=posture,
        planned_load_kwh=load_kwh * posture.load_factor,
        planned_pv_kwh=pv_kwh,
        s_index=risk.value,
        target_soc_percent=target.together,
        targets_soc_percent=target.by_battery,
        events=tuple(
            StrategyEvent(at=planner_input.now, rule=rule, data=data)
            for rule, data in (_said(risk), *changes.items())
        ),
        warnings=target.warnings,
    )


def _said(risk: SIndex) -> tuple[str, Mapping[str, Any]]:
    """Return the S-index as the strategy log has it."""
    return "s_index" if risk.days else "s_index_without_outlook", {
        "s_index": risk.value,
        "days": risk.days,
        "pv_deficit": risk.pv_deficit,
        "cold": risk.cold,
        "uncertainty": risk.uncertainty,
    }


def _inflated(planner_input: PlannerInput, load_kwh: FloatArray, factor: float) -> FloatArray:
    """Return the load with that of the first 24 h inflated."""
    first_day = np.array(
        [
            (slot.start - planner_input.now).total_seconds() < _FIRST_DAY_H * 3600
            for slot in planner_input.slots
        ]
    )
    return np.where(first_day, load_kwh * factor, load_kwh)


def _situation(
    planner_input: PlannerInput, config: PlannerConfig, load_kwh: FloatArray, pv_kwh: FloatArray
) -> Situation:
    slots = planner_input.slots
    return Situation(
        hours=np.array([slot.hours for slot in slots]),
        import_price=np.array([slot.import_price_per_kwh for slot in slots]),
        price_is_known=~np.array([slot.price_is_estimated for slot in slots]),
        load_kwh=load_kwh,
        pv_kwh=pv_kwh,
        circumstances=planner_input.circumstances,
        peak=peak_of_this_month(planner_input),
        config=config.strategy,
    )


def _chargeable_kwh(
    planner_input: PlannerInput, batteries: tuple[Battery, ...], pv_kwh: FloatArray
) -> Mapping[str, float]:
    """Return what each battery can take until the plan ends; from PV alone where it must."""
    hours = sum(slot.hours for slot in planner_input.slots)
    from_sun = np.inf if planner_input.grid.allow_grid_charging else float(pv_kwh.sum())
    return {
        battery.battery_id: min(battery.max_charge_kw * hours, from_sun) for battery in batteries
    }
