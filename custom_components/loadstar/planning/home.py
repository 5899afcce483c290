"""The site's connection and batteries, as the planner takes them."""

from homeassistant.core import HomeAssistant

from ..const import INVERTER_SINGLE_PHASE
from ..engine.planner.devices import Battery, CircuitLimit, Grid, PeakTariff
from ..settings import SiteSettings
from ..sources.history.types import History
from ..sources.power import read_battery
from ..wiring import BatteryConfig, SiteConfig


def read_grid(config: SiteConfig, settings: SiteSettings) -> Grid:
    """Return the connection to the grid within its breaker, limits and circuits."""
    single = config.inverter_kind == INVERTER_SINGLE_PHASE
    share = 1.0 / config.phases
    inverter_w = config.inverter_max_power
    return Grid(
        phases=config.phases,
        voltage=config.voltage,
        breaker_a=config.main_breaker - settings.safety_margin_a,
        import_limit_kw=settings.import_limit_w / 1000,
        phase_netting=config.phase_netting,
        load_shares=tuple(share for _ in range(config.phases)),
        inverter_phases=config.inverter_phase if single else "ABC"[: config.phases],
        inverter_max_kw=None if inverter_w is None else inverter_w / 1000,
        allow_grid_charging=settings.grid_charging,
        circuits=tuple(
            CircuitLimit(
                circuit_id=key,
                name=circuit.name,
                limit_a=circuit.limit,
                charger_ids=_behind(config, key),
            )
            for key, circuit in config.circuits.items()
        ),
    )


def _behind(config: SiteConfig, circuit_id: str) -> frozenset[str]:
    """Return the chargers behind a circuit, directly or further down."""
    return frozenset(
        key
        for key, charger in config.chargers.items()
        if circuit_id in _above(config, charger.circuit)
    )


def _above(config: SiteConfig, circuit_id: str | None) -> tuple[str, ...]:
    """Return a circuit and those that it hangs on; a ring ends where it began."""
    found: list[str] = []
    while circuit_id is not None and circuit_id in config.circuits and circuit_id not in found:
        found.append(circuit_id)
        circuit_id = config.circuits[circuit_id].parent
    return tuple(found)


def read_batteries(
    hass: HomeAssistant, config: SiteConfig, settings: SiteSettings
) -> tuple[Battery, ...]:
    """Return the batteries and what is in them."""
    return tuple(
        _battery(battery, read_battery(hass, battery).soc_percent, settings.battery_soc_min)
        for battery in config.batteries.values()
    )


def _battery(battery: BatteryConfig, soc_percent: float | None, min_soc_percent: float) -> Battery:
    one_way = battery.round_trip_efficiency**0.5
    return Battery(
        battery_id=battery.subentry_id,
        name=battery.name,
        capacity_kwh=battery.capacity_kwh,
        max_charge_kw=battery.max_charge_power / 1000,
        max_discharge_kw=battery.max_discharge_power / 1000,
        soc_percent=soc_percent,
        charge_efficiency=one_way,
        discharge_efficiency=one_way,
        min_soc_percent=max(min_soc_percent, battery.min_soc_percent),
        max_soc_percent=battery.max_soc_percent,
        charge_curve=_kilowatts(battery.charge_curve),
        discharge_curve=_kilowatts(battery.discharge_curve),
    )


def _kilowatts(curve: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
    return tuple((soc, power / 1000) for soc, power in curve)


def read_peak_tariff(config: SiteConfig, history: History) -> PeakTariff | None:
    """Return the peak tariff and what this month has seen of it."""
    tariff = config.planning.peak_tariff
    if tariff is None:
        return None
    return PeakTariff(
        fee_per_kw=tariff.fee_per_kw,
        window_minutes=tariff.window_minutes,
        peaks_counted=tariff.peaks_counted,
        months=tariff.months,
        weekdays=tariff.weekdays,
        from_hour=tariff.from_hour,
        until_hour=tariff.until_hour,
        past_peaks=history.daily_peaks_kw,
        running_kwh=history.running_kwh,
    )
