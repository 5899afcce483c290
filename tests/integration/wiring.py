"""Sites as they are wired, for tests that need no config entry."""

from typing import Any

from custom_components.loadstar.wiring import ChargerConfig, MeterConfig, SiteConfig


def site(**changes: Any) -> SiteConfig:
    """Return a three-phase site with one 16 A charger."""
    garage = ChargerConfig(
        subentry_id="garage",
        name="Garage",
        station_id="CP1",
        connector_id=1,
        security="none",
        password=None,
        phases=3,
        phase_rotation="ABC",
        car_phases=None,
        rated_current=16.0,
        circuit=None,
        min_current=6.0,
        fallback_current=6.0,
        priority=2,
    )
    values: dict[str, Any] = {
        "name": "Home",
        "phases": 3,
        "voltage": 230.0,
        "main_breaker": 25.0,
        "import_limit_w": None,
        "max_unbalance": None,
        "phase_netting": False,
        "meter": MeterConfig(),
        "pv_power": (),
        "export_threshold_w": 500.0,
        "inverter_kind": "symmetric",
        "inverter_phase": "A",
        "inverter_max_power": None,
        "inverter_max_power_per_phase": None,
        "ocpp_host": "127.0.0.1",
        "ocpp_port": 9016,
        "chargers": {"garage": garage},
        "circuits": {},
        "batteries": {},
    }
    return SiteConfig(**(values | changes))
