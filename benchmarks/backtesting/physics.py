"""What the home does in a slot, whatever was planned: house, sun, battery and meter."""

from dataclasses import dataclass
from math import inf
from typing import Final

SLOT_H: Final = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """A battery and the inverter that it shares with the panels; powers on the AC side."""

    capacity_kwh: float = 10.0
    floor_kwh: float = 1.0  # below which the inverter gives nothing
    max_charge_kw: float = 5.0
    max_discharge_kw: float = 5.0
    charge_efficiency: float = 0.95
    discharge_efficiency: float = 0.95
    inverter_kw: float = 10.0

    @property
    def floor_percent(self) -> float:
        """Return the state of charge below which nothing is given."""
        return 100 * self.floor_kwh / self.capacity_kwh


@dataclass(frozen=True, slots=True)
class Band:
    """What the battery may do, charge positive in kW; within it, it balances the house.

    A band of one power is an order for that power.
    """

    least_kw: float
    most_kw: float


FREE: Final = Band(-inf, inf)
AT_REST: Final = Band(0.0, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flows:
    """kWh over a slot, and what is in the battery at its end."""

    import_kwh: float
    export_kwh: float
    charge_kwh: float
    discharge_kwh: float
    curtailed_kwh: float
    content_kwh: float


def live(plant: Plant, content_kwh: float, pv_kwh: float, load_kwh: float, band: Band) -> Flows:
    """Return what comes of a slot of 15 min; ``pv_kwh`` is what the panels can give."""
    wanted = min(max(pv_kwh - load_kwh, band.least_kw * SLOT_H), band.most_kw * SLOT_H)
    charge = max(0.0, min(wanted, _chargeable_kwh(plant, content_kwh)))
    discharge = max(0.0, min(-wanted, _dischargeable_kwh(plant, content_kwh, pv_kwh)))
    given = min(pv_kwh + discharge - charge, plant.inverter_kw * SLOT_H)
    metered = load_kwh - given
    return Flows(
        import_kwh=max(0.0, metered),
        export_kwh=max(0.0, -metered),
        charge_kwh=charge,
        discharge_kwh=discharge,
        curtailed_kwh=pv_kwh + discharge - charge - given,
        content_kwh=content_kwh
        + charge * plant.charge_efficiency
        - discharge / plant.discharge_efficiency,
    )


def _chargeable_kwh(plant: Plant, content_kwh: float) -> float:
    room = max(0.0, plant.capacity_kwh - content_kwh) / plant.charge_efficiency
    return min(plant.max_charge_kw * SLOT_H, room)


def _dischargeable_kwh(plant: Plant, content_kwh: float, pv_kwh: float) -> float:
    inside = max(0.0, content_kwh - plant.floor_kwh) * plant.discharge_efficiency
    beside_sun = max(0.0, plant.inverter_kw * SLOT_H - pv_kwh)
    return min(plant.max_discharge_kw * SLOT_H, inside, beside_sun)
