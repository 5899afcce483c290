"""What feeds a site's demands, as columns of a linear program."""

from collections.abc import Mapping
from dataclasses import dataclass

from custom_components.loadstar.engine.models import SiteContext
from tests.unit.distribution.linear_program import INFINITY, Program, pool

PHASES = (0, 1, 2)

type Draws = list[float]
"""Currents in A on A, B and C."""
type Flows = list[dict[int, float]]
"""Per phase the columns that flow into it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """The inverter, and the grid up to ``grid`` A on every phase."""

    site: SiteContext
    discharge: float = 0.0  # W
    charge: float = 0.0
    grid: float = 0.0
    netted: bool = False

    def columns(self, program: Program) -> tuple[Flows, Draws, float]:
        """Return per phase what flows where it is drawn and what is steady, and the sum."""
        site = self.site
        asymmetric = site.inverter_supports_asymmetric and len(inverter_phases(site)) > 1
        if not asymmetric:
            steady = self._symmetric()
            return [{}, {}, {}], steady, sum(steady)
        if site.solar_production_phases is None:
            return self._one_pool(program)
        return self._measured(program)

    @property
    def _cap(self) -> float:
        return (self.site.inverter_max_power_per_phase or INFINITY) / self.site.voltage

    @property
    def _net(self) -> float:
        site = self.site
        power = site.solar_production_total + self.discharge - self.charge
        return min(site.inverter_max_power or INFINITY, power) / site.voltage

    def _symmetric(self) -> Draws:
        site = self.site
        phases = inverter_phases(site)
        if site.solar_production_phases is None:
            steady, shared = [0.0, 0.0, 0.0], self._net
        else:
            steady = [power / site.voltage for power in site.solar_production_phases]
            shared = (self.discharge - self.charge) / site.voltage
        for phase in phases:
            steady[phase] += min(self._cap, shared / len(phases))
        return steady

    def _one_pool(self, program: Program) -> tuple[Flows, Draws, float]:
        phases = inverter_phases(self.site)
        if self._net < 0:
            return [{}, {}, {}], self._worst_split(-self._net), self._net
        flows: Flows = [{}, {}, {}]
        pool(program, flows, dict.fromkeys(phases, self._cap), self._net)
        return flows, [0.0, 0.0, 0.0], min(self._net, self._cap * len(phases))

    def _measured(self, program: Program) -> tuple[Flows, Draws, float]:
        volts = self.site.voltage
        solar = [power / volts for power in self.site.solar_production_phases or ()]
        kept = sum(solar) - self.charge / volts
        if kept < 0:
            return [{}, {}, {}], self._worst_split(-kept), kept
        flows: Flows = [{}, {}, {}]
        pool(program, flows, dict(enumerate(solar)), kept)
        free = {phase: max(0.0, self._cap - solar[phase]) for phase in inverter_phases(self.site)}
        pool(program, flows, free, self.discharge / volts)
        return flows, [0.0, 0.0, 0.0], kept + min(self.discharge / volts, sum(free.values()))

    def _worst_split(self, drawn: float) -> Draws:
        phases = inverter_phases(self.site)
        return [-min(self._cap, drawn) if phase in phases else 0.0 for phase in PHASES]


def inverter_phases(site: SiteContext) -> list[int]:
    """Return the phases that the inverter feeds."""
    if site.num_phases == 1:
        return [0]
    return ["ABC".index(name) for name in site.inverter_phases]


def household(site: SiteContext) -> Draws:
    """Return the household's draw."""
    drawn = [site.phase_a_consumption, site.phase_b_consumption, site.phase_c_consumption]
    return [drawn[0], 0.0, 0.0] if site.num_phases == 1 else drawn


def most_beyond(
    feed: Feed, taken: Draws, rise: Mapping[int, float], *, total: float = INFINITY
) -> float:
    """Return the largest t for which the feed serves t · ``rise`` A per phase beyond ``taken``.

    First the household is served as far as the feed can, then what is taken. Chargers get at
    most ``total`` A of it.
    """
    site = feed.site
    present: tuple[int, ...] = PHASES[: site.num_phases]
    own = household(site)
    program = Program()
    flexible, steady, net = feed.columns(program)
    if feed.netted:
        own, taken, present = [sum(own)], [sum(taken)], (0,)
        flexible, steady = [{}], [net]
        rise = {0: sum(rise.values())}
    level = program.column(0.0, 0.0)
    # where the inverter itself draws, that is a demand of the house as well
    dark = [program.column(0.0, own[phase] - min(0.0, steady[phase])) for phase in present]
    short = [program.column(0.0, taken[phase]) for phase in present]
    sharing = {level: sum(rise.values())} | dict.fromkeys(short, -1.0)
    program.at_most(sharing, total - sum(taken))
    for phase in present:
        terms = {level: rise.get(phase, 0.0), dark[phase]: -1.0, short[phase]: -1.0}
        terms |= dict.fromkeys(flexible[phase], -1.0)
        program.at_most(terms, feed.grid + steady[phase] - own[phase] - taken[phase])
    for unserved in (dark, short):
        least = program.maximum(dict.fromkeys(unserved, -1.0))
        assert least is not None
        program.at_most(dict.fromkeys(unserved, 1.0), 1e-9 - least)
    program.highs.changeColBounds(level, 0.0, 1000.0)
    return program.maximum({level: 1.0}) or 0.0


def total_left(feed: Feed) -> float:
    """Return what the feed can serve on all phases together beyond the household, in A."""
    site = feed.site
    _, _, net = feed.columns(Program())
    if feed.netted:
        return max(0.0, net - sum(household(site)))
    return net - sum(household(site)) + shortfall(feed, [0.0, 0.0, 0.0])


def shortfall(feed: Feed, drawn: Draws) -> float:
    """Return how many amperes of household and ``drawn`` the feed cannot serve at best."""
    site = feed.site
    present = PHASES[: site.num_phases]
    demand = [base + more for base, more in zip(household(site), drawn, strict=True)]
    program = Program()
    flexible, steady, net = feed.columns(program)
    if feed.netted:
        return max(0.0, sum(demand) - net)
    short = [program.column() for _ in present]
    for phase in present:
        terms = {short[phase]: -1.0} | dict.fromkeys(flexible[phase], -1.0)
        program.at_most(terms, feed.grid + steady[phase] - demand[phase])
    least = program.maximum(dict.fromkeys(short, -1.0))
    assert least is not None
    return -least
