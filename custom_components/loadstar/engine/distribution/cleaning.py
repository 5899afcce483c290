"""The site in amperes, with every number that cannot be believed replaced by the careful one.

A household draw that is no number counts as a full phase, supply as none, a limit as 0, an
export threshold as out of reach, and battery charge as the most that the battery can take. A
negative household draw is none. A voltage that is no mains voltage leaves nothing to share.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from ..models import PhaseTriple, SiteContext
from .phases import ALL_PHASES, phases_of

HIGHEST = 1e7  # beyond it a number is no current or power of a home
VOLTAGES = (50.0, 1000.0)


def number(value: float | None, otherwise: float) -> float:
    """Return a value that is a number from 0 up, else what stands in for it."""
    if value is None or not 0 <= value <= HIGHEST:
        return otherwise
    return value


def draw(value: float | None, full: float) -> float:
    """Return a measured draw, 0 where it is negative and ``full`` where it is no number."""
    if value is None or not isfinite(value) or value > HIGHEST:
        return full
    return max(0.0, value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inverter:
    """How the inverter feeds the site: its phases (bits) and its limits in A."""

    phases: int
    asymmetric: bool
    total: float
    per_phase: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanSite:
    """What the pools are made of, in A; absent phases have 0."""

    phases: int
    breaker: float
    household: PhaseTriple
    reserved: PhaseTriple  # left free at breakers alone
    import_limit: float | None
    solar: float
    solar_phases: PhaseTriple | None
    inverter: Inverter
    export_threshold: float
    planned_export: float
    netting: bool
    max_unbalance: float | None

    @property
    def household_total(self) -> float:
        """The household's draw on all phases."""
        return sum(self.household)


def amperes_per_watt(site: SiteContext) -> float:
    """Return 1/V, or 0 where the voltage cannot be believed."""
    low, high = VOLTAGES
    return 1 / site.voltage if low <= site.voltage <= high else 0.0


def clean(site: SiteContext) -> CleanSite:
    """Return the site in A."""
    per_watt = amperes_per_watt(site)
    count = min(max(site.num_phases, 1), 3)
    breaker = number(site.main_breaker_rating, 0.0) if per_watt else 0.0
    phases = ALL_PHASES >> (3 - count)
    drawn = (site.phase_a_consumption, site.phase_b_consumption, site.phase_c_consumption)
    total = number(site.solar_production_total, 0.0) * per_watt
    solar_phases = None
    if site.solar_production_phases is not None:
        production = [number(value, 0.0) * per_watt for value in site.solar_production_phases]
        solar_phases = _present(production, phases)
    return CleanSite(
        phases=phases,
        breaker=breaker,
        household=_present([draw(value, breaker) for value in drawn], phases),
        reserved=_present([draw(value, breaker) for value in site.reserved_current], phases),
        import_limit=_limit(site.max_import_power, per_watt),
        solar=total if solar_phases is None else sum(solar_phases),
        solar_phases=solar_phases,
        inverter=_inverter(site, phases, per_watt),
        export_threshold=_threshold(site.excess_export_threshold, per_watt),
        planned_export=_threshold(site.planned_export_power, per_watt),
        netting=site.phase_netting,
        max_unbalance=_limit(site.max_unbalance, 1.0) if phases == ALL_PHASES else None,
    )


def _present(values: Sequence[float], phases: int) -> PhaseTriple:
    """Return the values of the phases that the site has, 0 for the others."""
    a, b, c = values
    return (a, b if phases & 2 else 0.0, c if phases & 4 else 0.0)


def _inverter(site: SiteContext, site_phases: int, per_watt: float) -> Inverter:
    phases = phases_of(site.inverter_phases) & site_phases or site_phases
    total = _limit(site.inverter_max_power, per_watt)
    per_phase = _limit(site.inverter_max_power_per_phase, per_watt)
    return Inverter(
        phases=phases,
        asymmetric=site.inverter_supports_asymmetric and phases.bit_count() > 1,
        total=HIGHEST if total is None else total,
        per_phase=HIGHEST if per_phase is None else per_phase,
    )


def _limit(value: float | None, per_unit: float) -> float | None:
    return None if value is None else number(value, 0.0) * per_unit


def _threshold(value: float, per_watt: float) -> float:
    """Return a threshold in A: a negative one is none, one that is no number is out of reach."""
    return max(0.0, value) * per_watt if isfinite(value) else HIGHEST
