"""The wiring of a site, parsed from its entry and subentries."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .const import (
    CONF_CAPACITY,
    CONF_CAR_PHASES,
    CONF_CIRCUIT,
    CONF_CONNECTOR_ID,
    CONF_EXPORT_THRESHOLD,
    CONF_FALLBACK_CURRENT,
    CONF_GRID_A,
    CONF_GRID_B,
    CONF_GRID_C,
    CONF_GRID_EXPORT_A,
    CONF_GRID_EXPORT_B,
    CONF_GRID_EXPORT_C,
    CONF_GRID_EXPORT_TOTAL,
    CONF_GRID_HEARTBEAT,
    CONF_GRID_INVERT,
    CONF_GRID_TOTAL,
    CONF_HAND_OVER_KEY,
    CONF_IMPORT_LIMIT,
    CONF_INVERTER_KIND,
    CONF_INVERTER_MAX_POWER,
    CONF_INVERTER_MAX_POWER_PER_PHASE,
    CONF_INVERTER_PHASE,
    CONF_LIMIT,
    CONF_MAIN_BREAKER,
    CONF_MAX_CHARGE_POWER,
    CONF_MAX_DISCHARGE_POWER,
    CONF_MAX_SOC,
    CONF_MAX_UNBALANCE,
    CONF_METER_A,
    CONF_METER_B,
    CONF_METER_C,
    CONF_METER_LAYOUT,
    CONF_MIN_CURRENT,
    CONF_MIN_SOC,
    CONF_OCPP_CERTIFICATE,
    CONF_OCPP_HOST,
    CONF_OCPP_PORT,
    CONF_OCPP_PRIVATE_KEY,
    CONF_OCPP_TLS_PORT,
    CONF_PARENT,
    CONF_PASSWORD,
    CONF_PHASE_NETTING,
    CONF_PHASE_ROTATION,
    CONF_PHASES,
    CONF_POWER,
    CONF_POWER_INVERT,
    CONF_PRIORITY,
    CONF_PV_POWER,
    CONF_RATED_CURRENT,
    CONF_ROUND_TRIP_EFFICIENCY,
    CONF_SECURITY,
    CONF_SOC,
    CONF_STATION_ID,
    CONF_VOLTAGE,
    CURVE_CHARGE,
    CURVE_DISCHARGE,
    DEFAULT_OCPP_HOST,
    DEFAULT_OCPP_PORT,
    INVERTER_SYMMETRIC,
    METER_PER_PHASE,
    SECURITY_BASIC,
    SUBENTRY_BATTERY,
    SUBENTRY_CHARGER,
    SUBENTRY_CIRCUIT,
)
from .ocpp.types import TlsConfig
from .planning_parsing import parse_curve, parse_planning
from .planning_wiring import PlanningConfig

if TYPE_CHECKING:
    from homeassistant.config_entries import ConfigEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterConfig:
    """A meter's entities per phase A, B, C, or one entity for their sum.

    With export entities the first ones count import alone.
    """

    imports: tuple[str | None, str | None, str | None] = (None, None, None)
    exports: tuple[str | None, str | None, str | None] = (None, None, None)
    total: str | None = None
    total_export: str | None = None
    invert: bool = False
    heartbeat: str | None = None

    @property
    def entities(self) -> tuple[str, ...]:
        """Every entity that the meter reads."""
        named = (*self.imports, *self.exports, self.total, self.total_export, self.heartbeat)
        return tuple(entity for entity in named if entity)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargerConfig:
    """One connector of an OCPP station, as wired."""

    subentry_id: str
    name: str
    station_id: str
    connector_id: int
    security: str
    password: str | None = field(repr=False)
    phases: int
    phase_rotation: str  # site phases behind L1, L2, L3: "BCA", or "B" alone
    car_phases: int | None
    rated_current: float
    circuit: str | None  # subentry id
    # first values of settings
    min_current: float
    fallback_current: float
    priority: int
    hand_over_key: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CircuitConfig:
    """A sub-breaker, as wired."""

    subentry_id: str
    name: str
    limit: float
    parent: str | None  # subentry id
    meter: MeterConfig | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BatteryConfig:
    """A home battery that Loadstar measures."""

    subentry_id: str
    name: str
    soc: str
    power: str
    power_invert: bool  # the entity counts discharge as positive
    capacity_kwh: float
    max_charge_power: float
    max_discharge_power: float
    # for planning; a curve is (SoC percent, W), straight between
    round_trip_efficiency: float = 0.9
    min_soc_percent: float = 0.0
    max_soc_percent: float = 100.0
    charge_curve: tuple[tuple[float, float], ...] = ()
    discharge_curve: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteConfig:
    """The site as wired, with everything attached to it."""

    name: str
    phases: int
    voltage: float
    main_breaker: float
    import_limit_w: float | None  # first value of a setting
    max_unbalance: float | None
    phase_netting: bool
    meter: MeterConfig
    pv_power: tuple[str, ...]
    export_threshold_w: float  # first value of a setting
    inverter_kind: str
    inverter_phase: str
    inverter_max_power: float | None
    inverter_max_power_per_phase: float | None
    ocpp_host: str
    ocpp_port: int
    chargers: Mapping[str, ChargerConfig]
    circuits: Mapping[str, CircuitConfig]
    batteries: Mapping[str, BatteryConfig]
    ocpp_tls: TlsConfig | None = None  # the encrypted port
    planning: PlanningConfig = field(default_factory=PlanningConfig)

    @property
    def has_pv(self) -> bool:
        """Whether there are panels: measured, or described as arrays."""
        return bool(self.pv_power or self.planning.pv_arrays)

    @classmethod
    def from_entry(cls, entry: ConfigEntry[Any]) -> SiteConfig:
        """Parse an entry and its subentries, which the flows have validated."""
        data = entry.data
        subentries = entry.subentries.values()
        return cls(
            name=entry.title,
            phases=int(data[CONF_PHASES]),
            voltage=float(data[CONF_VOLTAGE]),
            main_breaker=float(data[CONF_MAIN_BREAKER]),
            import_limit_w=_optional_float(data.get(CONF_IMPORT_LIMIT)),
            max_unbalance=data.get(CONF_MAX_UNBALANCE),
            phase_netting=data.get(CONF_PHASE_NETTING, False),
            meter=_site_meter(data),
            pv_power=tuple(data.get(CONF_PV_POWER, ())),
            export_threshold_w=float(data.get(CONF_EXPORT_THRESHOLD, 0.0)),
            inverter_kind=data.get(CONF_INVERTER_KIND, INVERTER_SYMMETRIC),
            inverter_phase=data.get(CONF_INVERTER_PHASE, "A"),
            inverter_max_power=data.get(CONF_INVERTER_MAX_POWER),
            inverter_max_power_per_phase=data.get(CONF_INVERTER_MAX_POWER_PER_PHASE),
            ocpp_host=data.get(CONF_OCPP_HOST, DEFAULT_OCPP_HOST),
            ocpp_port=int(data.get(CONF_OCPP_PORT, DEFAULT_OCPP_PORT)),
            ocpp_tls=_tls(data),
            chargers={
                sub.subentry_id: _charger(sub.subentry_id, sub.title, sub.data)
                for sub in subentries
                if sub.subentry_type == SUBENTRY_CHARGER
            },
            circuits={
                sub.subentry_id: _circuit(sub.subentry_id, sub.title, sub.data)
                for sub in subentries
                if sub.subentry_type == SUBENTRY_CIRCUIT
            },
            batteries={
                sub.subentry_id: _battery(sub.subentry_id, sub.title, sub.data)
                for sub in subentries
                if sub.subentry_type == SUBENTRY_BATTERY
            },
            planning=parse_planning(data, subentries),
        )


def _optional_float(value: float | None) -> float | None:
    return None if value is None else float(value)


def _site_meter(data: Mapping[str, Any]) -> MeterConfig:
    common = {
        "invert": data.get(CONF_GRID_INVERT, False),
        "heartbeat": data.get(CONF_GRID_HEARTBEAT),
    }
    if data.get(CONF_METER_LAYOUT, METER_PER_PHASE) == METER_PER_PHASE:
        return MeterConfig(
            imports=(data.get(CONF_GRID_A), data.get(CONF_GRID_B), data.get(CONF_GRID_C)),
            exports=(
                data.get(CONF_GRID_EXPORT_A),
                data.get(CONF_GRID_EXPORT_B),
                data.get(CONF_GRID_EXPORT_C),
            ),
            **common,
        )
    return MeterConfig(
        total=data.get(CONF_GRID_TOTAL), total_export=data.get(CONF_GRID_EXPORT_TOTAL), **common
    )


def _tls(data: Mapping[str, Any]) -> TlsConfig | None:
    port = data.get(CONF_OCPP_TLS_PORT)
    if port is None:
        return None
    return TlsConfig(
        port=int(port),
        certificate=data[CONF_OCPP_CERTIFICATE],
        private_key=data[CONF_OCPP_PRIVATE_KEY],
    )


def _charger(subentry_id: str, title: str, data: Mapping[str, Any]) -> ChargerConfig:
    car_phases = data.get(CONF_CAR_PHASES)
    return ChargerConfig(
        subentry_id=subentry_id,
        name=title,
        station_id=data[CONF_STATION_ID],
        connector_id=int(data.get(CONF_CONNECTOR_ID, 1)),
        security=data.get(CONF_SECURITY, SECURITY_BASIC),
        password=data.get(CONF_PASSWORD),
        phases=int(data[CONF_PHASES]),
        phase_rotation=data[CONF_PHASE_ROTATION],
        car_phases=int(car_phases) if car_phases else None,
        rated_current=float(data[CONF_RATED_CURRENT]),
        circuit=data.get(CONF_CIRCUIT),
        hand_over_key=data.get(CONF_HAND_OVER_KEY, False),
        min_current=float(data.get(CONF_MIN_CURRENT, 6.0)),
        fallback_current=float(data.get(CONF_FALLBACK_CURRENT, 6.0)),
        priority=int(data.get(CONF_PRIORITY, 1)),
    )


def _circuit(subentry_id: str, title: str, data: Mapping[str, Any]) -> CircuitConfig:
    meters = (data.get(CONF_METER_A), data.get(CONF_METER_B), data.get(CONF_METER_C))
    return CircuitConfig(
        subentry_id=subentry_id,
        name=title,
        limit=float(data[CONF_LIMIT]),
        parent=data.get(CONF_PARENT),
        meter=MeterConfig(imports=meters) if any(meters) else None,
    )


def _battery(subentry_id: str, title: str, data: Mapping[str, Any]) -> BatteryConfig:
    return BatteryConfig(
        subentry_id=subentry_id,
        name=title,
        soc=data[CONF_SOC],
        power=data[CONF_POWER],
        power_invert=data.get(CONF_POWER_INVERT, False),
        capacity_kwh=float(data[CONF_CAPACITY]),
        max_charge_power=float(data[CONF_MAX_CHARGE_POWER]),
        max_discharge_power=float(data[CONF_MAX_DISCHARGE_POWER]),
        round_trip_efficiency=float(data.get(CONF_ROUND_TRIP_EFFICIENCY, 90.0)) / 100,
        min_soc_percent=float(data.get(CONF_MIN_SOC, 0.0)),
        max_soc_percent=float(data.get(CONF_MAX_SOC, 100.0)),
        charge_curve=parse_curve(data, CURVE_CHARGE),
        discharge_curve=parse_curve(data, CURVE_DISCHARGE),
    )
