"""Sets the simulated home and Loadstar up as a user does: through their config flows."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
import time
from typing import Any

from simulated_home.hass_client import HassClient

from .planning import Answers, add_planned, price_answers

BREAKER_A = 25
PHASES = ("a", "b", "c")
STATIONS = ("garage", "driveway")

_LAST_KEYS = ("charging_mode", "setpoint", "current_l1")  # of a charger, one of each platform
_SENSOR = "sensor.simulated_home_"
_GARAGE_KEY = "garage-key-0123456"
_DRIVEWAY_KEY = "driveway-key-01234"


@dataclass(frozen=True, slots=True, kw_only=True)
class DevelopedHome:
    """Loadstar's site, its chargers' subentries by name, and every entity by unique id.

    ``forecast_entry_id`` is that of the simulated home, which forecasts its sun.
    """

    entry_id: str
    chargers: Mapping[str, str]
    entities: Mapping[str, str]
    forecast_entry_id: str = ""

    def site_entity(self, key: str) -> str:
        """Return the entity of the site with a key, as ``charging_mode``."""
        return self.entities[f"{self.entry_id}_{key}"]

    def charger_entity(self, name: str, key: str) -> str:
        """Return the entity of a charger with a key, as ``setpoint``."""
        return self.entities[f"{self.entry_id}_{self.chargers[name]}_{key}"]


def grid_current(phase: str) -> str:
    """Return the simulated meter's entity for a phase."""
    return f"{_SENSOR}grid_current_{phase}"


async def set_up(
    client: HassClient, ocpp_port: int, variants: Mapping[str, str] | None = None
) -> DevelopedHome:
    """Set up what is not there yet, and the chargers' variants by station id.

    A second time nothing changes, but for variants that are others now.
    """
    behaviour = {f"{name}_variant": "obedient" for name in STATIONS}
    behaviour |= {f"{name}_variant": variant for name, variant in (variants or {}).items()}
    if found := await client.entries("simulated_home"):
        await client.reconfigure(found[0], behaviour)
    else:
        await _add_simulated_home(client, ocpp_port, behaviour)
    (simulated,) = await client.entries("simulated_home")
    forecast_entry_id = str(simulated["entry_id"])
    if not await client.entries("loadstar"):
        await _add_site(client, ocpp_port, forecast_entry_id)
    (entry,) = await client.entries("loadstar")
    entry_id = str(entry["entry_id"])
    chargers = await _chargers(client, entry_id)
    return DevelopedHome(
        entry_id=entry_id,
        chargers=chargers,
        entities=await _entities(client, entry_id, chargers),
        forecast_entry_id=forecast_entry_id,
    )


async def _entities(
    client: HassClient, entry_id: str, chargers: Mapping[str, str], timeout_s: float = 60.0
) -> dict[str, str]:
    """Return Loadstar's entities; every new subentry loads it anew, which may go on yet."""
    wanted = {f"{entry_id}_{charger}_{key}" for charger in chargers.values() for key in _LAST_KEYS}
    deadline = time.monotonic() + timeout_s
    while True:
        entities = await client.entity_ids("loadstar")
        if wanted <= set(entities) or time.monotonic() > deadline:
            return entities
        await asyncio.sleep(0.5)


async def _chargers(client: HassClient, entry_id: str) -> dict[str, str]:
    return {
        sub["title"]: sub["subentry_id"]
        for sub in await client.subentries(entry_id)
        if sub["subentry_type"] == "charger"
    }


async def _add_simulated_home(
    client: HassClient, ocpp_port: int, behaviour: Mapping[str, str]
) -> None:
    await client.flow(
        "simulated_home",
        {
            "seed": 1,
            "start_hour": 10.0,
            "ocpp_url": f"ws://127.0.0.1:{ocpp_port}",
            "garage_key": _GARAGE_KEY,
            "driveway_key": _DRIVEWAY_KEY,
            **behaviour,
        },
    )


async def _add_site(client: HassClient, ocpp_port: int, forecast_entry_id: str) -> None:
    entry = await client.flow("loadstar", *_site_answers(ocpp_port))
    entry_id = str(entry["entry_id"])
    circuit_id = await client.subentry_flow(entry_id, "circuit", {"name": "Parking", "limit": 20})
    await client.subentry_flow(entry_id, "battery", _battery_answer())
    for answers in _charger_answers(circuit_id):
        await client.subentry_flow(entry_id, "charger", *answers)
    await add_planned(client, entry_id, forecast_entry_id, await _chargers(client, entry_id))
    entities = await _entities(client, entry_id, await _chargers(client, entry_id))
    # a mode in which both cars charge and what they get follows the sun
    await client.call_service(
        "select.select_option", entity_id=entities[f"{entry_id}_charging_mode"], option="eco"
    )


def _site_answers(ocpp_port: int) -> Answers:
    return (
        {
            "name": "Home",
            "phases": "3",
            "meter_layout": "per_phase",
            "main_breaker": BREAKER_A,
            "voltage": 230,
        },
        {
            **{f"grid_{phase}": grid_current(phase) for phase in PHASES},
            "export": {},
            "meter_options": {"grid_invert": False, "phase_netting": True},
        },
        {
            "pv_power": [f"{_SENSOR}pv_power"],
            "export_threshold": 0,
            "inverter": {
                "inverter_kind": "symmetric",
                "inverter_phase": "A",
                "inverter_max_power": 10_000,
            },
            "outdoor": {"outdoor_temperature": f"{_SENSOR}outdoor_temperature"},
            "ocpp": {"ocpp_port": ocpp_port, "ocpp_host": "127.0.0.1"},
        },
        *price_answers(),
    )


def _battery_answer() -> Mapping[str, Any]:
    return {
        "name": "Home battery",
        "soc": f"{_SENSOR}battery_soc",
        "power": f"{_SENSOR}battery_power",
        "power_invert": False,
        "capacity": 10,
        "max_charge_power": 5000,
        "max_discharge_power": 5000,
    }


def _charger_answers(circuit_id: str) -> tuple[Answers, Answers]:
    """Return the answers for a three-phase car in the garage and a single-phase one outside."""
    wiring = {
        "rated_current": 16,
        "circuit": circuit_id,
        "min_current": 6,
        "fallback_current": 6,
    }
    garage: Answers = (
        _identity("Garage", _GARAGE_KEY),
        {**wiring, "phase_rotation": "ABC", "priority": 1},
        {},
    )
    driveway: Answers = (
        _identity("Driveway", _DRIVEWAY_KEY),
        {**wiring, "phase_rotation": "BCA", "car_phases": "1", "priority": 2},
        {},
    )
    return garage, driveway


def _identity(name: str, key: str) -> Mapping[str, Any]:
    return {
        "name": name,
        "station_id": name.lower(),
        "connector_id": 1,
        "security": "basic",
        "password": key,
        "phases": "3",
    }
