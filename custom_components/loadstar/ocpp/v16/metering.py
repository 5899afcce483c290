"""Meter values of OCPP 1.6 to what was measured; garbage is left out value by value."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from math import isfinite, sqrt
from typing import Any

from ..measurement import UNMEASURED, Measurement, Triple
from ..types import ConnectorConfig

_REGISTER = "Energy.Active.Import.Register"
_CURRENT = "Current.Import"
_POWER = "Power.Active.Import"
_VOLTAGE = "Voltage"
_SOC = "SoC"

# what no charger of a home measures is an error of its own; (least, most) in base units
_LIMITS = {
    _REGISTER: (0.0, 1e11),
    _CURRENT: (0.0, 500.0),
    _POWER: (0.0, 350_000.0),
    _VOLTAGE: (50.0, 500.0),
    _SOC: (0.0, 100.0),
}
# how chargers spell the units of each, in lower case, and how much one is in the base unit
_UNITS: Mapping[str, Mapping[str, float]] = {
    _REGISTER: {"wh": 1.0, "kwh": 1000.0},
    _CURRENT: {"a": 1.0, "amp": 1.0, "amps": 1.0, "ampere": 1.0, "ma": 0.001},
    _POWER: {"w": 1.0, "watt": 1.0, "watts": 1.0, "kw": 1000.0},
    _VOLTAGE: {"v": 1.0, "volt": 1.0, "volts": 1.0},
    _SOC: {"percent": 1.0, "%": 1.0},
}
# meters drift about zero
_NOISE = 1.0
# a voltage this far over the nominal one is between two lines
_LINE_TO_LINE_SHARE = 1.4
_BEYOND_RATING = 1.25
# how far a power may be from a whole number of phases: cars' power factors, charger's own need
_RATIO_TOLERANCE = 0.25

# what chargers call the three phases, in capitals and without the neutral
_PHASES = {
    name: index
    for index, names in enumerate(
        (("L1", "1", "A", "R"), ("L2", "2", "B", "S"), ("L3", "3", "C", "T"))
    )
    for name in names
}
_LINE_TO_LINE = frozenset({"L1-L2", "L2-L3", "L3-L1", "L2-L1", "L3-L2", "L1-L3"})
_TOTAL = None

# a measurand's values by phase index; None is the sum, or all phases alike
type _Values = dict[int | None, float]


def read_meter_values(meter_values: Any, connector: ConnectorConfig) -> Measurement:
    """Return what a list of ``meterValue`` says; of one kind the last value counts."""
    found: defaultdict[str, _Values] = defaultdict(dict)
    for sample in _samples(meter_values):
        measurand, phase = sample.get("measurand", _REGISTER), sample.get("phase")
        if not isinstance(measurand, str) or not isinstance(phase, str | None):
            continue
        value = _base_value(sample, measurand) if measurand in _LIMITS else None
        name = (phase or "").strip().upper().removesuffix("-N")
        if measurand == _VOLTAGE and value is not None:
            value = _phase_voltage(value, connector.voltage)
            name = "" if name in _LINE_TO_LINE else name
        if value is not None and (not name or name in _PHASES):
            found[measurand][_PHASES[name] if name else _TOTAL] = value
    energy_wh = _total(found[_REGISTER])
    currents = _currents(found, connector)
    return Measurement(
        currents=currents,
        power_w=_power(found, currents, connector),
        energy_kwh=None if energy_wh is None else energy_wh / 1000,
        soc_percent=_total(found[_SOC]),
    )


def read_register(value_wh: Any) -> float | None:
    """Return a meter register in kWh from a ``meterStart`` or ``meterStop``."""
    number = _number(value_wh)
    if number is None or not _LIMITS[_REGISTER][0] <= number <= _LIMITS[_REGISTER][1]:
        return None
    return number / 1000


def _samples(meter_values: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the samples in order, those taken elsewhere than at the outlet first."""
    for meter_value in _items(meter_values):
        samples = list(_items(meter_value.get("sampledValue")))
        for at_outlet in (False, True):
            for sample in samples:
                if (sample.get("location", "Outlet") == "Outlet") is at_outlet:
                    yield sample


def _items(value: Any) -> Iterable[Mapping[str, Any]]:
    return (item for item in value if isinstance(item, dict)) if isinstance(value, list) else ()


