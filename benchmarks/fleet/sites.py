"""A Home Assistant with as many sites and chargers as are asked for.

One site and one charger are set up through their flows; the rest are copies of
them in the store, as a backup that is restored would leave them.
"""

import copy
import json
from pathlib import Path
from typing import Any
from uuid import uuid4

from simulated_home.hass_client import HassClient

from .charger import KEY

BREAKER_A = 125
FALLBACK_A = 6.0
RATED_A = 8.0  # too little above the fallback for a proof of that to be tried meanwhile
PHASES = ("a", "b", "c")


def grid_sensor(site: int, phase: str) -> str:
    """Return the meter's entity for a phase of a site."""
    return f"sensor.site_{site}_grid_{phase}"


def station_id(site: int, charger: int) -> str:
    """Return the charge point id of a site's charger."""
    return f"s{site}c{charger}"


async def report(client: HassClient, site: int, phase: str, current_a: float) -> dict[str, Any]:
    """Let a site's meter report, and return the state that Home Assistant made of it."""
    body = {
        "state": f"{current_a:.2f}",
        "attributes": {"unit_of_measurement": "A", "device_class": "current"},
    }
    path = f"/api/states/{grid_sensor(site, phase)}"
    state: dict[str, Any] = await client.request("POST", path, body)
    return state


async def add_first_site(client: HassClient, ocpp_port: int) -> None:
    """Set up a site with one charger, as a person does."""
    for phase in PHASES:
        await report(client, 0, phase, 10.0)
    entry = await client.flow(
        "loadstar",
        {
            "name": "Site 0",
            "phases": "3",
            "meter_layout": "per_phase",
            "main_breaker": BREAKER_A,
            "voltage": 230,
        },
        {
            **{f"grid_{phase}": grid_sensor(0, phase) for phase in PHASES},
            "export": {},
            "meter_options": {"grid_invert": False, "phase_netting": False},
        },
        {
            "export_threshold": 0,
            "inverter": {"inverter_kind": "symmetric", "inverter_phase": "A"},
            "ocpp": {"ocpp_port": ocpp_port, "ocpp_host": "127.0.0.1"},
        },
    )
    await client.subentry_flow(
        str(entry["entry_id"]),
        "charger",
        {
            "name": station_id(0, 0),
            "station_id": station_id(0, 0),
            "connector_id": 1,
            "security": "basic",
            "password": KEY,
            "phases": "3",
        },
        {
            "rated_current": RATED_A,
            "phase_rotation": "ABC",
            "min_current": 6,
            "fallback_current": FALLBACK_A,
            "priority": 1,
        },
        {},
    )


def multiply(config_dir: Path, chargers_by_site: list[int]) -> None:
    """Copy the first site in the stores of a Home Assistant that has stopped."""
    path = config_dir / ".storage" / "core.config_entries"
    stored = json.loads(path.read_text())
    entries = stored["data"]["entries"]
    first = next(entry for entry in entries if entry["domain"] == "loadstar")
    others = [entry for entry in entries if entry is not first]
    copies = [_site(first, site, count) for site, count in enumerate(chargers_by_site)]
    stored["data"]["entries"] = [*others, *copies]
    path.write_text(json.dumps(stored))


def _site(first: dict[str, Any], site: int, count: int) -> dict[str, Any]:
    entry = copy.deepcopy(first)
    if site > 0:
        entry["entry_id"] = _new_id()
    entry["title"] = f"Site {site}"
    entry["data"] |= {f"grid_{phase}": grid_sensor(site, phase) for phase in PHASES}
    (charger,) = entry["subentries"]
    entry["subentries"] = [_charger(charger, site, index) for index in range(count)]
    return entry


def _charger(first: dict[str, Any], site: int, index: int) -> dict[str, Any]:
    charger = copy.deepcopy(first)
    if (site, index) != (0, 0):
        charger["subentry_id"] = _new_id()
    name = station_id(site, index)
    charger["title"] = charger["data"]["station_id"] = name
    charger["unique_id"] = first["unique_id"].replace(station_id(0, 0), name)
    return charger


def _new_id() -> str:
    return uuid4().hex[:26].upper()


async def share_evenly(client: HassClient) -> None:
    """Choose the mode in which an overload touches every charger."""
    entities = await client.entity_ids("loadstar")
    modes = [entity for key, entity in entities.items() if key.endswith("_distribution_mode")]
    await client.call_service("select.select_option", entity_id=modes, option="shared")
