"""Names of the simulated home."""

from typing import Final

DOMAIN: Final = "simulated_home"

CONF_SEED: Final = "seed"
CONF_START_HOUR: Final = "start_hour"
CONF_CLOCK_SHIFT: Final = "clock_shift"  # s; set when the past was written
CONF_OCPP_URL: Final = "ocpp_url"
CONF_GARAGE_KEY: Final = "garage_key"
CONF_DRIVEWAY_KEY: Final = "driveway_key"
CONF_GARAGE_VARIANT: Final = "garage_variant"
CONF_DRIVEWAY_VARIANT: Final = "driveway_variant"
