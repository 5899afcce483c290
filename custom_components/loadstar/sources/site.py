"""The wiring and the settings as the engine's site, before anything is measured."""

from ..const import INVERTER_ASYMMETRIC, INVERTER_SINGLE_PHASE
from ..engine.models import ChargerContext, Circuit, SiteContext
from ..settings import ChargerSettings, SiteSettings
from ..wiring import ChargerConfig, SiteConfig


def site_context(
    config: SiteConfig, settings: SiteSettings, chargers: dict[str, ChargerSettings]
) -> SiteContext:
    """Return a fresh site with everything but its measurements."""
    batteries = config.batteries.values()
    single = config.inverter_kind == INVERTER_SINGLE_PHASE
    return SiteContext(
        voltage=config.voltage,
        num_phases=config.phases,
        main_breaker_rating=config.main_breaker - settings.safety_margin_a,
        battery_soc_min=settings.battery_soc_min,
        battery_soc_target=settings.battery_soc_target,
        battery_max_charge_power=sum(battery.max_charge_power for battery in batteries),
        battery_max_discharge_power=sum(battery.max_discharge_power for battery in batteries),
        charging_mode=settings.charging_mode,
        distribution_mode=settings.distribution_mode,
        allow_grid_charging=settings.grid_charging,
        max_import_power=settings.import_limit_w,
        excess_export_threshold=settings.export_threshold_w,
        inverter_supports_asymmetric=config.inverter_kind == INVERTER_ASYMMETRIC,
        inverter_phases=config.inverter_phase if single else "ABC"[: config.phases],
        inverter_max_power=config.inverter_max_power,
        inverter_max_power_per_phase=config.inverter_max_power_per_phase,
        phase_netting=config.phase_netting,
        max_unbalance=config.max_unbalance,
        circuits=[
            Circuit(
                circuit_id=key,
                limit=circuit.limit,
                parent=_still_there(circuit.parent, config),
            )
            for key, circuit in config.circuits.items()
        ],
        chargers=[
            _charger(charger, chargers[key], _still_there(charger.circuit, config))
            for key, charger in config.chargers.items()
        ],
    )


def _charger(
    config: ChargerConfig, settings: ChargerSettings, circuit: str | None
) -> ChargerContext:
    return ChargerContext(
        charger_id=config.subentry_id,
        entity_id=config.name,
        min_current=settings.min_current,
        max_current=settings.max_current,
        phases=config.phases,
        priority=settings.priority,
        car_phases=config.car_phases,
        charging_mode=settings.charging_mode,
        circuit=circuit,
        phase_rotation=config.phase_rotation,
    )


def _still_there(circuit_id: str | None, config: SiteConfig) -> str | None:
    """Return a circuit's id, or None for one that has been removed."""
    return circuit_id if circuit_id in config.circuits else None
