"""What is shown of a schedule at one instant."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ..engine.planner.inputs.types import PlannerInput
from ..engine.planner.output.types import DeviceOutcome, Schedule, SlotPlan
from ..models import ChargerPlan, PlannerMode, PlanSnapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How planning fares beside its newest plan."""

    mode: PlannerMode
    currency: str
    stale: bool = False
    problem: str | None = None


def plan_snapshot(
    standing: Standing, schedule: Schedule | None, source: PlannerInput | None, now: datetime
) -> PlanSnapshot:
    """Return a plan as it stands at ``now``; nothing of it once it is over or off."""
    slot = None if schedule is None else schedule.slot_at(now)
    if schedule is None or slot is None or standing.mode is PlannerMode.OFF:
        return PlanSnapshot(
            mode=standing.mode,
            currency=standing.currency,
            stale=standing.stale,
            problem=standing.problem,
        )
    following = _next_action(schedule, slot)
    return PlanSnapshot(
        mode=standing.mode,
        currency=schedule.currency,
        import_price=slot.import_price_per_kwh,
        export_price=slot.export_price_per_kwh,
        price_is_estimated=slot.price_is_estimated,
        created_at=schedule.created_at,
        stale=standing.stale,
        problem=standing.problem,
        status=schedule.status,
        gap=schedule.gap,
        solve_time_ms=schedule.solve_time_ms,
        action=slot.action,
        reason=slot.reason.code,
        reason_data=slot.reason.data,
        next_action=following.action if following else None,
        next_action_at=following.start if following else None,
        battery_power_w=_watts(slot.battery_charge_kw - slot.battery_discharge_kw)
        if slot.batteries
        else None,
        cost=schedule.cost,
        saving=schedule.saving,
        s_index=schedule.s_index,
        target_soc_percent=schedule.target_soc_percent,
        month_peak_kw=schedule.peak_kw,
        warnings=schedule.warnings,
        loads={key: _watts(kw) for key, kw in slot.loads.items()},
        batteries={key: _watts(kw) for key, kw in slot.batteries.items()},
        chargers=_chargers(schedule, slot, source),
    )


def _next_action(schedule: Schedule, slot: SlotPlan) -> SlotPlan | None:
    """Return the first later slot that does something else."""
    later = (other for other in schedule.slots if other.start > slot.start)
    return next((other for other in later if other.action is not slot.action), None)


def _chargers(
    schedule: Schedule, slot: SlotPlan, source: PlannerInput | None
) -> Mapping[str, ChargerPlan]:
    if source is None:
        return {}
    outcomes = {outcome.device_id: outcome for outcome in schedule.devices}
    return {
        car.charger_id: _charger(
            car.car_id if car.car_id != car.charger_id else None,
            slot.chargers[car.charger_id].power_kw if car.charger_id in slot.chargers else 0.0,
            min((goal.by for goal in car.goals), default=None),
            outcomes.get(car.car_id),
        )
        for car in source.cars
        if car.plugged
    }


def _charger(
    vehicle: str | None, power_kw: float, goal_by: datetime | None, outcome: DeviceOutcome | None
) -> ChargerPlan:
    if outcome is None:
        return ChargerPlan(vehicle=vehicle, power_w=_watts(power_kw), goal_by=goal_by)
    return ChargerPlan(
        vehicle=vehicle,
        power_w=_watts(power_kw),
        goal_energy_kwh=None if goal_by is None else outcome.energy_kwh + outcome.missing_kwh,
        goal_by=goal_by,
        finish=outcome.finish,
        missing_kwh=outcome.missing_kwh,
        cost=outcome.cost,
    )


def _watts(kilowatts: float) -> float:
    return round(kilowatts * 1000.0, 1)
