"""A battery: what goes in comes out later, less the losses."""

import numpy as np

from ..model import IntArray
from ..site import Flow, Pair, Site, Values
from ..tiers import Tier
from ..types import BreachKind, DevicePlan, FloatArray, KeplerBattery, ObjectiveTerm
from .balance import NO_COLUMNS
from .curves import hold_below, power_at
from .wishes import obey, stay


class Battery:
    """content[t+1] = content[t] + efficiency * charge - discharge / efficiency."""

    def __init__(self, battery: KeplerBattery) -> None:
        """Take what is known of it."""
        self.battery = battery
        self.charge = NO_COLUMNS
        self.discharge = NO_COLUMNS
        self.content = NO_COLUMNS  # at the end of each slot
        self.rows = NO_COLUMNS  # the dynamics
        self._under = NO_COLUMNS  # below the floor at the end of each slot where that counts

    @property
    def start_kwh(self) -> float:
        """Return what is in it now, no more than fits."""
        return min(max(self.battery.initial_kwh, 0.0), max(self.battery.capacity_kwh, 0.0))

    def add(self, site: Site) -> None:
        """Add content, powers, wear, the soft target and what is left's worth."""
        battery, hours, count = self.battery, site.problem.hours, site.slots.size
        if battery.capacity_kwh <= 0.0 or count == 0:
            obey(site, battery.orders, battery.battery_id, site.slots, [])
            return
        model, shares = site.model, site.problem.grid.inverter_shares
        self.charge = model.columns(count, max(battery.max_charge_kw, 0.0) * hours)
        self.discharge = model.columns(count, max(battery.max_discharge_kw, 0.0) * hours)
        for columns, kwh in ((self.charge, 1.0), (self.discharge, -1.0)):
            site.flows.append(
                Flow(
                    device_id=battery.battery_id,
                    slots=site.slots,
                    columns=columns,
                    kwh=np.full(count, kwh),
                    shares=shares,
                    behind_inverter=True,
                )
            )
        half_wear = 0.5 * site.config.wear_cost_per_kwh
        model.cost(ObjectiveTerm.WEAR, np.r_[self.charge, self.discharge], half_wear)
        self._add_content(site)
        self._add_curves(site)
        self._add_end(site)
        self._add_exclusion(site)
        ones = np.ones(count)
        terms = [(self.charge, ones), (self.discharge, -ones)]
        obey(site, battery.orders, battery.battery_id, site.slots, terms)
        stay(site, battery.battery_id, site.slots, terms)

    def _add_content(self, site: Site) -> None:
        """Let content follow the flows within its limits, which it may be outside of now."""
        battery, count, model = self.battery, site.slots.size, site.model
        start = self.start_kwh
        floor = min(max(battery.min_kwh, 0.0), battery.capacity_kwh)
        ceiling = max(min(battery.max_kwh, battery.capacity_kwh), floor)
        self.content = model.columns(count, max(ceiling, start), low=min(floor, start))
        before = np.zeros(count)
        before[0] = start
        self.rows = model.rows(
            count,
            (self.content, 1.0),
            (self.charge, -battery.charge_efficiency),
            (self.discharge, 1.0 / battery.discharge_efficiency),
            low=before,
            up=before,
        )
        model.put(self.rows[1:], self.content[:-1], -1.0)
        if start < floor:
            # at the end at least: what is left is valued from the floor on
            late = site.slots[min(max(battery.back_by, 0), count - 1) :]
            self._under = self._outside(site, BreachKind.SOC_FLOOR, late)
            model.rows(late.size, (self.content[late], 1.0), (self._under, 1.0), low=floor)
        if start > ceiling:
            over = self._outside(site, BreachKind.SOC_CEILING, site.slots)
            model.rows(count, (self.content, 1.0), (over, -1.0), up=ceiling)

    def _outside(self, site: Site, kind: BreachKind, slots: IntArray) -> IntArray:
        return site.slack(Tier.SOC, kind, device_id=self.battery.battery_id, slots=slots)

    def _add_curves(self, site: Site) -> None:
        """Bound the powers by the content when a slot begins."""
        battery = self.battery
        for curve, energy in (
            (battery.charge_curve, self.charge),
            (battery.discharge_curve, self.discharge),
        ):
            if curve:
                first_kwh = power_at(curve, self.start_kwh) * site.problem.hours[0]
                site.model.limit(energy[:1], first_kwh)
                hold_below(site, curve, [energy[1:]], self.content[:-1], site.slots[1:])

    def _add_end(self, site: Site) -> None:
        """Value what is left above the floor, and ask for the target."""
        battery, model, last = self.battery, site.model, self.content[-1:]
        pieces = [piece for piece in battery.terminal_value if piece[0] > 0.0]
        if pieces:
            size, value = np.array(pieces).T
            columns = model.columns(size.size, size)
            model.cost(ObjectiveTerm.TERMINAL, columns, -value)
            floor = min(max(battery.min_kwh, 0.0), battery.capacity_kwh)
            model.total((columns, 1.0), (last, -1.0), (self._under[-1:], -1.0), up=-floor)
        if battery.target_kwh > 0.0:
            missing = site.slack(Tier.TARGET, BreachKind.TARGET_SOC, device_id=battery.battery_id)
            model.total((last, 1.0), (missing, 1.0), low=battery.target_kwh)

    def _add_exclusion(self, site: Site) -> None:
        """Never charge and discharge at once; without grid charging nor charge and import."""
        model = site.model
        lossless = self.battery.charge_efficiency * self.battery.discharge_efficiency == 1.0
        netted = np.full(site.slots.size, lossless)
        site.pairs.append(Pair(self.charge, self.discharge, netted))
        if not self.battery.grid_charging:
            left = np.maximum(site.problem.pv_kwh - site.problem.load_kwh, 0.0)
            model.limit(self.charge, left)
            site.surplus_only.append((site.slots, self.charge))

    def plan(self, values: Values) -> DevicePlan:
        """Read charge, discharge and content; content follows from the other two."""
        battery = self.battery
        charge, discharge = values[self.charge], values[self.discharge]
        if self.rows.size == 0:
            return _idle(battery.battery_id, values.slots, self.start_kwh)
        change = battery.charge_efficiency * charge - discharge / battery.discharge_efficiency
        content: FloatArray = self.start_kwh + np.r_[0.0, np.cumsum(change)]
        return DevicePlan(
            device_id=battery.battery_id,
            charge_kwh=charge,
            discharge_kwh=discharge,
            content_kwh=content,
        )


def _idle(battery_id: str, count: int, start_kwh: float) -> DevicePlan:
    zeros = np.zeros(count)
    return DevicePlan(
        device_id=battery_id,
        charge_kwh=zeros,
        discharge_kwh=zeros,
        content_kwh=np.full(count + 1, start_kwh),
    )
