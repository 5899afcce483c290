"""An overview of the home from Home Assistant's own cards."""

from collections.abc import Iterable
from typing import Any

from simulated_home.hass_client import HassClient

from .site import BREAKER_A, PHASES, DevelopedHome, grid_current

URL_PATH = "loadstar-home"
_SENSOR = "sensor.simulated_home_"
_BREAKER = "input_number.main_breaker"

type Card = dict[str, Any]


async def install(client: HassClient, home: DevelopedHome) -> None:
    """Show the overview first, and tell the energy dashboard its meters; once."""
    dashboards = await client.ws("lovelace/dashboards/list")
    if any(dashboard["url_path"] == URL_PATH for dashboard in dashboards):
        return
    await client.ws(
        "input_number/create",
        name="Main breaker",
        icon="mdi:electric-switch",
        min=0,
        max=BREAKER_A,
        initial=BREAKER_A,
        mode="box",
        unit_of_measurement="A",
    )
    await client.ws(
        "lovelace/dashboards/create",
        url_path=URL_PATH,
        title="Overview",
        icon="mdi:home-lightning-bolt",
        show_in_sidebar=True,
        require_admin=False,
    )
    await client.ws("lovelace/config/save", url_path=URL_PATH, config=overview(home))
    await client.ws("frontend/set_system_data", key="core", value={"default_panel": URL_PATH})
    await client.ws("energy/save_prefs", **_energy_preferences(home.forecast_entry_id))


def overview(home: DevelopedHome) -> dict[str, Any]:
    """Return the dashboard's configuration."""
    view = {
        "title": "Home",
        "path": "home",
        "type": "sections",
        "max_columns": 3,
        "sections": [
            _site(home),
            _plan(home),
            _forecast(home),
            *(_charger(home, name) for name in home.chargers),
        ],
    }
    return {"title": "Loadstar", "views": [view]}


def _site(home: DevelopedHome) -> Card:
    return _section(
        "Home",
        "mdi:home-lightning-bolt",
        [
            *(_gauge(phase) for phase in PHASES),
            *(
                _tile(
                    home.site_entity(f"available_current_{phase}"),
                    f"Room on {phase.upper()}",
                    columns=4,
                    vertical=True,
                )
                for phase in PHASES
            ),
            _graph(
                [
                    *({"entity": grid_current(p), "name": f"Phase {p.upper()}"} for p in PHASES),
                    {"entity": _BREAKER, "name": "Breaker"},
                ]
            ),
            _options(home.site_entity("charging_mode"), "Mode of the site"),
            _options(home.site_entity("distribution_mode"), "Distribution"),
            _tile(f"{_SENSOR}pv_power", "PV", color="amber"),
            _tile(home.site_entity("household_power"), "Household", color="indigo"),
            _tile(f"{_SENSOR}battery_power", "Battery power", color="green"),
            _tile(f"{_SENSOR}battery_soc", "Battery", color="green"),
        ],
    )


def _plan(home: DevelopedHome) -> Card:
    return _section(
        "Plan",
        "mdi:chart-timeline-variant",
        [
            _options(home.site_entity("planner_mode"), "Planner"),
            _tile(home.site_entity("plan_reason"), "Now", color="teal", columns=12),
            _tile(home.site_entity("next_action"), "Next", color="teal"),
            _tile(home.site_entity("planned_battery_power"), "Battery, planned", color="green"),
            _tile(home.site_entity("plan_cost"), "Cost", color="orange"),
            _tile(home.site_entity("plan_saving"), "Saving", color="orange"),
            _tile(home.site_entity("import_price"), "Price", color="amber"),
            _tile(f"{_SENSOR}day_ahead_price", "Day-ahead", color="amber"),
            _tile("switch.simulated_home_water_heater", "Water heater", color="red"),
            _tile(f"{_SENSOR}water_temperature", "Water", color="red"),
            _graph([{"entity": home.site_entity("import_price"), "name": "Price"}], hours=24),
        ],
    )


def _forecast(home: DevelopedHome) -> Card:
    return _section(
        "Forecast",
        "mdi:weather-partly-cloudy",
        [
            _tile(home.site_entity("pv_correction"), "PV forecast", color="amber"),
            _tile(home.site_entity("pv_confidence"), "Confidence", color="amber"),
            _tile(home.site_entity("pv_today"), "PV today", color="amber"),
            _tile(home.site_entity("pv_tomorrow"), "PV tomorrow", color="amber"),
            _tile(home.site_entity("load_model"), "Household by", color="indigo"),
            _tile(home.site_entity("load_forecast_error"), "Its error", color="indigo"),
            _tile(home.site_entity("buffer_target"), "Buffer", color="green"),
            _tile(home.site_entity("buffer_mode"), "Buffer is in", color="green"),
            _graph(
                [
                    {"entity": f"{_SENSOR}pv_power", "name": "PV"},
                    {"entity": f"{_SENSOR}pv_forecast_power", "name": "Forecast, uncorrected"},
                ],
                hours=48,
            ),
        ],
    )


