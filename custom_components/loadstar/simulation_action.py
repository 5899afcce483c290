"""The action that asks what if: its fields, and what they mean to the planner."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from homeassistant.const import ATTR_DEVICE_ID
from homeassistant.core import ServiceCall
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util
from probatio import All, Coerce, Invalid, Optional, Range, Required, Schema

from .addressing import ATTR_ENTRY, addressing_error, find_entry
from .coordinator import LoadstarCoordinator
from .engine.planner.devices import ChargingGoal
from .engine.planner.inputs.types import Circumstances
from .engine.planner.what_if import Comparison, OverrideError, Overrides, PriceChange
from .engine.prices.normalise import MOST_PER_KWH
from .goals import MOST_GOAL_KWH
from .manual_orders import ORDER, check_times, moment, order_of, planned_device
from .plan_data import plan_data
from .planning.words import PlanWords, async_load_words

PRICE: Final = Schema(
    {
        Required("start"): moment,
        Required("end"): moment,
        Required("price_per_kwh"): All(Coerce(float), Range(min=-MOST_PER_KWH, max=MOST_PER_KWH)),
        Optional("add", default=False): cv.boolean,
        Optional("export", default=False): cv.boolean,
    }
)
GOAL: Final = Schema(
    {
        Required(ATTR_DEVICE_ID): cv.string,
        Required("by"): moment,
        Optional("soc_percent"): All(Coerce(float), Range(min=0, max=100)),
        Optional("energy_kwh"): All(Coerce(float), Range(min=0, max=MOST_GOAL_KWH)),
    }
)
SCHEMA: Final = Schema(
    {
        Optional(ATTR_ENTRY): cv.string,
        Optional("settings", default=dict): {cv.string: object},
        Optional("prices", default=list): All(cv.ensure_list, [PRICE]),
        Optional("export_kwh", default=0.0): All(Coerce(float), Range(min=0, max=MOST_GOAL_KWH)),
        Optional("goals", default=list): All(cv.ensure_list, [GOAL]),
        Optional("manual", default=list): All(cv.ensure_list, [ORDER]),
    }
)
# Names of settings as users know them; any other is a field of the planner's own.
VACATION: Final = "vacation"
LIMITS: Final = ("import_limit_kw", "export_limit_kw")
PLANNERS_NAME: Final = {
    "risk_appetite": "strategy.risk_appetite",
    "battery_export_threshold_per_kwh": "export_threshold_per_kwh",
}
# How long and with how many threads all sites' only planner thread may be busy.
_SOLVERS: Final = "solver"
_REFUSALS: Final = {
    "unknown_setting": "override_unknown",
    "unknown_device": "override_no_device",
    "invalid_value": "override_invalid",
}


async def async_simulate(call: ServiceCall) -> dict[str, Any]:
    """Return what the newest plan would be under other circumstances, beside what it is."""
    coordinator = find_entry(call.hass, call.data.get(ATTR_ENTRY))
    overrides = _overrides(call, coordinator)
    try:
        comparison = await coordinator.planning.async_simulate(overrides)
    except OverrideError as error:
        named = {name: str(value) for name, value in error.data.items()}
        raise addressing_error(_REFUSALS[error.code], **named) from error
    words = await async_load_words(call.hass)
    return await call.hass.async_add_executor_job(_answer, comparison, words)


def _overrides(call: ServiceCall, coordinator: LoadstarCoordinator) -> Overrides:
    data = call.data
    overrides = Overrides(
        prices=tuple(_price(each) for each in data["prices"]),
        forced_export_kwh=data["export_kwh"],
        goals={
            planned_device(call.hass, coordinator, each[ATTR_DEVICE_ID]): (_goal(each),)
            for each in data["goals"]
        },
        manual=tuple(order_of(call.hass, coordinator, each) for each in data["manual"]),
    )
    return _with_settings(overrides, data["settings"])


def _with_settings(overrides: Overrides, settings: Mapping[str, Any]) -> Overrides:
    """Return overrides with settings, each where the planner looks for it."""
    for name in settings:
        if name.startswith(_SOLVERS):
            raise addressing_error("override_unknown", setting=name)
    weights = {
        PLANNERS_NAME.get(name, name): value
        for name, value in settings.items()
        if name not in (VACATION, *LIMITS)
    }
    changes: dict[str, Any] = {name: _limit(settings, name) for name in LIMITS if name in settings}
    if VACATION in settings:
        changes["circumstances"] = Circumstances(vacation=_is_true(settings, VACATION))
    return replace(overrides, settings=weights, **changes)


def _limit(settings: Mapping[str, Any], name: str) -> float:
    try:
        return float(settings[name])
    except TypeError, ValueError:
        raise addressing_error("override_invalid", setting=name, expected="a number") from None


def _is_true(settings: Mapping[str, Any], name: str) -> bool:
    try:
        return bool(cv.boolean(settings[name]))
    except Invalid:
        raise addressing_error("override_invalid", setting=name, expected="yes or no") from None


def _price(data: Mapping[str, Any]) -> PriceChange:
    start, end = dt_util.as_utc(data["start"]), dt_util.as_utc(data["end"])
    check_times(start, end)
    return PriceChange(
        start=start,
        end=end,
        price_per_kwh=data["price_per_kwh"],
        add=data["add"],
        export=data["export"],
    )


def _goal(data: Mapping[str, Any]) -> ChargingGoal:
    return ChargingGoal(
        by=dt_util.as_utc(data["by"]),
        soc_percent=data.get("soc_percent"),
        energy_kwh=data.get("energy_kwh"),
    )


def _answer(comparison: Comparison, words: PlanWords) -> dict[str, Any]:
    return {
        "currency": comparison.now.currency,
        "cost_now": comparison.cost_now,
        "cost_then": comparison.cost_then,
        "difference": comparison.difference,
        "now": plan_data(comparison.now, words),
        "then": plan_data(comparison.then, words),
    }
