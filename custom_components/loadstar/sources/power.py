"""PV and batteries: powers summed over their entities."""

from collections.abc import Iterable

from homeassistant.core import HomeAssistant

from ..engine.control.types import PowerReading
from ..models import BatterySnapshot
from ..wiring import BatteryConfig
from .quantity import age_s, read_percent, read_power


def read_pv(hass: HomeAssistant, entities: Iterable[str], now: float) -> PowerReading | None:
    """Return the sum of PV powers in W, None for a site without PV.

    An inverter that is off at night and therefore unavailable gives nothing; only
    where all are gone is there no value. An inverter's own consumption counts as 0.
    """
    samples = [read_power(hass, entity_id) for entity_id in entities]
    if not samples:
        return None
    values = [max(0.0, sample.value) for sample in samples if sample.value is not None]
    ages = [sample.age_s for sample in samples if sample.age_s is not None]
    return PowerReading(value=sum(values) if values else None, at=now - min(ages) if ages else None)


def read_battery(hass: HomeAssistant, battery: BatteryConfig) -> BatterySnapshot:
    """Return a battery's state of charge and power, charge positive."""
    power = read_power(hass, battery.power).value
    if power is not None and battery.power_invert:
        power = -power
    return BatterySnapshot(soc_percent=read_percent(hass, battery.soc).value, power_w=power)


def read_batteries(
    hass: HomeAssistant, batteries: Iterable[BatteryConfig], now: float
) -> tuple[PowerReading | None, float | None]:
    """Return the batteries' summed power and their mean SoC by capacity.

    None for a site without batteries; a value that one of them does not give is
    missing in the sum too.
    """
    pairs = [(battery, read_battery(hass, battery)) for battery in batteries]
    if not pairs:
        return None, None
    powers = [reading.power_w for _, reading in pairs]
    energies = [
        None if reading.soc_percent is None else reading.soc_percent * battery.capacity_kwh
        for battery, reading in pairs
    ]
    ages = [age_s(hass, battery.power) or 0.0 for battery, _ in pairs]
    return (
        PowerReading(value=_sum(powers), at=now - max(ages)),
        _mean(energies, sum(battery.capacity_kwh for battery, _ in pairs)),
    )


def _sum(values: Iterable[float | None]) -> float | None:
    """Return the sum, or None where a part is missing."""
    total = 0.0
    for value in values:
        if value is None:
            return None
        total += value
    return total


def _mean(parts: Iterable[float | None], weight: float) -> float | None:
    total = _sum(parts)
    return None if total is None or weight <= 0 else total / weight
