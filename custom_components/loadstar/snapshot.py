"""Put together what is shown from what was read and what was decided."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from .chargers import Chargers
from .engine.control.types import ControlResult, MeterState, SiteReadings
from .engine.models import ChargerTarget
from .household_reserve import ReserveKeeper
from .models import CircuitSnapshot, SiteSnapshot, Snapshot, Triple
from .sources.ocpp_charger import charger_snapshot
from .sources.power import read_battery
from .wiring import SiteConfig


class SnapshotMaker:
    """Makes the Snapshots of one site."""

    def __init__(
        self,
        hass: HomeAssistant,
        config: SiteConfig,
        chargers: Chargers,
        reserve: ReserveKeeper,
    ) -> None:
        """Show these chargers, and what is kept for the household."""
        self._hass = hass
        self._config = config
        self._chargers = chargers
        self._reserve = reserve
        self._circuits = {key: circuit.name for key, circuit in config.circuits.items()}

    def make(self, readings: SiteReadings, result: ControlResult) -> Snapshot:
        """Return the site as it was read and what was decided for it."""
        config = self._config
        targets = {target.charger_id: target for target in result.targets}
        keys = self._chargers.key_states()
        return Snapshot(
            created_at=dt_util.utcnow(),
            site=_site(config, readings, result, self._reserve),
            chargers={
                key: charger_snapshot(
                    self._chargers.state(key),
                    self._named(targets.get(key)),
                    result.masks.get(key),
                    key_state=keys.get(key),
                    out_of_service=key in self._chargers.out_of_service,
                )
                for key in config.chargers
            },
            batteries={
                key: read_battery(self._hass, battery) for key, battery in config.batteries.items()
            },
            circuits={
                key: _circuit(readings.circuits[key].values, circuit.limit)
                for key, circuit in config.circuits.items()
                if key in readings.circuits
            },
            sources={
                entity_id: _reported(self._hass, entity_id) for entity_id in source_entities(config)
            },
        )

    def _named(self, target: ChargerTarget | None) -> ChargerTarget | None:
        """Return a target whose reason calls circuits by their names."""
        if target is None:
            return None
        data = target.reason.data
        named = {
            key: self._circuits[value]
            for key, value in data.items()
            if isinstance(value, str) and value in self._circuits
        }
        if not named:
            return target
        return replace(target, reason=replace(target.reason, data={**data, **named}))


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


def _site(
    config: SiteConfig, readings: SiteReadings, result: ControlResult, reserve: ReserveKeeper
) -> SiteSnapshot:
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
        meter_frozen=result.frozen,
        household_reserve=_reserve(config, reserve),
        reserve_observed_days=round(reserve.observed_days, 2),
        total_only=readings.grid.total_only,
    )


def _reserve(config: SiteConfig, keeper: ReserveKeeper) -> Triple:
    """Return what is kept for the household: what it was seen to need, else half the breaker."""
    half = config.main_breaker / 2
    kept = keeper.reserve or (half, half, half)
    a, b, c = (kept[index] if index < config.phases else None for index in range(3))
    return (a, b, c)


def _circuit(current: Triple, limit: float) -> CircuitSnapshot:
    first, second, third = (None if value is None else limit - value for value in current)
    return CircuitSnapshot(current=current, available_current=(first, second, third))


def _power(currents: Iterable[float | None], voltage: float, phases: int) -> float | None:
    known = [value for value in currents if value is not None]
    return sum(known) * voltage if len(known) >= phases else None


def _reported(hass: HomeAssistant, entity_id: str) -> datetime | None:
    state = hass.states.get(entity_id)
    return state.last_reported if state else None