def _gauge(phase: str) -> Card:
    return {
        "type": "gauge",
        "entity": grid_current(phase),
        "name": f"Phase {phase.upper()}",
        "min": -BREAKER_A,
        "max": BREAKER_A + 5,
        "needle": True,
        "segments": [
            {"from": -BREAKER_A, "color": "var(--success-color)"},
            {"from": 0, "color": "var(--info-color)"},
            {"from": BREAKER_A - 5, "color": "var(--warning-color)"},
            {"from": BREAKER_A, "color": "var(--error-color)"},
        ],
        "grid_options": {"columns": 4, "rows": 2},
    }


def _charger(home: DevelopedHome, name: str) -> Card:
    def entity(key: str) -> str:
        return home.charger_entity(name, key)

    car = f"{_SENSOR}{name.lower()}_car"
    terminals = [
        {"entity": entity(f"current_{terminal.lower()}"), "name": terminal}
        for terminal in ("L1", "L2", "L3")
    ]
    return _section(
        name,
        "mdi:ev-station",
        [
            _options(entity("charging_mode"), "Mode"),
            _tile(entity("setpoint"), "Set-point", color="deep-purple"),
            _tile(entity("offered_current"), "Offered", color="purple"),
            _tile(entity("reason"), "Reason", color="teal", columns=12),
            *(_tile(row["entity"], row["name"], columns=4, vertical=True) for row in terminals),
            _graph([{"entity": entity("setpoint"), "name": "Set-point"}, *terminals]),
            _tile(entity("status"), "Status", color="teal"),
            _tile(entity("power"), "Power", color="orange"),
            _tile(entity("session_energy"), "Session", color="orange"),
            _tile(f"{car}_soc", "Car", color="green"),
            _tile(f"{car}_departure", "Leaves", color="blue", columns=12),
        ],
    )


def _section(title: str, icon: str, cards: Iterable[Card]) -> Card:
    heading = {"type": "heading", "heading": title, "heading_style": "title", "icon": icon}
    return {"type": "grid", "cards": [heading, *cards]}


def _tile(
    entity: str,
    name: str,
    *,
    color: str = "primary",
    columns: int = 6,
    vertical: bool = False,
) -> Card:
    return {
        "type": "tile",
        "entity": entity,
        "name": name,
        "color": color,
        "vertical": vertical,
        "grid_options": {"columns": columns},
    }


def _options(entity: str, name: str) -> Card:
    return {
        **_tile(entity, name, columns=12),
        "features": [{"type": "select-options"}],
        "features_position": "inline",
    }


def _graph(entities: list[dict[str, str]], *, hours: float = 0.25) -> Card:
    return {
        "type": "history-graph",
        "entities": entities,
        "hours_to_show": hours,
        "grid_options": {"columns": 12},
    }


def _energy_preferences(forecast_entry_id: str) -> dict[str, Any]:
    grid = {
        "type": "grid",
        "stat_energy_from": f"{_SENSOR}grid_import_energy",
        "stat_energy_to": f"{_SENSOR}grid_export_energy",
        "stat_cost": None,
        "entity_energy_price": f"{_SENSOR}day_ahead_price",
        "number_energy_price": None,
        "stat_compensation": None,
        "entity_energy_price_export": None,
        "number_energy_price_export": 0.08,
        "stat_rate": f"{_SENSOR}grid_power",
        "cost_adjustment_day": 0,
    }
    solar = {
        "type": "solar",
        "stat_energy_from": f"{_SENSOR}pv_energy",
        "stat_rate": f"{_SENSOR}pv_power",
        "config_entry_solar_forecast": [forecast_entry_id],
    }
    battery = {
        "type": "battery",
        "stat_energy_from": f"{_SENSOR}battery_discharge_energy",
        "stat_energy_to": f"{_SENSOR}battery_charge_energy",
        # the dashboard counts discharge as positive
        "power_config": {"stat_rate_inverted": f"{_SENSOR}battery_power"},
    }
    return {"energy_sources": [grid, solar, battery]}
