"""Names that more than one room uses."""

import logging
from typing import Final

DOMAIN: Final = "loadstar"
LOGGER: Final = logging.getLogger(__package__)

SITE_PHASES: Final = ("A", "B", "C")

# Subentry kinds.
SUBENTRY_CHARGER: Final = "charger"
SUBENTRY_CIRCUIT: Final = "circuit"
SUBENTRY_BATTERY: Final = "battery"
SUBENTRY_VEHICLE: Final = "vehicle"
SUBENTRY_PV_ARRAY: Final = "pv_array"
SUBENTRY_LOAD: Final = "load"
LOAD_WATER_HEATER: Final = "water_heater"
LOAD_DEFERRABLE: Final = "deferrable"

# Supply of a site.
CONF_PHASES: Final = "phases"
CONF_VOLTAGE: Final = "voltage"
CONF_MAIN_BREAKER: Final = "main_breaker"
CONF_IMPORT_LIMIT: Final = "import_limit"
CONF_MAX_UNBALANCE: Final = "max_unbalance"
CONF_PHASE_NETTING: Final = "phase_netting"

# Grid meter of a site.
CONF_METER_LAYOUT: Final = "meter_layout"
METER_PER_PHASE: Final = "per_phase"
METER_TOTAL: Final = "total"
CONF_GRID_A: Final = "grid_a"
CONF_GRID_B: Final = "grid_b"
CONF_GRID_C: Final = "grid_c"
CONF_GRID_TOTAL: Final = "grid_total"
CONF_GRID_EXPORT_A: Final = "grid_export_a"
CONF_GRID_EXPORT_B: Final = "grid_export_b"
CONF_GRID_EXPORT_C: Final = "grid_export_c"
CONF_GRID_EXPORT_TOTAL: Final = "grid_export_total"
CONF_GRID_INVERT: Final = "grid_invert"
CONF_GRID_HEARTBEAT: Final = "grid_heartbeat"

# PV and inverter of a site.
CONF_PV_POWER: Final = "pv_power"  # list of entities, summed
CONF_EXPORT_THRESHOLD: Final = "export_threshold"
CONF_INVERTER_KIND: Final = "inverter_kind"
INVERTER_SYMMETRIC: Final = "symmetric"
INVERTER_ASYMMETRIC: Final = "asymmetric"
INVERTER_SINGLE_PHASE: Final = "single_phase"
CONF_INVERTER_PHASE: Final = "inverter_phase"
CONF_INVERTER_MAX_POWER: Final = "inverter_max_power"
CONF_INVERTER_MAX_POWER_PER_PHASE: Final = "inverter_max_power_per_phase"

# OCPP server of a site.
CONF_OCPP_HOST: Final = "ocpp_host"
CONF_OCPP_PORT: Final = "ocpp_port"
CONF_OCPP_TLS_PORT: Final = "ocpp_tls_port"
CONF_OCPP_CERTIFICATE: Final = "ocpp_certificate"
CONF_OCPP_PRIVATE_KEY: Final = "ocpp_private_key"
DEFAULT_OCPP_HOST: Final = "0.0.0.0"  # noqa: S104  chargers dial in from the home's network
DEFAULT_OCPP_PORT: Final = 9016

# Charger subentry.
CONF_STATION_ID: Final = "station_id"
CONF_CONNECTOR_ID: Final = "connector_id"
CONF_SECURITY: Final = "security"
SECURITY_NONE: Final = "none"
SECURITY_BASIC: Final = "basic"
SECURITY_TLS: Final = "tls"
CONF_HAND_OVER_KEY: Final = "hand_over_key"
CONF_PASSWORD: Final = "password"  # noqa: S105  a key, not a password
CONF_RATED_CURRENT: Final = "rated_current"
CONF_CAR_PHASES: Final = "car_phases"
CONF_PHASE_ROTATION: Final = "phase_rotation"
CONF_CIRCUIT: Final = "circuit"
# First values of settings that entities own afterwards.
CONF_MIN_CURRENT: Final = "min_current"
CONF_FALLBACK_CURRENT: Final = "fallback_current"
CONF_PRIORITY: Final = "priority"

# Circuit subentry.
CONF_LIMIT: Final = "limit"
CONF_PARENT: Final = "parent"
CONF_METER_A: Final = "meter_a"
CONF_METER_B: Final = "meter_b"
CONF_METER_C: Final = "meter_c"

