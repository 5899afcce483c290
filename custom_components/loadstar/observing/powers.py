"""What flows at one moment, from the Snapshot and from the loads' own power sensors."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from homeassistant.core import HomeAssistant

from ..const import LOAD_WATER_HEATER
from ..models import ChargerSnapshot, SiteSnapshot, Snapshot
from ..sources.quantity import Quantity, quantity_of, read_current, read_power
from ..wiring import MeterConfig, SiteConfig

# An inverter that goes off with no more sun than this sleeps; one that had more is lost.
ASLEEP_W = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Powers:
    """Powers in W, battery charge positive; None: not known now."""

    import_w: float | None = None
    export_w: float | None = None
    pv_w: float | None = None
    load_w: float | None = None  # of the household, without managed chargers and loads
    battery_w: float | None = None
    water_w: float | None = None
    chargers_w: Mapping[str, float | None] = field(default_factory=dict)
    soc_percent: float | None = None
    import_price_per_kwh: float | None = None
    export_price_per_kwh: float | None = None


class PowerReader:
    """Reads the powers of one site."""

    def __init__(self, hass: HomeAssistant, config: SiteConfig) -> None:
        """Know nothing of the inverter yet."""
        self._hass = hass
        self._config = config
        self._meter = _parts(config.meter, config.phases)
        loads = config.planning.loads.values()
        self._heaters = [
            load.power for load in loads if load.power and load.kind == LOAD_WATER_HEATER
        ]
        self._others = [
            load.power for load in loads if load.power and load.kind != LOAD_WATER_HEATER
        ]
        self._pv_w: float | None = None

    def read(self, snapshot: Snapshot) -> Powers:
        """Return what flows now."""
        site = snapshot.site
        imported, exported = self._grid(site)
        pv_w = self._sun(site.pv_power_w)
        water_w = self._sum(self._heaters)
        chargers = {
            key: _charger_w(charger, self._config.voltage)
            for key, charger in snapshot.chargers.items()
        }
        load_w = _balance(
            (imported, _or_zero(pv_w, wired=bool(self._config.pv_power))),
            (
                exported,
                _or_zero(site.battery_power_w, wired=bool(self._config.batteries)),
                water_w,
                self._sum(self._others),
                *chargers.values(),
            ),
        )
        return Powers(
            import_w=imported,
            export_w=exported,
            pv_w=pv_w,
            load_w=load_w,
            battery_w=site.battery_power_w,
            water_w=water_w if self._heaters else None,
            chargers_w=chargers,
            soc_percent=site.battery_soc_percent,
            import_price_per_kwh=snapshot.plan.import_price,
            export_price_per_kwh=snapshot.plan.export_price,
        )

    def _grid(self, site: SiteSnapshot) -> tuple[float | None, float | None]:
        """Return import and export; with netting, phases count against each other."""
        if site.meter_stale or site.meter_frozen:
            return None, None
        powers = []
        for imported, exported in self._meter:
            power = self._signed_w(imported, exported)
            if power is None:
                return None, None
            powers.append(power)
        if self._config.meter.invert:
            powers = [-power for power in powers]
        if self._config.phase_netting:
            powers = [sum(powers)]
        return (
            sum(power for power in powers if power > 0),
            -sum(power for power in powers if power < 0),
        )

    def _signed_w(self, imported: str, exported: str | None) -> float | None:
        power = self._power_w(imported)
        if exported is None or power is None:
            return power
        back = self._power_w(exported)
        return None if back is None else abs(power) - abs(back)

    def _power_w(self, entity_id: str) -> float | None:
        state = self._hass.states.get(entity_id)
        if state is None:
            return None
        if quantity_of(state) is Quantity.POWER:
            return read_power(self._hass, entity_id).value
        voltage = self._config.voltage
        current = read_current(self._hass, entity_id, voltage).value
        return None if current is None else current * voltage

    def _sun(self, pv_w: float | None) -> float | None:
        """Return the sun's power; an inverter that has gone to sleep gives nothing."""
        if pv_w is None and self._pv_w is not None and self._pv_w <= ASLEEP_W:
            return 0.0
        self._pv_w = pv_w
        return pv_w

    def _sum(self, entities: Iterable[str]) -> float | None:
        return _added(read_power(self._hass, entity_id).value for entity_id in entities)


def _parts(meter: MeterConfig, phases: int) -> tuple[tuple[str, str | None], ...]:
    """Return the meter's entities by phase, or those of the total."""
    if meter.total is not None:
        return ((meter.total, meter.total_export),)
    pairs = list(zip(meter.imports, meter.exports, strict=True))[:phases]
    return tuple((imported, exported) for imported, exported in pairs if imported is not None)


def _charger_w(charger: ChargerSnapshot, voltage: float) -> float | None:
    """Return what a charger draws, None where it may draw and nobody can tell."""
    if not charger.connected:
        return 0.0 if charger.transaction_id is None else None
    if charger.power_w is not None:
        return charger.power_w
    known = [current for current in charger.currents if current is not None]
    if known:
        return sum(known) * voltage
    return None if charger.charging else 0.0


def _or_zero(power_w: float | None, *, wired: bool) -> float | None:
    """Return a power that is 0 where there is nothing to measure it."""
    return power_w if wired else 0.0


def _balance(given: Iterable[float | None], taken: Iterable[float | None]) -> float | None:
    source_w, sink_w = _added(given), _added(taken)
    return None if source_w is None or sink_w is None else source_w - sink_w


def _added(powers: Iterable[float | None]) -> float | None:
    total = 0.0
    for power in powers:
        if power is None:
            return None
        total += power
    return total
