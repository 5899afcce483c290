"""Reasons in English, for a terminal; Home Assistant has translations of the same codes."""

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any, Final

from .reason_kinds import LimitKind, ReasonKind
from .types import PlanReason

TEMPLATES: Final[Mapping[ReasonKind, str]] = {
    ReasonKind.CHARGE_SAVES: "Charging at {price}: saves {saved_per_kwh} at {at}.",
    ReasonKind.CHARGE_EXPORTS_LATER: (
        "Charging at {price}: earns {saved_per_kwh} by export at {at}."
    ),
    ReasonKind.CHARGE_REPLACES: "Charging at {price}: refills what saved {other_price} at {at}.",
    ReasonKind.CHARGE_FOR_AFTERWARDS: "Charging at {price}: it is worth more after this plan.",
    ReasonKind.CHARGE_PAID: "Charging at {price}: who takes energy now is paid for it.",
    ReasonKind.CHARGE_FOR_RESERVE: (
        "Charging at {price}: {soc_percent} % are to be in the battery first."
    ),
    ReasonKind.CHARGE_CHEAP: "Charging at {price}, place {rank} of {of} among the day's cheapest.",
    ReasonKind.CHARGE_FLAT: "Charging at {price}: it costs the same all day.",
    ReasonKind.STORE_SAVES: "Storing sun: saves {other_price} at {at} instead of earning {price}.",
    ReasonKind.STORE_EXPORTS_LATER: (
        "Storing sun: sold for {other_price} at {at} instead of {price} now."
    ),
    ReasonKind.STORE_REPLACES: "Storing sun: refills what saved {other_price} at {at}.",
    ReasonKind.STORE_FOR_AFTERWARDS: "Storing sun: it is worth more after this plan than {price}.",
    ReasonKind.STORE_SURPLUS: "Storing the sun that the home leaves, for {price} of export.",
    ReasonKind.DISCHARGE_SAVES: (
        "Discharging at {price}: saves {saved_per_kwh} against charging for {other_price} at {at}."
    ),
    ReasonKind.DISCHARGE_REFILLED: (
        "Discharging at {price}: saves {saved_per_kwh}, refilled for {other_price} at {at}."
    ),
    ReasonKind.DISCHARGE_DEAR: (
        "Discharging at {price}, place {rank} of {of} among the day's dearest."
    ),
    ReasonKind.DISCHARGE_FLAT: (
        "Discharging at {price}: it costs the same all day, so what is there is used first."
    ),
    ReasonKind.DISCHARGE_FOR_LIMIT: "Discharging at {price}: it keeps import within its limit.",
    ReasonKind.EXPORT_EARNS: (
        "Exporting at {price}: earns {saved_per_kwh} on what was charged for {other_price} at {at}."
    ),
    ReasonKind.EXPORT_REFILLED: (
        "Exporting at {price}: earns {saved_per_kwh}, refilled for {other_price} at {at}."
    ),
    ReasonKind.EXPORT_DEAR: "Exporting at {price}, place {rank} of {of} among the day's dearest.",
    ReasonKind.EXPORT_FLAT: "Exporting at {price}: it earns the same all day.",
    ReasonKind.HOLD_FOR_DEARER: (
        "Holding at {price}: saves {saved_per_kwh} more at {at}, at {other_price}."
    ),
    ReasonKind.HOLD_FOR_AFTERWARDS: "Holding at {price}: it is worth more after this plan.",
    ReasonKind.HOLD_FOR_RESERVE: "Holding: {soc_percent} % are to stay in the battery.",
    ReasonKind.HOLD_WEAR: "Holding: {price} does not pay for losses and wear of {wear_per_kwh}.",
    ReasonKind.IDLE_SUN_COVERS: "The sun covers the home.",
    ReasonKind.IDLE_SUN_EXPORTED: "Sun that nobody needs is exported at {price}.",
    ReasonKind.IDLE_FULL: "The batteries are full: sun is exported at {price}.",
    ReasonKind.IDLE_EMPTY: "Buying at {price}: nothing is left above {soc_percent} %.",
    ReasonKind.IDLE_CURTAILS: "Curtailing {curtailed_kw} kW of sun: export would earn {price}.",
    ReasonKind.IDLE_NO_BATTERY: "Buying at {price}: there is no battery to plan.",
    ReasonKind.ORDERED: "As ordered by hand.",
    ReasonKind.CAR_CHEAPEST: (
        "{energy_kwh} kWh by {by} for {price} per kWh; the mean until then is {mean_price}."
    ),
    ReasonKind.CAR_SURPLUS: "{energy_kwh} kWh of surplus sun.",
    ReasonKind.CAR_CHEAP_BEYOND: "{energy_kwh} kWh beyond its goal, as {price} is cheap enough.",
    ReasonKind.CAR_MISSES_TIME: (
        "{missing_kwh} kWh are missing by {by}: even {max_kw} kW all the time is too slow."
    ),
    ReasonKind.CAR_MISSES_LIMIT: (
        "{missing_kwh} kWh are missing by {by}: the home's limits leave no more."
    ),
    ReasonKind.CAR_MISSES_AWAY: "{missing_kwh} kWh are missing by {by}: it is not there before.",
    ReasonKind.CAR_DEPARTED: "It was to be ready by {by}, which has passed.",
    ReasonKind.CAR_ORDERED: "{energy_kwh} kWh as ordered by hand.",
    ReasonKind.CAR_DONE: "Its goal is met.",
    ReasonKind.CAR_LATER: "It can wait: after this plan there is still time until {by}.",
    ReasonKind.CAR_AWAY: "It is not there.",
    ReasonKind.CAR_NO_GOAL: "It has no goal, and there is no sun to spare.",
    ReasonKind.WATER_CHEAPEST: (
        "{energy_kwh} kWh for {price} per kWh; the mean of its hours is {mean_price}."
    ),
    ReasonKind.WATER_SURPLUS: "{energy_kwh} kWh of surplus sun.",
    ReasonKind.WATER_MISSES: "{missing_kwh} kWh of heat are missing.",
    ReasonKind.WATER_WARM: "Nothing is due.",
    ReasonKind.LOAD_CHEAPEST: "Starts at {at} for {cost} instead of {other_cost} at once.",
    ReasonKind.LOAD_SURPLUS: "Starts at {at} on surplus sun.",
    ReasonKind.LOAD_RUNS_FIRST: "Starts at {at}: no later start is better.",
    ReasonKind.LOAD_FITS: "Starts at {at}, where it fits best.",
    ReasonKind.LOAD_MISSES: "{missing_kwh} kWh of its run are missing.",
    ReasonKind.LOAD_NOT_DUE: "Not due.",
    ReasonKind.LOAD_ORDERED: "{energy_kwh} kWh as ordered by hand.",
}

