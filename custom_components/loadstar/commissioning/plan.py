"""What is to be tested, from the wiring; and what of the wiring a result holds for."""

from hashlib import sha256
import json
from typing import Final

from ..const import INVERTER_ASYMMETRIC, INVERTER_SINGLE_PHASE
from ..engine.commissioning import ChargerPlan, SitePlan
from ..settings import ChargerSettings
from ..wiring import ChargerConfig, SiteConfig

STEP_A: Final = 4.0


def site_plan(config: SiteConfig) -> SitePlan:
    """Return the site as the test needs it."""
    single = config.inverter_kind == INVERTER_SINGLE_PHASE
    return SitePlan(
        phases=config.phases,
        voltage=config.voltage,
        inverter_phases=config.inverter_phase if single else "ABC"[: config.phases],
        asymmetric_inverter=config.inverter_kind == INVERTER_ASYMMETRIC,
    )


def charger_plan(
    config: ChargerConfig, settings: ChargerSettings, *, disconnect: bool
) -> ChargerPlan:
    """Return a charger's test: from its minimum up by ``STEP_A``, within its maximum."""
    return ChargerPlan(
        charger_id=config.subentry_id,
        low_a=settings.min_current,
        high_a=min(settings.min_current + STEP_A, settings.max_current),
        phases=config.phases,
        phase_rotation=config.phase_rotation,
        fallback_a=settings.fallback_current,
        disconnect=disconnect,
    )


def fingerprint(config: SiteConfig, key: str) -> str:
    """Return what changes whenever a result for this charger holds no more."""
    charger, meter = config.chargers[key], config.meter
    wiring = (
        config.phases,
        meter.imports,
        meter.exports,
        (meter.total, meter.total_export, meter.invert),
        (charger.station_id, charger.connector_id, charger.phases, charger.phase_rotation),
    )
    return sha256(json.dumps(wiring).encode()).hexdigest()
