"""Which discharge a charge is for: first those where a kWh inside has one worth.

As long as a battery is neither empty nor full, a kWh inside is worth the same from slot
to slot; there every charge may serve every discharge. So the cheapest charge is paired
with the dearest discharge, then the next ones: the pairs' savings add up to the plan's.
What a stretch leaves in the battery serves the next ones.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ..solver.types import FloatArray, KeplerBattery
from .facts import PRICE_TOLERANCE, Facts
from .flows import ENERGY_TOLERANCE_KWH


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """The slot at the other end of most of a slot's kWh.

    ``saved_per_kwh``: for each kWh that is charged, or given, in the slot itself.
    """

    slot: int
    price: float
    saved_per_kwh: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Consecutive slots, ``first`` to before ``end``, with one worth per kWh inside."""

    first: int
    end: int
    worth_per_kwh: float

    def __contains__(self, slot: object) -> bool:
        """Return whether a slot lies in it."""
        return isinstance(slot, int) and self.first <= slot < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class BatteryPairs:
    """A battery's stretches and the partner of each slot that has one."""

    stretches: tuple[Stretch, ...]
    partners: dict[int, Partner]

    def stretch_of(self, slot: int) -> Stretch | None:
        """Return the stretch of a slot; None where a penalty is part of the worth."""
        return next((each for each in self.stretches if slot in each), None)


def pairs_of(facts: Facts, battery: KeplerBattery) -> BatteryPairs:
    """Return a battery's pairs; none without duals."""
    duals = facts.result.duals
    worth = None if duals is None else duals.content.get(battery.battery_id)
    stretches = () if worth is None else tuple(_stretches(worth))
    return BatteryPairs(stretches=stretches, partners=_Pairing(facts, battery).run(stretches))


def _stretches(worth: FloatArray) -> Iterator[Stretch]:
    """Yield runs of equal worth, and nothing for slots where it is NaN."""
    changes = np.flatnonzero(~np.isclose(np.diff(worth), 0.0, atol=PRICE_TOLERANCE, rtol=0.0)) + 1
    edges = [0, *(int(each) for each in changes), len(worth)]
    for first, end in pairwise(edges):
        if not np.isnan(worth[first]):
            yield Stretch(first=first, end=end, worth_per_kwh=float(worth[first]))


class _Pairing:
    """Pairs one battery's slots; each slot keeps the partner of its largest part."""

    def __init__(self, facts: Facts, battery: KeplerBattery) -> None:
        plan = facts.result.devices[battery.battery_id]
        inside = plan.charge_kwh * battery.charge_efficiency
        inside = inside - plan.discharge_kwh / battery.discharge_efficiency
        self._facts = facts
        self._efficiency = battery.charge_efficiency * battery.discharge_efficiency
        self._charges = inside > ENERGY_TOLERANCE_KWH
        self._discharges = inside < -ENERGY_TOLERANCE_KWH
        self._left = np.abs(inside)
        self._largest: dict[int, float] = {}
        self._partners: dict[int, Partner] = {}

    def run(self, stretches: tuple[Stretch, ...]) -> dict[int, Partner]:
        """Return the partners by slot."""
        carried: list[int] = []
        for stretch in stretches:
            slots = range(stretch.first, stretch.end)
            charges = [slot for slot in slots if self._charges[slot]]
            discharges = [slot for slot in slots if self._discharges[slot]]
            self._match(charges, discharges)
            self._match(carried, discharges)
            carried = [
                slot for slot in (*carried, *charges) if self._left[slot] > ENERGY_TOLERANCE_KWH
            ]
        return self._partners

    def _match(self, charges: list[int], discharges: list[int]) -> None:
        """Pair from the fronts of both lists until one is used up."""
        buying = iter(sorted(charges, key=self._facts.buying_price))
        selling = iter(sorted(discharges, key=self._facts.selling_price, reverse=True))
        charge, discharge = next(buying, None), next(selling, None)
        while charge is not None and discharge is not None:
            energy = float(min(self._left[charge], self._left[discharge]))
            self._left[[charge, discharge]] -= energy
            self._keep(charge, discharge, energy)
            if self._left[charge] <= self._left[discharge]:
                charge = next(buying, None)
            else:
                discharge = next(selling, None)

    def _keep(self, charge: int, discharge: int, energy_kwh: float) -> None:
        buying = self._facts.buying_price(charge)
        selling = self._facts.selling_price(discharge)
        half_wear = self._facts.wear_cost_per_kwh / 2
        saved = self._efficiency * (selling - half_wear) - (buying + half_wear)
        if saved <= PRICE_TOLERANCE:
            return
        there = Partner(slot=discharge, price=selling, saved_per_kwh=saved)
        back = Partner(slot=charge, price=buying, saved_per_kwh=saved / self._efficiency)
        for slot, partner in ((charge, there), (discharge, back)):
            if energy_kwh > self._largest.get(slot, 0.0):
                self._largest[slot] = energy_kwh
                self._partners[slot] = partner