LIMITS: Final[Mapping[LimitKind, str]] = {
    LimitKind.BREAKER: "The breaker ({limit_kw} kW per phase) allows no more.",
    LimitKind.IMPORT_LIMIT: "The import limit ({limit_kw} kW) allows no more.",
    LimitKind.EXPORT_LIMIT: "The export limit ({limit_kw} kW) allows no more.",
    LimitKind.INVERTER: "The inverter ({limit_kw} kW) allows no more.",
    LimitKind.BATTERY_POWER: "The batteries ({limit_kw} kW) take and give no more.",
    LimitKind.PEAK: "The month's peak is kept at {limit_kw} kW.",
}

CENT: Final = 0.01

_TIMES = frozenset({"at", "by", "from", "until"})
_MONEY = frozenset({"price", "other_price", "mean_price", "saved_per_kwh", "cost", "other_cost"})


def sentence(reason: PlanReason, zone: tzinfo, near: datetime) -> str:
    """Return a reason as a sentence; times on another local day than ``near`` name theirs."""
    words = wording(reason.data, zone, near)
    parts = [TEMPLATES[ReasonKind(reason.code)].format(**words)]
    if "limited_by" in words:
        parts.append(LIMITS[LimitKind(words["limited_by"])].format(**words))
    return " ".join(parts)


def wording(data: Mapping[str, Any], zone: tzinfo, near: datetime) -> dict[str, str]:
    """Return the figures of a reason or warning as a person reads them."""
    return {name: _word(name, value, zone, near) for name, value in data.items()}


def money(amount: float) -> str:
    """Return an amount with two decimals, or more where it would be nothing."""
    return f"{amount:.2f}" if amount == 0 or abs(amount) >= CENT else f"{amount:.1g}"


def _word(name: str, value: Any, zone: tzinfo, near: datetime) -> str:
    if name in _TIMES and isinstance(value, str):
        local = datetime.fromisoformat(value).astimezone(zone)
        same_day = local.date() == near.astimezone(zone).date()
        return f"{local:%H:%M}" if same_day else f"{local:%a %H:%M}"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if name in _MONEY or name.endswith("_per_kwh"):
        return money(value)
    return f"{value:.4g}"