# Battery subentry.
CONF_SOC: Final = "soc"
CONF_POWER: Final = "power"
CONF_POWER_INVERT: Final = "power_invert"
CONF_CAPACITY: Final = "capacity"
CONF_MAX_CHARGE_POWER: Final = "max_charge_power"
CONF_MAX_DISCHARGE_POWER: Final = "max_discharge_power"
# What planning needs of it.
CONF_ROUND_TRIP_EFFICIENCY: Final = "round_trip_efficiency"  # percent
CONF_MIN_SOC: Final = "min_soc"
CONF_MAX_SOC: Final = "max_soc"
CONF_POWER_CURVE: Final = "power_curve"  # list of SoC, charge and discharge power
CURVE_SOC: Final = "soc"
CURVE_CHARGE: Final = "charge_power"
CURVE_DISCHARGE: Final = "discharge_power"

# A source of prices or of a forecast, as stored.
SOURCE_KIND: Final = "kind"
SOURCE_ENTITY: Final = "entity_id"
SOURCE_ENTRY: Final = "entry_id"
SOURCE_ATTRIBUTE: Final = "attribute"
SOURCE_TEMPLATE: Final = "template"
SOURCE_OPTIONS: Final = "options"
SOURCE_LIST_ATTRIBUTE: Final = "list_attribute"  # a kind, as "template" is

# Prices of a site.
CONF_IMPORT_SOURCE: Final = "import_source"
CONF_IMPORT_FIXED: Final = "import_fixed"
CONF_IMPORT_FACTOR: Final = "import_factor"
CONF_IMPORT_FEE: Final = "import_fee"
CONF_IMPORT_TAX: Final = "import_tax"
CONF_IMPORT_VAT: Final = "import_vat"  # percent
CONF_IMPORT_TARIFF: Final = "import_tariff"  # list of a grid operator's fees
CONF_FORECAST_SOURCE: Final = "forecast_source"  # of import prices; of a PV array's power
CONF_EXPORT_PRICE: Final = "export_price"
CONF_EXPORT_SOURCE: Final = "export_source"
CONF_EXPORT_FIXED: Final = "export_fixed"
CONF_EXPORT_FACTOR: Final = "export_factor"
CONF_EXPORT_FEE: Final = "export_fee"
CONF_EXPORT_TAX: Final = "export_tax"
CONF_EXPORT_VAT: Final = "export_vat"
CONF_EXPORT_TARIFF: Final = "export_tariff"
TARIFF_FEE: Final = "fee"
TARIFF_FROM: Final = "from"
TARIFF_UNTIL: Final = "until"
TARIFF_MONTHS: Final = "months"
TARIFF_WEEKDAYS: Final = "weekdays"
MONTHS: Final = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12")
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

# Peak tariff of a site.
CONF_PEAK_FEE: Final = "peak_fee"  # per kW and month; without it there is no such tariff
CONF_PEAK_WINDOW: Final = "peak_window"  # minutes
CONF_PEAK_COUNT: Final = "peak_count"
CONF_PEAK_MONTHS: Final = "peak_months"
CONF_PEAK_WEEKDAYS: Final = "peak_weekdays"
CONF_PEAK_FROM: Final = "peak_from"  # hour
CONF_PEAK_UNTIL: Final = "peak_until"

# What a site knows of the weather.
CONF_OUTDOOR_TEMPERATURE: Final = "outdoor_temperature"
CONF_WEATHER: Final = "weather"

# Vehicle subentry; its capacity and SoC are named as a battery's, its phases as a car's.
CONF_CHARGER: Final = "charger"
CONF_EFFICIENCY: Final = "efficiency"  # percent
CONF_DEPARTURE: Final = "departure"

# PV array subentry.
CONF_PEAK_POWER: Final = "peak_power"  # kW
CONF_TILT: Final = "tilt"
CONF_AZIMUTH: Final = "azimuth"

# Load subentry; the entity that measures it is named as a battery's.
CONF_LOAD_KIND: Final = "load_kind"
CONF_RATED_POWER: Final = "rated_power"  # kW
CONF_LOAD_PHASES: Final = "load_phases"
CONF_SWITCH: Final = "switch"
CONF_ENERGY_PER_DAY: Final = "energy_per_day"  # kWh
CONF_BLOCK: Final = "block"  # minutes
CONF_CONTINUOUS: Final = "continuous"
CONF_LONGEST_GAP: Final = "longest_gap"  # hours
CONF_ALLOWED: Final = "allowed"  # list of from and until
CONF_DURATION: Final = "duration"  # minutes
CONF_EARLIEST: Final = "earliest"
CONF_LATEST_END: Final = "latest_end"
