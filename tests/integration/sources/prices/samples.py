"""Prices as integrations write them, one writer for each of their formats."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

STOCKHOLM = ZoneInfo("Europe/Stockholm")


@dataclass(frozen=True)
class Hour:
    """What a price is, whatever its format; ``price`` in currency per kWh."""

    start: datetime
    end: datetime
    price: float


type Written = Mapping[str, Any]


def day(year: int, month: int, number: int, minutes: int = 60) -> list[Hour]:
    """Return a local day's prices in Stockholm, each another one."""
    moment = datetime(year, month, number, tzinfo=STOCKHOLM).astimezone(UTC)
    end = (datetime(year, month, number, tzinfo=STOCKHOLM) + timedelta(days=1)).astimezone(UTC)
    step = timedelta(minutes=minutes)
    hours: list[Hour] = []
    while moment < end:
        hours.append(Hour(moment, moment + step, round(0.05 + len(hours) / 1000, 5)))
        moment += step
    return hours


def _local(moment: datetime) -> datetime:
    return moment.astimezone(STOCKHOLM)


def nordpool_core(hours: Sequence[Hour]) -> Written:
    return {
        "SE3": [
            {
                "start": hour.start.isoformat(),
                "end": hour.end.isoformat(),
                "price": round(hour.price * 1000, 2),
            }
            for hour in hours
        ]
    }


def nordpool_hacs(hours: Sequence[Hour], *, cents: bool = False) -> Written:
    factor = 100 if cents else 1
    return {
        "raw_today": [
            {"start": _local(hour.start), "end": _local(hour.end), "value": hour.price * factor}
            for hour in hours
        ],
        "raw_tomorrow": [],
        "tomorrow_valid": False,
        "currency": "SEK",
        "unit": "kWh",
        "price_in_cents": cents,
        "unit_of_measurement": "Öre/kWh" if cents else "SEK/kWh",
    }


def tibber(hours: Sequence[Hour]) -> Written:
    return {
        "prices": {
            "Vitahuset": [
                {"start_time": _local(hour.start).isoformat(), "price": hour.price}
                for hour in hours
            ]
        }
    }


def entsoe(hours: Sequence[Hour]) -> Written:
    rows = [{"time": str(_local(hour.start)), "price": hour.price} for hour in hours]
    return {
        "prices_today": rows,
        "prices_tomorrow": [],
        "prices": rows,
        "unit_of_measurement": "EUR/kWh",
    }


def octopus(hours: Sequence[Hour]) -> Written:
    return {
        "rates": [
            {
                "start": hour.start,
                "end": hour.end,
                "value_inc_vat": hour.price,
                "is_capped": False,
                "is_intelligent_adjusted": False,
            }
            for hour in hours
        ]
    }


def amber(hours: Sequence[Hour]) -> Written:
    return {
        "forecasts": [
            {
                "duration": (hour.end - hour.start) // timedelta(minutes=1),
                "start_time": (hour.start + timedelta(seconds=1)).isoformat(),
                "end_time": hour.end.isoformat(),
                "per_kwh": hour.price,
                "spot_per_kwh": 0.01,
                "spike_status": "none",
                "descriptor": "very_low",
            }
            for hour in hours
        ]
    }


def epex_spot(hours: Sequence[Hour]) -> Written:
    return {
        "data": [
            {
                "start_time": _local(hour.start).isoformat(),
                "end_time": _local(hour.end).isoformat(),
                "price_per_kwh": hour.price,
            }
            for hour in hours
        ],
        "unit_of_measurement": "EUR/kWh",
    }


def energi_data_service(hours: Sequence[Hour], *, cents: bool = False) -> Written:
    factor = 100 if cents else 1
    return {
        "raw_today": [{"hour": _local(hour.start), "price": hour.price * factor} for hour in hours],
        "raw_tomorrow": None,
        "forecast": None,
        "unit": "kWh",
        "use_cent": cents,
        "currency": "DKK",
    }


def frank_energie(hours: Sequence[Hour]) -> Written:
    return {
        "prices": [
            {"from": _local(hour.start), "till": _local(hour.end), "price": hour.price}
            for hour in hours
        ],
        "unit_of_measurement": "€/kWh",
    }


def stromligning(hours: Sequence[Hour]) -> Written:
    return {
        "prices": [
            {"price": hour.price, "start": _local(hour.start), "end": _local(hour.end)}
            for hour in hours
        ],
        "unit_of_measurement": "kr/kWh",
    }


def energyzero(hours: Sequence[Hour]) -> Written:
    return {
        "prices": [
            {
                "price": hour.price,
                "timestamp": str(_local(hour.start)),
                "start": str(_local(hour.start)),
                "end": str(_local(hour.end)),
            }
            for hour in hours
        ]
    }


def easyenergy(hours: Sequence[Hour]) -> Written:
    return {"prices": [{"timestamp": str(hour.start), "price": hour.price} for hour in hours]}


def omie(hours: Sequence[Hour]) -> Written:
    return {
        "es": [
            {
                "start": _local(hour.start).isoformat(),
                "end": _local(hour.end).isoformat(),
                "price": hour.price,
            }
            for hour in hours
        ]
    }


def green_planet(hours: Sequence[Hour]) -> Written:
    return {"prices": omie(hours)["es"], "hours_requested": 24.0}


@dataclass(frozen=True)
class Format:
    """A format with what writes it, and a change that makes it none."""

    kind: str
    write: Callable[[Sequence[Hour]], Written]
    currency: str | None
    rows: str  # where its list is
    entry_data: Mapping[str, Any] = field(default_factory=dict)
    domain: str = ""  # of the entity, or of the action
    entity: str = "price"


ATTRIBUTES = (
    Format("nordpool_hacs", nordpool_hacs, "SEK", "raw_today", domain="sensor"),
    Format("entsoe", entsoe, "EUR", "prices", domain="sensor"),
    Format(
        "octopus", octopus, "GBP", "rates", domain="event", entity="electricity_current_day_rates"
    ),
    Format("epex_spot", epex_spot, "EUR", "data", domain="sensor"),
    Format("energi_data_service", energi_data_service, "DKK", "raw_today", domain="sensor"),
    Format("frank_energie", frank_energie, "EUR", "prices", domain="sensor"),
    Format("stromligning", stromligning, None, "prices", domain="sensor"),
)
ANSWERS = (
    Format(
        "nordpool_core",
        nordpool_core,
        "SEK",
        "SE3",
        {"areas": ["SE3"], "currency": "SEK"},
        domain="nordpool",
    ),
    Format("tibber", tibber, None, "prices", domain="tibber"),
    Format("amber", amber, "AUD", "forecasts", domain="amberelectric"),
    Format("energyzero", energyzero, "EUR", "prices", domain="energyzero"),
    Format("easyenergy", easyenergy, "EUR", "prices", domain="easyenergy"),
    Format("omie", omie, "EUR", "es", domain="omie"),
    Format("green_planet", green_planet, "EUR", "prices", domain="green_planet_energy"),
)
