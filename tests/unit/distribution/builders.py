"""Short ways to build a site and read its result."""

from typing import Any

from custom_components.loadstar.engine.distribution import calculate_all_charger_targets
from custom_components.loadstar.engine.models import (
    ChargerContext,
    ChargingMode,
    Reason,
    SiteContext,
)


def site_of(*chargers: ChargerContext, **changes: Any) -> SiteContext:
    fields: dict[str, Any] = {
        "voltage": 230,
        "num_phases": 3,
        "main_breaker_rating": 25,
        "chargers": list(chargers),
    }
    return SiteContext(**fields | changes)


def charger(name: str = "1", **changes: Any) -> ChargerContext:
    return ChargerContext(charger_id=name, **{"max_current": 32} | changes)


def targets(site: SiteContext) -> list[float]:
    calculate_all_charger_targets(site)
    return [each.target_current for each in site.chargers]


def reason(site: SiteContext, index: int = 0) -> Reason:
    found = site.chargers[index].reason
    assert found is not None
    return found


HOUSE = {"phase_a_consumption": 2, "phase_b_consumption": 5, "phase_c_consumption": 11}
SUN = {"charging_mode": ChargingMode.SOLAR, "solar_production_total": 230 * 30}
