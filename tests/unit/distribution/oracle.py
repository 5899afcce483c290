"""What a site and its chargers are, read anew to judge the engine by.

Nothing here uses the engine's limits: grid, household and inverter are columns and rows of
linear programs. What may be overdrawn (a household over its breaker, guaranteed currents beyond
the sun) is let down as little as possible first; only then is asked what more can be drawn.
"""

from collections.abc import Iterable, Mapping

from custom_components.loadstar.engine.models import (
    BatteryCommand,
    ChargerContext,
    ChargingMode,
    SiteContext,
)
from tests.unit.distribution.feeds import PHASES, Draws, Feed, household, inverter_phases
from tests.unit.distribution.linear_program import INFINITY, Program


def battery_charge(site: SiteContext) -> float:
    """Return the charge in W, the larger of measured and commanded."""
    commanded = site.battery_commanded_power if not auto(site) else 0.0
    return max(0.0, site.battery_power, commanded)


def auto(site: SiteContext) -> bool:
    """Return whether the battery follows the house."""
    return site.battery_command is BatteryCommand.AUTO


def battery_discharge(site: SiteContext) -> float:
    """Return what the battery can add in W, within the inverter's limit less PV."""
    if site.battery_soc is None or site.battery_soc <= site.battery_soc_min or not auto(site):
        return 0.0
    phases = len(inverter_phases(site))
    most = min(
        site.inverter_max_power or INFINITY,
        (site.inverter_max_power_per_phase or INFINITY) * phases,
    )
    return max(0.0, min(site.battery_max_discharge_power, most - produced(site)))


def produced(site: SiteContext) -> float:
    """Return PV in W."""
    if site.solar_production_phases is None:
        return site.solar_production_total
    return sum(site.solar_production_phases)


def physical_feed(site: SiteContext) -> Feed:
    """Return what breakers and inverter give."""
    return Feed(
        site=site,
        discharge=battery_discharge(site),
        charge=battery_charge(site),
        grid=site.main_breaker_rating,
    )


def solar_feed(site: SiteContext) -> Feed:
    """Return the sun that the battery leaves, or the battery's help above target."""
    soc, target = site.battery_soc, max(site.battery_soc_target, site.battery_soc_min)
    charge = min(site.battery_max_charge_power, produced(site))
    return Feed(
        site=site,
        charge=charge if soc is not None and soc < target else 0.0,
        discharge=battery_discharge(site) if soc is not None and soc > target else 0.0,
        netted=site.phase_netting,
    )


def export_feed(site: SiteContext) -> Feed:
    """Return PV less battery charge."""
    return Feed(site=site, charge=battery_charge(site), netted=site.phase_netting)


def own_feed(site: SiteContext) -> Feed:
    """Return what there is without import."""
    return Feed(
        site=site,
        discharge=battery_discharge(site),
        charge=battery_charge(site),
        netted=site.phase_netting,
    )


def import_room(site: SiteContext, drawn: Draws) -> float:
    """Return what the import limit leaves in A over all phases."""
    if site.max_import_power is None:
        return INFINITY
    _, _, net = physical_feed(site).columns(Program())
    return site.max_import_power / site.voltage + net - sum(household(site)) - sum(drawn)


def mode_of(site: SiteContext, charger: ChargerContext) -> ChargingMode:
    """Return the mode in force."""
    mode = charger.charging_mode or site.charging_mode
    if mode is ChargingMode.PLANNED and charger.planned_current is None:
        mode = ChargingMode.STANDARD if charger.has_goal else ChargingMode.SOLAR
    if mode is ChargingMode.ECO and not site.allow_grid_charging:
        mode = ChargingMode.SOLAR
    return mode


RANKS = {
    ChargingMode.STANDARD: 0,
    ChargingMode.PLANNED: 0,
    ChargingMode.ECO: 1,
    ChargingMode.SOLAR: 2,
    ChargingMode.EXCESS: 3,
}


def in_order(site: SiteContext) -> list[ChargerContext]:
    """Return the chargers in their order of service."""
    return sorted(
        site.chargers,
        key=lambda charger: (RANKS[mode_of(site, charger)], charger.priority, charger.charger_id),
    )


def active(site: SiteContext, charger: ChargerContext) -> list[int]:
    """Return the site phases on which a charger's car draws."""
    if site.num_phases == 1:
        return [0]
    if charger.active_phases_mask:
        return ["ABC".index(name) for name in charger.active_phases_mask]
    count = min(charger.phases, charger.car_phases or 3)
    return ["ABC".index(name) for name in charger.phase_rotation[:count]]


def physical(site: SiteContext, charger: ChargerContext) -> list[int]:
    """Return the site phases that breakers must allow for."""
    if charger.physical_phases_mask and site.num_phases == 3:
        return ["ABC".index(name) for name in charger.physical_phases_mask]
    return active(site, charger)


def sum_of(currents: Iterable[tuple[float, list[int]]]) -> Draws:
    """Return the draws of currents on their phases."""
    drawn = [0.0, 0.0, 0.0]
    for current, phases in currents:
        for phase in phases:
            drawn[phase] += current
    return drawn


def circuit_room(site: SiteContext, circuit_id: str, currents: Mapping[str, float]) -> Draws:
    """Return what a circuit leaves on every phase, given the chargers' currents."""
    drawn = sum_of(
        (currents[charger.charger_id], physical(site, charger))
        for charger in site.chargers
        if circuit_id in path(site, charger.circuit)
    )
    circuit = next(circuit for circuit in site.circuits if circuit.circuit_id == circuit_id)
    behind = circuit_household(site, circuit_id)
    return [max(0.0, circuit.limit - own) - draw for own, draw in zip(behind, drawn, strict=True)]


def circuit_household(site: SiteContext, circuit_id: str) -> Draws:
    """Return the draw behind a circuit: its own meter's or its children's, the larger."""
    circuit = next(circuit for circuit in site.circuits if circuit.circuit_id == circuit_id)
    own = [circuit.phase_a_consumption, circuit.phase_b_consumption, circuit.phase_c_consumption]
    children = [
        circuit_household(site, child.circuit_id)
        for child in site.circuits
        if child.parent == circuit_id
    ]
    return [max(own[phase], sum(child[phase] for child in children)) for phase in PHASES]


def path(site: SiteContext, circuit_id: str | None) -> list[str]:
    """Return a circuit and what feeds it."""
    parents = {circuit.circuit_id: circuit.parent for circuit in site.circuits}
    found: list[str] = []
    while circuit_id is not None:
        found.append(circuit_id)
        circuit_id = parents[circuit_id]
    return found


def tilt(site: SiteContext, currents: Mapping[str, float]) -> float:
    """Return the largest difference between phases that one- and two-phase chargers make."""
    drawn = sum_of(
        (currents[charger.charger_id], physical(site, charger))
        for charger in site.chargers
        if len(physical(site, charger)) < 3
    )
    return max(drawn) - min(drawn)
