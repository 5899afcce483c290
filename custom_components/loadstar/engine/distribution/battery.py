"""What the battery gives and takes, in A over all phases."""

from dataclasses import dataclass
from enum import Enum, auto
from math import isfinite

from ..models import BatteryCommand, SiteContext
from .cleaning import HIGHEST, CleanSite, amperes_per_watt, number

FULL_PERCENT = 100.0


class BatteryLevel(Enum):
    """Where the SoC stands between its limits."""

    NONE = auto()
    BELOW_MIN = auto()
    BELOW_TARGET = auto()  # and where the SoC is not known
    AT_TARGET = auto()
    ABOVE_TARGET = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Battery:
    """The battery's share in the pools."""

    level: BatteryLevel
    soc: float | None  # percent
    floor: float
    target: float
    charge: float  # now: the larger of measured and commanded
    wants: float  # what it still takes of the sun
    discharge: float  # what it can add to the sun while the grid is short
    solar_discharge: float  # what it gives to solar charging


def battery_of(site: SiteContext, cleaned: CleanSite) -> Battery:
    """Return what the battery does to the pools."""
    per_watt = amperes_per_watt(site)
    soc = _percent(site.battery_soc)
    floor = number(site.battery_soc_min, FULL_PERCENT)
    target = max(floor, number(site.battery_soc_target, FULL_PERCENT))
    level = _level(site, soc, floor, target)
    limit = number(site.battery_max_charge_power, HIGHEST) * per_watt
    inverter = cleaned.inverter
    spare = min(inverter.total, inverter.per_phase * inverter.phases.bit_count()) - cleaned.solar
    discharge = 0.0
    if site.battery_command is BatteryCommand.AUTO and soc is not None and soc > floor:
        most = number(site.battery_max_discharge_power, 0.0) * per_watt
        discharge = max(0.0, min(most, spare))
    return Battery(
        level=level,
        soc=soc,
        floor=floor,
        target=target,
        charge=_charge(site, limit, per_watt),
        wants=limit if level in (BatteryLevel.BELOW_MIN, BatteryLevel.BELOW_TARGET) else 0.0,
        discharge=discharge,
        solar_discharge=discharge if level is BatteryLevel.ABOVE_TARGET else 0.0,
    )


def _percent(value: float | None) -> float | None:
    return value if value is not None and 0 <= value <= FULL_PERCENT else None


def _level(site: SiteContext, soc: float | None, floor: float, target: float) -> BatteryLevel:
    if soc is None:
        absent = not (site.battery_max_charge_power or site.battery_max_discharge_power)
        known_to_exist = site.battery_soc is not None
        return BatteryLevel.NONE if absent and not known_to_exist else BatteryLevel.BELOW_TARGET
    if soc < floor:
        return BatteryLevel.BELOW_MIN
    if soc < target:
        return BatteryLevel.BELOW_TARGET
    return BatteryLevel.AT_TARGET if soc == target else BatteryLevel.ABOVE_TARGET


def _charge(site: SiteContext, limit: float, per_watt: float) -> float:
    measured = _charging(site.battery_power, limit, per_watt)
    if site.battery_command is BatteryCommand.AUTO:
        return measured
    return max(measured, _charging(site.battery_commanded_power, limit, per_watt))


def _charging(power: float, limit: float, per_watt: float) -> float:
    """Return a charge in A: none while discharging, the limit where it is no number."""
    if not isfinite(power) or power > HIGHEST:
        return limit
    return max(0.0, power) * per_watt
