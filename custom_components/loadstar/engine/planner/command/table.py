"""A schedule as a table for a terminal."""

from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from ..inputs.types import PlannerInput
from ..output.sentences import money, sentence
from ..output.types import Schedule, SlotPlan
from ..output.warning_sentences import warning_sentence

APART = ("penalties", "shaping")
LEFT = frozenset({"time", "action", "reason", "device", "term"})

type Row = dict[str, str]


def schedule_table(schedule: Schedule, planner_input: PlannerInput) -> str:
    """Return the slots, what each device gets, the sums and the warnings as text."""
    zone = ZoneInfo(planner_input.time_zone)
    parts = [
        _table([_slot_row(slot, planner_input, zone) for slot in schedule.slots]),
        "Prices are per kWh, powers kW. Grid: import +; battery: charge +; ~: estimated.",
    ]
    if schedule.devices:
        parts.append(_table([*_device_rows(schedule, zone)]))
    parts.append(_table([*_sum_rows(schedule)]))
    parts.append("\n".join(_closing(schedule, zone)))
    return "\n\n".join(parts)


def _slot_row(slot: SlotPlan, planner_input: PlannerInput, zone: ZoneInfo) -> Row:
    hours = (slot.end - slot.start).total_seconds() / 3600
    local = slot.start.astimezone(zone)
    chargers = {car.charger_id: car.name for car in planner_input.cars}
    loads = {load.load_id: load.name for load in planner_input.water_heaters}
    loads |= {load.load_id: load.name for load in planner_input.deferrables}
    soc = slot.projected_soc_percent
    row = {
        "time": f"{local:%a %H:%M}",
        "import": f"{'~' if slot.price_is_estimated else ''}{money(slot.import_price_per_kwh)}",
        "export": money(slot.export_price_per_kwh),
        "PV": _kw(slot.planned_pv_kwh / hours),
        "load": _kw(slot.planned_load_kwh / hours),
        "battery": _kw(slot.battery_charge_kw - slot.battery_discharge_kw),
        "SoC %": "" if soc is None else f"{soc:.0f}",
    }
    row |= {chargers[key]: _kw(each.power_kw) for key, each in slot.chargers.items()}
    row |= {loads[key]: _kw(power_kw) for key, power_kw in slot.loads.items()}
    return row | {
        "grid": _kw(slot.import_kw - slot.export_kw),
        "action": slot.action.value,
        "reason": sentence(slot.reason, zone, slot.start),
    }


def _device_rows(schedule: Schedule, zone: ZoneInfo) -> Iterator[Row]:
    for device in schedule.devices:
        reason = device.reason
        yield {
            "device": device.name,
            "kWh": f"{device.energy_kwh:.2f}",
            "cost": money(device.cost),
            "missing kWh": f"{device.missing_kwh:.2f}" if device.missing_kwh else "",
            "reason": "" if reason is None else sentence(reason, zone, schedule.created_at),
        }


def _sum_rows(schedule: Schedule) -> Iterator[Row]:
    apart = {term: schedule.objective[term] for term in APART if term in schedule.objective}
    for term, amount in schedule.objective.items():
        if term not in apart:
            yield {"term": term, schedule.currency: money(amount)}
    yield {"term": "cost", schedule.currency: money(schedule.cost)}
    if schedule.reference_cost is not None and schedule.saving is not None:
        yield {"term": "without a plan", schedule.currency: money(schedule.reference_cost)}
        yield {"term": "saving", schedule.currency: money(schedule.saving)}
    for term, amount in apart.items():
        yield {"term": f"{term}, no money", schedule.currency: money(amount)}


def _closing(schedule: Schedule, zone: ZoneInfo) -> Iterator[str]:
    gap = "not proven" if schedule.gap is None else f"{100 * schedule.gap:.3f} %"
    yield f"Status: {schedule.status.value}, gap {gap}, {schedule.solve_time_ms:.0f} ms."
    for warning in schedule.warnings:
        yield f"Warning: {warning_sentence(warning, zone, schedule.created_at)}"


def _kw(power_kw: float) -> str:
    """Return a power, nothing for none."""
    return f"{power_kw:.2f}" if abs(power_kw) >= 0.005 else ""  # noqa: PLR2004 - as shown


def _table(rows: Sequence[Row]) -> str:
    names = list(dict.fromkeys(name for row in rows for name in row))
    widths = {name: max(len(name), *(len(row.get(name, "")) for row in rows)) for name in names}
    lines = [{name: name for name in names}, *rows]
    return "\n".join(
        "  ".join(
            line.get(name, "").ljust(widths[name])
            if name in LEFT
            else line.get(name, "").rjust(widths[name])
            for name in names
        ).rstrip()
        for line in lines
    )
