"""The forms of a site; each shows only what the answers before leave open."""

from typing import Any, Final

from homeassistant.const import CONF_NAME
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import BooleanSelector, EntitySelector, TextSelector
from probatio import Marker, Optional, Required, Schema

from ..const import (
    CONF_EXPORT_THRESHOLD,
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
    CONF_IMPORT_LIMIT,
    CONF_INVERTER_KIND,
    CONF_INVERTER_MAX_POWER,
    CONF_INVERTER_MAX_POWER_PER_PHASE,
    CONF_INVERTER_PHASE,
    CONF_MAIN_BREAKER,
    CONF_MAX_UNBALANCE,
    CONF_METER_LAYOUT,
    CONF_OCPP_CERTIFICATE,
    CONF_OCPP_HOST,
    CONF_OCPP_PORT,
    CONF_OCPP_PRIVATE_KEY,
    CONF_OCPP_TLS_PORT,
    CONF_OUTDOOR_TEMPERATURE,
    CONF_PHASE_NETTING,
    CONF_PHASES,
    CONF_PV_POWER,
    CONF_VOLTAGE,
    CONF_WEATHER,
    DEFAULT_OCPP_HOST,
    DEFAULT_OCPP_PORT,
    INVERTER_ASYMMETRIC,
    INVERTER_SINGLE_PHASE,
    INVERTER_SYMMETRIC,
    METER_PER_PHASE,
    METER_TOTAL,
    SITE_PHASES,
)
from .fields import (
    choice,
    labelled_choice,
    meter_entity,
    number,
    number_to_enter,
    power_entity,
    temperature_entity,
    weather_entity,
)

SECTION_EXPORT: Final = "export"
SECTION_METER: Final = "meter_options"
SECTION_INVERTER: Final = "inverter"
SECTION_OUTDOOR: Final = "outdoor"
SECTION_OCPP: Final = "ocpp"
SECTION_ENCRYPTION: Final = "encryption"

# First values of settings: asked for once, owned by entities afterwards.
SITE_FIRST_VALUES: Final = (CONF_IMPORT_LIMIT, CONF_EXPORT_THRESHOLD)


def meter_fields(phases: int, layout: str) -> tuple[str, ...]:
    """Return the fields of the grid meter's import, or of its signed values."""
    if phases == 1:
        return (CONF_GRID_A,)
    if layout == METER_TOTAL:
        return (CONF_GRID_TOTAL,)
    return (CONF_GRID_A, CONF_GRID_B, CONF_GRID_C)


def export_fields(phases: int, layout: str) -> tuple[str, ...]:
    """Return the fields of the grid meter's export, in the order of its import."""
    if phases == 1:
        return (CONF_GRID_EXPORT_A,)
    if layout == METER_TOTAL:
        return (CONF_GRID_EXPORT_TOTAL,)
    return (CONF_GRID_EXPORT_A, CONF_GRID_EXPORT_B, CONF_GRID_EXPORT_C)


def supply_schema(*, adding: bool) -> Schema:
    """Return the form of the connection to the grid."""
    fields: dict[Marker, Any] = {
        Required(CONF_NAME): TextSelector(),
        Required(CONF_PHASES, default="3"): choice(CONF_PHASES, ("1", "3")),
        Required(CONF_METER_LAYOUT, default=METER_PER_PHASE): choice(
            CONF_METER_LAYOUT, (METER_PER_PHASE, METER_TOTAL)
        ),
        Required(CONF_MAIN_BREAKER): number_to_enter(CONF_MAIN_BREAKER),
        Required(CONF_VOLTAGE, default=230): number(CONF_VOLTAGE),
    }
    if adding:
        fields[Optional(CONF_IMPORT_LIMIT)] = number(CONF_IMPORT_LIMIT)
    return Schema(fields)


def meter_schema(phases: int, layout: str) -> Schema:
    """Return the form of the grid meter."""
    options: dict[Marker, Any] = {
        Required(CONF_GRID_INVERT, default=False): BooleanSelector(),
        Optional(CONF_GRID_HEARTBEAT): EntitySelector(),
    }
    if phases > 1:
        options[Required(CONF_PHASE_NETTING, default=False)] = BooleanSelector()
        options[Optional(CONF_MAX_UNBALANCE)] = number(CONF_MAX_UNBALANCE)
    exports = {Optional(name): meter_entity() for name in export_fields(phases, layout)}
    return Schema(
        {Required(name): meter_entity() for name in meter_fields(phases, layout)}
        | {
            Required(SECTION_EXPORT): section(Schema(exports), {"collapsed": True}),
            Required(SECTION_METER): section(Schema(options), {"collapsed": True}),
        }
    )


def solar_schema(phases: int, *, adding: bool) -> Schema:
    """Return the form of PV, and of what hardly anybody has to change."""
    fields: dict[Marker, Any] = {Optional(CONF_PV_POWER): power_entity(multiple=True)}
    if adding:
        fields[Required(CONF_EXPORT_THRESHOLD, default=0)] = number(CONF_EXPORT_THRESHOLD)
    ocpp = {
        Required(CONF_OCPP_PORT, default=DEFAULT_OCPP_PORT): number(CONF_OCPP_PORT),
        Required(CONF_OCPP_HOST, default=DEFAULT_OCPP_HOST): TextSelector(),
    }
    outdoor = {
        Optional(CONF_OUTDOOR_TEMPERATURE): temperature_entity(),
        Optional(CONF_WEATHER): weather_entity(),
    }
    encryption = {
        Optional(CONF_OCPP_TLS_PORT): number(CONF_OCPP_TLS_PORT),
        Optional(CONF_OCPP_CERTIFICATE): TextSelector(),
        Optional(CONF_OCPP_PRIVATE_KEY): TextSelector(),
    }
    return Schema(
        fields
        | {
            Required(SECTION_INVERTER): section(Schema(_inverter(phases)), {"collapsed": True}),
            Optional(SECTION_OUTDOOR): section(Schema(outdoor), {"collapsed": True}),
            Required(SECTION_OCPP): section(Schema(ocpp), {"collapsed": True}),
            Optional(SECTION_ENCRYPTION): section(Schema(encryption), {"collapsed": True}),
        }
    )


def _inverter(phases: int) -> dict[Marker, Any]:
    power: dict[Marker, Any] = {Optional(CONF_INVERTER_MAX_POWER): number(CONF_INVERTER_MAX_POWER)}
    if phases == 1:
        return power
    kinds = (INVERTER_SYMMETRIC, INVERTER_ASYMMETRIC, INVERTER_SINGLE_PHASE)
    return {
        Required(CONF_INVERTER_KIND, default=INVERTER_SYMMETRIC): choice(CONF_INVERTER_KIND, kinds),
        Required(CONF_INVERTER_PHASE, default="A"): labelled_choice(
            [(phase, phase) for phase in SITE_PHASES]
        ),
        **power,
        Optional(CONF_INVERTER_MAX_POWER_PER_PHASE): number(CONF_INVERTER_MAX_POWER_PER_PHASE),
    }
