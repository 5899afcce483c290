"""What a home's days came to."""

from dataclasses import dataclass, fields
from typing import Self

from .physics import Flows


@dataclass(slots=True, kw_only=True)
class Ledger:
    """Sums over the slots that were lived through; money in the home's currency."""

    days: float = 0.0
    bought: float = 0.0
    sold: float = 0.0
    wear: float = 0.0
    left: float = 0.0  # worth of what is in the battery at the end, beyond what was at first
    import_kwh: float = 0.0
    export_kwh: float = 0.0
    cycled_kwh: float = 0.0  # half of what went in and out
    curtailed_kwh: float = 0.0
    under_reserve_h: float = 0.0
    under_base_h: float = 0.0  # under the user's own minimum, whatever the reserve is
    reserve_percent_h: float = 0.0
    planned_h: float = 0.0
    plans: int = 0
    failed: int = 0
    forecast_s: float = 0.0
    plan_s: float = 0.0

    @property
    def cost(self) -> float:
        """Return what was paid for grid and wear, less what is left."""
        return self.bought - self.sold + self.wear - self.left

    def book(self, flows: Flows, prices: tuple[float, float], wear_cost_per_kwh: float) -> None:
        """Add a slot; ``prices`` per kWh are import's and export's."""
        moved_kwh = flows.charge_kwh + flows.discharge_kwh
        self.bought += flows.import_kwh * prices[0]
        self.sold += flows.export_kwh * prices[1]
        self.wear += moved_kwh * wear_cost_per_kwh / 2
        self.import_kwh += flows.import_kwh
        self.export_kwh += flows.export_kwh
        self.cycled_kwh += moved_kwh / 2
        self.curtailed_kwh += flows.curtailed_kwh

    def __add__(self, other: Self) -> Self:
        """Return both together."""
        names = [each.name for each in fields(self)]
        return type(self)(**{name: getattr(self, name) + getattr(other, name) for name in names})