def _base_value(sample: Mapping[str, Any], measurand: str) -> float | None:
    """Return a sample in A, W, Wh, V or percent, or None where it cannot be true."""
    if sample.get("format", "Raw") != "Raw":
        return None
    value, factor = _number(sample.get("value")), _factor(sample.get("unit"), measurand)
    if value is None or factor is None:
        return None
    value *= factor
    least, most = _LIMITS[measurand]
    if measurand in (_CURRENT, _POWER) and -_NOISE <= value < 0:
        value = 0.0
    return value if least <= value <= most else None


def _factor(unit: Any, measurand: str) -> float | None:
    """Return what a value is multiplied by, or None where its unit is another quantity's."""
    if not unit:
        return 1.0
    return _UNITS[measurand].get(unit.strip().lower()) if isinstance(unit, str) else None


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = float(value)
    except ValueError, OverflowError:
        return None
    return number if isfinite(number) else None


def _total(values: _Values) -> float | None:
    if _TOTAL in values:
        return values[_TOTAL]
    return sum(values.values()) if values else None


def _phase_voltage(volts: float, nominal: float) -> float:
    """Return a voltage to the neutral, also where the charger says it between two lines."""
    return volts / sqrt(3) if volts > _LINE_TO_LINE_SHARE * nominal else volts


def _currents(found: Mapping[str, _Values], connector: ConnectorConfig) -> Triple | None:
    """Return the better of the measured currents and those that the measured power makes."""
    measured, power = found[_CURRENT], found[_POWER]
    by_power = _currents_of(power, found[_VOLTAGE], connector) if power else None
    if not measured or by_power is None:
        return _spread(measured, connector.phases) if measured else by_power
    watts = sum(power.values()) if _TOTAL not in power else power[_TOTAL]
    volts = _mean(found[_VOLTAGE], connector.voltage)
    if set(measured) != {_TOTAL}:
        explained = volts * sum(value for phase, value in measured.items() if phase is not _TOTAL)
        return _spread(measured, connector.phases) if explained >= watts / 2 else by_power
    if set(power) != {_TOTAL}:
        return by_power
    return _on_phases_in_use(measured[_TOTAL], watts / volts, connector)


def _on_phases_in_use(current: float, in_all: float, connector: ConnectorConfig) -> Triple:
    """Return one current on as many phases as make the ``in_all`` A that the power says.

    Some chargers say the sum of their phases, which is then more than any of them can take.
    """
    phases = connector.phases
    if current > _BEYOND_RATING * connector.rated_current:
        return _spread({_TOTAL: in_all / phases}, phases)
    ratio = in_all / current if current >= _NOISE else phases
    in_use = min(max(round(ratio), 1), phases)
    if abs(ratio - in_use) > _RATIO_TOLERANCE:
        in_use = phases
    return _spread({phase: current if phase < in_use else 0.0 for phase in range(phases)}, phases)


def _currents_of(power: _Values, voltages: _Values, connector: ConnectorConfig) -> Triple:
    """Return the currents that a power makes."""
    if set(power) == {_TOTAL}:
        volts = _mean(voltages, connector.voltage)
        return _spread({_TOTAL: power[_TOTAL] / (volts * connector.phases)}, connector.phases)
    by_phase: _Values = {
        phase: watts / _volts(voltages, phase, connector.voltage)
        for phase, watts in power.items()
        if phase is not _TOTAL
    }
    return _spread(by_phase, connector.phases)


def _spread(values: _Values, phases: int) -> Triple:
    """Return one value per phase; one without a phase stands on all of the connector's."""
    by_phase = {phase: value for phase, value in values.items() if phase is not _TOTAL}
    if not by_phase:
        by_phase = dict.fromkeys(range(phases), values[_TOTAL])
    return by_phase.get(0), by_phase.get(1), by_phase.get(2)


def _power(
    found: Mapping[str, _Values], currents: Triple | None, connector: ConnectorConfig
) -> float | None:
    measured = _total(found[_POWER])
    if measured is not None or currents is None or currents == UNMEASURED:
        return measured
    return sum(
        current * _volts(found[_VOLTAGE], phase, connector.voltage)
        for phase, current in enumerate(currents)
        if current is not None
    )


def _volts(voltages: _Values, phase: int | None, nominal: float) -> float:
    return voltages.get(phase, voltages.get(_TOTAL, nominal))


def _mean(voltages: _Values, nominal: float) -> float:
    return sum(voltages.values()) / len(voltages) if voltages else nominal
