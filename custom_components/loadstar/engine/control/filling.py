"""What was measured, put into the contexts that the sharing of current reads."""

from ..models import ConnectorStatus, SiteContext
from .picture import Picture
from .suspended import Sleep
from .units import Unit

_KEPT_FOR = frozenset({Sleep.ASLEEP, Sleep.PROBED})


def fill_site(site: SiteContext, picture: Picture) -> None:
    """Set household, export, PV and battery as they are now."""
    a, b, c = picture.household
    site.phase_a_consumption, site.phase_b_consumption, site.phase_c_consumption = a, b, c
    a, b, c = (max(0.0, -current) for current in picture.grid or (0.0, 0.0, 0.0))
    site.phase_a_export, site.phase_b_export, site.phase_c_export = a, b, c
    site.solar_production_total = picture.pv_w
    site.solar_production_phases = picture.pv_phases
    site.battery_power = picture.battery_w
    for circuit in site.circuits:
        a, b, c = picture.circuit_households[circuit.circuit_id]
        circuit.phase_a_consumption = a
        circuit.phase_b_consumption = b
        circuit.phase_c_consumption = c


def fill_charger(unit: Unit) -> None:
    """Set what a charger says and does."""
    context, reading = unit.context, unit.reading
    context.connector_status = reading.status if unit.takes_part else ConnectorStatus.UNAVAILABLE
    context.start_wanted = unit.wanted
    context.suspended = unit.sleep in _KEPT_FOR
    context.active_phases_mask = unit.active
    context.physical_phases_mask = unit.physical
    l1, l2, l3 = (current or 0.0 for current in reading.currents)
    context.l1_current, context.l2_current, context.l3_current = l1, l2, l3
