"""A schedule for other programs: JSON with sentences, and CSV."""

import csv
import io
import json
from zoneinfo import ZoneInfo

from ..inputs.types import PlannerInput
from ..output.sentences import sentence
from ..output.stored import schedule_as_dict
from ..output.types import Schedule, SlotPlan
from ..output.warning_sentences import warning_sentence


def schedule_json(schedule: Schedule, planner_input: PlannerInput) -> str:
    """Return the schedule as it is stored, each reason and warning with its ``sentence``."""
    zone = ZoneInfo(planner_input.time_zone)
    data = schedule_as_dict(schedule)
    for slot, plain in zip(schedule.slots, data["slots"], strict=True):
        plain["reason"]["sentence"] = sentence(slot.reason, zone, slot.start)
    for device, plain in zip(schedule.devices, data["devices"], strict=True):
        if device.reason is not None:
            words = sentence(device.reason, zone, schedule.created_at)
            plain["reason"]["sentence"] = words
    for warning, plain in zip(schedule.warnings, data["warnings"], strict=True):
        plain["sentence"] = warning_sentence(warning, zone, schedule.created_at)
    return json.dumps(data, indent=2)


def schedule_csv(schedule: Schedule) -> str:
    """Return the slots as CSV: powers in kW, a column per battery, charger and load."""
    rows = [_row(slot) for slot in schedule.slots]
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _row(slot: SlotPlan) -> dict[str, str | float | None]:
    row: dict[str, str | float | None] = {
        "start": slot.start.isoformat(),
        "end": slot.end.isoformat(),
        "import_price": slot.import_price_per_kwh,
        "export_price": slot.export_price_per_kwh,
        "pv_kwh": slot.planned_pv_kwh,
        "load_kwh": slot.planned_load_kwh,
        "curtailed_kw": slot.curtailed_kw,
        "battery_charge_kw": slot.battery_charge_kw,
        "battery_discharge_kw": slot.battery_discharge_kw,
        "soc_percent": slot.projected_soc_percent,
        "import_kw": slot.import_kw,
        "export_kw": slot.export_kw,
    }
    row |= {f"battery {name} kw": power_kw for name, power_kw in slot.batteries.items()}
    row |= {f"charger {name} kw": each.power_kw for name, each in slot.chargers.items()}
    row |= {f"load {name} kw": power_kw for name, power_kw in slot.loads.items()}
    return row | {"action": slot.action.value, "reason": str(slot.reason.code)}
