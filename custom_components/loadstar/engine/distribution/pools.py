"""The pools that chargers draw from, as phase limits in A."""

from dataclasses import dataclass
from enum import Enum, auto

from ..models import PhaseLimits
from .battery import Battery
from .cleaning import CleanSite
from .inverter import Output, inverter_output
from .limits import Left, at_most, by_set, closed, fixed, from_sets, relieved, single


class PoolKind(Enum):
    """What a pool holds; every ampere that is given is taken from all of them."""

    SOLAR = auto()  # sun that house and battery leave
    SUN = auto()  # sun that the house leaves
    EXPORT = auto()  # what would be exported if no charger ran
    EXCESS = auto()  # export beyond the threshold
    SURPLUS = auto()  # export beyond the planned export
    OWN = auto()  # what there is without import


@dataclass(slots=True, eq=False)
class Pool:
    """A pool that guaranteed currents may overdraw."""

    kind: PoolKind
    left: Left  # may be negative

    @property
    def spare(self) -> Left:
        """What is left once overdrawn phases have taken all they can."""
        return relieved(self.left)


class Pools:
    """The pools of one site, each made when it is first asked for."""

    def __init__(self, site: CleanSite, battery: Battery) -> None:
        """Keep what the pools are made of."""
        self._site = site
        self._battery = battery
        self.made: list[Pool] = []  # those that somebody has asked for

    def pool(self, kind: PoolKind) -> Pool:
        """Return the pool of a kind; the same one at every call."""
        for pool in self.made:
            if pool.kind is kind:
                return pool
        pool = Pool(kind, by_set(self._limits(kind)))
        self.made.append(pool)
        return pool

    def _limits(self, kind: PoolKind) -> PhaseLimits:
        site, battery = self._site, self._battery
        match kind:
            case PoolKind.SOLAR:
                taken = min(battery.wants, site.solar)
                output = inverter_output(site, discharge=battery.solar_discharge, charge=taken)
                return self._after_household(output)
            case PoolKind.SUN:
                return self._after_household(inverter_output(site))
            case PoolKind.EXPORT:
                return self._export()
            case PoolKind.EXCESS:
                return _beyond(self._export(), site.export_threshold)
            case PoolKind.SURPLUS:
                return _beyond(self._export(), site.planned_export)
            case _:
                return self._after_household(working_output(site, battery))

    def _export(self) -> PhaseLimits:
        return self._after_household(inverter_output(self._site, charge=self._battery.charge))

    def _after_household(self, output: Output) -> PhaseLimits:
        site = self._site
        if site.netting:
            return single(max(0.0, output.total - site.household_total))
        a, b, c = site.household
        return _not_negative(output.limits + fixed((-a, -b, -c)))


def working_output(site: CleanSite, battery: Battery) -> Output:
    """Return what the inverter can give while chargers need it."""
    return inverter_output(site, discharge=battery.discharge, charge=battery.charge)


def physical_limits(site: CleanSite, output: Output) -> PhaseLimits:
    """Return what breaker and inverter leave for chargers.

    A phase on which the household alone is over the breaker takes what the inverter can send
    there; chargers on other phases have the rest.
    """
    a, b, c = (drawn + kept for drawn, kept in zip(site.household, site.reserved, strict=True))
    present = site.phases
    caps = (
        site.breaker - a,
        site.breaker - b if present & 2 else 0.0,
        site.breaker - c if present & 4 else 0.0,
    )
    return _not_negative(fixed(caps) + output.limits)


def import_left(site: CleanSite, output: Output) -> float | None:
    """Return what the import limit leaves for chargers in A over all phases; None: no limit."""
    if site.import_limit is None:
        return None
    return site.import_limit + output.total - site.household_total - sum(site.reserved)


def _beyond(export: PhaseLimits, threshold: float) -> PhaseLimits:
    return at_most(from_sets(closed(by_set(export))), max(0.0, export.abc - threshold))


def _not_negative(limits: PhaseLimits) -> PhaseLimits:
    return from_sets(relieved(by_set(limits)))
