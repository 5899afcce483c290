"""What a user tells Loadstar for its plans: vehicles, panels and the water heater."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from simulated_home.hass_client import HassClient

_SENSOR = "sensor.simulated_home_"
_FAMILY_CAR, _CITY_CAR, _HEATER = "Family car", "City car", "Water heater"
PLANNED = (_FAMILY_CAR, _CITY_CAR, _HEATER)  # what has to be in a plan

type Answers = tuple[Mapping[str, Any], ...]


def price_answers() -> Answers:
    """Return the answers for day-ahead prices with a grid fee, a tax and VAT; export earns them."""
    return (
        {"import_price": f"nordpool_hacs|{_SENSOR}day_ahead_price"},
        {
            "import_fee": 0.06,
            "import_tax": 0.05,
            "import_vat": 21,
            "export_price": "spot",
        },
        {},
    )


async def add_planned(
    client: HassClient, entry_id: str, forecast_entry_id: str, chargers: Mapping[str, str]
) -> None:
    """Add both cars, the panels and the water heater to a site whose chargers are there."""
    for answer in await _vehicle_answers(client, chargers):
        await client.subentry_flow(entry_id, "vehicle", answer)
    await client.subentry_flow(
        entry_id,
        "pv_array",
        {"name": "Roof", "peak_power": 9, "forecast": f"energy_platform|{forecast_entry_id}"},
    )
    await client.subentry_flow(entry_id, "load", *_WATER_HEATER)


_WATER_HEATER: Answers = (
    {
        "name": _HEATER,
        "load_kind": "water_heater",
        "rated_power": 2,
        "load_phases": "C",
        "switch": "switch.simulated_home_water_heater",
        "power": f"{_SENSOR}water_heater_power",
    },
    {"energy_per_day": 8, "block": 60, "continuous": False, "longest_gap": 24},
)


async def _vehicle_answers(client: HassClient, chargers: Mapping[str, str]) -> Answers:
    zone = ZoneInfo((await client.request("GET", "/api/config"))["time_zone"])
    states = await client.states()

    def vehicle(name: str, capacity: float, charger: str) -> Mapping[str, Any]:
        car = f"{_SENSOR}{charger.lower()}_car"
        leaves = datetime.fromisoformat(states[f"{car}_departure"]["state"]).astimezone(zone)
        return {
            "name": name,
            "capacity": capacity,
            "soc": f"{car}_soc",
            "charger": chargers[charger],
            "efficiency": 90,
            "departure": leaves.strftime("%H:%M:00"),
        }

    return (vehicle(_FAMILY_CAR, 77, "Garage"), vehicle(_CITY_CAR, 40, "Driveway"))
