"""A water heater: runs of whole blocks, or any power, until each day's heat is in."""

import numpy as np

from ..model import IntArray
from ..site import Flow, Site, Values
from ..tiers import Tier
from ..types import BoolArray, BreachKind, DevicePlan, FloatArray, KeplerWater, WaterDay
from .balance import NO_COLUMNS
from .wishes import obey, stay


class Water:
    """``share[t]`` is the part of its power in a slot, made of the blocks that run then."""

    def __init__(self, water: KeplerWater) -> None:
        """Take what is known of it."""
        self._water = water
        self._share = NO_COLUMNS
        self._so_far = NO_COLUMNS  # slots' worth of heat before each slot edge
        self._full_kwh: FloatArray = np.zeros(0)  # of a slot at full power

    def add(self, site: Site) -> None:
        """Add blocks, days, gaps, orders."""
        water, model, count = self._water, site.model, site.slots.size
        self._full_kwh = max(water.power_kw, 0.0) * site.problem.hours
        if water.continuous:
            self._share = model.columns(count, water.allowed.astype(np.float64))
        else:
            self._share = model.columns(count, 1.0)
            self._add_blocks(site)
        site.flows.append(
            Flow(
                device_id=water.load_id,
                slots=site.slots,
                columns=self._share,
                kwh=self._full_kwh,
                shares=site.shares(water.phases),
            )
        )
        for day in water.days:
            self._add_day(site, day)
        self._add_gaps(site)
        terms = [(self._share, self._full_kwh)]
        obey(site, water.orders, water.load_id, site.slots, terms)
        stay(site, water.load_id, site.slots, terms)

    def _add_blocks(self, site: Site) -> None:
        """Let whole blocks start where all their slots are allowed, one at a time."""
        water, model, count = self._water, site.model, site.slots.size
        first = block_starts(water, count, self._ran(site))
        starts = model.columns(first.size, 1.0, integer=True)
        rows = model.rows(count, (self._share, -1.0), low=0.0, up=0.0)
        for offset in range(max(water.block_slots, 1)):
            model.put(rows[first + offset], starts, 1.0)

    def _ran(self, site: Site) -> BoolArray:
        """Return the slots in which the last plan had it run."""
        previous = site.problem.previous
        if previous is None or self._water.load_id not in previous.energy_kwh:
            return np.zeros(site.slots.size, np.bool_)
        return np.nan_to_num(previous.energy_kwh[self._water.load_id]) > 0.0

    def _add_day(self, site: Site, day: WaterDay) -> None:
        """Heat a day's kWh, softly, and no block more however cheap a kWh is."""
        if day.energy_kwh <= 0.0 and site.problem.import_price.min(initial=0.0) >= 0.0:
            return
        water, model = self._water, site.model
        slots = site.slots[day.first : day.end]
        heat = (self._share[slots], self._full_kwh[slots])
        missing = site.slack(Tier.WATER, BreachKind.WATER, device_id=water.load_id)
        model.total(heat, (missing, 1.0), low=day.energy_kwh)
        if slots.size and site.problem.import_price[slots].min() < 0.0:
            model.total(heat, up=self._most(day, slots))

    def _most(self, day: WaterDay, slots: IntArray) -> float:
        """Return the kWh in whole blocks that need, gaps and orders can ask of a day."""
        water, length = self._water, max(self._water.block_slots, 1)
        block = float(self._full_kwh[slots].max()) * length
        blocks = np.ceil(day.energy_kwh / block - 1e-9) if block > 0.0 else 0.0
        if water.continuous:
            blocks = day.energy_kwh / block if block > 0.0 else 0.0
        if water.longest_gap_slots is not None or water.latest_first is not None:
            gap = water.longest_gap_slots if water.longest_gap_slots is not None else slots.size
            blocks = max(blocks, 1 + slots.size // (gap + length))
        ordered = 0.0
        if water.orders is not None:
            ordered = float(np.nansum(water.orders.least_kwh[slots])) + block
        return max(float(blocks) * block, ordered)

    def _add_gaps(self, site: Site) -> None:
        """Start before the first time it has to, and pause no longer than it may."""
        water, count = self._water, site.slots.size
        if water.latest_first is not None and water.latest_first <= count:
            ends = {max(water.latest_first, 1), self._first_end(site)} - {0}
            self._heat_within(site, np.zeros(len(ends), np.int64), np.array(sorted(ends)))
        gap = water.longest_gap_slots
        if gap is not None and gap < count:
            first = np.arange(count - gap)
            self._heat_within(site, first, first + gap + 1)

    def _first_end(self, site: Site) -> int:
        """Return the end of the first slot it can run in after its latest; 0: none."""
        latest = max(self._water.latest_first or 1, 1)
        possible = np.flatnonzero(site.model.up[self._share] > 0.0)
        late = possible.size > 0 and possible[0] >= latest
        return int(possible[0]) + 1 if late else 0

    def _heat_within(self, site: Site, first: IntArray, end: IntArray) -> None:
        """Ask for one slot's heat in each span of slots; heat so far saves dense rows."""
        model = site.model
        if self._so_far.size == 0:
            self._so_far = model.columns(site.slots.size + 1)
            model.rows(
                site.slots.size,
                (self._so_far[1:], 1.0),
                (self._so_far[:-1], -1.0),
                (self._share, -1.0),
                low=0.0,
                up=0.0,
            )
            model.limit(self._so_far[:1], 0.0)
        need = self._full_kwh[first]
        slack = site.slack(
            Tier.WATER,
            BreachKind.WATER_GAP,
            up=need,
            device_id=self._water.load_id,
            slots=first,
        )
        shares = np.divide(1.0, need, out=np.zeros_like(need), where=need > 0.0)
        model.rows(
            first.size,
            (self._so_far[end], 1.0),
            (self._so_far[first], -1.0),
            (slack, shares),
            low=(need > 0.0).astype(np.float64),
        )

    def plan(self, values: Values) -> DevicePlan:
        """Read what it takes."""
        return DevicePlan(
            device_id=self._water.load_id,
            charge_kwh=self._full_kwh * values[self._share],
            discharge_kwh=np.zeros(values.slots),
        )


def block_starts(water: KeplerWater, count: int, ran: BoolArray) -> IntArray:
    """Return where blocks may start: in step with each day, so that plans do not wander.

    Also now, in step with each time at which it becomes allowed or ordered, and where the
    last plan had it start: as many blocks fit as if they might start anywhere.
    """
    length = max(water.block_slots, 1)
    wanted = np.zeros(count + length, np.bool_)
    wanted[0] = True
    for day in water.days or (WaterDay(first=0, end=count, energy_kwh=0.0),):
        anchor = day.first if day.first > 0 or day.end >= count else day.end
        slots = np.arange(max(day.first, 0), min(day.end, count))
        wanted[slots[(slots - anchor) % length == 0]] = True
        wanted[max(min(day.end, count) - length, 0)] = True
    for stretches in (water.allowed, ordered(water)):
        for slot in 1 + np.flatnonzero(~stretches[:-1] & stretches[1:]):
            closes = slot + np.argmin(np.r_[stretches[slot:], False])
            wanted[slot:closes:length] = True
            wanted[max(closes - length, 0)] = True
    wanted[1:count][ran[1:] & ~ran[:-1]] = True
    allowed = np.r_[0, np.cumsum(water.allowed)]
    starts = np.flatnonzero(wanted[: max(count - length + 1, 0)])
    fits: BoolArray = allowed[starts + length] - allowed[starts] == length
    return starts[fits]


def ordered(water: KeplerWater) -> BoolArray:
    """Return the slots in which a user wants it to run."""
    if water.orders is None:
        return np.zeros(water.allowed.size, np.bool_)
    return np.nan_to_num(water.orders.least_kwh) > 0.0
