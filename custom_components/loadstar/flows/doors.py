"""The doors to price sources and to sources of PV forecasts."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from homeassistant.const import UnitOfEnergy, UnitOfPower
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..engine.prices import normalise
from ..planning_wiring import SourceRef
from ..sources.prices.detecting import as_rows, detect_keys
from ..sources.prices.list_attribute import OPTION_PRICE, OPTION_TOMORROW
from ..sources.prices.registry import detect_all as detect_prices
from ..sources.prices.registry import price_source
from ..sources.pv.registry import PV_SOURCES
from ..sources.pv.registry import detect_all as detect_pv
from ..sources.pv.shapes import OPTION_VALUE, find_keys, is_power_by_time
from ..sources.types import SourceError
from .source_door import KeyNames, SourceDoor

type _Rows = Sequence[Mapping[str, Any]]


async def _async_check_prices(
    hass: HomeAssistant, ref: SourceRef, start: datetime, end: datetime
) -> None:
    answer = await price_source(ref.kind).async_fetch(hass, ref, start, end)
    periods, _ = normalise(answer.prices)
    if not periods:
        raise SourceError("price_nothing_usable", source=ref.kind)
    if periods[-1].end <= start:
        raise SourceError("price_wrong_day", source=ref.kind)


async def _async_check_pv(
    hass: HomeAssistant, ref: SourceRef, start: datetime, end: datetime
) -> None:
    await PV_SOURCES[ref.kind].async_fetch(hass, ref, start, end)


def _price_keys(rows: _Rows) -> KeyNames:
    keys = detect_keys(rows, dt_util.get_default_time_zone())
    return KeyNames() if keys is None else KeyNames(keys.start, keys.end, keys.price)


def _pv_keys(rows: _Rows) -> KeyNames:
    keys = find_keys(rows, {})
    return KeyNames() if keys is None else KeyNames(keys.start, keys.end, keys.value)


def _is_price_map(value: object) -> bool:
    if not isinstance(value, Mapping):
        return False
    return detect_keys(as_rows(value) or (), dt_util.get_default_time_zone()) is not None


def _price_units(hass: HomeAssistant) -> Sequence[str]:
    currency = hass.config.currency
    return (f"{currency}/kWh", f"{currency}/MWh", "ct/kWh")


def _pv_units(_hass: HomeAssistant) -> Sequence[str]:
    return (
        UnitOfPower.WATT,
        UnitOfPower.KILO_WATT,
        UnitOfEnergy.WATT_HOUR,
        UnitOfEnergy.KILO_WATT_HOUR,
    )


PRICE_DOOR: Final = SourceDoor(
    detect=detect_prices,
    async_check=_async_check_prices,
    find_keys=_price_keys,
    is_map=_is_price_map,
    units=_price_units,
    value_option=OPTION_PRICE,
    tomorrow_option=OPTION_TOMORROW,
)
PV_DOOR: Final = SourceDoor(
    detect=detect_pv,
    async_check=_async_check_pv,
    find_keys=_pv_keys,
    is_map=is_power_by_time,
    units=_pv_units,
    value_option=OPTION_VALUE,
)
