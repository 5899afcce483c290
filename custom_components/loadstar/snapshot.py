"""Put together what is shown from what was read and what was decided."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from .chargers import Chargers
from .engine.control.types import ControlResult, MeterState, SiteReadings
from .engine.models import ChargerTarget
from .models import CircuitSnapshot, SiteSnapshot, Snapshot, Triple
from .sources.ocpp_charger import charger_snapshot
from .sources.power import read_battery
from .wiring import SiteConfig


def make_snapshot(
    hass: HomeAssistant,
    config: SiteConfig,
    readings: SiteReadings,
    result: ControlResult,
    chargers: Chargers,
) -> Snapshot:
    """Return the site as it was read and what was decided for it."""
    names = {key: circuit.name for key, circuit in config.circuits.items()}
    targets = {target.charger_id: _named(target, names) for target in result.targets}
    return Snapshot(
        created_at=dt_util.utcnow(),
        site=_site(config, readings, result),
        chargers={
            key: charger_snapshot(chargers.state(key), targets.get(key), result.masks.get(key))
            for key in config.chargers
        },
        batteries={key: read_battery(hass, battery) for key, battery in config.batteries.items()},
        circuits={
            key: _circuit(readings.circuits[key].values, circuit.limit)
            for key, circuit in config.circuits.items()
            if key in readings.circuits
        },
        sources={entity_id: _reported(hass, entity_id) for entity_id in source_entities(config)},
    )


def source_entities(config: SiteConfig) -> frozenset[str]:
    """Return every entity that the site is read from."""
    circuits = [circuit.meter for circuit in config.circuits.values() if circuit.meter]
    batteries = config.batteries.values()
    return frozenset(
        [
            *config.meter.entities,
            *config.pv_power,
            *(entity for meter in circuits for entity in meter.entities),
            *(entity for battery in batteries for entity in (battery.soc, battery.power)),
        ]
    )


def _site(config: SiteConfig, readings: SiteReadings, result: ControlResult) -> SiteSnapshot:
    return SiteSnapshot(
        grid_current=readings.grid.values,
        available_current=result.available_a,
        household_power_w=_power(result.household_a, config.voltage, config.phases),
        pv_power_w=readings.pv.value if readings.pv else None,
        battery_power_w=readings.battery.value if readings.battery else None,
        battery_soc_percent=readings.battery_soc,
        overload=bool(result.overloaded_phases),
        overloaded_phases=result.overloaded_phases,
        meter_stale=result.grid_state is MeterState.STALE,
        total_only=readings.grid.total_only,
    )


def _named(target: ChargerTarget, names: Mapping[str, str]) -> ChargerTarget:
    """Return a target whose reason calls circuits by their names."""
    data = target.reason.data
    named = {
        key: names[value]
        for key, value in data.items()
        if isinstance(value, str) and value in names
    }
    if not named:
        return target
    return replace(target, reason=replace(target.reason, data={**data, **named}))


def _circuit(current: Triple, limit: float) -> CircuitSnapshot:
    first, second, third = (None if value is None else limit - value for value in current)
    return CircuitSnapshot(current=current, available_current=(first, second, third))


def _power(currents: Iterable[float | None], voltage: float, phases: int) -> float | None:
    known = [value for value in currents if value is not None]
    return sum(known) * voltage if len(known) >= phases else None


def _reported(hass: HomeAssistant, entity_id: str) -> datetime | None:
    state = hass.states.get(entity_id)
    return state.last_reported if state else None
