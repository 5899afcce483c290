"""What the parts share: the model, the problem, and who moves how much energy where."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from .model import IntArray, Model
from .tiers import Tier, penalties
from .types import (
    BoolArray,
    BreachKind,
    DevicePlan,
    FloatArray,
    KeplerConfig,
    KeplerInput,
    ObjectiveTerm,
)

PHASES = "ABC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Columns that take ``kwh`` per unit from the house (negative: give) in slots.

    ``device_id`` is empty for curtailment. ``shares`` are its parts on the site's
    phases, ``circuits`` what it hangs behind. Columns have finite bounds.
    """

    device_id: str
    slots: IntArray
    columns: IntArray
    kwh: FloatArray
    shares: tuple[float, ...]
    circuits: tuple[str, ...] = ()
    behind_inverter: bool = False


@dataclass(frozen=True, slots=True)
class Slack:
    """Columns by which a limit gives; slots is None for a limit of the whole plan."""

    columns: IntArray
    tier: Tier
    kind: BreachKind
    device_id: str
    slots: IntArray | None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two columns per slot that must not both be positive.

    ``netted``: where both may be lowered by the same amount at no cost, and with them
    the sums that they are ``part_of``.
    """

    first: IntArray
    second: IntArray
    netted: BoolArray
    part_of: tuple[IntArray, ...] = ()


@dataclass(frozen=True, slots=True)
class Switches:
    """A car's on/off columns by slot, and what the two steps need to round them.

    ``energy`` are kWh columns, ``least_kwh`` and ``most_kwh`` their range when on,
    ``least_rows`` demand the minimum, ``starts`` count the runs.
    """

    slots: IntArray
    on: IntArray
    energy: IntArray
    least_kwh: FloatArray
    most_kwh: FloatArray
    least_rows: IntArray
    starts: IntArray
    deadlines: tuple[int, ...]


class Values(Protocol):
    """A solution, read by columns."""

    @property
    def slots(self) -> int:
        """Return how many slots the plan has."""

    def __getitem__(self, columns: IntArray, /) -> FloatArray:
        """Return the values of columns."""


class Site:
    """The house while its model is being built."""

    def __init__(self, problem: KeplerInput, config: KeplerConfig) -> None:
        """Begin with an empty model."""
        self.problem = problem
        self.config = config
        self.model = Model()
        self.slots = np.arange(problem.hours.size)
        self.penalties = penalties(problem, config)
        self.flows: list[Flow] = []
        self.slacks: list[Slack] = []
        self.pairs: list[Pair] = []
        # (slots, columns) that are 0 while there is import
        self.surplus_only: list[tuple[IntArray, IntArray]] = []
        self.switches: list[tuple[Switches, ...]] = []  # of each car, by mode
        self.late: list[IntArray] = []  # integers that mean nothing while switches are relaxed
        self.calming: list[IntArray] = []  # what a ramp is priced by; hardly bears on integers

    @property
    def phases(self) -> str:
        """Return the site's phases."""
        return PHASES[: max(1, min(self.problem.grid.phases, len(PHASES)))]

    def shares(self, phases: str) -> tuple[float, ...]:
        """Return the parts of a device's power on the site's phases, equal on its own."""
        own = [phase for phase in phases if phase in self.phases] or list(self.phases)
        return tuple(own.count(phase) / len(own) for phase in self.phases)

    def slack(
        self,
        tier: Tier,
        kind: BreachKind,
        *,
        device_id: str = "",
        slots: IntArray | None = None,
        up: float | FloatArray = np.inf,
    ) -> IntArray:
        """Add columns of kWh by which a limit of slots (None: the plan) gives, at a price."""
        columns = self.model.columns(1 if slots is None else slots.size, up)
        self.model.cost(ObjectiveTerm.PENALTIES, columns, self.penalties[tier])
        self.slacks.append(Slack(columns, tier, kind, device_id, slots))
        return columns

    @property
    def netted(self) -> BoolArray:
        """Return where import and export may be lowered by the same amount at no cost.

        Not where an export is ordered, which buying and selling at once would seem to do.
        """
        problem = self.problem
        free: BoolArray = problem.export_price <= problem.import_price
        if problem.least_export_kwh is not None:
            free &= ~(problem.least_export_kwh > 0.0)
        return free

    def least_import(self) -> FloatArray:
        """Return the kWh per slot that the household alone imports at most, PV left unused."""
        grid, load = self.problem.grid, self.problem.load_kwh
        if grid.phase_netting:
            return np.maximum(load, 0.0)
        return sum(
            (np.maximum(share * load, 0.0) for share in grid.load_shares),
            start=np.zeros(self.slots.size),
        )

    def least_export(self) -> FloatArray:
        """Return the kWh per slot that a household which gives more than it takes exports."""
        return np.maximum(-self.problem.load_kwh, 0.0)

    def on_phase(self, index: int, values: Values) -> FloatArray:
        """Return the kWh per slot that a solution imports (negative: exports) on a phase."""
        net = self.fixed_on_phase(index)
        for flow in self.flows:
            np.add.at(net, flow.slots, flow.shares[index] * flow.kwh * values[flow.columns])
        return net

    def fixed_on_phase(self, index: int) -> FloatArray:
        """Return a phase's load less its PV in kWh per slot."""
        grid, problem = self.problem.grid, self.problem
        load = grid.load_shares[index] * problem.load_kwh
        return load - grid.inverter_shares[index] * problem.pv_kwh

    def reach(self, flows: Iterable[tuple[Flow, float]]) -> tuple[FloatArray, FloatArray]:
        """Return the least and most kWh per slot that flows, each weighted, can add up to."""
        low, up = np.zeros(self.slots.size), np.zeros(self.slots.size)
        column_low, column_up = self.model.low, self.model.up
        for flow, weight in flows:
            taken = flow.kwh * weight
            ends = np.stack([taken * column_low[flow.columns], taken * column_up[flow.columns]])
            np.add.at(low, flow.slots, ends.min(axis=0))
            np.add.at(up, flow.slots, ends.max(axis=0))
        return low, up


def put_by_slot(
    model: Model,
    row_of_slot: IntArray,
    slots: IntArray,
    columns: IntArray,
    coefficients: FloatArray,
) -> None:
    """Add columns to the rows of their slots; a slot with row -1 has none."""
    rows = row_of_slot[slots]
    there = rows >= 0
    model.put(rows[there], columns[there], coefficients[there])


def rows_of(slots: IntArray, rows: IntArray, count: int) -> IntArray:
    """Return each slot's row, -1 where it has none."""
    row_of_slot = np.full(count, -1)
    row_of_slot[slots] = rows
    return row_of_slot


class Part(Protocol):
    """One device or one law of the house."""

    def add(self, site: Site) -> None:
        """Add its columns, rows, costs and flows."""


class Device(Part, Protocol):
    """A part that has a plan of its own."""

    def plan(self, values: Values) -> DevicePlan:
        """Read its plan from a solution."""
